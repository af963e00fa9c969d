/* SPDX-License-Identifier: GPL-2.0 */
/* simnic compat: included in front of driver/rtnl.c, see ops.h */
#ifndef SIMNIC_COMPAT_RTNL_H
#define SIMNIC_COMPAT_RTNL_H

#include <net/rtnetlink.h>

#ifdef SIMNIC_LACKS_NEWLINK_PARAMS

static int simnic_newlink_new(struct net_device *dev, struct rtnl_newlink_params *params,
			      struct netlink_ext_ack *extack);

static int simnic_newlink(struct net *src_net, struct net_device *dev, struct nlattr *tb[],
			  struct nlattr *data[], struct netlink_ext_ack *extack)
{
	struct rtnl_newlink_params params = {
		.src_net = src_net,
		.tb = tb,
		.data = data,
	};

	return simnic_newlink_new(dev, &params, extack);
}

#define simnic_newlink(dev, params, extack)	simnic_newlink_new(dev, params, extack)

#endif

#endif
