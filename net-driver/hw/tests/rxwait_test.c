// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: unit tests of receive queues without room: who waits, what ends the
 * wait, and that each frame is accounted for
 */
#include <linux/bitfield.h>
#include <linux/delay.h>
#include <linux/mii.h>

#include "../rx.h"
#include "../rxwait.h"
#include "../wire.h"
#include "test.h"

#define FRAMES		20	/* that are sent */
#define BUFFERS		5	/* that there are for them */

/**
 * struct pair - two cards and a cable; the first sends
 * @a: the sender
 * @b: the receiver, with two queues
 * @tx: the sender's ring
 * @rx: the receiver's first ring
 */
struct pair {
	struct simhw_card *a;
	struct simhw_card *b;
	struct simhw_test_ring *tx;
	struct simhw_test_ring *rx;
};

/* As many frames of @len bytes, in one go */
static void send(struct kunit *test, struct pair *p, u32 n, u32 len)
{
	static const struct simhw_test_pkt pkt = { .ip = 4, .proto = IPPROTO_UDP, .payload = 18 };
	u32 tail = simhw_test_rd(p->a, SIMNIC_TXQ_TAIL(0)), i;
	u8 *data = kunit_kzalloc(test, len, GFP_KERNEL), *frame;
	u32 built = simhw_test_build(test, &pkt, &frame);

	KUNIT_ASSERT_NOT_NULL(test, data);
	memcpy(data, frame, min(len, built));
	for (i = 0; i < n; i++)
		simhw_test_desc(p->tx, tail + i, data, len, SIMNIC_TXD_EOP | SIMNIC_TXD_RS);
	simhw_test_doorbell(p->tx, (tail + n) % p->tx->len);
}

static void stop(void *data)
{
	struct pair *p = data;

	simhw_test_wr(p->a, SIMNIC_TXQ_CTRL(0), 0);
}

static struct pair *make_pair(struct kunit *test)
{
	struct pair *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	p->a = simhw_test_card(test, 1, 1);
	p->b = simhw_test_card(test, 2, 2);
	simhw_test_link(test, p->a, p->b);
	p->tx = simhw_test_txq(test, p->a, 0, 64);
	p->rx = simhw_test_rxq(test, p->b, 0, 64, 256);
	return p;
}

static u64 received(struct pair *p)
{
	return simhw_test_stat(p->b, SIMNIC_STAT_RX_FRAMES);
}

static bool paused(struct pair *p)
{
	return simhw_test_rd(p->a, SIMNIC_TXQ_STATUS(0)) & SIMNIC_Q_STATUS_PAUSED;
}

/* More frames than there are buffers for: the rest waits. */
static struct pair *make_waiting(struct kunit *test)
{
	struct pair *p = make_pair(test);

	simhw_test_doorbell(p->rx, BUFFERS);
	send(test, p, FRAMES, 60);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, stop, p), 0);
	KUNIT_EXPECT_EQ(test, received(p), BUFFERS);
	KUNIT_EXPECT_TRUE(test, paused(p));
	KUNIT_EXPECT_EQ(test, simhw_test_rd(p->a, SIMNIC_TXQ_HEAD(0)), BUFFERS);
	KUNIT_EXPECT_EQ(test, simhw_test_stat(p->b, SIMNIC_STAT_TX_PAUSE), 1);
	KUNIT_EXPECT_EQ(test, simhw_test_stat(p->a, SIMNIC_STAT_RX_PAUSE), 1);
	KUNIT_EXPECT_FALSE(test, p->tx->tx[BUFFERS].flags & cpu_to_le16(SIMNIC_TXD_DD));
	return p;
}

/* The rest goes on, and is counted as @stat by the card @where. */
static void expect_rest(struct kunit *test, struct pair *p, struct simhw_card *where,
			enum simnic_stat stat)
{
	KUNIT_EXPECT_TRUE(test, simhw_test_wait(p->a, SIMNIC_TXQ_HEAD(0), FRAMES));
	KUNIT_EXPECT_FALSE(test, paused(p));
	KUNIT_EXPECT_EQ(test, simhw_test_stat(where, stat),
			FRAMES - (stat == SIMNIC_STAT_RX_FRAMES ? 0 : BUFFERS));
	KUNIT_EXPECT_EQ(test, simhw_test_stat(p->a, SIMNIC_STAT_TX_FRAMES) +
			simhw_test_stat(p->a, SIMNIC_STAT_TX_NO_LINK), FRAMES);
	KUNIT_EXPECT_EQ(test, p->b->rxq[0].wake_at, 0);
	KUNIT_EXPECT_TRUE(test, list_empty(&p->b->rxq[0].waiters));
}

