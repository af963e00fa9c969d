/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: cables, and the link that they make */
#ifndef SIMHW_WIRE_H
#define SIMHW_WIRE_H

#include <linux/types.h>

struct simhw_card;

void simhw_wire_lock(void);
void simhw_wire_unlock(void);
void simhw_wire_update(struct simhw_card *card);
void simhw_wire_drop(struct simhw_card *card);
void simhw_wire_reset(struct simhw_card *card);

int simhw_wire_connect(struct simhw_card *a, struct simhw_card *b);
void simhw_wire_disconnect(struct simhw_card *card);
void simhw_wire_seat(struct simhw_card *card, bool seated);

#endif
