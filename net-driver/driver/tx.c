// SPDX-License-Identifier: GPL-2.0
/*
 * The transmit path: a frame from the stack is mapped for DMA, or copied if it is
 * small, described in the ring, and announced with a doorbell. Once the card reports
 * it done, it is unmapped and freed, and the stack's queue is woken: by the next
 * frame's sender, who may be XDP, or by the poll, whoever comes first. All do it under
 * the queue's tx lock.
 */
#include <linux/sizes.h>
#include <net/netdev_queues.h>
#include <net/xdp.h>

#include "stats.h"
#include "tx.h"

#define SIMNIC_TX_SMALL		256	/* bytes */
#define SIMNIC_TX_BUNDLE	16	/* descriptors */
#define SIMNIC_TX_MUCH		SZ_16K	/* bytes */

static void simnic_tx_ring_tell(struct simnic_tx_ring *ring, u32 how)
{
	ring->rung = ring->tail;
	/* descriptors before tail; pairs with the card's dma_rmb() */
	dma_wmb();
	simnic_doorbell(ring->sn, ring->doorbell, ring->tail | how);
}

/**
 * simnic_tx_ring_doorbell() - tell the card of everything up to the tail
 * @ring: transmit ring
 *
 * Context: softirqs off, under the tx lock.
 */
void simnic_tx_ring_doorbell(struct simnic_tx_ring *ring)
{
	if (ring->rung != ring->tail)
		simnic_tx_ring_tell(ring, 0);
}

/**
 * simnic_tx_ring_push() - tell the card of everything, and not to wait with any of it
 * @ring: transmit ring
 *
 * Context: softirqs off, under the tx lock.
 */
void simnic_tx_ring_push(struct simnic_tx_ring *ring)
{
	simnic_tx_ring_tell(ring, 0);
}

/**
 * simnic_tx_ring_doorbell_clean() - tell the card, and clean up what it has sent by then
 * @ring: transmit ring
 * @posted: it may wait for the receiver to fetch them
 *
 * That is nearly all, as a rule, and no interrupt need come for it. Senders who wait for
 * room need not wait for one either.
 *
 * Context: softirqs off, under the tx lock.
 */
void simnic_tx_ring_doorbell_clean(struct simnic_tx_ring *ring, bool posted)
{
	bool irqs = READ_ONCE(ring->sn->tx_irqs);

	if (posted) {
		u64_stats_update_begin(&ring->xmit->syncp);
		u64_stats_inc(&ring->xmit->posted);
		u64_stats_update_end(&ring->xmit->syncp);
	}
	/* even if there is nothing new: what was posted may be what there is no room for */
	simnic_tx_ring_tell(ring, (irqs ? 0 : SIMNIC_TXQ_TAIL_QUIET) |
				  (posted ? SIMNIC_TXQ_TAIL_POSTED : 0));
	if (unlikely(!simnic_tx_clean(ring, 0)) && !irqs)
		simnic_irq_set(ring->vec, SIMNIC_CAUSE_TX);
}

static void simnic_xmit_drop(struct simnic_tx_ring *ring, struct sk_buff *skb,
			     u64_stats_t *counter)
{
	u64_stats_update_begin(&ring->xmit->syncp);
	u64_stats_inc(counter);
	u64_stats_update_end(&ring->xmit->syncp);
	dev_kfree_skb_any(skb);
	/* frames before this one may wait for the doorbell that it won't ring */
	if (!netdev_xmit_more())
		simnic_tx_ring_doorbell(ring);
}

static void simnic_tx_maybe_stop(struct simnic_tx_ring *ring)
{
	if (netif_txq_maybe_stop(ring->txq, simnic_tx_unused(ring),
				 SIMNIC_TX_NEEDED, SIMNIC_TX_WAKE))
		return;

	u64_stats_update_begin(&ring->xmit->syncp);
	u64_stats_inc(&ring->xmit->stop);
	u64_stats_update_end(&ring->xmit->syncp);
}

/* A qdisc without queues of its own may still hold frames for a channel that was */
static netdev_tx_t simnic_xmit_no_queue(struct simnic *sn, struct sk_buff *skb)
{
	struct simnic_xmit_stats *stats = &sn->stats->xmit[skb_get_queue_mapping(skb)];

	u64_stats_update_begin(&stats->syncp);
	u64_stats_inc(&stats->dropped);
	u64_stats_update_end(&stats->syncp);
	dev_kfree_skb_any(skb);
	return NETDEV_TX_OK;
}

/* If need be in one piece; false: there is no memory for it */
static bool simnic_tx_fits(struct sk_buff *skb)
{
	/* each piece takes one more than its share of the bytes at most, and the context */
	if (likely(skb_shinfo(skb)->nr_frags + 2 + skb->len / SIMNIC_TX_BUF_MAX <=
		   SIMNIC_TX_DESC_MAX))
		return true;
	return simnic_tx_count(skb) <= SIMNIC_TX_DESC_MAX || !skb_linearize(skb);
}