/* It goes on waiting. */
static void expect_waiting(struct kunit *test, struct pair *p, u32 frames)
{
	usleep_range(2000, 3000);
	KUNIT_EXPECT_TRUE(test, paused(p));
	KUNIT_EXPECT_EQ(test, received(p), frames);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(p->a, SIMNIC_TXQ_HEAD(0)), frames);
}

/* -- What ends a wait -------------------------------------------------------- */

static void end_buffers(struct pair *p)
{
	simhw_test_doorbell(p->rx, 60);
}

static void end_receiver_off(struct pair *p)
{
	simhw_test_wr(p->b, SIMNIC_RXCTRL, 0);
}

static void end_not_meant(struct pair *p)
{
	simhw_test_wr(p->b, SIMNIC_RXCTRL, SIMNIC_RXCTRL_EN);
}

static void end_link_down(struct pair *p)
{
	simhw_test_wr(p->b, SIMNIC_CTRL, 0);
}

static void end_cable(struct pair *p)
{
	simhw_wire_disconnect(p->b);
}

static void end_plug(struct pair *p)
{
	simhw_wire_seat(p->a, false);
}

static void end_no_pause_tx(struct pair *p)
{
	simhw_test_wr(p->b, SIMNIC_PAUSE, SIMNIC_PAUSE_RX);
}

static void end_no_pause_rx(struct pair *p)
{
	simhw_test_wr(p->a, SIMNIC_PAUSE, SIMNIC_PAUSE_TX);
}

static void end_not_agreed(struct pair *p)
{
	simhw_test_wr(p->a, SIMNIC_MDIC, SIMNIC_MDIC_WRITE |
		      FIELD_PREP(SIMNIC_MDIC_REG, MII_ADVERTISE));
}

static void end_reset(struct pair *p)
{
	simhw_test_wr(p->b, SIMNIC_CTRL, SIMNIC_CTRL_RESET);
}

static void end_too_long(struct pair *p)
{
	simhw_test_wr(p->b, SIMNIC_MAXFRAME, 59);
	simhw_test_doorbell(p->rx, 60);
}

struct end_row {
	const char *name;
	void (*end)(struct pair *p);
	bool at_sender;
	enum simnic_stat stat;
};

static const struct end_row end_rows[] = {
	{ "buffers", end_buffers, false, SIMNIC_STAT_RX_FRAMES },
	{ "receiver off", end_receiver_off, false, SIMNIC_STAT_RX_DISABLED },
	{ "not for this receiver any more", end_not_meant, false, SIMNIC_STAT_RX_FILTERED },
	{ "link down", end_link_down, true, SIMNIC_STAT_TX_NO_LINK },
	{ "cable removed", end_cable, true, SIMNIC_STAT_TX_NO_LINK },
	{ "plug pulled", end_plug, true, SIMNIC_STAT_TX_NO_LINK },
	{ "no more pause frames", end_no_pause_tx, false, SIMNIC_STAT_RX_MISSED },
	{ "pause frames ignored", end_no_pause_rx, false, SIMNIC_STAT_RX_MISSED },
	{ "pause not agreed on", end_not_agreed, false, SIMNIC_STAT_RX_MISSED },
	{ "receiver reset", end_reset, true, SIMNIC_STAT_TX_NO_LINK },
	{ "too long now", end_too_long, false, SIMNIC_STAT_RX_OVERSIZE },
};

KUNIT_ARRAY_PARAM_DESC(end, end_rows, name);

static void test_end(struct kunit *test)
{
	const struct end_row *row = test->param_value;
	struct pair *p = make_waiting(test);

	row->end(p);
	expect_rest(test, p, row->at_sender ? p->a : p->b, row->stat);
}

/* What does not end it: a few buffers, the queue being switched off and on */
static void test_no_end(struct kunit *test)
{
	struct pair *p = make_waiting(test);

	simhw_test_doorbell(p->rx, BUFFERS + 7);
	expect_waiting(test, p, BUFFERS);
	simhw_test_wr(p->b, SIMNIC_RXQ_CTRL(0), 0);
	expect_waiting(test, p, BUFFERS);
	p->rx = simhw_test_rxq(test, p->b, 0, 64, 256);
	expect_waiting(test, p, BUFFERS);
	/* a queue that comes back wakes with its first buffer */
	simhw_test_doorbell(p->rx, 1);
	KUNIT_EXPECT_TRUE(test, simhw_test_wait(p->a, SIMNIC_TXQ_HEAD(0), BUFFERS + 1));
	expect_waiting(test, p, BUFFERS + 1);
	simhw_test_doorbell(p->rx, 60);
	expect_rest(test, p, p->b, SIMNIC_STAT_RX_FRAMES);
}

