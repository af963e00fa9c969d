// SPDX-License-Identifier: GPL-2.0
/*
 * Adaptive receive moderation. To wait for more frames costs nothing while the processor
 * has other work, and spares it interrupts and changes between programs; while it idles,
 * frames wait for nothing. How long the right time is depends on how fast the processor
 * is, and that may differ by a factor of a hundred here: so it is not the time but what
 * comes of it that counts. net_dim goes by throughput instead, which emulated processors
 * do not have evenly enough for its steps.
 */
#include <linux/kernel_stat.h>
#include <linux/sizes.h>
#include <linux/tick.h>

#include "simnic.h"
#include "stats.h"

#define SIMNIC_ADAPT_IRQS	32	/* of a window */
#define SIMNIC_ADAPT_PAUSE	(HZ / 50)
#define SIMNIC_ADAPT_IDLE	16	/* more than the 16th part of the time is idle: shorten */
#define SIMNIC_ADAPT_BUSY	32	/* less than the 32nd: prolong */
#define SIMNIC_ADAPT_BYTES	SZ_1M	/* for one interrupt: more falls out of caches */
#define SIMNIC_ADAPT_PATIENCE	255	/* windows */

/* Quiet times, in usecs. A ring half full ends them. */
static const u16 simnic_adapt_times[] = { 1, 50, 200, 400, 800, 1600, 3200 };

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
 * and each frame, with an acknowledgment perhaps, be the answer to the one before.
 */
static unsigned int simnic_adapt_least(unsigned int level)
{
	if (level < 2)
		return 0;
	return level > 2 ? 4 : 2;
}

/* Was this time too long? */
static bool simnic_adapt_in_vain(const struct simnic_adapt *adapt,
				 const struct simnic_adapt_window *w)
{
	return w->idle * SIMNIC_ADAPT_IDLE > w->time ||
	       w->bytes > (u64)w->irqs * SIMNIC_ADAPT_BYTES ||
	       w->frames < (u64)w->irqs * simnic_adapt_least(adapt->level);
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
	if (adapt->level && simnic_adapt_in_vain(adapt, w)) {
		adapt->patience = min(adapt->patience * 2 + 1, SIMNIC_ADAPT_PATIENCE);
		adapt->wait = adapt->patience;
		WRITE_ONCE(adapt->level, adapt->level - 1);
		return true;
	}
	if (w->idle * SIMNIC_ADAPT_BUSY > w->time ||
	    w->bytes > (u64)w->irqs * SIMNIC_ADAPT_BYTES / 2 ||
	    adapt->level == ARRAY_SIZE(simnic_adapt_times) - 1)
		return false;
	if (adapt->wait) {
		adapt->wait--;
		return false;
	}
	WRITE_ONCE(adapt->level, adapt->level + 1);
	return true;
}

/* Microseconds this processor has idled, since whenever; for a disk perhaps */
static u64 simnic_adapt_idle(void)
{
	const u64 *ticks = kcpustat_this_cpu->cpustat;
	int cpu = smp_processor_id();
	u64 idle;

	idle = get_cpu_idle_time_us(cpu, NULL);
	/* its ticks never stop: then they have counted */
	if (idle == U64_MAX)
		return div_u64(ticks[CPUTIME_IDLE] + ticks[CPUTIME_IOWAIT], NSEC_PER_USEC);
	return idle + get_cpu_iowait_time_us(cpu, NULL);
}

static void simnic_adapt_read(struct simnic_vector *vec, struct simnic_adapt_window *w)
{
	const struct simnic_rx_stats *rx = &vec->sn->stats->rx[vec->idx];

	w->irqs = READ_ONCE(vec->irqs);
	/* the poll is these counters' only writer: no need of the syncp */
	w->frames = u64_stats_read(&rx->packets);
	w->bytes = u64_stats_read(&rx->bytes);
	w->idle = simnic_adapt_idle();
	w->time = ktime_to_us(ktime_get());
}

static bool simnic_adapt_measure(struct simnic_vector *vec, bool paused)
{
	struct simnic_adapt *adapt = &vec->adapt;
	struct simnic_adapt_window now, w;
	int cpu = smp_processor_id();
	bool moved = adapt->cpu != cpu;

	simnic_adapt_read(vec, &now);
	w.irqs = now.irqs - adapt->began.irqs;
	w.frames = now.frames - adapt->began.frames;
	w.bytes = now.bytes - adapt->began.bytes;
	w.idle = now.idle - adapt->began.idle;
	w.time = now.time - adapt->began.time;
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
 * Where nothing came for a while, the next frame finds a vector that answers at once.
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
