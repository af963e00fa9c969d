// SPDX-License-Identifier: GPL-2.0
/* The network device: open, stop, MTU, features */
#include <linux/etherdevice.h>
#include <net/netdev_queues.h>

#include "simnic.h"
#include "stats.h"

#define SIMNIC_WATCHDOG		(2 * HZ)

#define SIMNIC_FEATURES_BASE	(NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_RXCSUM | \
				 NETIF_F_TSO | NETIF_F_TSO6 | NETIF_F_TSO_ECN | \
				 NETIF_F_GSO_UDP_L4 | NETIF_F_HIGHDMA)
#define SIMNIC_FEATURES		(SIMNIC_FEATURES_BASE | NETIF_F_RXHASH | \
				 NETIF_F_GRO_HW | NETIF_F_HW_VLAN_CTAG_TX | \
				 NETIF_F_HW_VLAN_CTAG_RX | NETIF_F_HW_VLAN_CTAG_FILTER)

/* Feature bits that are receive control bits of the card */
static const struct {
	netdev_features_t feature;
	u32 rxctrl;
} simnic_rx_features[] = {
	{ NETIF_F_RXCSUM, SIMNIC_RXCTRL_CSUM },
	{ NETIF_F_RXHASH, SIMNIC_RXCTRL_RSS },
	{ NETIF_F_GRO_HW, SIMNIC_RXCTRL_GRO_HW },
	{ NETIF_F_HW_VLAN_CTAG_RX, SIMNIC_RXCTRL_VLAN_STRIP },
	{ NETIF_F_HW_VLAN_CTAG_FILTER, SIMNIC_RXCTRL_VLAN_FILTER },
};

static u32 simnic_features_rxctrl(netdev_features_t features)
{
	unsigned int i;
	u32 set = 0;

	for (i = 0; i < ARRAY_SIZE(simnic_rx_features); i++)
		if (features & simnic_rx_features[i].feature)
			set |= simnic_rx_features[i].rxctrl;
	/* without the hash frames are spread all the same */
	return set | SIMNIC_RXCTRL_RSS;
}

static netdev_features_t simnic_fix_features(struct net_device *dev,
					     netdev_features_t features)
{
	/*
	 * A super-frame's checksum is not there to be checked in software, nor is
	 * it what an XDP program has to do with.
	 */
	if (!(features & NETIF_F_RXCSUM) || simnic_from_netdev(dev)->xdp)
		features &= ~NETIF_F_GRO_HW;
	return features;
}

static int simnic_set_features(struct net_device *dev, netdev_features_t features)
{
	struct simnic *sn = simnic_from_netdev(dev);
	u32 ctrl;

	simnic_rxctrl_write(sn, simnic_features_rxctrl(SIMNIC_FEATURES),
			    simnic_features_rxctrl(features));
	if (!((features ^ dev->features) & NETIF_F_LOOPBACK))
		return 0;
	ctrl = simnic_rd_ctrl(sn) & ~SIMNIC_CTRL_LOOPBACK;
	if (features & NETIF_F_LOOPBACK)
		ctrl |= SIMNIC_CTRL_LOOPBACK;
	simnic_wr32(sn, SIMNIC_CTRL, ctrl);
	return 0;
}

static int simnic_open(struct net_device *dev)
{
	struct simnic *sn = simnic_from_netdev(dev);
	unsigned int channels = sn->params.channels;
	struct simnic_queues *qs;
	int err;

	netif_carrier_off(dev);
	qs = simnic_queues_alloc(sn, &sn->params);
	if (!qs)
		return -ENOMEM;
	err = simnic_irq_request(sn, sn->intx, channels);
	if (err)
		goto err_free;
	err = netif_set_real_num_queues(dev, channels, channels);
	if (err)
		goto err_free_irqs;

	simnic_health_forget(sn);
	simnic_devlink_recovered(sn);
	netdev_lock(dev);
	simnic_napi_add(sn, 0, channels);
	simnic_card_configure(sn);
	simnic_rx_enable(sn, true);
	simnic_queues_start(sn, qs);
	netdev_unlock(dev);
	simnic_irq_start_misc(sn);
	simnic_service_start_stats(sn);
	simnic_link_up(sn);
	return 0;

err_free_irqs:
	simnic_irq_free(sn, sn->intx, channels);
err_free:
	simnic_queues_free(qs);
	return err;
}

static int simnic_stop(struct net_device *dev)
{
	struct simnic *sn = simnic_from_netdev(dev);
	struct simnic_queues *qs = sn->queues;

	if (qs) {
		simnic_link_down(sn);
		simnic_rx_enable(sn, false);
		netdev_lock(dev);
		simnic_queues_stop(sn, false);
		simnic_napi_del(sn, 0, qs->params.channels);
		netdev_unlock(dev);
		simnic_service_stop_stats(sn);
	} else {
		/* put to sleep before */
		qs = sn->asleep;
		sn->asleep = NULL;
	}
	simnic_irq_free(sn, sn->intx, qs->params.channels);
	/* the thread may have seen the link before it went down */
	netif_carrier_off(dev);
	simnic_queues_free(qs);
	simnic_xdp_forget(sn);
	return 0;
}

