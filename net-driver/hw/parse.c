// SPDX-License-Identifier: GPL-2.0
/* simnic card: header parser, bounded by the bytes that it is given */
#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/string.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <linux/unaligned.h>
#include <net/ipv6.h>

#include "parse.h"
#include "simnic_desc.h"

#define SIMHW_TAGS_MAX		2	/* inner tags to skip */
#define SIMHW_EXT_MAX		6	/* IPv6 extension headers to skip */

static void simhw_parse_l4(struct simhw_pkt *pkt, const u8 *hdr, u32 len, u32 off, u8 proto)
{
	u32 end;

	if (proto == IPPROTO_TCP && off + sizeof(struct tcphdr) <= len) {
		end = off + (hdr[off + 12] >> 4) * 4;
		if (end < off + sizeof(struct tcphdr) || end > pkt->l3_end)
			return;
		pkt->l4 = SIMNIC_RXD_L4_TCP;
	} else if (proto == IPPROTO_UDP && off + sizeof(struct udphdr) <= len) {
		end = off + sizeof(struct udphdr);
		if (end > pkt->l3_end)
			return;
		pkt->l4 = SIMNIC_RXD_L4_UDP;
	} else {
		return;
	}
	pkt->l4_off = off;
	/* where the frame, or what is seen of it, ends in options: not known */
	pkt->hdr_len = end <= len ? end : 0;
}

static void simhw_parse_ipv4(struct simhw_pkt *pkt, const u8 *hdr, u32 len, u32 off)
{
	const struct iphdr *ip = (const void *)(hdr + off);
	u32 ihl, tot;

	if (off + sizeof(*ip) > len)
		return;
	ihl = ip->ihl * 4;
	tot = get_unaligned_be16(&ip->tot_len);
	if (ip->version != 4 || ihl < sizeof(*ip) || off + ihl > len || tot < ihl)
		return;

	pkt->l3 = SIMNIC_RXD_L3_IPV4;
	pkt->l3_off = off;
	pkt->l3_end = off + tot;
	if (get_unaligned_be16(&ip->frag_off) & 0x3fff)
		return;
	simhw_parse_l4(pkt, hdr, len, off + ihl, ip->protocol);
}

/* Bytes of an IPv6 extension header; 0: it is none, or a fragment's */
static u32 simhw_parse_ext_len(const u8 *ext, u8 type)
{
	switch (type) {
	case NEXTHDR_HOP:
	case NEXTHDR_ROUTING:
	case NEXTHDR_DEST:
		return (ext[1] + 1) * 8;
	default:
		return 0;
	}
}

static void simhw_parse_ipv6(struct simhw_pkt *pkt, const u8 *hdr, u32 len, u32 off)
{
	const struct ipv6hdr *ip = (const void *)(hdr + off);
	u32 ext_len;
	u8 next;
	int i;

	if (off + sizeof(*ip) > len || ip->version != 6)
		return;

	pkt->l3 = SIMNIC_RXD_L3_IPV6;
	pkt->l3_off = off;
	pkt->l3_end = off + sizeof(*ip) + get_unaligned_be16(&ip->payload_len);
	next = ip->nexthdr;
	off += sizeof(*ip);
	for (i = 0; i < SIMHW_EXT_MAX && off + 2 <= len; i++) {
		ext_len = simhw_parse_ext_len(hdr + off, next);
		if (!ext_len)
			break;
		next = hdr[off];
		off += ext_len;
	}
	simhw_parse_l4(pkt, hdr, len, off, next);
}

/* @hdr: the first @len bytes of the frame, at least an Ethernet header */
void simhw_parse(struct simhw_pkt *pkt, const u8 *hdr, u32 len)
{
	u32 off = ETH_HLEN;
	u16 proto;
	int i;

	memset(pkt, 0, sizeof(*pkt));
	proto = get_unaligned_be16(hdr + off - 2);
	for (i = 0; i < SIMHW_TAGS_MAX; i++) {
		if (proto != ETH_P_8021Q && proto != ETH_P_8021AD)
			break;
		off += VLAN_HLEN;
		if (off > len)
			return;
		proto = get_unaligned_be16(hdr + off - 2);
	}

	if (proto == ETH_P_IP)
		simhw_parse_ipv4(pkt, hdr, len, off);
	else if (proto == ETH_P_IPV6)
		simhw_parse_ipv6(pkt, hdr, len, off);
}
