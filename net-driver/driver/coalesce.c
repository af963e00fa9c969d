// SPDX-License-Identifier: GPL-2.0
/* Interrupt moderation: ethtool -c, -C; adapt.c has what adaptive-rx does */
#include <linux/bitfield.h>
#include <linux/ethtool.h>
#include <linux/netlink.h>

#include "simnic.h"

/* Where adaptive-rx is turned off */
#define SIMNIC_RX_USECS_DEFAULT		20
/*
 * Senders clean up what the card has sent by the time the doorbell returns, which
 * is nearly all: interrupts are for the rest.
 */
#define SIMNIC_TX_USECS_DEFAULT		1000
#define SIMNIC_TX_FRAMES_DEFAULT	64

static u32 simnic_coal_itr(const struct simnic_coal *c)
{
	return FIELD_PREP(SIMNIC_ITR_USECS, c->usecs) |
	       FIELD_PREP(SIMNIC_ITR_FRAMES, c->frames);
}

/* Receive moderation as the load wants it, or as it was configured */
static struct simnic_coal simnic_coal_rx(const struct simnic_vector *vec)
{
	if (!READ_ONCE(vec->sn->adaptive_rx))
		return vec->rx_coal;
	return (struct simnic_coal) {
		.usecs = simnic_adapt_usecs(&vec->adapt),
		.frames = min(READ_ONCE(vec->adapt_frames), SIMNIC_ITR_FRAMES_MAX),
	};
}

static void __simnic_coal_write(struct simnic_vector *vec)
{
	struct simnic_coal rx = simnic_coal_rx(vec);

	lockdep_assert_held(&vec->coal_lock);

	simnic_wr32(vec->sn, SIMNIC_VEC_ITR_RX(SIMNIC_QUEUE_VECTOR(vec->idx)),
		    simnic_coal_itr(&rx));
	simnic_wr32(vec->sn, SIMNIC_VEC_ITR_TX(SIMNIC_QUEUE_VECTOR(vec->idx)),
		    simnic_coal_itr(&vec->tx_coal));
}

/**
 * simnic_coal_write() - set a vector's moderation
 * @vec: vector
 *
 * Context: process, softirq.
 */
void simnic_coal_write(struct simnic_vector *vec)
{
	spin_lock_bh(&vec->coal_lock);
	__simnic_coal_write(vec);
	spin_unlock_bh(&vec->coal_lock);
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
		spin_lock_init(&sn->vec[i].coal_lock);
		sn->vec[i].rx_coal.usecs = SIMNIC_RX_USECS_DEFAULT;
		sn->vec[i].tx_coal.usecs = SIMNIC_TX_USECS_DEFAULT;
		sn->vec[i].tx_coal.frames = SIMNIC_TX_FRAMES_DEFAULT;
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
	spin_lock_bh(&vec->coal_lock);
	vec->rx_coal.usecs = ec->rx_coalesce_usecs;
	vec->rx_coal.frames = ec->rx_max_coalesced_frames;
	vec->tx_coal.usecs = ec->tx_coalesce_usecs;
	vec->tx_coal.frames = ec->tx_max_coalesced_frames;
	__simnic_coal_write(vec);
	spin_unlock_bh(&vec->coal_lock);
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
	for (i = 0; i < sn->max_queues; i++)
		simnic_coal_set(&sn->vec[i], ec);
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
