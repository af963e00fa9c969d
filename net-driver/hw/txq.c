// SPDX-License-Identifier: GPL-2.0
/* simnic card: transmit queues: switching them on and off */
#include <linux/bottom_half.h>
#include <linux/delay.h>

#include "card.h"
#include "late.h"
#include "queue.h"
#include "rx.h"
#include "tx.h"
#include "txpost.h"

/* Become the owner, when the engine lets go. Process context. */
static void simhw_txq_own(struct simhw_txq *q)
{
	lockdep_assert_held(&q->base.card->ctrl_lock);

	while (atomic_cmpxchg(&q->state, 0, SIMHW_TXQ_BUSY))
		usleep_range(5, 20);
}

static void simhw_txq_disown(struct simhw_txq *q)
{
	if (atomic_xchg(&q->state, 0) & SIMHW_TXQ_AGAIN)
		simhw_txq_schedule(q);
}

static void simhw_txq_enable(struct simhw_txq *q)
{
	simhw_txq_own(q);
	q->ring = simhw_queue_configure(&q->base);
	q->base.bad_config = !q->ring;
	q->head = 0;
	q->tail = 0;
	q->seg_off = 0;
	q->halted = false;
	q->seen.len = 0;
	simhw_fault_txq_enable(q);
	q->base.enabled = !q->base.bad_config;
	simhw_txq_disown(q);
}

/**
 * simhw_txq_disable() - stop a queue
 * @q: the queue
 *
 * The card uses neither ring nor buffers when this returns.
 *
 * Context: process, softirqs on; ctrl_lock held.
 */
void simhw_txq_disable(struct simhw_txq *q)
{
	/* The engine stops at the next frame, however many there are. */
	WRITE_ONCE(q->base.enabled, false);
	simhw_txq_own(q);
	local_bh_disable();
	simhw_tx_abort(q);
	local_bh_enable();
	simhw_late_flush(q->late);
	simhw_post_reset(q);
	q->base.bad_config = false;
	q->ring = NULL;
	q->base.mask = 0;
	q->head = 0;
	q->tail = 0;
	q->halted = false;
	q->seg_off = 0;
	simhw_rx_forget(&q->sender);
	simhw_txq_disown(q);
}

static void simhw_txq_resume(struct simhw_txq *q)
{
	simhw_txq_own(q);
	q->halted = false;
	simhw_txq_disown(q);
	simhw_txq_schedule(q);
}

/* Write the CTRL register. Process context, ctrl_lock held. */
void simhw_txq_write_ctrl(struct simhw_txq *q, u32 val)
{
	bool enable = val & SIMNIC_Q_CTRL_ENABLE;

	if (val & SIMNIC_Q_CTRL_RESUME)
		simhw_txq_resume(q);
	else if (enable && !q->base.enabled)
		simhw_txq_enable(q);
	else if (!enable)
		simhw_txq_disable(q);
}

u32 simhw_txq_status(const struct simhw_txq *q)
{
	u32 status = simhw_queue_status(&q->base);

	if (READ_ONCE(q->halted))
		status |= SIMNIC_Q_STATUS_HALTED;
	if (READ_ONCE(q->sender.waiting_at))
		status |= SIMNIC_Q_STATUS_PAUSED;
	return status;
}

void simhw_txq_init(struct simhw_card *card, unsigned int index)
{
	struct simhw_txq *q = &card->txq[index];

	q->base.card = card;
	q->base.index = index;
	simhw_sender_init(&q->sender, card, simhw_txq_bh);
	simhw_post_init(q);
	u64_stats_init(&q->stats.sync);
}
