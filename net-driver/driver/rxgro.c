// SPDX-License-Identifier: GPL-2.0
/*
 * Super-frames: what the card says of one is held against its headers. The stack
 * takes it apart by what is noted here, so what does not fit together must not
 * get there.
 */
#include <linux/bitfield.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "rx.h"

/* Offsets are from skb->data, which is behind the Ethernet header. Of headers
 * that make no sense, the offset is 0.
 */

/* Step over VLAN tags that were left in the frame */
static __be16 simnic_rx_l3_proto(const struct sk_buff *skb, unsigned int *off)
{
	__be16 proto = skb->protocol;
	const struct vlan_hdr *vh;

	*off = 0;
	while (eth_type_vlan(proto) && *off + sizeof(*vh) <= skb_headlen(skb)) {
		vh = (const struct vlan_hdr *)(skb->data + *off);
		proto = vh->h_vlan_encapsulated_proto;
		*off += sizeof(*vh);
	}
	return proto;
}

static unsigned int simnic_rx_ipv4(const struct sk_buff *skb, unsigned int off)
{
	const struct iphdr *ip = (const struct iphdr *)(skb->data + off);

	if (off + sizeof(*ip) > skb_headlen(skb))
		return 0;
	if (ip->version != 4 || ip->ihl < 5 || ip->protocol != IPPROTO_TCP ||
	    ip_is_fragment(ip) || ntohs(ip->tot_len) != skb->len - off)
		return 0;
	return off + ip->ihl * 4;
}

static unsigned int simnic_rx_ipv6(const struct sk_buff *skb, unsigned int off)
{
	const struct ipv6hdr *ip = (const struct ipv6hdr *)(skb->data + off);
	__be16 frag = 0;
	u8 nexthdr;
	int l4;

	off += sizeof(*ip);
	if (off > skb_headlen(skb) || ip->version != 6 ||
	    ntohs(ip->payload_len) != skb->len - off)
		return 0;
	nexthdr = ip->nexthdr;
	l4 = ipv6_skip_exthdr(skb, off, &nexthdr, &frag);
	return l4 > 0 && !frag && nexthdr == IPPROTO_TCP ? l4 : 0;
}

/* The TCP header; @l3 is set to what it is in, SIMNIC_RXD_L3_* */
static unsigned int simnic_rx_tcp_offset(const struct sk_buff *skb, u32 *l3)
{
	unsigned int off;

	switch (simnic_rx_l3_proto(skb, &off)) {
	case htons(ETH_P_IP):
		*l3 = SIMNIC_RXD_L3_IPV4;
		return simnic_rx_ipv4(skb, off);
	case htons(ETH_P_IPV6):
		*l3 = SIMNIC_RXD_L3_IPV6;
		return simnic_rx_ipv6(skb, off);
	default:
		return 0;
	}
}

/* The end of the TCP header, all of which is in the first buffer */
static unsigned int simnic_rx_tcp_end(const struct sk_buff *skb, unsigned int off)
{
	const struct tcphdr *th = (const struct tcphdr *)(skb->data + off);

	if (off + sizeof(*th) > skb_headlen(skb) || th->doff * 4 < sizeof(*th))
		return 0;
	off += th->doff * 4;
	return off <= skb_headlen(skb) ? off : 0;
}

/* What the card found: nothing, or the same */
static bool simnic_rx_gro_types_ok(const struct simnic_rx_wb *wb, u32 l3, unsigned int hdr)
{
	u32 said_l3 = FIELD_GET(SIMNIC_RXD_L3, wb->status);
	u32 said_l4 = FIELD_GET(SIMNIC_RXD_L4, wb->status);
	u32 said_hdr = FIELD_GET(SIMNIC_RXD_HDR_LEN, wb->status);

	return (said_l3 == SIMNIC_RXD_L3_NONE || said_l3 == l3) &&
	       (said_l4 == SIMNIC_RXD_L4_NONE || said_l4 == SIMNIC_RXD_L4_TCP) &&
	       (!said_hdr || said_hdr == hdr);
}

static bool simnic_rx_gro_sizes_ok(const struct simnic_rx_wb *wb, u32 payload)
{
	return wb->mss && payload > wb->mss && wb->segs == DIV_ROUND_UP(payload, wb->mss);
}

/**
 * simnic_rx_gro() - make of a super-frame what GRO would have made of its segments
 * @skb: the frame, behind its Ethernet header
 * @wb: what the card says of it
 *
 * Context: any.
 * Return: bytes of its headers, Ethernet's included, which are repeated in each
 * segment; 0 if what the card says and the headers do not fit together.
 */
unsigned int simnic_rx_gro(struct sk_buff *skb, const struct simnic_rx_wb *wb)
{
	struct skb_shared_info *shinfo = skb_shinfo(skb);
	unsigned int off, end;
	u32 l3;

	off = simnic_rx_tcp_offset(skb, &l3);
	end = off ? simnic_rx_tcp_end(skb, off) : 0;
	if (!end || !simnic_rx_gro_types_ok(wb, l3, ETH_HLEN + end) ||
	    !simnic_rx_gro_sizes_ok(wb, skb->len - end))
		return 0;

	skb->ip_summed = CHECKSUM_PARTIAL;
	skb_set_transport_header(skb, off);
	skb->csum_start = skb_headroom(skb) + off;
	skb->csum_offset = offsetof(struct tcphdr, check);
	shinfo->gso_size = wb->mss;
	shinfo->gso_segs = wb->segs;
	shinfo->gso_type = l3 == SIMNIC_RXD_L3_IPV6 ? SKB_GSO_TCPV6 : SKB_GSO_TCPV4;
	if (((const struct tcphdr *)(skb->data + off))->cwr)
		shinfo->gso_type |= SKB_GSO_TCP_ECN;
	return ETH_HLEN + end;
}
