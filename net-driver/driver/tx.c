// SPDX-License-Identifier: GPL-2.0
/*
 * The transmit path: a frame from the stack is mapped for DMA, described in the
 * ring, and announced with a doorbell. Once the card reports it done, it is
 * unmapped and freed, and the stack's queue is woken: by the next frame's sender
 * or by the poll, whoever comes first. Both do it under the queue's tx lock.
 */
#include <linux/dma-mapping.h>
#include <linux/iopoll.h>
#include <linux/ip.h>
#include <linux/jiffies.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/netdev_queues.h>
#include <net/sock.h>

#include "stats.h"
#include "tx.h"

/* The card repeats 256 bytes of headers at most; 60 of them may be TCP's */
#define SIMNIC_TSO_L4_MAX	(256 - 60)
#define SIMNIC_CSUM_START_MAX	(2 * U8_MAX)

/* A frame with any number of fragments, a context in front */
#define SIMNIC_TX_NEEDED	(SIMNIC_TX_DESC_MAX + 1)
/* Wake the stack only when there is room for a few */
#define SIMNIC_TX_WAKE		(SIMNIC_TX_NEEDED + 8)

static u32 simnic_tx_unused(const struct simnic_tx_ring *ring)
{
	return simnic_ring_unused(&ring->ring, READ_ONCE(ring->head),
				  READ_ONCE(ring->tail));
}

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

static unsigned int simnic_tx_count(const struct sk_buff *skb)
{
	unsigned int n = DIV_ROUND_UP(skb_headlen(skb), SIMNIC_TX_BUF_MAX);
	unsigned int i;

	n += skb_is_gso(skb);	/* the context */
	for (i = 0; i < skb_shinfo(skb)->nr_frags; i++)
		n += DIV_ROUND_UP(skb_frag_size(&skb_shinfo(skb)->frags[i]),
				  SIMNIC_TX_BUF_MAX);
	return n;
}

/* Tell the card of everything up to the tail */
static void simnic_tx_ring_doorbell(struct simnic_tx_ring *ring)
{
	if (ring->rung == ring->tail)
		return;
	ring->rung = ring->tail;
	/* descriptors before tail; pairs with the card's dma_rmb() */
	dma_wmb();
	simnic_doorbell(ring->sn, ring->doorbell, ring->tail);
}

static void simnic_tx_unmap(struct simnic_tx_ring *ring, struct simnic_tx_buf *buf)
{
	if (buf->page)
		dma_unmap_page(ring->dev, buf->dma, buf->len, DMA_TO_DEVICE);
	else if (buf->len)
		dma_unmap_single(ring->dev, buf->dma, buf->len, DMA_TO_DEVICE);
	buf->len = 0;
	buf->page = false;
}

/* Describe one mapped area in as many descriptors as it takes */
static u32 simnic_tx_fill(struct simnic_tx_ring *ring, u32 i, dma_addr_t dma,
			  u32 len, bool page, u16 flags)
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

/* Map and describe all of a frame; false: nothing is mapped any more */
static bool simnic_tx_map(struct simnic_tx_ring *ring, struct sk_buff *skb)
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
	ring->buf[first].last = last;
	WRITE_ONCE(ring->tail, i);
	return true;