/*
 * Shall the sender clean up? Small frames wait for a bundle of them; the last ones are
 * the poll's, soon enough.
 */
static bool simnic_tx_worth_cleaning(const struct simnic_tx_ring *ring, u32 bytes)
{
	if (READ_ONCE(ring->sn->tx_irqs))
		return false;
	return bytes > SIMNIC_TX_SMALL || netif_xmit_stopped(ring->txq) ||
	       simnic_ring_used(&ring->ring, ring->head, ring->tail) >= SIMNIC_TX_BUNDLE;
}

/*
 * Is it so much that the receiver should do the card's work? Acknowledgments come for it,
 * and with them the poll, which cleans up what the sender can't yet. A stopped queue does
 * not wait for that.
 */
static bool simnic_tx_posts(const struct simnic_tx_ring *ring, const struct sk_buff *skb)
{
	return skb->len >= SIMNIC_TX_MUCH && skb_is_gso_tcp(skb) &&
	       READ_ONCE(ring->sn->tx_posted);
}

/**
 * simnic_start_xmit() - the stack hands over a frame
 * @skb: the frame
 * @dev: the network device
 *
 * Context: softirq, or process with softirqs off, under the queue's tx lock;
 * with interrupts off too when netconsole sends.
 * Return: NETDEV_TX_OK, and the frame is the card's or dropped and counted;
 * NETDEV_TX_BUSY if the ring is full, which the stopped queue should prevent.
 */
netdev_tx_t simnic_start_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct simnic *sn = simnic_from_netdev(dev);
	struct simnic_tx_ring *ring;
	u32 bytes, first;
	bool posts;

	ring = sn->queues->tx[skb_get_queue_mapping(skb)];
	if (unlikely(!ring))
		return simnic_xmit_no_queue(sn, skb);
	if (unlikely(simnic_tx_unused(ring) < SIMNIC_TX_NEEDED)) {
		simnic_tx_maybe_stop(ring);
		simnic_tx_ring_push(ring);
		return NETDEV_TX_BUSY;
	}
	first = ring->tail;
	if (simnic_tx_is_small(ring, skb)) {
		simnic_tx_copy(ring, skb);
	} else if (unlikely(!simnic_tx_fits(skb))) {
		simnic_xmit_drop(ring, skb, &ring->xmit->dropped);
		return NETDEV_TX_OK;
	} else if (unlikely(!simnic_tx_map(ring, skb))) {
		simnic_xmit_drop(ring, skb, &ring->xmit->map_errors);
		return NETDEV_TX_OK;
	}
	/* nothing may look at the frame after the doorbell */
	bytes = ring->buf[first].bytes;
	posts = simnic_tx_posts(ring, skb);
	skb_tx_timestamp(skb);
	simnic_tx_maybe_stop(ring);

	if (__netdev_tx_sent_queue(ring->txq, bytes, netdev_xmit_more())) {
		posts = posts && !netif_xmit_stopped(ring->txq);
		if (simnic_tx_worth_cleaning(ring, bytes))
			simnic_tx_ring_doorbell_clean(ring, posts);
		else
			simnic_tx_ring_doorbell(ring);
	}
	return NETDEV_TX_OK;
}

/* The frame that starts at head, or NULL if the card is not done with it */
static struct simnic_tx_buf *simnic_tx_done(struct simnic_tx_ring *ring, bool *err)
{
	struct simnic_tx_buf *buf = &ring->buf[ring->head];
	u16 flags;

	/* what the card was not told of it cannot be done with, whatever it writes */
	if (ring->head == ring->rung)
		return NULL;

	flags = le16_to_cpu(READ_ONCE(simnic_tx_desc(ring, buf->last)->flags));
	if (!(flags & SIMNIC_TXD_DD))
		return NULL;
	/* the card's last access before DD, our reuse after it */
	dma_rmb();
	*err = flags & SIMNIC_TXD_ERR;
	return buf;
}

/**
 * simnic_tx_release() - unmap a frame's buffers, and step over them
 * @ring: transmit ring
 * @first: the frame's first descriptor, at the head
 *
 * Context: under the tx lock, or while NAPI and the queue are off.
 */
void simnic_tx_release(struct simnic_tx_ring *ring, struct simnic_tx_buf *first)
{
	u32 end = simnic_ring_next(&ring->ring, first->last);

	/* a small one is a copy */
	if (first->len || first->last != ring->head)
		simnic_tx_unmap_range(ring, ring->head, end);
	first->skb = NULL;
	WRITE_ONCE(ring->head, end);
}

/* Free the frame that starts at head, XDP's in bundles */
static void simnic_tx_free(struct simnic_tx_ring *ring, struct simnic_tx_buf *buf, int budget,
			   struct xdp_frame_bulk *bulk)
{
	struct xdp_frame *frame = buf->frame;
	struct sk_buff *skb = buf->skb;
	bool xdp = buf->xdp;