/**
 * struct wake_row - how many buffers wake who waits
 * @name: for the log
 * @len: bytes of the frame
 * @need: buffers that it takes
 * @wake: buffers that wake it
 */
struct wake_row {
	const char *name;
	u32 len;
	u32 need;
	u32 wake;
};

static const struct wake_row wake_rows[] = {
	{ "one buffer", 60, 1, 8 },
	{ "an eighth of the ring", 256 * 8, 8, 8 },
	{ "more", 256 * 8 + 1, 9, 9 },
	{ "many", 256 * 37, 37, 37 },
};

KUNIT_ARRAY_PARAM_DESC(wake, wake_rows, name);

/* An eighth of the ring wakes, or what the frame takes if that is more. */
static void test_wake_at(struct kunit *test)
{
	const struct wake_row *row = test->param_value;
	struct pair *p = make_pair(test);

	simhw_test_wr(p->b, SIMNIC_MAXFRAME, SIMNIC_FRAME_MAX);
	send(test, p, 1, row->len);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, stop, p), 0);
	KUNIT_EXPECT_EQ(test, p->b->rxq[0].wake_at, row->wake);
	simhw_test_doorbell(p->rx, row->wake - 1);
	expect_waiting(test, p, 0);
	simhw_test_doorbell(p->rx, row->wake);
	KUNIT_EXPECT_TRUE(test, simhw_test_wait(p->a, SIMNIC_TXQ_HEAD(0), 1));
	KUNIT_EXPECT_EQ(test, simhw_test_rd(p->b, SIMNIC_RXQ_HEAD(0)), row->need);
	KUNIT_EXPECT_EQ(test, p->b->rxq[0].wake_at, 0);
}

/* A frame that no ring of this size could hold does not wait for ever. */
static void test_too_many_buffers(struct kunit *test)
{
	struct pair *p = make_pair(test);

	simhw_test_wr(p->b, SIMNIC_MAXFRAME, SIMNIC_FRAME_MAX);
	simhw_test_doorbell(p->rx, 63);
	/* as if buffers were smaller than they may be */
	p->b->rxq[0].bufsz = 100;
	send(test, p, 1, 6301);
	KUNIT_EXPECT_FALSE(test, paused(p));
	KUNIT_EXPECT_EQ(test, simhw_test_stat(p->b, SIMNIC_STAT_RX_MISSED), 1);
	send(test, p, 1, 6300);
	KUNIT_EXPECT_EQ(test, received(p), 1);
}

/* Who is led to another queue waits for that, or not at all. */
static void test_resteer(struct kunit *test)
{
	struct pair *p = make_pair(test);
	struct simhw_test_ring *other = simhw_test_rxq(test, p->b, 1, 64, 256);
	u32 i;

	simhw_test_wr(p->b, SIMNIC_RXCTRL, SIMNIC_RXCTRL_EN | SIMNIC_RXCTRL_PROMISC |
		      SIMNIC_RXCTRL_RSS);
	simhw_test_wr(p->b, SIMNIC_RSSCTRL, SIMNIC_RSSCTRL_IPV4);
	simhw_test_doorbell(other, 60);
	send(test, p, FRAMES, 60);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, stop, p), 0);
	KUNIT_EXPECT_TRUE(test, paused(p));
	KUNIT_EXPECT_PTR_EQ(test, p->a->txq[0].sender.waiting_at, &p->b->rxq[0]);
	for (i = 0; i < SIMNIC_RSS_TABLE_SIZE / 4; i++)
		simhw_test_wr(p->b, SIMNIC_RSS_TABLE(i), 0x01010101);
	expect_rest(test, p, p->b, SIMNIC_STAT_RX_FRAMES);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(p->b, SIMNIC_RXQ_FRAMES_LO(1)), FRAMES);

	/* Queues that there are not are the first. */
	simhw_test_doorbell(p->rx, 60);
	for (i = 0; i < SIMNIC_RSS_TABLE_SIZE / 4; i++)
		simhw_test_wr(p->b, SIMNIC_RSS_TABLE(i), 0x02ff1003);
	send(test, p, FRAMES, 60);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(p->b, SIMNIC_RXQ_FRAMES_LO(0)), FRAMES);
}

