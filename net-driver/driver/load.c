// SPDX-License-Identifier: GPL-2.0
/*
 * Do processors idle? Adaptive moderation asks. A sender that is at its limits keeps one
 * of them busy, and it need not be the one that receives: so each of them counts, for all
 * cards alike. Nothing runs while nobody asks.
 */
#include <linux/cpumask.h>
#include <linux/kernel_stat.h>
#include <linux/percpu.h>
#include <linux/tick.h>

#include "simnic.h"

#define SIMNIC_LOAD_PERIOD	(HZ / 100)	/* at the least */
#define SIMNIC_LOAD_IDLE	16		/* busy: less than the 16th part of it */

/* The period, for all processors; what the last one came to is read without the lock */
static struct {
	spinlock_t lock;	/* to begin a period, which is everybody's */
	unsigned long since;	/* in jiffies */
	u64 began;		/* in microseconds */
	unsigned int busy;	/* processors */
} simnic_load = { .lock = __SPIN_LOCK_UNLOCKED(simnic_load.lock) };

/* How long each had idled when the period began, and whether it is one of the busy ones */
struct simnic_load_cpu {
	u64 began;
	bool busy;
};

static DEFINE_PER_CPU(struct simnic_load_cpu, simnic_load_cpu);

/**
 * simnic_load_idle() - how long a processor has idled
 * @cpu: an online one
 *
 * Waiting for a disk perhaps, which is idling too.
 *
 * Context: any.
 * Return: microseconds since whenever.
 */
u64 simnic_load_idle(unsigned int cpu)
{
	u64 idle = get_cpu_idle_time_us(cpu, NULL);
	const u64 *ticks;

	if (likely(idle != U64_MAX))
		return idle + get_cpu_iowait_time_us(cpu, NULL);
	/* its ticks never stop: then they have counted */
	ticks = kcpustat_cpu(cpu).cpustat;
	return div_u64(ticks[CPUTIME_IDLE] + ticks[CPUTIME_IOWAIT], NSEC_PER_USEC);
}

static void simnic_load_begin(void)
{
	u64 now = ktime_to_us(ktime_get());
	u64 time = now - simnic_load.began;
	struct simnic_load_cpu *load;
	unsigned int cpu, busy = 0;
	u64 idle;

	for_each_online_cpu(cpu) {
		load = per_cpu_ptr(&simnic_load_cpu, cpu);
		idle = simnic_load_idle(cpu);
		WRITE_ONCE(load->busy, (idle - load->began) * SIMNIC_LOAD_IDLE < time);
		load->began = idle;
		busy += load->busy;
	}
	simnic_load.began = now;
	WRITE_ONCE(simnic_load.busy, busy);
	WRITE_ONCE(simnic_load.since, jiffies);
}

static bool simnic_load_over(void)
{
	return time_after_eq(jiffies, READ_ONCE(simnic_load.since) + SIMNIC_LOAD_PERIOD);
}

/**
 * simnic_load_elsewhere() - is there another processor that hardly idles?
 *
 * In the period before this one, which ends here if it has been long enough.
 *
 * Context: softirq.
 * Return: whether there is one, besides this one.
 */
bool simnic_load_elsewhere(void)
{
	if (simnic_load_over() && spin_trylock(&simnic_load.lock)) {
		/* it may have begun meanwhile */
		if (simnic_load_over())
			simnic_load_begin();
		spin_unlock(&simnic_load.lock);
	}
	return READ_ONCE(simnic_load.busy) > READ_ONCE(this_cpu_ptr(&simnic_load_cpu)->busy);
}
