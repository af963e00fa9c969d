// SPDX-License-Identifier: GPL-2.0
/*
 * Receive rings: buffers are pages of a page_pool, which the card fills behind a
 * headroom for XDP programs. Here they are allocated, given to the card and
 * taken back.
 */
#include <linux/bpf.h>
#include <linux/etherdevice.h>
#include <net/page_pool/helpers.h>

#include "rx.h"
#include "stats.h"

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

/**
 * simnic_rx_repost() - post a buffer, without telling the card
 * @ring: the ring
 * @page: the buffer
 *
 * There is room, be it because the buffer at the head is the same one.
 *
 * Context: in the poll, or while it is disabled.
 */
void simnic_rx_repost(struct simnic_rx_ring *ring, struct page *page)
{
	struct simnic_rx_desc *desc = simnic_rx_desc(ring, ring->tail);

	ring->page[ring->tail] = page;
	desc->addr = cpu_to_le64(page_pool_get_dma_addr(page) + SIMNIC_RX_HEADROOM);
	desc->rsvd = 0;
	ring->tail = simnic_ring_next(&ring->ring, ring->tail);
}

/**
 * simnic_rx_post() - post one more buffer, without telling the card
 * @ring: the ring; not full
 * @gfp: how to allocate it
 *
 * Context: as @gfp says; in the poll, or while it is disabled.
 * Return: false if there is no memory.
 */
bool simnic_rx_post(struct simnic_rx_ring *ring, gfp_t gfp)
{
	struct page *page = page_pool_alloc_pages(ring->pool, gfp | __GFP_NOWARN);

	if (unlikely(!page))
		return false;
	simnic_rx_repost(ring, page);
	return true;
}

/*
 * A pool that is destroyed unmaps the pages that the stack still has. Where they have
 * no room for the index by which it would find them (user-mode Linux), it does so as
 * they come back, and nobody tells the last time that it needs the device: it stays.
 */
static void simnic_rx_pool_pin(struct device *dev)
{
#ifdef PP_DMA_INDEX_BITS
	if (!PP_DMA_INDEX_BITS)
		get_device(dev);
#endif
}

/* A program may change what it sends back, or hands on: the device reads it then */
static struct page_pool *simnic_rx_pool(struct simnic_vector *vec,
					const struct simnic_params *params)
{
	struct page_pool_params pp = {
		.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV,
		.pool_size = params->rx_len,
		.nid = NUMA_NO_NODE,
		.dev = vec->sn->dev,
		.netdev = vec->sn->netdev,
		.queue_idx = vec->idx,
		.dma_dir = params->xdp ? DMA_BIDIRECTIONAL : DMA_FROM_DEVICE,
		.offset = SIMNIC_RX_HEADROOM,
		.max_len = simnic_rx_buf_size(),
	};
	struct page_pool *pool;

	pool = page_pool_create(&pp);
	if (!IS_ERR(pool))
		simnic_rx_pool_pin(vec->sn->dev);
	return pool;
}

/* Make the ring one for XDP programs */
static int simnic_rx_xdp_reg(struct simnic_rx_ring *ring)
{
	int err;

	err = __xdp_rxq_info_reg(&ring->xdp_rxq, ring->netdev, ring->idx,
				 ring->vec->napi.napi_id, PAGE_SIZE);
	if (err)
		return err;
	err = xdp_rxq_info_reg_mem_model(&ring->xdp_rxq, MEM_TYPE_PAGE_POOL, ring->pool);
	if (err)
		xdp_rxq_info_unreg(&ring->xdp_rxq);
	ring->xdp = !err;
	return err;
}

static void simnic_rx_xdp_unreg(struct simnic_rx_ring *ring)
{
	if (ring->xdp)
		xdp_rxq_info_unreg(&ring->xdp_rxq);
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
	ring->told = 0;
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
	ring->frame.netdev = sn->netdev;

	ring->page = kvcalloc(params->rx_len, sizeof(*ring->page), SIMNIC_GFP);
	if (!ring->page)
		goto err_free_ring;
	if (simnic_ring_alloc(sn->dev, &ring->ring, params->rx_len))
		goto err_free_pages;
	ring->pool = simnic_rx_pool(vec, params);
	if (IS_ERR(ring->pool))
		goto err_free_desc;
	if (params->xdp && simnic_rx_xdp_reg(ring))
		goto err_destroy;
	if (!simnic_rx_fill(ring))
		goto err_release;
	return ring;

err_release:
	simnic_rx_release(ring);
	simnic_rx_xdp_unreg(ring);
err_destroy:
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
	simnic_rx_xdp_unreg(ring);
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

	/* if a reset that is late ends only now: without a length the card takes no ring */
	simnic_wr32(sn, SIMNIC_RXQ_LEN(q), ring->ring.mask + 1);
	simnic_wr32(sn, SIMNIC_RXQ_BASE_LO(q), lower_32_bits(ring->ring.dma));
	simnic_wr32(sn, SIMNIC_RXQ_BASE_HI(q), upper_32_bits(ring->ring.dma));
	simnic_wr32(sn, SIMNIC_RXQ_BUFSZ(q), simnic_rx_buf_size());
	simnic_wr32(sn, SIMNIC_RXQ_VECTOR(q), SIMNIC_QUEUE_VECTOR(q));
	simnic_wr32(sn, SIMNIC_RXQ_CTRL(q), SIMNIC_Q_CTRL_ENABLE);
	/* descriptors before tail; pairs with the card's dma_rmb() */
	dma_wmb();
	simnic_doorbell(sn, ring->doorbell, ring->tail);
	ring->told = ring->tail;
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
