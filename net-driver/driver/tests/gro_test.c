// SPDX-License-Identifier: GPL-2.0
/* KUnit: super-frames whose headers and write-backs agree, or do not */
#include <kunit/test.h>
#include <linux/bitfield.h>
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <net/gso.h>
#include <net/ip.h>

#include "fake_bus.h"

#define Q	0
#define MSS	1000
#define SEGS	10

/* What is in the frame, and what the card says of it. Each test changes something. */
struct simnic_gro_frame {
	struct simnic_rx_wb wb;
	u32 len;
	u32 l3;
	u32 l4;
	u8 data[10240];
};

static struct simnic_gro_frame *simnic_gro_frame(struct kunit *test, bool ipv6, bool tag)
{
	static const u8 mac[ETH_ALEN] = SIMNIC_FAKE_MAC, peer[ETH_ALEN] = SIMNIC_FAKE_PEER;
	struct simnic_gro_frame *g = kunit_kzalloc(test, sizeof(*g), GFP_KERNEL);
	__be16 *proto;
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, g);
	for (i = 0; i < sizeof(g->data); i++)
		g->data[i] = i * 3;
	ether_addr_copy(g->data, mac);
	ether_addr_copy(g->data + ETH_ALEN, peer);
	g->l3 = ETH_HLEN + (tag ? VLAN_HLEN : 0);
	proto = (__be16 *)(g->data + g->l3 - 2);
	*proto = htons(ipv6 ? ETH_P_IPV6 : ETH_P_IP);
	if (tag) {
		proto[-2] = htons(ETH_P_8021Q);
		proto[-1] = htons(5);
	}
	g->l4 = g->l3 + (ipv6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr));
	g->len = g->l4 + sizeof(struct tcphdr) + (SEGS - 1) * MSS + 1;
	return g;
}

static void simnic_gro_fill_ip(struct simnic_gro_frame *g)
{
	struct iphdr *ip = (struct iphdr *)(g->data + g->l3);

	*ip = (struct iphdr) {
		.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP,
		.tot_len = htons(g->len - g->l3),
		.saddr = htonl(0x0a000002), .daddr = htonl(0x0a000001),
	};
	ip->check = ip_fast_csum(ip, 5);
}

static void simnic_gro_fill_ipv6(struct simnic_gro_frame *g)
{
	struct ipv6hdr *ip = (struct ipv6hdr *)(g->data + g->l3);

	*ip = (struct ipv6hdr) {
		.version = 6, .hop_limit = 64, .nexthdr = IPPROTO_TCP,
		.payload_len = htons(g->len - g->l4),
	};
	ip->saddr.s6_addr[15] = 2;
	ip->daddr.s6_addr[15] = 1;
}

static void simnic_gro_fill(struct simnic_gro_frame *g, bool ipv6)
{
	struct tcphdr *th = (struct tcphdr *)(g->data + g->l4);

	if (ipv6)
		simnic_gro_fill_ipv6(g);
	else
		simnic_gro_fill_ip(g);
	memset(th, 0, sizeof(*th));
	th->doff = 5;
	th->ack = 1;
	g->wb.mss = MSS;
	g->wb.segs = SEGS;
	g->wb.status = SIMNIC_RXD_GRO |
		       FIELD_PREP(SIMNIC_RXD_L3, ipv6 ? SIMNIC_RXD_L3_IPV6 : SIMNIC_RXD_L3_IPV4) |
		       FIELD_PREP(SIMNIC_RXD_L4, SIMNIC_RXD_L4_TCP) |
		       FIELD_PREP(SIMNIC_RXD_HDR_LEN, g->l4 + sizeof(*th));
}

/* -- Good ones ------------------------------------------------------------------- */

static const struct simnic_gro_good {
	const char *name;
	bool ipv6;
	bool tag;
	bool unknown;	/* the card found no headers */
} simnic_gro_goods[] = {
	{ "IPv4", false, false },
	{ "IPv6", true, false },
	{ "IPv4 behind a tag", false, true },
	{ "IPv6 behind a tag", true, true },
	{ "IPv4, types not known", false, false, true },
};

KUNIT_ARRAY_PARAM_DESC(simnic_gro_goods, simnic_gro_goods, name);

/* Taken apart again, it is as many segments as it should be */
static unsigned int simnic_gro_segments(struct kunit *test, struct sk_buff *skb)
{
	struct sk_buff *segs, *next;
	unsigned int n = 0;

	__skb_push(skb, skb->data - skb_mac_header(skb));
	segs = skb_gso_segment(skb, 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, segs);
	skb_list_walk_safe(segs, segs, next) {
		n++;
		consume_skb(segs);
	}
	consume_skb(skb);
	return n;
}

