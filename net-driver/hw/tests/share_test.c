// SPDX-License-Identifier: GPL-2.0
/* simnic card: unit tests of shared pages: every reference is given back */
#include <linux/mm.h>
#include <linux/slab.h>

#include "../share.h"
#include "../wire.h"
#include "test.h"

#define BUFSZ	256
#define HDR	54

/* -- What can be shared ------------------------------------------------------- */

static void free_pages_action(void *page)
{
	__free_pages(page, compound_order(page));
}

static struct page *make_pages(struct kunit *test, unsigned int order)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP | __GFP_ZERO, order);

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, free_pages_action, page), 0);
	return page;
}

static void test_ok(struct kunit *test)
{
	u32 order;
	size_t size;
	u8 *data;

	for (order = 0; order < 4; order++) {
		data = page_address(make_pages(test, order));
		size = PAGE_SIZE << order;
		KUNIT_EXPECT_TRUE(test, simhw_share_ok(data, size));
		KUNIT_EXPECT_TRUE(test, simhw_share_ok(data + size - 1, 1));
		KUNIT_EXPECT_TRUE(test, simhw_share_ok(data + 100, size - 100));
		KUNIT_EXPECT_FALSE(test, simhw_share_ok(data, size + 1));
		KUNIT_EXPECT_FALSE(test, simhw_share_ok(data + 1, size));
		KUNIT_EXPECT_FALSE(test, simhw_share_ok(data + size - 1, 2));
	}
}

/* Pages that go by other rules than their counts */
static void test_not_ok(struct kunit *test)
{
	u8 *data = kunit_kzalloc(test, 64, GFP_KERNEL);
	struct page *page = alloc_pages(GFP_KERNEL, 1);
	u8 *slab[8];
	u32 i;

	KUNIT_EXPECT_FALSE(test, simhw_share_ok(data, 64));
	data = kunit_kzalloc(test, 3000, GFP_KERNEL);
	KUNIT_EXPECT_FALSE(test, simhw_share_ok(data + 2000, 1000));
	for (i = 0; i < ARRAY_SIZE(slab); i++) {
		slab[i] = kunit_kzalloc(test, 8192, GFP_KERNEL);
		KUNIT_EXPECT_FALSE(test, simhw_share_ok(slab[i], 100));
		KUNIT_EXPECT_FALSE(test, simhw_share_ok(slab[i] + 8000, 100));
	}
	data = kunit_kzalloc(test, 65536, GFP_KERNEL);
	KUNIT_EXPECT_FALSE(test, simhw_share_ok(data + 50000, 100));

	/* two pages that are not one */
	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_TRUE(test, simhw_share_ok(page_address(page), PAGE_SIZE));
	KUNIT_EXPECT_FALSE(test, simhw_share_ok(page_address(page), PAGE_SIZE + 1));
	__free_pages(page, 1);
}

/* -- From one card to the other ------------------------------------------------ */

/**
 * struct pair - two cards and a cable; the first sends
 * @a: the sender
 * @b: the receiver
 * @tx: the sender's ring
 * @rx: the receiver's ring
 * @headers: of the frames
 * @page: their payload, two pages in one
 */
struct pair {
	struct simhw_card *a;
	struct simhw_card *b;
	struct simhw_test_ring *tx;
	struct simhw_test_ring *rx;
	u8 *headers;
	struct page *page;
};

static void set_rx(struct pair *p, u32 rxctrl)
{
	simhw_test_wr(p->b, SIMNIC_RXCTRL, SIMNIC_RXCTRL_EN | SIMNIC_RXCTRL_PROMISC | rxctrl);
}