err_unmap:
	while (i != first) {
		i = (i - 1) & ring->ring.mask;
		simnic_tx_unmap(ring, &ring->buf[i]);
	}
	return false;
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

	ring = sn->queues->tx[skb_get_queue_mapping(skb)];
	if (unlikely(!ring))
		return simnic_xmit_no_queue(sn, skb);
	if (unlikely(simnic_tx_unused(ring) < SIMNIC_TX_NEEDED)) {
		simnic_tx_maybe_stop(ring);
		simnic_tx_ring_doorbell(ring);
		return NETDEV_TX_BUSY;
	}
	if (unlikely(simnic_tx_count(skb) > SIMNIC_TX_DESC_MAX) &&
	    skb_linearize(skb)) {
		simnic_xmit_drop(ring, skb, &ring->xmit->dropped);
		return NETDEV_TX_OK;
	}

	first = ring->tail;
	if (unlikely(!simnic_tx_map(ring, skb))) {
		simnic_xmit_drop(ring, skb, &ring->xmit->map_errors);
		return NETDEV_TX_OK;
	}
	/* nothing may look at the frame after the doorbell */
	bytes = ring->buf[first].bytes;
	skb_tx_timestamp(skb);
	simnic_tx_maybe_stop(ring);

	if (__netdev_tx_sent_queue(ring->txq, bytes, netdev_xmit_more())) {
		simnic_tx_ring_doorbell(ring);
		/* senders that wait for room need not wait for an interrupt */
		simnic_tx_clean(ring, 0);
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

/* Unmap a frame's buffers, and step over them */
static void simnic_tx_release(struct simnic_tx_ring *ring, struct simnic_tx_buf *first)
{
	u32 end = simnic_ring_next(&ring->ring, first->last), i = ring->head;

	for (; i != end; i = simnic_ring_next(&ring->ring, i))
		simnic_tx_unmap(ring, &ring->buf[i]);
	first->skb = NULL;
	WRITE_ONCE(ring->head, end);
}

/* Counted in locals, published once */
struct simnic_tx_sum {
	u32 skbs, skb_bytes;		/* for BQL */
	u32 packets, bytes, errors;
	u32 gso_packets, gso_bytes, gso_wire_packets, gso_wire_bytes;
};

static void simnic_tx_count_frame(struct simnic_tx_sum *sum,
				  const struct simnic_tx_buf *buf, bool err)
{
	sum->skbs++;
	sum->skb_bytes += buf->bytes;
	if (err) {
		sum->errors += buf->segs;
		return;
	}
	sum->packets += buf->segs;
	sum->bytes += buf->bytes;
	if (skb_is_gso(buf->skb)) {
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
 * Context: softirqs off, under the queue's tx lock; or process while both NAPI
 * and the queue are off.
 * Return: true if nothing is left to do, false if the work limit was reached.
 */
bool simnic_tx_clean(struct simnic_tx_ring *ring, int budget)
{
	unsigned int limit = ring->ring.mask / 2;
	struct simnic_tx_sum sum = {};
	struct simnic_tx_buf *buf;
	struct sk_buff *skb;
	bool err;

	while (sum.skbs < limit) {
		buf = simnic_tx_done(ring, &err);
		if (!buf)
			break;
		simnic_tx_count_frame(&sum, buf, err);
		skb = buf->skb;
		simnic_tx_release(ring, buf);
		napi_consume_skb(skb, budget);
	}
	if (!sum.skbs)
		return true;

	simnic_tx_publish(ring->stats, &sum);
	if (!__netif_txq_completed_wake(ring->txq, sum.skbs, sum.skb_bytes,
					simnic_tx_unused(ring), SIMNIC_TX_WAKE,
					READ_ONCE(ring->stopping))) {
		u64_stats_update_begin(&ring->stats->syncp);
		u64_stats_inc(&ring->stats->wake);
		u64_stats_update_end(&ring->stats->syncp);
	}
	return sum.skbs < limit;
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

	if (!__netif_tx_trylock(ring->txq)) {
		simnic_irq_set(ring->vec, SIMNIC_CAUSE_TX);
		return true;
	}
	done = simnic_tx_clean(ring, budget);
	__netif_tx_unlock(ring->txq);
	return done;
}

/**
 * simnic_tx_ring_alloc() - allocate a transmit ring
 * @vec: vector that is to clean it
 * @params: for its length
 *
 * Context: process, may sleep.
 * Return: the ring, or NULL.
 */
struct simnic_tx_ring *simnic_tx_ring_alloc(struct simnic_vector *vec,
					    const struct simnic_params *params)
{
	struct simnic *sn = vec->sn;
	struct simnic_tx_ring *ring;

	ring = kzalloc_obj(*ring, SIMNIC_GFP);
	if (!ring)
		return NULL;
	ring->sn = sn;
	ring->vec = vec;
	ring->dev = sn->dev;
	ring->idx = vec->idx;
	ring->txq = netdev_get_tx_queue(sn->netdev, vec->idx);
	ring->doorbell = SIMNIC_TXQ_TAIL(vec->idx);
	ring->stats = &sn->stats->tx[vec->idx];
	ring->xmit = &sn->stats->xmit[vec->idx];
	/* nobody wakes the stack's queue before simnic_queues_start() */
	ring->stopping = true;

	ring->buf = kvcalloc(params->tx_len, sizeof(*ring->buf), SIMNIC_GFP);
	if (!ring->buf)
		goto err_free_ring;
	if (simnic_ring_alloc(sn->dev, &ring->ring, params->tx_len))
		goto err_free_buf;
	return ring;

err_free_buf:
	kvfree(ring->buf);
err_free_ring:
	kfree(ring);
	return NULL;
}

/**
 * simnic_tx_ring_free() - free a transmit ring that is stopped
 * @ring: the ring, may be NULL
 *
 * Context: process, may sleep.
 */
void simnic_tx_ring_free(struct simnic_tx_ring *ring)
{
	if (!ring)
		return;
	simnic_ring_free(ring->dev, &ring->ring);
	kvfree(ring->buf);
	kfree(ring);
}

/**
 * simnic_tx_ring_start() - give an empty ring to the card
 * @ring: the ring
 *
 * Context: process, the stack's queue is stopped.
 */
void simnic_tx_ring_start(struct simnic_tx_ring *ring)
{
	struct simnic *sn = ring->sn;
	unsigned int q = ring->idx;

	ring->head = 0;
	ring->tail = 0;
	ring->rung = 0;
	netdev_tx_reset_queue(ring->txq);

	simnic_wr32(sn, SIMNIC_TXQ_BASE_LO(q), lower_32_bits(ring->ring.dma));
	simnic_wr32(sn, SIMNIC_TXQ_BASE_HI(q), upper_32_bits(ring->ring.dma));
	simnic_wr32(sn, SIMNIC_TXQ_LEN(q), ring->ring.mask + 1);
	simnic_wr32(sn, SIMNIC_TXQ_VECTOR(q), SIMNIC_QUEUE_VECTOR(q));
	simnic_wr32(sn, SIMNIC_TXQ_CTRL(q), SIMNIC_Q_CTRL_ENABLE);
}

/**
 * simnic_tx_ring_wait() - wait until the card has sent what the ring holds
 * @ring: the ring; the stack's queue is stopped
 * @timeout: jiffies at which to give up
 *
 * Frames that waited for a doorbell get it.
 *
 * Context: process, may sleep.
 */
void simnic_tx_ring_wait(struct simnic_tx_ring *ring, unsigned long timeout)
{
	local_bh_disable();
	simnic_tx_ring_doorbell(ring);
	local_bh_enable();

	while (simnic_rd32(ring->sn, SIMNIC_TXQ_HEAD(ring->idx)) != ring->tail &&
	       !READ_ONCE(ring->sn->gone) && time_before(jiffies, timeout))
		usleep_range(50, 200);
}

static void simnic_tx_flush(struct simnic_tx_ring *ring)
{
	struct simnic_tx_buf *buf;
	struct sk_buff *skb;
	u32 flushed = 0;

	while (ring->head != ring->tail) {
		buf = &ring->buf[ring->head];
		flushed += buf->segs;
		skb = buf->skb;
		simnic_tx_release(ring, buf);
		kfree_skb(skb);
	}
	u64_stats_update_begin(&ring->stats->syncp);
	u64_stats_add(&ring->stats->flushed, flushed);
	u64_stats_update_end(&ring->stats->syncp);
}

/**
 * simnic_tx_ring_stop() - take the ring back from the card and empty it
 * @ring: the ring; the stack's queue is stopped and NAPI is disabled
 *
 * What the card has not sent is dropped and counted.
 *
 * Context: process, may sleep.
 */
void simnic_tx_ring_stop(struct simnic_tx_ring *ring)
{
	simnic_wr32(ring->sn, SIMNIC_TXQ_CTRL(ring->idx), 0);

	/* softirqs off: statistics are otherwise written in softirq */
	local_bh_disable();
	while (!simnic_tx_clean(ring, 0))
		;
	simnic_tx_flush(ring);
	netdev_tx_reset_queue(ring->txq);
	local_bh_enable();
}
