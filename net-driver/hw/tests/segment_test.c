// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: unit tests of segmentation: what arrives at the other end of a
 * cable, each segment looked at by itself
 */
#include <linux/bitfield.h>
#include <linux/unaligned.h>

#include "../offload.h"
#include "test.h"

#define FIN	0x01
#define PSH	0x08
#define ACK	0x10
#define CWR	0x80

#define BUFSZ	2048

/**
 * struct tso_row - a frame to be segmented
 * @name: for the log
 * @pkt: the frame
 * @mss: payload bytes of a segment
 * @first: bytes in the first buffer; 0: all
 * @chunk: bytes in all others
 * @vlan: a tag is to be inserted
 */
struct tso_row {
	const char *name;
	struct simhw_test_pkt pkt;
	u16 mss;
	u16 first;
	u16 chunk;
	bool vlan;
};

static const struct tso_row rows[] = {
	{ "IPv4 TCP", { 0, 4, IPPROTO_TCP, 0, 12, 4000 }, 1000, 0, 0, false },
	{ "IPv4 TCP, short last segment", { 0, 4, IPPROTO_TCP, 0, 12, 4001 }, 1000, 0, 0, false },
	{ "IPv4 TCP, one segment", { 0, 4, IPPROTO_TCP, 0, 0, 1000 }, 1000, 0, 0, false },
	{ "IPv4 TCP, less than one", { 0, 4, IPPROTO_TCP, 0, 0, 999 }, 1000, 0, 0, false },
	{ "IPv4 TCP, one more", { 0, 4, IPPROTO_TCP, 0, 0, 1001 }, 1000, 0, 0, false },
	{ "IPv4 TCP, odd segments", { 0, 4, IPPROTO_TCP, 0, 12, 5000 }, 777, 0, 0, false },
	{ "IPv4 TCP, tiny segments", { 0, 4, IPPROTO_TCP, 0, 0, 29 }, 1, 0, 0, false },
	{ "IPv4 options", { 0, 4, IPPROTO_TCP, 40, 40, 3000 }, 1000, 0, 0, false },
	{ "IPv6 TCP", { 0, 6, IPPROTO_TCP, 0, 12, 4321 }, 1000, 0, 0, false },
	{ "IPv6 extension header", { 0, 6, IPPROTO_TCP, 16, 12, 4321 }, 1000, 0, 0, false },
	{ "IPv4 UDP", { 0, 4, IPPROTO_UDP, 0, 0, 4001 }, 1000, 0, 0, false },
	{ "IPv6 UDP", { 0, 6, IPPROTO_UDP, 0, 0, 4001 }, 1000, 0, 0, false },
	{ "headers apart", { 0, 4, IPPROTO_TCP, 0, 0, 3000 }, 1000, 54, 4096, false },
	{ "headers in pieces", { 0, 4, IPPROTO_TCP, 0, 12, 3000 }, 999, 13, 99, false },
	{ "bytes in pieces", { 0, 6, IPPROTO_TCP, 0, 0, 1500 }, 333, 1, 47, false },
	{ "tag in memory", { 1, 4, IPPROTO_TCP, 0, 12, 4001 }, 1000, 0, 0, false },
	{ "tag in memory, in pieces", { 1, 6, IPPROTO_UDP, 0, 0, 2500 }, 1000, 15, 99, false },
	{ "tag inserted", { 0, 4, IPPROTO_TCP, 0, 12, 4001 }, 1000, 0, 0, true },
	{ "both tags", { 1, 4, IPPROTO_TCP, 0, 12, 4001 }, 1000, 0, 0, true },
};

KUNIT_ARRAY_PARAM_DESC(row, rows, name);

/* Offsets in a frame of this shape */
static u32 l3_off(const struct simhw_test_pkt *p)
{
	return 14 + p->tags * 4;
}

static u32 l4_off(const struct simhw_test_pkt *p)
{
	return l3_off(p) + (p->ip == 4 ? 20 : 40) + p->opts;
}

static u32 hdr_len(const struct simhw_test_pkt *p)
{
	return l4_off(p) + (p->proto == IPPROTO_TCP ? 20 + p->l4_opts : 8);
}

