// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: unit tests of the header parser. Frames lie in memory of exactly
 * their size, for KASAN to see whoever reads beyond.
 */
#include <linux/unaligned.h>

#include "test.h"

#define L3_4	SIMNIC_RXD_L3_IPV4
#define L3_6	SIMNIC_RXD_L3_IPV6
#define TCP	SIMNIC_RXD_L4_TCP
#define UDP	SIMNIC_RXD_L4_UDP

/**
 * struct parse_row - a frame, what is done to it, and what is to be found
 * @name: for the log
 * @pkt: the frame
 * @at: offset of a byte to change
 * @val: its new value
 * @want: what is found
 */
struct parse_row {
	const char *name;
	struct simhw_test_pkt pkt;
	u8 at;
	u8 val;
	struct simhw_pkt want;
};

static const struct parse_row rows[] = {
	{ "IPv4 TCP", { 0, 4, IPPROTO_TCP, 0, 0, 100 }, 0, 0,
	  { L3_4, TCP, 14, 34, 54, 154 } },
	{ "IPv4 UDP", { 0, 4, IPPROTO_UDP, 0, 0, 100 }, 0, 0,
	  { L3_4, UDP, 14, 34, 42, 142 } },
	{ "IPv4 UDP without payload", { 0, 4, IPPROTO_UDP, 0, 0, 0 }, 0, 0,
	  { L3_4, UDP, 14, 34, 42, 42 } },
	{ "IPv4 other protocol", { 0, 4, IPPROTO_ICMP, 0, 0, 100 }, 0, 0,
	  { L3_4, 0, 14, 0, 0, 134 } },
	{ "IPv4 options", { 0, 4, IPPROTO_TCP, 40, 0, 100 }, 0, 0,
	  { L3_4, TCP, 14, 74, 94, 194 } },
	{ "TCP options", { 0, 4, IPPROTO_TCP, 0, 40, 100 }, 0, 0,
	  { L3_4, TCP, 14, 34, 94, 194 } },
	{ "both options", { 0, 4, IPPROTO_TCP, 4, 12, 1 }, 0, 0,
	  { L3_4, TCP, 14, 38, 70, 71 } },
	{ "IPv6 TCP", { 0, 6, IPPROTO_TCP, 0, 0, 100 }, 0, 0,
	  { L3_6, TCP, 14, 54, 74, 174 } },
	{ "IPv6 UDP", { 0, 6, IPPROTO_UDP, 0, 0, 100 }, 0, 0,
	  { L3_6, UDP, 14, 54, 62, 162 } },
	{ "IPv6 other protocol", { 0, 6, IPPROTO_ICMPV6, 0, 0, 100 }, 0, 0,
	  { L3_6, 0, 14, 0, 0, 154 } },
	{ "IPv6 options", { 0, 6, IPPROTO_TCP, 8, 12, 100 }, 0, 0,
	  { L3_6, TCP, 14, 62, 94, 194 } },
	{ "IPv6 long options", { 0, 6, IPPROTO_UDP, 64, 0, 100 }, 0, 0,
	  { L3_6, UDP, 14, 118, 126, 226 } },
	{ "IPv6 fragment", { 0, 6, IPPROTO_FRAGMENT, 0, 0, 100 }, 0, 0,
	  { L3_6, 0, 14, 0, 0, 154 } },
	{ "one tag", { 1, 4, IPPROTO_TCP, 0, 0, 100 }, 0, 0,
	  { L3_4, TCP, 18, 38, 58, 158 } },
	{ "two tags", { 2, 6, IPPROTO_UDP, 0, 0, 100 }, 0, 0,
	  { L3_6, UDP, 22, 62, 70, 170 } },
	{ "unknown tag", { 1, 4, IPPROTO_TCP, 0, 0, 100 }, 12, 0x88,
	  { 0, 0, 0, 0, 0, 0 } },
	{ "three tags", { 3, 4, IPPROTO_TCP, 0, 0, 100 }, 0, 0,
	  { 0, 0, 0, 0, 0, 0 } },
	{ "no IP", { 0, 0, 0, 0, 0, 46 }, 0, 0,
	  { 0, 0, 0, 0, 0, 0 } },
	{ "IPv4 more fragments", { 0, 4, IPPROTO_UDP, 0, 0, 100 }, 20, 0x20,
	  { L3_4, 0, 14, 0, 0, 142 } },
	{ "IPv4 last fragment", { 0, 4, IPPROTO_UDP, 0, 0, 100 }, 21, 0x01,
	  { L3_4, 0, 14, 0, 0, 142 } },
	{ "IPv4 high fragment", { 0, 4, IPPROTO_UDP, 0, 0, 100 }, 20, 0x1f,
	  { L3_4, 0, 14, 0, 0, 142 } },
	{ "IPv4 not to be fragmented", { 0, 4, IPPROTO_UDP, 0, 0, 100 }, 20, 0x40,
	  { L3_4, UDP, 14, 34, 42, 142 } },
	{ "IPv4 of version 5", { 0, 4, IPPROTO_TCP, 0, 0, 100 }, 14, 0x55,
	  { 0, 0, 0, 0, 0, 0 } },
	{ "IPv4 header too short", { 0, 4, IPPROTO_TCP, 0, 0, 100 }, 14, 0x44,
	  { 0, 0, 0, 0, 0, 0 } },
	{ "IPv4 shorter than its header", { 0, 4, IPPROTO_TCP, 0, 0, 0 }, 17, 19,
	  { 0, 0, 0, 0, 0, 0 } },
	{ "IPv4 ends in TCP header", { 0, 4, IPPROTO_TCP, 0, 0, 0 }, 17, 39,
	  { L3_4, 0, 14, 0, 0, 53 } },
	{ "IPv4 ends in UDP header", { 0, 4, IPPROTO_UDP, 0, 0, 0 }, 17, 27,
	  { L3_4, 0, 14, 0, 0, 41 } },
	{ "IPv4 claims more than there is", { 0, 4, IPPROTO_TCP, 0, 0, 100 }, 16, 0xff,
	  { L3_4, TCP, 14, 34, 54, 14 + 0xff8c } },
	{ "TCP header too short", { 0, 4, IPPROTO_TCP, 0, 0, 100 }, 46, 0x40,
	  { L3_4, 0, 14, 0, 0, 154 } },
	{ "TCP header longer than its packet", { 0, 4, IPPROTO_TCP, 0, 0, 39 }, 46, 0xf0,
	  { L3_4, 0, 14, 0, 0, 93 } },
	{ "TCP header as long as its packet", { 0, 4, IPPROTO_TCP, 0, 0, 40 }, 46, 0xf0,
	  { L3_4, TCP, 14, 34, 94, 94 } },
	{ "IPv6 of version 7", { 0, 6, IPPROTO_TCP, 0, 0, 100 }, 14, 0x70,
	  { 0, 0, 0, 0, 0, 0 } },
	{ "IPv6 without length", { 0, 6, IPPROTO_TCP, 0, 0, 100 }, 19, 0,
	  { L3_6, 0, 14, 0, 0, 54 } },
	{ "IPv6 extension beyond its packet", { 0, 6, IPPROTO_TCP, 8, 0, 100 }, 55, 0xff,
	  { L3_6, 0, 14, 0, 0, 182 } },
	{ "IPv6 extension of unknown kind", { 0, 6, IPPROTO_TCP, 8, 0, 100 }, 20, 51,
	  { L3_6, 0, 14, 0, 0, 182 } },
};

