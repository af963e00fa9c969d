// SPDX-License-Identifier: GPL-2.0
/* KUnit: good frames for the fuzz test, and what is done to them */
#include <kunit/test.h>
#include <linux/bitfield.h>
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include "fake_bus.h"
#include "fuzz.h"

static void simnic_fuzz_free_page(void *page)
{
	__free_pages(page, 1);
}

struct simnic_fuzz *simnic_fuzz_alloc(struct simnic_fake *f, u64 seed)
{
	struct simnic_fuzz *z = kunit_kzalloc(f->test, sizeof(*z), GFP_KERNEL);
	u32 i;

	KUNIT_ASSERT_NOT_NULL(f->test, z);
	z->f = f;
	z->task = current;
	/* anything but zero, which it would stay */
	z->rng = seed * 2 + 1;
	for (i = 0; i < 16; i++)
		simnic_fuzz_next(&z->rng);
	z->take_rng = z->rng ^ 0x5eed;
	z->data = kunit_kzalloc(f->test, SIMNIC_FUZZ_DATA, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(f->test, z->data);
	z->page = alloc_pages(GFP_KERNEL | __GFP_COMP | __GFP_ZERO, 1);
	KUNIT_ASSERT_NOT_NULL(f->test, z->page);
	KUNIT_ASSERT_EQ(f->test, 0,
			kunit_add_action_or_reset(f->test, simnic_fuzz_free_page, z->page));
	return z;
}

/* -- Frames to receive --------------------------------------------------------------- */

/* Ethernet and perhaps a tag. Returns where the next header goes. */
static u8 *simnic_fuzz_eth(struct simnic_fuzz *z, u16 proto)
{
	static const u8 mac[ETH_ALEN] = SIMNIC_FAKE_MAC, peer[ETH_ALEN] = SIMNIC_FAKE_PEER;
	__be16 *p = (__be16 *)(z->data + 2 * ETH_ALEN);

	ether_addr_copy(z->data, mac);
	ether_addr_copy(z->data + ETH_ALEN, peer);
	if (simnic_fuzz_one_in(&z->rng, 8)) {
		*p++ = htons(ETH_P_8021Q);
		*p++ = htons(simnic_fuzz_below(&z->rng, 4096));
	}
	*p++ = htons(proto);
	return (u8 *)p;
}

static u8 *simnic_fuzz_ip(u8 *l3, bool ipv6, u8 proto, u32 payload)
{
	struct ipv6hdr *ip6 = (struct ipv6hdr *)l3;
	struct iphdr *ip = (struct iphdr *)l3;

	if (ipv6) {
		*ip6 = (struct ipv6hdr) { .version = 6, .hop_limit = 64, .nexthdr = proto };
		ip6->payload_len = htons(payload);
		ip6->saddr.s6_addr[15] = 2;
		ip6->daddr.s6_addr[15] = 1;
		return (u8 *)(ip6 + 1);
	}
	*ip = (struct iphdr) {
		.version = 4, .ihl = 5, .ttl = 64, .protocol = proto,
		.tot_len = htons(sizeof(*ip) + payload),
		.saddr = htonl(0x0a000002), .daddr = htonl(0x0a000001),
	};
	ip->check = ip_fast_csum(ip, 5);
	return (u8 *)(ip + 1);
}

static u8 *simnic_fuzz_l4(struct simnic_fuzz *z, u8 *l4, bool udp, u32 payload)
{
	struct tcphdr *th = (struct tcphdr *)l4;
	struct udphdr *uh = (struct udphdr *)l4;

	if (udp) {
		*uh = (struct udphdr) { .len = htons(sizeof(*uh) + payload) };
		return (u8 *)(uh + 1);
	}
	memset(th, 0, sizeof(*th));
	th->doff = 5;
	th->ack = 1;
	th->source = htons(simnic_fuzz_below(&z->rng, 4));
	th->seq = htonl(z->frames * 1000);
	th->cwr = simnic_fuzz_one_in(&z->rng, 8);
	return (u8 *)(th + 1);
}

/* The next frame, into @z->data, and its last write-back. Returns its length. */
u32 simnic_fuzz_frame(struct simnic_fuzz *z, struct simnic_rx_wb *wb)
{
	bool gro = simnic_fuzz_one_in(&z->rng, 3), ipv6 = simnic_fuzz_one_in(&z->rng, 2);
	bool udp = !gro && simnic_fuzz_one_in(&z->rng, 2);
	u32 l4_len = udp ? sizeof(struct udphdr) : sizeof(struct tcphdr);
	u32 payload = simnic_fuzz_below(&z->rng, 1400) + 20, hdr;
	u8 *p;

	*wb = (struct simnic_rx_wb) { .hash = simnic_fuzz_next(&z->rng), .segs = 1 };
	if (gro) {
		wb->mss = simnic_fuzz_below(&z->rng, 1400) + 60;
		payload = wb->mss + 1 + simnic_fuzz_below(&z->rng, 9 * wb->mss);
		wb->segs = DIV_ROUND_UP(payload, wb->mss);
	} else if (simnic_fuzz_one_in(&z->rng, 16)) {
		payload = simnic_fuzz_below(&z->rng, 9000) + 20;
	}
	p = simnic_fuzz_eth(z, ipv6 ? ETH_P_IPV6 : ETH_P_IP);
	p = simnic_fuzz_ip(p, ipv6, udp ? IPPROTO_UDP : IPPROTO_TCP, l4_len + payload);
	p = simnic_fuzz_l4(z, p, udp, payload);
	hdr = p - z->data;
	wb->vlan_tci = simnic_fuzz_next(&z->rng);
	wb->status = FIELD_PREP(SIMNIC_RXD_HASH, SIMNIC_RXD_HASH_L4) |
		     FIELD_PREP(SIMNIC_RXD_CSUM, SIMNIC_RXD_CSUM_OK) |
		     FIELD_PREP(SIMNIC_RXD_L3, ipv6 ? SIMNIC_RXD_L3_IPV6 : SIMNIC_RXD_L3_IPV4) |
		     FIELD_PREP(SIMNIC_RXD_L4, udp ? SIMNIC_RXD_L4_UDP : SIMNIC_RXD_L4_TCP) |
		     FIELD_PREP(SIMNIC_RXD_HDR_LEN, hdr) | (gro ? SIMNIC_RXD_GRO : 0);
	if (simnic_fuzz_one_in(&z->rng, 8))
		wb->status |= SIMNIC_RXD_VLAN;
	/* the headers need not be what they seem, either */
	if (simnic_fuzz_one_in(&z->rng, 8))
		z->data[12 + simnic_fuzz_below(&z->rng, hdr - 12)] = simnic_fuzz_next(&z->rng);
	return hdr + payload;
}

/* -- Mutations ------------------------------------------------------------------------- */

static u16 simnic_fuzz_value(struct simnic_fuzz *z, u16 old)
{
	const u16 special[] = {
		0, 1, ETH_HLEN - 1, ETH_HLEN, ETH_HLEN + 1, SIMNIC_FRAME_MIN,
		simnic_rx_buf_size() - 1, simnic_rx_buf_size(), simnic_rx_buf_size() + 1,
		SIMNIC_FRAME_MAX, 0x7fff, 0x8000, 0xfffe, 0xffff,
	};

	switch (simnic_fuzz_below(&z->rng, 4)) {
	case 0:
		return special[simnic_fuzz_below(&z->rng, ARRAY_SIZE(special))];
	case 1:
		return old + simnic_fuzz_below(&z->rng, 5) - 2;
	case 2:
		return old ^ BIT(simnic_fuzz_below(&z->rng, 16));
	default:
		return simnic_fuzz_next(&z->rng);
	}
}

void simnic_fuzz_mutate(struct simnic_fuzz *z, struct simnic_rx_wb *wb)
{
	u32 n = simnic_fuzz_below(&z->rng, 3) + 1;

	while (n--) {
		switch (simnic_fuzz_below(&z->rng, 6)) {
		case 0:
			wb->len = simnic_fuzz_value(z, wb->len);
			break;
		case 1:
			wb->mss = simnic_fuzz_value(z, wb->mss);
			break;
		case 2:
			wb->segs = simnic_fuzz_value(z, wb->segs);
			break;
		case 3:
			FIELD_MODIFY(SIMNIC_RXD_HDR_LEN, &wb->status,
				     simnic_fuzz_value(z, FIELD_GET(SIMNIC_RXD_HDR_LEN,
								    wb->status)));
			break;
		default:
			/* DD among them: then it is not there */
			wb->status ^= BIT(simnic_fuzz_below(&z->rng, 16));
			break;
		}
	}
}

void simnic_fuzz_random_wb(struct simnic_fuzz *z, struct simnic_rx_wb *wb)
{
	u64 a = simnic_fuzz_next(&z->rng), b = simnic_fuzz_next(&z->rng);

	*wb = (struct simnic_rx_wb) {
		.hash = a, .status = a >> 32, .len = b, .vlan_tci = b >> 16,
		.mss = b >> 32, .segs = b >> 48,
	};
	if (simnic_fuzz_one_in(&z->rng, 2))
		wb->len %= simnic_rx_buf_size();
}

/* -- Frames to send --------------------------------------------------------------------- */

static void simnic_fuzz_segmented(struct simnic_fuzz *z, struct sk_buff *skb)
{
	u32 payload = skb->len - 54;

	skb_set_transport_header(skb, 34);
	tcp_hdr(skb)->doff = 5;
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + 34;
	skb->csum_offset = offsetof(struct tcphdr, check);
	skb_shinfo(skb)->gso_type = SKB_GSO_TCPV4;
	skb_shinfo(skb)->gso_size = 1 + simnic_fuzz_below(&z->rng, payload - 1);
	skb_shinfo(skb)->gso_segs = DIV_ROUND_UP(payload, skb_shinfo(skb)->gso_size);
}

struct sk_buff *simnic_fuzz_skb(struct simnic_fuzz *z)
{
	struct sk_buff *skb = simnic_fake_skb(z->f, 60 + simnic_fuzz_below(&z->rng, 1400));
	u32 frags = simnic_fuzz_one_in(&z->rng, 3) ? simnic_fuzz_below(&z->rng, 4) : 0, i;

	for (i = 0; i < frags; i++) {
		get_page(z->page);
		skb_add_rx_frag(skb, i, z->page, simnic_fuzz_below(&z->rng, 100),
				1 + simnic_fuzz_below(&z->rng, PAGE_SIZE), PAGE_SIZE);
	}
	if (simnic_fuzz_one_in(&z->rng, 3))
		simnic_fuzz_segmented(z, skb);
	return skb;
}