static enum simhw_rx_result no_room(struct pair *p, int generation)
{
	const struct simhw_frame f = { .segs = 1 };
	struct simhw_rxq *q = &p->b->rxq[0];
	enum simhw_rx_result ret;

	spin_lock_bh(&q->lock);
	ret = simhw_rx_no_room(q, &p->a->txq[0].sender, &f, 1, generation);
	spin_unlock_bh(&q->lock);
	return ret;
}

/* What has changed since the frame was looked at: it is looked at again. */
static void test_retry(struct kunit *test)
{
	struct pair *p = make_pair(test);
	int generation = atomic_read(&p->b->steering);

	KUNIT_EXPECT_EQ(test, no_room(p, generation - 1), SIMHW_RX_RETRY);
	simhw_test_wr(p->b, SIMNIC_RXCTRL, 0);
	generation = atomic_read(&p->b->steering);
	KUNIT_EXPECT_EQ(test, no_room(p, generation), SIMHW_RX_RETRY);
	simhw_test_wr(p->b, SIMNIC_RXCTRL, SIMNIC_RXCTRL_EN);
	KUNIT_EXPECT_EQ(test, no_room(p, generation), SIMHW_RX_RETRY);
	generation = atomic_read(&p->b->steering);
	simhw_test_wr(p->b, SIMNIC_CTRL, 0);
	KUNIT_EXPECT_EQ(test, no_room(p, generation), SIMHW_RX_RETRY);
	simhw_test_wr(p->b, SIMNIC_CTRL, SIMNIC_CTRL_LINK_EN);
	KUNIT_EXPECT_FALSE(test, paused(p));

	/* Nothing has changed: it waits, or goes on if there is room by now. */
	KUNIT_EXPECT_EQ(test, no_room(p, generation), SIMHW_RX_WAIT);
	KUNIT_EXPECT_TRUE(test, paused(p));
	stop(p);
	KUNIT_EXPECT_FALSE(test, paused(p));
	simhw_test_doorbell(p->rx, 1);
	KUNIT_EXPECT_EQ(test, no_room(p, generation), SIMHW_RX_ROOM);
	KUNIT_EXPECT_FALSE(test, paused(p));
	KUNIT_EXPECT_EQ(test, p->b->rxq[0].wake_at, 0);
}

/* A queue that is switched off waits for nothing, and starts anew. */
static void test_forget(struct kunit *test)
{
	struct pair *p = make_waiting(test);

	simhw_test_wr(p->a, SIMNIC_TXQ_CTRL(0), 0);
	KUNIT_EXPECT_FALSE(test, paused(p));
	KUNIT_EXPECT_TRUE(test, list_empty(&p->b->rxq[0].waiters));
	KUNIT_EXPECT_EQ(test, p->b->rxq[0].wake_at, 0);
	simhw_test_doorbell(p->rx, 60);
	usleep_range(2000, 3000);
	KUNIT_EXPECT_EQ(test, received(p), BUFFERS);
	p->tx = simhw_test_txq(test, p->a, 0, 64);
	send(test, p, 3, 60);
	KUNIT_EXPECT_EQ(test, received(p), BUFFERS + 3);
}

/* Without pause, at either end, nobody waits. */
static void test_missed(struct kunit *test)
{
	static const u32 pauses[][2] = {
		{ 0, 0 }, { SIMNIC_PAUSE_RX, 0 }, { 0, SIMNIC_PAUSE_TX },
		{ SIMNIC_PAUSE_TX, SIMNIC_PAUSE_RX }, { SIMNIC_PAUSE_TX, SIMNIC_PAUSE_TX },
	};
	struct pair *p = make_pair(test);
	u32 i;

	for (i = 0; i < ARRAY_SIZE(pauses); i++) {
		simhw_test_wr(p->a, SIMNIC_PAUSE, pauses[i][0]);
		simhw_test_wr(p->b, SIMNIC_PAUSE, pauses[i][1]);
		send(test, p, 3, 60);
		KUNIT_EXPECT_EQ(test, simhw_test_stat(p->b, SIMNIC_STAT_RX_MISSED), 3 * (i + 1));
		KUNIT_EXPECT_FALSE(test, paused(p));
	}
	KUNIT_EXPECT_EQ(test, simhw_test_rd(p->b, SIMNIC_RXQ_MISSED_LO(0)), 3 * i);
	/* and a queue that is off has not missed it, but is off */
	simhw_test_wr(p->b, SIMNIC_RXQ_CTRL(0), 0);
	send(test, p, 3, 60);
	KUNIT_EXPECT_EQ(test, simhw_test_stat(p->b, SIMNIC_STAT_RX_DISABLED), 3);
	KUNIT_EXPECT_EQ(test, simhw_test_stat(p->b, SIMNIC_STAT_RX_MISSED), 3 * i);
}

