// SPDX-License-Identifier: GPL-2.0
/*
 * XDP frames on a transmit ring: those that a program sends back, and those that
 * are redirected here. They share the ring and its lock with the stack, for which
 * they leave room.
 */
#include <linux/dma-mapping.h>
#include <linux/netdevice.h>
#include <net/page_pool/helpers.h>
#include <net/xdp.h>

#include "tx.h"

/* The stack would not be woken with less */
#define SIMNIC_XDP_RESERVE	SIMNIC_TX_WAKE

/* Pages of our own pools are mapped for as long as they are in the pool */
static dma_addr_t simnic_txxdp_dma(const struct simnic_tx_ring *ring, struct page *page,
				   u32 off, u32 len, bool own)
{
	dma_addr_t dma;

	if (!own)
		return dma_map_page(ring->dev, page, off, len, DMA_TO_DEVICE);
	dma = page_pool_get_dma_addr(page) + off;
	dma_sync_single_for_device(ring->dev, dma, len, DMA_BIDIRECTIONAL);
	return dma;
}

/* Describe one piece of a frame; the next index, or the same one: not mapped */
static u32 simnic_txxdp_piece(struct simnic_tx_ring *ring, u32 i, struct page *page, u32 off,
			      u32 len, bool own)
{
	struct simnic_tx_buf *buf = &ring->buf[i];
	dma_addr_t dma;

	dma = simnic_txxdp_dma(ring, page, off, len, own);
	if (unlikely(!own && dma_mapping_error(ring->dev, dma)))
		return i;
	i = simnic_tx_fill(ring, i, dma, len, !own, 0);
	if (own)
		buf->len = 0;	/* not to be unmapped */
	return i;
}

static u32 simnic_txxdp_frags(struct xdp_frame *frame)
{
	return xdp_frame_has_frags(frame) ? xdp_get_shared_info_from_frame(frame)->nr_frags : 0;
}

static u32 simnic_txxdp_count(struct xdp_frame *frame)
{
	const struct skb_shared_info *shinfo = xdp_get_shared_info_from_frame(frame);
	u32 n = DIV_ROUND_UP(frame->len, SIMNIC_TX_BUF_MAX), i;

	for (i = 0; i < simnic_txxdp_frags(frame); i++)
		n += DIV_ROUND_UP(skb_frag_size(&shinfo->frags[i]), SIMNIC_TX_BUF_MAX);
	return n;
}

static bool simnic_txxdp_fits(const struct simnic_tx_ring *ring, struct xdp_frame *frame)
{
	u32 n = simnic_txxdp_count(frame);

	return n <= SIMNIC_TX_DESC_MAX && simnic_tx_unused(ring) >= SIMNIC_XDP_RESERVE + n;
}

/* Describe all of a frame; false: nothing is mapped any more */
static bool simnic_txxdp_map(struct simnic_tx_ring *ring, struct xdp_frame *frame, bool own)
{
	const struct skb_shared_info *shinfo = xdp_get_shared_info_from_frame(frame);
	u32 first = ring->tail, n = simnic_txxdp_frags(frame), i, k, next, last;
	struct page *page = virt_to_page(frame->data);
	const skb_frag_t *frag;

	next = simnic_txxdp_piece(ring, first, page, offset_in_page(frame->data), frame->len, own);
	if (next == first)
		return false;
	for (i = next, k = 0; k < n; i = next, k++) {
		frag = &shinfo->frags[k];
		next = simnic_txxdp_piece(ring, i, skb_frag_page(frag), skb_frag_off(frag),
					  skb_frag_size(frag), own);
		if (next == i)
			goto err_unmap;
	}

	last = (i - 1) & ring->ring.mask;
	simnic_tx_desc(ring, last)->flags |= cpu_to_le16(SIMNIC_TXD_EOP | SIMNIC_TXD_RS);
	ring->buf[first].segs = 1;
	ring->buf[first].bytes = xdp_get_frame_len(frame);
	ring->buf[first].frame = frame;
	ring->buf[first].xdp = true;
	ring->buf[first].last = last;
	WRITE_ONCE(ring->tail, i);
	return true;

err_unmap:
	simnic_tx_unmap_range(ring, first, i);
	return false;
}

/* As many as there is room for; under the tx lock */
static int simnic_txxdp_fill(struct simnic_tx_ring *ring, struct xdp_frame **frames, int n,
			     bool own)
{
	int i;

	for (i = 0; i < n; i++)
		if (!simnic_txxdp_fits(ring, frames[i]) ||
		    !simnic_txxdp_map(ring, frames[i], own))
			break;
	return i;
}

/* What does not fit may do so when what the card is done with is gone */
static int simnic_txxdp_put(struct simnic_tx_ring *ring, struct xdp_frame **frames, int n,
			    bool own)
{
	int sent = simnic_txxdp_fill(ring, frames, n, own);

	simnic_tx_ring_doorbell_clean(ring, false);
	if (unlikely(sent < n)) {
		sent += simnic_txxdp_fill(ring, frames + sent, n - sent, own);
		simnic_tx_ring_doorbell(ring);
	}
	/* the stack's watchdog takes note of who uses its queue */
	if (likely(sent))
		txq_trans_cond_update(ring->txq);
	return sent;
}

/**
 * simnic_txxdp_send_back() - send frames that a program returns
 * @ring: transmit ring of the pair that received them
 * @frames: the frames
 * @n: how many
 *
 * Context: softirqs off; in the pair's poll, or while that is disabled.
 * Return: how many were taken; the others are the caller's.
 */
int simnic_txxdp_send_back(struct simnic_tx_ring *ring, struct xdp_frame **frames, int n)
{
	int sent;

	__netif_tx_lock(ring->txq, smp_processor_id());
	sent = simnic_txxdp_put(ring, frames, n, true);
	__netif_tx_unlock(ring->txq);
	return sent;
}

/**
 * simnic_txxdp_xmit() - send frames that were redirected here
 * @ring: transmit ring
 * @frames: the frames, whose pages are anybody's
 * @n: how many
 *
 * Context: softirqs off, under the tx lock.
 * Return: how many were taken; the others are the caller's.
 */
int simnic_txxdp_xmit(struct simnic_tx_ring *ring, struct xdp_frame **frames, int n)
{
	return READ_ONCE(ring->stopping) ? 0 : simnic_txxdp_put(ring, frames, n, false);
}
