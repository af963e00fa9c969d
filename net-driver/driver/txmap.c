// SPDX-License-Identifier: GPL-2.0
/*
 * Frames to descriptors: what of a frame the card can do, and its mapping for DMA, or
 * a copy of it
 */
#include <linux/dma-mapping.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/sock.h>

#include "stats.h"
#include "tx.h"

/* The card repeats 256 bytes of headers at most; 60 of them may be TCP's */
#define SIMNIC_TSO_L4_MAX	(256 - 60)
#define SIMNIC_CSUM_START_MAX	(2 * U8_MAX)

/**
 * simnic_features_check() - what the card can't do for this frame
 * @skb: the frame
 * @dev: the network device
 * @features: what the device offers
 *
 * Context: softirq, or process with softirqs off.
 * Return: @features less what the stack must do itself.
 */
netdev_features_t simnic_features_check(struct sk_buff *skb,
					struct net_device *dev,
					netdev_features_t features)
{
	unsigned int start;

	if (skb->ip_summed != CHECKSUM_PARTIAL)
		return vlan_features_check(skb, features);

	start = skb_checksum_start_offset(skb);
	if ((start & 1) || start > SIMNIC_CSUM_START_MAX ||
	    skb->csum_offset > U8_MAX)
		return features & ~(NETIF_F_CSUM_MASK | NETIF_F_GSO_MASK);

	if (skb_is_gso(skb) && start > SIMNIC_TSO_L4_MAX)
		features &= ~NETIF_F_GSO_MASK;

	return vlan_features_check(skb, features);
}

/**
 * simnic_tx_count() - descriptors that a frame takes
 * @skb: the frame
 *
 * Context: any.
 * Return: how many.
 */
unsigned int simnic_tx_count(const struct sk_buff *skb)
{
	unsigned int n = DIV_ROUND_UP(skb_headlen(skb), SIMNIC_TX_BUF_MAX);
	unsigned int i;

	n += skb_is_gso(skb);	/* the context */
	for (i = 0; i < skb_shinfo(skb)->nr_frags; i++)
		n += DIV_ROUND_UP(skb_frag_size(&skb_shinfo(skb)->frags[i]),
				  SIMNIC_TX_BUF_MAX);
	return n;
}

/* End the mapping that a descriptor stands for, if any */
static void simnic_tx_unmap(struct simnic_tx_ring *ring, struct simnic_tx_buf *buf)
{
	if (buf->page)
		dma_unmap_page(ring->dev, buf->dma, buf->len, DMA_TO_DEVICE);
	else if (buf->len)
		dma_unmap_single(ring->dev, buf->dma, buf->len, DMA_TO_DEVICE);
	buf->len = 0;
	buf->page = false;
}

/**
 * simnic_tx_unmap_range() - end the mappings of a frame's descriptors
 * @ring: transmit ring
 * @i: the first one
 * @end: behind the last one
 *
 * Context: under the tx lock.
 */
void simnic_tx_unmap_range(struct simnic_tx_ring *ring, u32 i, u32 end)
{
	for (; i != end; i = simnic_ring_next(&ring->ring, i))
		simnic_tx_unmap(ring, &ring->buf[i]);
}

/**
 * simnic_tx_fill() - describe one mapped area in as many descriptors as it takes
 * @ring: transmit ring
 * @i: index of the first one
 * @dma: its bus address
 * @len: bytes
 * @page: it was mapped as a page
 * @flags: SIMNIC_TXD_*
 *
 * Context: under the tx lock.
 * Return: index behind the last one.
 */
u32 simnic_tx_fill(struct simnic_tx_ring *ring, u32 i, dma_addr_t dma, u32 len, bool page,
		   u16 flags)
{
	struct simnic_tx_buf *buf = &ring->buf[i];
	struct simnic_tx_desc *desc;

	/* the area's first descriptor remembers the mapping of all of it */
	buf->dma = dma;
	buf->len = len;
	buf->page = page;

	while (len) {
		u32 size = min_t(u32, len, SIMNIC_TX_BUF_MAX);

		desc = simnic_tx_desc(ring, i);
		desc->addr = cpu_to_le64(dma);
		desc->len = cpu_to_le16(size);
		desc->flags = cpu_to_le16(flags);
		dma += size;
		len -= size;
		i = simnic_ring_next(&ring->ring, i);
	}
	return i;
}

/*
 * May the receiver hold on to this frame's pages? What TCP has queued itself is
 * not written to again. Of all else nobody knows: pages that user space still
 * has (zerocopy, sendfile, packet sockets' rings), or that are recycled.
 */
static bool simnic_tx_shares(const struct simnic_tx_ring *ring, struct sk_buff *skb)
{
	return skb_is_nonlinear(skb) && READ_ONCE(ring->sn->sharing) &&
	       skb->sk && sk_fullsock(skb->sk) && sk_is_tcp(skb->sk) &&
	       !skb_has_shared_frag(skb) && !skb_zcopy(skb) && !skb->pp_recycle;
}

/*
 * The descriptor flag for it. A bounce buffer is not what the receiver wants. A
 * page of a file or of a process has a mapping: it is refused once more, since
 * not every kernel keeps the mark on its frames when it copies or merges them.
 */
static u16 simnic_tx_share(const struct simnic_tx_ring *ring, const skb_frag_t *frag,
			   dma_addr_t dma)
{
	struct page *page = skb_frag_page(frag);

	if (!page || page_is_pfmemalloc(compound_head(page)) || page_folio(page)->mapping)
		return 0;
	if (dma_need_sync(ring->dev, dma))
		return 0;
	return SIMNIC_TXD_SHARE;
}

