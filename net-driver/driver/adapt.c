// SPDX-License-Identifier: GPL-2.0
/*
 * Adaptive receive moderation. To wait for more frames costs nothing while processors
 * have other work, and spares them interrupts, changes between programs and, at the other
 * end, acknowledgments; while they idle, frames wait for nothing. How long the right time
 * is depends on how fast a processor is, and that may differ by a factor of a hundred
 * here: so it is not the time but what comes of it that counts. net_dim goes by throughput
 * instead, which emulated processors do not have evenly enough for its steps.
 */
#include <linux/sizes.h>

#include "simnic.h"
#include "stats.h"

#define SIMNIC_ADAPT_IRQS	32	/* of a window */
#define SIMNIC_ADAPT_PAUSE	DIV_ROUND_UP(HZ, 50)
/* Unless another processor is busy: */
#define SIMNIC_ADAPT_IDLE	16	/* more than the 16th part of the time is idle: shorten */
#define SIMNIC_ADAPT_BUSY	32	/* less than the 32nd: prolong */
/* and if one is: */
#define SIMNIC_ADAPT_MOSTLY	8	/* all but the 8th part of it is: not too long */
#define SIMNIC_ADAPT_BYTES	SZ_1M	/* for one interrupt: more falls out of caches */
#define SIMNIC_ADAPT_SINGLE	SZ_128K	/* of single frames: more overflows sockets, */
#define SIMNIC_ADAPT_SINGLES	256	/* and more than so many small ones */
#define SIMNIC_ADAPT_PATIENCE	255U	/* windows */

/* Quiet times, in usecs. A ring half full ends them. */
static const u16 simnic_adapt_times[] = { 1, 50, 200, 400, 800, 1600, 3200 };

/*
 * Where a frame takes longer than the times before this one, only this one tells frames
 * that follow each other from answers.
 */
#define SIMNIC_ADAPT_TELLING	4

/**
 * simnic_adapt_usecs() - how long a vector is to be quiet
 * @adapt: its state
 *
 * Context: any.
 * Return: microseconds.
 */
u32 simnic_adapt_usecs(const struct simnic_adapt *adapt)
{
	return simnic_adapt_times[READ_ONCE(adapt->level)];
}

/*
 * How many frames an interrupt has to bring. A processor may be busy with something else,
 * and each frame, with an acknowledgment perhaps, be the answer to the one before: the more
 * so if it is another processor that is busy.
 */
static unsigned int simnic_adapt_least(unsigned int level, bool idles)
{
	if (level >= SIMNIC_ADAPT_TELLING)
		return 3;
	return level > 1 || idles ? 2 : 0;
}

/* Did they come one by one? */
static bool simnic_adapt_sparse(const struct simnic_adapt_window *w)
{
	return w->frames < (u64)w->irqs * 2;
}

/* Neither answers nor acknowledgments, as much as can be seen? */
static bool simnic_adapt_one_way(const struct simnic_adapt_window *w)
{
	return w->sent <= w->bytes / 2;
}

/* Does the processor idle for more than this part of the time? */
static bool simnic_adapt_idles(const struct simnic_adapt_window *w, unsigned int part)
{
	return w->idle * part > w->time;
}

/* Did interrupts bring more than one such part of what is too much? */
static bool simnic_adapt_full(const struct simnic_adapt_window *w, unsigned int part)
{
	return w->bytes * part > (u64)w->irqs * SIMNIC_ADAPT_BYTES ||
	       w->single_bytes * part > (u64)w->irqs * SIMNIC_ADAPT_SINGLE ||
	       w->singles * part > (u64)w->irqs * SIMNIC_ADAPT_SINGLES;
}

/* Was this time too long? */
static bool simnic_adapt_in_vain(const struct simnic_adapt *adapt,
				 const struct simnic_adapt_window *w)
{
	bool idles = simnic_adapt_idles(w, SIMNIC_ADAPT_IDLE);

	return (idles && !w->elsewhere) ||
	       (adapt->level > SIMNIC_ADAPT_TELLING &&
		w->idle > w->time - w->time / SIMNIC_ADAPT_MOSTLY) ||
	       simnic_adapt_full(w, 1) ||
	       w->frames < (u64)w->irqs * simnic_adapt_least(adapt->level, idles);
}

