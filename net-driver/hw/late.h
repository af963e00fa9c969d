/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: write-backs that come late */
#ifndef SIMHW_LATE_H
#define SIMHW_LATE_H

#include <linux/types.h>

struct simhw_late;
struct simhw_queue;

/* Writes @val back to descriptor @index; &simhw_late.lock held */
typedef void (*simhw_late_fn)(struct simhw_queue *q, u32 index, u32 val);

struct simhw_late *simhw_late_make(struct simhw_queue *q, simhw_late_fn write, u32 cause);
bool simhw_late_add(struct simhw_late *late, u32 index, u32 val, u32 usecs, bool in_order);
bool simhw_late_pending(struct simhw_late *late);
void simhw_late_flush(struct simhw_late *late);
void simhw_late_free(struct simhw_late *late);

#endif
