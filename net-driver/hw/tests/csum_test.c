// SPDX-License-Identifier: GPL-2.0
/* simnic card: unit tests of the checking of received checksums */
#include <linux/unaligned.h>

#include "../csum.h"
#include "test.h"

#define OK	SIMNIC_RXD_CSUM_OK
#define BAD	SIMNIC_RXD_CSUM_BAD
#define NONE	SIMNIC_RXD_CSUM_NONE

/**
 * struct csum_row - a frame, what is done to it, and what is reported
 * @name: for the log
 * @pkt: the frame
 * @at: offset of two bytes to change
 * @val: their new value
 * @pad: bytes behind the packet
 * @cut: bytes that are missing at the end
 * @want: SIMNIC_RXD_CSUM_*
 */
struct csum_row {
	const char *name;
	struct simhw_test_pkt pkt;
	u16 at;
	u16 val;
	u16 pad;
	u16 cut;
	u32 want;
};

static const struct csum_row rows[] = {
	{ "IPv4 TCP", { 0, 4, IPPROTO_TCP, 0, 12, 100 }, .want = OK },
	{ "IPv4 TCP, odd", { 0, 4, IPPROTO_TCP, 0, 12, 1001 }, .want = OK },
	{ "IPv4 UDP", { 0, 4, IPPROTO_UDP, 0, 0, 100 }, .want = OK },
	{ "IPv4 UDP, odd, empty", { 0, 4, IPPROTO_UDP, 0, 0, 0 }, .want = OK },
	{ "IPv4 options", { 0, 4, IPPROTO_TCP, 40, 40, 99 }, .want = OK },
	{ "IPv6 TCP", { 0, 6, IPPROTO_TCP, 0, 12, 100 }, .want = OK },
	{ "IPv6 UDP, odd", { 0, 6, IPPROTO_UDP, 0, 0, 1001 }, .want = OK },
	{ "IPv6 extension header", { 0, 6, IPPROTO_UDP, 24, 0, 100 }, .want = OK },
	{ "inner tag", { 1, 4, IPPROTO_TCP, 0, 12, 100 }, .want = OK },
	{ "padding", { 0, 4, IPPROTO_UDP, 0, 0, 1 }, .pad = 17, .want = OK },
	{ "IPv6 padding", { 0, 6, IPPROTO_TCP, 0, 0, 3 }, .pad = 5, .want = OK },
	{ "other protocol", { 0, 4, IPPROTO_ICMP, 0, 0, 100 }, .want = NONE },
	{ "no IP", { 0, 0, 0, 0, 0, 100 }, .want = NONE },
	{ "fragment", { 0, 4, IPPROTO_UDP, 0, 0, 100 }, 20, 0x2000, .want = NONE },
	{ "IPv4 UDP without checksum", { 0, 4, IPPROTO_UDP, 0, 0, 100 }, 40, 0, .want = NONE },
	{ "IPv6 UDP without checksum", { 0, 6, IPPROTO_UDP, 0, 0, 100 }, 60, 0, .want = NONE },
	{ "UDP length too small", { 0, 4, IPPROTO_UDP, 0, 0, 100 }, 38, 107, .want = NONE },
	{ "UDP length too large", { 0, 4, IPPROTO_UDP, 0, 0, 100 }, 38, 109, .want = NONE },
	{ "TCP checksum of zero", { 0, 4, IPPROTO_TCP, 0, 12, 100 }, 50, 0, .want = BAD },
	{ "bad TCP checksum", { 0, 4, IPPROTO_TCP, 0, 12, 100 }, 50, 0x1234, .want = BAD },
	{ "bad IPv4 checksum", { 0, 4, IPPROTO_TCP, 0, 12, 100 }, 24, 0x1234, .want = BAD },
	{ "cut", { 0, 4, IPPROTO_TCP, 0, 12, 100 }, .cut = 1, .want = NONE },
	{ "IPv6 cut", { 0, 6, IPPROTO_UDP, 0, 0, 100 }, .cut = 99, .want = NONE },
};

KUNIT_ARRAY_PARAM_DESC(row, rows, name);

/* The row's frame in pieces of @piece bytes, the headers in the first if it is zero */
static void make_frame(struct kunit *test, struct simhw_frame *f, u32 piece)
{
	const struct csum_row *row = test->param_value;
	struct simhw_sg *sg = kunit_kzalloc(test, sizeof(*sg), GFP_KERNEL);
	u32 len = simhw_test_build(test, &row->pkt, (u8 **)&f->hdr), off, n;
	u8 *data;

	KUNIT_ASSERT_NOT_NULL(test, sg);
	if (row->at)
		put_unaligned_be16(row->val, (u8 *)f->hdr + row->at);
	data = kunit_kmalloc(test, len + row->pad - row->cut, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, data);
	memset(data, 0xa5, len + row->pad - row->cut);
	memcpy(data, f->hdr, len - row->cut);
	len += row->pad - row->cut;
	for (off = 0; off < len; off += n) {
		n = piece ? min(piece, len - off) : len;
		KUNIT_ASSERT_TRUE(test, simhw_sg_add(sg, data + off, n, false));
	}
	f->sg = sg;
	f->hdr = data;
	f->hdr_len = min(len, SIMHW_PARSE_MAX);
	f->segs = 1;
	simhw_parse(&f->pkt, f->hdr, f->hdr_len);
}

static void test_status(struct kunit *test)
{
	static const u32 pieces[] = { 0, 54, 61, 128, 500 };
	const struct csum_row *row = test->param_value;
	struct simhw_frame f = {};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(pieces); i++) {
		make_frame(test, &f, pieces[i]);
		KUNIT_EXPECT_EQ_MSG(test, simhw_csum_status(&f), row->want, "%u", pieces[i]);
	}
	/* what the sending card has made needs no look */
	f.csum_ok = true;
	KUNIT_EXPECT_EQ(test, simhw_csum_status(&f), f.pkt.l4 ? OK : NONE);
}

/* No bit of a good packet can change unnoticed, but those that no checksum covers. */
static void test_every_bit(struct kunit *test)
{
	const struct csum_row *row = test->param_value;
	struct simhw_frame f = {};
	u32 bit, status;
	u8 *data;

	if (row->want != OK || row->pkt.payload > 200)
		return;
	make_frame(test, &f, 0);
	data = (u8 *)f.hdr;
	for (bit = f.pkt.l4_off * 8; bit < f.pkt.l3_end * 8; bit++) {
		data[bit / 8] ^= BIT(bit % 8);
		simhw_parse(&f.pkt, f.hdr, f.hdr_len);
		status = simhw_csum_status(&f);
		if (status == OK)
			KUNIT_FAIL(test, "byte %u, bit %u", bit / 8, bit % 8);
		data[bit / 8] ^= BIT(bit % 8);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(test_status, row_gen_params),
	KUNIT_CASE_PARAM(test_every_bit, row_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "simhw_csum",
	.suite_exit = simhw_test_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