static struct pair *make_pair(struct kunit *test)
{
	static const struct simhw_test_pkt pkt = {
		.ip = 4, .proto = IPPROTO_TCP, .payload = 2 * PAGE_SIZE,
	};
	struct pair *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	p->page = make_pages(test, 1);
	p->a = simhw_test_card(test, 1, 1);
	p->b = simhw_test_card(test, 1, 1);
	simhw_test_link(test, p->a, p->b);
	simhw_test_wr(p->b, SIMNIC_MAXFRAME, SIMNIC_FRAME_MAX);
	set_rx(p, SIMNIC_RXCTRL_SHARE);
	simhw_test_build(test, &pkt, &p->headers);
	memcpy(page_address(p->page), p->headers + HDR, 2 * PAGE_SIZE);
	p->rx = simhw_test_rxq(test, p->b, 0, 64, BUFSZ);
	p->tx = simhw_test_txq(test, p->a, 0, 64);
	simhw_test_doorbell(p->rx, 63);
	return p;
}

/* A frame of headers, @off and @len of the pages, and maybe some more bytes */
static void send(struct pair *p, u32 off, u32 len, u32 more, u16 flags)
{
	u32 tail = simhw_test_rd(p->a, SIMNIC_TXQ_TAIL(0));

	simhw_test_desc(p->tx, tail++, p->headers, HDR, 0);
	simhw_test_desc(p->tx, tail++, page_address(p->page) + off, len,
			flags | (more ? 0 : SIMNIC_TXD_EOP));
	if (more)
		simhw_test_desc(p->tx, tail++, p->headers + HDR, more, SIMNIC_TXD_EOP);
	simhw_test_doorbell(p->tx, tail % 64);
}

static bool take(struct pair *p, u32 index, struct simnic_share *share)
{
	return simhw_bus_ops.take(p->b, 0, index, share);
}

static u32 status(struct pair *p, u32 i)
{
	return le32_to_cpu(p->rx->rx[i].wb.status);
}

/* A page that is taken belongs to the taker, once. */
static void test_take(struct kunit *test)
{
	struct pair *p = make_pair(test);
	struct simnic_share share;

	send(p, 100, 4500, 0, SIMNIC_TXD_SHARE);
	KUNIT_ASSERT_EQ(test, simhw_test_rd(p->b, SIMNIC_RXQ_HEAD(0)), 2);
	KUNIT_EXPECT_EQ(test, status(p, 0) & SIMNIC_RXD_SHARED, 0);
	KUNIT_EXPECT_EQ(test, le16_to_cpu(p->rx->rx[0].wb.len), HDR);
	KUNIT_EXPECT_MEMEQ(test, p->rx->buf[0], p->headers, HDR);
	KUNIT_EXPECT_TRUE(test, status(p, 1) & SIMNIC_RXD_SHARED);
	KUNIT_EXPECT_TRUE(test, status(p, 1) & SIMNIC_RXD_EOP);
	KUNIT_EXPECT_EQ(test, le16_to_cpu(p->rx->rx[1].wb.len), 4500);
	KUNIT_EXPECT_EQ(test, page_count(p->page), 2);

	KUNIT_EXPECT_FALSE(test, take(p, 0, &share));
	KUNIT_ASSERT_TRUE(test, take(p, 1, &share));
	KUNIT_EXPECT_PTR_EQ(test, share.page, p->page);
	KUNIT_EXPECT_EQ(test, share.offset, 100);
	KUNIT_EXPECT_EQ(test, share.len, 4500);
	KUNIT_EXPECT_EQ(test, page_count(p->page), 2);
	KUNIT_EXPECT_FALSE(test, take(p, 1, &share));
	put_page(p->page);

	/* The buffer was not used for it. */
	KUNIT_EXPECT_TRUE(test, !memchr_inv(p->rx->buf[1], 0, BUFSZ));
	simhw_test_wr(p->b, SIMNIC_RXQ_CTRL(0), 0);
	KUNIT_EXPECT_EQ(test, page_count(p->page), 1);
}

