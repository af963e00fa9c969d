// SPDX-License-Identifier: GPL-2.0
/* simnic card: spreading over receive queues by Toeplitz hash */
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/unaligned.h>

#include "rss.h"
#include "simnic_desc.h"

/* What bit @bit of the input, the first being 0, adds: 32 bits of the key */
static u32 simhw_rss_window(const struct simhw_rss *rss, unsigned int bit)
{
	const u8 *key = &rss->key[bit / 8];
	u64 bits = (u64)get_unaligned_be32(key) << 8;

	if (bit % 8)
		bits |= key[4];
	return bits >> (8 - bit % 8);
}

/* The key has changed. */
void simhw_rss_update(struct simhw_rss *rss)
{
	unsigned int nibble, value, bit;
	u32 hash;

	for (nibble = 0; nibble < SIMHW_RSS_NIBBLES; nibble++) {
		for (value = 0; value < 16; value++) {
			hash = 0;
			for (bit = 0; bit < 4; bit++)
				if (value & (8 >> bit))
					hash ^= simhw_rss_window(rss, nibble * 4 + bit);
			WRITE_ONCE(rss->lut[nibble][value], hash);
		}
	}
}

/* @pos: bytes of the input so far */
static u32 simhw_rss_add(const struct simhw_rss *rss, u32 hash, unsigned int pos, const u8 *data,
			 unsigned int len)
{
	const u32 (*lut)[16] = &rss->lut[pos * 2];

	for (; len; len--, data++, lut += 2)
		hash ^= lut[0][*data >> 4] ^ lut[1][*data & 15];
	return hash;
}

/* SIMNIC_RSSCTRL bits of IPv4; those of IPv6 are three further up */
static u32 simhw_rss_l4_bit(u8 l4)
{
	switch (l4) {
	case SIMNIC_RXD_L4_TCP:
		return SIMNIC_RSSCTRL_TCPV4;
	case SIMNIC_RXD_L4_UDP:
		return SIMNIC_RSSCTRL_UDPV4;
	default:
		return 0;
	}
}

/**
 * simhw_rss_hash() - hash a frame
 * @rss: key
 * @ctrl: the RSSCTRL register
 * @f: the frame
 * @type: what it was hashed over, SIMNIC_RXD_HASH_*
 *
 * Context: any.
 * Return: the hash; 0 if @type is NONE.
 */
u32 simhw_rss_hash(const struct simhw_rss *rss, u32 ctrl, const struct simhw_frame *f, u8 *type)
{
	const struct simhw_pkt *pkt = &f->pkt;
	unsigned int len;
	const u8 *addr;
	u32 hash;

	*type = SIMNIC_RXD_HASH_NONE;
	if (pkt->l3 == SIMNIC_RXD_L3_IPV4) {
		addr = f->hdr + pkt->l3_off + offsetof(struct iphdr, saddr);
		len = 8;
	} else if (pkt->l3 == SIMNIC_RXD_L3_IPV6) {
		addr = f->hdr + pkt->l3_off + offsetof(struct ipv6hdr, saddr);
		len = 32;
		ctrl >>= 3;
	} else {
		return 0;
	}

	if (ctrl & simhw_rss_l4_bit(pkt->l4)) {
		*type = SIMNIC_RXD_HASH_L4;
		hash = simhw_rss_add(rss, 0, 0, addr, len);
		return simhw_rss_add(rss, hash, len, f->hdr + pkt->l4_off, 4);
	}
	if (ctrl & SIMNIC_RSSCTRL_IPV4) {
		*type = SIMNIC_RXD_HASH_L3;
		return simhw_rss_add(rss, 0, 0, addr, len);
	}
	return 0;
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
u32 simhw_rss_flow_hash(struct simhw_rss_flow *flow, const struct simhw_rss *rss, int generation,
			u32 ctrl, const struct simhw_frame *f, u8 *type)
{
	const struct simhw_pkt *pkt = &f->pkt;
	u32 ports;
	u64 addr;

	if (pkt->l3 != SIMNIC_RXD_L3_IPV4 || !(ctrl & simhw_rss_l4_bit(pkt->l4)))
		return simhw_rss_hash(rss, ctrl, f, type);

	addr = get_unaligned((const u64 *)(f->hdr + pkt->l3_off + offsetof(struct iphdr, saddr)));
	ports = get_unaligned((const u32 *)(f->hdr + pkt->l4_off));
	if (flow->rss == rss && flow->generation == generation && flow->addr == addr &&
	    flow->ports == ports) {
		*type = SIMNIC_RXD_HASH_L4;
		return flow->hash;
	}
	flow->rss = rss;
	flow->generation = generation;
	flow->addr = addr;
	flow->ports = ports;
	flow->hash = simhw_rss_hash(rss, ctrl, f, type);
	return flow->hash;
}
