// SPDX-License-Identifier: GPL-2.0
/* simnic card: unit tests of posted frames: who fetches them, and when they are told of */
#include <linux/delay.h>

#include "../wire.h"
#include "test.h"

#define LEN	256	/* descriptors of a ring */
#define HDR	54
#define MSS	1000
#define POSTED	(SIMNIC_TXQ_TAIL_POSTED | SIMNIC_TXQ_TAIL_QUIET)

/**
 * struct pair - two cards and a cable; the first sends super-frames
 * @a: the sender
 * @b: the receiver
 * @tx: the sender's ring
 * @rx: the receiver's ring
 * @frame: what is sent
 * @len: bytes of it
 */
struct pair {
	struct simhw_card *a;
	struct simhw_card *b;
	struct simhw_test_ring *tx;
	struct simhw_test_ring *rx;
	u8 *frame;
	u32 len;
};

/* The first frame is sent at once, and tells where super-frames go. */
static struct pair *make_pair(struct kunit *test)
{
	static const struct simhw_test_pkt pkt = {
		.ip = 4, .proto = IPPROTO_TCP, .payload = 4 * MSS,
	};
	struct pair *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	p->a = simhw_test_card(test, 1, 1);
	p->b = simhw_test_card(test, 1, 1);
	simhw_test_link(test, p->a, p->b);
	simhw_test_wr(p->b, SIMNIC_MAXFRAME, SIMNIC_FRAME_MAX);
	simhw_test_wr(p->b, SIMNIC_GROMAX, 65536);
	simhw_test_wr(p->b, SIMNIC_RXCTRL, SIMNIC_RXCTRL_EN | SIMNIC_RXCTRL_PROMISC |
		      SIMNIC_RXCTRL_GRO_HW);
	p->rx = simhw_test_rxq(test, p->b, 0, LEN, 8192);
	p->tx = simhw_test_txq(test, p->a, 0, LEN);
	simhw_test_doorbell(p->rx, LEN - 1);
	p->len = simhw_test_build(test, &pkt, &p->frame);
	return p;
}

static u32 tail(struct pair *p)
{
	return simhw_test_rd(p->a, SIMNIC_TXQ_TAIL(0));
}

static u32 head(struct pair *p)
{
	return simhw_test_rd(p->a, SIMNIC_TXQ_HEAD(0));
}

static u32 arrived(struct pair *p)
{
	return simhw_test_rd(p->b, SIMNIC_RXQ_HEAD(0));
}

static u32 causes(struct simhw_card *card)
{
	return simhw_test_rd(card, SIMNIC_VEC_CAUSE(1));
}

/* One more super-frame: a context, and a buffer. */
static void send(struct pair *p, u32 how)
{
	const struct simnic_tx_ctx ctx = {
		.mss = cpu_to_le16(MSS),
		.hdr_len = cpu_to_le16(HDR),
		.l3_offset = 14,
		.l4_offset = 34,
		.flags = cpu_to_le16(SIMNIC_TXD_CTX),
	};
	u32 i = tail(p);
	struct simnic_tx_desc *data = &p->tx->tx[(i + 1) % LEN];

	memcpy(&p->tx->tx[i % LEN], &ctx, sizeof(ctx));
	simhw_test_desc(p->tx, i + 1, p->frame, p->len,
			SIMNIC_TXD_EOP | SIMNIC_TXD_RS | SIMNIC_TXD_CSUM);
	data->csum_start = 17;
	data->csum_offset = 16;
	simhw_test_doorbell(p->tx, (i + 2) % LEN | how);
}

/* The receiver's driver looks for frames. */
static void acknowledge(struct pair *p)
{
	local_bh_disable();
	simhw_test_wr(p->b, SIMNIC_VEC_CAUSE(1), SIMNIC_CAUSE_ALL);
	local_bh_enable();
}

