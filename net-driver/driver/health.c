// SPDX-License-Identifier: GPL-2.0
/*
 * What is done if the card is not well: a queue that hangs is started anew; then the
 * card is reset. Resets in vain come at growing intervals and end with the link taken
 * down. A card that has gone is detached from the stack and never touched again.
 */
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "simnic.h"
#include "stats.h"
#include "tx.h"

/* A queue that hangs again so soon takes a reset of the card */
#define SIMNIC_RESTART_AGAIN	(10 * HZ)
/* After so long without trouble a reset is the first again */
#define SIMNIC_WELL_AGAIN	(10 * HZ)
/* Resets in a row, at intervals that begin with a second and double */
#define SIMNIC_RESETS_MAX	5

/**
 * simnic_health_rx_hung() - a receive queue does not get on
 * @sn: adapter
 * @q: the queue
 *
 * Context: any.
 */
void simnic_health_rx_hung(struct simnic *sn, unsigned int q)
{
	atomic_inc(&sn->stats->rx_stalls);
	set_bit(q, &sn->health.rx_hung);
	simnic_service_schedule_recovery(sn, 0);
}

/**
 * simnic_health_tx_hung() - a transmit queue does not get on
 * @sn: adapter
 * @q: the queue
 *
 * Context: any.
 */
void simnic_health_tx_hung(struct simnic *sn, unsigned int q)
{
	atomic_inc(&sn->stats->tx_stalls);
	set_bit(q, &sn->health.tx_hung);
	simnic_service_schedule_recovery(sn, 0);
}

/**
 * simnic_health_want_reset() - the card does not do what it was told
 * @sn: adapter
 *
 * Context: any.
 */
void simnic_health_want_reset(struct simnic *sn)
{
	WRITE_ONCE(sn->health.want_reset, true);
	simnic_service_schedule_recovery(sn, 0);
}

/**
 * simnic_health_suspect() - a register reads all ones: is the card still there?
 * @sn: adapter
 *
 * Context: any.
 */
void simnic_health_suspect(struct simnic *sn)
{
	if (sn->bus->ops->rd32(sn->bus->card, SIMNIC_ID) != U32_MAX || xchg(&sn->gone, true))
		return;
	/* before that it is a probe that fails */
	if (sn->netdev && sn->netdev->reg_state == NETREG_REGISTERED)
		simnic_service_schedule_recovery(sn, 0);
}

/*
 * RTNL. What has been received is delivered, and what the rings hold to be sent is
 * freed, as when the card is put to sleep; as it may be already.
 */
static void simnic_health_detach(struct simnic *sn)
{
	if (sn->health.detached)
		return;
	sn->health.detached = true;
	if (netif_device_present(sn->netdev))
		simnic_sleep(sn);
	atomic_inc(&sn->stats->card_gone);
	netdev_err(sn->netdev, "card is gone\n");
}

/* Whether it is to be recovered is the user's choice, this is not. False if it is back */
static bool simnic_health_gone(struct simnic *sn)
{
	bool gone;

	if (!READ_ONCE(sn->gone))
		return false;
	rtnl_lock();
	gone = READ_ONCE(sn->gone);
	if (gone && !sn->removing)
		simnic_health_detach(sn);
	rtnl_unlock();
	return gone;
}

/* RTNL. Trouble that was reported before, but not yet recovered from */
static void simnic_health_retry(struct simnic *sn, unsigned long delay)
{
	WRITE_ONCE(sn->health.retry, true);
	simnic_service_schedule_recovery(sn, delay);
}

/* RTNL. Somebody says that a card that was gone is back */
static int simnic_health_attach(struct simnic *sn)
{
	if (sn->bus->ops->rd32(sn->bus->card, SIMNIC_ID) != SIMNIC_ID_VALUE)
		return -ENODEV;
	sn->health.detached = false;
	WRITE_ONCE(sn->gone, false);
	netdev_info(sn->netdev, "card is back\n");
	return simnic_wake(sn);
}

/**
 * simnic_health_again() - the card could not be started: try once more, by and by
 * @sn: adapter
 *
 * Without telling devlink, which may know already, and then does nothing.
 *
 * Context: process, RTNL.
 */
void simnic_health_again(struct simnic *sn)
{
	set_bit(SIMNIC_REPORTER_FATAL, &sn->health.reported);
	simnic_health_retry(sn, 0);
}

static int simnic_health_give_up(struct simnic *sn)
{
	if (!sn->health.failed) {
		WRITE_ONCE(sn->health.failed, true);
		simnic_link_down(sn);
		netdev_err(sn->netdev, "card does not recover, giving up; set the link down and up to try again\n");
	}
	return -EIO;
}

/* Frames that a queue has got through in its life */
static u64 simnic_health_rx_frames(const struct simnic_vector *vec)
{
	const struct simnic_rx_stats *rx = &vec->sn->stats->rx[vec->idx];

	return simnic_read(&rx->syncp, &rx->packets);
}

