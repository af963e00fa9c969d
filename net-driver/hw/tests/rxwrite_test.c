// SPDX-License-Identifier: GPL-2.0
/* simnic card: unit tests of what the receive engine writes: buffers, descriptors */
#include <linux/bitfield.h>
#include <linux/unaligned.h>

#include "../rxwrite.h"
#include "test.h"

#define STRIP	SIMNIC_RXCTRL_VLAN_STRIP
#define TCI	0x3123

/**
 * struct write_row - a frame and where it goes
 * @name: for the log
 * @len: its bytes, without tag
 * @piece: bytes of each piece that it is in
 * @bufsz: bytes of a buffer
 * @tagged: it has a tag
 * @strip: which is stripped
 */
struct write_row {
	const char *name;
	u32 len;
	u32 piece;
	u32 bufsz;
	bool tagged;
	bool strip;
};

static const struct write_row rows[] = {
	{ "one buffer", 1514, 1514, 2048 },
	{ "just fits", 256, 256, 256 },
	{ "one byte more", 257, 257, 256 },
	{ "two full ones", 512, 100, 256 },
	{ "many", 9728, 9728, 256 },
	{ "many, in pieces", 9728, 300, 512 },
	{ "odd buffers", 1514, 256, 257 },
	{ "largest buffer", 9728, 1000, 16128 },
	{ "padded", 14, 14, 256 },
	{ "padded, in pieces", 20, 14, 256 },
	{ "just not padded", 60, 60, 256 },
	{ "tag, stripped", 1514, 500, 2048, true, true },
	{ "tag, not stripped", 1514, 500, 2048, true, false },
	{ "tag does not fit", 256, 256, 256, true, false },
	{ "stripped, it fits", 256, 256, 256, true, true },
	{ "tag, padded, stripped", 14, 14, 256, true, true },
	{ "tag, padded, not stripped", 14, 14, 256, true, false },
	{ "tag, just not padded", 56, 56, 256, true, false },
	{ "stripping is nothing without tag", 100, 100, 256, false, true },
};

KUNIT_ARRAY_PARAM_DESC(row, rows, name);

static u8 pattern(u32 i)
{
	return i * 11 + (i >> 8) + 1;
}

/* A frame that is no IP */
static void make_frame(struct kunit *test, struct simhw_frame *f, u32 len, u32 piece)
{
	struct simhw_sg *sg = kunit_kzalloc(test, sizeof(*sg), GFP_KERNEL);
	u8 *data = kunit_kmalloc(test, len, GFP_KERNEL);
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, sg);
	KUNIT_ASSERT_NOT_NULL(test, data);
	for (i = 0; i < len; i++)
		data[i] = pattern(i);
	for (i = 0; i < len; i += piece)
		KUNIT_ASSERT_TRUE(test, simhw_sg_add(sg, data + i, min(piece, len - i), false));
	f->sg = sg;
	f->hdr = data;
	f->hdr_len = min(piece, len);
	f->segs = 1;
}

/* Byte @i of what is to be in memory */
static u8 want_byte(const struct write_row *row, u32 i)
{
	static const u8 tag[] = { 0x81, 0x00, TCI >> 8, TCI & 0xff };

	if (row->tagged && !row->strip && i >= 12) {
		if (i < 16)
			return tag[i - 12];
		i -= 4;
	}
	return i < row->len ? pattern(i) : 0;
}

/* Plan and write, as the engine does. Returns how many descriptors it took. */
static u32 write_frame(struct simhw_rxq *q, const struct simhw_frame *f, struct simhw_rx_meta *meta)
{
	u32 head = q->head;

	spin_lock_bh(&q->lock);
	simhw_rx_plan(q, f, meta);
	simhw_rx_write(q, f, meta);
	spin_unlock_bh(&q->lock);
	return (q->head - head) & q->base.mask;
}