static void simnic_gro_test_good(struct kunit *test)
{
	const struct simnic_gro_good *p = test->param_value;
	struct simnic_gro_frame *g = simnic_gro_frame(test, p->ipv6, p->tag);
	struct simnic_fake *f = simnic_fake_open(test);
	u32 hdr = g->l4 + sizeof(struct tcphdr);
	struct sk_buff *skb;

	simnic_gro_fill(g, p->ipv6);
	if (p->unknown)
		g->wb.status = SIMNIC_RXD_GRO;
	simnic_fake_rx(f, Q, g->data, g->len, &g->wb);
	simnic_fake_poll(f, Q);

	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, packets), SEGS);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, bytes), g->len + (SEGS - 1) * hdr);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, gro_packets), 1);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, gro_bytes), g->len);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, gro_wire_packets), SEGS);
	skb = skb_dequeue(&f->frames);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, skb_shinfo(skb)->gso_size, MSS);
	KUNIT_EXPECT_EQ(test, skb_shinfo(skb)->gso_segs, SEGS);
	KUNIT_EXPECT_EQ(test, skb_shinfo(skb)->gso_type,
			p->ipv6 ? SKB_GSO_TCPV6 : SKB_GSO_TCPV4);
	KUNIT_EXPECT_EQ(test, (int)skb->ip_summed, CHECKSUM_PARTIAL);
	KUNIT_EXPECT_EQ(test, simnic_gro_segments(test, skb), SEGS);
	KUNIT_EXPECT_EQ(test, simnic_fake_pages_out(f, Q), 0);
}

/* -- Bad ones: each change makes a drop of a good one ---------------------------------- */

static struct iphdr *simnic_gro_ip(struct simnic_gro_frame *g)
{
	return (struct iphdr *)(g->data + g->l3);
}

static struct tcphdr *simnic_gro_tcp(struct simnic_gro_frame *g)
{
	return (struct tcphdr *)(g->data + g->l4);
}

static void simnic_gro_no_mss(struct simnic_gro_frame *g)
{
	g->wb.mss = 0;
}

static void simnic_gro_no_seg(struct simnic_gro_frame *g)
{
	g->wb.segs = 0;
}

static void simnic_gro_small_mss(struct simnic_gro_frame *g) { g->wb.mss = 1; }
static void simnic_gro_big_mss(struct simnic_gro_frame *g) { g->wb.mss = U16_MAX; }
static void simnic_gro_one_seg(struct simnic_gro_frame *g) { g->wb.segs = 1; }
static void simnic_gro_one_more(struct simnic_gro_frame *g) { g->wb.segs++; }
static void simnic_gro_one_less(struct simnic_gro_frame *g) { g->wb.segs--; }
static void simnic_gro_max_segs(struct simnic_gro_frame *g) { g->wb.segs = U16_MAX; }
static void simnic_gro_short_ihl(struct simnic_gro_frame *g) { simnic_gro_ip(g)->ihl = 4; }
static void simnic_gro_other_ihl(struct simnic_gro_frame *g) { simnic_gro_ip(g)->ihl = 15; }
static void simnic_gro_version(struct simnic_gro_frame *g) { simnic_gro_ip(g)->version = 5; }
static void simnic_gro_udp(struct simnic_gro_frame *g) { simnic_gro_ip(g)->protocol = 17; }
static void simnic_gro_short_doff(struct simnic_gro_frame *g) { simnic_gro_tcp(g)->doff = 4; }
static void simnic_gro_other_doff(struct simnic_gro_frame *g) { simnic_gro_tcp(g)->doff = 6; }

static void simnic_gro_tot_len(struct simnic_gro_frame *g)
{
	simnic_gro_ip(g)->tot_len = htons(g->len - g->l3 - 1);
}

static void simnic_gro_fragment(struct simnic_gro_frame *g)
{
	simnic_gro_ip(g)->frag_off = htons(IP_MF);
}

static void simnic_gro_hdr_len(struct simnic_gro_frame *g)
{
	g->wb.status += FIELD_PREP(SIMNIC_RXD_HDR_LEN, 1);
}

static void simnic_gro_l3(struct simnic_gro_frame *g)
{
	FIELD_MODIFY(SIMNIC_RXD_L3, &g->wb.status, SIMNIC_RXD_L3_IPV6);
}

static void simnic_gro_l4(struct simnic_gro_frame *g)
{
	FIELD_MODIFY(SIMNIC_RXD_L4, &g->wb.status, SIMNIC_RXD_L4_UDP);
}

static void simnic_gro_ethertype(struct simnic_gro_frame *g)
{
	*(__be16 *)(g->data + 2 * ETH_ALEN) = htons(ETH_P_ARP);
}

/* Headers beyond the first buffer, and beyond the end */
static void simnic_gro_truncated(struct simnic_gro_frame *g) { g->len = g->l4 + 10; }
static void simnic_gro_no_payload(struct simnic_gro_frame *g) { g->len = g->l4 + 20; }

