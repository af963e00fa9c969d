// SPDX-License-Identifier: GPL-2.0
/*
 * Do processors idle? Adaptive moderation asks. A sender that is at its limits keeps one
 * of them busy, and it need not be the one that receives: so each of them counts, for all
 * cards alike. Nothing runs while nobody asks.
 */
#include <linux/cpumask.h>
#include <linux/kernel_stat.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/percpu.h>
#include <linux/spinlock.h>
#include <linux/tick.h>

#include "simnic.h"

#define SIMNIC_LOAD_USECS	10000	/* a period is not shorter */
#define SIMNIC_LOAD_IDLE	16	/* busy: less than the 16th part of it */

static DEFINE_SPINLOCK(simnic_load_lock);	/* the period, which is everybody's */
static u64 simnic_load_since;			/* microseconds */
static unsigned int simnic_load_busy;		/* processors, in the last period */

/* How long each had idled when the period began, and whether it was busy in the last one */
struct simnic_load_cpu {
	u64 began;
	bool busy;
};

static DEFINE_PER_CPU(struct simnic_load_cpu, simnic_load_cpu);

/**
 * simnic_load_idle() - how long a processor has idled
 * @cpu: an online one
 *
 * Waiting for a disk perhaps, which is idling too. It may go back a little.
 *
 * Context: any but NMI.
 * Return: microseconds, from an arbitrary start.
 */
u64 simnic_load_idle(unsigned int cpu)
{
	u64 idle = get_cpu_idle_time_us(cpu, NULL);
	const u64 *ticks;

	if (likely(idle != U64_MAX))
		return idle + get_cpu_iowait_time_us(cpu, NULL);
	/* before 7.x, where ticks never stop: then they have counted */
	ticks = kcpustat_cpu(cpu).cpustat;
	return div_u64(ticks[CPUTIME_IDLE] + ticks[CPUTIME_IOWAIT], NSEC_PER_USEC);
}

/**
 * simnic_load_is_busy() - is that a processor that hardly idles?
 * @idle: microseconds that it has idled; less than 0 if its clock went back
 * @time: of so many
 *
 * Context: any.
 * Return: whether it is.
 */
bool simnic_load_is_busy(s64 idle, u64 time)
{
	return (u64)max(idle, 0LL) * SIMNIC_LOAD_IDLE < time;
}

/* A period is over: who was busy? */
static void simnic_load_count(u64 time)
{
	struct simnic_load_cpu *load;
	unsigned int cpu, busy = 0;
	u64 idle;

	for_each_online_cpu(cpu) {
		load = per_cpu_ptr(&simnic_load_cpu, cpu);
		idle = simnic_load_idle(cpu);
		WRITE_ONCE(load->busy, simnic_load_is_busy(idle - load->began, time));
		load->began = idle;
		busy += load->busy;
	}
	WRITE_ONCE(simnic_load_busy, busy);
}

/**
 * simnic_load_elsewhere() - is there another processor that hardly idles?
 *
 * In the last period, which ends here if it has been long enough. It began when somebody
 * asked: after silence that was long ago.
 *
 * Context: softirq.
 * Return: whether there is one, besides this one.
 */
bool simnic_load_elsewhere(void)
{
	u64 now;

	if (spin_trylock(&simnic_load_lock)) {
		now = ktime_to_us(ktime_get());
		if (now - simnic_load_since >= SIMNIC_LOAD_USECS) {
			simnic_load_count(now - simnic_load_since);
			simnic_load_since = now;
		}
		spin_unlock(&simnic_load_lock);
	}
	return READ_ONCE(simnic_load_busy) > READ_ONCE(this_cpu_ptr(&simnic_load_cpu)->busy);
}
