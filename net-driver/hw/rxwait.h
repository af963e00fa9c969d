/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: receive queues without room, and who waits for it */
#ifndef SIMHW_RXWAIT_H
#define SIMHW_RXWAIT_H

#include "rx.h"

bool simhw_rx_room(struct simhw_rxq *q, u32 need);
enum simhw_rx_result simhw_rx_no_room(struct simhw_rxq *q, struct simhw_sender *from,
				      const struct simhw_frame *f, u32 need, int generation);
void simhw_rx_wake(struct simhw_rxq *q);

#endif
