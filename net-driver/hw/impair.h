/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: what a bad or a long cable does to frames */
#ifndef SIMHW_IMPAIR_H
#define SIMHW_IMPAIR_H

#include <linux/hrtimer.h>
#include <linux/list.h>
#include <linux/spinlock.h>

#include "queue.h"
#include "rx.h"

struct dentry;
struct simhw_card;

enum simhw_knob_id {
	SIMHW_KNOB_USECS,	/* that frames are under way */
	SIMHW_KNOB_JITTER,	/* usecs that they may be so longer or shorter */
	SIMHW_KNOB_RATE,	/* Mb/s that pass, 0: as many as come */
	SIMHW_KNOB_LIMIT,	/* frames under way at most */
	SIMHW_KNOBS,
};

struct simhw_impair;

/**
 * struct simhw_knob - a file in debugfs
 * @im: what it belongs to
 * @val: its value
 */
struct simhw_knob {
	struct simhw_impair *im;
	u32 val;
};

/**
 * struct simhw_impair - one direction of a cable, from a card to its peer
 * @knob: by enum simhw_knob_id
 * @lock: protects the rest; softirqs off. Inside of a receive queue's lock
 * @packets: under way, by when they are due
 * @frames: how many frames they are
 * @in_order: how many packets of them came neither late nor early
 * @last: when the last one of those is due
 * @busy: when the last bit of all that was sent has left, at that rate
 * @timer: when the first is due
 * @sender: stands for the cable where a receiver lets it wait; its bh delivers
 * @sg: pieces of the frame that is being delivered, only in @sender.bh
 */
struct simhw_impair {
	struct simhw_knob knob[SIMHW_KNOBS];

	/* Protects all below */
	spinlock_t lock;
	struct list_head packets;
	u32 frames;
	u32 in_order;
	ktime_t last;
	ktime_t busy;
	struct hrtimer timer;
	struct simhw_sender sender;
	struct simhw_sg sg;
};

enum simhw_rx_result simhw_impair_frame(struct simhw_rx_run *run, struct simhw_txq *q,
					const struct simhw_frame *f);
void simhw_impair_flush(struct simhw_card *card);
void simhw_impair_init(struct simhw_card *card);
void simhw_impair_exit(struct simhw_card *card);
void simhw_impair_add(struct simhw_card *card, struct dentry *wire);

#endif