static const struct simnic_gro_bad {
	const char *name;
	void (*change)(struct simnic_gro_frame *g);
	u32 errors;
} simnic_gro_bads[] = {
	{ "no segment size", simnic_gro_no_mss, 1 },
	{ "segments of one byte", simnic_gro_small_mss, SEGS },
	{ "a segment size above the payload", simnic_gro_big_mss, 1 },
	{ "one segment", simnic_gro_one_seg, 1 },
	{ "no segment", simnic_gro_no_seg, 1 },
	{ "a segment too many", simnic_gro_one_more, SEGS },
	{ "a segment too few", simnic_gro_one_less, SEGS - 1 },
	{ "all the segments there can be", simnic_gro_max_segs, SEGS },
	{ "IPv4 header too short", simnic_gro_short_ihl, SEGS },
	{ "IPv4 header longer than it is", simnic_gro_other_ihl, SEGS },
	{ "neither IPv4 nor IPv6", simnic_gro_version, SEGS },
	{ "UDP", simnic_gro_udp, SEGS },
	{ "TCP header too short", simnic_gro_short_doff, SEGS },
	{ "TCP header longer than the card says", simnic_gro_other_doff, SEGS },
	{ "another length in the IPv4 header", simnic_gro_tot_len, SEGS },
	{ "a fragment", simnic_gro_fragment, SEGS },
	{ "another header length from the card", simnic_gro_hdr_len, SEGS },
	{ "IPv6 says the card", simnic_gro_l3, SEGS },
	{ "UDP says the card", simnic_gro_l4, SEGS },
	{ "neither IP", simnic_gro_ethertype, SEGS },
	{ "no whole TCP header", simnic_gro_truncated, 1 },
	{ "no payload", simnic_gro_no_payload, 1 },
};

KUNIT_ARRAY_PARAM_DESC(simnic_gro_bads, simnic_gro_bads, name);

static void simnic_gro_test_bad(struct kunit *test)
{
	const struct simnic_gro_bad *p = test->param_value;
	struct simnic_gro_frame *g = simnic_gro_frame(test, false, false);
	struct simnic_fake *f = simnic_fake_open(test);

	simnic_gro_fill(g, false);
	p->change(g);
	simnic_fake_rx(f, Q, g->data, g->len, &g->wb);
	simnic_fake_poll(f, Q);
	KUNIT_EXPECT_EQ(test, f->received, 0);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, packets), 0);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, gro_packets), 0);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, errors), p->errors);
	KUNIT_EXPECT_EQ(test, simnic_fake_pages_out(f, Q), 0);

	g = simnic_gro_frame(test, false, false);
	simnic_gro_fill(g, false);
	simnic_fake_rx(f, Q, g->data, g->len, &g->wb);
	simnic_fake_poll(f, Q);
	KUNIT_EXPECT_EQ(test, f->received, 1);
}

static void simnic_gro_test_ipv6_bad(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);
	struct simnic_gro_frame *g;
	struct ipv6hdr *ip;
	u32 n;

	for (n = 0; n < 4; n++) {
		g = simnic_gro_frame(test, true, false);
		simnic_gro_fill(g, true);
		ip = (struct ipv6hdr *)(g->data + g->l3);
		/* another length, version, protocol; a fragment */
		if (n == 0)
			ip->payload_len = 0;
		else if (n == 1)
			ip->version = 4;
		else
			ip->nexthdr = n == 2 ? IPPROTO_UDP : NEXTHDR_FRAGMENT;
		simnic_fake_rx(f, Q, g->data, g->len, &g->wb);
		simnic_fake_poll(f, Q);
	}
	KUNIT_EXPECT_EQ(test, f->received, 0);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, errors), 4 * SEGS);
}

/* The longest there is, with a tag left in it, is not one buffer too long */
static void simnic_gro_test_longest(struct kunit *test)
{
	KUNIT_EXPECT_LE(test, simnic_rx_gro_max() + VLAN_HLEN,
			(MAX_SKB_FRAGS + 1) * simnic_rx_buf_size());
}

static struct kunit_case simnic_gro_test_cases[] = {
	KUNIT_CASE_PARAM(simnic_gro_test_good, simnic_gro_goods_gen_params),
	KUNIT_CASE_PARAM(simnic_gro_test_bad, simnic_gro_bads_gen_params),
	KUNIT_CASE(simnic_gro_test_ipv6_bad),
	KUNIT_CASE(simnic_gro_test_longest),
	{}
};

static struct kunit_suite simnic_gro_test_suite = {
	.name = "simnic_gro",
	.test_cases = simnic_gro_test_cases,
};

kunit_test_suite(simnic_gro_test_suite);
