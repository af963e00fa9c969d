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

/**
 * simhw_dma() - memory behind a bus address
 * @dev: the card
 * @addr: bus address
 * @len: bytes
 * @seen: where the last address was found, zero before the first: who asks for
 *	neighbours spares the search. Memory is not taken out while a driver has it
 *	mapped. Or NULL
 *
 * Context: any; only one at a time with the same @seen.
 * Return: the memory, or NULL if there is none or @len is zero.
 */
void *simhw_dma(struct device *dev, u64 addr, u32 len, unsigned long *seen)
{
	u64 last = addr + len - 1;
	unsigned long pfn, end, block;
	phys_addr_t phys;

	if (!len || last < addr || last > *dev->dma_mask)
		return NULL;

	phys = dma_to_phys(dev, addr);
	if (phys + len - 1 < phys)
		return NULL;
	pfn = PHYS_PFN(phys);
	end = PHYS_PFN(phys + len - 1);
	block = pfn / SIMHW_DMA_BLOCK + 1;
	if (seen && likely(*seen == block) && end / SIMHW_DMA_BLOCK + 1 == block)
		return phys_to_virt(phys);
	if (!simhw_dma_pfn_ok(pfn) || (end != pfn && !simhw_dma_pfn_ok(end)))
		return NULL;
	if (seen)
		*seen = block;
	return phys_to_virt(phys);
}
