// SPDX-License-Identifier: GPL-2.0
/*
 * The receive path: the poll takes each finished buffer from the ring, and at the
 * end of a frame notes what the card found out about it and hands it to GRO.
 * Buffers that are used up are replaced.
 */
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/if_vlan.h>
#include <net/page_pool/helpers.h>

#include "rx.h"
#include "stats.h"

/* Post buffers in bundles: a doorbell costs more than a descriptor */
#define SIMNIC_RX_BUNDLE	16

static void simnic_rx_publish(struct simnic_rx_stats *stats, const struct simnic_rx_sum *sum)
{
	u64_stats_update_begin(&stats->syncp);
	u64_stats_add(&stats->packets, sum->packets);
	u64_stats_add(&stats->bytes, sum->bytes);
	u64_stats_add(&stats->errors, sum->errors);
	u64_stats_add(&stats->alloc_drops, sum->alloc_drops);
	u64_stats_add(&stats->csum_ok, sum->csum_ok);
	u64_stats_add(&stats->csum_bad, sum->csum_bad);
	u64_stats_add(&stats->csum_none, sum->csum_none);
	u64_stats_add(&stats->gro_packets, sum->gro_packets);
	u64_stats_add(&stats->gro_bytes, sum->gro_bytes);
	u64_stats_add(&stats->gro_wire_packets, sum->gro_wire_packets);
	u64_stats_add(&stats->gro_wire_bytes, sum->gro_wire_bytes);
	u64_stats_add(&stats->shared, sum->shared);
	u64_stats_add(&stats->copied, sum->copied);
	u64_stats_inc(&stats->polls);
	u64_stats_update_end(&stats->syncp);
}

static void simnic_rx_publish_xdp(struct simnic_rx_stats *stats, const struct simnic_rx_sum *sum)
{
	u64_stats_update_begin(&stats->syncp);
	u64_stats_add(&stats->xdp_pass, sum->xdp_pass);
	u64_stats_add(&stats->xdp_drop, sum->xdp_drop);
	u64_stats_add(&stats->xdp_aborted, sum->xdp_aborted);
	u64_stats_add(&stats->xdp_tx, sum->xdp_tx);
	u64_stats_add(&stats->xdp_tx_errors, sum->xdp_tx_errors);
	u64_stats_add(&stats->xdp_redirect, sum->xdp_redirect);
	u64_stats_add(&stats->xdp_redirect_errors, sum->xdp_redirect_errors);
	u64_stats_update_end(&stats->syncp);
}

/* Post buffers until the ring is full; false: out of memory before that */
static bool simnic_rx_refill(struct simnic_rx_ring *ring, gfp_t gfp)
{
	u32 n = simnic_ring_unused(&ring->ring, ring->head, ring->tail);
	bool ok = true;

	if (n + simnic_ring_used(&ring->ring, ring->told, ring->tail) < SIMNIC_RX_BUNDLE)
		return true;

	while (ok && n--)
		ok = simnic_rx_post(ring, gfp);

	/* descriptors before tail; pairs with the card's dma_rmb() */
	dma_wmb();
	simnic_doorbell(ring->sn, ring->doorbell, ring->tail);
	WRITE_ONCE(ring->told, ring->tail);
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

static void simnic_rx_deliver(struct simnic_rx_ring *ring, struct sk_buff *skb)
{
	if (ring->sink)
		__skb_queue_tail(ring->sink, skb);
	else if (ring->draining)
		netif_receive_skb(skb);
	else
		napi_gro_receive(&ring->vec->napi, skb);
}

/* The frame's last buffer has come: say what is known of it, and deliver it */
static void simnic_rx_finish(struct simnic_rx_ring *ring, const struct simnic_rx_wb *wb,
			     struct simnic_rx_sum *sum)
{
	struct sk_buff *skb = ring->skb;

	if (ring->xdp) {
		skb = simnic_rxxdp_run(ring, wb, sum);
		if (!skb)
			return;
	} else if (unlikely(!simnic_rx_describe(ring, skb, wb, sum))) {
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
	ring->frame.buff.data = NULL;
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
		simnic_rx_buffer(ring, ring->page[ring->head], wb->len, sum);
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
static int simnic_rx_frames(struct simnic_rx_ring *ring, int budget)
{
	struct simnic_rx_sum sum = {};
	struct simnic_rx_wb wb;
	int done = 0;

	while (done < budget && ring->head != ring->tail && simnic_rx_fetch(ring, &wb))
		done += simnic_rx_one(ring, &wb, &sum);
	if (ring->xdp) {
		simnic_rxxdp_flush(ring, &sum);
		simnic_rx_publish_xdp(ring->stats, &sum);
	}
	simnic_rx_publish(ring->stats, &sum);
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
	int done;

	done = simnic_rx_frames(ring, budget);
	if (unlikely(!simnic_rx_refill_atomic(ring)))
		return budget;
	return done;
}

/* Half a frame: its end will not come any more */
static void simnic_rx_flush_half(struct simnic_rx_ring *ring)
{
	if (!ring->skb && !ring->frame.buff.data && !ring->discard)
		return;
	simnic_rx_free_frame(ring);
	simnic_rx_forget(ring);
	u64_stats_update_begin(&ring->stats->syncp);
	u64_stats_inc(&ring->stats->flushed);
	u64_stats_update_end(&ring->stats->syncp);
}

/**
 * simnic_rx_ring_drain() - deliver what a stopped ring still holds
 * @ring: the ring
 * @frames: where to, NULL for the stack, and for the XDP program before that
 *
 * Context: process, NAPI is disabled.
 */
void simnic_rx_ring_drain(struct simnic_rx_ring *ring, struct sk_buff_head *frames)
{
	struct bpf_net_context storage, *context;

	local_bh_disable();
	/* programs expect what softirqs have; pages do not return to the poll's cache */
	context = bpf_net_ctx_set(&storage);
	xdp_set_return_frame_no_direct();
	ring->sink = frames;
	ring->draining = true;
	simnic_rx_frames(ring, INT_MAX);
	simnic_rx_flush_half(ring);
	ring->draining = false;
	ring->sink = NULL;
	xdp_clear_return_frame_no_direct();
	bpf_net_ctx_clear(context);
	local_bh_enable();
}
