// SPDX-License-Identifier: GPL-2.0
/*
 * Statistics: what the driver counts and what the card counts, as ip -s link,
 * ethtool -S and its standard groups show them.
 *
 * On a pair, sender.tx_packets and tx_wire_dup are the sum of the sender's
 * tx_no_link, tx_no_partner, tx_oversize, tx_aborted and tx_wire_lost, and the
 * receiver's rx_packets, rx_errors, rx_alloc_drops, rx_flushed, rx_disabled,
 * rx_filtered, rx_vlan_filtered, rx_oversize, rx_crc_errors, rx_missed and
 * rx_dma_fault.
 */
#include <linux/ethtool.h>

#include "simnic.h"
#include "stats.h"

/* -- The card's counters --------------------------------------------------- */

static u64 simnic_rd64(struct simnic *sn, u32 lo)
{
	u64 val;

	/* the low word's read latches the high word */
	val = simnic_rd32(sn, lo);
	return val | (u64)simnic_rd32(sn, lo + 4) << 32;
}

/* Read a counter, which only grows. A card may go away between its two words. */
static u64 simnic_counter_refresh(struct simnic *sn, u32 lo, u64 *last)
{
	u64 val = simnic_rd64(sn, lo);

	if (val > *last && val != U64_MAX && !READ_ONCE(sn->gone))
		*last = val;
	return *last;
}

/* Read all, and give a copy that does not change under its reader's eyes */
static void simnic_stats_read(struct simnic *sn, u64 *hw)
{
	unsigned int i;

	spin_lock_bh(&sn->hw_stats_lock);
	for (i = 0; i < SIMNIC_STATS; i++)
		hw[i] = simnic_counter_refresh(sn, SIMNIC_STAT_LO(i), &sn->hw_stats[i]);
	spin_unlock_bh(&sn->hw_stats_lock);
}

/**
 * simnic_stats_refresh() - read the card's counters
 * @sn: adapter
 *
 * Context: process.
 */
void simnic_stats_refresh(struct simnic *sn)
{
	u64 hw[SIMNIC_STATS];

	simnic_stats_read(sn, hw);
}

/**
 * simnic_rxq_missed() - frames that found no buffer in a receive queue
 * @sn: adapter
 * @q: the queue
 *
 * Context: any but hard interrupt.
 * Return: how many.
 */
u64 simnic_rxq_missed(struct simnic *sn, unsigned int q)
{
	u64 val;

	spin_lock_bh(&sn->hw_stats_lock);
	val = simnic_counter_refresh(sn, SIMNIC_RXQ_MISSED_LO(q), &sn->hw_missed[q]);
	spin_unlock_bh(&sn->hw_stats_lock);
	return val;
}

/* -- The driver's counters --------------------------------------------------- */

enum simnic_part { SIMNIC_PART_RX, SIMNIC_PART_TX, SIMNIC_PART_XMIT };

/* What ethtool -S shows for each queue, and as totals */
struct simnic_counter {
	const char *name;
	enum simnic_part part;
	size_t offset;
};

#define SIMNIC_RX(name)		{ "rx_" #name, SIMNIC_PART_RX, \
				  offsetof(struct simnic_rx_stats, name) }
#define SIMNIC_TX(name)		{ "tx_" #name, SIMNIC_PART_TX, \
				  offsetof(struct simnic_tx_stats, name) }
#define SIMNIC_XMIT(name)	{ "tx_" #name, SIMNIC_PART_XMIT, \
				  offsetof(struct simnic_xmit_stats, name) }

static const struct simnic_counter simnic_counters[] = {
	SIMNIC_TX(packets), SIMNIC_TX(bytes), SIMNIC_RX(packets), SIMNIC_RX(bytes),
	SIMNIC_TX(errors), SIMNIC_TX(flushed), SIMNIC_XMIT(map_errors),
	SIMNIC_XMIT(dropped), SIMNIC_XMIT(stop), SIMNIC_TX(wake), SIMNIC_XMIT(csum),
	SIMNIC_XMIT(csum_none), SIMNIC_XMIT(copied), SIMNIC_XMIT(posted),
	SIMNIC_TX(gso_packets), SIMNIC_TX(gso_bytes),
	SIMNIC_RX(errors), SIMNIC_RX(alloc_drops), SIMNIC_RX(flushed),
	SIMNIC_RX(alloc_fail), SIMNIC_RX(csum_ok), SIMNIC_RX(csum_bad),
	SIMNIC_RX(csum_none), SIMNIC_RX(gro_packets), SIMNIC_RX(gro_bytes),
	SIMNIC_RX(shared), SIMNIC_RX(copied), SIMNIC_RX(polls), SIMNIC_RX(xdp_pass),
	SIMNIC_RX(xdp_drop), SIMNIC_RX(xdp_aborted), SIMNIC_RX(xdp_tx),
	SIMNIC_RX(xdp_tx_errors), SIMNIC_RX(xdp_redirect), SIMNIC_RX(xdp_redirect_errors),
	SIMNIC_XMIT(xdp_xmit), SIMNIC_XMIT(xdp_xmit_errors),
};

