// SPDX-License-Identifier: GPL-2.0
/* Descriptor memory */
#include <linux/dma-mapping.h>

#include "ring.h"
#include "simnic.h"

/**
 * simnic_ring_alloc() - allocate the descriptors of a ring
 * @dev: the card
 * @r: ring to fill in
 * @len: descriptors, a power of two
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int simnic_ring_alloc(struct device *dev, struct simnic_ring *r, unsigned int len)
{
	r->mask = len - 1;
	r->desc = dma_alloc_coherent(dev, simnic_ring_bytes(r), &r->dma, SIMNIC_GFP);
	return r->desc ? 0 : -ENOMEM;
}

/**
 * simnic_ring_free() - free the descriptors of a ring
 * @dev: the card
 * @r: the ring; the card has let go of it
 *
 * Context: process, may sleep.
 */
void simnic_ring_free(struct device *dev, struct simnic_ring *r)
{
	dma_free_coherent(dev, simnic_ring_bytes(r), r->desc, r->dma);
}
