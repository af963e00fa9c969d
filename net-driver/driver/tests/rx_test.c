// SPDX-License-Identifier: GPL-2.0
/* KUnit: the receive clean-up, as it meets good and bad write-backs */
#include <kunit/test.h>
#include <linux/bitfield.h>
#include <linux/etherdevice.h>

#include "fake_bus.h"

#define Q	0

/* A frame of a protocol that nobody knows, with bytes to be recognized */
static u8 *simnic_rx_test_frame(struct kunit *test, u32 len)
{
	static const u8 mac[ETH_ALEN] = SIMNIC_FAKE_MAC, peer[ETH_ALEN] = SIMNIC_FAKE_PEER;
	u8 *data = kunit_kzalloc(test, max_t(u32, len, ETH_HLEN), GFP_KERNEL);
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, data);
	for (i = ETH_HLEN; i < len; i++)
		data[i] = i ^ i >> 8;
	ether_addr_copy(data, mac);
	ether_addr_copy(data + ETH_ALEN, peer);
	*(__be16 *)(data + 2 * ETH_ALEN) = htons(ETH_P_802_EX1);
	return data;
}

static void simnic_rx_test_send(struct simnic_fake *f, u32 len, const struct simnic_rx_wb *wb)
{
	simnic_fake_rx(f, Q, simnic_rx_test_frame(f->test, len), len, wb);
}

/* One more write-back at the card's head, of a buffer that nothing was written to */
static void simnic_rx_test_write(struct simnic_fake *f, u32 len, u32 status)
{
	struct simnic_rx_wb wb = { .len = len, .status = status };
	u32 head = f->rx_head[Q];

	simnic_fake_rx_write(f, Q, head, &wb);
	f->rx_head[Q] = simnic_ring_next(&f->sn->queues->rx[Q]->ring, head);
}

/* The driver is still in order: it receives a good frame */
static void simnic_rx_test_still_good(struct simnic_fake *f)
{
	u64 packets = simnic_fake_rx_count(f, Q, packets);
	static const struct simnic_rx_wb wb = {};
	u32 queued = skb_queue_len(&f->frames);

	simnic_rx_test_send(f, 100, &wb);
	simnic_fake_poll(f, Q);
	KUNIT_EXPECT_EQ(f->test, skb_queue_len(&f->frames), queued + 1);
	KUNIT_EXPECT_EQ(f->test, simnic_fake_rx_count(f, Q, packets), packets + 1);
}

static void simnic_rx_test_expect_frame(struct kunit *test, struct sk_buff *skb, u32 len)
{
	u8 *want = simnic_rx_test_frame(test, len), *got;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_ASSERT_EQ(test, skb->len, len - ETH_HLEN);
	KUNIT_EXPECT_EQ(test, skb->protocol, htons(ETH_P_802_EX1));
	got = kunit_kzalloc(test, len, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, got);
	KUNIT_ASSERT_EQ(test, skb_copy_bits(skb, 0, got, skb->len), 0);
	KUNIT_EXPECT_MEMEQ(test, got, want + ETH_HLEN, skb->len);
	kfree_skb(skb);
}

/* -- Good frames --------------------------------------------------------------- */

static const struct simnic_rx_test_len {
	const char *name;
	u32 len;
} simnic_rx_test_lens[] = {
	{ "header only", ETH_HLEN },
	{ "shortest", SIMNIC_FRAME_MIN },
	{ "usual", 1514 },
	{ "jumbo", SIMNIC_FRAME_MAX },
	{ "jumbo with a tag left in", SIMNIC_FRAME_MAX + VLAN_HLEN },
};

KUNIT_ARRAY_PARAM_DESC(simnic_rx_test_lens, simnic_rx_test_lens, name);

static void simnic_rx_test_good(struct kunit *test)
{
	const struct simnic_rx_test_len *p = test->param_value;
	static const struct simnic_rx_wb wb = { .segs = 1 };
	struct simnic_fake *f = simnic_fake_open(test);

	simnic_rx_test_send(f, p->len, &wb);
	simnic_fake_poll(f, Q);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, packets), 1);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, bytes), p->len);
	simnic_rx_test_expect_frame(test, skb_dequeue(&f->frames), p->len);
	KUNIT_EXPECT_EQ(test, simnic_fake_pages_out(f, Q), 0);
}

