// SPDX-License-Identifier: GPL-2.0
/* simnic card: faults: completions of transmit descriptors */
#include "card.h"
#include "late.h"
#include "tx.h"

static void simhw_fault_tx_late(struct simhw_queue *base, u32 index, u32 val)
{
	simhw_tx_write_back(container_of(base, struct simhw_txq, base), index, val);
}

/* Have a completion come later. False if it has to be written now. */
static bool simhw_fault_tx_delay(struct simhw_txq *q, u32 index, u32 usecs, bool in_order)
{
	if (!q->late)
		q->late = simhw_late_make(&q->base, simhw_fault_tx_late, SIMNIC_CAUSE_TX);
	return q->late && simhw_late_add(q->late, index, SIMNIC_TXD_DD, usecs, in_order);
}

/**
 * simhw_fault_tx_done() - a completion is to be written
 * @q: the queue, by its owner
 * @index: descriptor
 *
 * Those behind a late one are as late; but with tx_order they come before it.
 *
 * Context: softirqs off.
 * Return: true if it is not to be written now.
 */
bool simhw_fault_tx_done(struct simhw_txq *q, u32 index)
{
	struct simhw_fault *fault = q->base.card->faults.fault;
	struct simhw_card *card = q->base.card;
	bool behind;

	if (simhw_fault_strikes(card, SIMHW_FAULT_TX_ORDER, q->base.index))
		return simhw_fault_tx_delay(q, index, fault[SIMHW_FAULT_TX_ORDER].usecs, false);

	behind = simhw_fault_armed(&card->faults, BIT(SIMHW_FAULT_TX_DELAY)) &&
		 q->late && simhw_late_pending(q->late);
	if (simhw_fault_strikes(card, SIMHW_FAULT_TX_DELAY, q->base.index))
		return simhw_fault_tx_delay(q, index, fault[SIMHW_FAULT_TX_DELAY].usecs, true);
	return behind && simhw_fault_tx_delay(q, index, 0, true);
}

/*
 * The driver rings, and so adds no descriptors at this moment: those outside of
 * HEAD and TAIL are its own, and neither does the card look at what is in them.
 */
static bool simhw_fault_tx_ring(struct simhw_txq *q)
{
	struct simhw_card *card = q->base.card;
	u32 last = (q->head - 1) & q->base.mask;
	bool struck = false;

	if ((q->ring[last].flags & cpu_to_le16(SIMNIC_TXD_DD)) &&
	    simhw_fault_strikes(card, SIMHW_FAULT_TX_DUP, q->base.index)) {
		simhw_tx_write_back(q, last, SIMNIC_TXD_DD);
		struck = true;
	}
	if (simhw_fault_strikes(card, SIMHW_FAULT_TX_BOGUS, q->base.index)) {
		simhw_tx_write_back(q, q->tail, SIMNIC_TXD_DD);
		struck = true;
	}
	return struck;
}

/* In the doorbell, before the engine runs. Any context. */
void simhw_fault_tx_doorbell(struct simhw_txq *q)
{
	struct simhw_card *card = q->base.card;
	bool struck = false;

	/* If the engine runs elsewhere: another time. */
	if (in_hardirq() || atomic_cmpxchg(&q->state, 0, SIMHW_TXQ_BUSY))
		return;
	if (READ_ONCE(q->base.enabled))
		struck = simhw_fault_tx_ring(q);
	/* Who left word meanwhile is served by the engine that runs next. */
	atomic_set_release(&q->state, 0);
	if (struck)
		simhw_vec_frames(&card->vec[q->base.vector], SIMNIC_CAUSE_TX, 1);
}