/* So many of them are shown for each queue as well */
#define SIMNIC_QUEUE_COUNTERS	4

/* The card's drop counters by name; the rest is in the standard groups */
static const struct {
	const char *name;
	enum simnic_stat stat;
} simnic_hw_counters[] = {
	{ "tx_no_link", SIMNIC_STAT_TX_NO_LINK },
	{ "tx_oversize", SIMNIC_STAT_TX_OVERSIZE },
	{ "tx_aborted", SIMNIC_STAT_TX_ABORTED },
	{ "tx_no_partner", SIMNIC_STAT_TX_NO_PARTNER },
	{ "tx_wire_lost", SIMNIC_STAT_TX_WIRE_LOST },
	{ "tx_wire_dup", SIMNIC_STAT_TX_WIRE_DUP },
	{ "tx_bad_desc", SIMNIC_STAT_TX_BAD_DESC },
	{ "tx_dma_fault", SIMNIC_STAT_TX_DMA_FAULT },
	{ "rx_disabled", SIMNIC_STAT_RX_DISABLED },
	{ "rx_filtered", SIMNIC_STAT_RX_FILTERED },
	{ "rx_vlan_filtered", SIMNIC_STAT_RX_VLAN_FILTERED },
	{ "rx_oversize", SIMNIC_STAT_RX_OVERSIZE },
	{ "rx_crc_errors", SIMNIC_STAT_RX_CRC_ERRORS },
	{ "rx_missed", SIMNIC_STAT_RX_MISSED },
	{ "rx_dma_fault", SIMNIC_STAT_RX_DMA_FAULT },
	{ "tx_pause", SIMNIC_STAT_TX_PAUSE },
	{ "rx_pause", SIMNIC_STAT_RX_PAUSE },
	{ "reg_unknown", SIMNIC_STAT_REG_UNKNOWN },
	{ "reg_read_only", SIMNIC_STAT_REG_RO },
};

/* What happens seldom, and to the card as a whole */
static const struct {
	const char *name;
	size_t offset;
} simnic_events[] = {
	{ "misc_irqs", offsetof(struct simnic_stats, misc_irqs) },
	{ "irq_missed", offsetof(struct simnic_stats, irq_missed) },
	{ "irq_storms", offsetof(struct simnic_stats, irq_storms) },
	{ "tx_timeouts", offsetof(struct simnic_stats, tx_timeouts) },
	{ "tx_stalls", offsetof(struct simnic_stats, tx_stalls) },
	{ "rx_stalls", offsetof(struct simnic_stats, rx_stalls) },
	{ "tx_restarts", offsetof(struct simnic_stats, tx_restarts) },
	{ "rx_restarts", offsetof(struct simnic_stats, rx_restarts) },
	{ "queue_resets", offsetof(struct simnic_stats, queue_resets) },
	{ "resets", offsetof(struct simnic_stats, resets) },
	{ "reset_failures", offsetof(struct simnic_stats, reset_failures) },
	{ "health_backoffs", offsetof(struct simnic_stats, health_backoffs) },
	{ "card_gone", offsetof(struct simnic_stats, card_gone) },
};

static u64 simnic_counter_read(const struct simnic_stats *s, unsigned int q,
			       const struct simnic_counter *c)
{
	switch (c->part) {
	case SIMNIC_PART_RX:
		return simnic_read(&s->rx[q].syncp, (void *)&s->rx[q] + c->offset);
	case SIMNIC_PART_TX:
		return simnic_read(&s->tx[q].syncp, (void *)&s->tx[q] + c->offset);
	case SIMNIC_PART_XMIT:
		return simnic_read(&s->xmit[q].syncp, (void *)&s->xmit[q] + c->offset);
	}
	return 0;
}

static u64 simnic_counter_sum(struct simnic *sn, const struct simnic_counter *c)
{
	unsigned int q;
	u64 sum = 0;

	for (q = 0; q < sn->max_queues; q++)
		sum += simnic_counter_read(sn->stats, q, c);
	return sum;
}

/**
 * simnic_stats_create() - allocate the adapter's counters
 * @sn: adapter
 *
 * Context: process, in probe.
 * Return: 0 or -ENOMEM.
 */
