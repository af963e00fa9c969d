/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: receive queues without room, and who waits for it */
#ifndef SIMHW_RXWAIT_H
#define SIMHW_RXWAIT_H

#include "card.h"
#include "rx.h"

static inline u32 simhw_rx_avail(const struct simhw_rxq *q)
{
	/* Pairs with simhw_rxq_doorbell(): buffers up to tail are written. */
	return (smp_load_acquire(&q->tail) - READ_ONCE(q->head)) & READ_ONCE(q->base.mask);
}

static inline bool simhw_rx_stuck(struct simhw_rxq *q)
{
	const struct simhw_faults *faults = &q->base.card->faults;

	if (likely(!READ_ONCE(faults->rx_stuck)) &&
	    !simhw_fault_armed(faults, BIT(SIMHW_FAULT_RX_STUCK)))
		return false;
	return simhw_fault_rx_stuck(q);
}

/* Are there @need buffers? */
static inline bool simhw_rx_room(struct simhw_rxq *q, u32 need)
{
	lockdep_assert_held(&q->lock);

	return q->base.enabled && !q->halted && simhw_rx_avail(q) >= need &&
	       !simhw_rx_stuck(q);
}

enum simhw_rx_result simhw_rx_no_room(struct simhw_rxq *q, struct simhw_sender *from,
				      const struct simhw_frame *f, u32 need, int generation);
void simhw_rx_wake(struct simhw_rxq *q);

#endif
