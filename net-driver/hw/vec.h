/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: vectors */
#ifndef SIMHW_VEC_H
#define SIMHW_VEC_H

#include <linux/atomic.h>

#include "irq.h"

struct simhw_card;

/* Moderated causes have a clock each: SIMNIC_CAUSE_RX, SIMNIC_CAUSE_TX */
#define SIMHW_CLOCKS		2

/**
 * struct simhw_vec - a vector
 * @irq: its delivery; @irq.lock protects the rest as well
 * @card: the card
 * @index: its number
 * @causes: latched causes
 * @fresh: those that have not fired since they came up; looked at without the lock
 *	by who comes with more frames
 * @mask: its mask register
 * @line: due while the card uses the shared line
 * @ctrl: its control register
 * @itr: its moderation registers, by clock; looked at without the lock as well
 * @frames: that came up since the last interrupt, by clock; counted without the lock
 * @next: when the next interrupt is welcome, by clock
 * @fired: interrupts
 * @stuck: unmasking has no effect
 * @decided: @fate is that of the next interrupt
 * @fate: BIT(enum simhw_fault_id): faults that it meets
 * @extra: interrupts to deliver for no reason
 * @posted: the partner's transmit queues that have posted frames to here, by bit;
 *	atomic
 */
struct simhw_vec {
	struct simhw_irq irq;
	struct simhw_card *card;
	unsigned int index;
	u32 causes;
	u32 fresh;
	bool mask;
	bool line;
	u32 ctrl;
	u32 itr[SIMHW_CLOCKS];
	atomic_t frames[SIMHW_CLOCKS];
	ktime_t next[SIMHW_CLOCKS];
	u32 fired;
	bool stuck;
	bool decided;
	unsigned long fate;
	u32 extra;
	unsigned long posted;
} ____cacheline_aligned_in_smp;

int simhw_vec_init(struct simhw_card *card, unsigned int index);
void simhw_vec_exit(struct simhw_vec *vec);
void simhw_vec_reset(struct simhw_vec *vec);
void simhw_vec_raise(struct simhw_vec *vec, u32 causes);
void simhw_vec_frames(struct simhw_vec *vec, u32 cause, u32 frames);
void simhw_vec_clear(struct simhw_vec *vec, u32 causes);
void simhw_vec_hush(struct simhw_vec *vec, u32 cause);
void simhw_vec_mask(struct simhw_vec *vec, bool mask);
void simhw_vec_set_itr(struct simhw_vec *vec, unsigned int clock, u32 itr, ktime_t now);
u32 simhw_vec_isr(struct simhw_card *card);

#endif