KUNIT_ARRAY_PARAM_DESC(row, rows, name);

static void expect_pkt(struct kunit *test, const struct simhw_pkt *pkt,
		       const struct simhw_pkt *want)
{
	KUNIT_EXPECT_EQ(test, pkt->l3, want->l3);
	KUNIT_EXPECT_EQ(test, pkt->l4, want->l4);
	KUNIT_EXPECT_EQ(test, pkt->l3_off, want->l3_off);
	KUNIT_EXPECT_EQ(test, pkt->l4_off, want->l4_off);
	KUNIT_EXPECT_EQ(test, pkt->hdr_len, want->hdr_len);
	KUNIT_EXPECT_EQ(test, pkt->l3_end, want->l3_end);
}

static u32 make_row(struct kunit *test, u8 **frame)
{
	const struct parse_row *row = test->param_value;
	u32 len = simhw_test_build(test, &row->pkt, frame);

	if (row->at)
		(*frame)[row->at] = row->val;
	return len;
}

static void test_parse(struct kunit *test)
{
	const struct parse_row *row = test->param_value;
	struct simhw_pkt pkt;
	u8 *frame;
	u32 len;

	len = make_row(test, &frame);
	simhw_parse(&pkt, frame, len);
	expect_pkt(test, &pkt, &row->want);
}

