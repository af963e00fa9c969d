// SPDX-License-Identifier: GPL-2.0
/*
 * The receive path: buffers are pages of a page_pool, filled by the card behind
 * a headroom that XDP could use. The poll wraps each finished buffer into an
 * skb, attaches the frame's further buffers as fragments, notes what the card
 * found out about it, and hands it to GRO.
 */
#include <linux/bitfield.h>
#include <linux/bpf.h>
#include <linux/etherdevice.h>
#include <net/page_pool/helpers.h>

#include "rx.h"
#include "stats.h"

#define SIMNIC_RX_HEADROOM	(XDP_PACKET_HEADROOM + NET_IP_ALIGN)
/* Post buffers in bundles: a doorbell costs more than a descriptor */
#define SIMNIC_RX_BUNDLE	16
/* Without segmentation the card sends no longer frames, a tag not counted */
#define SIMNIC_RX_LEN_MAX	(SIMNIC_FRAME_MAX + VLAN_HLEN)

/**
 * simnic_rx_buf_size() - bytes that the card may write into a buffer
 *
 * Return: what a page holds between headroom and skb_shared_info.
 */
unsigned int simnic_rx_buf_size(void)
{
	unsigned int size = SKB_WITH_OVERHEAD(PAGE_SIZE - SIMNIC_RX_HEADROOM);

	return min_t(unsigned int, round_down(size, 64), SIMNIC_RX_BUF_MAX);
}

/**
 * simnic_rx_gro_max() - the longest super-frame that fits into one skb
 *
 * Return: bytes, not counting a tag, for which there is room as well.
 */
unsigned int simnic_rx_gro_max(void)
{
	unsigned int size = (MAX_SKB_FRAGS + 1) * simnic_rx_buf_size() - VLAN_HLEN;

	return min_t(unsigned int, size, GSO_LEGACY_MAX_SIZE);
}

/* Counted in locals, published once per poll */
struct simnic_rx_sum {
	u32 packets, errors, alloc_drops, flushed;
	u32 csum_ok, csum_bad, csum_none, shared;
	u32 gro_packets, gro_bytes, gro_wire_packets;
	u64 bytes, gro_wire_bytes;
};

static void simnic_rx_publish(struct simnic_rx_stats *stats, const struct simnic_rx_sum *sum)
{
	u64_stats_update_begin(&stats->syncp);
	u64_stats_add(&stats->packets, sum->packets);
	u64_stats_add(&stats->bytes, sum->bytes);
	u64_stats_add(&stats->errors, sum->errors);
	u64_stats_add(&stats->alloc_drops, sum->alloc_drops);
	u64_stats_add(&stats->flushed, sum->flushed);
	u64_stats_add(&stats->csum_ok, sum->csum_ok);
	u64_stats_add(&stats->csum_bad, sum->csum_bad);
	u64_stats_add(&stats->csum_none, sum->csum_none);
	u64_stats_add(&stats->gro_packets, sum->gro_packets);
	u64_stats_add(&stats->gro_bytes, sum->gro_bytes);
	u64_stats_add(&stats->gro_wire_packets, sum->gro_wire_packets);
	u64_stats_add(&stats->gro_wire_bytes, sum->gro_wire_bytes);
	u64_stats_add(&stats->shared, sum->shared);
	u64_stats_inc(&stats->polls);
	u64_stats_update_end(&stats->syncp);
}

/* -- Buffers -------------------------------------------------------------- */

static bool simnic_rx_post(struct simnic_rx_ring *ring, gfp_t gfp)
{
	struct simnic_rx_desc *desc = simnic_rx_desc(ring, ring->tail);
	struct page *page;

	page = page_pool_alloc_pages(ring->pool, gfp | __GFP_NOWARN);
	if (unlikely(!page))
		return false;

	ring->page[ring->tail] = page;
	desc->addr = cpu_to_le64(page_pool_get_dma_addr(page) + SIMNIC_RX_HEADROOM);
	desc->rsvd = 0;
	ring->tail = simnic_ring_next(&ring->ring, ring->tail);
	return true;
}

/* Post buffers until the ring is full; false: out of memory before that */
static bool simnic_rx_refill(struct simnic_rx_ring *ring, gfp_t gfp)
{
	u32 n = simnic_ring_unused(&ring->ring, ring->head, ring->tail);
	bool ok = true;

	if (n < SIMNIC_RX_BUNDLE)
		return true;

	while (ok && n--)
		ok = simnic_rx_post(ring, gfp);

	/* descriptors before tail; pairs with the card's dma_rmb() */
	dma_wmb();
	simnic_doorbell(ring->sn, ring->doorbell, ring->tail);
	return ok;
}

