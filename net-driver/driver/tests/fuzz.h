/* SPDX-License-Identifier: GPL-2.0 */
/* KUnit: random numbers, frames and mutations of the fuzz test */
#ifndef SIMNIC_FUZZ_H
#define SIMNIC_FUZZ_H

#include <linux/types.h>

struct page;
struct simnic_fake;
struct simnic_rx_wb;
struct sk_buff;
struct task_struct;

#define SIMNIC_FUZZ_QUEUES	2
#define SIMNIC_FUZZ_DATA	(64 * 1024)

/**
 * struct simnic_fuzz - state of a run
 * @f: the bus
 * @task: who runs it
 * @rng: decides
 * @take_rng: decides about shared pages, which are asked for in the poll
 * @reg_rng: decides what registers read as
 * @page: pages to share
 * @data: the next frame to receive
 * @wild_regs: registers read as anything
 * @stopping: the card is to send all it is told of
 * @writebacks: so far, of receive descriptors
 * @shorts: of those, the ones of hardly any bytes
 * @completions: of transmit descriptors
 * @reads: registers that did not read as they should have
 * @slow: queues stopped and started
 * @frames: frames received
 * @packets: frames on the wire that they stood for
 * @sent: frames sent
 * @sent_packets: frames on the wire made from them
 * @sum: keeps the compiler from forgetting what was read
 * @bad_pieces: frames whose pieces do not add up
 * @bad_gso: frames that GSO would choke on
 * @bad_xmit: frames refused by a queue that was not stopped
 * @bad_stats: counters that went back
 * @bad_index: indices beyond their ring
 * @bad_open: times the device would not come up
 */
struct simnic_fuzz {
	struct simnic_fake *f;
	struct task_struct *task;
	u64 rng;
	u64 take_rng;
	u64 reg_rng;
	struct page *page;
	u8 *data;
	bool wild_regs;
	bool stopping;
	unsigned long writebacks;
	unsigned long shorts;
	unsigned long completions;
	unsigned long reads;
	unsigned long slow;
	unsigned long frames;
	u64 packets;
	unsigned long sent;
	u64 sent_packets;
	unsigned long sum;
	unsigned long bad_pieces;
	unsigned long bad_gso;
	unsigned long bad_xmit;
	unsigned long bad_stats;
	unsigned long bad_index;
	unsigned long bad_open;
};

/* xorshift64 */
static inline u64 simnic_fuzz_next(u64 *rng)
{
	*rng ^= *rng << 13;
	*rng ^= *rng >> 7;
	*rng ^= *rng << 17;
	return *rng;
}

static inline u32 simnic_fuzz_below(u64 *rng, u32 n)
{
	return (simnic_fuzz_next(rng) >> 16) % n;
}

static inline bool simnic_fuzz_one_in(u64 *rng, u32 n)
{
	return !simnic_fuzz_below(rng, n);
}

/* fuzz_card.c */
void simnic_fuzz_begin(struct simnic_fuzz *z);
void simnic_fuzz_end(struct simnic_fuzz *z);
void simnic_fuzz_step(struct simnic_fuzz *z);

/* fuzz.c */
struct simnic_fuzz *simnic_fuzz_alloc(struct simnic_fake *f, u64 seed);
u32 simnic_fuzz_frame(struct simnic_fuzz *z, struct simnic_rx_wb *wb);
struct sk_buff *simnic_fuzz_skb(struct simnic_fuzz *z);
void simnic_fuzz_mutate(struct simnic_fuzz *z, struct simnic_rx_wb *wb);
void simnic_fuzz_random_wb(struct simnic_fuzz *z, struct simnic_rx_wb *wb);

#endif