/* Context, and data in as many buffers as the row says. Returns how many. */
static u32 post(struct simhw_test_ring *ring, const struct tso_row *row, u8 *frame, u32 len)
{
	const struct simhw_test_pkt *p = &row->pkt;
	struct simnic_tx_ctx ctx = {
		.mss = cpu_to_le16(row->mss),
		.hdr_len = cpu_to_le16(hdr_len(p)),
		.l3_offset = l3_off(p),
		.l4_offset = l4_off(p),
		.flags = cpu_to_le16(SIMNIC_TXD_CTX |
				     (p->proto == IPPROTO_UDP ? SIMNIC_TXD_UDP : 0)),
	};
	u32 n = 1, off = 0, piece = row->first ?: len;

	memcpy(&ring->tx[0], &ctx, sizeof(ctx));
	for (; off < len; off += piece, piece = row->chunk, n++) {
		piece = min(piece, len - off);
		simhw_test_desc(ring, n, frame + off, piece,
				off + piece == len ? SIMNIC_TXD_EOP | SIMNIC_TXD_RS : 0);
	}
	ring->tx[1].flags |= cpu_to_le16(SIMNIC_TXD_CSUM | (row->vlan ? SIMNIC_TXD_VLAN : 0));
	ring->tx[1].vlan_tci = cpu_to_le16(0xabc);
	ring->tx[1].csum_start = l4_off(p) / 2;
	ring->tx[1].csum_offset = p->proto == IPPROTO_TCP ? 16 : 6;
	return n;
}

/* As a stack hands it over: lengths and checksums are the card's business. */
static u32 make_frame(struct kunit *test, const struct simhw_test_pkt *p, u8 **frame)
{
	u32 len = simhw_test_build(test, p, frame);

	if (p->proto == IPPROTO_TCP)
		(*frame)[l4_off(p) + 13] = FIN | PSH | ACK | CWR;
	if (p->ip == 4)
		put_unaligned_be16(0xdead, *frame + l3_off(p) + 10);
	put_unaligned_be16(0xbeef, *frame + l4_off(p) + (p->proto == IPPROTO_TCP ? 16 : 6));
	return len;
}

static u8 tcp_flags(bool first, bool last)
{
	return ACK | (first ? CWR : 0) | (last ? FIN | PSH : 0);
}

/* One segment: @at is its IP header, @off its first payload byte in the frame's */
static void expect_segment(struct kunit *test, const struct tso_row *row, const u8 *frame,
			   const u8 *at, u32 off, u32 len)
{
	const struct simhw_test_pkt *p = &row->pkt;
	u32 l4 = l4_off(p) - l3_off(p), hdr = hdr_len(p) - l3_off(p);
	const u8 *orig = frame + l3_off(p);

	if (p->ip == 4) {
		KUNIT_EXPECT_EQ(test, get_unaligned_be16(at + 2), hdr + len);
		KUNIT_EXPECT_EQ(test, get_unaligned_be16(at + 4), (u16)(0xfffe + off / row->mss));
		KUNIT_EXPECT_TRUE(test, simhw_test_ip_ok(at));
		KUNIT_EXPECT_MEMEQ(test, at + 12, orig + 12, l4 - 12);
	} else {
		KUNIT_EXPECT_EQ(test, get_unaligned_be16(at + 4), hdr + len - 40);
		KUNIT_EXPECT_MEMEQ(test, at + 6, orig + 6, l4 - 6);
	}
	KUNIT_EXPECT_TRUE(test, simhw_test_l4_ok(at, at + l4, hdr - l4 + len));
	KUNIT_EXPECT_MEMEQ(test, at + l4, orig + l4, 4);
	if (p->proto == IPPROTO_TCP) {
		KUNIT_EXPECT_EQ(test, get_unaligned_be32(at + l4 + 4), 0xfffffe00 + off);
		KUNIT_EXPECT_EQ(test, at[l4 + 13], tcp_flags(!off, off + len == p->payload));
		KUNIT_EXPECT_MEMEQ(test, at + l4 + 20, orig + l4 + 20, hdr - l4 - 20);
	} else {
		KUNIT_EXPECT_EQ(test, get_unaligned_be16(at + l4 + 4), 8 + len);
	}
	KUNIT_EXPECT_MEMEQ(test, at + hdr, frame + hdr_len(p) + off, len);
}