/*
 * In the poll. A failure is no reason to poll on, there are buffers left; but
 * with none of them left no frame and so no interrupt would ever come again.
 */
static bool simnic_rx_refill_atomic(struct simnic_rx_ring *ring)
{
	if (likely(simnic_rx_refill(ring, GFP_ATOMIC)))
		return true;

	u64_stats_update_begin(&ring->stats->syncp);
	u64_stats_inc(&ring->stats->alloc_fail);
	u64_stats_update_end(&ring->stats->syncp);
	return simnic_ring_used(&ring->ring, ring->head, ring->tail) >= SIMNIC_RX_BUNDLE;
}

/* -- Frames --------------------------------------------------------------- */

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

static void simnic_rx_abort(struct simnic_rx_ring *ring)
{
	kfree_skb(ring->skb);
	ring->skb = NULL;
	ring->discard = true;
}

/*
 * One buffer becomes the frame under assembly, or joins it. Nothing that the
 * card wrote is trusted. A frame that can't be is discarded to its end, where
 * it is counted.
 */
static void simnic_rx_buffer(struct simnic_rx_ring *ring, struct page *page, u32 len)
{
	if (unlikely(ring->discard))
		goto err_recycle;
	if (unlikely(!len || len > simnic_rx_buf_size()))
		goto err_abort;
	if (!ring->skb && unlikely(len < ETH_HLEN))
		goto err_abort;

	/* from the pool's offset on, which is the headroom */
	page_pool_dma_sync_for_cpu(ring->pool, page, 0, len);
	if (ring->skb) {
		if (simnic_rx_add_frag(ring, page, SIMNIC_RX_HEADROOM, len, PAGE_SIZE))
			return;
		goto err_abort;
	}

	ring->skb = simnic_rx_build(page, len);
	if (likely(ring->skb))
		return;
	ring->drop_nomem = true;

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

/*
 * The next bytes are in pages that the sender shares, which nobody may write to.
 * The buffer posted for them is not used.
 */
static void simnic_rx_shared(struct simnic_rx_ring *ring, u32 len, struct simnic_rx_sum *sum)
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

static void simnic_rx_hash(struct simnic_rx_ring *ring, struct sk_buff *skb,
			   const struct simnic_rx_wb *wb)
{
	u32 type = FIELD_GET(SIMNIC_RXD_HASH, wb->status);

	if (!(ring->netdev->features & NETIF_F_RXHASH))
		return;
	if (type == SIMNIC_RXD_HASH_L4)
		skb_set_hash(skb, wb->hash, PKT_HASH_TYPE_L4);
	else if (type == SIMNIC_RXD_HASH_L3)
		skb_set_hash(skb, wb->hash, PKT_HASH_TYPE_L3);
}

/* Has the card checked a checksum that there is? */
static bool simnic_rx_csum_ok(const struct simnic_rx_wb *wb)
{
	u32 l4 = FIELD_GET(SIMNIC_RXD_L4, wb->status);

	return FIELD_GET(SIMNIC_RXD_CSUM, wb->status) == SIMNIC_RXD_CSUM_OK &&
	       (l4 == SIMNIC_RXD_L4_TCP || l4 == SIMNIC_RXD_L4_UDP);
}

static void simnic_rx_csum(struct simnic_rx_ring *ring, struct sk_buff *skb,
			   const struct simnic_rx_wb *wb, struct simnic_rx_sum *sum)
{
	if (FIELD_GET(SIMNIC_RXD_CSUM, wb->status) == SIMNIC_RXD_CSUM_BAD) {
		sum->csum_bad++;
		return;
	}
	if (!simnic_rx_csum_ok(wb) || !(ring->netdev->features & NETIF_F_RXCSUM)) {
		sum->csum_none++;
		return;
	}
	sum->csum_ok++;
	skb->ip_summed = CHECKSUM_UNNECESSARY;
}

static void simnic_rx_deliver(struct simnic_rx_ring *ring, struct sk_buff *skb)
{
	if (ring->sink)
		__skb_queue_tail(ring->sink, skb);
	else if (ring->draining)
		netif_receive_skb(skb);
	else
		napi_gro_receive(&ring->vec->napi, skb);
}

/*
 * Frames on the wire that one of @len bytes stands for. What is dropped has to be
 * counted by what the card says, as far as length and segment size make it possible.
 */
static u32 simnic_rx_segs(const struct simnic_rx_wb *wb, u32 len)
{
	if (!(wb->status & SIMNIC_RXD_GRO) || !wb->mss || !len)
		return 1;
	len = min(len, simnic_rx_gro_max());
	return clamp_t(u32, wb->segs, 1, DIV_ROUND_UP(len, wb->mss));
}

/* False if the frame is not what the card says */
static bool simnic_rx_describe(struct simnic_rx_ring *ring, struct sk_buff *skb,
			       const struct simnic_rx_wb *wb, struct simnic_rx_sum *sum)
{
	u32 len = skb->len, segs = 1;
	u64 bytes = len;
	u32 hdr;

	skb->protocol = eth_type_trans(skb, ring->netdev);
	if (!(wb->status & SIMNIC_RXD_GRO)) {
		if (unlikely(len > SIMNIC_RX_LEN_MAX))
			return false;
		simnic_rx_csum(ring, skb, wb, sum);
	} else {
		if (unlikely(len > simnic_rx_gro_max() + VLAN_HLEN))
			return false;
		hdr = simnic_rx_gro(skb, wb);
		if (unlikely(!hdr))
			return false;
		segs = wb->segs;
		bytes += (u64)(segs - 1) * hdr;
		sum->gro_packets++;
		sum->gro_bytes += len;
		sum->gro_wire_packets += segs;
		sum->gro_wire_bytes += bytes;
	}
	sum->packets += segs;
	sum->bytes += bytes;
	return true;
}

/* The frame's last buffer has come: say what is known of it, and deliver it */
static void simnic_rx_finish(struct simnic_rx_ring *ring, const struct simnic_rx_wb *wb,
			     struct simnic_rx_sum *sum)
{
	struct sk_buff *skb = ring->skb;

	ring->skb = NULL;
	if (unlikely(!simnic_rx_describe(ring, skb, wb, sum))) {
		sum->errors += simnic_rx_segs(wb, ring->len);
		kfree_skb(skb);
		return;
	}
	skb_record_rx_queue(skb, ring->idx);
	simnic_rx_hash(ring, skb, wb);
	if (wb->status & SIMNIC_RXD_VLAN)
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), wb->vlan_tci);
	simnic_rx_deliver(ring, skb);
}

