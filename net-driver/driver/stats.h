/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SIMNIC_STATS_H
#define SIMNIC_STATS_H

#include <linux/atomic.h>
#include <linux/u64_stats_sync.h>

#include "simnic.h"

/**
 * struct simnic_rx_stats - of a receive queue; written by its poll only
 * @syncp: pairs writer and readers where a 64-bit store is not one access
 * @packets: frames given to the stack or to an XDP program, as on the wire
 * @bytes: their bytes
 * @errors: frames dropped because their descriptors made no sense
 * @alloc_drops: frames dropped for lack of an skb
 * @flushed: frames received but discarded by a reset
 * @alloc_fail: buffers that could not be allocated (no frame is lost by it)
 * @csum_ok: frames with a checksum that the card found right
 * @csum_bad: and wrong
 * @csum_none: and not checked
 * @gro_packets: super-frames
 * @gro_bytes: their bytes
 * @gro_wire_packets: frames on the wire that they stood for
 * @gro_wire_bytes: their bytes
 * @shared: pieces of frames that came in shared pages
 * @copied: frames, or beginnings of them, that were copied out of their buffer
 * @polls: NAPI polls
 * @xdp_pass: frames that an XDP program let pass
 * @xdp_drop: frames that it dropped
 * @xdp_aborted: frames dropped because it failed
 * @xdp_tx: frames that it sent back
 * @xdp_tx_errors: frames dropped because they could not be sent back
 * @xdp_redirect: frames that it sent elsewhere
 * @xdp_redirect_errors: frames dropped because they could not be sent there
 */
struct simnic_rx_stats {
	struct u64_stats_sync syncp;
	u64_stats_t packets;
	u64_stats_t bytes;
	u64_stats_t errors;
	u64_stats_t alloc_drops;
	u64_stats_t flushed;
	u64_stats_t alloc_fail;
	u64_stats_t csum_ok;
	u64_stats_t csum_bad;
	u64_stats_t csum_none;
	u64_stats_t gro_packets;
	u64_stats_t gro_bytes;
	u64_stats_t gro_wire_packets;
	u64_stats_t gro_wire_bytes;
	u64_stats_t shared;
	u64_stats_t copied;
	u64_stats_t polls;
	u64_stats_t xdp_pass;
	u64_stats_t xdp_drop;
	u64_stats_t xdp_aborted;
	u64_stats_t xdp_tx;
	u64_stats_t xdp_tx_errors;
	u64_stats_t xdp_redirect;
	u64_stats_t xdp_redirect_errors;
} ____cacheline_aligned_in_smp;

/**
 * struct simnic_tx_stats - of a transmit queue, as its clean-up sees it
 * @syncp: as above, for this part
 * @packets: frames that the card has taken, as on the wire
 * @bytes: their bytes
 * @errors: frames that the card refused
 * @flushed: frames accepted and never sent: reset, close
 * @wake: times the queue was woken
 * @gso_packets: super-frames
 * @gso_bytes: their bytes
 * @gso_wire_packets: frames on the wire made from them
 * @gso_wire_bytes: their bytes
 */
struct simnic_tx_stats {
	struct u64_stats_sync syncp;
	u64_stats_t packets;
	u64_stats_t bytes;
	u64_stats_t errors;
	u64_stats_t flushed;
	u64_stats_t wake;
	u64_stats_t gso_packets;
	u64_stats_t gso_bytes;
	u64_stats_t gso_wire_packets;
	u64_stats_t gso_wire_bytes;
} ____cacheline_aligned_in_smp;

/**
 * struct simnic_xmit_stats - of a transmit queue; written under its tx lock
 * @syncp: as above, for this part
 * @stop: times the ring was full
 * @csum: frames whose checksum the card filled in
 * @csum_none: frames that needed none
 * @copied: frames that were copied rather than mapped
 * @posted: doorbells that left it to the receiver to fetch what was sent
 * @map_errors: frames dropped: DMA mapping failed
 * @dropped: frames dropped: no memory to linearize, nor to sum in software
 * @xdp_xmit: frames that were redirected here
 * @xdp_xmit_errors: and could not be sent: they are dropped by who redirected them
 */