static void expect_received(struct kunit *test, struct simhw_test_ring *rx, u32 i, const u8 *frame,
			    u32 off, u32 len)
{
	const struct tso_row *row = test->param_value;
	const struct simhw_test_pkt *p = &row->pkt;
	u32 status = le32_to_cpu(rx->rx[i].wb.status);
	u32 in_mem = p->tags - (row->vlan ? 0 : p->tags > 0);
	bool tagged = row->vlan || p->tags;
	u32 wire = max(hdr_len(p) - p->tags * 4 + in_mem * 4 + len + tagged * 4, 60);

	KUNIT_EXPECT_EQ(test, status & (SIMNIC_RXD_DD | SIMNIC_RXD_EOP | SIMNIC_RXD_GRO),
			SIMNIC_RXD_DD | SIMNIC_RXD_EOP);
	KUNIT_EXPECT_EQ(test, simhw_test_field(SIMNIC_RXD_CSUM, status), SIMNIC_RXD_CSUM_OK);
	KUNIT_EXPECT_EQ(test, !!(status & SIMNIC_RXD_VLAN), tagged);
	KUNIT_EXPECT_EQ(test, le16_to_cpu(rx->rx[i].wb.vlan_tci),
			row->vlan ? 0xabc : p->tags ? 1 : 0);
	KUNIT_EXPECT_EQ(test, le16_to_cpu(rx->rx[i].wb.segs), 1);
	KUNIT_EXPECT_EQ(test, le16_to_cpu(rx->rx[i].wb.len), wire - tagged * 4);
	KUNIT_EXPECT_EQ(test, simhw_test_field(SIMNIC_RXD_HDR_LEN, status),
			hdr_len(p) - p->tags * 4 + in_mem * 4);
	KUNIT_EXPECT_MEMEQ(test, rx->buf[i], frame, 12);
	expect_segment(test, row, frame, rx->buf[i] + 14 + in_mem * 4, off, len);
}

/* Two cards and a cable, a ring at either end */
static void make_pair(struct kunit *test, struct simhw_test_ring **tx, struct simhw_test_ring **rx)
{
	struct simhw_card *a = simhw_test_card(test, 1, 1);
	struct simhw_card *b = simhw_test_card(test, 1, 1);

	simhw_test_link(test, a, b);
	simhw_test_wr(b, SIMNIC_MAXFRAME, BUFSZ);
	simhw_test_wr(b, SIMNIC_RXCTRL, SIMNIC_RXCTRL_EN | SIMNIC_RXCTRL_PROMISC |
		      SIMNIC_RXCTRL_CSUM | SIMNIC_RXCTRL_VLAN_STRIP);
	*rx = simhw_test_rxq(test, b, 0, 64, BUFSZ);
	*tx = simhw_test_txq(test, a, 0, 64);
	simhw_test_doorbell(*rx, 63);
}

static void test_segments(struct kunit *test)
{
	const struct tso_row *row = test->param_value;
	u32 len, n, off, seg, segs = DIV_ROUND_UP(row->pkt.payload, row->mss);
	struct simhw_test_ring *tx, *rx;
	u8 *frame;

	make_pair(test, &tx, &rx);
	len = make_frame(test, &row->pkt, &frame);
	n = post(tx, row, frame, len);
	simhw_test_doorbell(tx, n);

	KUNIT_ASSERT_EQ(test, simhw_test_rd(tx->card, SIMNIC_TXQ_HEAD(0)), n);
	KUNIT_ASSERT_EQ(test, simhw_test_rd(rx->card, SIMNIC_RXQ_HEAD(0)), segs);
	KUNIT_EXPECT_EQ(test, simhw_test_stat(tx->card, SIMNIC_STAT_TX_FRAMES), segs);
	KUNIT_EXPECT_EQ(test, simhw_test_stat(rx->card, SIMNIC_STAT_RX_FRAMES), segs);
	KUNIT_EXPECT_EQ(test, simhw_test_stat(tx->card, SIMNIC_STAT_TX_BYTES),
			simhw_test_stat(rx->card, SIMNIC_STAT_RX_BYTES));
	for (off = 0, seg = 0; off < row->pkt.payload; off += row->mss, seg++)
		expect_received(test, rx, seg, frame, off,
				min(row->mss, row->pkt.payload - off));
}