	simnic_tx_release(ring, buf);
	if (unlikely(xdp))
		xdp_return_frame_bulk(frame, bulk);
	else
		napi_consume_skb(skb, budget);
}

/* Counted in locals, published once */
struct simnic_tx_sum {
	u32 frames;
	u32 skb_bytes;			/* for BQL */
	u32 packets, bytes, errors;
	u32 gso_packets, gso_bytes, gso_wire_packets, gso_wire_bytes;
};

static void simnic_tx_count_frame(struct simnic_tx_sum *sum,
				  const struct simnic_tx_buf *buf, bool err)
{
	sum->frames++;
	if (likely(!buf->xdp))
		sum->skb_bytes += buf->bytes;
	if (err) {
		sum->errors += buf->segs;
		return;
	}
	sum->packets += buf->segs;
	sum->bytes += buf->bytes;
	if (!buf->xdp && skb_is_gso(buf->skb)) {
		sum->gso_packets++;
		sum->gso_bytes += buf->skb->len;
		sum->gso_wire_packets += buf->segs;
		sum->gso_wire_bytes += buf->bytes;
	}
}

static void simnic_tx_publish(struct simnic_tx_stats *stats, const struct simnic_tx_sum *sum)
{
	u64_stats_update_begin(&stats->syncp);
	u64_stats_add(&stats->packets, sum->packets);
	u64_stats_add(&stats->bytes, sum->bytes);
	u64_stats_add(&stats->errors, sum->errors);
	u64_stats_add(&stats->gso_packets, sum->gso_packets);
	u64_stats_add(&stats->gso_bytes, sum->gso_bytes);
	u64_stats_add(&stats->gso_wire_packets, sum->gso_wire_packets);
	u64_stats_add(&stats->gso_wire_bytes, sum->gso_wire_bytes);
	u64_stats_update_end(&stats->syncp);
}

/**
 * simnic_tx_clean() - free the frames that the card has sent
 * @ring: transmit ring
 * @budget: of the NAPI poll, 0 outside of it (sender, netpoll, tear-down)
 *
 * XDP's frames count for the stack's waking, but it does not limit their bytes.
 *
 * Context: softirqs off, under the queue's tx lock; or process with softirqs off
 * while both NAPI and the queue are off.
 * Return: true if nothing is left to do, false if the work limit was reached.
 */
bool simnic_tx_clean(struct simnic_tx_ring *ring, int budget)
{
	unsigned int limit = ring->ring.mask / 2;
	struct simnic_tx_sum sum = {};
	struct simnic_tx_buf *buf;
	struct xdp_frame_bulk bulk;
	bool err;

	xdp_frame_bulk_init(&bulk);
	rcu_read_lock();	/* for the bundles */
	while (sum.frames < limit) {
		buf = simnic_tx_done(ring, &err);
		/* netpoll may not touch page pools: the next poll will */
		if (!buf || unlikely(buf->xdp && irqs_disabled()))
			break;
		simnic_tx_count_frame(&sum, buf, err);
		simnic_tx_free(ring, buf, budget, &bulk);
	}
	xdp_flush_frame_bulk(&bulk);
	rcu_read_unlock();
	if (!sum.frames)
		return true;

	simnic_tx_publish(ring->stats, &sum);
	if (!__netif_txq_completed_wake(ring->txq, sum.frames, sum.skb_bytes,
					simnic_tx_unused(ring), SIMNIC_TX_WAKE,
					READ_ONCE(ring->stopping))) {
		u64_stats_update_begin(&ring->stats->syncp);
		u64_stats_inc(&ring->stats->wake);
		u64_stats_update_end(&ring->stats->syncp);
	}
	return sum.frames < limit;
}

/**
 * simnic_tx_poll() - the poll's part of the clean-up
 * @ring: transmit ring
 * @budget: of the NAPI poll
 *
 * A sender who has the lock is not waited for: it may be in the card's transmit
 * engine for long, or netpoll may have interrupted it. The cause that brought us
 * here is latched again, and brings us back when its quiet time is over.
 *
 * Context: NAPI poll, after causes were acknowledged.
 * Return: true if nothing is left to do now.
 */
bool simnic_tx_poll(struct simnic_tx_ring *ring, int budget)
{
	bool done;

	/*
	 * Nothing is under way: what is sent from now on raises the cause anew, or is
	 * cleaned up by its sender. The barrier is that of acknowledging before.
	 */
	if (READ_ONCE(ring->head) == READ_ONCE(ring->tail))
		return true;
	if (!__netif_tx_trylock(ring->txq)) {
		simnic_irq_set(ring->vec, SIMNIC_CAUSE_TX);
		return true;
	}
	done = simnic_tx_clean(ring, budget);
	__netif_tx_unlock(ring->txq);
	return done;
}
