/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: receive engine: from the wire to memory */
#ifndef SIMHW_RXWRITE_H
#define SIMHW_RXWRITE_H

#include <linux/types.h>

struct simhw_frame;
struct simhw_rxq;

/**
 * struct simhw_rx_meta - what the card knows of a frame, and does with it
 * @rxctrl: the RXCTRL register
 * @hash: Toeplitz hash
 * @hash_type: SIMNIC_RXD_HASH_*
 * @share: hand over pages
 * @need: descriptors that it takes
 */
struct simhw_rx_meta {
	u32 rxctrl;
	u32 hash;
	u8 hash_type;
	bool share;
	u32 need;
};

void simhw_rx_plan(const struct simhw_rxq *q, const struct simhw_frame *f,
		   struct simhw_rx_meta *meta);
void simhw_rx_write(struct simhw_rxq *q, const struct simhw_frame *f,
		    const struct simhw_rx_meta *meta);

#endif
