/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SIMNIC_COMPAT_LINUX_SLAB_H
#define SIMNIC_COMPAT_LINUX_SLAB_H

#include_next <linux/slab.h>

#ifdef SIMNIC_LACKS_ALLOC_OBJ

#define kzalloc_obj(obj)	kzalloc(sizeof(obj), GFP_KERNEL)
#define kvzalloc_obj(obj)	kvzalloc(sizeof(obj), GFP_KERNEL)

#endif

#endif
