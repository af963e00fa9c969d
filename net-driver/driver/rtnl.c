// SPDX-License-Identifier: GPL-2.0
/*
 * ip link: cards are plugged in and cabled by it.
 *
 *   ip link add nic0 type simnic
 *   ip link add nic1 link nic0 type simnic
 *   ip link set dev nic0 carrier off
 *
 * A cable is moved by writing to /sys/class/net/nic0/simnic/cable: rtnetlink
 * passes IFLA_LINK of an existing device on only beside IFLA_INFO_DATA, which
 * iproute2 does not send for kinds that it has not heard of. Programs that do
 * send it reach simnic_changelink().
 */
#include <linux/cpumask.h>
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/nsproxy.h>
#include <linux/platform_device.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>
#include <net/rtnetlink.h>

#include "simnic.h"

static struct rtnl_link_ops simnic_link_ops;

static struct net_device *simnic_peer(const struct net_device *dev)
{
	const struct simnic_netdev *nd = netdev_priv(dev);

	return rtnl_dereference(nd->peer);
}

/* -- Cables --------------------------------------------------------------- */

/**
 * simnic_cable_remove() - take the cable away from both of its ends
 * @dev: either end; nothing happens if there is no cable
 *
 * Context: process, RTNL.
 */
void simnic_cable_remove(struct net_device *dev)
{
	struct simnic_netdev *nd = netdev_priv(dev), *other;
	struct net_device *peer = simnic_peer(dev);

	if (!peer)
		return;
	other = netdev_priv(peer);
	RCU_INIT_POINTER(nd->peer, NULL);
	RCU_INIT_POINTER(other->peer, NULL);
	/* waits until nobody looks at either end any more */
	simnic_slot_uncable(nd->slot);
}

/* May dev be cabled to peer? -EALREADY: it is */
static int simnic_cable_check(const struct net_device *dev, const struct net_device *peer,
			      struct netlink_ext_ack *extack)
{
	if (peer->rtnl_link_ops != &simnic_link_ops) {
		NL_SET_ERR_MSG_MOD(extack, "the other end is not a simnic");
		return -EINVAL;
	}
	if (dev == peer) {
		NL_SET_ERR_MSG_MOD(extack, "a card can't be cabled to itself, try loopback");
		return -EINVAL;
	}
	if (dev && simnic_peer(peer) == dev)
		return -EALREADY;
	if (simnic_peer(peer)) {
		NL_SET_ERR_MSG_MOD(extack, "the other end has a cable already");
		return -EBUSY;
	}
	return 0;
}

static int simnic_cable(struct net_device *dev, struct net_device *peer,
			struct netlink_ext_ack *extack)
{
	struct simnic_netdev *nd = netdev_priv(dev), *other = netdev_priv(peer);
	int err;

	err = simnic_slot_cable(nd->slot, other->slot);
	if (err) {
		NL_SET_ERR_MSG_MOD(extack, "the cable can't be connected");
		return err;
	}
	rcu_assign_pointer(nd->peer, peer);
	rcu_assign_pointer(other->peer, dev);
	return 0;
}

/* Move the cable of dev to peer, NULL for no cable */
static int simnic_recable(struct net_device *dev, struct net_device *peer,
			  struct netlink_ext_ack *extack)
{
	struct net_device *old = simnic_peer(dev);
	int err;

	if (peer) {
		err = simnic_cable_check(dev, peer, extack);
		if (err == -EALREADY)
			return 0;
		if (err)
			return err;
	}
	simnic_cable_remove(dev);
	err = peer ? simnic_cable(dev, peer, extack) : 0;
	/* no memory for a cable: what the old one was made of may do */
	if (err && old)
		simnic_cable(dev, old, NULL);
	return err;
}

int simnic_change_carrier(struct net_device *dev, bool carrier)
{
	simnic_slot_seat(((struct simnic_netdev *)netdev_priv(dev))->slot, carrier);
	return 0;
}

int simnic_get_iflink(const struct net_device *dev)
{
	const struct simnic_netdev *nd = netdev_priv(dev);
	const struct net_device *peer;
	int iflink;

	rcu_read_lock();
	peer = rcu_dereference(nd->peer);
	/* its own index: like a card, and not like one half of a pair */
	iflink = peer ? READ_ONCE(peer->ifindex) : READ_ONCE(dev->ifindex);
	rcu_read_unlock();
	return iflink;
}

