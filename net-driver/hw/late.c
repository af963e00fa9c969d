// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: write-backs that come late, for faults. The card owes them until
 * the timer expires, or the queue stops: what it still owes then, it writes at
 * once, since nothing may be written afterwards.
 */
#include <linux/hrtimer.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "card.h"
#include "late.h"

#define SIMHW_LATE_MAX	64

/**
 * struct simhw_late_entry - one write-back that is owed
 * @due: when
 * @index: descriptor
 * @val: what
 */
struct simhw_late_entry {
	ktime_t due;
	u32 index;
	u32 val;
};

/**
 * struct simhw_late - what a queue owes
 * @lock: protects @n and @entry, and lets nobody write who was overtaken by
 *	simhw_late_flush(). Softirqs off; inside of the receive queue's lock
 * @timer: expires in softirq context, when the first is due
 * @q: the queue
 * @write: writes one
 * @cause: to raise then
 * @n: how many
 * @entry: in the order they were added
 */
struct simhw_late {
	/* Protects all below */
	spinlock_t lock;
	struct hrtimer timer;
	struct simhw_queue *q;
	simhw_late_fn write;
	u32 cause;
	unsigned int n;
	struct simhw_late_entry entry[SIMHW_LATE_MAX];
};

/* Write all that is due by @until. Returns how many, and in @next when to go on. */
static unsigned int simhw_late_write(struct simhw_late *late, ktime_t until, ktime_t *next)
{
	unsigned int i, kept = 0, n = late->n;
	struct simhw_late_entry *e;

	lockdep_assert_held(&late->lock);

	*next = KTIME_MAX;
	/* The buffers before the write-back, as with any other. */
	dma_mb();
	for (i = 0; i < n; i++) {
		e = &late->entry[i];
		if (e->due <= until) {
			late->write(late->q, e->index, e->val);
			continue;
		}
		*next = min(*next, e->due);
		late->entry[kept++] = *e;
	}
	late->n = kept;
	return n - kept;
}

static void simhw_late_raise(struct simhw_late *late, unsigned int n)
{
	if (n)
		simhw_vec_frames(&late->q->card->vec[late->q->vector], late->cause, n);
}

static enum hrtimer_restart simhw_late_timer(struct hrtimer *timer)
{
	struct simhw_late *late = container_of(timer, struct simhw_late, timer);
	unsigned int n;
	ktime_t next;

	spin_lock(&late->lock);
	n = simhw_late_write(late, ktime_get(), &next);
	if (next != KTIME_MAX)
		hrtimer_start(timer, next, HRTIMER_MODE_ABS_SOFT);
	spin_unlock(&late->lock);
	simhw_late_raise(late, n);
	return HRTIMER_NORESTART;
}

/**
 * simhw_late_add() - a write-back is to come later
 * @late: of the queue
 * @index: descriptor
 * @val: what to write
 * @usecs: how much later
 * @in_order: not before those that were added before
 *
 * Context: softirqs off; the queue can not be disabled meanwhile.
 * Return: false if it owes too many already.
 */
bool simhw_late_add(struct simhw_late *late, u32 index, u32 val, u32 usecs, bool in_order)
{
	ktime_t due = ktime_add_us(ktime_get(), usecs);
	struct simhw_late_entry *e;
	bool first;

	spin_lock(&late->lock);
	if (late->n == SIMHW_LATE_MAX) {
		spin_unlock(&late->lock);
		return false;
	}
	if (in_order && late->n)
		due = max(due, late->entry[late->n - 1].due);
	first = !late->n || due < hrtimer_get_expires(&late->timer);
	e = &late->entry[late->n++];
	e->due = due;
	e->index = index;
	e->val = val;
	if (first)
		hrtimer_start(&late->timer, due, HRTIMER_MODE_ABS_SOFT);
	spin_unlock(&late->lock);
	return true;
}

/* Is anything owed? */
bool simhw_late_pending(struct simhw_late *late)
{
	return READ_ONCE(late->n);
}

/* The queue stops: write all of it now. NULL is nothing. Context: process or softirq. */
void simhw_late_flush(struct simhw_late *late)
{
	unsigned int n;
	ktime_t next;

	if (!late)
		return;
	spin_lock_bh(&late->lock);
	n = simhw_late_write(late, KTIME_MAX, &next);
	spin_unlock_bh(&late->lock);
	simhw_late_raise(late, n);
}

/* NULL if there is no memory. Any context. */
struct simhw_late *simhw_late_make(struct simhw_queue *q, simhw_late_fn write, u32 cause)
{
	struct simhw_late *late = kzalloc(sizeof(*late), GFP_ATOMIC | __GFP_NOWARN);

	if (!late)
		return NULL;
	spin_lock_init(&late->lock);
	hrtimer_setup(&late->timer, simhw_late_timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_SOFT);
	late->q = q;
	late->write = write;
	late->cause = cause;
	return late;
}

/* Its queue is off for good. Process context. */
void simhw_late_free(struct simhw_late *late)
{
	if (!late)
		return;
	hrtimer_cancel(&late->timer);
	kfree(late);
}
