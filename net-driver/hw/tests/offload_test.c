// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: unit tests of checksums and tags that are filled in on sending: what
 * arrives at the other end of a cable
 */
#include <linux/bitfield.h>
#include <linux/unaligned.h>

#include "../offload.h"
#include "test.h"

#define CSUM	SIMNIC_TXD_CSUM
#define VLAN	SIMNIC_TXD_VLAN
#define TCI	0x6abc

/**
 * struct offload_row - a frame and what is asked for
 * @name: for the log
 * @pkt: the frame
 * @flags: SIMNIC_TXD_CSUM, SIMNIC_TXD_VLAN
 * @first: bytes in the first buffer; 0: all
 * @chunk: bytes in all others
 */
struct offload_row {
	const char *name;
	struct simhw_test_pkt pkt;
	u16 flags;
	u16 first;
	u16 chunk;
};

static const struct offload_row rows[] = {
	{ "nothing", { 0, 4, IPPROTO_TCP, 0, 12, 100 } },
	{ "nothing, in pieces", { 0, 4, IPPROTO_TCP, 0, 12, 1000 }, 0, 13, 99 },
	{ "nothing, short", { 0, 0, 0, 0, 0, 1 } },
	{ "nothing, short, in pieces", { 0, 0, 0, 0, 0, 5 }, 0, 1, 7 },
	{ "IPv4 TCP", { 0, 4, IPPROTO_TCP, 0, 12, 100 }, CSUM },
	{ "IPv4 TCP, odd", { 0, 4, IPPROTO_TCP, 0, 12, 1001 }, CSUM },
	{ "IPv4 UDP", { 0, 4, IPPROTO_UDP, 0, 0, 100 }, CSUM },
	{ "IPv4 UDP, short", { 0, 4, IPPROTO_UDP, 0, 0, 1 }, CSUM },
	{ "IPv4 options", { 0, 4, IPPROTO_TCP, 40, 40, 500 }, CSUM },
	{ "IPv6 TCP", { 0, 6, IPPROTO_TCP, 0, 12, 777 }, CSUM },
	{ "IPv6 UDP", { 0, 6, IPPROTO_UDP, 0, 0, 100 }, CSUM },
	{ "IPv6 long extension header", { 0, 6, IPPROTO_UDP, 160, 0, 100 }, CSUM },
	{ "checksum, in pieces", { 0, 4, IPPROTO_TCP, 0, 12, 1000 }, CSUM, 51, 61 },
	{ "checksum, headers apart", { 0, 6, IPPROTO_TCP, 0, 0, 1000 }, CSUM, 74, 4096 },
	{ "checksum, bytes in front", { 0, 4, IPPROTO_UDP, 0, 0, 900 }, CSUM, 1, 33 },
	{ "tag in memory", { 1, 4, IPPROTO_TCP, 0, 12, 100 } },
	{ "tag in memory, in pieces", { 1, 4, IPPROTO_TCP, 0, 12, 1000 }, 0, 13, 77 },
	{ "tag in memory, short", { 1, 0, 0, 0, 0, 1 } },
	{ "tag in memory, checksum", { 1, 6, IPPROTO_TCP, 0, 12, 777 }, CSUM },
	{ "tag in memory, checksum, in pieces", { 1, 4, IPPROTO_UDP, 0, 0, 900 }, CSUM, 15, 45 },
	{ "two tags in memory", { 2, 4, IPPROTO_TCP, 0, 12, 100 }, CSUM },
	{ "tag inserted", { 0, 4, IPPROTO_TCP, 0, 12, 100 }, VLAN },
	{ "tag inserted, short", { 0, 0, 0, 0, 0, 1 }, VLAN },
	{ "tag inserted, checksum", { 0, 4, IPPROTO_UDP, 0, 0, 101 }, CSUM | VLAN },
	{ "both tags", { 1, 4, IPPROTO_TCP, 0, 12, 100 }, CSUM | VLAN },
};

KUNIT_ARRAY_PARAM_DESC(row, rows, name);