static u64 simnic_health_tx_frames(const struct simnic_vector *vec)
{
	const struct simnic_tx_stats *tx = &vec->sn->stats->tx[vec->idx];

	return simnic_read(&tx->syncp, &tx->packets);
}

static bool simnic_health_dead(const struct simnic_restarted *last, u64 frames)
{
	return last->when && frames == last->frames;
}

/*
 * RTNL. Has a queue that hangs got nothing through since it was started anew, and thus
 * since the resets that followed? However long ago: senders that back off take their time.
 */
static bool simnic_health_all_in_vain(struct simnic *sn, const struct simnic_trouble *trouble)
{
	struct simnic_vector *vec;
	unsigned int q;

	for (q = 0; q < sn->queues->params.channels; q++) {
		vec = &sn->vec[q];
		if (trouble->rx & BIT(q) &&
		    simnic_health_dead(&vec->rx_restarted, simnic_health_rx_frames(vec)))
			return true;
		if (trouble->tx & BIT(q) &&
		    simnic_health_dead(&vec->tx_restarted, simnic_health_tx_frames(vec)))
			return true;
	}
	return false;
}

/* RTNL. May a reset be done now? Otherwise it is put off, or there is none any more */
static int simnic_health_may_reset(struct simnic *sn, const struct simnic_trouble *trouble)
{
	struct simnic_health *health = &sn->health;
	unsigned long next;

	if (!health->postponed && time_after(jiffies, health->last_reset + SIMNIC_WELL_AGAIN) &&
	    !simnic_health_all_in_vain(sn, trouble))
		health->streak = 0;
	if (health->failed || health->streak == SIMNIC_RESETS_MAX)
		return simnic_health_give_up(sn);
	if (!health->streak)
		return 0;

	next = health->last_reset + (HZ << (health->streak - 1));
	if (time_after_eq(jiffies, next))
		return 0;
	if (!health->postponed) {
		atomic_inc(&sn->stats->health_backoffs);
		netdev_warn(sn->netdev, "card was reset in vain, again in %u ms\n",
			    jiffies_to_msecs(next - jiffies));
	}
	WRITE_ONCE(health->postponed, true);
	simnic_health_retry(sn, next - jiffies);
	return -EAGAIN;
}

/* RTNL */
static int simnic_health_reset(struct simnic *sn, const struct simnic_trouble *trouble)
{
	struct simnic_queues *qs = sn->queues;
	int err = simnic_health_may_reset(sn, trouble);

	if (err)
		return err;
	netif_carrier_off(sn->netdev);
	netdev_lock(sn->netdev);
	simnic_queues_stop(sn, false);
	sn->health.streak++;
	sn->health.last_reset = jiffies;
	WRITE_ONCE(sn->health.postponed, false);
	err = simnic_restart(sn, qs);
	netdev_unlock(sn->netdev);
	if (err) {
		atomic_inc(&sn->stats->reset_failures);
		simnic_health_retry(sn, 0);
		return err;
	}
	atomic_inc(&sn->stats->resets);
	netdev_info(sn->netdev, "card was reset\n");
	simnic_devlink_recovered(sn);
	return 0;
}

/* Did the last restart help? Not if the queue hangs again soon, or has done nothing since */
static bool simnic_health_in_vain(const struct simnic_restarted *last, u64 frames)
{
	return simnic_health_dead(last, frames) ||
	       (last->when && time_before(jiffies, last->when + SIMNIC_RESTART_AGAIN));
}

static void simnic_health_restarted(struct simnic_restarted *last, u64 frames)
{
	last->when = jiffies | 1;
	last->frames = frames;
}

/* RTNL. False if it was in vain before, or is now */
static bool simnic_health_restart(struct simnic *sn, unsigned int q, unsigned int dirs)
{
	struct simnic_vector *vec = &sn->vec[q];
	int err;

	if (dirs & SIMNIC_DIR_RX) {
		if (simnic_health_in_vain(&vec->rx_restarted, simnic_health_rx_frames(vec)))
			return false;
		atomic_inc(&sn->stats->rx_restarts);
		netdev_info(sn->netdev, "receive queue %u hangs, starting it anew\n", q);
	}
	if (dirs & SIMNIC_DIR_TX) {
		if (simnic_health_in_vain(&vec->tx_restarted, simnic_health_tx_frames(vec)))
			return false;
		atomic_inc(&sn->stats->tx_restarts);
		netdev_info(sn->netdev, "transmit queue %u hangs, starting it anew\n", q);
	}

	err = simnic_queue_restart(sn, q, dirs);
	if (dirs & SIMNIC_DIR_RX)
		simnic_health_restarted(&vec->rx_restarted, simnic_health_rx_frames(vec));
	if (dirs & SIMNIC_DIR_TX)
		simnic_health_restarted(&vec->tx_restarted, simnic_health_tx_frames(vec));
	return !err;
}

