// SPDX-License-Identifier: GPL-2.0
/* The poll: what the top half leaves to the NET_RX softirq */
#include <net/busy_poll.h>

#include "rx.h"
#include "simnic.h"
#include "tx.h"

/**
 * simnic_poll() - NAPI poll of a queue pair
 * @napi: of the vector
 * @budget: received frames at most; 0 if only transmit clean-up is wanted
 *
 * Causes are acknowledged before the rings are looked at: what comes later is
 * latched, and fires as soon as the vector is unmasked.
 *
 * Context: softirq, the NAPI thread, or a busy-polling process with softirqs
 * off; with interrupts off when netconsole polls.
 * Return: frames received; @budget to be polled again.
 */
int simnic_poll(struct napi_struct *napi, int budget)
{
	struct simnic_vector *vec = container_of(napi, struct simnic_vector, napi);
	bool more;
	int done;

	/* netpoll looks at one ring only: the other one's causes stay */
	if (likely(budget))
		simnic_irq_ack(vec);
	more = !simnic_tx_poll(vec->tx, budget);
	if (unlikely(!budget))
		return 0;

	done = simnic_rx_clean(vec->rx, budget);
	if (more || done == budget)
		return budget;

	if (likely(napi_complete_done(napi, done))) {
		simnic_dim_sample(vec);
		simnic_irq_unmask(vec);
	}
	return done;
}

/**
 * simnic_napi_start() - add and enable the NAPI instance of a queue pair
 * @vec: its vector, requested and masked
 *
 * The stack knows of it only while it is enabled: who turns threaded NAPI off waits,
 * with the device's lock held, until a disabled one has been polled.
 *
 * Context: process, RTNL.
 */
void simnic_napi_start(struct simnic_vector *vec)
{
	struct net_device *dev = vec->sn->netdev;

	netdev_lock(dev);
	netif_napi_add_config_locked(dev, &vec->napi, simnic_poll, vec->idx);
	/* with the shared line no vector has an interrupt that is its own */
	netif_napi_set_irq_locked(&vec->napi, vec->sn->intx ? -1 : vec->irq);
	napi_enable_locked(&vec->napi);
	netdev_unlock(dev);
	/* all of it before active; pairs with the top halves' smp_load_acquire() */
	smp_store_release(&vec->active, true);
}

/**
 * simnic_napi_stop() - disable and delete the NAPI instance of a queue pair
 * @vec: its vector
 *
 * Waits for the poll. Who may still look at the instance has done so after an RCU
 * grace period, which is the caller's to wait for before it is started again or freed.
 *
 * Context: process, RTNL.
 */
void simnic_napi_stop(struct simnic_vector *vec)
{
	struct simnic *sn = vec->sn;

	netdev_lock(sn->netdev);
	napi_disable_locked(&vec->napi);
	WRITE_ONCE(vec->active, false);
	/* a top half may have seen it active */
	synchronize_irq(sn->intx ? sn->intx_irq : vec->irq);
	netif_napi_set_irq_locked(&vec->napi, -1);
	__netif_napi_del_locked(&vec->napi);
	netdev_unlock(sn->netdev);
}
