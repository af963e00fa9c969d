// SPDX-License-Identifier: GPL-2.0
/*
 * Queue sets. To reconfigure is to allocate a new set while the old one runs,
 * then to swap: whatever can fail has failed before traffic pauses.
 */
#include <linux/jiffies.h>
#include <linux/slab.h>

#include "rx.h"
#include "simnic.h"
#include "tx.h"

/* How long a pause may take until everything accepted is on the wire */
#define SIMNIC_DRAIN_TIMEOUT	(HZ / 4)

/**
 * simnic_queues_alloc() - allocate a queue set
 * @sn: adapter
 * @params: channels, ring lengths, and whether for XDP programs
 *
 * Context: process, RTNL.
 * Return: the set, or NULL.
 */
struct simnic_queues *simnic_queues_alloc(struct simnic *sn,
					  const struct simnic_params *params)
{
	struct simnic_queues *qs;
	unsigned int i;

	qs = kzalloc_obj(*qs, SIMNIC_GFP);
	if (!qs)
		return NULL;
	qs->params = *params;
	for (i = 0; i < params->channels; i++) {
		qs->rx[i] = simnic_rx_ring_alloc(&sn->vec[i], params);
		if (!qs->rx[i])
			goto err_free;
		qs->tx[i] = simnic_tx_ring_alloc(&sn->vec[i], params);
		if (!qs->tx[i])
			goto err_free;
	}
	return qs;

err_free:
	simnic_queues_free(qs);
	return NULL;
}

/**
 * simnic_queues_free() - free a queue set that does not run
 * @qs: the set, may be NULL
 *
 * Context: process, may sleep.
 */
void simnic_queues_free(struct simnic_queues *qs)
{
	unsigned int i;

	if (!qs)
		return;
	for (i = 0; i < qs->params.channels; i++) {
		simnic_rx_ring_free(qs->rx[i]);
		simnic_tx_ring_free(qs->tx[i]);
	}
	kfree(qs);
}

static void simnic_queue_napi(struct simnic *sn, unsigned int i, struct napi_struct *napi)
{
	netif_queue_set_napi(sn->netdev, i, NETDEV_QUEUE_TYPE_RX, napi);
	netif_queue_set_napi(sn->netdev, i, NETDEV_QUEUE_TYPE_TX, napi);
}

/* Give the rings of a pair to the card; dirs: which of them */
static void simnic_queue_start(struct simnic *sn, unsigned int i, unsigned int dirs)
{
	struct simnic_vector *vec = &sn->vec[i];

	if (dirs & SIMNIC_DIR_TX)
		simnic_tx_ring_start(vec->tx);
	/* a busy poller takes NAPI as soon as it is enabled */
	if (dirs & SIMNIC_DIR_RX)
		simnic_rx_ring_start(vec->rx);
	memset(&vec->seen, 0, sizeof(vec->seen));
	napi_enable_locked(&vec->napi);
	simnic_queue_napi(sn, i, &vec->napi);
	simnic_irq_unmask(vec);
	/* what came while the poll was disabled, or before now */
	simnic_irq_kick(vec);
}

/**
 * simnic_queues_start() - run a queue set
 * @sn: adapter; none runs, its vectors are requested
 * @qs: the set
 *
 * Context: process, RTNL, the device's lock. Can't fail.
 */
void simnic_queues_start(struct simnic *sn, struct simnic_queues *qs)
{
	struct simnic_vector *vec;
	unsigned int i;

	for (i = 0; i < qs->params.channels; i++) {
		vec = &sn->vec[i];
		vec->rx = qs->rx[i];
		vec->tx = qs->tx[i];
		WRITE_ONCE(vec->adapt_frames, qs->params.rx_len / 2);
		simnic_coal_write(vec);
		simnic_queue_start(sn, i, SIMNIC_DIR_RX | SIMNIC_DIR_TX);
		WRITE_ONCE(vec->tx->stopping, false);
	}
	sn->queues = qs;
	sn->params = qs->params;
	sn->health.link_ticks = 0;
	rcu_assign_pointer(sn->xdp_queues, qs);
	netif_tx_wake_all_queues(sn->netdev);
	simnic_service_start_watch(sn);
}

/* The stack's queues are stopped: let the card send what it has, posted or not */
static void simnic_queues_flush_tx(struct simnic_queues *qs, unsigned long deadline)
{
	unsigned int i;

	for (i = 0; i < qs->params.channels; i++)
		simnic_tx_ring_wait(qs->tx[i], deadline);
}

/* Stop the stack's queues; for the watchdog they have not been idle before */
static void simnic_queues_disable_tx(struct simnic *sn)
{
	unsigned int i;

	RCU_INIT_POINTER(sn->xdp_queues, NULL);
	for (i = 0; i < sn->queues->params.channels; i++)
		WRITE_ONCE(sn->queues->tx[i]->stopping, true);
	/*
	 * A poll that has not seen it could wake what is stopped next; and nobody
	 * redirects frames here any more.
	 */
	synchronize_net();
	for (i = 0; i < sn->netdev->num_tx_queues; i++)
		txq_trans_cond_update(netdev_get_tx_queue(sn->netdev, i));
	netif_tx_disable(sn->netdev);
}