/* A receiver that takes super-frames gets few, each as long as it likes. */
static void test_super(struct kunit *test)
{
	static const struct tso_row row = {
		"", { 0, 4, IPPROTO_TCP, 0, 12, 9001 }, 1000, 0, 0, false
	};
	u32 len, n, hdr = hdr_len(&row.pkt), i, sum;
	/* four segments fit into this, and a part */
	u32 gromax = hdr + 4999;
	struct simhw_test_ring *tx, *rx;
	struct simnic_rx_desc *wb;
	u8 *frame, *ip;

	make_pair(test, &tx, &rx);
	simhw_test_wr(rx->card, SIMNIC_RXQ_CTRL(0), 0);
	rx = simhw_test_rxq(test, rx->card, 0, 64, 8192);
	simhw_test_doorbell(rx, 63);
	simhw_test_wr(rx->card, SIMNIC_GROMAX, gromax);
	simhw_test_wr(rx->card, SIMNIC_RXCTRL, SIMNIC_RXCTRL_EN | SIMNIC_RXCTRL_PROMISC |
		      SIMNIC_RXCTRL_CSUM | SIMNIC_RXCTRL_GRO_HW);
	len = make_frame(test, &row.pkt, &frame);
	n = post(tx, &row, frame, len);
	simhw_test_doorbell(tx, n);
	KUNIT_ASSERT_EQ(test, simhw_test_rd(rx->card, SIMNIC_RXQ_HEAD(0)), 3);
	KUNIT_EXPECT_EQ(test, simhw_test_stat(rx->card, SIMNIC_STAT_RX_FRAMES), 10);
	KUNIT_EXPECT_EQ(test, simhw_test_stat(rx->card, SIMNIC_STAT_RX_BYTES), 10 * hdr + 9001);

	for (i = 0; i < 2; i++) {
		wb = &rx->rx[i];
		ip = rx->buf[i] + 14;
		KUNIT_EXPECT_TRUE(test, le32_to_cpu(wb->wb.status) & SIMNIC_RXD_GRO);
		KUNIT_EXPECT_EQ(test, le16_to_cpu(wb->wb.segs), 4);
		KUNIT_EXPECT_EQ(test, le16_to_cpu(wb->wb.mss), 1000);
		KUNIT_EXPECT_EQ(test, le16_to_cpu(wb->wb.len), hdr + 4000);
		KUNIT_EXPECT_EQ(test, get_unaligned_be16(ip + 2), hdr - 14 + 4000);
		KUNIT_EXPECT_EQ(test, get_unaligned_be16(ip + 4), (u16)(0xfffe + 4 * i));
		KUNIT_EXPECT_TRUE(test, simhw_test_ip_ok(ip));
		KUNIT_EXPECT_EQ(test, get_unaligned_be32(ip + 24), 0xfffffe00 + 4000 * i);
		KUNIT_EXPECT_EQ(test, ip[33], tcp_flags(!i, false));
		/* addresses, protocol, length: the rest of the sum is still to be made */
		sum = simhw_test_sum(ip + 12, 8, IPPROTO_TCP + hdr - 34 + 4000);
		KUNIT_EXPECT_EQ(test, get_unaligned_be16(ip + 36), sum);
		KUNIT_EXPECT_MEMEQ(test, rx->buf[i] + hdr, frame + hdr + 4000 * i, 4000);
	}
	/* a segment and the rest are one more, if only of two */
	wb = &rx->rx[2];
	KUNIT_EXPECT_EQ(test, le16_to_cpu(wb->wb.segs), 2);
	KUNIT_EXPECT_EQ(test, le16_to_cpu(wb->wb.len), hdr + 1001);
	KUNIT_EXPECT_EQ(test, rx->buf[2][14 + 33], tcp_flags(false, true));
}

/**
 * struct bad_row - a context descriptor that makes no sense
 * @name: for the log
 * @ip: 4 or 6
 * @ctx: the context; a right one has 1000, 54 (74), 14, 34 (54)
 * @at: a byte of the frame to change
 * @val: to this
 * @tags: in memory, in front of all that
 */
struct bad_row {
	const char *name;
	u8 ip;
	struct { u16 mss, hdr_len; u8 l3, l4; bool udp; } ctx;
	u8 at;
	u8 val;
	u8 tags;
};

static const struct bad_row bad_rows[] = {
	{ "no segment size", 4, { 0, 54, 14, 34 } },
	{ "no headers", 4, { 1000, 0, 0, 0 } },
	{ "only headers", 4, { 1000, 2054, 14, 34 } },
	{ "more headers than bytes", 4, { 1000, 65535, 14, 34 } },
	{ "headers too long", 4, { 1000, 257, 14, 34 } },
	{ "IP in Ethernet", 4, { 1000, 54, 13, 34 } },
	{ "IP behind all", 4, { 1000, 54, 54, 34 } },
	{ "IP too short", 4, { 1000, 54, 14, 33 } },
	{ "IP longer than it says", 4, { 1000, 58, 14, 38 } },
	{ "TCP before IP", 4, { 1000, 54, 34, 14 } },
	{ "TCP too short", 4, { 1000, 53, 14, 34 } },
	{ "TCP longer than it says", 4, { 1000, 58, 14, 34 } },
	{ "TCP says it is longer", 4, { 1000, 54, 14, 34 }, 46, 0x60 },
	{ "IP says it is longer", 4, { 1000, 54, 14, 34 }, 14, 0x46 },
	{ "IP says it is shorter", 4, { 1000, 54, 14, 34 }, 14, 0x44 },
	{ "no IP", 4, { 1000, 54, 14, 34 }, 14, 0x55 },
	{ "UDP too long", 4, { 1000, 54, 14, 34, true } },
	{ "UDP too short", 4, { 1000, 41, 14, 34, true } },
	{ "IPv6 too short", 6, { 1000, 74, 14, 53 } },
	{ "IPv6 that is none", 6, { 1000, 74, 14, 54 }, 14, 0x70 },
	{ "offsets of all ones", 4, { 1000, 256, 255, 255 } },
	{ "transport of all ones", 4, { 1000, 54, 14, 255 } },
	{ "IP in a tag", 4, { 1000, 58, 17, 38 }, .tags = 1 },
	{ "TCP in front of a tagged frame", 6, { 1000, 78, 18, 0 }, .tags = 1 },
	{ "TCP in front of its last byte", 6, { 1000, 78, 18, 3 }, .tags = 1 },
	{ "TCP in its tag", 6, { 1000, 78, 18, 14 }, .tags = 1 },
};

