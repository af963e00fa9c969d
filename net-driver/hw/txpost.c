// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: posted frames. A real card takes none of the sender's time. Here it takes
 * somebody's, and where much is sent that is better the receiver's: frames that the
 * driver posts stay in the ring until their receiver's interrupt has come, and are
 * fetched when the driver there acknowledges it, several in one go. They are not looked
 * at before that anyway. Only super-frames are worth it: there are few of those, and
 * nothing of them is copied.
 */
#include <linux/bitfield.h>
#include <linux/bitops.h>
#include <linux/interrupt.h>
#include <linux/rcupdate.h>

#include "card.h"
#include "tx.h"
#include "txpost.h"

/* Who rings sends them if more descriptors than that wait: the receiver is busy. */
#define SIMHW_POST_MAX		64
/*
 * And if the receiver's interrupt may be so many microseconds off. TCP lets about a
 * millisecond's worth wait in a ring; with more than four from posting to cleaning up, a
 * flow does not get out of its slow start. So if the poll that cleans up may be more than
 * this off, what is done is told of.
 */
#define SIMHW_POST_USECS	3200
#define SIMHW_POST_CLEAN_USECS	800
/* Or a timer, if nobody has come for them. */
#define SIMHW_POST_WAIT		(10 * NSEC_PER_MSEC)

static u32 simhw_post_waiting(const struct simhw_txq *q)
{
	return (READ_ONCE(q->tail) - READ_ONCE(q->head)) & READ_ONCE(q->base.mask);
}

/* Where super-frames go, as far as is known: a queue that still takes them, or NULL */
static struct simhw_rxq *simhw_post_rxq(const struct simhw_txq *q)
{
	const u32 wanted = SIMNIC_RXCTRL_EN | SIMNIC_RXCTRL_GRO_HW;
	struct simhw_card *peer = rcu_dereference_bh(q->base.card->peer);
	unsigned int to = READ_ONCE(q->post_to);
	struct simhw_rxq *rxq;

	if (!peer || to >= peer->num_rxq || (simhw_reg(peer, SIMNIC_RXCTRL) & wanted) != wanted)
		return NULL;
	rxq = &peer->rxq[to];
	return READ_ONCE(rxq->base.enabled) ? rxq : NULL;
}

/* Do its interrupts for received frames come soon enough? */
static bool simhw_post_soon(const struct simhw_vec *vec, u32 usecs)
{
	return FIELD_GET(SIMNIC_ITR_USECS, READ_ONCE(vec->itr[0])) <= usecs;
}

static void simhw_post_arm(struct simhw_post *post)
{
	WRITE_ONCE(post->rung, true);
	/* Pairs with simhw_post_timer(): either it sees @rung, or it is not armed. */
	smp_mb();
	if (test_bit(SIMHW_POST_ARMED, &post->state) ||
	    test_and_set_bit(SIMHW_POST_ARMED, &post->state))
		return;
	hrtimer_start(&post->timer, ns_to_ktime(SIMHW_POST_WAIT), HRTIMER_MODE_REL_SOFT);
}

/**
 * simhw_post() - leave it to the receiver to fetch what is in the ring
 * @q: the queue; the tail is written
 * @quiet: the driver looks for itself for what is done
 *
 * Context: softirqs off.
 * Return: false if it can't be left.
 */
bool simhw_post(struct simhw_txq *q, bool quiet)
{
	struct simhw_rxq *rxq = simhw_post_rxq(q);
	struct simhw_vec *vec;

	/* of a small ring they shall not take all */
	if (!rxq || simhw_post_waiting(q) > min(SIMHW_POST_MAX, READ_ONCE(rxq->base.mask) / 4))
		return false;
	vec = &rxq->base.card->vec[READ_ONCE(rxq->base.vector)];
	if (!simhw_post_soon(vec, SIMHW_POST_USECS))
		return false;

	WRITE_ONCE(q->post.quiet, quiet);
	WRITE_ONCE(q->post.owed, false);
	simhw_post_arm(&q->post);
	set_bit(q->base.index, &vec->posted);
	/*
	 * A full barrier, behind tail and bit: if the cause is up, then who clears it
	 * sees them, in simhw_post_fetch().
	 */
	simhw_vec_frames(vec, SIMNIC_CAUSE_RX, 1);
	return true;
}

