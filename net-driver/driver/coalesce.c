// SPDX-License-Identifier: GPL-2.0
/* Interrupt moderation: ethtool -c, -C, and net_dim for adaptive-rx */
#include <linux/bitfield.h>
#include <linux/ethtool.h>
#include <linux/netlink.h>

#include "simnic.h"
#include "stats.h"

/* Where adaptive-rx is turned off */
#define SIMNIC_RX_USECS_DEFAULT		20
/*
 * Senders clean up what the card has sent by the time the doorbell returns, which
 * is nearly all: interrupts are for the rest.
 */
#define SIMNIC_TX_USECS_DEFAULT		1000
#define SIMNIC_TX_FRAMES_DEFAULT	64

/*
 * A measurement in which nothing came for so long says nothing about how well the
 * moderation does: where traffic begins, net_dim would take any step for a good one.
 */
#define SIMNIC_DIM_PAUSE		(HZ / 50)

/*
 * net_dim's levels. Its own second one, 8 usecs, is no step at all where a frame
 * takes longer than that, as under emulation: it would turn back there, for good. And
 * where an interrupt takes as long as dozens of frames, as with user-mode Linux, the
 * longest one should be longer than its 256 usecs. A ring half full ends the wait.
 */
static const u16 simnic_dim_usecs[] = { 1, 50, 100, 400, 800 };

static u32 simnic_coal_itr(const struct simnic_coal *c)
{
	return FIELD_PREP(SIMNIC_ITR_USECS, c->usecs) |
	       FIELD_PREP(SIMNIC_ITR_FRAMES, c->frames);
}

/* Receive moderation as net_dim wants it, or as it was configured */
static struct simnic_coal simnic_coal_rx(const struct simnic_vector *vec)
{
	/* the poll's: if it decides at this moment, its work comes and writes that */
	unsigned int level = READ_ONCE(vec->dim.profile_ix);

	if (!READ_ONCE(vec->sn->adaptive_rx))
		return vec->rx_coal;
	return (struct simnic_coal) {
		.usecs = simnic_dim_usecs[min(level, ARRAY_SIZE(simnic_dim_usecs) - 1)],
		.frames = min(READ_ONCE(vec->dim_frames), SIMNIC_ITR_FRAMES_MAX),
	};
}

/**
 * simnic_coal_write() - set a vector's moderation
 * @vec: vector
 *
 * Context: any.
 */
void simnic_coal_write(struct simnic_vector *vec)
{
	struct simnic_coal rx = simnic_coal_rx(vec);

	simnic_wr32(vec->sn, SIMNIC_VEC_ITR_RX(SIMNIC_QUEUE_VECTOR(vec->idx)),
		    simnic_coal_itr(&rx));
	simnic_wr32(vec->sn, SIMNIC_VEC_ITR_TX(SIMNIC_QUEUE_VECTOR(vec->idx)),
		    simnic_coal_itr(&vec->tx_coal));
}

/* The next poll begins to measure anew: net_dim's state is the poll's */
static void simnic_dim_restart(struct simnic_vector *vec)
{
	/* profile was read; pairs with smp_load_acquire() in simnic_dim_sample() */
	smp_store_release(&vec->dim_restart, true);
}

/* net_dim decided: process context. NAPI's poll may count on meanwhile. */
static void simnic_dim_work(struct work_struct *work)
{
	struct dim *dim = container_of(work, struct dim, work);
	struct simnic_vector *vec = container_of(dim, struct simnic_vector, dim);

	simnic_coal_write(vec);
	simnic_dim_restart(vec);
}

/**
 * simnic_dim_sample() - tell net_dim how much was received
 * @vec: vector whose poll is complete
 *
 * Context: softirq.
 */
void simnic_dim_sample(struct simnic_vector *vec)
{
	struct simnic_rx_stats *rx = &vec->sn->stats->rx[vec->idx];
	u32 irqs = READ_ONCE(vec->irqs);
	struct dim_sample sample = {};
	bool paused;

	if (!READ_ONCE(vec->sn->adaptive_rx))
		return;
	/* pairs with smp_store_release() in simnic_dim_restart() */
	if (smp_load_acquire(&vec->dim_restart)) {
		WRITE_ONCE(vec->dim_restart, false);
		vec->dim.state = DIM_START_MEASURE;
	}
	paused = time_after(jiffies, vec->dim_polled + SIMNIC_DIM_PAUSE);
	vec->dim_polled = jiffies;
	if (vec->dim.state == DIM_MEASURE_IN_PROGRESS) {
		if (paused)
			vec->dim.state = DIM_START_MEASURE;
		else if ((u16)(irqs - vec->dim.start_sample.event_ctr) < DIM_NEVENTS)
			return;
	}
	/* the poll is these counters' only writer: no need of their syncp */
	dim_update_sample(irqs, u64_stats_read(&rx->packets),
			  u64_stats_read(&rx->bytes), &sample);
	net_dim(&vec->dim, &sample);
}