/* May a longer time be worth it? */
static bool simnic_adapt_promising(const struct simnic_adapt *adapt,
				   const struct simnic_adapt_window *w)
{
	bool idles = simnic_adapt_idles(w, SIMNIC_ADAPT_BUSY);

	return adapt->level < ARRAY_SIZE(simnic_adapt_times) - 1 &&
	       (!idles || (w->elsewhere && !simnic_adapt_sparse(w))) &&
	       (adapt->level < SIMNIC_ADAPT_TELLING ||
		w->idle <= w->time - 2 * w->time / SIMNIC_ADAPT_MOSTLY) &&
	       !simnic_adapt_full(w, 2);
}

/**
 * simnic_adapt_decide() - what comes of the quiet time?
 * @adapt: state of the vector
 * @w: the differences that a window has made
 *
 * A longer time that was in vain is tried again later, and later each time.
 *
 * Context: softirq.
 * Return: whether the time has changed.
 */
bool simnic_adapt_decide(struct simnic_adapt *adapt, const struct simnic_adapt_window *w)
{
	unsigned int level = adapt->level;

	if (level && simnic_adapt_in_vain(adapt, w)) {
		adapt->patience = min(adapt->patience * 2 + 1, SIMNIC_ADAPT_PATIENCE);
		adapt->wait = adapt->patience;
		if (level == SIMNIC_ADAPT_TELLING && simnic_adapt_sparse(w))
			level = 1;
		else
			level--;
	} else {
		if (!simnic_adapt_promising(adapt, w))
			return false;
		if (adapt->wait) {
			adapt->wait--;
			return false;
		}
		if (level == 1 && simnic_adapt_sparse(w) && simnic_adapt_one_way(w))
			level = SIMNIC_ADAPT_TELLING;
		else
			level++;
	}
	WRITE_ONCE(adapt->level, level);
	return true;
}

static void simnic_adapt_read(const struct simnic_vector *vec, int cpu,
			      struct simnic_adapt_window *w)
{
	const struct simnic_rx_stats *rx = &vec->sn->stats->rx[vec->idx];
	const struct simnic_tx_stats *tx = &vec->sn->stats->tx[vec->idx];

	w->irqs = READ_ONCE(vec->irqs);
	/* the poll is these counters' only writer: no need of the syncp */
	w->frames = u64_stats_read(&rx->packets);
	w->bytes = u64_stats_read(&rx->bytes);
	w->singles = w->frames - u64_stats_read(&rx->gro_wire_packets);
	w->single_bytes = w->bytes - u64_stats_read(&rx->gro_wire_bytes);
	/* where senders clean up, they write it */
	w->sent = simnic_read(&tx->syncp, &tx->bytes);
	w->elsewhere = simnic_load_elsewhere();
	w->idle = simnic_load_idle(cpu);
	w->time = ktime_to_us(ktime_get());
}

static bool simnic_adapt_measure(struct simnic_vector *vec, bool paused)
{
	struct simnic_adapt *adapt = &vec->adapt;
	struct simnic_adapt_window now, w;
	int cpu = smp_processor_id();
	bool moved = adapt->cpu != cpu;

	simnic_adapt_read(vec, cpu, &now);
	w.irqs = now.irqs - adapt->began.irqs;
	w.frames = now.frames - adapt->began.frames;
	w.bytes = now.bytes - adapt->began.bytes;
	w.singles = now.singles - adapt->began.singles;
	w.single_bytes = now.single_bytes - adapt->began.single_bytes;
	w.sent = now.sent - adapt->began.sent;
	w.idle = max_t(s64, now.idle - adapt->began.idle, 0);
	w.time = now.time - adapt->began.time;
	w.elsewhere = now.elsewhere;
	adapt->began = now;
	adapt->cpu = cpu;
	if (paused) {
		adapt->patience = 0;
		adapt->wait = 0;
		if (!adapt->level)
			return false;
		WRITE_ONCE(adapt->level, 0);
		return true;
	}
	return !moved && simnic_adapt_decide(adapt, &w);
}

/**
 * simnic_adapt_sample() - a poll is about to be complete
 * @vec: its vector
 *
 * Where nothing was polled for a while, the next frame finds a vector that answers at once.
 *
 * Context: softirq, before the poll is given up: all of the state is its owner's.
 */
void simnic_adapt_sample(struct simnic_vector *vec)
{
	struct simnic_adapt *adapt = &vec->adapt;
	bool paused;

	if (!READ_ONCE(vec->sn->adaptive_rx))
		return;
	paused = time_after(jiffies, adapt->polled + SIMNIC_ADAPT_PAUSE);
	adapt->polled = jiffies;
	if (!paused && (u32)READ_ONCE(vec->irqs) - adapt->began.irqs < SIMNIC_ADAPT_IRQS)
		return;
	if (simnic_adapt_measure(vec, paused))
		simnic_coal_write(vec);
}