/**
 * simhw_post_owes() - is it soon enough to tell later of what was sent just now?
 * @q: the queue, by its owner
 *
 * It is if the driver looks for itself whenever it rings.
 *
 * Context: softirqs off.
 * Return: whether it is, and it will be told by the timer.
 */
bool simhw_post_owes(struct simhw_txq *q)
{
	/*
	 * What is done before @quiet. Pairs with the cmpxchg in simhw_txq_acquire(), behind
	 * simhw_post_end(): who rings not posting is told, or sees what is done.
	 */
	smp_mb();
	if (!READ_ONCE(q->post.quiet) ||
	    !simhw_post_soon(&q->base.card->vec[q->base.vector], SIMHW_POST_CLEAN_USECS))
		return false;
	WRITE_ONCE(q->post.owed, true);
	/* Pairs with simhw_post_timer(): either it sees @owed, or it is not armed. */
	smp_mb();
	return test_bit(SIMHW_POST_ARMED, &q->post.state);
}

/**
 * simhw_post_fetch_all() - send what is posted to a vector
 * @vec: the vector; its causes are cleared
 *
 * Context: any; without effect if softirqs are on, or interrupts off: the poll to come
 * is the one that fetches.
 */
void simhw_post_fetch_all(struct simhw_vec *vec)
{
	struct simhw_card *from;
	unsigned long posted;
	unsigned int i;

	if (irqs_disabled() || !in_softirq())
		return;
	/* Softirqs are off: that is a reader of RCU. */
	from = rcu_dereference_bh(vec->card->peer);
	if (!from)
		return;
	posted = xchg(&vec->posted, 0);
	for_each_set_bit(i, &posted, from->num_txq)
		simhw_txq_kick(&from->txq[i]);
	/*
	 * The driver looks for them as soon as this returns. But it can't see what was
	 * posted since: who found the cause up has left it at that.
	 */
	simhw_vec_hush(vec, SIMNIC_CAUSE_RX);
	if (unlikely(READ_ONCE(vec->posted)))
		simhw_vec_raise(vec, SIMNIC_CAUSE_RX);
}

/* For so long nothing was rung: tell of what was done, from now on at once, and send. */
static void simhw_post_silence(struct simhw_txq *q)
{
	WRITE_ONCE(q->post.quiet, false);
	clear_bit(SIMHW_POST_ARMED, &q->post.state);
	/* Pairs with simhw_post_arm() and simhw_post_owes(). */
	smp_mb();
	if (READ_ONCE(q->post.owed) && READ_ONCE(q->base.enabled))
		simhw_vec_raise(&q->base.card->vec[READ_ONCE(q->base.vector)], SIMNIC_CAUSE_TX);
	if (simhw_post_waiting(q))
		simhw_txq_kick(q);
}

/* While the driver goes on to ring, the receiver is trusted to come, if it does. */
static enum hrtimer_restart simhw_post_timer(struct hrtimer *timer)
{
	struct simhw_txq *q = container_of(timer, struct simhw_txq, post.timer);
	struct simhw_post *post = &q->post;

	if (READ_ONCE(post->rung)) {
		if (READ_ONCE(q->head) == post->head && simhw_post_waiting(q))
			simhw_txq_kick(q);
	} else {
		simhw_post_silence(q);
		if (!READ_ONCE(post->rung) || test_and_set_bit(SIMHW_POST_ARMED, &post->state))
			return HRTIMER_NORESTART;
	}
	WRITE_ONCE(post->rung, false);
	post->head = READ_ONCE(q->head);
	hrtimer_forward_now(timer, ns_to_ktime(SIMHW_POST_WAIT));
	return HRTIMER_RESTART;
}

/* The queue stops, by its owner: nothing is posted, and nothing owed. */
void simhw_post_reset(struct simhw_txq *q)
{
	WRITE_ONCE(q->post_to, -1);
	WRITE_ONCE(q->post.quiet, false);
	WRITE_ONCE(q->post.owed, false);
}

void simhw_post_init(struct simhw_txq *q)
{
	q->post_to = -1;
	hrtimer_setup(&q->post.timer, simhw_post_timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT);
}

/* Nobody rings any more. Process context. */
void simhw_post_exit(struct simhw_txq *q)
{
	hrtimer_cancel(&q->post.timer);
	clear_bit(SIMHW_POST_ARMED, &q->post.state);
}
