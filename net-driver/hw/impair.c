// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: what a bad or a long cable does to frames. It loses, doubles and
 * damages them where they pass. Those that take their time, or are to be
 * overtaken, it copies and keeps until they are due; a bottom half delivers them.
 */
#include <linux/debugfs.h>
#include <linux/if_ether.h>
#include <linux/interrupt.h>
#include <linux/math64.h>
#include <linux/random.h>
#include <linux/rcupdate.h>

#include "card.h"
#include "packet.h"

#define SIMHW_IMPAIR_LIMIT	1000	/* frames */
#define SIMHW_IMPAIR_BUDGET	64	/* packets of a run of the bottom half */

/* Preamble, FCS and the gap between frames */
#define SIMHW_WIRE_OVERHEAD	24

static struct simhw_card *simhw_impair_card(struct simhw_impair *im)
{
	return container_of(im, struct simhw_card, impair);
}

static u32 simhw_knob(const struct simhw_impair *im, enum simhw_knob_id id)
{
	return READ_ONCE(im->knob[id].val);
}

static bool simhw_impair_delays(const struct simhw_impair *im)
{
	return simhw_knob(im, SIMHW_KNOB_USECS) || simhw_knob(im, SIMHW_KNOB_JITTER) ||
	       simhw_knob(im, SIMHW_KNOB_RATE);
}

/* As long as frames take their time, none may pass those that are under way. */
static void simhw_impair_update(struct simhw_impair *im)
{
	unsigned long *armed = &simhw_impair_card(im)->faults.armed;

	lockdep_assert_held(&im->lock);

	if (simhw_impair_delays(im) || im->in_order)
		set_bit(SIMHW_WIRE_DELAY, armed);
	else
		clear_bit(SIMHW_WIRE_DELAY, armed);
}

/* -- Onto the cable --------------------------------------------------------- */

/* Bytes that the frames of @f are on the wire */
static u64 simhw_impair_bytes(const struct simhw_frame *f)
{
	u32 last = f->sg->len - (f->segs - 1) * f->mss;

	return (u64)(f->segs - 1) * simhw_wire_len(f, f->seg_hdr + f->mss) +
	       simhw_wire_len(f, last) + (u64)f->segs * SIMHW_WIRE_OVERHEAD;
}

/* When the last bit has left */
static ktime_t simhw_impair_sent(struct simhw_impair *im, const struct simhw_frame *f)
{
	u32 rate = simhw_knob(im, SIMHW_KNOB_RATE);
	ktime_t now = ktime_get();

	lockdep_assert_held(&im->lock);

	if (!rate)
		return now;
	im->busy = ktime_add_ns(max(now, im->busy),
				div_u64(simhw_impair_bytes(f) * 8 * 1000, rate));
	return im->busy;
}

/* How long it is under way */
static u64 simhw_impair_flight(const struct simhw_impair *im)
{
	u64 usecs = simhw_knob(im, SIMHW_KNOB_USECS), jitter = simhw_knob(im, SIMHW_KNOB_JITTER);

	if (!jitter)
		return usecs;
	usecs += mul_u64_u32_shr(2 * jitter + 1, get_random_u32(), 32);
	return usecs > jitter ? usecs - jitter : 0;
}

static void simhw_impair_schedule(struct simhw_impair *im, struct simhw_packet *p)
{
	struct simhw_card *card = simhw_impair_card(im);
	const struct simhw_fault *reorder = &card->faults.fault[SIMHW_WIRE_REORDER];

	lockdep_assert_held(&im->lock);

	p->due = ktime_add_us(simhw_impair_sent(im, &p->frame), simhw_impair_flight(im));
	if (p->late) {
		p->due = ktime_add_us(max(p->due, im->last), READ_ONCE(reorder->usecs));
		return;
	}
	p->due = max(p->due, im->last);
	im->last = p->due;
	im->in_order++;
	simhw_impair_update(im);
}

