/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: checking of received checksums */
#ifndef SIMHW_CSUM_H
#define SIMHW_CSUM_H

#include "parse.h"
#include "simnic_desc.h"

u32 simhw_csum_verify(const struct simhw_frame *f);

/* What to report of a frame, SIMNIC_RXD_CSUM_* */
static inline u32 simhw_csum_status(const struct simhw_frame *f)
{
	if (!f->pkt.l4)
		return SIMNIC_RXD_CSUM_NONE;
	return f->csum_ok ? SIMNIC_RXD_CSUM_OK : simhw_csum_verify(f);
}

#endif