/* They stay in the ring until the receiver's driver acknowledges its interrupt. */
static void test_fetched(struct kunit *test)
{
	struct pair *p = make_pair(test);

	/* nobody knows yet where that goes */
	send(p, POSTED);
	KUNIT_ASSERT_EQ(test, head(p), 2);
	KUNIT_ASSERT_EQ(test, arrived(p), 1);
	acknowledge(p);
	KUNIT_ASSERT_EQ(test, causes(p->b), 0);

	send(p, POSTED);
	send(p, POSTED);
	KUNIT_EXPECT_EQ(test, head(p), 2);
	KUNIT_EXPECT_EQ(test, arrived(p), 1);
	KUNIT_EXPECT_EQ(test, causes(p->b), SIMNIC_CAUSE_RX);
	KUNIT_EXPECT_FALSE(test, p->tx->tx[3].flags & cpu_to_le16(SIMNIC_TXD_DD));

	acknowledge(p);
	KUNIT_EXPECT_EQ(test, head(p), 6);
	KUNIT_EXPECT_EQ(test, arrived(p), 3);
	KUNIT_EXPECT_TRUE(test, p->tx->tx[3].flags & cpu_to_le16(SIMNIC_TXD_DD));
	/* it looks by itself, and so does who rings */
	KUNIT_EXPECT_EQ(test, causes(p->b), 0);
	KUNIT_EXPECT_EQ(test, causes(p->a), 0);
	KUNIT_EXPECT_EQ(test, simhw_test_stat(p->b, SIMNIC_STAT_RX_FRAMES), 12);
	KUNIT_EXPECT_EQ(test, simhw_test_stat(p->a, SIMNIC_STAT_TX_FRAMES), 12);
}

/* Not in the shared line's handler: the poll comes later. */
static void test_not_in_irq(struct kunit *test)
{
	struct pair *p = make_pair(test);
	unsigned long flags;

	send(p, 0);
	send(p, POSTED);
	local_irq_save(flags);
	simhw_test_wr(p->b, SIMNIC_VEC_CAUSE(1), SIMNIC_CAUSE_ALL);
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, arrived(p), 1);
	acknowledge(p);
	KUNIT_EXPECT_EQ(test, arrived(p), 2);
}

/* Who rings sends what was posted before as well. */
static void test_pushed(struct kunit *test)
{
	struct pair *p = make_pair(test);

	send(p, 0);
	send(p, POSTED);
	KUNIT_EXPECT_EQ(test, arrived(p), 1);
	send(p, SIMNIC_TXQ_TAIL_QUIET);
	KUNIT_EXPECT_EQ(test, arrived(p), 3);
	send(p, POSTED);
	KUNIT_EXPECT_EQ(test, arrived(p), 3);
	/* the same tail once more */
	simhw_test_doorbell(p->tx, tail(p));
	KUNIT_EXPECT_EQ(test, arrived(p), 4);
	/* what was fetched by then is fetched just once */
	acknowledge(p);
	KUNIT_EXPECT_EQ(test, arrived(p), 4);
}

/* More than a quarter of the receiver's ring, so who rings sends them. */
static void test_many(struct kunit *test)
{
	struct pair *p = make_pair(test);
	unsigned int i;

	send(p, 0);
	for (i = 0; i < LEN / 8 - 1; i++)
		send(p, POSTED);
	KUNIT_EXPECT_EQ(test, arrived(p), 1);
	send(p, POSTED);
	KUNIT_EXPECT_EQ(test, arrived(p), 1 + LEN / 8);
}

/* Where super-frames are not taken any more, nothing is posted. */
static void test_refused(struct kunit *test)
{
	struct pair *p = make_pair(test);
	u32 rxctrl = simhw_test_rd(p->b, SIMNIC_RXCTRL);

	send(p, 0);
	simhw_test_wr(p->b, SIMNIC_RXCTRL, rxctrl & ~SIMNIC_RXCTRL_GRO_HW);
	send(p, POSTED);
	KUNIT_EXPECT_EQ(test, arrived(p), 1 + 4);
	simhw_test_wr(p->b, SIMNIC_RXCTRL, rxctrl & ~SIMNIC_RXCTRL_EN);
	send(p, POSTED);
	KUNIT_EXPECT_EQ(test, head(p), tail(p));
	KUNIT_EXPECT_EQ(test, simhw_test_stat(p->b, SIMNIC_STAT_RX_DISABLED), 4);
	simhw_test_wr(p->b, SIMNIC_RXCTRL, rxctrl);
	send(p, POSTED);
	KUNIT_EXPECT_NE(test, head(p), tail(p));
	simhw_test_wr(p->b, SIMNIC_CTRL, 0);
	send(p, POSTED);
	KUNIT_EXPECT_EQ(test, head(p), tail(p));
	KUNIT_EXPECT_EQ(test, simhw_test_stat(p->a, SIMNIC_STAT_TX_NO_LINK), 8);
}

