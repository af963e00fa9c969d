// SPDX-License-Identifier: GPL-2.0
/*
 * Sleep, of the system or of a card that is gone: queues stop and the link goes down;
 * afterwards the card is reset, as if it had lost its power, and all goes on as
 * configured.
 */
#include <linux/device.h>
#include <linux/netdevice.h>
#include <linux/pm.h>
#include <linux/rtnetlink.h>

#include "simnic.h"

/**
 * simnic_sleep() - stop everything
 * @sn: adapter
 *
 * What was accepted is sent first, if there is a card.
 *
 * Context: process, RTNL.
 */
void simnic_sleep(struct simnic *sn)
{
	struct simnic_queues *qs = sn->queues;

	netif_device_detach(sn->netdev);
	if (!qs)
		return;
	netdev_lock(sn->netdev);
	simnic_queues_stop(sn, true);
	simnic_napi_del(sn, 0, qs->params.channels);
	netdev_unlock(sn->netdev);
	simnic_link_down(sn);
	simnic_rx_enable(sn, false);
	simnic_service_stop_stats(sn);
	/* who may have seen the link before it went down */
	simnic_irq_sync_misc(sn);
	netif_carrier_off(sn->netdev);
	sn->asleep = qs;
}

/**
 * simnic_wake() - reset the card and go on where simnic_sleep() stopped
 * @sn: adapter
 *
 * Context: process, RTNL.
 * Return: 0, or a negative error: the card is not well, and it is tried again; or it is
 * gone, and sleeps on.
 */
int simnic_wake(struct simnic *sn)
{
	struct simnic_queues *qs = sn->asleep;
	int err;

	if (sn->health.detached)
		return -ENODEV;
	sn->asleep = NULL;
	simnic_health_forget(sn);
	if (qs) {
		netdev_lock(sn->netdev);
		simnic_napi_add(sn, 0, qs->params.channels);
		err = simnic_restart(sn, qs);
		netdev_unlock(sn->netdev);
		simnic_service_start_stats(sn);
	} else {
		err = simnic_card_reset(sn);
	}
	/* which wakes the stack's queues: not before there are rings */
	netif_device_attach(sn->netdev);
	simnic_xdp_settle(sn);
	if (!err)
		simnic_devlink_recovered(sn);
	else
		simnic_health_again(sn);
	return err;
}

/* A card whose network device comes or goes has nothing to be put to sleep */
static bool simnic_sleeps(const struct simnic *sn)
{
	return sn->netdev && sn->netdev->reg_state == NETREG_REGISTERED && !READ_ONCE(sn->gone);
}

static int simnic_suspend(struct device *dev)
{
	struct simnic *sn = dev_get_drvdata(dev);

	rtnl_lock();
	if (simnic_sleeps(sn))
		simnic_sleep(sn);
	rtnl_unlock();
	return 0;
}

static int simnic_resume(struct device *dev)
{
	struct simnic *sn = dev_get_drvdata(dev);
	int err = 0;

	rtnl_lock();
	/* one that is found to be gone is detached for good, by work that may be frozen */
	if (simnic_sleeps(sn))
		err = simnic_wake(sn);
	rtnl_unlock();
	return err;
}

DEFINE_SIMPLE_DEV_PM_OPS(simnic_pm_ops, simnic_suspend, simnic_resume);