/* Full buffers exactly, with an end in the last of them */
static void simnic_rx_test_full_buffers(struct kunit *test)
{
	static const struct simnic_rx_wb wb = {};
	struct simnic_fake *f = simnic_fake_open(test);
	u32 n;

	for (n = 1; n <= SIMNIC_FRAME_MAX / simnic_rx_buf_size(); n++) {
		simnic_rx_test_send(f, n * simnic_rx_buf_size(), &wb);
		simnic_fake_poll(f, Q);
		simnic_rx_test_expect_frame(test, skb_dequeue(&f->frames),
					    n * simnic_rx_buf_size());
	}
	KUNIT_EXPECT_EQ(test, simnic_fake_pages_out(f, Q), 0);
}

static struct sk_buff *simnic_rx_test_receive(struct simnic_fake *f, u32 len)
{
	static const struct simnic_rx_wb wb = {};
	struct sk_buff *skb;

	simnic_rx_test_send(f, len, &wb);
	simnic_fake_poll(f, Q);
	skb = skb_dequeue(&f->frames);
	KUNIT_ASSERT_NOT_NULL(f->test, skb);
	return skb;
}

/* Up to a length they leave their buffer, and take no more than they need */
static void simnic_rx_test_copied(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);
	struct sk_buff *skb;

	f->sn->rx_copybreak = 100;
	skb = simnic_rx_test_receive(f, 100);
	KUNIT_EXPECT_LT(test, skb->truesize, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, simnic_fake_pages_out(f, Q), 0);
	simnic_rx_test_expect_frame(test, skb, 100);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, copied), 1);

	skb = simnic_rx_test_receive(f, 101);
	KUNIT_EXPECT_GE(test, skb->truesize, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, simnic_fake_pages_out(f, Q), 1);
	simnic_rx_test_expect_frame(test, skb, 101);
	simnic_rx_test_expect_frame(test, simnic_rx_test_receive(f, 5000), 5000);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, copied), 1);

	f->sn->rx_copybreak = 0;
	simnic_rx_test_expect_frame(test, simnic_rx_test_receive(f, ETH_HLEN), ETH_HLEN);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, copied), 1);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, packets), 4);
}

/* Every index, several times over */
static void simnic_rx_test_wrap(struct kunit *test)
{
	static const struct simnic_rx_wb wb = {};
	struct simnic_fake *f = simnic_fake_open(test);
	struct simnic_rx_ring *ring = f->sn->queues->rx[Q];
	u32 n, total = 3 * (ring->ring.mask + 1) + 7;
	u8 *data = simnic_rx_test_frame(test, 60);

	for (n = 0; n < total; n++) {
		simnic_fake_rx(f, Q, data, 60, &wb);
		if (n % 5 == 0)
			simnic_fake_poll(f, Q);
		skb_queue_purge(&f->frames);
		KUNIT_ASSERT_LE(test, ring->head, ring->ring.mask);
		KUNIT_ASSERT_LE(test, ring->tail, ring->ring.mask);
	}
	simnic_fake_poll(f, Q);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, packets), total);
	KUNIT_EXPECT_EQ(test, ring->head, total & ring->ring.mask);
	skb_queue_purge(&f->frames);
	KUNIT_EXPECT_EQ(test, simnic_fake_pages_out(f, Q), 0);
}

/* No poll takes more than its budget, and the next one goes on */
static void simnic_rx_test_budget(struct kunit *test)
{
	static const struct simnic_rx_wb wb = {};
	struct simnic_fake *f = simnic_fake_open(test);
	u8 *data = simnic_rx_test_frame(test, 60);
	u64 polls;
	u32 n;

	for (n = 0; n < 3 * NAPI_POLL_WEIGHT + 1; n++)
		simnic_fake_rx(f, Q, data, 60, &wb);
	polls = simnic_fake_rx_count(f, Q, polls);
	simnic_fake_poll(f, Q);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, packets), n);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, polls), polls + 4);
	/* complete: the vector is not masked any more */
	KUNIT_EXPECT_EQ(test, f->reg[SIMNIC_VEC_MASK_SET(SIMNIC_QUEUE_VECTOR(Q)) / 4], 0);
}