/* Not where the receiver's interrupt may be long off, or the sender's poll. */
static void test_usecs(struct kunit *test)
{
	struct pair *p = make_pair(test);

	send(p, 0);
	simhw_test_wr(p->a, SIMNIC_VEC_CAUSE(1), SIMNIC_CAUSE_ALL);
	simhw_test_wr(p->b, SIMNIC_VEC_ITR_RX(1), 3200);
	send(p, POSTED);
	KUNIT_EXPECT_EQ(test, arrived(p), 1);
	simhw_test_wr(p->b, SIMNIC_VEC_ITR_RX(1), 3201);
	send(p, POSTED);
	KUNIT_EXPECT_EQ(test, arrived(p), 3);

	simhw_test_wr(p->b, SIMNIC_VEC_ITR_RX(1), 0);
	simhw_test_wr(p->a, SIMNIC_VEC_ITR_RX(1), 801);
	send(p, POSTED);
	KUNIT_EXPECT_EQ(test, causes(p->a), 0);
	acknowledge(p);
	KUNIT_EXPECT_EQ(test, arrived(p), 4);
	KUNIT_EXPECT_EQ(test, causes(p->a), SIMNIC_CAUSE_TX);
}

/* The driver rings again and again, but nobody comes. */
static void test_nobody(struct kunit *test)
{
	struct pair *p = make_pair(test);
	unsigned int i;

	send(p, 0);
	for (i = 0; i < 30 && arrived(p) == 1; i++) {
		send(p, POSTED);
		usleep_range(3000, 4000);
	}
	KUNIT_EXPECT_LT(test, i, 30);
	KUNIT_EXPECT_GT(test, i, 1);
}

/* Nobody comes for them, or rings: they go in the end, and are told of. */
static void test_timer(struct kunit *test)
{
	struct pair *p = make_pair(test);

	send(p, 0);
	simhw_test_wr(p->a, SIMNIC_VEC_CAUSE(1), SIMNIC_CAUSE_ALL);
	send(p, POSTED);
	KUNIT_EXPECT_EQ(test, arrived(p), 1);
	KUNIT_EXPECT_TRUE(test, simhw_test_wait(p->b, SIMNIC_RXQ_HEAD(0), 2));
	KUNIT_EXPECT_TRUE(test, simhw_test_wait(p->a, SIMNIC_VEC_CAUSE(1), SIMNIC_CAUSE_TX));
}

/* The driver does not ring again: what was done quietly is told of in the end. */
static void test_owed(struct kunit *test)
{
	struct pair *p = make_pair(test);

	send(p, 0);
	simhw_test_wr(p->a, SIMNIC_VEC_CAUSE(1), SIMNIC_CAUSE_ALL);
	send(p, POSTED);
	acknowledge(p);
	KUNIT_EXPECT_EQ(test, arrived(p), 2);
	KUNIT_EXPECT_TRUE(test, simhw_test_wait(p->a, SIMNIC_VEC_CAUSE(1), SIMNIC_CAUSE_TX));
	/* and what is not to be quiet at once */
	simhw_test_wr(p->a, SIMNIC_VEC_CAUSE(1), SIMNIC_CAUSE_ALL);
	send(p, SIMNIC_TXQ_TAIL_POSTED);
	acknowledge(p);
	KUNIT_EXPECT_EQ(test, causes(p->a), SIMNIC_CAUSE_TX);
}

/* The queue is stopped in between: what was posted is the driver's again. */
static void test_stopped(struct kunit *test)
{
	struct pair *p = make_pair(test);

	send(p, 0);
	send(p, POSTED);
	simhw_test_wr(p->a, SIMNIC_TXQ_CTRL(0), 0);
	acknowledge(p);
	KUNIT_EXPECT_EQ(test, arrived(p), 1);
	simhw_test_wr(p->a, SIMNIC_TXQ_CTRL(0), SIMNIC_Q_CTRL_ENABLE);
	/* what is learned is forgotten as well */
	send(p, POSTED);
	KUNIT_EXPECT_EQ(test, arrived(p), 2);
	send(p, POSTED);
	simhw_wire_disconnect(p->a);
	acknowledge(p);
	KUNIT_EXPECT_EQ(test, arrived(p), 2);
	KUNIT_EXPECT_TRUE(test, simhw_test_wait(p->a, SIMNIC_TXQ_HEAD(0), tail(p)));
	KUNIT_EXPECT_EQ(test, simhw_test_stat(p->a, SIMNIC_STAT_TX_NO_LINK), 4);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(test_fetched),
	KUNIT_CASE(test_not_in_irq),
	KUNIT_CASE(test_pushed),
	KUNIT_CASE(test_many),
	KUNIT_CASE(test_refused),
	KUNIT_CASE(test_usecs),
	KUNIT_CASE(test_nobody),
	KUNIT_CASE(test_timer),
	KUNIT_CASE(test_owed),
	KUNIT_CASE(test_stopped),
	{}
};

static struct kunit_suite suite = {
	.name = "simhw_txpost",
	.suite_exit = simhw_test_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
