/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: checking of received checksums */
#ifndef SIMHW_CSUM_H
#define SIMHW_CSUM_H

#include <linux/types.h>

struct simhw_frame;

u32 simhw_csum_status(const struct simhw_frame *f);

#endif
