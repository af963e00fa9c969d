/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SIMNIC_COMPAT_LINUX_DIM_H
#define SIMNIC_COMPAT_LINUX_DIM_H

#include_next <linux/dim.h>

#ifdef SIMNIC_LACKS_DIM_POINTER

static inline void simnic_net_dim(struct dim *dim, const struct dim_sample *sample)
{
	net_dim(dim, *sample);
}

#define net_dim(dim, sample)	simnic_net_dim(dim, sample)

#endif

#endif