/* The end of a frame that was discarded; the card has counted damaged ones */
static void simnic_rx_discarded(struct simnic_rx_ring *ring, const struct simnic_rx_wb *wb,
				struct simnic_rx_sum *sum)
{
	u32 segs = simnic_rx_segs(wb, ring->len);

	if (wb->status & SIMNIC_RXD_ERR)
		return;
	if (ring->drop_nomem)
		sum->alloc_drops += segs;
	else
		sum->errors += segs;
}

/* Nothing is left of the frame under assembly */
static void simnic_rx_forget(struct simnic_rx_ring *ring)
{
	ring->skb = NULL;
	ring->len = 0;
	ring->discard = false;
	ring->drop_nomem = false;
}

/* Take one buffer from the ring; true at the end of a frame */
static bool simnic_rx_one(struct simnic_rx_ring *ring, const struct simnic_rx_wb *wb,
			  struct simnic_rx_sum *sum)
{
	ring->len += wb->len;
	if (wb->status & SIMNIC_RXD_SHARED)
		simnic_rx_shared(ring, wb->len, sum);
	else
		simnic_rx_buffer(ring, ring->page[ring->head], wb->len);
	ring->page[ring->head] = NULL;
	ring->head = simnic_ring_next(&ring->ring, ring->head);
	if (!(wb->status & SIMNIC_RXD_EOP))
		return false;

	if (unlikely(wb->status & SIMNIC_RXD_ERR) && !ring->discard)
		simnic_rx_abort(ring);
	if (likely(!ring->discard))
		simnic_rx_finish(ring, wb, sum);
	else
		simnic_rx_discarded(ring, wb, sum);
	simnic_rx_forget(ring);
	return true;
}

/*
 * The write-back at the head, if there is one. Everything is read just once: what
 * is checked is what is used, whatever the card writes meanwhile.
 */