/* In the stack's watchdog: softirq. Who waits for its partner does not hang. */
static void simnic_tx_timeout(struct net_device *dev, unsigned int txqueue)
{
	struct simnic *sn = simnic_from_netdev(dev);
	u32 status = simnic_rd32(sn, SIMNIC_TXQ_STATUS(txqueue));

	atomic_inc(&sn->stats->tx_timeouts);
	netif_warn(sn, tx_err, dev, "transmit queue %u: head %u, tail %u, status %#x\n", txqueue,
		   simnic_rd32(sn, SIMNIC_TXQ_HEAD(txqueue)),
		   simnic_rd32(sn, SIMNIC_TXQ_TAIL(txqueue)), status);
	if (!(status & SIMNIC_Q_STATUS_PAUSED))
		simnic_health_tx_hung(sn, txqueue);
}

/* Buffers do not depend on the MTU: longer frames take more of them */
static int simnic_change_mtu(struct net_device *dev, int mtu)
{
	struct simnic *sn = simnic_from_netdev(dev);

	if (!simnic_xdp_mtu_ok(rtnl_dereference(sn->xdp_prog), mtu)) {
		if (net_ratelimit())
			netdev_err(dev, "MTU %d: the XDP program wants one buffer\n", mtu);
		return -EOPNOTSUPP;
	}
	WRITE_ONCE(dev->mtu, mtu);
	simnic_wr32(sn, SIMNIC_MAXFRAME, mtu + ETH_HLEN);
	return 0;
}

static int simnic_set_mac(struct net_device *dev, void *p)
{
	struct sockaddr *addr = p;
	int err;

	err = eth_mac_addr(dev, addr);
	if (!err)
		simnic_mac_write(simnic_from_netdev(dev), dev->dev_addr);
	return err;
}

static void simnic_uninit(struct net_device *dev)
{
	simnic_from_netdev(dev)->removing = true;
	simnic_cable_remove(dev);
}

static const struct net_device_ops simnic_netdev_ops = {
	.ndo_open		= simnic_open,
	.ndo_stop		= simnic_stop,
	.ndo_uninit		= simnic_uninit,
	.ndo_start_xmit		= simnic_start_xmit,
	.ndo_features_check	= simnic_features_check,
	.ndo_set_rx_mode	= simnic_set_rx_mode,
	.ndo_validate_addr	= eth_validate_addr,
	.ndo_set_mac_address	= simnic_set_mac,
	.ndo_change_mtu		= simnic_change_mtu,
	.ndo_tx_timeout		= simnic_tx_timeout,
	.ndo_get_stats64	= simnic_get_stats64,
	.ndo_vlan_rx_add_vid	= simnic_vlan_add,
	.ndo_vlan_rx_kill_vid	= simnic_vlan_del,
	.ndo_fix_features	= simnic_fix_features,
	.ndo_set_features	= simnic_set_features,
	.ndo_change_carrier	= simnic_change_carrier,
	.ndo_get_iflink		= simnic_get_iflink,
	.ndo_bpf		= simnic_bpf,
	.ndo_xdp_xmit		= simnic_xdp_xmit,
};

/**
 * simnic_netdev_setup() - what does not depend on the card
 * @dev: the network device
 *
 * Context: process.
 */
void simnic_netdev_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &simnic_netdev_ops;
	dev->ethtool_ops = &simnic_ethtool_ops;
	simnic_qstats_setup(dev);
	simnic_xdpmeta_setup(dev);
	dev->needs_free_netdev = true;
	dev->watchdog_timeo = SIMNIC_WATCHDOG;
	dev->min_mtu = ETH_MIN_MTU;
	dev->max_mtu = SIMNIC_MTU_MAX;
	dev->priv_flags |= IFF_UNICAST_FLT | IFF_LIVE_ADDR_CHANGE;

	dev->vlan_features = SIMNIC_FEATURES_BASE;
	dev->hw_features = SIMNIC_FEATURES | NETIF_F_LOOPBACK;
	dev->features = SIMNIC_FEATURES;
	/* what another simnic takes in one piece */
	netif_set_tso_max_size(dev, simnic_rx_gro_max());
}

/**
 * simnic_netdev_init() - bring a network device and its card together
 * @sn: adapter
 * @dev: the network device, not yet registered
 *
 * Context: process, RTNL.
 * Return: 0 or a negative error.
 */
int simnic_netdev_init(struct simnic *sn, struct net_device *dev)
{
	u8 addr[ETH_ALEN];

	put_unaligned_le32(simnic_rd32(sn, SIMNIC_MAC_LO), addr);
	put_unaligned_le16(simnic_rd32(sn, SIMNIC_MAC_HI), addr + 4);
	if (!is_valid_ether_addr(addr))
		return -EADDRNOTAVAIL;
	ether_addr_copy(dev->perm_addr, addr);
	if (is_zero_ether_addr(dev->dev_addr))
		eth_hw_addr_set(dev, addr);

	sn->netdev = dev;
	sn->rxctrl = simnic_features_rxctrl(SIMNIC_FEATURES);
	if (sn->sharing)
		sn->rxctrl |= SIMNIC_RXCTRL_SHARE;
	SET_NETDEV_DEV(dev, sn->dev);
	netif_set_affinity_auto(dev);
	netif_carrier_off(dev);
	return netif_set_real_num_queues(dev, sn->params.channels, sn->params.channels);
}