KUNIT_ARRAY_PARAM_DESC(bad, bad_rows, name);

static void test_bad_context(struct kunit *test)
{
	const struct bad_row *row = test->param_value;
	struct tso_row tso = {
		"", { row->tags, row->ip, IPPROTO_TCP, 0, 0, 2000 }, 1000, 0, 0, false
	};
	struct simhw_test_ring *tx, *rx;
	struct simnic_tx_ctx *ctx;
	u32 len, n;
	u8 *frame;

	make_pair(test, &tx, &rx);
	len = make_frame(test, &tso.pkt, &frame);
	if (row->at)
		frame[row->at] = row->val;
	n = post(tx, &tso, frame, len);
	ctx = (void *)&tx->tx[0];
	ctx->mss = cpu_to_le16(row->ctx.mss);
	ctx->hdr_len = cpu_to_le16(row->ctx.hdr_len);
	ctx->l3_offset = row->ctx.l3;
	ctx->l4_offset = row->ctx.l4;
	if (row->ctx.udp)
		ctx->flags |= cpu_to_le16(SIMNIC_TXD_UDP);
	simhw_test_doorbell(tx, n);

	/* as many segments as it seemed to be */
	KUNIT_EXPECT_GE(test, simhw_test_stat(tx->card, SIMNIC_STAT_TX_BAD_DESC), 1);
	KUNIT_EXPECT_EQ(test, simhw_test_stat(tx->card, SIMNIC_STAT_TX_FRAMES), 0);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(rx->card, SIMNIC_RXQ_HEAD(0)), 0);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(tx->card, SIMNIC_TXQ_STATUS(0)),
			SIMNIC_Q_STATUS_ENABLED | SIMNIC_Q_STATUS_HALTED);
}

/* Segments too long for the wire: each is counted. */
static void test_oversize(struct kunit *test)
{
	struct tso_row row = { "", { 0, 4, IPPROTO_TCP, 0, 0, 30000 }, 9728 - 54, 0, 0, false };
	struct simhw_test_ring *tx, *rx;
	u32 len, n;
	u8 *frame;

	make_pair(test, &tx, &rx);
	len = make_frame(test, &row.pkt, &frame);
	n = post(tx, &row, frame, len);
	simhw_test_doorbell(tx, n);
	KUNIT_EXPECT_EQ(test, simhw_test_stat(tx->card, SIMNIC_STAT_TX_FRAMES), 4);
	KUNIT_EXPECT_EQ(test, simhw_test_stat(rx->card, SIMNIC_STAT_RX_OVERSIZE), 3);

	simhw_test_wr(tx->card, SIMNIC_TXQ_CTRL(0), 0);
	simhw_test_wr(tx->card, SIMNIC_TXQ_CTRL(0), SIMNIC_Q_CTRL_ENABLE);
	row.mss++;
	n = post(tx, &row, frame, len);
	simhw_test_doorbell(tx, n);
	KUNIT_EXPECT_EQ(test, simhw_test_stat(tx->card, SIMNIC_STAT_TX_FRAMES), 4);
	KUNIT_EXPECT_EQ(test, simhw_test_stat(tx->card, SIMNIC_STAT_TX_OVERSIZE), 4);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(test_segments, row_gen_params),
	KUNIT_CASE(test_super),
	KUNIT_CASE_PARAM(test_bad_context, bad_gen_params),
	KUNIT_CASE(test_oversize),
	{}
};

static struct kunit_suite suite = {
	.name = "simhw_segment",
	.suite_exit = simhw_test_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