static struct net *simnic_get_link_net(const struct net_device *dev)
{
	const struct simnic_netdev *nd = netdev_priv(dev);
	const struct net_device *peer = rcu_dereference_rtnl(nd->peer);

	return peer ? dev_net(peer) : dev_net(dev);
}

/* -- /sys/class/net/NAME/simnic/cable ------------------------------------- */

static ssize_t cable_show(struct device *d, struct device_attribute *attr, char *buf)
{
	struct simnic_netdev *nd = netdev_priv(to_net_dev(d));
	const struct net_device *peer;
	ssize_t len;

	rcu_read_lock();
	peer = rcu_dereference(nd->peer);
	len = sysfs_emit(buf, "%s\n", peer ? peer->name : "none");
	rcu_read_unlock();
	return len;
}

/*
 * RTNL. A cable needs the consent of both its ends. To take it away, that of one
 * will do: its owner could as well pull the plug, or delete the card.
 */
static int simnic_cable_store(struct net_device *dev, const char *name)
{
	struct net *net = current->nsproxy->net_ns;
	struct net_device *peer;

	/* here, and not before RTNL: the device may have moved meanwhile */
	if (!ns_capable(dev_net(dev)->user_ns, CAP_NET_ADMIN))
		return -EPERM;
	if (!strcmp(name, "none"))
		return simnic_recable(dev, NULL, NULL);
	if (!ns_capable(net->user_ns, CAP_NET_ADMIN))
		return -EPERM;
	peer = __dev_get_by_name(net, name);
	return peer ? simnic_recable(dev, peer, NULL) : -ENODEV;
}

static ssize_t cable_store(struct device *d, struct device_attribute *attr,
			   const char *buf, size_t count)
{
	struct net_device *dev = to_net_dev(d);
	char name[IFNAMSIZ];
	int err = -ENODEV;

	if (count > IFNAMSIZ || sscanf(buf, "%15s", name) != 1)
		return -EINVAL;
	/* removal of the file waits for us, under RTNL */
	if (!rtnl_trylock())
		return restart_syscall();
	if (dev->reg_state == NETREG_REGISTERED)
		err = simnic_cable_store(dev, name);
	rtnl_unlock();
	return err ? err : count;
}
static DEVICE_ATTR_RW(cable);

static struct attribute *simnic_attrs[] = {
	&dev_attr_cable.attr,
	NULL
};

static const struct attribute_group simnic_group = {
	.name = SIMNIC_NAME,
	.attrs = simnic_attrs,
};

/* -- ip link -------------------------------------------------------------- */

static void simnic_setup(struct net_device *dev)
{
	simnic_netdev_setup(dev);
	dev->sysfs_groups[0] = &simnic_group;
}

static int simnic_validate(struct nlattr *tb[], struct nlattr *data[],
			   struct netlink_ext_ack *extack)
{
	if (!tb[IFLA_ADDRESS])
		return 0;
	if (nla_len(tb[IFLA_ADDRESS]) != ETH_ALEN) {
		NL_SET_ERR_MSG_MOD(extack, "an address has six bytes");
		return -EINVAL;
	}
	if (!is_valid_ether_addr(nla_data(tb[IFLA_ADDRESS]))) {
		NL_SET_ERR_MSG_MOD(extack, "not the address of one station");
		return -EADDRNOTAVAIL;
	}
	return 0;
}

static unsigned int simnic_num_queues(void)
{
	return min(num_online_cpus(), SIMNIC_QUEUES_DEFAULT);
}

static void simnic_unplug(struct net_device *dev)
{
	simnic_slot_eject(((struct simnic_netdev *)netdev_priv(dev))->slot);
	simnic_limit_uncharge(dev);
}

/* RTNL is not held: the card powers down when the last user is gone */
static void simnic_destructor(struct net_device *dev)
{
	struct simnic *sn = simnic_from_netdev(dev);

	simnic_service_stop(sn);
	simnic_devlink_unregister(sn);
	simnic_unplug(dev);
}

static int simnic_insert(struct net_device *dev, struct netlink_ext_ack *extack)
{
	struct simnic_card_params params = {
		.num_txq = dev->num_tx_queues,
		.num_rxq = dev->num_rx_queues,
	};
	struct simnic_netdev *nd = netdev_priv(dev);
	struct simnic_slot *slot;

	slot = simnic_slot_insert(&params);
	if (IS_ERR(slot)) {
		NL_SET_ERR_MSG_MOD(extack, "the card can't be powered up");
		return PTR_ERR(slot);
	}
	nd->sn = platform_get_drvdata(simnic_slot_pdev(slot));
	if (!nd->sn) {
		NL_SET_ERR_MSG_MOD(extack, "the driver refuses the card");
		simnic_slot_eject(slot);
		return -ENOMEM;
	}
	nd->slot = slot;
	return 0;
}