static void expect_buffers(struct kunit *test, struct simhw_test_ring *rx, u32 head, u32 total)
{
	const struct write_row *row = test->param_value;
	u32 n = DIV_ROUND_UP(total, row->bufsz), i, pos, len;
	const struct simnic_rx_desc *desc;

	for (i = 0; i < total; i++) {
		pos = (head + i / row->bufsz) % rx->len;
		if (rx->buf[pos][i % row->bufsz] != want_byte(row, i)) {
			KUNIT_FAIL(test, "byte %u", i);
			break;
		}
	}
	for (i = 0; i < n; i++) {
		desc = &rx->rx[(head + i) % rx->len];
		len = i == n - 1 ? total - i * row->bufsz : row->bufsz;
		KUNIT_EXPECT_EQ(test, le16_to_cpu(desc->wb.len), len);
		KUNIT_EXPECT_EQ(test, le32_to_cpu(desc->wb.status), SIMNIC_RXD_DD |
				(i == n - 1 ? SIMNIC_RXD_EOP : 0) |
				(i == n - 1 && row->tagged && row->strip ? SIMNIC_RXD_VLAN : 0));
	}
	desc = &rx->rx[(head + n - 1) % rx->len];
	KUNIT_EXPECT_EQ(test, le16_to_cpu(desc->wb.vlan_tci),
			row->tagged && row->strip ? TCI : 0);
	KUNIT_EXPECT_EQ(test, le16_to_cpu(desc->wb.segs), 1);
}

/* From the start of the ring, and over its end */
static void test_buffers(struct kunit *test)
{
	const struct write_row *row = test->param_value;
	struct simhw_card *card = simhw_test_card(test, 1, 1);
	struct simhw_test_ring *rx = simhw_test_rxq(test, card, 0, 64, row->bufsz);
	struct simhw_rx_meta meta = { .rxctrl = row->strip ? STRIP : 0 };
	struct simhw_rxq *q = &card->rxq[0];
	struct simhw_frame f = {};
	u32 total, n;

	make_frame(test, &f, row->len, row->piece);
	f.tagged = row->tagged;
	f.vlan_tci = TCI;
	total = max(row->len + (row->tagged ? 4 : 0), 60) - (row->tagged && row->strip ? 4 : 0);
	n = DIV_ROUND_UP(total, row->bufsz);

	simhw_test_doorbell(rx, 63);
	KUNIT_EXPECT_EQ(test, write_frame(q, &f, &meta), n);
	KUNIT_EXPECT_EQ(test, meta.need, n);
	expect_buffers(test, rx, 0, total);

	q->head = (64 - n / 2) % 64;
	for (n = 0; n < 64; n++)
		rx->rx[n] = (struct simnic_rx_desc){
			.addr = cpu_to_le64(simhw_test_addr(card, rx->buf[n])),
		};
	n = q->head;
	write_frame(q, &f, &meta);
	expect_buffers(test, rx, n, total);
	KUNIT_EXPECT_EQ(test, simhw_test_stat(card, SIMNIC_STAT_RX_FRAMES), 2);
	KUNIT_EXPECT_EQ(test, simhw_test_stat(card, SIMNIC_STAT_RX_BYTES),
			2 * max(row->len + (row->tagged ? 4 : 0), 60));
}

/* -- Status ----------------------------------------------------------------- */

/**
 * struct status_row - what is known of a frame, and the status that says so
 * @name: for the log
 * @f: the frame
 * @meta: the card's
 * @status: literally
 */
struct status_row {
	const char *name;
	struct simhw_frame f;
	struct simhw_rx_meta meta;
	u32 status;
};

#define PKT(_l3, _l4, _hdr)	.pkt = { .l3 = (_l3), .l4 = (_l4), .hdr_len = (_hdr) }

static const struct status_row status_rows[] = {
	{ "nothing", { .segs = 1 }, {}, 0x00000003 },
	{ "L3 hash", { .segs = 1 }, { .hash = 0x12345678, .hash_type = 1 }, 0x0000000b },
	{ "L4 hash", { .segs = 1 }, { .hash = 0xffffffff, .hash_type = 2 }, 0x00000013 },
	{ "IPv4", { .segs = 1, PKT(1, 0, 0) }, {}, 0x00000083 },
	{ "IPv6", { .segs = 1, PKT(2, 0, 0) }, {}, 0x00000103 },
	{ "IPv4 TCP", { .segs = 1, PKT(1, 1, 54) }, {}, 0x00360283 },
	{ "IPv6 UDP", { .segs = 1, PKT(2, 2, 62) }, {}, 0x003e0503 },
	{ "checksum made", { .segs = 1, .csum_ok = true, PKT(1, 1, 54) },
	  { .rxctrl = SIMNIC_RXCTRL_CSUM }, 0x003602a3 },
	{ "checksum made, nobody asks", { .segs = 1, .csum_ok = true, PKT(1, 1, 54) },
	  {}, 0x00360283 },
	{ "checksum of what is none", { .segs = 1, PKT(1, 0, 0) },
	  { .rxctrl = SIMNIC_RXCTRL_CSUM }, 0x00000083 },
	{ "tag stripped", { .segs = 1, .tagged = true, .vlan_tci = TCI, PKT(1, 1, 54) },
	  { .rxctrl = STRIP }, 0x00360287 },
	{ "tag left in, headers are longer",
	  { .segs = 1, .tagged = true, .vlan_tci = TCI, PKT(1, 1, 54) }, {}, 0x003a0283 },
	{ "tag left in, headers not known", { .segs = 1, .tagged = true, .vlan_tci = TCI },
	  {}, 0x00000003 },
	{ "super-frame", { .segs = 3, .mss = 40, .seg_hdr = 54, .csum_ok = true, PKT(1, 1, 54) },
	  { .rxctrl = SIMNIC_RXCTRL_CSUM, .hash_type = 2 }, 0x00360ab3 },
};

