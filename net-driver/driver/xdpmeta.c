// SPDX-License-Identifier: GPL-2.0
/* What XDP programs may rely on, and what they can ask of a frame */
#include <linux/bitfield.h>
#include <linux/netdevice.h>

#include "rx.h"

/* By SIMNIC_RXD_L4_*; what it is of is added */
static const enum xdp_rss_hash_type simnic_xdp_l4[] = {
	[SIMNIC_RXD_L4_NONE] = XDP_RSS_L4,
	[SIMNIC_RXD_L4_TCP] = XDP_RSS_L4 | XDP_RSS_L4_TCP,
	[SIMNIC_RXD_L4_UDP] = XDP_RSS_L4 | XDP_RSS_L4_UDP,
};

static const enum xdp_rss_hash_type simnic_xdp_l3[] = {
	[SIMNIC_RXD_L3_NONE] = XDP_RSS_TYPE_NONE,
	[SIMNIC_RXD_L3_IPV4] = XDP_RSS_L3_IPV4,
	[SIMNIC_RXD_L3_IPV6] = XDP_RSS_L3_IPV6,
};

static int simnic_xmo_rx_hash(const struct xdp_md *ctx, u32 *hash,
			      enum xdp_rss_hash_type *rss_type)
{
	const struct simnic_rx_xdp *frame = (const void *)ctx;
	u32 status = frame->wb->status;
	u32 type = FIELD_GET(SIMNIC_RXD_HASH, status);
	u32 l3 = FIELD_GET(SIMNIC_RXD_L3, status);
	u32 l4 = FIELD_GET(SIMNIC_RXD_L4, status);

	if (!(frame->netdev->features & NETIF_F_RXHASH) ||
	    (type != SIMNIC_RXD_HASH_L3 && type != SIMNIC_RXD_HASH_L4))
		return -ENODATA;
	*hash = frame->wb->hash;
	*rss_type = l3 < ARRAY_SIZE(simnic_xdp_l3) ? simnic_xdp_l3[l3] : XDP_RSS_TYPE_NONE;
	if (type == SIMNIC_RXD_HASH_L4)
		*rss_type |= l4 < ARRAY_SIZE(simnic_xdp_l4) ? simnic_xdp_l4[l4] : XDP_RSS_L4;
	return 0;
}

static int simnic_xmo_rx_vlan_tag(const struct xdp_md *ctx, __be16 *vlan_proto, u16 *vlan_tci)
{
	const struct simnic_rx_xdp *frame = (const void *)ctx;

	if (!(frame->wb->status & SIMNIC_RXD_VLAN))
		return -ENODATA;
	*vlan_proto = htons(ETH_P_8021Q);
	*vlan_tci = frame->wb->vlan_tci;
	return 0;
}

static const struct xdp_metadata_ops simnic_xdp_metadata_ops = {
	.xmo_rx_hash = simnic_xmo_rx_hash,
	.xmo_rx_vlan_tag = simnic_xmo_rx_vlan_tag,
};

/**
 * simnic_xdpmeta_setup() - say what there is for XDP programs
 * @dev: the network device
 *
 * Frames can be redirected here whether it has a program of its own or not.
 *
 * Context: process.
 */
void simnic_xdpmeta_setup(struct net_device *dev)
{
	dev->xdp_metadata_ops = &simnic_xdp_metadata_ops;
	dev->xdp_features = NETDEV_XDP_ACT_BASIC | NETDEV_XDP_ACT_REDIRECT |
			    NETDEV_XDP_ACT_NDO_XMIT | NETDEV_XDP_ACT_RX_SG |
			    NETDEV_XDP_ACT_NDO_XMIT_SG;
}