struct simnic_xmit_stats {
	struct u64_stats_sync syncp;
	u64_stats_t stop;
	u64_stats_t csum;
	u64_stats_t csum_none;
	u64_stats_t copied;
	u64_stats_t posted;
	u64_stats_t map_errors;
	u64_stats_t dropped;
	u64_stats_t xdp_xmit;
	u64_stats_t xdp_xmit_errors;
} ____cacheline_aligned_in_smp;

/**
 * struct simnic_stats - what the driver counts, for the adapter's whole life
 * @rx: receive queues
 * @tx: transmit queues' clean-up
 * @xmit: transmit queues' senders
 * @tx_timeouts: watchdog reports
 * @resets: card resets that ended well
 * @reset_failures: and those that did not
 * @queue_resets: queues that were resumed after an error
 * @misc_irqs: link and error interrupts
 * @irq_missed: interrupts that the watchdog had to make up for
 * @irq_storms: times that a vector fired again and again instead of being masked
 * @tx_stalls: times that a transmit queue was found to hang
 * @rx_stalls: times that a receive queue was
 * @tx_restarts: transmit queues that were started anew because of it
 * @rx_restarts: receive queues
 * @health_backoffs: resets that were put off, others being in vain
 * @card_gone: times that the card disappeared
 */
struct simnic_stats {
	struct simnic_rx_stats rx[SIMNIC_MAX_QUEUES];
	struct simnic_tx_stats tx[SIMNIC_MAX_QUEUES];
	struct simnic_xmit_stats xmit[SIMNIC_MAX_QUEUES];
	atomic_t tx_timeouts;
	atomic_t resets;
	atomic_t reset_failures;
	atomic_t queue_resets;
	atomic_t misc_irqs;
	atomic_t irq_missed;
	atomic_t irq_storms;
	atomic_t tx_stalls;
	atomic_t rx_stalls;
	atomic_t tx_restarts;
	atomic_t rx_restarts;
	atomic_t health_backoffs;
	atomic_t card_gone;
};

/* A whole value, also where a 64-bit load is not one access */
static inline u64 simnic_read(const struct u64_stats_sync *syncp, const u64_stats_t *counter)
{
	unsigned int start;
	u64 val;

	do {
		start = u64_stats_fetch_begin(syncp);
		val = u64_stats_read(counter);
	} while (u64_stats_fetch_retry(syncp, start));
	return val;
}

struct ethtool_stats;
struct ethtool_eth_mac_stats;
struct ethtool_eth_ctrl_stats;
struct ethtool_pause_stats;
struct ethtool_rmon_stats;
struct ethtool_rmon_hist_range;
struct rtnl_link_stats64;

int simnic_stats_create(struct simnic *sn);
void simnic_stats_refresh(struct simnic *sn);
u64 simnic_rxq_missed(struct simnic *sn, unsigned int q);
void simnic_get_stats64(struct net_device *dev, struct rtnl_link_stats64 *s);
int simnic_stats_count(struct simnic *sn);
void simnic_stats_strings(struct simnic *sn, u8 **data);
void simnic_get_ethtool_stats(struct net_device *dev, struct ethtool_stats *es,
			      u64 *data);
void simnic_get_eth_mac_stats(struct net_device *dev,
			      struct ethtool_eth_mac_stats *s);
void simnic_get_eth_ctrl_stats(struct net_device *dev,
			       struct ethtool_eth_ctrl_stats *s);
void simnic_get_pause_stats(struct net_device *dev,
			    struct ethtool_pause_stats *s);
void simnic_get_rmon_stats(struct net_device *dev, struct ethtool_rmon_stats *s,
			   const struct ethtool_rmon_hist_range **ranges);
/* qstats.c: netdev netlink */
void simnic_qstats_setup(struct net_device *dev);

#endif
