// SPDX-License-Identifier: GPL-2.0
/*
 * XDP: a program sees each frame before the stack does, and says what becomes
 * of it. What it sends back is collected, and sent at the end of the poll.
 */
#include <linux/bpf_trace.h>
#include <linux/dma-mapping.h>
#include <linux/etherdevice.h>
#include <linux/filter.h>
#include <net/page_pool/helpers.h>

#include "rx.h"
#include "tx.h"

/**
 * simnic_rxxdp_begin() - a frame begins
 * @ring: receive ring; no frame is under assembly
 * @page: its first buffer
 * @len: bytes in it
 *
 * Context: softirqs off.
 */
void simnic_rxxdp_begin(struct simnic_rx_ring *ring, struct page *page, u32 len)
{
	struct xdp_buff *xdp = &ring->frame.buff;

	xdp_init_buff(xdp, PAGE_SIZE, &ring->xdp_rxq);
	xdp_prepare_buff(xdp, page_address(page), SIMNIC_RX_HEADROOM, len, true);
}

/**
 * simnic_rxxdp_add() - add one more buffer to the frame under assembly
 * @ring: receive ring
 * @page: the buffer
 * @len: bytes in it
 *
 * Context: softirqs off.
 * Return: false if a frame can't have so many; the buffer is still the caller's.
 */
bool simnic_rxxdp_add(struct simnic_rx_ring *ring, struct page *page, u32 len)
{
	return xdp_buff_add_frag(&ring->frame.buff, page_to_netmem(page), SIMNIC_RX_HEADROOM,
				 len, PAGE_SIZE);
}

/* What is left of the frame, for the stack */
static struct sk_buff *simnic_rxxdp_build(struct xdp_buff *xdp)
{
	const struct skb_shared_info *shinfo = xdp_get_shared_info_from_buff(xdp);
	unsigned int frags = 0, size = 0;
	struct sk_buff *skb;

	/* building the skb clears them */
	if (xdp_buff_has_frags(xdp)) {
		frags = shinfo->nr_frags;
		size = shinfo->xdp_frags_size;
	}
	skb = napi_build_skb(xdp->data_hard_start, xdp->frame_sz);
	if (unlikely(!skb))
		return NULL;

	skb_mark_for_recycle(skb);
	skb_reserve(skb, xdp->data - xdp->data_hard_start);
	__skb_put(skb, xdp->data_end - xdp->data);
	if (xdp->data > xdp->data_meta)
		skb_metadata_set(skb, xdp->data - xdp->data_meta);
	if (frags)
		xdp_update_skb_frags_info(skb, frags, size, frags * PAGE_SIZE,
					  xdp_buff_get_skb_flags(xdp));
	return skb;
}

/* Send the frames that were collected */
static void simnic_rxxdp_send(struct simnic_rx_ring *ring, struct simnic_rx_sum *sum)
{
	unsigned int i, sent;

	sent = simnic_txxdp_send_back(ring->vec->tx, ring->tx_frames, ring->tx_count);
	sum->xdp_tx += sent;
	sum->xdp_tx_errors += ring->tx_count - sent;
	for (i = sent; i < ring->tx_count; i++)
		xdp_return_frame_rx_napi(ring->tx_frames[i]);
	ring->tx_count = 0;
}

static bool simnic_rxxdp_tx(struct simnic_rx_ring *ring, struct simnic_rx_sum *sum)
{
	struct xdp_frame *frame = xdp_convert_buff_to_frame(&ring->frame.buff);

	if (unlikely(!frame)) {
		sum->xdp_tx_errors++;
		return false;
	}
	ring->tx_frames[ring->tx_count++] = frame;
	if (ring->tx_count == XDP_BULK_QUEUE_SIZE)
		simnic_rxxdp_send(ring, sum);
	return true;
}

static bool simnic_rxxdp_redirect(struct simnic_rx_ring *ring, struct bpf_prog *prog,
				  struct simnic_rx_sum *sum)
{
	if (unlikely(xdp_do_redirect(ring->netdev, &ring->frame.buff, prog))) {
		sum->xdp_redirect_errors++;
		return false;
	}
	sum->xdp_redirect++;
	ring->redirected = true;
	return true;
}

