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
	if (more || done == budget) {
		/* to be busy for long is no pause */
		vec->adapt.polled = jiffies;
		return budget;
	}

	/* as long as the poll is ours: a busy poller may have the next one */
	simnic_adapt_sample(vec);
	if (likely(napi_complete_done(napi, done)))
		simnic_irq_unmask(vec);
	return done;
}

/* With the shared line no vector has an interrupt that is its own */
static void simnic_napi_set_irq(struct simnic_vector *vec)
{
	netif_napi_set_irq_locked(&vec->napi, vec->sn->intx ? -1 : vec->irq);
}

/**
 * simnic_napi_add() - add the NAPI instances of queue pairs, disabled
 * @sn: adapter; the vectors are requested
 * @first: first queue pair
 * @end: queue pair after the last; nothing happens if it is not above @first
 *
 * Who turns threaded NAPI off waits, with the device's lock held, until a disabled
 * instance is enabled. So the lock is held for as long as there is one.
 *
 * Context: process, RTNL, the device's lock.
 */
void simnic_napi_add(struct simnic *sn, unsigned int first, unsigned int end)
{
	struct simnic_vector *vec;
	unsigned int i;

	for (i = first; i < end; i++) {
		vec = &sn->vec[i];
		netif_napi_add_config_locked(sn->netdev, &vec->napi, simnic_poll, i);
		simnic_napi_set_irq(vec);
		/* all of it before active; pairs with the top halves' smp_load_acquire() */
		smp_store_release(&vec->active, true);
	}
}

/**
 * simnic_napi_del() - delete the NAPI instances of queue pairs
 * @sn: adapter
 * @first: first queue pair
 * @end: queue pair after the last; nothing happens if it is not above @first
 *
 * Context: process, RTNL, the device's lock, since they were disabled; their vectors
 * are masked.
 */
void simnic_napi_del(struct simnic *sn, unsigned int first, unsigned int end)
{
	struct simnic_vector *vec;
	unsigned int i;

	if (first >= end)
		return;
	for (i = first; i < end; i++) {
		vec = &sn->vec[i];
		WRITE_ONCE(vec->active, false);
		/* a top half may have seen it active */
		synchronize_irq(sn->intx ? sn->intx_irq : vec->irq);
		netif_napi_set_irq_locked(&vec->napi, -1);
		__netif_napi_del_locked(&vec->napi);
	}
	/* one grace period for all of them */
	synchronize_net();
}

/**
 * simnic_napi_set_irqs() - tell the stack which interrupts NAPI has
 * @sn: adapter, in its new interrupt mode
 * @channels: queue pairs in use
 *
 * Context: process, RTNL, the device's lock.
 */
void simnic_napi_set_irqs(struct simnic *sn, unsigned int channels)
{
	unsigned int i;

	for (i = 0; i < channels; i++)
		simnic_napi_set_irq(&sn->vec[i]);
}