/* RTNL. False if it takes more than that */
static bool simnic_health_restart_all(struct simnic *sn, const struct simnic_trouble *trouble)
{
	unsigned int q, dirs;

	for (q = 0; q < sn->queues->params.channels; q++) {
		dirs = (trouble->rx & BIT(q) ? SIMNIC_DIR_RX : 0) |
		       (trouble->tx & BIT(q) ? SIMNIC_DIR_TX : 0);
		if (dirs && !simnic_health_restart(sn, q, dirs))
			return false;
	}
	return true;
}

static int simnic_health_recover_locked(struct simnic *sn, const struct simnic_trouble *trouble)
{
	/* it takes a reset then, whatever the trouble is now */
	bool reset = trouble->reset || sn->health.failed || sn->health.postponed;

	ASSERT_RTNL();

	if (sn->removing)
		return -ENODEV;
	if (READ_ONCE(sn->gone)) {
		simnic_health_detach(sn);
		return trouble->by_user ? simnic_health_attach(sn) : -ENODEV;
	}
	if (!sn->queues)
		return trouble->by_user ? 0 : -ENETDOWN;
	if (trouble->by_user)
		simnic_health_forget(sn);
	if (reset || !simnic_health_restart_all(sn, trouble))
		return simnic_health_reset(sn, trouble);
	if (trouble->by_user)
		simnic_devlink_recovered(sn);
	return 0;
}

/**
 * simnic_health_recover() - do something about it
 * @sn: adapter
 * @trouble: what is wrong
 *
 * Context: process, without RTNL.
 * Return: 0; -EAGAIN if a reset was put off; -ENODEV if the card is gone; -EIO if
 * it does not recover.
 */
int simnic_health_recover(struct simnic *sn, const struct simnic_trouble *trouble)
{
	int err;

	rtnl_lock();
	err = simnic_health_recover_locked(sn, trouble);
	rtnl_unlock();
	return err;
}

/**
 * simnic_health_report() - tell devlink what is wrong, which has it recovered
 * @sn: adapter
 *
 * Context: process, without RTNL and devlink's lock.
 */
void simnic_health_report(struct simnic *sn)
{
	struct simnic_health *health = &sn->health;
	struct simnic_trouble tx = { .tx = xchg(&health->tx_hung, 0) };
	struct simnic_trouble rx = { .rx = xchg(&health->rx_hung, 0) };
	struct simnic_trouble fatal = { .reset = xchg(&health->want_reset, false) };
	bool retry = xchg(&health->retry, false);
	char msg[64];

	if (simnic_health_gone(sn)) {
		simnic_devlink_report(sn, SIMNIC_REPORTER_FATAL, "card is gone", &fatal);
		return;
	}
	if (retry || fatal.reset) {
		fatal.reset = true;
		if (retry)
			simnic_health_recover(sn, &fatal);
		else
			simnic_devlink_report(sn, SIMNIC_REPORTER_FATAL, "card needs a reset",
					      &fatal);
		return;
	}
	if (rx.rx) {
		snprintf(msg, sizeof(msg), "receive queues hang: %#lx", rx.rx);
		simnic_devlink_report(sn, SIMNIC_REPORTER_RX, msg, &rx);
	}
	if (tx.tx) {
		snprintf(msg, sizeof(msg), "transmit queues hang: %#lx", tx.tx);
		simnic_devlink_report(sn, SIMNIC_REPORTER_TX, msg, &tx);
	}
}

/**
 * simnic_health_test() - as if something was wrong
 * @sn: adapter
 * @reporter: what
 *
 * Context: any.
 */
void simnic_health_test(struct simnic *sn, enum simnic_reporter reporter)
{
	switch (reporter) {
	case SIMNIC_REPORTER_TX:
		simnic_health_tx_hung(sn, 0);
		break;
	case SIMNIC_REPORTER_RX:
		simnic_health_rx_hung(sn, 0);
		break;
	default:
		simnic_health_want_reset(sn);
		break;
	}
}

/**
 * simnic_health_forget() - what went wrong so far counts no more
 * @sn: adapter
 *
 * It is up to the caller to tell devlink, if all turns out to be well.
 *
 * Context: process, RTNL.
 */
void simnic_health_forget(struct simnic *sn)
{
	struct simnic_health *health = &sn->health;
	unsigned int i;

	health->streak = 0;
	WRITE_ONCE(health->want_reset, false);
	WRITE_ONCE(health->retry, false);
	WRITE_ONCE(health->postponed, false);
	WRITE_ONCE(health->failed, false);
	for (i = 0; i < sn->max_queues; i++) {
		sn->vec[i].rx_restarted.when = 0;
		sn->vec[i].tx_restarted.when = 0;
	}
}