KUNIT_ARRAY_PARAM_DESC(status, status_rows, name);

static void test_status(struct kunit *test)
{
	const struct status_row *row = test->param_value;
	struct simhw_card *card = simhw_test_card(test, 1, 1);
	struct simhw_test_ring *rx = simhw_test_rxq(test, card, 0, 64, 256);
	struct simhw_rx_meta meta = row->meta;
	struct simhw_frame f = row->f;

	make_frame(test, &f, 150, 150);
	f.segs = row->f.segs;
	simhw_test_doorbell(rx, 63);
	write_frame(&card->rxq[0], &f, &meta);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(rx->rx[0].wb.status), row->status);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(rx->rx[0].wb.rss_hash), row->meta.hash);
	KUNIT_EXPECT_EQ(test, le16_to_cpu(rx->rx[0].wb.segs), row->f.segs);
	KUNIT_EXPECT_EQ(test, le16_to_cpu(rx->rx[0].wb.mss), row->f.mss);
	KUNIT_EXPECT_EQ(test, le16_to_cpu(rx->rx[0].wb.vlan_tci),
			row->meta.rxctrl & STRIP ? TCI : 0);
	KUNIT_EXPECT_EQ(test, simhw_test_stat(card, SIMNIC_STAT_RX_FRAMES), row->f.segs);
}

/* -- Faults ------------------------------------------------------------------ */

/* The @bad-th buffer of four is none: the frame ends there, and the queue halts. */
static void test_fault(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, 1, 1);
	struct simhw_rxq *q = &card->rxq[0];
	struct simhw_rx_meta meta = {};
	struct simhw_test_ring *rx;
	struct simhw_frame f = {};
	u32 bad, i, status;

	make_frame(test, &f, 1000, 333);
	f.segs = 5;
	for (bad = 0; bad < 4; bad++) {
		rx = simhw_test_rxq(test, card, 0, 64, 256);
		simhw_test_doorbell(rx, 63);
		rx->rx[bad].addr = cpu_to_le64(bad & 1 ? U64_MAX - 100 : 0x4000000000000000);
		KUNIT_EXPECT_EQ(test, write_frame(q, &f, &meta), bad + 1);
		for (i = 0; i < 4; i++) {
			status = i > bad ? 0 : SIMNIC_RXD_DD;
			if (i == bad)
				status |= SIMNIC_RXD_EOP | SIMNIC_RXD_ERR;
			KUNIT_EXPECT_EQ(test, le32_to_cpu(rx->rx[i].wb.status), status);
			if (i <= bad)
				KUNIT_EXPECT_EQ(test, le16_to_cpu(rx->rx[i].wb.len),
						i < bad ? 256 : 0);
		}
		KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_RXQ_STATUS(0)),
				SIMNIC_Q_STATUS_ENABLED | SIMNIC_Q_STATUS_HALTED);
		KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_VEC_CAUSE(0)), SIMNIC_CAUSE_ERROR);
		KUNIT_EXPECT_EQ(test, simhw_test_stat(card, SIMNIC_STAT_RX_DMA_FAULT),
				5 * (bad + 1));
		KUNIT_EXPECT_EQ(test, simhw_test_stat(card, SIMNIC_STAT_RX_FRAMES), 0);
		simhw_test_wr(card, SIMNIC_RXQ_CTRL(0), SIMNIC_Q_CTRL_RESUME);
		KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_RXQ_STATUS(0)),
				SIMNIC_Q_STATUS_ENABLED);
		simhw_test_wr(card, SIMNIC_RXQ_CTRL(0), 0);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(test_buffers, row_gen_params),
	KUNIT_CASE_PARAM(test_status, status_gen_params),
	KUNIT_CASE(test_fault),
	{}
};

static struct kunit_suite suite = {
	.name = "simhw_rxwrite",
	.suite_exit = simhw_test_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