/* Start the timer for the first, unless that waits for its receiver. */
static void simhw_impair_arm(struct simhw_impair *im)
{
	struct simhw_packet *p;

	lockdep_assert_held(&im->lock);

	p = list_first_entry_or_null(&im->packets, struct simhw_packet, node);
	if (p && !READ_ONCE(im->sender.waiting_at))
		hrtimer_start(&im->timer, p->due, HRTIMER_MODE_ABS);
}

static void simhw_impair_insert(struct simhw_impair *im, struct simhw_packet *p)
{
	struct simhw_packet *before;

	lockdep_assert_held(&im->lock);

	list_for_each_entry_reverse(before, &im->packets, node)
		if (before->due <= p->due)
			break;
	list_add(&p->node, &before->node);
	im->frames += p->frame.segs;
	if (list_is_first(&p->node, &im->packets))
		simhw_impair_arm(im);
}

/* Put a copy onto the cable. False: no room, or no memory for it. */
static bool simhw_impair_put(struct simhw_impair *im, const struct simhw_card *to,
			     const struct simhw_frame *f, bool late, bool corrupt)
{
	struct simhw_packet *p;
	bool room;

	if (READ_ONCE(im->frames) + f->segs > simhw_knob(im, SIMHW_KNOB_LIMIT))
		return false;
	p = simhw_packet_make(f);
	if (!p)
		return false;
	p->to = to;
	p->late = late;
	p->corrupt = corrupt;

	spin_lock(&im->lock);
	room = im->frames + f->segs <= simhw_knob(im, SIMHW_KNOB_LIMIT);
	if (room) {
		simhw_impair_schedule(im, p);
		simhw_impair_insert(im, p);
	}
	spin_unlock(&im->lock);
	if (!room)
		simhw_packet_free(p);
	return room;
}

/* Frames that take their time, or are overtaken by others */
static void simhw_impair_keep(struct simhw_rx_run *run, struct simhw_txq *q,
			      const struct simhw_frame *f, bool late)
{
	bool corrupt = simhw_fault_strikes(q->base.card, SIMHW_WIRE_CORRUPT, 0);
	struct simhw_impair *im = &q->base.card->impair;

	if (!simhw_impair_put(im, run->card, f, late, corrupt)) {
		simhw_stats_count(&q->stats, SIMNIC_STAT_TX_WIRE_LOST, f->segs);
		return;
	}
	if (simhw_fault_strikes(q->base.card, SIMHW_WIRE_DUPLICATE, 0) &&
	    simhw_impair_put(im, run->card, f, late, corrupt))
		simhw_stats_count(&q->stats, SIMNIC_STAT_TX_WIRE_DUP, f->segs);
}

/* Frames that arrive at once */
static enum simhw_rx_result simhw_impair_pass(struct simhw_rx_run *run, struct simhw_txq *q,
					      const struct simhw_frame *f)
{
	struct simhw_card *card = q->base.card;
	enum simhw_rx_result ret;

	if (simhw_fault_strikes(card, SIMHW_WIRE_CORRUPT, 0)) {
		simhw_stats_cold(run->card, SIMNIC_STAT_RX_CRC_ERRORS, f->segs);
		return SIMHW_RX_DONE;
	}
	ret = simhw_rx_frame(run, &q->sender, f);
	/* If the receiver lets the second one wait, there was none. */
	if (ret == SIMHW_RX_DONE && simhw_fault_strikes(card, SIMHW_WIRE_DUPLICATE, 0) &&
	    simhw_rx_frame(run, &q->sender, f) == SIMHW_RX_DONE)
		simhw_stats_count(&q->stats, SIMNIC_STAT_TX_WIRE_DUP, f->segs);
	return ret;
}

/**
 * simhw_impair_frame() - send a frame over a cable that is not perfect
 * @run: where to; unlocked if the frame is kept
 * @q: the sending queue, by its owner
 * @f: the frame
 *
 * Context: softirqs off, by a reader of RCU.
 * Return: as simhw_rx_frame(); DONE also if the cable has it.
 */
