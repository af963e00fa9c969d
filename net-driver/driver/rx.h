/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SIMNIC_RX_H
#define SIMNIC_RX_H

#include "ring.h"
#include "simnic.h"

struct sk_buff;
struct simnic_rx_stats;

/**
 * struct simnic_rx_wb - a write-back, as it was read
 * @hash: as in &struct simnic_rx_desc
 * @status: SIMNIC_RXD_*
 * @len: bytes in the buffer
 * @vlan_tci: the stripped tag
 * @mss: payload bytes of each segment
 * @segs: frames on the wire
 *
 * The card wrote it: any value may be anything.
 */
struct simnic_rx_wb {
	u32 hash;
	u32 status;
	u16 len;
	u16 vlan_tci;
	u16 mss;
	u16 segs;
};

/**
 * struct simnic_rx_ring - a receive queue
 * @ring: descriptors
 * @page: the buffer of each descriptor
 * @pool: where buffers come from and return to
 * @dev: the card, for DMA
 * @sn: adapter
 * @vec: vector that polls
 * @netdev: network device
 * @idx: queue number
 * @doorbell: offset of the tail register
 * @head: next descriptor to look at
 * @tail: next descriptor to fill
 * @skb: frame under assembly, its last buffer has not come yet
 * @len: its bytes so far, as the card says
 * @discard: drop the rest of this frame
 * @sink: where frames go while the queue is drained, NULL for GRO
 * @drop_nomem: for want of an skb
 * @draining: the ring is being drained, NAPI is disabled
 * @used: the card has had the ring
 * @stats: counters
 *
 * All but the read-mostly part belongs to the poll, or, while NAPI is
 * disabled, to the process that holds RTNL.
 */
struct simnic_rx_ring {
	/* read mostly */
	struct simnic_ring ring;
	struct page **page;
	struct page_pool *pool;
	struct device *dev;
	struct simnic *sn;
	struct simnic_vector *vec;
	struct net_device *netdev;
	unsigned int idx;
	u32 doorbell;

	/* the poll's */
	u32 head ____cacheline_aligned_in_smp;
	u32 tail;
	struct sk_buff *skb;
	u32 len;
	bool discard;
	bool drop_nomem;
	bool draining;
	bool used;
	struct sk_buff_head *sink;
	struct simnic_rx_stats *stats;
};

static inline struct simnic_rx_desc *simnic_rx_desc(struct simnic_rx_ring *r, u32 i)
{
	return (struct simnic_rx_desc *)r->ring.desc + i;
}

/* rxgro.c: super-frames */
unsigned int simnic_rx_gro(struct sk_buff *skb, const struct simnic_rx_wb *wb);

#endif