/* What comes behind shared bytes is copied, into the next buffer. */
static void test_mixed(struct kunit *test)
{
	struct pair *p = make_pair(test);
	struct simnic_share share;

	send(p, 0, 3000, 300, SIMNIC_TXD_SHARE);
	KUNIT_ASSERT_EQ(test, simhw_test_rd(p->b, SIMNIC_RXQ_HEAD(0)), 4);
	KUNIT_EXPECT_EQ(test, le16_to_cpu(p->rx->rx[0].wb.len), HDR);
	KUNIT_EXPECT_EQ(test, le16_to_cpu(p->rx->rx[1].wb.len), 3000);
	KUNIT_EXPECT_EQ(test, le16_to_cpu(p->rx->rx[2].wb.len), 256);
	KUNIT_EXPECT_EQ(test, le16_to_cpu(p->rx->rx[3].wb.len), 44);
	KUNIT_EXPECT_EQ(test, status(p, 1), SIMNIC_RXD_DD | SIMNIC_RXD_SHARED);
	KUNIT_EXPECT_EQ(test, status(p, 2), SIMNIC_RXD_DD);
	KUNIT_EXPECT_MEMEQ(test, p->rx->buf[2], p->headers + HDR, 256);
	KUNIT_EXPECT_MEMEQ(test, p->rx->buf[3], p->headers + HDR + 256, 44);
	KUNIT_EXPECT_TRUE(test, take(p, 1, &share));
	put_page(share.page);
}

/**
 * struct copy_row - why nothing is shared
 * @name: for the log
 * @rxctrl: of the receiver
 * @flags: of the sender
 * @len: bytes in the page
 * @proto: the frame is of this protocol
 * @no_table: there was no memory for the receiver's table
 */
struct copy_row {
	const char *name;
	u32 rxctrl;
	u16 flags;
	u16 len;
	u8 proto;
	bool no_table;
};

static const struct copy_row copy_rows[] = {
	{ "sender does not say so", SIMNIC_RXCTRL_SHARE, 0, 2000, IPPROTO_TCP },
	{ "receiver does not want it", 0, SIMNIC_TXD_SHARE, 2000, IPPROTO_TCP },
	{ "too little", SIMNIC_RXCTRL_SHARE, SIMNIC_TXD_SHARE, 1023, IPPROTO_TCP },
	{ "not TCP", SIMNIC_RXCTRL_SHARE, SIMNIC_TXD_SHARE, 2000, IPPROTO_SCTP },
	{ "no table", SIMNIC_RXCTRL_SHARE, SIMNIC_TXD_SHARE, 2000, IPPROTO_TCP, true },
};

KUNIT_ARRAY_PARAM_DESC(copy, copy_rows, name);

static void test_copied(struct kunit *test)
{
	const struct copy_row *row = test->param_value;
	struct pair *p = make_pair(test);
	u8 *page = page_address(p->page);

	p->headers[23] = row->proto;
	set_rx(p, row->rxctrl);
	if (row->no_table)
		simhw_share_free(&p->b->rxq[0]);
	send(p, 0, row->len, 0, row->flags);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(p->b, SIMNIC_RXQ_HEAD(0)),
			DIV_ROUND_UP(HDR + row->len, BUFSZ));
	KUNIT_EXPECT_MEMEQ(test, p->rx->buf[0] + HDR, page, BUFSZ - HDR);
	KUNIT_EXPECT_MEMEQ(test, p->rx->buf[2], page + 2 * BUFSZ - HDR, BUFSZ);
	KUNIT_EXPECT_EQ(test, page_count(p->page), 1);
}

