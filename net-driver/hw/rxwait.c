// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: receive queues without room, and who waits for it. While pause
 * is in effect, a sender whose frame finds no buffer stops and registers itself
 * with the receive queue. Whatever may end its wait wakes it, and it looks again:
 * buffers, the link, pause, or the receiver being switched off.
 */
#include <linux/rcupdate.h>

#include "card.h"
#include "rx.h"
#include "rxwait.h"

/* Drop a frame that may not wait. */
static enum simhw_rx_result simhw_rx_miss(struct simhw_rxq *q, const struct simhw_frame *f)
{
	bool on = q->base.enabled && !q->halted;

	simhw_stats_count(&q->stats, on ? SIMNIC_STAT_RX_MISSED : SIMNIC_STAT_RX_DISABLED, f->segs);
	return SIMHW_RX_DONE;
}

static bool simhw_rx_pause(const struct simhw_card *card, const struct simhw_card *sender)
{
	return (READ_ONCE(card->status) & SIMNIC_STATUS_TX_PAUSE) &&
	       (READ_ONCE(sender->status) & SIMNIC_STATUS_RX_PAUSE);
}

static void simhw_rx_wait(struct simhw_rxq *q, struct simhw_sender *from, u32 need)
{
	u32 wake_at = max(need, (q->base.mask + 1) / 8);

	list_add_tail(&from->waiting, &q->waiters);
	WRITE_ONCE(from->waiting_at, q);
	if (!q->wake_at || q->wake_at > wake_at)
		WRITE_ONCE(q->wake_at, wake_at);
}

static void simhw_rx_unwait(struct simhw_rxq *q, struct simhw_sender *from)
{
	lockdep_assert_held(&q->lock);

	list_del_init(&from->waiting);
	WRITE_ONCE(from->waiting_at, NULL);
	if (list_empty(&q->waiters))
		WRITE_ONCE(q->wake_at, 0);
}

/**
 * simhw_rx_no_room() - there is no room for a frame
 * @q: the queue, locked
 * @from: the sender
 * @f: the frame
 * @need: buffers that it takes
 * @generation: of what has led the frame to @q
 *
 * What decides is looked at with @q locked: who changes it wakes the waiters
 * afterwards, with @q locked as well.
 *
 * Context: softirqs off.
 * Return: what becomes of it.
 */
enum simhw_rx_result simhw_rx_no_room(struct simhw_rxq *q, struct simhw_sender *from,
				      const struct simhw_frame *f, u32 need, int generation)
{
	struct simhw_card *card = q->base.card, *sender = from->card;

	lockdep_assert_held(&q->lock);

	if (rcu_access_pointer(sender->peer) != card ||
	    !(simhw_reg(card, SIMNIC_RXCTRL) & SIMNIC_RXCTRL_EN) ||
	    atomic_read(&card->steering) != generation)
		return SIMHW_RX_RETRY;
	if (!simhw_rx_pause(card, sender) || (q->base.enabled && need > q->base.mask))
		return simhw_rx_miss(q, f);

	simhw_rx_wait(q, from, need);
	/*
	 * Pairs with simhw_rxq_doorbell(): either it sees wake_at, or its
	 * buffers are seen here.
	 */
	smp_mb();
	if (simhw_rx_room(q, need)) {
		simhw_rx_unwait(q, from);
		return SIMHW_RX_ROOM;
	}

	simhw_stats_count(&q->stats, SIMNIC_STAT_TX_PAUSE, 1);
	simhw_stats_cold(sender, SIMNIC_STAT_RX_PAUSE, 1);
	return SIMHW_RX_WAIT;
}

/* All who wait for this queue look again. Not in hard interrupts. */
void simhw_rx_wake(struct simhw_rxq *q)
{
	struct simhw_sender *from, *next;

	spin_lock_bh(&q->lock);
	list_for_each_entry_safe(from, next, &q->waiters, waiting) {
		simhw_rx_unwait(q, from);
		tasklet_schedule(&from->bh);
	}
	spin_unlock_bh(&q->lock);
}

/* All who wait for this card look again. Process context. */
void simhw_rx_wake_all(struct simhw_card *card)
{
	unsigned int i;

	for (i = 0; i < card->num_rxq; i++)
		simhw_rx_wake(&card->rxq[i]);
}

/* Frames may belong into other queues now. Not in hard interrupts. */
void simhw_rx_resteer(struct simhw_card *card)
{
	/*
	 * What was written before the generation, pairs with the acquire in
	 * simhw_rx_frame(); and that before the queues' locks: who begins to
	 * wait after this sees it.
	 */
	smp_mb__before_atomic();
	atomic_inc(&card->steering);
	simhw_rx_wake_all(card);
}

void simhw_sender_init(struct simhw_sender *sender, struct simhw_card *card,
		       void (*bh)(struct tasklet_struct *t))
{
	sender->card = card;
	INIT_LIST_HEAD(&sender->waiting);
	tasklet_setup(&sender->bh, bh);
}

/**
 * simhw_rx_forget() - a sender waits no more
 * @from: the sender, which can not begin to wait meanwhile
 *
 * The queue that it waits for is there for as long as it is in the list: its
 * card wakes all and waits for an RCU grace period before it goes.
 *
 * Context: process.
 */
void simhw_rx_forget(struct simhw_sender *from)
{
	struct simhw_rxq *q;

	rcu_read_lock();
	q = READ_ONCE(from->waiting_at);
	if (q) {
		spin_lock_bh(&q->lock);
		if (from->waiting_at == q)
			simhw_rx_unwait(q, from);
		spin_unlock_bh(&q->lock);
	}
	rcu_read_unlock();
}

/**
 * simhw_rxq_doorbell() - the driver has added buffers
 * @q: the queue
 * @tail: index behind the last one
 *
 * Context: any.
 */
void simhw_rxq_doorbell(struct simhw_rxq *q, u32 tail)
{
	u32 wake_at;

	/* Pairs with simhw_rx_avail(). */
	smp_store_release(&q->tail, tail & READ_ONCE(q->base.mask));
	/* Pairs with simhw_rx_no_room(): tail before wake_at. */
	smp_mb();
	if (simhw_fault_armed(&q->base.card->faults, SIMHW_FAULTS_RX_RING))
		simhw_fault_rx_doorbell(q);
	wake_at = READ_ONCE(q->wake_at);
	if (unlikely(wake_at) && simhw_rx_avail(q) >= wake_at)
		tasklet_schedule(&q->bh);
}