enum simhw_rx_result simhw_impair_frame(struct simhw_rx_run *run, struct simhw_txq *q,
					const struct simhw_frame *f)
{
	struct simhw_card *card = q->base.card;
	bool late;

	if (simhw_fault_strikes(card, SIMHW_WIRE_LOSS, 0)) {
		simhw_stats_count(&q->stats, SIMNIC_STAT_TX_WIRE_LOST, f->segs);
		return SIMHW_RX_DONE;
	}
	late = simhw_fault_strikes(card, SIMHW_WIRE_REORDER, 0);
	if (!late && !simhw_fault_armed(&card->faults, BIT(SIMHW_WIRE_DELAY)))
		return simhw_impair_pass(run, q, f);
	simhw_rx_end(run);
	simhw_impair_keep(run, q, f, late);
	return SIMHW_RX_DONE;
}

/* -- And from it ------------------------------------------------------------ */

/* The first packet, if it is due */
static struct simhw_packet *simhw_impair_take(struct simhw_impair *im)
{
	struct simhw_packet *p;

	spin_lock(&im->lock);
	p = list_first_entry_or_null(&im->packets, struct simhw_packet, node);
	if (p && (p->due > ktime_get() || READ_ONCE(im->sender.waiting_at)))
		p = NULL;
	if (p)
		list_del(&p->node);
	spin_unlock(&im->lock);
	return p;
}

/* It has to wait, in front of all others. */
static void simhw_impair_put_back(struct simhw_impair *im, struct simhw_packet *p)
{
	spin_lock(&im->lock);
	list_add(&p->node, &im->packets);
	spin_unlock(&im->lock);
}

/* It is not on the cable any more. */
static void simhw_impair_forget(struct simhw_impair *im, struct simhw_packet *p)
{
	lockdep_assert_held(&im->lock);

	im->frames -= p->frame.segs;
	if (!p->late) {
		im->in_order--;
		simhw_impair_update(im);
	}
}

static void simhw_impair_done(struct simhw_impair *im, struct simhw_packet *p)
{
	spin_lock(&im->lock);
	simhw_impair_forget(im, p);
	spin_unlock(&im->lock);
	simhw_packet_free(p);
}

static enum simhw_rx_result simhw_impair_deliver(struct simhw_impair *im,
						 struct simhw_rx_run *run,
						 struct simhw_packet *p)
{
	struct simhw_card *card = simhw_impair_card(im);
	struct simhw_card *peer = rcu_dereference(card->peer);
	const struct simhw_frame *f = simhw_packet_frame(p, &im->sg);

	if (peer != p->to) {
		simhw_stats_cold(card, SIMNIC_STAT_TX_WIRE_LOST, f->segs);
		return SIMHW_RX_DONE;
	}
	if (p->corrupt) {
		simhw_stats_cold(peer, SIMNIC_STAT_RX_CRC_ERRORS, f->segs);
		return SIMHW_RX_DONE;
	}
	if (run->card != peer) {
		simhw_rx_end(run);
		run->card = peer;
	}
	return simhw_rx_frame(run, &im->sender, f);
}

/* Deliver one packet that is due. False if there is none, or it has to wait. */
static bool simhw_impair_one(struct simhw_impair *im, struct simhw_rx_run *run)
{
	struct simhw_packet *p = simhw_impair_take(im);
	enum simhw_rx_result ret;

	if (!p)
		return false;
	ret = simhw_impair_deliver(im, run, p);
	if (ret == SIMHW_RX_DONE) {
		simhw_impair_done(im, p);
		return true;
	}
	/* Who was woken in the meantime runs once more. */
	simhw_impair_put_back(im, p);
	return ret == SIMHW_RX_RETRY;
}

