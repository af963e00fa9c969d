/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SIMNIC_COMPAT_LINUX_UNALIGNED_H
#define SIMNIC_COMPAT_LINUX_UNALIGNED_H

#ifdef SIMNIC_LACKS_UNALIGNED
#include <asm/unaligned.h>
#else
#include_next <linux/unaligned.h>
#endif

#endif
