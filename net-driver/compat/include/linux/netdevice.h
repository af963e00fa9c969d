/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SIMNIC_COMPAT_LINUX_NETDEVICE_H
#define SIMNIC_COMPAT_LINUX_NETDEVICE_H

#include_next <linux/netdevice.h>

/* What these announce, these kernels have no place to keep */

#ifdef SIMNIC_LACKS_NAPI_AFFINITY

static inline void netif_set_affinity_auto(struct net_device *dev)
{
}

#endif

#ifdef SIMNIC_LACKS_NAPI_CONFIG

static inline void netif_napi_add_config(struct net_device *dev, struct napi_struct *napi,
					 int (*poll)(struct napi_struct *, int), int index)
{
	netif_napi_add(dev, napi, poll);
}

#endif

#ifdef SIMNIC_LACKS_NAPI_IRQ

static inline void netif_napi_set_irq(struct napi_struct *napi, int irq)
{
}

#endif

/* The device's lock, where there is one, is not yet for who changes several things */
#ifdef SIMNIC_LACKS_NAPI_LOCKED

#define netdev_lock(dev)		((void)(dev))
#define netdev_unlock(dev)		((void)(dev))
#define netif_napi_add_config_locked	netif_napi_add_config
#define netif_napi_set_irq_locked	netif_napi_set_irq
#define napi_enable_locked		napi_enable
#define napi_disable_locked		napi_disable
#define __netif_napi_del_locked		__netif_napi_del

#endif

#ifdef SIMNIC_LACKS_NAPI_QUEUE

enum netdev_queue_type {
	NETDEV_QUEUE_TYPE_RX,
	NETDEV_QUEUE_TYPE_TX,
};

static inline void netif_queue_set_napi(struct net_device *dev, unsigned int queue_index,
					enum netdev_queue_type type, struct napi_struct *napi)
{
}

#endif

#endif