/*
 * Take the rings of a pair back from the card, which has stopped receiving. What is
 * left there to be received may be sent back by an XDP program: wait for that until
 * @deadline.
 */
static void simnic_queue_stop(struct simnic *sn, unsigned int i, unsigned int dirs,
			      unsigned long deadline)
{
	struct simnic_vector *vec = &sn->vec[i];

	simnic_queue_napi(sn, i, NULL);
	napi_disable_locked(&vec->napi);
	simnic_irq_mask(vec);
	if (dirs & SIMNIC_DIR_RX) {
		simnic_rx_ring_drain(vec->rx, NULL);
		simnic_rx_ring_retire(vec->rx);
	}
	if (!(dirs & SIMNIC_DIR_TX))
		return;
	if (vec->rx->xdp)
		simnic_tx_ring_wait(vec->tx, deadline);
	simnic_tx_ring_stop(vec->tx);
}

/**
 * simnic_queues_stop() - stop the running queue set
 * @sn: adapter
 * @drain: first wait, within a bound, until all that was accepted is sent; if not,
 *	what the card can send at once is
 *
 * Frames already received go to the stack; frames not sent are dropped and
 * counted. The set stays allocated, for the caller to free or to start again.
 *
 * Context: process, RTNL, the device's lock until they are started again, or NAPI
 * is deleted: see simnic_napi_add().
 */
void simnic_queues_stop(struct simnic *sn, bool drain)
{
	struct simnic_queues *qs = sn->queues;
	unsigned long deadline;
	unsigned int i;

	simnic_service_stop_watch(sn);
	simnic_queues_disable_tx(sn);
	deadline = drain ? jiffies + SIMNIC_DRAIN_TIMEOUT : jiffies;
	simnic_queues_flush_tx(qs, deadline);

	for (i = 0; i < qs->params.channels; i++)
		simnic_rx_ring_stop(qs->rx[i]);
	for (i = 0; i < qs->params.channels; i++)
		simnic_queue_stop(sn, i, SIMNIC_DIR_RX | SIMNIC_DIR_TX, deadline);
	sn->queues = NULL;
}

/**
 * simnic_queue_enabled() - does the card have both queues of a pair?
 * @sn: adapter
 * @i: the pair
 *
 * Context: any.
 * Return: whether both are enabled.
 */
bool simnic_queue_enabled(struct simnic *sn, unsigned int i)
{
	return simnic_rd32(sn, SIMNIC_TXQ_STATUS(i)) &
	       simnic_rd32(sn, SIMNIC_RXQ_STATUS(i)) & SIMNIC_Q_STATUS_ENABLED;
}

/* Stop the stack's queue of a pair */
static void simnic_queue_disable_tx(struct simnic_tx_ring *ring)
{
	WRITE_ONCE(ring->stopping, true);
	/* a poll that has not seen it could wake what is stopped next */
	synchronize_net();
	__netif_tx_lock_bh(ring->txq);
	txq_trans_cond_update(ring->txq);
	netif_tx_stop_queue(ring->txq);
	__netif_tx_unlock_bh(ring->txq);
}

/**
 * simnic_queue_restart() - start one queue of the running set anew
 * @sn: adapter
 * @i: the pair
 * @dirs: SIMNIC_DIR_RX, SIMNIC_DIR_TX: the queue, or both
 *
 * The others go on. What this one has received goes to the stack, what it has
 * not sent is dropped and counted.
 *
 * Context: process, RTNL.
 * Return: 0, or -EIO if the card does not take the queue back.
 */
int simnic_queue_restart(struct simnic *sn, unsigned int i, unsigned int dirs)
{
	struct simnic_vector *vec = &sn->vec[i];

	simnic_service_stop_watch(sn);
	if (dirs & SIMNIC_DIR_TX)
		simnic_queue_disable_tx(vec->tx);
	if (dirs & SIMNIC_DIR_RX)
		simnic_rx_ring_stop(vec->rx);
	netdev_lock(sn->netdev);
	simnic_queue_stop(sn, i, dirs, jiffies);
	simnic_queue_start(sn, i, dirs);
	netdev_unlock(sn->netdev);
	if (dirs & SIMNIC_DIR_TX) {
		WRITE_ONCE(vec->tx->stopping, false);
		netif_tx_wake_queue(vec->tx->txq);
	}
	simnic_service_start_watch(sn);
	return simnic_queue_enabled(sn, i) ? 0 : -EIO;
}