/* The segmentation context, if the frame wants one */
static u32 simnic_tx_context(struct simnic_tx_ring *ring, u32 i, struct sk_buff *skb)
{
	struct simnic_tx_ctx *ctx = (struct simnic_tx_ctx *)simnic_tx_desc(ring, i);
	bool udp = skb_shinfo(skb)->gso_type & SKB_GSO_UDP_L4;
	unsigned int l4 = skb_checksum_start_offset(skb);
	struct simnic_tx_buf *first = &ring->buf[i];
	unsigned int hdr;

	hdr = l4 + (udp ? sizeof(struct udphdr) : tcp_hdrlen(skb));
	*ctx = (struct simnic_tx_ctx) {
		.mss = cpu_to_le16(skb_shinfo(skb)->gso_size),
		.hdr_len = cpu_to_le16(hdr),
		.l3_offset = skb_network_offset(skb),
		.l4_offset = l4,
		.flags = cpu_to_le16(SIMNIC_TXD_CTX | (udp ? SIMNIC_TXD_UDP : 0)),
	};
	first->segs = DIV_ROUND_UP(skb->len - hdr, skb_shinfo(skb)->gso_size);
	first->bytes = skb->len + (first->segs - 1) * hdr;
	return simnic_ring_next(&ring->ring, i);
}

/* What the first data descriptor says of the frame */
static void simnic_tx_offloads(struct simnic_tx_ring *ring, struct simnic_tx_desc *desc,
			       struct sk_buff *skb)
{
	u16 flags = 0;

	if (skb->ip_summed == CHECKSUM_PARTIAL) {
		flags |= SIMNIC_TXD_CSUM;
		desc->csum_start = skb_checksum_start_offset(skb) / 2;
		desc->csum_offset = skb->csum_offset;
	}
	if (skb_vlan_tag_present(skb)) {
		flags |= SIMNIC_TXD_VLAN;
		desc->vlan_tci = cpu_to_le16(skb_vlan_tag_get(skb));
	}
	desc->flags |= cpu_to_le16(flags);

	u64_stats_update_begin(&ring->xmit->syncp);
	if (flags & SIMNIC_TXD_CSUM)
		u64_stats_inc(&ring->xmit->csum);
	else
		u64_stats_inc(&ring->xmit->csum_none);
	u64_stats_update_end(&ring->xmit->syncp);
}

/**
 * simnic_tx_copy() - copy and describe a small frame
 * @ring: transmit ring, with room for it
 * @skb: the frame, which simnic_tx_is_small()
 *
 * To the memory of the descriptor, which the card may read until it is done with
 * that.
 *
 * Context: under the tx lock.
 */
void simnic_tx_copy(struct simnic_tx_ring *ring, struct sk_buff *skb)
{
	u32 i = ring->tail, off = i * SIMNIC_TX_COPY_MAX;
	struct simnic_tx_desc *desc = simnic_tx_desc(ring, i);
	struct simnic_tx_buf *buf = &ring->buf[i];

	memcpy(ring->copy + off, skb->data, skb->len);
	desc->addr = cpu_to_le64(ring->copy_dma + off);
	desc->len = cpu_to_le16(skb->len);
	desc->flags = cpu_to_le16(SIMNIC_TXD_EOP | SIMNIC_TXD_RS);
	simnic_tx_offloads(ring, desc, skb);

	buf->skb = skb;
	buf->xdp = false;
	buf->segs = 1;
	buf->bytes = skb->len;
	buf->last = i;
	WRITE_ONCE(ring->tail, simnic_ring_next(&ring->ring, i));
	u64_stats_update_begin(&ring->xmit->syncp);
	u64_stats_inc(&ring->xmit->copied);
	u64_stats_update_end(&ring->xmit->syncp);
}

/**
 * simnic_tx_map() - map and describe all of a frame
 * @ring: transmit ring, with room for it
 * @skb: the frame
 *
 * Context: under the tx lock.
 * Return: false if it can't be mapped; nothing of it is, then.
 */
bool simnic_tx_map(struct simnic_tx_ring *ring, struct sk_buff *skb)
{
	u32 first = ring->tail, data, i = first, last;
	bool share = simnic_tx_shares(ring, skb);
	const skb_frag_t *frag;
	unsigned int n;
	dma_addr_t dma;

	ring->buf[first].segs = 1;
	ring->buf[first].bytes = skb->len;
	if (skb_is_gso(skb))
		i = simnic_tx_context(ring, i, skb);
	data = i;

	dma = dma_map_single(ring->dev, skb->data, skb_headlen(skb), DMA_TO_DEVICE);
	if (unlikely(dma_mapping_error(ring->dev, dma)))
		return false;
	i = simnic_tx_fill(ring, i, dma, skb_headlen(skb), false, 0);

	for (n = 0; n < skb_shinfo(skb)->nr_frags; n++) {
		frag = &skb_shinfo(skb)->frags[n];
		dma = skb_frag_dma_map(ring->dev, frag, 0, skb_frag_size(frag),
				       DMA_TO_DEVICE);
		if (unlikely(dma_mapping_error(ring->dev, dma)))
			goto err_unmap;
		i = simnic_tx_fill(ring, i, dma, skb_frag_size(frag), true,
				   share ? simnic_tx_share(ring, frag, dma) : 0);
	}

	simnic_tx_offloads(ring, simnic_tx_desc(ring, data), skb);
	last = (i - 1) & ring->ring.mask;
	simnic_tx_desc(ring, last)->flags |= cpu_to_le16(SIMNIC_TXD_EOP | SIMNIC_TXD_RS);
	ring->buf[first].skb = skb;
	ring->buf[first].xdp = false;
	ring->buf[first].last = last;
	WRITE_ONCE(ring->tail, i);
	return true;

err_unmap:
	simnic_tx_unmap_range(ring, first, i);
	return false;
}