/**
 * simnic_dim_stop() - wait for net_dim's work; nothing comes of its last decision
 * @vec: vector
 *
 * Context: process, may sleep.
 */
void simnic_dim_stop(struct simnic_vector *vec)
{
	cancel_work_sync(&vec->dim.work);
	simnic_dim_restart(vec);
}

/**
 * simnic_coal_init() - set the defaults
 * @sn: adapter
 */
void simnic_coal_init(struct simnic *sn)
{
	unsigned int i;

	/* at once when there is little to do, seldom when there is much */
	sn->adaptive_rx = true;
	for (i = 0; i < sn->max_queues; i++) {
		sn->vec[i].rx_coal.usecs = SIMNIC_RX_USECS_DEFAULT;
		sn->vec[i].tx_coal.usecs = SIMNIC_TX_USECS_DEFAULT;
		sn->vec[i].tx_coal.frames = SIMNIC_TX_FRAMES_DEFAULT;
		INIT_WORK(&sn->vec[i].dim.work, simnic_dim_work);
	}
}

static void simnic_coal_get(struct simnic_vector *vec, struct ethtool_coalesce *ec)
{
	ec->rx_coalesce_usecs = vec->rx_coal.usecs;
	ec->rx_max_coalesced_frames = vec->rx_coal.frames;
	ec->tx_coalesce_usecs = vec->tx_coal.usecs;
	ec->tx_max_coalesced_frames = vec->tx_coal.frames;
	ec->use_adaptive_rx_coalesce = vec->sn->adaptive_rx;
}

static int simnic_coal_check(const struct ethtool_coalesce *ec,
			     struct netlink_ext_ack *extack)
{
	if (ec->rx_coalesce_usecs > SIMNIC_ITR_USECS_MAX ||
	    ec->tx_coalesce_usecs > SIMNIC_ITR_USECS_MAX) {
		NL_SET_ERR_MSG_FMT_MOD(extack, "usecs is limited to %d",
				       SIMNIC_ITR_USECS_MAX);
		return -EINVAL;
	}
	if (ec->rx_max_coalesced_frames > SIMNIC_ITR_FRAMES_MAX ||
	    ec->tx_max_coalesced_frames > SIMNIC_ITR_FRAMES_MAX) {
		NL_SET_ERR_MSG_FMT_MOD(extack, "frames is limited to %d",
				       SIMNIC_ITR_FRAMES_MAX);
		return -EINVAL;
	}
	return 0;
}

static void simnic_coal_set(struct simnic_vector *vec, const struct ethtool_coalesce *ec)
{
	vec->rx_coal.usecs = ec->rx_coalesce_usecs;
	vec->rx_coal.frames = ec->rx_max_coalesced_frames;
	vec->tx_coal.usecs = ec->tx_coalesce_usecs;
	vec->tx_coal.frames = ec->tx_max_coalesced_frames;
	simnic_coal_write(vec);
}

int simnic_get_coalesce(struct net_device *dev, struct ethtool_coalesce *ec,
			struct kernel_ethtool_coalesce *kec,
			struct netlink_ext_ack *extack)
{
	simnic_coal_get(&simnic_from_netdev(dev)->vec[0], ec);
	return 0;
}

int simnic_set_coalesce(struct net_device *dev, struct ethtool_coalesce *ec,
			struct kernel_ethtool_coalesce *kec,
			struct netlink_ext_ack *extack)
{
	struct simnic *sn = simnic_from_netdev(dev);
	unsigned int i;
	int err;

	err = simnic_coal_check(ec, extack);
	if (err)
		return err;
	WRITE_ONCE(sn->adaptive_rx, !!ec->use_adaptive_rx_coalesce);
	for (i = 0; i < sn->max_queues; i++) {
		/* a decision under way would overwrite what is set here */
		simnic_dim_stop(&sn->vec[i]);
		simnic_coal_set(&sn->vec[i], ec);
	}
	return 0;
}

int simnic_get_per_queue_coalesce(struct net_device *dev, u32 queue,
				  struct ethtool_coalesce *ec)
{
	struct simnic *sn = simnic_from_netdev(dev);

	if (queue >= dev->real_num_rx_queues)
		return -EINVAL;
	simnic_coal_get(&sn->vec[queue], ec);
	return 0;
}

int simnic_set_per_queue_coalesce(struct net_device *dev, u32 queue,
				  struct ethtool_coalesce *ec)
{
	struct simnic *sn = simnic_from_netdev(dev);
	int err;

	if (queue >= dev->real_num_rx_queues)
		return -EINVAL;
	if (!!ec->use_adaptive_rx_coalesce != sn->adaptive_rx)
		return -EOPNOTSUPP;
	err = simnic_coal_check(ec, NULL);
	if (err)
		return err;
	simnic_coal_set(&sn->vec[queue], ec);
	return 0;
}
