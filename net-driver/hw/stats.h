/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: counters */
#ifndef SIMHW_STATS_H
#define SIMHW_STATS_H

#include <linux/u64_stats_sync.h>

#include "simnic_regs.h"

struct simhw_card;
struct simhw_frame;

/**
 * struct simhw_stats - counters of one queue
 * @sync: lets 32-bit readers see whole values
 * @n: by enum simnic_stat
 *
 * Written by whoever owns the queue. Not to be read in hard interrupts.
 */
struct simhw_stats {
	struct u64_stats_sync sync;
	u64_stats_t n[SIMNIC_STATS];
};

void simhw_stats_count(struct simhw_stats *stats, enum simnic_stat n, u32 add);
void simhw_stats_frame(struct simhw_stats *stats, enum simnic_stat base,
		       const struct simhw_frame *f);
u64 simhw_stats_read(const struct simhw_stats *stats, enum simnic_stat n);
void simhw_stats_cold(struct simhw_card *card, enum simnic_stat n, u32 add);
u64 simhw_stats_sum(const struct simhw_card *card, enum simnic_stat n);

#endif