static u32 l3_off(const struct simhw_test_pkt *p)
{
	return 14 + p->tags * 4;
}

static u32 l4_off(const struct simhw_test_pkt *p)
{
	return l3_off(p) + (p->ip == 4 ? 20 : 40) + p->opts;
}

static u32 csum_offset(const struct simhw_test_pkt *p)
{
	return p->proto == IPPROTO_TCP ? 16 : 6;
}

/* As a stack leaves it: the sum of the pseudo header in place of the checksum */
static void unmake_csum(u8 *frame, u32 len, const struct simhw_test_pkt *p)
{
	u8 *ip = frame + l3_off(p);
	u32 sum = p->proto + len - l4_off(p);

	sum = simhw_test_sum(ip + (p->ip == 4 ? 12 : 8), p->ip == 4 ? 8 : 32, sum);
	put_unaligned_be16(sum, frame + l4_off(p) + csum_offset(p));
}

static u32 post(struct simhw_test_ring *ring, const struct offload_row *row, const u8 *frame,
		u32 len)
{
	u32 n = 0, off = 0, piece = row->first ?: len;

	for (; off < len; off += piece, piece = row->chunk, n++) {
		piece = min(piece, len - off);
		simhw_test_desc(ring, n, frame + off, piece,
				off + piece == len ? SIMNIC_TXD_EOP : 0);
	}
	ring->tx[0].flags |= cpu_to_le16(row->flags);
	ring->tx[0].vlan_tci = cpu_to_le16(TCI);
	ring->tx[0].csum_start = l4_off(&row->pkt) / 2;
	ring->tx[0].csum_offset = csum_offset(&row->pkt);
	return n;
}

/* What is to be on the wire: with the tag in front, and padded */
static u32 make_wire(struct kunit *test, const struct offload_row *row, const u8 *frame, u32 len,
		     u8 **wire)
{
	u32 tag = row->flags & VLAN ? 4 : 0, wire_len = max(len + tag, 60);

	*wire = kunit_kzalloc(test, wire_len, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, *wire);
	memcpy(*wire, frame, 12);
	if (tag)
		put_unaligned_be32(0x81000000 | TCI, *wire + 12);
	memcpy(*wire + 12 + tag, frame + 12, len - 12);
	return wire_len;
}

/* Two cards and a cable; the receiver leaves everything as it is. */
static void make_pair(struct kunit *test, struct simhw_test_ring **tx, struct simhw_test_ring **rx)
{
	struct simhw_card *a = simhw_test_card(test, 1, 1);
	struct simhw_card *b = simhw_test_card(test, 1, 1);

	simhw_test_link(test, a, b);
	simhw_test_wr(b, SIMNIC_RXCTRL, SIMNIC_RXCTRL_EN | SIMNIC_RXCTRL_PROMISC |
		      SIMNIC_RXCTRL_CSUM);
	*rx = simhw_test_rxq(test, b, 0, 64, 2048);
	*tx = simhw_test_txq(test, a, 0, 64);
	simhw_test_doorbell(*rx, 63);
}

static void test_frame(struct kunit *test)
{
	const struct offload_row *row = test->param_value;
	struct simhw_test_ring *tx, *rx;
	u8 *frame, *wire, *before;
	u32 len, wire_len, n;

	make_pair(test, &tx, &rx);
	len = simhw_test_build(test, &row->pkt, &frame);
	wire_len = make_wire(test, row, frame, len, &wire);
	if (row->flags & CSUM)
		unmake_csum(frame, len, &row->pkt);
	before = kunit_kmalloc(test, len, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, before);
	memcpy(before, frame, len);
	n = post(tx, row, frame, len);
	simhw_test_doorbell(tx, n);

	KUNIT_ASSERT_EQ(test, simhw_test_rd(rx->card, SIMNIC_RXQ_HEAD(0)), 1);
	KUNIT_EXPECT_EQ(test, le16_to_cpu(rx->rx[0].wb.len), wire_len);
	KUNIT_EXPECT_MEMEQ(test, rx->buf[0], wire, wire_len);
	KUNIT_EXPECT_MEMEQ(test, frame, before, len);
	KUNIT_EXPECT_EQ(test, simhw_test_stat(tx->card, SIMNIC_STAT_TX_BYTES), wire_len);
	KUNIT_EXPECT_EQ(test, simhw_test_field(SIMNIC_RXD_CSUM, le32_to_cpu(rx->rx[0].wb.status)),
			row->pkt.ip ? SIMNIC_RXD_CSUM_OK : SIMNIC_RXD_CSUM_NONE);
}

