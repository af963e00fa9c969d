// SPDX-License-Identifier: GPL-2.0
/*
 * The slow path: everything that may sleep and that interrupts, softirqs or the
 * watchdog ask for runs in the driver's own workqueue.
 */
#include "simnic.h"
#include "stats.h"

/* Counters are 64 bits wide; reading them now and then serves readers that
 * can't do it themselves.
 */
#define SIMNIC_STATS_PERIOD	(2 * HZ)

/* How often the watchdog looks whether all rings move */
#define SIMNIC_WATCH_PERIOD	(HZ / 2)

static struct workqueue_struct *simnic_wq;

static void simnic_service_recover(struct work_struct *work)
{
	simnic_health_report(container_of(to_delayed_work(work), struct simnic, health.recover));
}

/* Takes no lock, so that who stops the queues may wait for it under RTNL */
static void simnic_service_watch(struct work_struct *work)
{
	struct simnic *sn = container_of(to_delayed_work(work), struct simnic, health.watch);

	simnic_watch(sn);
	queue_delayed_work(simnic_wq, &sn->health.watch, SIMNIC_WATCH_PERIOD);
}

/* With the shared line there is no thread for link and errors */
static void simnic_service_misc(struct work_struct *work)
{
	struct simnic *sn = container_of(work, struct simnic, misc_work);

	simnic_misc_handle(sn);
	simnic_irq_start_misc(sn);
}

static void simnic_service_stats(struct work_struct *work)
{
	struct simnic *sn = container_of(to_delayed_work(work), struct simnic,
					 stats_work);

	simnic_stats_refresh(sn);
	queue_delayed_work(simnic_wq, &sn->stats_work, SIMNIC_STATS_PERIOD);
}

/**
 * simnic_service_schedule_recovery() - have something done about the card's health
 * @sn: adapter
 * @delay: jiffies from now, whatever was asked for before
 *
 * Context: any.
 */
void simnic_service_schedule_recovery(struct simnic *sn, unsigned long delay)
{
	mod_delayed_work(simnic_wq, &sn->health.recover, delay);
}

/**
 * simnic_service_start_watch() - watch the running queue set from now on
 * @sn: adapter
 *
 * Context: process, RTNL.
 */
void simnic_service_start_watch(struct simnic *sn)
{
	queue_delayed_work(simnic_wq, &sn->health.watch, SIMNIC_WATCH_PERIOD);
}

/**
 * simnic_service_stop_watch() - the queue set is about to change
 * @sn: adapter
 *
 * Context: process, RTNL.
 */
void simnic_service_stop_watch(struct simnic *sn)
{
	cancel_delayed_work_sync(&sn->health.watch);
}

/**
 * simnic_service_schedule_misc() - have link and errors looked at
 * @sn: adapter; its vector is masked until that is done
 *
 * Context: any.
 */
void simnic_service_schedule_misc(struct simnic *sn)
{
	queue_work(simnic_wq, &sn->misc_work);
}

/**
 * simnic_service_cancel_misc() - no longer look at link and errors
 * @sn: adapter; the shared line is freed
 *
 * Context: process; the work takes no lock that the caller may hold.
 */
void simnic_service_cancel_misc(struct simnic *sn)
{
	cancel_work_sync(&sn->misc_work);
}

/**
 * simnic_service_init() - prepare an adapter's work
 * @sn: adapter
 */
void simnic_service_init(struct simnic *sn)
{
	INIT_DELAYED_WORK(&sn->health.watch, simnic_service_watch);
	INIT_DELAYED_WORK(&sn->health.recover, simnic_service_recover);
	INIT_WORK(&sn->misc_work, simnic_service_misc);
	INIT_DEFERRABLE_WORK(&sn->stats_work, simnic_service_stats);
}

/**
 * simnic_service_start_stats() - refresh counters from now on
 * @sn: adapter
 */
void simnic_service_start_stats(struct simnic *sn)
{
	queue_delayed_work(simnic_wq, &sn->stats_work, SIMNIC_STATS_PERIOD);
}

/**
 * simnic_service_stop_stats() - refresh counters once more, then no longer
 * @sn: adapter
 *
 * Context: process; the work takes no lock that the caller may hold.
 */
void simnic_service_stop_stats(struct simnic *sn)
{
	cancel_delayed_work_sync(&sn->stats_work);
	simnic_stats_refresh(sn);
}

/**
 * simnic_service_stop() - end an adapter's work
 * @sn: adapter; nothing schedules work any more
 *
 * Context: process, without RTNL and devlink's lock: the work takes them.
 */
void simnic_service_stop(struct simnic *sn)
{
	cancel_delayed_work_sync(&sn->health.watch);
	cancel_delayed_work_sync(&sn->health.recover);
	cancel_work_sync(&sn->misc_work);
	cancel_delayed_work_sync(&sn->stats_work);
}

/**
 * simnic_service_create() - create the workqueue
 *
 * Return: 0 or -ENOMEM.
 */
int simnic_service_create(void)
{
	simnic_wq = alloc_workqueue("simnic", WQ_UNBOUND | WQ_FREEZABLE |
				    WQ_MEM_RECLAIM, 0);
	return simnic_wq ? 0 : -ENOMEM;
}

/**
 * simnic_service_destroy() - destroy the workqueue
 */
void simnic_service_destroy(void)
{
	destroy_workqueue(simnic_wq);
}