static bool simnic_rx_fetch(struct simnic_rx_ring *ring, struct simnic_rx_wb *wb)
{
	const struct simnic_rx_desc *desc = simnic_rx_desc(ring, ring->head);

	wb->status = le32_to_cpu(READ_ONCE(desc->wb.status));
	if (!(wb->status & SIMNIC_RXD_DD))
		return false;
	/* DD before the rest; pairs with the card's dma_wmb() */
	dma_rmb();
	wb->hash = le32_to_cpu(READ_ONCE(desc->wb.rss_hash));
	wb->len = le16_to_cpu(READ_ONCE(desc->wb.len));
	wb->vlan_tci = le16_to_cpu(READ_ONCE(desc->wb.vlan_tci));
	wb->mss = le16_to_cpu(READ_ONCE(desc->wb.mss));
	wb->segs = le16_to_cpu(READ_ONCE(desc->wb.segs));
	return true;
}

/* Frames the card has finished, up to the budget */
static int simnic_rx_frames(struct simnic_rx_ring *ring, int budget, struct simnic_rx_sum *sum)
{
	struct simnic_rx_wb wb;
	int done = 0;

	while (done < budget && ring->head != ring->tail && simnic_rx_fetch(ring, &wb))
		done += simnic_rx_one(ring, &wb, sum);
	return done;
}

/**
 * simnic_rx_clean() - deliver received frames and post new buffers
 * @ring: receive ring
 * @budget: frames at most
 *
 * Context: softirq, in the NAPI poll.
 * Return: frames taken; @budget also if the poll must come again for want of
 * buffers.
 */
int simnic_rx_clean(struct simnic_rx_ring *ring, int budget)
{
	struct simnic_rx_sum sum = {};
	int done;

	done = simnic_rx_frames(ring, budget, &sum);
	simnic_rx_publish(ring->stats, &sum);
	if (unlikely(!simnic_rx_refill_atomic(ring)))
		return budget;
	return done;
}

/* -- Rings ---------------------------------------------------------------- */

static struct page_pool *simnic_rx_pool(struct simnic_vector *vec, unsigned int len)
{
	struct page_pool_params pp = {
		.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV,
		.pool_size = len,
		.nid = NUMA_NO_NODE,
		.dev = vec->sn->dev,
		.netdev = vec->sn->netdev,
		.queue_idx = vec->idx,
		.dma_dir = DMA_FROM_DEVICE,
		.offset = SIMNIC_RX_HEADROOM,
		.max_len = simnic_rx_buf_size(),
	};

	return page_pool_create(&pp);
}

static void simnic_rx_release(struct simnic_rx_ring *ring)
{
	while (ring->head != ring->tail) {
		page_pool_put_full_page(ring->pool, ring->page[ring->head], false);
		ring->page[ring->head] = NULL;
		ring->head = simnic_ring_next(&ring->ring, ring->head);
	}
	ring->head = 0;
	ring->tail = 0;
}

/* Post all buffers without telling the card, which does not have the ring yet */
static bool simnic_rx_fill(struct simnic_rx_ring *ring)
{
	u32 n = simnic_ring_unused(&ring->ring, ring->head, ring->tail);

	while (n--)
		if (!simnic_rx_post(ring, SIMNIC_GFP))
			return false;
	return true;
}

/**
 * simnic_rx_ring_alloc() - allocate a receive ring with all of its buffers
 * @vec: vector that is to poll it
 * @params: for its length
 *
 * Context: process, may sleep.
 * Return: the ring, or NULL.
 */
struct simnic_rx_ring *simnic_rx_ring_alloc(struct simnic_vector *vec,
					    const struct simnic_params *params)
{
	struct simnic *sn = vec->sn;
	struct simnic_rx_ring *ring;

	ring = kzalloc_obj(*ring, SIMNIC_GFP);
	if (!ring)
		return NULL;
	ring->sn = sn;
	ring->vec = vec;
	ring->dev = sn->dev;
	ring->netdev = sn->netdev;
	ring->idx = vec->idx;
	ring->doorbell = SIMNIC_RXQ_TAIL(vec->idx);
	ring->stats = &sn->stats->rx[vec->idx];

	ring->page = kvcalloc(params->rx_len, sizeof(*ring->page), SIMNIC_GFP);
	if (!ring->page)
		goto err_free_ring;
	if (simnic_ring_alloc(sn->dev, &ring->ring, params->rx_len))
		goto err_free_pages;
	ring->pool = simnic_rx_pool(vec, params->rx_len);
	if (IS_ERR(ring->pool))
		goto err_free_desc;
	if (!simnic_rx_fill(ring))
		goto err_release;
	return ring;

err_release:
	simnic_rx_release(ring);
	page_pool_destroy(ring->pool);
err_free_desc:
	simnic_ring_free(sn->dev, &ring->ring);
err_free_pages:
	kvfree(ring->page);
err_free_ring:
	kfree(ring);
	return NULL;
}

