/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SIMNIC_TX_H
#define SIMNIC_TX_H

#include <linux/skbuff.h>

#include "ring.h"
#include "simnic.h"

/* A frame with any number of fragments, a context in front */
#define SIMNIC_TX_NEEDED	(SIMNIC_TX_DESC_MAX + 1)
/* Wake the stack only when there is room for a few */
#define SIMNIC_TX_WAKE		(SIMNIC_TX_NEEDED + 8)
/* A frame of so many bytes has room in the memory of its descriptor's own */
#define SIMNIC_TX_COPY_MAX	128

struct simnic_tx_stats;
struct simnic_xmit_stats;
struct xdp_frame;

/**
 * struct simnic_tx_buf - what the driver remembers of a descriptor
 * @skb: first descriptor of a frame: the frame
 * @frame: first descriptor of a frame of XDP's: the frame
 * @bytes: first descriptor: bytes on the wire
 * @segs: first descriptor: frames on the wire
 * @last: first descriptor: index of the last
 * @dma: bus address
 * @len: bytes mapped, 0 for none (a context descriptor, a copy)
 * @page: mapped by skb_frag_dma_map() or dma_map_page(), else by dma_map_single()
 * @xdp: first descriptor: the frame is XDP's
 */
struct simnic_tx_buf {
	union {
		struct sk_buff *skb;
		struct xdp_frame *frame;
	};
	u32 bytes;
	u16 segs;
	u16 last;
	dma_addr_t dma;
	u32 len;
	bool page;
	bool xdp;
};

/**
 * struct simnic_tx_ring - a transmit queue
 * @ring: descriptors
 * @buf: one for each descriptor
 * @copy: memory for small frames, SIMNIC_TX_COPY_MAX bytes for each descriptor; NULL:
 *	there was none
 * @copy_dma: its bus address
 * @dev: the card, for DMA
 * @sn: adapter
 * @vec: vector that cleans up
 * @txq: the stack's queue
 * @idx: queue number
 * @doorbell: offset of the tail register
 * @stopping: the stack's queue is stopped and stays so: the clean-up does not
 *	wake it, nor are redirected frames taken. Written under RTNL
 * @tail: next descriptor to fill; written under the tx lock
 * @rung: tail that the card was told of last; under the tx lock
 * @xmit: counters of the sender
 * @head: next descriptor to clean, not beyond @rung; written under the tx lock
 * @stats: counters of the clean-up
 */
struct simnic_tx_ring {
	/* read mostly */
	struct simnic_ring ring;
	struct simnic_tx_buf *buf;
	u8 *copy;
	dma_addr_t copy_dma;
	struct device *dev;
	struct simnic *sn;
	struct simnic_vector *vec;
	struct netdev_queue *txq;
	unsigned int idx;
	u32 doorbell;
	bool stopping;

	/* the sender's */
	u32 tail ____cacheline_aligned_in_smp;
	u32 rung;
	struct simnic_xmit_stats *xmit;

	/* the clean-up's */
	u32 head ____cacheline_aligned_in_smp;
	struct simnic_tx_stats *stats;
};

static inline struct simnic_tx_desc *simnic_tx_desc(struct simnic_tx_ring *r, u32 i)
{
	return (struct simnic_tx_desc *)r->ring.desc + i;
}

static inline u32 simnic_tx_unused(const struct simnic_tx_ring *ring)
{
	return simnic_ring_unused(&ring->ring, READ_ONCE(ring->head),
				  READ_ONCE(ring->tail));
}

/* Mapping costs more than copying then */
static inline bool simnic_tx_is_small(const struct simnic_tx_ring *ring, const struct sk_buff *skb)
{
	return skb->len <= READ_ONCE(ring->sn->tx_copybreak) && ring->copy &&
	       !skb_is_nonlinear(skb) && !skb_is_gso(skb);
}

/* tx.c: clean-up */
void simnic_tx_ring_doorbell(struct simnic_tx_ring *ring);
void simnic_tx_ring_push(struct simnic_tx_ring *ring);
void simnic_tx_ring_doorbell_clean(struct simnic_tx_ring *ring, bool posted);
void simnic_tx_release(struct simnic_tx_ring *ring, struct simnic_tx_buf *first);

/* txmap.c: frames to descriptors */
void simnic_tx_copy(struct simnic_tx_ring *ring, struct sk_buff *skb);
unsigned int simnic_tx_count(const struct sk_buff *skb);
bool simnic_tx_map(struct simnic_tx_ring *ring, struct sk_buff *skb);
u32 simnic_tx_fill(struct simnic_tx_ring *ring, u32 i, dma_addr_t dma, u32 len, bool page,
		   u16 flags);
void simnic_tx_unmap_range(struct simnic_tx_ring *ring, u32 i, u32 end);

/* txxdp.c: XDP's frames */
int simnic_txxdp_send_back(struct simnic_tx_ring *ring, struct xdp_frame **frames, int n);
int simnic_txxdp_xmit(struct simnic_tx_ring *ring, struct xdp_frame **frames, int n);

#endif