/* A segmented frame that stops in between goes on where it was, once. */
static void test_segments(struct kunit *test)
{
	static const struct simhw_test_pkt pkt = { .ip = 4, .proto = IPPROTO_TCP, .payload = 2000 };
	struct pair *p = make_pair(test);
	struct simnic_tx_ctx ctx = {
		.mss = cpu_to_le16(100),
		.hdr_len = cpu_to_le16(54),
		.l3_offset = 14,
		.l4_offset = 34,
		.flags = cpu_to_le16(SIMNIC_TXD_CTX),
	};
	u8 *frame, i;
	u32 len;

	len = simhw_test_build(test, &pkt, &frame);
	memcpy(&p->tx->tx[0], &ctx, sizeof(ctx));
	simhw_test_desc(p->tx, 1, frame, len, SIMNIC_TXD_EOP | SIMNIC_TXD_CSUM);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, stop, p), 0);
	simhw_test_doorbell(p->rx, 5);
	simhw_test_doorbell(p->tx, 2);
	KUNIT_EXPECT_TRUE(test, paused(p));
	KUNIT_EXPECT_EQ(test, received(p), 5);
	KUNIT_EXPECT_EQ(test, simhw_test_stat(p->a, SIMNIC_STAT_TX_FRAMES), 5);
	simhw_test_doorbell(p->rx, 13);
	KUNIT_EXPECT_TRUE(test, simhw_test_wait(p->b, SIMNIC_RXQ_HEAD(0), 13));
	simhw_test_doorbell(p->rx, 60);
	KUNIT_EXPECT_TRUE(test, simhw_test_wait(p->a, SIMNIC_TXQ_HEAD(0), 2));
	KUNIT_EXPECT_EQ(test, received(p), 20);
	for (i = 0; i < 20; i++)
		KUNIT_EXPECT_MEMEQ(test, p->rx->buf[i] + 54, frame + 54 + 100 * i, 100);
}

/* What is left of it when its queue is switched off is counted. */
static void test_segments_aborted(struct kunit *test)
{
	static const struct simhw_test_pkt pkt = { .ip = 4, .proto = IPPROTO_TCP, .payload = 2000 };
	struct pair *p = make_pair(test);
	struct simnic_tx_ctx ctx = {
		.mss = cpu_to_le16(100),
		.hdr_len = cpu_to_le16(54),
		.l3_offset = 14,
		.l4_offset = 34,
		.flags = cpu_to_le16(SIMNIC_TXD_CTX),
	};
	u8 *frame;
	u32 len;

	len = simhw_test_build(test, &pkt, &frame);
	memcpy(&p->tx->tx[0], &ctx, sizeof(ctx));
	simhw_test_desc(p->tx, 1, frame, len, SIMNIC_TXD_EOP | SIMNIC_TXD_RS | SIMNIC_TXD_CSUM);
	simhw_test_doorbell(p->rx, 5);
	simhw_test_doorbell(p->tx, 2);
	simhw_test_wr(p->a, SIMNIC_TXQ_CTRL(0), 0);
	KUNIT_EXPECT_EQ(test, simhw_test_stat(p->a, SIMNIC_STAT_TX_FRAMES), 5);
	KUNIT_EXPECT_EQ(test, simhw_test_stat(p->a, SIMNIC_STAT_TX_ABORTED), 15);
	KUNIT_EXPECT_TRUE(test, p->tx->tx[1].flags & cpu_to_le16(SIMNIC_TXD_DD));
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(test_end, end_gen_params),
	KUNIT_CASE(test_no_end),
	KUNIT_CASE_PARAM(test_wake_at, wake_gen_params),
	KUNIT_CASE(test_too_many_buffers),
	KUNIT_CASE(test_resteer),
	KUNIT_CASE(test_retry),
	KUNIT_CASE(test_forget),
	KUNIT_CASE(test_missed),
	KUNIT_CASE(test_segments),
	KUNIT_CASE(test_segments_aborted),
	{}
};

static struct kunit_suite suite = {
	.name = "simhw_rxwait",
	.suite_exit = simhw_test_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
