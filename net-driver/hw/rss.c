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

/* simhw_rss_flow_hash() for another flow than that of the last frame */
u32 simhw_rss_new_flow(struct simhw_rss_flow *flow, const struct simhw_rss *rss, int generation,
		       u32 ctrl, const struct simhw_frame *f, u8 *type)
{
	flow->rss = rss;
	flow->generation = generation;
	flow->addr = simhw_rss_addrs(f);
	flow->ports = simhw_rss_ports(f);
	flow->hash = simhw_rss_hash(rss, ctrl, f, type);
	return flow->hash;
}
