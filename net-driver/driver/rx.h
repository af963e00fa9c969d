/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SIMNIC_RX_H
#define SIMNIC_RX_H

#include <linux/bpf.h>
#include <linux/if_vlan.h>
#include <net/xdp.h>

#include "ring.h"
#include "simnic.h"

#define SIMNIC_RX_HEADROOM	(XDP_PACKET_HEADROOM + NET_IP_ALIGN)
/* Without segmentation the card sends no longer frames, a tag not counted */
#define SIMNIC_RX_LEN_MAX	(SIMNIC_FRAME_MAX + VLAN_HLEN)
/*
 * Frames of so many bytes are copied out of their buffer, if not said otherwise those
 * of an MTU of 1500; at most what goes twice into a page
 */
#define SIMNIC_RX_COPY_DEFAULT	VLAN_ETH_FRAME_LEN
#define SIMNIC_RX_COPY_MAX	(SKB_WITH_OVERHEAD(2048) - NET_SKB_PAD - NET_IP_ALIGN)

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

/* What a poll counts, published once at its end: as in struct simnic_rx_stats */
struct simnic_rx_sum {
	u32 packets, errors, alloc_drops;
	u32 csum_ok, csum_bad, csum_none, shared, copied;
	u32 gro_packets, gro_bytes, gro_wire_packets;
	u32 xdp_pass, xdp_drop, xdp_aborted, xdp_tx, xdp_tx_errors;
	u32 xdp_redirect, xdp_redirect_errors;
	u64 bytes, gro_wire_bytes;
};

/**
 * struct simnic_rx_xdp - a frame, as an XDP program sees it
 * @buff: what programs are given; first, so that kfuncs find the rest
 * @wb: last write-back of the frame
 * @netdev: network device
 */
struct simnic_rx_xdp {
	struct xdp_buff buff;
	const struct simnic_rx_wb *wb;
	const struct net_device *netdev;
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
 * @told: the tail that the card knows of
 * @skb: frame under assembly, its last buffer has not come yet
 * @len: its bytes so far, as the card says
 * @discard: drop the rest of this frame
 * @sink: where frames go while the queue is drained, NULL for GRO
 * @drop_nomem: for want of an skb
 * @xdp: the ring is for XDP programs: @frame is used instead of @skb
 * @redirected: frames wait for xdp_do_flush()
 * @tx_count: frames in @tx_frames
 * @tx_frames: frames that the program sends back, for the end of the poll
 * @frame: frame under assembly; its data is NULL if there is none
 * @xdp_rxq: how XDP knows this queue
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
	u32 told;
	struct sk_buff *skb;
	u32 len;
	bool discard;
	bool drop_nomem;
	bool draining;
	bool used;
	bool xdp;
	bool redirected;
	unsigned int tx_count;
	struct sk_buff_head *sink;
	struct simnic_rx_stats *stats;
	struct simnic_rx_xdp frame;
	struct xdp_frame *tx_frames[XDP_BULK_QUEUE_SIZE];
	struct xdp_rxq_info xdp_rxq;
};

static inline struct simnic_rx_desc *simnic_rx_desc(struct simnic_rx_ring *r, u32 i)
{
	return (struct simnic_rx_desc *)r->ring.desc + i;
}

/* rxgro.c: super-frames */
unsigned int simnic_rx_gro(struct sk_buff *skb, const struct simnic_rx_wb *wb);

/* rxmeta.c: what the card says of a frame */
void simnic_rx_hash(struct simnic_rx_ring *ring, struct sk_buff *skb,
		    const struct simnic_rx_wb *wb);
void simnic_rx_csum(struct simnic_rx_ring *ring, struct sk_buff *skb,
		    const struct simnic_rx_wb *wb, struct simnic_rx_sum *sum);
u32 simnic_rx_segs(const struct simnic_rx_wb *wb, u32 len);
bool simnic_rx_describe(struct simnic_rx_ring *ring, struct sk_buff *skb,
			const struct simnic_rx_wb *wb, struct simnic_rx_sum *sum);

/* rxring.c: buffers */
void simnic_rx_repost(struct simnic_rx_ring *ring, struct page *page);
bool simnic_rx_post(struct simnic_rx_ring *ring, gfp_t gfp);

/* rxskb.c: the frame under assembly */
void simnic_rx_buffer(struct simnic_rx_ring *ring, struct page *page, u32 len,
		      struct simnic_rx_sum *sum);
void simnic_rx_shared(struct simnic_rx_ring *ring, u32 len, struct simnic_rx_sum *sum);
void simnic_rx_free_frame(struct simnic_rx_ring *ring);
void simnic_rx_abort(struct simnic_rx_ring *ring);

/* rxxdp.c: XDP programs */
void simnic_rxxdp_begin(struct simnic_rx_ring *ring, struct page *page, u32 len);
bool simnic_rxxdp_add(struct simnic_rx_ring *ring, struct page *page, u32 len);
struct sk_buff *simnic_rxxdp_run(struct simnic_rx_ring *ring, const struct simnic_rx_wb *wb,
				 struct simnic_rx_sum *sum);
void simnic_rxxdp_flush(struct simnic_rx_ring *ring, struct simnic_rx_sum *sum);

#endif