/* A checksum that comes out as zero: in UDP, zero would mean that there is none. */
static void test_zero_csum(struct kunit *test)
{
	static const struct offload_row row = { "", { 0, 4, IPPROTO_UDP, 0, 0, 64 }, CSUM };
	struct simhw_test_ring *tx, *rx;
	u32 len, n;
	u8 *frame;

	make_pair(test, &tx, &rx);
	len = simhw_test_build(test, &row.pkt, &frame);
	/* what the checksum would be is added to the payload */
	put_unaligned_be16(simhw_test_sum(frame + 40, 2, get_unaligned_be16(frame + 42)),
			   frame + 42);
	unmake_csum(frame, len, &row.pkt);
	n = post(tx, &row, frame, len);
	simhw_test_doorbell(tx, n);
	KUNIT_ASSERT_EQ(test, simhw_test_rd(rx->card, SIMNIC_RXQ_HEAD(0)), 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(rx->buf[0] + 40), 0xffff);
	KUNIT_EXPECT_EQ(test, simhw_test_field(SIMNIC_RXD_CSUM, le32_to_cpu(rx->rx[0].wb.status)),
			SIMNIC_RXD_CSUM_OK);
}

/* Some other checksum was made, not that of TCP or UDP: the receiver has to look. */
static void test_other_csum(struct kunit *test)
{
	static const struct { u8 start, offset, pad; u32 want; } others[] = {
		{ 17, 16, 0, SIMNIC_RXD_CSUM_OK },
		{ 17, 18, 0, SIMNIC_RXD_CSUM_BAD },
		{ 17, 6, 0, SIMNIC_RXD_CSUM_BAD },
		{ 18, 14, 0, SIMNIC_RXD_CSUM_BAD },
		{ 30, 0, 0, SIMNIC_RXD_CSUM_BAD },
		/* a sum over more than the packet has */
		{ 17, 16, 2, SIMNIC_RXD_CSUM_BAD },
	};
	static const struct offload_row row = { "", { 0, 4, IPPROTO_TCP, 0, 0, 64 }, CSUM };
	struct simhw_test_ring *tx, *rx;
	u32 len, i, status;
	u8 *frame, *buf;

	make_pair(test, &tx, &rx);
	for (i = 0; i < ARRAY_SIZE(others); i++) {
		len = simhw_test_build(test, &row.pkt, &frame);
		unmake_csum(frame, len, &row.pkt);
		buf = kunit_kzalloc(test, len + others[i].pad, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, buf);
		memset(buf, 0x55, len + others[i].pad);
		memcpy(buf, frame, len);
		simhw_test_desc(tx, i, buf, len + others[i].pad, SIMNIC_TXD_EOP | CSUM);
		tx->tx[i].csum_start = others[i].start;
		tx->tx[i].csum_offset = others[i].offset;
		simhw_test_doorbell(tx, i + 1);
		KUNIT_ASSERT_EQ(test, simhw_test_rd(rx->card, SIMNIC_RXQ_HEAD(0)), i + 1);
		status = le32_to_cpu(rx->rx[i].wb.status);
		KUNIT_EXPECT_EQ_MSG(test, simhw_test_field(SIMNIC_RXD_CSUM, status),
				    others[i].want, "%u", i);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(test_frame, row_gen_params),
	KUNIT_CASE(test_zero_csum),
	KUNIT_CASE(test_other_csum),
	{}
};

static struct kunit_suite suite = {
	.name = "simhw_offload",
	.suite_exit = simhw_test_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
