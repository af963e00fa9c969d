/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: access to memory */
#ifndef SIMHW_DMA_H
#define SIMHW_DMA_H

#include <linux/types.h>

struct device;

void *simhw_dma(struct device *dev, u64 addr, u32 len, unsigned long *seen);

#endif
