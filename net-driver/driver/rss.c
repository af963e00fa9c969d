// SPDX-License-Identifier: GPL-2.0
/* Receive side scaling: ethtool -x, -X, rx-flow-hash */
#include <linux/ethtool.h>
#include <linux/netdevice.h>
#include <linux/netlink.h>
#include <linux/unaligned.h>

#include "simnic.h"

#define SIMNIC_RXH_L3	(RXH_IP_SRC | RXH_IP_DST)
#define SIMNIC_RXH_L4	(SIMNIC_RXH_L3 | RXH_L4_B_0_1 | RXH_L4_B_2_3)

/**
 * simnic_rss_write() - write key, table and hash types to the card
 * @sn: adapter
 *
 * Context: process, RTNL.
 */
void simnic_rss_write(struct simnic *sn)
{
	unsigned int i;

	for (i = 0; i < SIMNIC_RSS_KEY_SIZE / 4; i++)
		simnic_wr32(sn, SIMNIC_RSS_KEY(i), get_unaligned_le32(&sn->rss.key[i * 4]));
	for (i = 0; i < SIMNIC_RSS_TABLE_SIZE / 4; i++)
		simnic_wr32(sn, SIMNIC_RSS_TABLE(i),
			    get_unaligned_le32(&sn->rss.table[i * 4]));
	simnic_wr32(sn, SIMNIC_RSSCTRL, sn->rss.types);
}

/**
 * simnic_rss_spread() - spread the table evenly
 * @sn: adapter
 * @queues: over so many queues
 *
 * Context: process, RTNL.
 */
void simnic_rss_spread(struct simnic *sn, unsigned int queues)
{
	unsigned int i;

	for (i = 0; i < SIMNIC_RSS_TABLE_SIZE; i++)
		sn->rss.table[i] = ethtool_rxfh_indir_default(i, queues);
	simnic_rss_write(sn);
}

/**
 * simnic_rss_init() - set the defaults
 * @sn: adapter
 */
void simnic_rss_init(struct simnic *sn)
{
	netdev_rss_key_fill(sn->rss.key, sizeof(sn->rss.key));
	sn->rss.types = SIMNIC_RSSCTRL_IPV4 | SIMNIC_RSSCTRL_TCPV4 | SIMNIC_RSSCTRL_UDPV4 |
			SIMNIC_RSSCTRL_IPV6 | SIMNIC_RSSCTRL_TCPV6 | SIMNIC_RSSCTRL_UDPV6;
	simnic_rss_spread(sn, sn->params.channels);
}

u32 simnic_get_rxfh_key_size(struct net_device *dev)
{
	return SIMNIC_RSS_KEY_SIZE;
}

u32 simnic_get_rxfh_indir_size(struct net_device *dev)
{
	return SIMNIC_RSS_TABLE_SIZE;
}

u32 simnic_get_rx_ring_count(struct net_device *dev)
{
	return dev->real_num_rx_queues;
}

int simnic_get_rxfh(struct net_device *dev, struct ethtool_rxfh_param *p)
{
	struct simnic *sn = simnic_from_netdev(dev);
	unsigned int i;

	p->hfunc = ETH_RSS_HASH_TOP;
	if (p->key)
		memcpy(p->key, sn->rss.key, sizeof(sn->rss.key));
	if (p->indir)
		for (i = 0; i < SIMNIC_RSS_TABLE_SIZE; i++)
			p->indir[i] = sn->rss.table[i];
	return 0;
}

int simnic_set_rxfh(struct net_device *dev, struct ethtool_rxfh_param *p,
		    struct netlink_ext_ack *extack)
{
	struct simnic *sn = simnic_from_netdev(dev);
	unsigned int i;

	if (p->hfunc != ETH_RSS_HASH_NO_CHANGE && p->hfunc != ETH_RSS_HASH_TOP) {
		NL_SET_ERR_MSG_MOD(extack, "the only hash function is Toeplitz");
		return -EOPNOTSUPP;
	}
	if (p->key)
		memcpy(sn->rss.key, p->key, sizeof(sn->rss.key));
	if (p->indir)
		for (i = 0; i < SIMNIC_RSS_TABLE_SIZE; i++)
			sn->rss.table[i] = p->indir[i];
	simnic_rss_write(sn);
	return 0;
}

/* The control bit of a flow type with ports, or 0 */
static u32 simnic_rss_l4_type(u32 flow_type)
{
	switch (flow_type) {
	case TCP_V4_FLOW:
		return SIMNIC_RSSCTRL_TCPV4;
	case UDP_V4_FLOW:
		return SIMNIC_RSSCTRL_UDPV4;
	case TCP_V6_FLOW:
		return SIMNIC_RSSCTRL_TCPV6;
	case UDP_V6_FLOW:
		return SIMNIC_RSSCTRL_UDPV6;
	default:
		return 0;
	}
}

static u32 simnic_rss_l3_type(u32 flow_type)
{
	switch (flow_type) {
	case TCP_V4_FLOW:
	case UDP_V4_FLOW:
	case SCTP_V4_FLOW:
	case AH_ESP_V4_FLOW:
	case AH_V4_FLOW:
	case ESP_V4_FLOW:
	case IPV4_FLOW:
		return SIMNIC_RSSCTRL_IPV4;
	case TCP_V6_FLOW:
	case UDP_V6_FLOW:
	case SCTP_V6_FLOW:
	case AH_ESP_V6_FLOW:
	case AH_V6_FLOW:
	case ESP_V6_FLOW:
	case IPV6_FLOW:
		return SIMNIC_RSSCTRL_IPV6;
	default:
		return 0;
	}
}

int simnic_get_rxfh_fields(struct net_device *dev, struct ethtool_rxfh_fields *f)
{
	u32 types = simnic_from_netdev(dev)->rss.types;

	if (types & simnic_rss_l4_type(f->flow_type))
		f->data = SIMNIC_RXH_L4;
	else if (types & simnic_rss_l3_type(f->flow_type))
		f->data = SIMNIC_RXH_L3;
	else
		f->data = 0;
	return 0;
}

int simnic_set_rxfh_fields(struct net_device *dev, const struct ethtool_rxfh_fields *f,
			   struct netlink_ext_ack *extack)
{
	u32 l4 = simnic_rss_l4_type(f->flow_type), l3 = simnic_rss_l3_type(f->flow_type);
	struct simnic *sn = simnic_from_netdev(dev);

	if (l4 && f->data == SIMNIC_RXH_L4) {
		sn->rss.types |= l4;
	} else if (l4 && f->data == SIMNIC_RXH_L3 && (sn->rss.types & l3)) {
		sn->rss.types &= ~l4;
	} else if (!l4 && l3 && f->data == SIMNIC_RXH_L3) {
		sn->rss.types |= l3;
	} else if (!l4 && l3 && !f->data) {
		sn->rss.types &= ~l3;
	} else {
		NL_SET_ERR_MSG_MOD(extack,
				   "hashes are over both addresses, for TCP and UDP also over both ports");
		return -EINVAL;
	}
	simnic_wr32(sn, SIMNIC_RSSCTRL, sn->rss.types);
	return 0;
}
