/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: spreading over receive queues by Toeplitz hash */
#ifndef SIMHW_RSS_H
#define SIMHW_RSS_H

#include "parse.h"

#define SIMHW_RSS_INPUT_MAX	36	/* bytes: IPv6 addresses and ports */
#define SIMHW_RSS_NIBBLES	(SIMHW_RSS_INPUT_MAX * 2)

/**
 * struct simhw_rss - state of receive side scaling
 * @key: the key as written
 * @table: the queue of each hash value
 * @lut: what each nibble of the input adds to the hash, from the key
 *
 * Written by register writes, under &simhw_card.ctrl_lock; a frame that comes
 * meanwhile may see some of the old and some of the new.
 */
struct simhw_rss {
	u8 key[SIMNIC_RSS_KEY_SIZE];
	u8 table[SIMNIC_RSS_TABLE_SIZE];
	u32 lut[SIMHW_RSS_NIBBLES][16];
};

/**
 * struct simhw_rss_flow - the flow that a sender's last frame belonged to
 * @rss: whose hash it is
 * @generation: of that key; see &simhw_card.steering
 * @addr: IPv4 addresses
 * @ports: TCP or UDP ports
 * @hash: the hash
 *
 * Consecutive frames mostly belong to the same flow.
 */
struct simhw_rss_flow {
	const struct simhw_rss *rss;
	int generation;
	u64 addr;
	u32 ports;
	u32 hash;
};

void simhw_rss_update(struct simhw_rss *rss);
u32 simhw_rss_flow_hash(struct simhw_rss_flow *flow, const struct simhw_rss *rss, int generation,
			u32 ctrl, const struct simhw_frame *f, u8 *type);
u32 simhw_rss_hash(const struct simhw_rss *rss, u32 ctrl, const struct simhw_frame *f, u8 *type);

#endif