static int simnic_set_channels(struct simnic *sn, unsigned int channels)
{
	int err;

	if (channels == sn->netdev->real_num_tx_queues &&
	    channels == sn->netdev->real_num_rx_queues)
		return 0;
	err = netif_set_real_num_queues(sn->netdev, channels, channels);
	if (!err && !netif_is_rxfh_configured(sn->netdev))
		simnic_rss_spread(sn, channels);
	return err;
}

/* Traffic pauses here. A failure starts the old set again. */
static int simnic_queues_swap(struct simnic *sn, struct simnic_queues *qs)
{
	struct simnic_queues *old = sn->queues;
	int err;

	simnic_queues_stop(sn, true);
	err = simnic_set_channels(sn, qs->params.channels);
	if (err) {
		/* fewer queues than now can't fail, and more were there before */
		netif_set_real_num_queues(sn->netdev, old->params.channels,
					  old->params.channels);
		simnic_queues_start(sn, old);
		return err;
	}
	simnic_queues_start(sn, qs);
	return 0;
}

/* Vectors that come and go with channels; nothing to do if not first < end */
static int simnic_vectors_add(struct simnic *sn, unsigned int first, unsigned int end)
{
	int err = sn->intx ? 0 : simnic_irq_request_vectors(sn, first, end);

	if (!err)
		simnic_napi_add(sn, first, end);
	return err;
}

static void simnic_vectors_del(struct simnic *sn, unsigned int first, unsigned int end)
{
	simnic_napi_del(sn, first, end);
	if (!sn->intx)
		simnic_irq_free_vectors(sn, first, end);
}

/**
 * simnic_reconfigure() - change channels, ring lengths, or what rings are for
 * @sn: adapter
 * @params: the new configuration
 * @extack: to say what failed
 *
 * Context: process, RTNL.
 * Return: 0, or a negative error and the old configuration runs on.
 */
int simnic_reconfigure(struct simnic *sn, const struct simnic_params *params,
		       struct netlink_ext_ack *extack)
{
	struct simnic_queues *old = sn->queues, *qs;
	unsigned int before, after;
	int err;

	if (!old) {
		err = simnic_set_channels(sn, params->channels);
		if (!err)
			sn->params = *params;
		return err;
	}

	before = old->params.channels;
	after = params->channels;
	qs = simnic_queues_alloc(sn, params);
	if (!qs) {
		NL_SET_ERR_MSG(extack, "no memory for the new rings, the old ones are kept");
		return -ENOMEM;
	}
	netdev_lock(sn->netdev);
	err = simnic_vectors_add(sn, before, after);
	if (err) {
		NL_SET_ERR_MSG(extack, "no interrupts for the new channels");
		goto err_free;
	}
	err = simnic_queues_swap(sn, qs);
	if (err)
		goto err_del;
	simnic_vectors_del(sn, after, before);
	netdev_unlock(sn->netdev);
	simnic_queues_free(old);
	return 0;

err_del:
	simnic_vectors_del(sn, before, after);
err_free:
	netdev_unlock(sn->netdev);
	simnic_queues_free(qs);
	return err;
}

/**
 * simnic_restart() - reset the card and start a queue set again
 * @sn: adapter
 * @qs: the set; it does not run
 *
 * Context: process, RTNL, the device's lock.
 * Return: 0, or a negative error: the card did not come out of reset in time, or
 * does not take its queues. It was configured all the same.
 */
int simnic_restart(struct simnic *sn, struct simnic_queues *qs)
{
	int err = simnic_card_reset(sn);
	unsigned int i;

	if (err)
		netdev_err(sn->netdev, "card does not come out of reset\n");
	simnic_card_configure(sn);
	simnic_rx_enable(sn, true);
	simnic_queues_start(sn, qs);
	simnic_irq_start_misc(sn);
	simnic_link_up(sn);
	for (i = 0; !err && i < qs->params.channels; i++)
		if (!simnic_queue_enabled(sn, i))
			err = -EIO;
	return err;
}

/**
 * simnic_irq_set_mode() - use vectors, or the shared line
 * @sn: adapter
 * @intx: the shared line
 *
 * Context: process, RTNL.
 * Return: 0, or a negative error and the old mode is kept.
 */
int simnic_irq_set_mode(struct simnic *sn, bool intx)
{
	struct simnic_queues *qs = sn->queues;
	bool old = sn->intx;
	int err;

	if (intx == old)
		return 0;
	if (!qs) {
		sn->intx = intx;
		simnic_card_set_intx(sn, intx);
		return 0;
	}

	err = simnic_irq_request(sn, intx, qs->params.channels);
	if (err)
		return err;
	netdev_lock(sn->netdev);
	simnic_queues_stop(sn, true);
	sn->intx = intx;
	simnic_napi_set_irqs(sn, qs->params.channels);
	simnic_irq_free(sn, old, qs->params.channels);
	simnic_card_set_intx(sn, intx);
	simnic_queues_start(sn, qs);
	netdev_unlock(sn->netdev);
	simnic_irq_start_misc(sn);
	return 0;
}
