/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SIMNIC_COMPAT_NET_NETDEV_QUEUES_H
#define SIMNIC_COMPAT_NET_NETDEV_QUEUES_H

#include_next <net/netdev_queues.h>

#ifdef SIMNIC_LACKS_TXQ_COMPLETED

/* A full barrier in any case: pairs with the one in netif_txq_try_stop() */
static inline void netdev_txq_completed_mb(struct netdev_queue *txq, unsigned int pkts,
					   unsigned int bytes)
{
	if (IS_ENABLED(CONFIG_BQL))
		netdev_tx_completed_queue(txq, pkts, bytes);
	else if (bytes)
		/* BQL's counterpart, see above */
		smp_mb();
}

static inline int simnic_txq_wake(struct netdev_queue *txq)
{
	netif_tx_wake_queue(txq);
	return 0;
}

/* 0: woken up, 1: was not stopped or @down_cond, -1: too few descriptors */
#define __netif_txq_completed_wake(txq, pkts, bytes, get_desc, start_thrs, down_cond) \
({									\
	struct netdev_queue *_txq = (txq);				\
	unsigned int _pkts = (pkts);					\
	int _res = -1;							\
									\
	netdev_txq_completed_mb(_txq, _pkts, bytes);			\
	if (_pkts && likely((get_desc) >= (start_thrs)))		\
		_res = netif_tx_queue_stopped(_txq) && !(down_cond) ?	\
			simnic_txq_wake(_txq) : 1;			\
	_res;								\
})

#define netif_txq_completed_wake(txq, pkts, bytes, get_desc, start_thrs) \
	__netif_txq_completed_wake(txq, pkts, bytes, get_desc, start_thrs, false)

#endif

#endif