/* What nobody takes is released when the descriptor is used again... */
static void test_reused(struct kunit *test)
{
	struct pair *p = make_pair(test);
	struct simnic_share share;
	u32 i, n;

	for (n = 1; n <= 100; n++) {
		send(p, n, 2000, 0, SIMNIC_TXD_SHARE);
		KUNIT_ASSERT_EQ(test, simhw_test_rd(p->b, SIMNIC_RXQ_HEAD(0)), n * 2 % 64);
		KUNIT_EXPECT_EQ(test, page_count(p->page), 1 + min(n, 32));
		for (i = 0; i < 2; i++)
			p->rx->rx[(n * 2 - 2 + i) % 64] = (struct simnic_rx_desc){
				.addr = cpu_to_le64(simhw_test_addr(p->b, p->rx->buf[i])),
			};
		simhw_test_doorbell(p->rx, (n * 2 - 1) % 64);
	}
	/* the last one is what can be taken */
	KUNIT_EXPECT_TRUE(test, take(p, (100 * 2 - 1) % 64, &share));
	KUNIT_EXPECT_EQ(test, share.offset, 100);
	put_page(share.page);
	KUNIT_EXPECT_EQ(test, page_count(p->page), 32);
	/* ...or the queue is enabled again. While it is off, it can still be taken. */
	simhw_test_wr(p->b, SIMNIC_RXQ_CTRL(0), 0);
	KUNIT_EXPECT_EQ(test, page_count(p->page), 32);
	KUNIT_EXPECT_TRUE(test, take(p, (99 * 2 - 1) % 64, &share));
	KUNIT_EXPECT_EQ(test, share.offset, 99);
	put_page(share.page);
	simhw_test_wr(p->b, SIMNIC_RXQ_CTRL(0), SIMNIC_Q_CTRL_ENABLE);
	KUNIT_EXPECT_EQ(test, page_count(p->page), 1);
	KUNIT_EXPECT_FALSE(test, take(p, 1, &share));
}

struct page_check {
	struct kunit *test;
	struct page *page;
};

static void expect_released(void *data)
{
	struct page_check *check = data;

	KUNIT_EXPECT_EQ(check->test, page_count(check->page), 1);
}

/* ...or the card is removed, at the latest: after the test, before this action. */
static void test_removed(struct kunit *test)
{
	struct page_check *check = kunit_kzalloc(test, sizeof(*check), GFP_KERNEL);
	struct pair *p = make_pair(test);

	KUNIT_ASSERT_NOT_NULL(test, check);
	check->test = test;
	check->page = p->page;
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, expect_released, check), 0);

	simhw_wire_disconnect(p->a);
	p->b = simhw_test_new_card(test, 1, 1);
	simhw_test_link(test, p->a, p->b);
	simhw_test_wr(p->b, SIMNIC_MAXFRAME, SIMNIC_FRAME_MAX);
	set_rx(p, SIMNIC_RXCTRL_SHARE);
	p->rx = simhw_test_rxq(test, p->b, 0, 64, BUFSZ);
	simhw_test_doorbell(p->rx, 63);
	send(p, 0, 2000, 0, SIMNIC_TXD_SHARE);
	send(p, 0, 2000, 0, SIMNIC_TXD_SHARE);
	KUNIT_EXPECT_EQ(test, page_count(p->page), 3);
	simhw_test_wr(p->b, SIMNIC_CTRL, SIMNIC_CTRL_RESET);
	KUNIT_EXPECT_EQ(test, page_count(p->page), 3);
}

/* Indices, queues and cards that there are not */
static void test_bad_take(struct kunit *test)
{
	struct pair *p = make_pair(test);
	struct simnic_share share;

	send(p, 0, 2000, 0, SIMNIC_TXD_SHARE);
	KUNIT_EXPECT_FALSE(test, take(p, 64, &share));
	KUNIT_EXPECT_FALSE(test, take(p, U32_MAX, &share));
	KUNIT_EXPECT_FALSE(test, simhw_bus_ops.take(p->b, 1, 1, &share));
	KUNIT_EXPECT_FALSE(test, simhw_bus_ops.take(p->b, UINT_MAX, 1, &share));
	KUNIT_EXPECT_EQ(test, page_count(p->page), 2);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(test_ok),
	KUNIT_CASE(test_not_ok),
	KUNIT_CASE(test_take),
	KUNIT_CASE(test_mixed),
	KUNIT_CASE_PARAM(test_copied, copy_gen_params),
	KUNIT_CASE(test_reused),
	KUNIT_CASE(test_removed),
	KUNIT_CASE(test_bad_take),
	{}
};

static struct kunit_suite suite = {
	.name = "simhw_share",
	.suite_exit = simhw_test_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
