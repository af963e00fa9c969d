/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SIMNIC_COMPAT_NET_PAGE_POOL_HELPERS_H
#define SIMNIC_COMPAT_NET_PAGE_POOL_HELPERS_H

#ifndef SIMNIC_LACKS_PAGE_POOL
#include_next <net/page_pool/helpers.h>

#ifdef SIMNIC_LACKS_POOL_DIRECT
static inline void page_pool_enable_direct_recycling(struct page_pool *pool,
						     struct napi_struct *napi)
{
	WRITE_ONCE(pool->p.napi, napi);
}
#endif

#else

#include <linux/dma-mapping.h>
#include <net/page_pool.h>

/* These pools know no NAPI: pages that skbs held come back by way of the ring */
struct simnic_page_pool_params {
	unsigned int flags;
	unsigned int order;
	unsigned int pool_size;
	int nid;
	struct device *dev;
	struct napi_struct *napi;
	struct net_device *netdev;
	unsigned int queue_idx;
	enum dma_data_direction dma_dir;
	unsigned int max_len;
	unsigned int offset;
};

static inline struct page_pool *
simnic_page_pool_create(const struct simnic_page_pool_params *params)
{
	const struct page_pool_params pp = {
		.flags = params->flags,
		.order = params->order,
		.pool_size = params->pool_size,
		.nid = params->nid,
		.dev = params->dev,
		.dma_dir = params->dma_dir,
		.max_len = params->max_len,
		.offset = params->offset,
	};

	return page_pool_create(&pp);
}

static inline void page_pool_enable_direct_recycling(struct page_pool *pool,
						     struct napi_struct *napi)
{
}

static inline void page_pool_disable_direct_recycling(struct page_pool *pool)
{
}

static inline void page_pool_dma_sync_for_cpu(const struct page_pool *pool, struct page *page,
					      u32 offset, u32 dma_sync_size)
{
	dma_sync_single_range_for_cpu(pool->p.dev, page_pool_get_dma_addr(page),
				      offset + pool->p.offset, dma_sync_size, pool->p.dma_dir);
}

/* Nor fragments beside whole pages: each is one */
static inline void *page_pool_dev_alloc_va(struct page_pool *pool, unsigned int *size)
{
	struct page *page = page_pool_alloc_pages(pool, GFP_ATOMIC | __GFP_NOWARN);

	if (!page)
		return NULL;
	*size = PAGE_SIZE;
	return page_address(page);
}

static inline void page_pool_free_va(struct page_pool *pool, void *va, bool allow_direct)
{
	page_pool_put_full_page(pool, virt_to_page(va), allow_direct);
}

#define page_pool_params	simnic_page_pool_params
#define page_pool_create	simnic_page_pool_create

#endif

#endif