/* What is found in the first @len bytes lies within them, and is the same. */
static void expect_truncated(struct kunit *test, const struct simhw_pkt *pkt, u32 len)
{
	const struct parse_row *row = test->param_value;

	if (pkt->l3) {
		KUNIT_EXPECT_LE(test, pkt->l3_off + (pkt->l3 == L3_4 ? 20 : 40), len);
		KUNIT_EXPECT_EQ(test, pkt->l3, row->want.l3);
		KUNIT_EXPECT_EQ(test, pkt->l3_end, row->want.l3_end);
	}
	if (pkt->l4) {
		KUNIT_EXPECT_LE(test, pkt->l4_off + (pkt->l4 == TCP ? 20 : 8), len);
		KUNIT_EXPECT_EQ(test, pkt->l4, row->want.l4);
		KUNIT_EXPECT_EQ(test, pkt->l4_off, row->want.l4_off);
	}
	if (pkt->hdr_len) {
		KUNIT_ASSERT_LE_MSG(test, pkt->hdr_len, len, "of %u bytes", len);
		KUNIT_EXPECT_EQ(test, pkt->hdr_len, row->want.hdr_len);
	}
}

static void test_truncated(struct kunit *test)
{
	struct simhw_pkt pkt;
	u8 *frame, *part;
	u32 len, i;

	len = make_row(test, &frame);
	for (i = 14; i < len; i++) {
		part = kunit_kmalloc(test, i, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, part);
		memcpy(part, frame, i);
		simhw_parse(&pkt, part, i);
		expect_truncated(test, &pkt, i);
		kunit_kfree(test, part);
	}
}

/* Each byte of the headers in turn takes values that lead elsewhere. */
static void test_mutated(struct kunit *test)
{
	static const u8 values[] = {
		0x00, 0x01, 0x0f, 0x40, 0x45, 0x4f, 0x60, 0x7f, 0x80, 0xf0, 0xff
	};
	struct simhw_pkt pkt;
	u32 len, i, v;
	u8 *frame, old;

	len = make_row(test, &frame);
	for (i = 12; i < min(len, 128); i++) {
		old = frame[i];
		for (v = 0; v < ARRAY_SIZE(values); v++) {
			frame[i] = values[v];
			simhw_parse(&pkt, frame, len);
			if (pkt.hdr_len > len || pkt.l4_off > len || pkt.l3_off > len ||
			    (pkt.l4 && !pkt.l3))
				KUNIT_FAIL(test, "byte %u: %02x", i, values[v]);
		}
		frame[i] = old;
	}
}

/* As many extension headers as it skips, and one more */
static void test_extensions(struct kunit *test)
{
	static const struct simhw_test_pkt shape = { .ip = 6, .proto = IPPROTO_TCP, .opts = 8 };
	static const u8 kinds[] = { 0, 43, 60 };
	struct simhw_pkt pkt;
	u32 len, n, i;
	u8 *frame, *buf;

	len = simhw_test_build(test, &shape, &frame);
	for (n = 1; n <= 7; n++) {
		buf = kunit_kzalloc(test, len + (n - 1) * 8, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, buf);
		memcpy(buf, frame, 54);
		memcpy(buf + 54 + n * 8, frame + 62, len - 62);
		put_unaligned_be16(n * 8 + 20, buf + 18);
		buf[20] = kinds[0];
		for (i = 0; i < n; i++)
			buf[54 + i * 8] = i == n - 1 ? IPPROTO_TCP : kinds[(i + 1) % 3];
		simhw_parse(&pkt, buf, len + (n - 1) * 8);
		KUNIT_EXPECT_EQ_MSG(test, pkt.l4, n <= 6 ? TCP : 0, "%u headers", n);
		KUNIT_EXPECT_EQ(test, pkt.l4_off, n <= 6 ? 54 + n * 8 : 0);
	}
}

static void test_8021ad(struct kunit *test)
{
	static const struct simhw_test_pkt shape = { .tags = 2, .ip = 4, .proto = IPPROTO_UDP };
	static const struct simhw_pkt want = { L3_4, UDP, 22, 42, 50, 50 };
	struct simhw_pkt pkt;
	u8 *frame;
	u32 len;

	len = simhw_test_build(test, &shape, &frame);
	put_unaligned_be16(0x88a8, frame + 12);
	simhw_parse(&pkt, frame, len);
	expect_pkt(test, &pkt, &want);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(test_parse, row_gen_params),
	KUNIT_CASE_PARAM(test_truncated, row_gen_params),
	KUNIT_CASE_PARAM(test_mutated, row_gen_params),
	KUNIT_CASE(test_extensions),
	KUNIT_CASE(test_8021ad),
	{}
};

static struct kunit_suite suite = {
	.name = "simhw_parse",
	.suite_exit = simhw_test_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
