/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: access to memory */
#ifndef SIMHW_DMA_H
#define SIMHW_DMA_H

#include <linux/compiler.h>
#include <linux/mmzone.h>
#include <linux/types.h>

struct device;

/* Memory comes and goes in blocks of so many pages: all of one is there, or nothing */
#if defined(CONFIG_SPARSEMEM_VMEMMAP) && !defined(CONFIG_HIGHMEM)
#define SIMHW_DMA_BLOCK		PAGES_PER_SUBSECTION
#else
#define SIMHW_DMA_BLOCK		1UL
#endif

/**
 * struct simhw_dma_window - bus addresses behind which there is memory
 * @first: the first
 * @len: how many, 0: none are known
 * @mem: the memory
 */
struct simhw_dma_window {
	u64 first;
	u64 len;
	u8 *mem;
};

void *simhw_dma_find(struct device *dev, u64 addr, u32 len, struct simhw_dma_window *seen);

/**
 * simhw_dma() - memory behind a bus address
 * @dev: the card
 * @addr: bus address
 * @len: bytes
 * @seen: where the last address was found, all zero before the first: who asks for
 *	neighbours spares the search. Memory is not taken out while a driver has it
 *	mapped
 *
 * Context: any; only one at a time with the same @seen.
 * Return: the memory, or NULL if there is none or @len is zero.
 */
static inline void *simhw_dma(struct device *dev, u64 addr, u32 len,
			      struct simhw_dma_window *seen)
{
	u64 off = addr - seen->first;

	/* no bytes are more than there are here, too */
	if (likely(off < seen->len && len - 1 < seen->len - off))
		return seen->mem + off;
	return simhw_dma_find(dev, addr, len, seen);
}

#endif
