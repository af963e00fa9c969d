// SPDX-License-Identifier: GPL-2.0
/* simnic card: receive queues: switching them on and off */
#include "card.h"
#include "late.h"
#include "rx.h"
#include "rxwait.h"
#include "share.h"

static bool simhw_rxq_configure(struct simhw_rxq *q)
{
	u32 bufsz = simhw_queue_reg(&q->base, SIMNIC_RXQ_BUFSZ(0) - SIMNIC_RXQ(0));

	q->ring = simhw_queue_configure(&q->base);
	q->bufsz = bufsz;
	/* LEN may have been written since the table was made */
	if (q->share && q->share_len != q->base.mask + 1)
		return false;
	return q->ring && bufsz >= SIMNIC_RX_BUF_MIN && bufsz <= SIMNIC_RX_BUF_MAX;
}

/* Who waits for the queue is woken by its first buffers. */
static void simhw_rxq_enable(struct simhw_rxq *q)
{
	simhw_share_free(q);
	simhw_share_alloc(q, simhw_queue_reg(&q->base, SIMNIC_RXQ_LEN(0) - SIMNIC_RXQ(0)));

	spin_lock_bh(&q->lock);
	q->base.bad_config = !simhw_rxq_configure(q);
	q->head = 0;
	q->tail = 0;
	q->halted = false;
	q->seen.len = 0;
	simhw_fault_rxq_enable(q);
	q->base.enabled = !q->base.bad_config;
	spin_unlock_bh(&q->lock);
}

/**
 * simhw_rxq_disable() - stop a queue
 * @q: the queue
 *
 * No sender uses ring or buffers when this returns. Those that honour pause
 * wait for it to come back. Shared pages can still be taken.
 *
 * Context: process, softirqs on; ctrl_lock held.
 */
void simhw_rxq_disable(struct simhw_rxq *q)
{
	spin_lock_bh(&q->lock);
	simhw_late_flush(q->late);
	q->torn = false;
	q->base.enabled = false;
	q->base.bad_config = false;
	q->base.mask = 0;
	q->ring = NULL;
	q->head = 0;
	q->tail = 0;
	q->halted = false;
	if (q->wake_at)
		WRITE_ONCE(q->wake_at, 1);
	spin_unlock_bh(&q->lock);
}

static void simhw_rxq_resume(struct simhw_rxq *q)
{
	spin_lock_bh(&q->lock);
	q->halted = false;
	spin_unlock_bh(&q->lock);
	simhw_rx_wake(q);
}

/* Write the CTRL register. Process context, ctrl_lock held. */
void simhw_rxq_write_ctrl(struct simhw_rxq *q, u32 val)
{
	bool enable = val & SIMNIC_Q_CTRL_ENABLE;

	if (val & SIMNIC_Q_CTRL_RESUME)
		simhw_rxq_resume(q);
	else if (enable && !q->base.enabled)
		simhw_rxq_enable(q);
	else if (!enable)
		simhw_rxq_disable(q);
}

u32 simhw_rxq_status(const struct simhw_rxq *q)
{
	u32 status = simhw_queue_status(&q->base);

	if (READ_ONCE(q->halted))
		status |= SIMNIC_Q_STATUS_HALTED;
	if (READ_ONCE(q->wake_at))
		status |= SIMNIC_Q_STATUS_WAITING;
	return status;
}

static void simhw_rxq_bh(struct tasklet_struct *t)
{
	struct simhw_rxq *q = container_of(t, struct simhw_rxq, bh);

	simhw_rx_wake(q);
}

/* It is off for good. */
void simhw_rxq_exit(struct simhw_rxq *q)
{
	simhw_share_free(q);
	simhw_late_free(q->late);
}

void simhw_rxq_init(struct simhw_card *card, unsigned int index)
{
	struct simhw_rxq *q = &card->rxq[index];

	q->base.card = card;
	q->base.index = index;
	spin_lock_init(&q->lock);
	INIT_LIST_HEAD(&q->waiters);
	u64_stats_init(&q->stats.sync);
	tasklet_setup(&q->bh, simhw_rxq_bh);
}