int simnic_stats_create(struct simnic *sn)
{
	unsigned int q;

	sn->stats = devm_kzalloc(sn->dev, sizeof(*sn->stats), SIMNIC_GFP);
	if (!sn->stats)
		return -ENOMEM;
	for (q = 0; q < SIMNIC_MAX_QUEUES; q++) {
		u64_stats_init(&sn->stats->rx[q].syncp);
		u64_stats_init(&sn->stats->tx[q].syncp);
		u64_stats_init(&sn->stats->xmit[q].syncp);
	}
	return 0;
}

/* -- ip -s link -------------------------------------------------------------- */

/**
 * simnic_get_stats64() - totals for ip -s link
 * @dev: the network device
 * @s: to add to
 *
 * Context: any but hard interrupt; the card's counters are at most as old as
 * the slow path's period.
 */
void simnic_get_stats64(struct net_device *dev, struct rtnl_link_stats64 *s)
{
	struct simnic *sn = simnic_from_netdev(dev);
	const u64 *hw = sn->hw_stats;
	unsigned int q;

	for (q = 0; q < sn->max_queues; q++) {
		const struct simnic_rx_stats *rx = &sn->stats->rx[q];
		const struct simnic_tx_stats *tx = &sn->stats->tx[q];
		const struct simnic_xmit_stats *xmit = &sn->stats->xmit[q];

		s->rx_packets += simnic_read(&rx->syncp, &rx->packets);
		s->rx_bytes += simnic_read(&rx->syncp, &rx->bytes);
		s->rx_errors += simnic_read(&rx->syncp, &rx->errors);
		s->rx_dropped += simnic_read(&rx->syncp, &rx->alloc_drops) +
				 simnic_read(&rx->syncp, &rx->flushed);
		s->tx_packets += simnic_read(&tx->syncp, &tx->packets);
		s->tx_bytes += simnic_read(&tx->syncp, &tx->bytes);
		s->tx_errors += simnic_read(&tx->syncp, &tx->errors);
		s->tx_dropped += simnic_read(&tx->syncp, &tx->flushed) +
				 simnic_read(&xmit->syncp, &xmit->dropped) +
				 simnic_read(&xmit->syncp, &xmit->map_errors);
	}

	spin_lock_bh(&sn->hw_stats_lock);
	s->multicast += hw[SIMNIC_STAT_RX_MULTICAST];
	s->rx_missed_errors += hw[SIMNIC_STAT_RX_MISSED];
	s->rx_length_errors += hw[SIMNIC_STAT_RX_OVERSIZE];
	s->rx_crc_errors += hw[SIMNIC_STAT_RX_CRC_ERRORS];
	s->rx_errors += hw[SIMNIC_STAT_RX_OVERSIZE] + hw[SIMNIC_STAT_RX_DMA_FAULT] +
			hw[SIMNIC_STAT_RX_CRC_ERRORS];
	s->tx_carrier_errors += hw[SIMNIC_STAT_TX_NO_LINK] + hw[SIMNIC_STAT_TX_NO_PARTNER];
	s->tx_errors += hw[SIMNIC_STAT_TX_NO_LINK] + hw[SIMNIC_STAT_TX_NO_PARTNER] +
			hw[SIMNIC_STAT_TX_OVERSIZE];
	spin_unlock_bh(&sn->hw_stats_lock);
}

/* -- ethtool -S ---------------------------------------------------------------- */

int simnic_stats_count(struct simnic *sn)
{
	return ARRAY_SIZE(simnic_counters) + ARRAY_SIZE(simnic_hw_counters) +
	       1 + ARRAY_SIZE(simnic_events) + sn->max_queues * SIMNIC_QUEUE_COUNTERS;
}

void simnic_stats_strings(struct simnic *sn, u8 **data)
{
	unsigned int i, q;

	for (i = 0; i < ARRAY_SIZE(simnic_counters); i++)
		ethtool_puts(data, simnic_counters[i].name);
	for (i = 0; i < ARRAY_SIZE(simnic_hw_counters); i++)
		ethtool_puts(data, simnic_hw_counters[i].name);
	ethtool_puts(data, "irqs");
	for (i = 0; i < ARRAY_SIZE(simnic_events); i++)
		ethtool_puts(data, simnic_events[i].name);
	for (q = 0; q < sn->max_queues; q++)
		for (i = 0; i < SIMNIC_QUEUE_COUNTERS; i++)
			ethtool_sprintf(data, "%.2s%u%s", simnic_counters[i].name, q,
					simnic_counters[i].name + 2);
}

static u64 simnic_irqs(struct simnic *sn)
{
	unsigned int q;
	u64 irqs = 0;

	for (q = 0; q < sn->max_queues; q++)
		irqs += READ_ONCE(sn->vec[q].irqs);
	return irqs;
}