/* -- Bad lengths and buffers ------------------------------------------------------ */

static const struct simnic_rx_test_bad {
	const char *name;
	u32 buffers;	/* of this length each, the last one with the end */
	u32 len;	/* 0: a buffer's */
	int add;
	u32 status;
} simnic_rx_test_bads[] = {
	{ "nothing", 1, 1, -1 },
	{ "one byte", 1, 1 },
	{ "less than a header", 1, ETH_HLEN - 1 },
	{ "more than a buffer", 1, 0, 1 },
	{ "the most that fits into the field", 1, U16_MAX },
	{ "nothing in the second buffer", 2, 1, -1 },
	{ "no end for longer than a frame can have buffers", MAX_SKB_FRAGS + 2, 100 },
	{ "no end for most of the ring", 400, 100 },
	{ "longer than any frame", 3, 0 },
	{ "segments of no super-frame", 1, 1, -1, SIMNIC_RXD_GRO },
	{ "shared, and first", 1, 100, 0, SIMNIC_RXD_SHARED },
};

KUNIT_ARRAY_PARAM_DESC(simnic_rx_test_bads, simnic_rx_test_bads, name);

static void simnic_rx_test_dropped(struct kunit *test)
{
	const struct simnic_rx_test_bad *p = test->param_value;
	struct simnic_fake *f = simnic_fake_open(test);
	u32 len = (p->len ?: simnic_rx_buf_size()) + p->add, n;

	for (n = 1; n < p->buffers; n++)
		simnic_rx_test_write(f, len ?: 60, SIMNIC_RXD_DD);
	simnic_rx_test_write(f, len, SIMNIC_RXD_DD | SIMNIC_RXD_EOP | p->status);
	simnic_fake_poll(f, Q);
	KUNIT_EXPECT_EQ(test, f->received, 0);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, packets), 0);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, errors), 1);
	KUNIT_EXPECT_EQ(test, simnic_fake_pages_out(f, Q), 0);
	simnic_rx_test_still_good(f);
}

/* The card has counted it */
static void simnic_rx_test_damaged(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);

	simnic_rx_test_write(f, 100, SIMNIC_RXD_DD | SIMNIC_RXD_EOP | SIMNIC_RXD_ERR);
	simnic_rx_test_write(f, 100, SIMNIC_RXD_DD);
	simnic_rx_test_write(f, 0, SIMNIC_RXD_DD | SIMNIC_RXD_EOP | SIMNIC_RXD_ERR);
	simnic_fake_poll(f, Q);
	KUNIT_EXPECT_EQ(test, f->received, 0);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, errors), 0);
	KUNIT_EXPECT_EQ(test, simnic_fake_pages_out(f, Q), 0);
	simnic_rx_test_still_good(f);
}

/* Also when there was no memory for it */
static void simnic_rx_test_damaged_nomem(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);
	struct simnic_rx_ring *ring = f->sn->queues->rx[Q];

	local_bh_disable();
	ring->discard = true;
	ring->drop_nomem = true;
	local_bh_enable();
	simnic_rx_test_write(f, 100, SIMNIC_RXD_DD | SIMNIC_RXD_EOP | SIMNIC_RXD_ERR);
	simnic_fake_poll(f, Q);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, errors), 0);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, alloc_drops), 0);
	simnic_rx_test_still_good(f);
}