/* Plug a card in for dev */
static int simnic_plug(struct net_device *dev, struct netlink_ext_ack *extack)
{
	int err = simnic_limit_charge(dev, extack);

	if (err)
		return err;
	err = simnic_insert(dev, extack);
	if (err)
		simnic_limit_uncharge(dev);
	return err;
}

static int simnic_check_queues(const struct net_device *dev, struct netlink_ext_ack *extack)
{
	if (max(dev->num_tx_queues, dev->num_rx_queues) <= SIMNIC_MAX_QUEUES)
		return 0;
	NL_SET_ERR_MSG_FMT_MOD(extack, "a card has %d queues at most", SIMNIC_MAX_QUEUES);
	return -EINVAL;
}

static int simnic_find_peer(struct net *net, struct nlattr *tb[], struct net_device **peer,
			    struct netlink_ext_ack *extack)
{
	*peer = NULL;
	if (!tb[IFLA_LINK] || !nla_get_u32(tb[IFLA_LINK]))
		return 0;
	*peer = __dev_get_by_index(net, nla_get_u32(tb[IFLA_LINK]));
	if (*peer)
		return 0;
	NL_SET_ERR_MSG_MOD(extack, "no such device at the other end");
	return -ENODEV;
}

static int simnic_newlink(struct net_device *dev, struct rtnl_newlink_params *params,
			  struct netlink_ext_ack *extack)
{
	struct simnic_netdev *nd = netdev_priv(dev);
	struct net_device *peer;
	int err;

	err = simnic_check_queues(dev, extack);
	if (err)
		return err;
	err = simnic_find_peer(rtnl_newlink_link_net(params), params->tb, &peer, extack);
	if (err)
		return err;
	if (peer) {
		err = simnic_cable_check(NULL, peer, extack);
		if (err)
			return err;
	}

	err = simnic_plug(dev, extack);
	if (err)
		return err;
	err = simnic_netdev_init(nd->sn, dev);
	if (err)
		goto err_unplug;
	err = register_netdevice(dev);
	if (err)
		goto err_unplug;
	dev->priv_destructor = simnic_destructor;

	err = simnic_devlink_register(nd->sn);
	if (err)
		NL_SET_ERR_MSG_MOD(extack, "devlink refuses the card");
	else if (peer)
		err = simnic_cable(dev, peer, extack);
	if (err)
		unregister_netdevice(dev);
	return err;

err_unplug:
	simnic_unplug(dev);
	return err;
}

static int simnic_changelink(struct net_device *dev, struct nlattr *tb[],
			     struct nlattr *data[], struct netlink_ext_ack *extack)
{
	struct net_device *peer;
	int err;

	if (!tb[IFLA_LINK])
		return 0;
	if (tb[IFLA_LINK_NETNSID]) {
		NL_SET_ERR_MSG_MOD(extack, "move a cable within one namespace");
		return -EOPNOTSUPP;
	}
	err = simnic_find_peer(dev_net(dev), tb, &peer, extack);
	return err ? err : simnic_recable(dev, peer, extack);
}

static void simnic_dellink(struct net_device *dev, struct list_head *head)
{
	unregister_netdevice_queue(dev, head);
}

static struct rtnl_link_ops simnic_link_ops __read_mostly = {
	.kind			= SIMNIC_NAME,
	.priv_size		= sizeof(struct simnic_netdev),
	.setup			= simnic_setup,
	.validate		= simnic_validate,
	.newlink		= simnic_newlink,
	.changelink		= simnic_changelink,
	.dellink		= simnic_dellink,
	.get_link_net		= simnic_get_link_net,
	.get_num_tx_queues	= simnic_num_queues,
	.get_num_rx_queues	= simnic_num_queues,
};

/**
 * simnic_rtnl_register() - make ip link know simnic
 *
 * Return: 0 or a negative error.
 */
int simnic_rtnl_register(void)
{
	return rtnl_link_register(&simnic_link_ops);
}

/**
 * simnic_rtnl_unregister() - delete all devices, and be forgotten
 */
void simnic_rtnl_unregister(void)
{
	rtnl_link_unregister(&simnic_link_ops);
}

MODULE_ALIAS_RTNL_LINK(SIMNIC_NAME);