/**
 * simnic_rx_ring_free() - free a receive ring that is stopped
 * @ring: the ring, may be NULL
 *
 * Context: process, may sleep.
 */
void simnic_rx_ring_free(struct simnic_rx_ring *ring)
{
	if (!ring)
		return;
	simnic_rx_release(ring);
	page_pool_destroy(ring->pool);
	simnic_ring_free(ring->dev, &ring->ring);
	kvfree(ring->page);
	kfree(ring);
}

/**
 * simnic_rx_ring_start() - give a ring to the card
 * @ring: the ring, fresh or stopped
 *
 * Context: process, NAPI is disabled.
 */
void simnic_rx_ring_start(struct simnic_rx_ring *ring)
{
	struct simnic *sn = ring->sn;
	unsigned int q = ring->idx;

	/*
	 * A fresh ring is full from 0 on. In one that was in use buffers lie
	 * anywhere, and the card may have written over their addresses.
	 */
	if (ring->used)
		simnic_rx_release(ring);
	ring->used = true;
	/* short of memory the poll goes on filling */
	simnic_rx_fill(ring);
	/* from here on to simnic_rx_ring_retire() the poll is the pool's only user */
	page_pool_enable_direct_recycling(ring->pool, &ring->vec->napi);

	simnic_wr32(sn, SIMNIC_RXQ_BASE_LO(q), lower_32_bits(ring->ring.dma));
	simnic_wr32(sn, SIMNIC_RXQ_BASE_HI(q), upper_32_bits(ring->ring.dma));
	simnic_wr32(sn, SIMNIC_RXQ_LEN(q), ring->ring.mask + 1);
	simnic_wr32(sn, SIMNIC_RXQ_BUFSZ(q), simnic_rx_buf_size());
	simnic_wr32(sn, SIMNIC_RXQ_VECTOR(q), SIMNIC_QUEUE_VECTOR(q));
	simnic_wr32(sn, SIMNIC_RXQ_CTRL(q), SIMNIC_Q_CTRL_ENABLE);
	/* descriptors before tail; pairs with the card's dma_rmb() */
	dma_wmb();
	simnic_doorbell(sn, ring->doorbell, ring->tail);
}

/**
 * simnic_rx_ring_stop() - take the ring back from the card
 * @ring: the ring
 *
 * What has been received stays in it.
 *
 * Context: process, may sleep.
 */
void simnic_rx_ring_stop(struct simnic_rx_ring *ring)
{
	simnic_wr32(ring->sn, SIMNIC_RXQ_CTRL(ring->idx), 0);
}

/**
 * simnic_rx_ring_retire() - the vector's NAPI will no longer poll this ring
 * @ring: the ring; stopped, NAPI is disabled
 *
 * Pages that the stack still has must not return into the hands of a NAPI that
 * polls another ring by then.
 *
 * Context: process.
 */
void simnic_rx_ring_retire(struct simnic_rx_ring *ring)
{
	page_pool_disable_direct_recycling(ring->pool);
}

/**
 * simnic_rx_ring_drain() - deliver what a stopped ring still holds
 * @ring: the ring
 * @frames: where to, NULL for the stack
 *
 * Context: process, NAPI is disabled.
 */
void simnic_rx_ring_drain(struct simnic_rx_ring *ring, struct sk_buff_head *frames)
{
	struct simnic_rx_sum sum = {};

	local_bh_disable();
	ring->sink = frames;
	ring->draining = true;
	simnic_rx_frames(ring, INT_MAX, &sum);
	ring->draining = false;
	ring->sink = NULL;
	/* half a frame: its end will not come any more */
	if (ring->skb || ring->discard) {
		kfree_skb(ring->skb);
		simnic_rx_forget(ring);
		sum.flushed++;
	}
	simnic_rx_publish(ring->stats, &sum);
	local_bh_enable();
}