/* Without a skb a frame is dropped, and counted as such: as many as it stood for */
static void simnic_rx_test_nomem(struct kunit *test)
{
	struct simnic_rx_wb wb = { .status = SIMNIC_RXD_DD | SIMNIC_RXD_EOP | SIMNIC_RXD_GRO,
				   .len = 1000, .mss = 100, .segs = 9 };
	struct simnic_fake *f = simnic_fake_open(test);
	struct simnic_rx_ring *ring = f->sn->queues->rx[Q];
	u32 segs[] = { 9, 10, 11, U16_MAX, 0 }, want[] = { 9, 10, 10, 10, 1 }, n;
	u64 before;

	for (n = 0; n < ARRAY_SIZE(segs); n++) {
		local_bh_disable();
		ring->discard = true;
		ring->drop_nomem = true;
		local_bh_enable();
		before = simnic_fake_rx_count(f, Q, alloc_drops);
		wb.segs = segs[n];
		simnic_fake_rx_write(f, Q, f->rx_head[Q]++, &wb);
		simnic_fake_poll(f, Q);
		KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, alloc_drops) - before, want[n]);
	}
	simnic_rx_test_still_good(f);
}

/* -- Descriptors that are not the card's turn ---------------------------------------- */

/* One is never posted: what the card writes to it is nothing */
static void simnic_rx_test_never_posted(struct kunit *test)
{
	struct simnic_rx_wb wb = { .status = SIMNIC_RXD_DD | SIMNIC_RXD_EOP, .len = 100 };
	struct simnic_fake *f = simnic_fake_open(test);
	struct simnic_rx_ring *ring = f->sn->queues->rx[Q];
	u8 *data = simnic_rx_test_frame(test, 60);
	u32 tail = ring->tail, n;

	simnic_fake_rx_write(f, Q, tail, &wb);
	simnic_fake_poll(f, Q);
	KUNIT_EXPECT_EQ(test, f->received, 0);
	KUNIT_EXPECT_EQ(test, ring->head, 0);

	/* nor are the others before they are posted anew */
	wb.status = 0;
	for (n = 0; n < 40; n++) {
		simnic_fake_rx(f, Q, data, 60, &wb);
		simnic_fake_poll(f, Q);
	}
	KUNIT_EXPECT_EQ(test, f->received, 40);
}

/* Out of turn: the driver waits for the ones before, and takes each just once */
static void simnic_rx_test_out_of_turn(struct kunit *test)
{
	struct simnic_rx_wb wb = { .status = SIMNIC_RXD_DD | SIMNIC_RXD_EOP, .len = 60 };
	struct simnic_fake *f = simnic_fake_open(test);
	u32 n;

	simnic_fake_rx_write(f, Q, 3, &wb);
	simnic_fake_rx_write(f, Q, 2, &wb);
	simnic_fake_rx_write(f, Q, 1, &wb);
	simnic_fake_poll(f, Q);
	KUNIT_EXPECT_EQ(test, f->received, 0);
	simnic_fake_rx_write(f, Q, 0, &wb);
	for (n = 0; n < 3; n++)
		simnic_fake_poll(f, Q);
	KUNIT_EXPECT_EQ(test, f->received, 4);
}

/* A ring that starts again has no trace of what was written to it out of turn */
static void simnic_rx_test_restart_clean(struct kunit *test)
{
	struct simnic_rx_wb wb = { .status = SIMNIC_RXD_DD | SIMNIC_RXD_EOP, .len = 60,
				   .hash = 0xbad0bad0, .mss = 0xbad0, .segs = 0xbad0 };
	struct simnic_fake *f = simnic_fake_open(test);
	struct simnic_queues *qs = f->sn->queues;
	struct simnic_rx_ring *ring = qs->rx[Q];
	struct simnic_rx_desc *desc;
	u32 n;

	simnic_fake_rx_write(f, Q, 5, &wb);
	rtnl_lock();
	netdev_lock(f->sn->netdev);
	simnic_queues_stop(f->sn, false);
	simnic_restart(f->sn, qs);
	netdev_unlock(f->sn->netdev);
	rtnl_unlock();
	for (n = 0; n < ring->ring.mask; n++) {
		desc = simnic_fake_rxd(f, Q, n);
		KUNIT_ASSERT_EQ(test, le32_to_cpu(desc->wb.status), 0);
		KUNIT_ASSERT_PTR_EQ(test, simnic_fake_mem(f, le64_to_cpu(desc->addr), 1),
				    page_address(ring->page[n]) + XDP_PACKET_HEADROOM +
				    NET_IP_ALIGN);
	}
	simnic_fake_poll(f, Q);
	KUNIT_EXPECT_EQ(test, f->received, 0);
	simnic_rx_test_still_good(f);
}

