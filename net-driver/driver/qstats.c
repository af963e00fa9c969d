// SPDX-License-Identifier: GPL-2.0
/* Statistics of each queue, as netdev netlink shows them */
#include <net/netdev_queues.h>

#include "simnic.h"
#include "stats.h"

static void simnic_queue_rx(struct simnic *sn, unsigned int q,
			    struct netdev_queue_stats_rx *s)
{
	const struct simnic_rx_stats *rx = &sn->stats->rx[q];
	u64 missed = simnic_rxq_missed(sn, q);

	s->packets += simnic_read(&rx->syncp, &rx->packets);
	s->bytes += simnic_read(&rx->syncp, &rx->bytes);
	s->alloc_fail += simnic_read(&rx->syncp, &rx->alloc_fail) +
			 simnic_read(&rx->syncp, &rx->alloc_drops);
	s->hw_drops += missed;
	s->hw_drop_overruns += missed;
	s->csum_unnecessary += simnic_read(&rx->syncp, &rx->csum_ok);
	s->csum_none += simnic_read(&rx->syncp, &rx->csum_none);
	s->csum_bad += simnic_read(&rx->syncp, &rx->csum_bad);
	s->hw_gro_packets += simnic_read(&rx->syncp, &rx->gro_packets);
	s->hw_gro_bytes += simnic_read(&rx->syncp, &rx->gro_bytes);
	s->hw_gro_wire_packets += simnic_read(&rx->syncp, &rx->gro_wire_packets);
	s->hw_gro_wire_bytes += simnic_read(&rx->syncp, &rx->gro_wire_bytes);
}

static void simnic_queue_tx(struct simnic *sn, unsigned int q,
			    struct netdev_queue_stats_tx *s)
{
	const struct simnic_xmit_stats *xmit = &sn->stats->xmit[q];
	const struct simnic_tx_stats *tx = &sn->stats->tx[q];
	u64 errors = simnic_read(&tx->syncp, &tx->errors);

	s->packets += simnic_read(&tx->syncp, &tx->packets);
	s->bytes += simnic_read(&tx->syncp, &tx->bytes);
	s->hw_drops += errors;
	s->hw_drop_errors += errors;
	s->needs_csum += simnic_read(&xmit->syncp, &xmit->csum);
	s->csum_none += simnic_read(&xmit->syncp, &xmit->csum_none);
	s->hw_gso_packets += simnic_read(&tx->syncp, &tx->gso_packets);
	s->hw_gso_bytes += simnic_read(&tx->syncp, &tx->gso_bytes);
	s->hw_gso_wire_packets += simnic_read(&tx->syncp, &tx->gso_wire_packets);
	s->hw_gso_wire_bytes += simnic_read(&tx->syncp, &tx->gso_wire_bytes);
	s->stop += simnic_read(&xmit->syncp, &xmit->stop);
	s->wake += simnic_read(&tx->syncp, &tx->wake);
}

static void simnic_get_queue_stats_rx(struct net_device *dev, int q,
				      struct netdev_queue_stats_rx *s)
{
	memset(s, 0, sizeof(*s));
	simnic_queue_rx(simnic_from_netdev(dev), q, s);
}

static void simnic_get_queue_stats_tx(struct net_device *dev, int q,
				      struct netdev_queue_stats_tx *s)
{
	memset(s, 0, sizeof(*s));
	simnic_queue_tx(simnic_from_netdev(dev), q, s);
}

/* Queues that are not in use now keep what they counted while they were */
static void simnic_get_base_stats(struct net_device *dev, struct netdev_queue_stats_rx *rx,
				  struct netdev_queue_stats_tx *tx)
{
	struct simnic *sn = simnic_from_netdev(dev);
	unsigned int q;

	memset(rx, 0, sizeof(*rx));
	memset(tx, 0, sizeof(*tx));
	for (q = dev->real_num_rx_queues; q < sn->max_queues; q++)
		simnic_queue_rx(sn, q, rx);
	for (q = dev->real_num_tx_queues; q < sn->max_queues; q++)
		simnic_queue_tx(sn, q, tx);
}

static const struct netdev_stat_ops simnic_stat_ops = {
	.get_queue_stats_rx = simnic_get_queue_stats_rx,
	.get_queue_stats_tx = simnic_get_queue_stats_tx,
	.get_base_stats = simnic_get_base_stats,
};

/**
 * simnic_qstats_setup() - offer statistics of each queue
 * @dev: the network device
 */
void simnic_qstats_setup(struct net_device *dev)
{
	dev->stat_ops = &simnic_stat_ops;
}