void simnic_get_ethtool_stats(struct net_device *dev, struct ethtool_stats *es, u64 *data)
{
	struct simnic *sn = simnic_from_netdev(dev);
	u64 hw[SIMNIC_STATS];
	unsigned int i, q;

	simnic_stats_read(sn, hw);
	for (i = 0; i < ARRAY_SIZE(simnic_counters); i++)
		*data++ = simnic_counter_sum(sn, &simnic_counters[i]);
	for (i = 0; i < ARRAY_SIZE(simnic_hw_counters); i++)
		*data++ = hw[simnic_hw_counters[i].stat];
	*data++ = simnic_irqs(sn);
	for (i = 0; i < ARRAY_SIZE(simnic_events); i++)
		*data++ = atomic_read((void *)sn->stats + simnic_events[i].offset);
	for (q = 0; q < sn->max_queues; q++)
		for (i = 0; i < SIMNIC_QUEUE_COUNTERS; i++)
			*data++ = simnic_counter_read(sn->stats, q, &simnic_counters[i]);
}

/* -- ethtool -S --groups -------------------------------------------------------- */

void simnic_get_eth_mac_stats(struct net_device *dev, struct ethtool_eth_mac_stats *s)
{
	u64 hw[SIMNIC_STATS];

	simnic_stats_read(simnic_from_netdev(dev), hw);
	s->FramesTransmittedOK = hw[SIMNIC_STAT_TX_FRAMES];
	s->OctetsTransmittedOK = hw[SIMNIC_STAT_TX_BYTES];
	s->MulticastFramesXmittedOK = hw[SIMNIC_STAT_TX_MULTICAST];
	s->BroadcastFramesXmittedOK = hw[SIMNIC_STAT_TX_BROADCAST];
	s->CarrierSenseErrors = hw[SIMNIC_STAT_TX_NO_LINK] + hw[SIMNIC_STAT_TX_NO_PARTNER];
	s->FramesLostDueToIntMACXmitError = hw[SIMNIC_STAT_TX_DMA_FAULT] +
					    hw[SIMNIC_STAT_TX_BAD_DESC];
	s->FramesReceivedOK = hw[SIMNIC_STAT_RX_FRAMES];
	s->OctetsReceivedOK = hw[SIMNIC_STAT_RX_BYTES];
	s->MulticastFramesReceivedOK = hw[SIMNIC_STAT_RX_MULTICAST];
	s->BroadcastFramesReceivedOK = hw[SIMNIC_STAT_RX_BROADCAST];
	s->FrameCheckSequenceErrors = hw[SIMNIC_STAT_RX_CRC_ERRORS];
	s->FrameTooLongErrors = hw[SIMNIC_STAT_RX_OVERSIZE];
	s->FramesLostDueToIntMACRcvError = hw[SIMNIC_STAT_RX_MISSED] +
					   hw[SIMNIC_STAT_RX_DMA_FAULT];
}

void simnic_get_eth_ctrl_stats(struct net_device *dev, struct ethtool_eth_ctrl_stats *s)
{
	u64 hw[SIMNIC_STATS];

	simnic_stats_read(simnic_from_netdev(dev), hw);
	s->MACControlFramesTransmitted = hw[SIMNIC_STAT_TX_PAUSE];
	s->MACControlFramesReceived = hw[SIMNIC_STAT_RX_PAUSE];
}

void simnic_get_pause_stats(struct net_device *dev, struct ethtool_pause_stats *s)
{
	u64 hw[SIMNIC_STATS];

	simnic_stats_read(simnic_from_netdev(dev), hw);
	s->tx_pause_frames = hw[SIMNIC_STAT_TX_PAUSE];
	s->rx_pause_frames = hw[SIMNIC_STAT_RX_PAUSE];
}

static const struct ethtool_rmon_hist_range simnic_rmon_ranges[] = {
	{ 0, 64 },
	{ 65, 127 },
	{ 128, 255 },
	{ 256, 511 },
	{ 512, 1023 },
	{ 1024, 1518 },
	{ 1519, SIMNIC_FRAME_MAX },
	{}
};

void simnic_get_rmon_stats(struct net_device *dev, struct ethtool_rmon_stats *s,
			   const struct ethtool_rmon_hist_range **ranges)
{
	u64 hw[SIMNIC_STATS];
	unsigned int i;

	simnic_stats_read(simnic_from_netdev(dev), hw);
	for (i = 0; i < ARRAY_SIZE(simnic_rmon_ranges) - 1; i++) {
		s->hist[i] = hw[SIMNIC_STAT_RX_64 + i];
		s->hist_tx[i] = hw[SIMNIC_STAT_TX_64 + i];
	}
	s->oversize_pkts = hw[SIMNIC_STAT_RX_OVERSIZE];
	s->undersize_pkts = 0;
	*ranges = simnic_rmon_ranges;
}
