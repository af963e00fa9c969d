// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: from bus addresses to memory. All that the card reads or writes
 * in memory goes through here, so that a bad address is a fault to be counted
 * and never a wild access.
 */
#include <linux/device.h>
#include <linux/dma-direct.h>
#include <linux/io.h>
#include <linux/mm.h>

#include "dma.h"

static bool simhw_dma_pfn_ok(unsigned long pfn)
{
	return pfn_valid(pfn) && !PageHighMem(pfn_to_page(pfn));
}

/* Remember the block around @addr, which is @phys, if it is one for the device as well. */
static void simhw_dma_remember(struct device *dev, u64 addr, phys_addr_t phys,
			       struct simhw_dma_window *seen)
{
	u64 size = SIMHW_DMA_BLOCK << PAGE_SHIFT, off = phys & (size - 1);
	u64 first = addr - off, last = first + size - 1;

	if (first > addr || last < addr || last > *dev->dma_mask ||
	    dma_to_phys(dev, first) != phys - off ||
	    dma_to_phys(dev, last) != phys - off + size - 1)
		return;
	seen->first = first;
	seen->len = size;
	seen->mem = phys_to_virt(phys - off);
}

/**
 * simhw_dma_find() - simhw_dma(), the long way
 * @dev: the card
 * @addr: bus address
 * @len: bytes
 * @seen: to remember where it was found, or NULL
 *
 * Context: any; only one at a time with the same @seen.
 * Return: the memory, or NULL if there is none or @len is zero.
 */
void *simhw_dma_find(struct device *dev, u64 addr, u32 len, struct simhw_dma_window *seen)
{
	u64 last = addr + len - 1;
	unsigned long pfn, end;
	phys_addr_t phys;

	if (!len || last < addr || last > *dev->dma_mask)
		return NULL;

	phys = dma_to_phys(dev, addr);
	if (phys + len - 1 < phys)
		return NULL;
	pfn = PHYS_PFN(phys);
	end = PHYS_PFN(phys + len - 1);
	if (!simhw_dma_pfn_ok(pfn) || (end != pfn && !simhw_dma_pfn_ok(end)))
		return NULL;
	if (seen)
		simhw_dma_remember(dev, addr, phys, seen);
	return phys_to_virt(phys);
}
