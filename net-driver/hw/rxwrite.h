/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: receive engine: from the wire to memory */
#ifndef SIMHW_RXWRITE_H
#define SIMHW_RXWRITE_H

#include "parse.h"
#include "queue.h"

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

void simhw_rx_plan_many(const struct simhw_rxq *q, const struct simhw_frame *f,
			struct simhw_rx_meta *meta, u32 len);
void simhw_rx_write(struct simhw_rxq *q, const struct simhw_frame *f,
		    const struct simhw_rx_meta *meta);

/* Bytes of a frame in memory */
static inline u32 simhw_rx_len(const struct simhw_frame *f, u32 rxctrl)
{
	bool strip = f->tagged && (rxctrl & SIMNIC_RXCTRL_VLAN_STRIP);

	return simhw_wire_len(f, f->sg->len) - (strip ? 4 : 0);
}

/**
 * simhw_rx_plan() - how to write a frame, and how many descriptors it takes
 * @q: the queue, locked
 * @f: the frame
 * @meta: for @share and @need
 *
 * Context: softirqs off.
 */
static inline void simhw_rx_plan(const struct simhw_rxq *q, const struct simhw_frame *f,
				 struct simhw_rx_meta *meta)
{
	u32 len = simhw_rx_len(f, meta->rxctrl);

	lockdep_assert_held(&q->lock);

	meta->share = false;
	meta->need = 1;
	if (unlikely(len > q->bufsz) && q->base.enabled)
		simhw_rx_plan_many(q, f, meta, len);
}

#endif
