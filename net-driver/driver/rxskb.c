// SPDX-License-Identifier: GPL-2.0
/*
 * The frame under assembly: its first buffer becomes an skb, or, while there is
 * an XDP program, the program's view of it; further ones are attached as
 * fragments. Nothing that the card wrote is trusted.
 */
#include <linux/dma-mapping.h>
#include <linux/etherdevice.h>
#include <linux/skbuff.h>
#include <net/page_pool/helpers.h>

#include "rx.h"

static bool simnic_rx_add_frag(struct simnic_rx_ring *ring, struct page *page, u32 off,
			       u32 len, u32 truesize)
{
	struct sk_buff *skb = ring->skb;

	if (unlikely(skb_shinfo(skb)->nr_frags == MAX_SKB_FRAGS))
		return false;
	skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, page, off, len, truesize);
	return true;
}

static struct sk_buff *simnic_rx_build(struct page *page, u32 len)
{
	struct sk_buff *skb = napi_build_skb(page_address(page), PAGE_SIZE);

	if (unlikely(!skb))
		return NULL;
	skb_mark_for_recycle(skb);
	skb_reserve(skb, SIMNIC_RX_HEADROOM);
	skb_put(skb, len);
	return skb;
}

/*
 * A frame that is no jumbo does not keep a whole page: its socket is charged for what
 * it takes, and the buffer is posted again at once.
 */
static struct sk_buff *simnic_rx_copy(struct simnic_rx_ring *ring, struct page *page, u32 len)
{
	unsigned int size = SKB_DATA_ALIGN(NET_SKB_PAD + NET_IP_ALIGN + len) +
			    SKB_DATA_ALIGN(sizeof(struct skb_shared_info));
	void *data = page_pool_dev_alloc_va(ring->pool, &size);
	struct sk_buff *skb;

	if (unlikely(!data))
		return NULL;
	skb = napi_build_skb(data, size);
	if (unlikely(!skb)) {
		page_pool_free_va(ring->pool, data, !ring->draining);
		return NULL;
	}
	skb_mark_for_recycle(skb);
	skb_reserve(skb, NET_SKB_PAD + NET_IP_ALIGN);
	skb_put_data(skb, page_address(page) + SIMNIC_RX_HEADROOM, len);
	/* of the last reserves nothing is kept */
	if (unlikely(ring->draining || page_is_pfmemalloc(page))) {
		page_pool_put_full_page(ring->pool, page, !ring->draining);
		return skb;
	}
	dma_sync_single_range_for_device(ring->dev, page_pool_get_dma_addr(page),
					 SIMNIC_RX_HEADROOM, len, ring->pool->p.dma_dir);
	simnic_rx_repost(ring, page);
	return skb;
}

/**
 * simnic_rx_free_frame() - free the frame under assembly, if there is one
 * @ring: receive ring
 *
 * Context: softirqs off.
 */
void simnic_rx_free_frame(struct simnic_rx_ring *ring)
{
	if (ring->frame.buff.data)
		xdp_return_buff(&ring->frame.buff);
	ring->frame.buff.data = NULL;
	kfree_skb(ring->skb);
	ring->skb = NULL;
}

/**
 * simnic_rx_abort() - the frame under assembly can't be: discard it to its end
 * @ring: receive ring
 *
 * Context: softirqs off.
 */
void simnic_rx_abort(struct simnic_rx_ring *ring)
{
	simnic_rx_free_frame(ring);
	ring->discard = true;
}

/* Its first buffer, or one more */
static bool simnic_rx_put(struct simnic_rx_ring *ring, struct page *page, u32 len,
			  struct simnic_rx_sum *sum)
{
	if (ring->skb)
		return simnic_rx_add_frag(ring, page, SIMNIC_RX_HEADROOM, len, PAGE_SIZE);
	if (ring->frame.buff.data)
		return simnic_rxxdp_add(ring, page, len);
	if (ring->xdp) {
		simnic_rxxdp_begin(ring, page, len);
		return true;
	}
	if (len <= READ_ONCE(ring->sn->rx_copybreak)) {
		ring->skb = simnic_rx_copy(ring, page, len);
		sum->copied += !!ring->skb;
	} else {
		ring->skb = simnic_rx_build(page, len);
	}
	ring->drop_nomem = !ring->skb;
	return ring->skb;
}

/**
 * simnic_rx_buffer() - one buffer becomes the frame under assembly, or joins it
 * @ring: receive ring
 * @page: the buffer
 * @len: bytes in it, as the card says
 * @sum: counters
 *
 * A frame that can't be is discarded to its end, where it is counted.
 *
 * Context: softirqs off.
 */
void simnic_rx_buffer(struct simnic_rx_ring *ring, struct page *page, u32 len,
		      struct simnic_rx_sum *sum)
{
	bool first = !ring->skb && !ring->frame.buff.data;

	if (unlikely(ring->discard))
		goto err_recycle;
	if (unlikely(!len || len > simnic_rx_buf_size() || (first && len < ETH_HLEN)))
		goto err_abort;

	/* from the pool's offset on, which is the headroom */
	page_pool_dma_sync_for_cpu(ring->pool, page, 0, len);
	if (likely(simnic_rx_put(ring, page, len, sum)))
		return;

err_abort:
	simnic_rx_abort(ring);
err_recycle:
	page_pool_put_full_page(ring->pool, page, !ring->draining);
}

/* Are these bytes where they are said to be? */
static bool simnic_rx_share_ok(const struct simnic_share *share, u32 len)
{
	return !PageTail(share->page) &&
	       len && share->len == len && share->offset < page_size(share->page) &&
	       len <= page_size(share->page) - share->offset;
}

/**
 * simnic_rx_shared() - the next bytes are in pages that the sender shares
 * @ring: receive ring
 * @len: bytes, as the card says
 * @sum: counters
 *
 * Nobody may write to those pages. The buffer posted for them is not used. There
 * are none while there is an XDP program.
 *
 * Context: softirqs off.
 */
void simnic_rx_shared(struct simnic_rx_ring *ring, u32 len, struct simnic_rx_sum *sum)
{
	struct simnic_share share;

	page_pool_put_full_page(ring->pool, ring->page[ring->head], !ring->draining);
	if (!simnic_take(ring->sn, ring->idx, ring->head, &share) || unlikely(!share.page))
		goto err_abort;
	if (unlikely(!ring->skb || !simnic_rx_share_ok(&share, len)) ||
	    !simnic_rx_add_frag(ring, share.page, share.offset, len, len))
		goto err_put;
	skb_shinfo(ring->skb)->flags |= SKBFL_SHARED_FRAG;
	sum->shared++;
	return;

err_put:
	put_page(share.page);
err_abort:
	if (!ring->discard)
		simnic_rx_abort(ring);
}
