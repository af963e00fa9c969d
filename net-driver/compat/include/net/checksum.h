/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SIMNIC_COMPAT_NET_CHECKSUM_H
#define SIMNIC_COMPAT_NET_CHECKSUM_H

/* It uses ror32() without saying where that comes from */
#include <linux/bitops.h>
#include_next <net/checksum.h>

#endif
