/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SIMNIC_COMPAT_LINUX_SLAB_H
#define SIMNIC_COMPAT_LINUX_SLAB_H

#include_next <linux/slab.h>

#ifdef SIMNIC_LACKS_ALLOC_OBJ

#define simnic_second(first, second, ...)	second
#define simnic_gfp(...)		simnic_second(, ##__VA_ARGS__, GFP_KERNEL)
#define kzalloc_obj(obj, ...)	kzalloc(sizeof(obj), simnic_gfp(__VA_ARGS__))
#define kvzalloc_obj(obj, ...)	kvzalloc(sizeof(obj), simnic_gfp(__VA_ARGS__))

#endif

#endif
