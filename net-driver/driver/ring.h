/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ring indices: descriptors are added at the tail and removed at the head, one
 * is always left unused, head == tail means empty. Lengths are powers of two.
 */
#ifndef SIMNIC_RING_H
#define SIMNIC_RING_H

#include <linux/types.h>

struct device;

/**
 * struct simnic_ring - descriptors in DMA memory
 * @desc: the descriptors
 * @dma: their bus address
 * @mask: length - 1
 */
struct simnic_ring {
	void *desc;
	dma_addr_t dma;
	u32 mask;
};

static inline u32 simnic_ring_next(const struct simnic_ring *r, u32 i)
{
	return (i + 1) & r->mask;
}

/* Descriptors between head and tail */
static inline u32 simnic_ring_used(const struct simnic_ring *r, u32 head, u32 tail)
{
	return (tail - head) & r->mask;
}

static inline u32 simnic_ring_unused(const struct simnic_ring *r, u32 head, u32 tail)
{
	return (head - tail - 1) & r->mask;
}

static inline size_t simnic_ring_bytes(const struct simnic_ring *r)
{
	return ((size_t)r->mask + 1) * 16;
}

int simnic_ring_alloc(struct device *dev, struct simnic_ring *r, unsigned int len);
void simnic_ring_free(struct device *dev, struct simnic_ring *r);

#endif