/* Nobody wants the frame: its buffer is posted again at once, if it has just one */
static void simnic_rxxdp_discard(struct simnic_rx_ring *ring)
{
	struct xdp_buff *xdp = &ring->frame.buff;
	struct page *page = virt_to_page(xdp->data_hard_start);

	/* of the last reserves nothing is kept */
	if (unlikely(xdp_buff_has_frags(xdp) || ring->draining || page_is_pfmemalloc(page))) {
		xdp_return_buff(xdp);
		return;
	}
	/* the program may have written anywhere */
	dma_sync_single_range_for_device(ring->dev, page_pool_get_dma_addr(page),
					 SIMNIC_RX_HEADROOM, simnic_rx_buf_size(),
					 ring->pool->p.dma_dir);
	simnic_rx_repost(ring, page);
}

/* Run the program; true if the frame is for the stack */
static bool simnic_rxxdp_act(struct simnic_rx_ring *ring, struct bpf_prog *prog,
			     struct simnic_rx_sum *sum)
{
	struct xdp_buff *xdp = &ring->frame.buff;
	u32 act = bpf_prog_run_xdp(prog, xdp);

	switch (act) {
	case XDP_PASS:
		sum->xdp_pass++;
		return true;
	case XDP_TX:
		if (likely(simnic_rxxdp_tx(ring, sum)))
			return false;
		break;
	case XDP_REDIRECT:
		if (likely(simnic_rxxdp_redirect(ring, prog, sum)))
			return false;
		break;
	case XDP_DROP:
		sum->xdp_drop++;
		simnic_rxxdp_discard(ring);
		return false;
	default:
		bpf_warn_invalid_xdp_action(ring->netdev, prog, act);
		fallthrough;
	case XDP_ABORTED:
		sum->xdp_aborted++;
		break;
	}
	trace_xdp_exception(ring->netdev, prog, act);
	simnic_rxxdp_discard(ring);
	return false;
}

/*
 * Neither super-frames nor frames in more buffers than the program can bear come
 * from a card that does what it is told.
 */
static bool simnic_rxxdp_ok(struct xdp_buff *xdp, u32 len, struct bpf_prog *prog,
			    const struct simnic_rx_wb *wb)
{
	return !(wb->status & SIMNIC_RXD_GRO) && len <= SIMNIC_RX_LEN_MAX &&
	       (!prog || prog->aux->xdp_has_frags || !xdp_buff_has_frags(xdp));
}

/**
 * simnic_rxxdp_run() - let the program decide on the frame under assembly
 * @ring: receive ring; there is a frame, and all of it
 * @wb: what the card says of it
 * @sum: counters
 *
 * Frames of a self-test are none of a program's business.
 *
 * Context: softirqs off.
 * Return: what is for the stack, or NULL. The frame is counted, in either case.
 */
struct sk_buff *simnic_rxxdp_run(struct simnic_rx_ring *ring, const struct simnic_rx_wb *wb,
				 struct simnic_rx_sum *sum)
{
	struct xdp_buff *xdp = &ring->frame.buff;
	u32 len = xdp_get_buff_len(xdp);
	struct bpf_prog *prog;
	struct sk_buff *skb;

	prog = ring->sink ? NULL : rcu_dereference_bh(ring->sn->xdp_prog);
	if (unlikely(!simnic_rxxdp_ok(xdp, len, prog, wb))) {
		sum->errors += simnic_rx_segs(wb, ring->len);
		xdp_return_buff(xdp);
		return NULL;
	}
	ring->frame.wb = wb;
	if (prog && !simnic_rxxdp_act(ring, prog, sum)) {
		sum->packets++;
		sum->bytes += len;
		return NULL;
	}
	skb = simnic_rxxdp_build(xdp);
	if (unlikely(!skb)) {
		sum->alloc_drops++;
		xdp_return_buff(xdp);
		return NULL;
	}
	sum->packets++;
	sum->bytes += len;
	skb->protocol = eth_type_trans(skb, ring->netdev);
	simnic_rx_csum(ring, skb, wb, sum);
	return skb;
}

/**
 * simnic_rxxdp_flush() - frames that were sent back or redirected go on their way
 * @ring: receive ring
 * @sum: counters
 *
 * Context: softirqs off, at the end of the poll.
 */
void simnic_rxxdp_flush(struct simnic_rx_ring *ring, struct simnic_rx_sum *sum)
{
	if (ring->tx_count)
		simnic_rxxdp_send(ring, sum);
	if (ring->redirected) {
		xdp_do_flush();
		ring->redirected = false;
	}
}
