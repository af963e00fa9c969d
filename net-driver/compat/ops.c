// SPDX-License-Identifier: GPL-2.0
/* simnic compat: adapters for operations whose signatures have changed, see ops.h */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ethtool.h>
#include <linux/netdevice.h>
#include <linux/printk.h>

#include "../driver/simnic.h"
#include "../driver/stats.h"

#ifdef SIMNIC_LACKS_RXFH_PARAM

int (simnic_get_rxfh)(struct net_device *dev, u32 *indir, u8 *key, u8 *hfunc)
{
	struct ethtool_rxfh_param param = {
		.indir_size = simnic_get_rxfh_indir_size(dev),
		.indir = indir,
		.key_size = simnic_get_rxfh_key_size(dev),
		.key = key,
	};
	int err;

	err = simnic_get_rxfh(dev, &param);
	if (!err && hfunc)
		*hfunc = param.hfunc;
	return err;
}

int (simnic_set_rxfh)(struct net_device *dev, const u32 *indir, const u8 *key, const u8 hfunc)
{
	struct ethtool_rxfh_param param = {
		.hfunc = hfunc,
		.indir_size = indir ? simnic_get_rxfh_indir_size(dev) : 0,
		.indir = (u32 *)indir,
		.key_size = key ? simnic_get_rxfh_key_size(dev) : 0,
		.key = (u8 *)key,
	};

	return simnic_set_rxfh(dev, &param, NULL);
}

#endif

#ifdef SIMNIC_LACKS_RXFH_FIELDS

static int simnic_grxfh(struct net_device *dev, struct ethtool_rxnfc *info)
{
	struct ethtool_rxfh_fields fields = {
		.flow_type = info->flow_type,
	};
	int err;

	err = simnic_get_rxfh_fields(dev, &fields);
	info->data = fields.data;
	return err;
}

static int simnic_srxfh(struct net_device *dev, const struct ethtool_rxnfc *info)
{
	const struct ethtool_rxfh_fields fields = {
		.data = info->data,
		.flow_type = info->flow_type,
	};

	return simnic_set_rxfh_fields(dev, &fields, NULL);
}

int (simnic_get_rxfh_fields)(struct net_device *dev, struct ethtool_rxnfc *info, u32 *locs)
	__alias(simnic_get_rx_ring_count);

int (simnic_set_rxfh_fields)(struct net_device *dev, struct ethtool_rxnfc *info)
{
	return info->cmd == ETHTOOL_SRXFH ? simnic_srxfh(dev, info) : -EOPNOTSUPP;
}

#endif

#ifdef SIMNIC_LACKS_RX_RING_COUNT

int (simnic_get_rx_ring_count)(struct net_device *dev, struct ethtool_rxnfc *info, u32 *locs)
{
	switch (info->cmd) {
	case ETHTOOL_GRXRINGS:
		info->data = simnic_get_rx_ring_count(dev);
		return 0;
#ifdef SIMNIC_LACKS_RXFH_FIELDS
	case ETHTOOL_GRXFH:
		return simnic_grxfh(dev, info);
#endif
	default:
		return -EOPNOTSUPP;
	}
}

#endif

#ifdef SIMNIC_LACKS_QUEUE_STATS

void simnic_qstats_setup(struct net_device *dev)
{
	pr_info_once("netdev netlink shows neither queues nor their statistics on this kernel\n");
}

#endif

#ifdef SIMNIC_LACKS_XDP_METADATA

void simnic_xdpmeta_setup(struct net_device *dev)
{
}

#endif