static void simhw_impair_bh(struct tasklet_struct *t)
{
	struct simhw_impair *im = container_of(t, struct simhw_impair, sender.bh);
	unsigned int budget = SIMHW_IMPAIR_BUDGET;
	struct simhw_rx_run run = {};

	rcu_read_lock();
	while (budget && simhw_impair_one(im, &run))
		budget--;
	simhw_rx_end(&run);
	rcu_read_unlock();

	spin_lock(&im->lock);
	if (!budget)
		tasklet_schedule(&im->sender.bh);
	else
		simhw_impair_arm(im);
	spin_unlock(&im->lock);
}

static enum hrtimer_restart simhw_impair_timer(struct hrtimer *timer)
{
	struct simhw_impair *im = container_of(timer, struct simhw_impair, timer);

	tasklet_schedule(&im->sender.bh);
	return HRTIMER_NORESTART;
}

/**
 * simhw_impair_flush() - the link has broken: what is under way is lost
 * @card: the sending card
 *
 * What the bottom half has in its hands, it drops itself: the peer has changed.
 *
 * Context: process.
 */
void simhw_impair_flush(struct simhw_card *card)
{
	struct simhw_impair *im = &card->impair;
	struct simhw_packet *p, *next;
	LIST_HEAD(lost);

	spin_lock_bh(&im->lock);
	list_splice_init(&im->packets, &lost);
	list_for_each_entry(p, &lost, node)
		simhw_impair_forget(im, p);
	im->busy = 0;
	im->last = 0;
	spin_unlock_bh(&im->lock);

	list_for_each_entry_safe(p, next, &lost, node) {
		simhw_stats_cold(card, SIMNIC_STAT_TX_WIRE_LOST, p->frame.segs);
		simhw_packet_free(p);
	}
}

/* -- Files ------------------------------------------------------------------ */

static int simhw_knob_get(void *data, u64 *val)
{
	const struct simhw_knob *knob = data;

	*val = READ_ONCE(knob->val);
	return 0;
}

static int simhw_knob_set(void *data, u64 val)
{
	struct simhw_knob *knob = data;
	struct simhw_impair *im = knob->im;

	if (val > U32_MAX)
		return -EINVAL;
	spin_lock_bh(&im->lock);
	WRITE_ONCE(knob->val, val);
	simhw_impair_update(im);
	spin_unlock_bh(&im->lock);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(simhw_knob_fops, simhw_knob_get, simhw_knob_set, "%llu\n");

void simhw_impair_add(struct simhw_card *card, struct dentry *wire)
{
	static const char * const names[SIMHW_KNOBS] = {
		[SIMHW_KNOB_USECS] = "usecs",
		[SIMHW_KNOB_JITTER] = "jitter_usecs",
		[SIMHW_KNOB_RATE] = "rate_mbps",
		[SIMHW_KNOB_LIMIT] = "limit",
	};
	struct dentry *dir = debugfs_create_dir("delay", wire);
	unsigned int i;

	for (i = 0; i < SIMHW_KNOBS; i++)
		debugfs_create_file_unsafe(names[i], 0600, dir, &card->impair.knob[i],
					   &simhw_knob_fops);
}

void simhw_impair_init(struct simhw_card *card)
{
	struct simhw_impair *im = &card->impair;
	unsigned int i;

	for (i = 0; i < SIMHW_KNOBS; i++)
		im->knob[i].im = im;
	im->knob[SIMHW_KNOB_LIMIT].val = SIMHW_IMPAIR_LIMIT;
	spin_lock_init(&im->lock);
	INIT_LIST_HEAD(&im->packets);
	hrtimer_setup(&im->timer, simhw_impair_timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
	simhw_sender_init(&im->sender, card, simhw_impair_bh);
}

/* The card is off: nothing is put onto the cable any more. Process context. */
void simhw_impair_exit(struct simhw_card *card)
{
	struct simhw_impair *im = &card->impair;

	/* Without packets the bottom half does not start the timer again. */
	simhw_impair_flush(card);
	hrtimer_cancel(&im->timer);
	tasklet_kill(&im->sender.bh);
}
