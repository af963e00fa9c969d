/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: transmit engine */
#ifndef SIMHW_TX_H
#define SIMHW_TX_H

#include <linux/types.h>

struct simhw_card;
struct simhw_txq;
struct tasklet_struct;

void simhw_txq_init(struct simhw_card *card, unsigned int index);
void simhw_tx_write_back(struct simhw_txq *q, u32 index, u16 flags);
void simhw_tx_abort(struct simhw_txq *q);
void simhw_txq_kick(struct simhw_txq *q);
void simhw_txq_doorbell(struct simhw_txq *q, u32 tail);
void simhw_txq_bh(struct tasklet_struct *t);
void simhw_txq_schedule(struct simhw_txq *q);
void simhw_txq_write_ctrl(struct simhw_txq *q, u32 val);
void simhw_txq_disable(struct simhw_txq *q);
u32 simhw_txq_status(const struct simhw_txq *q);

#endif