/* What came before the ring was stopped is delivered, half a frame is not */
static void simnic_rx_test_drain(struct kunit *test)
{
	static const struct simnic_rx_wb wb = {};
	struct simnic_fake *f = simnic_fake_open(test);

	simnic_rx_test_send(f, 100, &wb);
	simnic_rx_test_send(f, 5000, &wb);
	simnic_rx_test_write(f, 100, SIMNIC_RXD_DD);
	simnic_fake_down(f);
	KUNIT_EXPECT_EQ(test, f->received, 2);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, packets), 2);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, flushed), 1);
	simnic_fake_up(f);
	simnic_rx_test_still_good(f);
}

/* -- Out of memory -------------------------------------------------------------------- */

/* So high an order that no page has it */
static void simnic_rx_test_set_order(struct simnic_fake *f, unsigned int order)
{
	local_bh_disable();
	f->sn->queues->rx[Q]->pool->p.order = order;
	local_bh_enable();
}

/* The ring runs dry, is polled for as long, and is full again when there is memory */
static void simnic_rx_test_refill(struct kunit *test)
{
	static const struct simnic_rx_wb wb = {};
	struct simnic_fake *f = simnic_fake_open(test);
	struct simnic_rx_ring *ring = f->sn->queues->rx[Q];
	u8 *data = simnic_rx_test_frame(test, 60);
	u32 n = 0;
	int done;

	/* buffers do not come back by themselves */
	f->sn->rx_copybreak = 0;
	simnic_rx_test_set_order(f, 31);
	for (; simnic_fake_rx_room(f, Q); n++) {
		simnic_fake_rx(f, Q, data, 60, &wb);
		if (simnic_fake_rx_room(f, Q) > 100)
			simnic_fake_poll(f, Q);
	}
	do {
		local_bh_disable();
		done = simnic_rx_clean(ring, NAPI_POLL_WEIGHT);
		local_bh_enable();
	} while (ring->head != ring->tail);
	KUNIT_EXPECT_EQ(test, done, NAPI_POLL_WEIGHT);
	KUNIT_EXPECT_GT(test, simnic_fake_rx_count(f, Q, alloc_fail), 0);

	simnic_rx_test_set_order(f, 0);
	simnic_fake_poll(f, Q);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_room(f, Q), ring->ring.mask);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, packets), n);
	simnic_rx_test_still_good(f);
}

static struct kunit_case simnic_rx_test_cases[] = {
	KUNIT_CASE_PARAM(simnic_rx_test_good, simnic_rx_test_lens_gen_params),
	KUNIT_CASE(simnic_rx_test_full_buffers),
	KUNIT_CASE(simnic_rx_test_copied),
	KUNIT_CASE(simnic_rx_test_wrap),
	KUNIT_CASE(simnic_rx_test_budget),
	KUNIT_CASE_PARAM(simnic_rx_test_dropped, simnic_rx_test_bads_gen_params),
	KUNIT_CASE(simnic_rx_test_damaged),
	KUNIT_CASE(simnic_rx_test_damaged_nomem),
	KUNIT_CASE(simnic_rx_test_nomem),
	KUNIT_CASE(simnic_rx_test_never_posted),
	KUNIT_CASE(simnic_rx_test_out_of_turn),
	KUNIT_CASE(simnic_rx_test_restart_clean),
	KUNIT_CASE(simnic_rx_test_drain),
	KUNIT_CASE(simnic_rx_test_refill),
	{}
};

static struct kunit_suite simnic_rx_test_suite = {
	.name = "simnic_rx",
	.test_cases = simnic_rx_test_cases,
};

kunit_test_suite(simnic_rx_test_suite);
