// SPDX-License-Identifier: GPL-2.0
/*
 * How many cards user namespaces may have. Whoever owns one may plug cards in
 * without being the administrator. What a card and its rings take is charged to
 * the memory control group of who asks for it; but the interrupts that a card
 * occupies, with their descriptors and files, its device, and what the poll
 * allocates to replace buffers, are nobody's: those are bounded here, by number.
 */
#include <linux/atomic.h>
#include <linux/moduleparam.h>
#include <linux/netlink.h>
#include <linux/user_namespace.h>
#include <net/net_namespace.h>

#include "simnic.h"

static unsigned int simnic_user_cards_max = SIMNIC_USER_CARDS;
module_param_named(max_user_cards, simnic_user_cards_max, uint, 0644);
MODULE_PARM_DESC(max_user_cards,
		 "Cards that all user namespaces but the initial one may have together");

static atomic_t simnic_user_cards;

/**
 * simnic_limit_charge() - may this device have a card?
 * @dev: the device, in the namespace that asks for it
 * @extack: to say why not
 *
 * Context: process, RTNL.
 * Return: 0, or -ENOSPC.
 */
int simnic_limit_charge(struct net_device *dev, struct netlink_ext_ack *extack)
{
	struct simnic_netdev *nd = netdev_priv(dev);

	nd->limited = dev_net(dev)->user_ns != &init_user_ns;
	if (!nd->limited)
		return 0;
	if (atomic_inc_return(&simnic_user_cards) <= READ_ONCE(simnic_user_cards_max))
		return 0;
	simnic_limit_uncharge(dev);
	NL_SET_ERR_MSG_MOD(extack, "user namespaces have no more cards, see max_user_cards");
	return -ENOSPC;
}

/**
 * simnic_limit_uncharge() - its card is gone
 * @dev: the device, wherever it has been moved to
 *
 * Context: process.
 */
void simnic_limit_uncharge(struct net_device *dev)
{
	struct simnic_netdev *nd = netdev_priv(dev);

	if (nd->limited)
		atomic_dec(&simnic_user_cards);
	nd->limited = false;
}
