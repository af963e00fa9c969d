/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SIMNIC_COMPAT_LINUX_SLAB_H
#define SIMNIC_COMPAT_LINUX_SLAB_H

#include_next <linux/slab.h>

#ifdef SIMNIC_LACKS_ALLOC_OBJ

/* All but the unit tests say what memory they want */
#define kzalloc_obj(obj, gfp)	kzalloc(sizeof(obj), gfp)
#define kvzalloc_obj(obj, gfp)	kvzalloc(sizeof(obj), gfp)

#endif

#endif
