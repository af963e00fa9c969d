// SPDX-License-Identifier: GPL-2.0
/* simnic card: checking of received checksums */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <linux/unaligned.h>
#include <net/checksum.h>
#include <net/ip6_checksum.h>

#include "csum.h"
#include "parse.h"
#include "simnic_desc.h"

/* @sum: of header and payload. True if it fits the addresses. */
static bool simhw_csum_l4_ok(const struct simhw_pkt *pkt, const u8 *l3, u32 len, __wsum sum)
{
	u8 proto = pkt->l4 == SIMNIC_RXD_L4_UDP ? IPPROTO_UDP : IPPROTO_TCP;
	const struct ipv6hdr *ip6 = (const void *)l3;
	const struct iphdr *ip = (const void *)l3;

	if (pkt->l3 == SIMNIC_RXD_L3_IPV6)
		return !csum_ipv6_magic(&ip6->saddr, &ip6->daddr, len, proto, sum);
	return !csum_tcpudp_magic(get_unaligned(&ip->saddr), get_unaligned(&ip->daddr), len,
				  proto, sum);
}

/* UDP without checksum, or whose length is not that of its packet */
static bool simhw_csum_udp_unknown(const struct simhw_frame *f, u32 len)
{
	const u8 *udp = f->hdr + f->pkt.l4_off;

	if (f->pkt.l4 != SIMNIC_RXD_L4_UDP)
		return false;
	return get_unaligned_be16(udp + offsetof(struct udphdr, len)) != len ||
	       !get_unaligned_be16(udp + offsetof(struct udphdr, check));
}

/* What comes of it, SIMNIC_RXD_CSUM_*; there is TCP or UDP */
u32 simhw_csum_verify(const struct simhw_frame *f)
{
	const struct simhw_pkt *pkt = &f->pkt;
	const u8 *l3 = f->hdr + pkt->l3_off;
	__wsum sum;
	u32 len;

	len = pkt->l3_end - pkt->l4_off;
	if (pkt->l3_end > f->sg->len || simhw_csum_udp_unknown(f, len))
		return SIMNIC_RXD_CSUM_NONE;
	if (pkt->l3 == SIMNIC_RXD_L3_IPV4 && ip_fast_csum(l3, (pkt->l4_off - pkt->l3_off) / 4))
		return SIMNIC_RXD_CSUM_BAD;
	sum = simhw_sg_csum(f->sg, pkt->l4_off, len, 0);
	return simhw_csum_l4_ok(pkt, l3, len, sum) ? SIMNIC_RXD_CSUM_OK : SIMNIC_RXD_CSUM_BAD;
}
