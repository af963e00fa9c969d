/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: pages that are handed over instead of copied */
#ifndef SIMHW_SHARE_H
#define SIMHW_SHARE_H

#include <linux/types.h>

#include "simnic_bus.h"

struct simhw_rxq;

bool simhw_share_ok(const u8 *data, u32 len);
void simhw_share_put(struct simhw_rxq *q, u32 index, const u8 *data, u32 len);
bool simhw_share_take(struct simhw_rxq *q, u32 index, struct simnic_share *share);
void simhw_share_alloc(struct simhw_rxq *q, u32 len);
void simhw_share_free(struct simhw_rxq *q);

#endif
