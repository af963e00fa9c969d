/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SIMNIC_COMPAT_NET_RTNETLINK_H
#define SIMNIC_COMPAT_NET_RTNETLINK_H

#include_next <net/rtnetlink.h>

#ifdef SIMNIC_LACKS_NEWLINK_PARAMS

struct rtnl_newlink_params {
	struct net *src_net;
	struct net *link_net;
	struct net *peer_net;
	struct nlattr **tb;
	struct nlattr **data;
};

static inline struct net *rtnl_newlink_link_net(struct rtnl_newlink_params *p)
{
	return p->link_net ? : p->src_net;
}

#endif

#endif
