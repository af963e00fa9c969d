/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: the queues' state. Grouped by who writes it. */
#ifndef SIMHW_QUEUE_H
#define SIMHW_QUEUE_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/list.h>
#include <linux/spinlock.h>

#include "dma.h"
#include "parse.h"
#include "rss.h"
#include "simnic_desc.h"
#include "stats.h"
#include "txjob.h"

struct simhw_card;
struct simhw_late;
struct simhw_rxq;
struct simnic_share;

#define SIMHW_Q_REGS		9	/* words, of which HEAD ... STATUS are not used */

/* Charged to the memory control group of who plugs in, cables or enables */
#define SIMHW_GFP		(GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

/* As far as csum_start and csum_offset can point, and the checksum */
#define SIMHW_HDR_MAX		768

/**
 * struct simhw_queue - what both directions have
 * @card: the card
 * @index: number of the queue
 * @vector: its vector, while enabled
 * @mask: descriptors - 1, while enabled
 * @enabled: ENABLE
 * @bad_config: the last ENABLE was refused
 * @reg: registers as written
 *
 * Written by register writes under &simhw_card.ctrl_lock, @enabled, @mask and
 * @vector while no engine can use the queue.
 */
struct simhw_queue {
	struct simhw_card *card;
	unsigned int index;
	unsigned int vector;
	u32 mask;
	bool enabled;
	bool bad_config;
	u32 reg[SIMHW_Q_REGS];
};

/**
 * struct simhw_sender - who puts frames on the wire: a queue, or a slow cable
 * @card: the sending card
 * @bh: runs it
 * @waiting_at: full receive queue that it waits for; under its lock
 * @waiting: in its list
 * @flow: what its last frame belonged to
 */
struct simhw_sender {
	struct simhw_card *card;
	struct tasklet_struct bh;
	struct simhw_rxq *waiting_at;
	struct list_head waiting;
	struct simhw_rss_flow flow;
};

/* simhw_post.state */
#define SIMHW_POST_ARMED	0	/* bit: the timer is its setter's to start */

/**
 * struct simhw_post - frames that were posted, see txpost.c
 * @timer: makes up for a receiver that does not come for them; in softirq context
 * @state: SIMHW_POST_ARMED
 * @head: the queue's when the timer expired last; the timer's
 * @rung: the driver has rung since then
 * @quiet: and looks for itself for what is done
 * @owed: something was done that it has not been told of
 */
struct simhw_post {
	struct hrtimer timer;
	unsigned long state;
	u32 head;
	bool rung;
	bool quiet;
	bool owed;
};

/* simhw_txq.state: the engine is running, and shall look again when done */
#define SIMHW_TXQ_BUSY		BIT(0)
#define SIMHW_TXQ_AGAIN		BIT(1)

/**
 * struct simhw_txq - a transmit queue
 * @base: common part
 * @ring: descriptors
 * @tail: index behind the last descriptor that is the card's
 * @state: SIMHW_TXQ_BUSY makes its setter the owner
 * @sender: waits for the receiver; its @sender.bh runs the engine when no doorbell
 *	can
 * @post: what was posted
 * @head: first descriptor that is the card's. This and all that follows is
 *	the owner's
 * @halted: stopped by an error
 * @post_to: receive queue of the last super-frame, or -1; looked at by others
 * @seen: where a buffer was found last, see simhw_dma()
 * @seg_off: payload of the frame at @head that is sent already
 * @late: completions that are owed, or NULL
 * @stats: counters
 * @job: the frame at @head
 * @frame: frame on its way
 * @in: buffers of the frame at @head
 * @out: the same with other headers
 * @tmpl: headers of a frame to be segmented
 * @hdr: headers that differ from those in memory
 * @peek: first bytes of a frame, if they are in pieces
 */
struct simhw_txq {
	struct simhw_queue base;
	struct simnic_tx_desc *ring;

	u32 tail ____cacheline_aligned_in_smp;
	atomic_t state;
	struct simhw_sender sender;
	struct simhw_post post;

	u32 head ____cacheline_aligned_in_smp;
	bool halted;
	int post_to;
	struct simhw_dma_window seen;
	u32 seg_off;
	struct simhw_late *late;
	struct simhw_stats stats;
	struct simhw_tx_job job;
	struct simhw_frame frame;
	struct simhw_sg in;
	struct simhw_sg out;
	u8 tmpl[SIMHW_PARSE_MAX];
	u8 hdr[SIMHW_HDR_MAX];
	u8 peek[SIMHW_PARSE_MAX];
};

/**
 * struct simhw_rxq - a receive queue
 * @base: common part
 * @ring: descriptors
 * @bufsz: bytes of a buffer
 * @share: for each descriptor, shared pages that wait to be taken; NULL: no
 *	memory for it. Changes while the queue is disabled
 * @share_len: how many
 * @bh: wakes the waiting transmit queues
 * @tail: index behind the last buffer that is the card's
 * @lock: protects @wake_at, @waiters, @head, @halted, @torn, @seen, writes to @stats, and
 *	keeps @base.enabled and the ring as they are. Held by the sender's
 *	engine while it writes frames; taken with softirqs off
 * @wake_at: free buffers that end the wait, 0 if nobody waits
 * @head: first buffer that is the card's
 * @halted: stopped by an error
 * @torn: the last frame has lost its end
 * @seen: where a buffer was found last, see simhw_dma()
 * @late: write-backs that are owed, or NULL
 * @waiters: senders that found no buffer
 * @stats: counters
 */
struct simhw_rxq {
	struct simhw_queue base;
	struct simnic_rx_desc *ring;
	u32 bufsz;
	struct simnic_share *share;
	u32 share_len;
	struct tasklet_struct bh;

	u32 tail ____cacheline_aligned_in_smp;

	spinlock_t lock ____cacheline_aligned_in_smp;
	u32 wake_at;
	u32 head;
	bool halted;
	bool torn;
	struct simhw_dma_window seen;
	struct simhw_late *late;
	struct list_head waiters;
	struct simhw_stats stats;
};

u32 simhw_queue_reg(const struct simhw_queue *q, u32 off);
void *simhw_queue_configure(struct simhw_queue *q);
u32 simhw_queue_status(const struct simhw_queue *q);

#endif
