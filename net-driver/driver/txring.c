// SPDX-License-Identifier: GPL-2.0
/* Transmit rings: allocated, given to the card, emptied and taken back */
#include <linux/dma-mapping.h>
#include <linux/iopoll.h>
#include <linux/jiffies.h>
#include <net/xdp.h>

#include "stats.h"
#include "tx.h"

static size_t simnic_tx_copy_bytes(const struct simnic_tx_ring *ring)
{
	return ((size_t)ring->ring.mask + 1) * SIMNIC_TX_COPY_MAX;
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
	/* without it small frames are mapped as all others are */
	ring->copy = dma_alloc_coherent(sn->dev, simnic_tx_copy_bytes(ring), &ring->copy_dma,
					GFP_KERNEL_ACCOUNT | __GFP_NORETRY | __GFP_NOWARN);
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
	if (ring->copy)
		dma_free_coherent(ring->dev, simnic_tx_copy_bytes(ring), ring->copy,
				  ring->copy_dma);
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

	/* first, see simnic_rx_ring_start() */
	simnic_wr32(sn, SIMNIC_TXQ_LEN(q), ring->ring.mask + 1);
	simnic_wr32(sn, SIMNIC_TXQ_BASE_LO(q), lower_32_bits(ring->ring.dma));
	simnic_wr32(sn, SIMNIC_TXQ_BASE_HI(q), upper_32_bits(ring->ring.dma));
	simnic_wr32(sn, SIMNIC_TXQ_VECTOR(q), SIMNIC_QUEUE_VECTOR(q));
	simnic_wr32(sn, SIMNIC_TXQ_CTRL(q), SIMNIC_Q_CTRL_ENABLE);
}

/**
 * simnic_tx_ring_wait() - wait until the card has sent what the ring holds
 * @ring: the ring; the stack's queue is stopped
 * @timeout: jiffies at which to give up
 *
 * Frames that waited for a doorbell get it, and those that were posted go now.
 *
 * Context: process, may sleep.
 */
void simnic_tx_ring_wait(struct simnic_tx_ring *ring, unsigned long timeout)
{
	/* XDP programs send as well, until the poll is disabled */
	__netif_tx_lock_bh(ring->txq);
	simnic_tx_ring_push(ring);
	__netif_tx_unlock_bh(ring->txq);

	while (simnic_rd32(ring->sn, SIMNIC_TXQ_HEAD(ring->idx)) != READ_ONCE(ring->tail) &&
	       !READ_ONCE(ring->sn->gone) && time_before(jiffies, timeout))
		usleep_range(50, 200);
}

static void simnic_tx_flush(struct simnic_tx_ring *ring)
{
	struct xdp_frame *frame;
	struct simnic_tx_buf *buf;
	struct sk_buff *skb;
	u32 flushed = 0;
	bool xdp;

	while (ring->head != ring->tail) {
		buf = &ring->buf[ring->head];
		flushed += buf->segs;
		skb = buf->skb;
		frame = buf->frame;
		xdp = buf->xdp;
		simnic_tx_release(ring, buf);
		if (xdp)
			xdp_return_frame(frame);
		else
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
