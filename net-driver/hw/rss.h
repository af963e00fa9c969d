/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: spreading over receive queues by Toeplitz hash */
#ifndef SIMHW_RSS_H
#define SIMHW_RSS_H

#include <linux/ip.h>
#include <linux/unaligned.h>

#include "parse.h"
#include "simnic_desc.h"

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
u32 simhw_rss_hash(const struct simhw_rss *rss, u32 ctrl, const struct simhw_frame *f, u8 *type);
u32 simhw_rss_new_flow(struct simhw_rss_flow *flow, const struct simhw_rss *rss, int generation,
		       u32 ctrl, const struct simhw_frame *f, u8 *type);

/* SIMNIC_RSSCTRL bits of IPv4; those of IPv6 are three further up */
static inline u32 simhw_rss_l4_bit(u8 l4)
{
	if (l4 == SIMNIC_RXD_L4_TCP)
		return SIMNIC_RSSCTRL_TCPV4;
	return l4 == SIMNIC_RXD_L4_UDP ? SIMNIC_RSSCTRL_UDPV4 : 0;
}

static inline u64 simhw_rss_addrs(const struct simhw_frame *f)
{
	const u8 *ip = f->hdr + f->pkt.l3_off;

	return get_unaligned((const u64 *)(ip + offsetof(struct iphdr, saddr)));
}

static inline u32 simhw_rss_ports(const struct simhw_frame *f)
{
	return get_unaligned((const u32 *)(f->hdr + f->pkt.l4_off));
}

/**
 * simhw_rss_flow_hash() - hash a frame, unless it is of the same flow as the last one
 * @flow: the sender's last flow
 * @rss: key
 * @generation: of the key, as it was before this is called
 * @ctrl: the RSSCTRL register
 * @f: the frame
 * @type: what it was hashed over, SIMNIC_RXD_HASH_*
 *
 * Context: any; by the owner of the sender.
 * Return: the hash; 0 if @type is NONE.
 */
static inline u32 simhw_rss_flow_hash(struct simhw_rss_flow *flow, const struct simhw_rss *rss,
				      int generation, u32 ctrl, const struct simhw_frame *f,
				      u8 *type)
{
	if (f->pkt.l3 != SIMNIC_RXD_L3_IPV4 || !(ctrl & simhw_rss_l4_bit(f->pkt.l4)))
		return simhw_rss_hash(rss, ctrl, f, type);
	if (flow->rss != rss || flow->generation != generation ||
	    flow->addr != simhw_rss_addrs(f) || flow->ports != simhw_rss_ports(f))
		return simhw_rss_new_flow(flow, rss, generation, ctrl, f, type);
	*type = SIMNIC_RXD_HASH_L4;
	return flow->hash;
}

#endif
