/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: access to memory */
#ifndef SIMHW_DMA_H
#define SIMHW_DMA_H

#include <linux/mmzone.h>
#include <linux/types.h>

struct device;

/* Memory comes and goes in blocks of so many pages: all of one is there, or nothing */
#if defined(CONFIG_SPARSEMEM_VMEMMAP) && !defined(CONFIG_HIGHMEM)
#define SIMHW_DMA_BLOCK		PAGES_PER_SUBSECTION
#else
#define SIMHW_DMA_BLOCK		1UL
#endif

void *simhw_dma(struct device *dev, u64 addr, u32 len, unsigned long *seen);

#endif
