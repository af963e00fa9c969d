/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SIMNIC_COMPAT_LINUX_PLATFORM_DEVICE_H
#define SIMNIC_COMPAT_LINUX_PLATFORM_DEVICE_H

#include_next <linux/platform_device.h>

#ifdef SIMNIC_LACKS_DMA_COHERENT

/* Architectures whose devices are all coherent have no such field. */
static inline void dev_set_dma_coherent(struct device *dev)
{
#if defined(CONFIG_ARCH_HAS_SYNC_DMA_FOR_DEVICE) || \
	defined(CONFIG_ARCH_HAS_SYNC_DMA_FOR_CPU) || \
	defined(CONFIG_ARCH_HAS_SYNC_DMA_FOR_CPU_ALL)
	dev->dma_coherent = true;
#endif
}

#endif

#endif
