// SPDX-License-Identifier: GPL-2.0
/* simnic card: unit tests of switching queues on and off, and of ring indices */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/workqueue.h>

#include "test.h"

/* What ENABLE takes over, and refuses */
struct config {
	const char *name;
	u32 len;
	u32 misalign;
	u32 vector;
	u32 bufsz;
	bool null_base;
	bool tx;
	bool rx;
};

static const struct config configs[] = {
	{ "smallest ring", 64, 0, 1, 2048, false, true, true },
	{ "largest ring", 4096, 0, 1, 2048, false, true, true },
	{ "no descriptors", 0, 0, 1, 2048, false, false, false },
	{ "too few", 32, 0, 1, 2048, false, false, false },
	{ "too many", 8192, 0, 1, 2048, false, false, false },
	{ "no power of two", 96, 0, 1, 2048, false, false, false },
	{ "one more", 65, 0, 1, 2048, false, false, false },
	{ "huge", 0x80000000, 0, 1, 2048, false, false, false },
	{ "misaligned by 16", 64, 16, 1, 2048, false, false, false },
	{ "misaligned by 32", 64, 32, 1, 2048, false, false, false },
	{ "aligned to 64", 64, 64, 1, 2048, false, true, true },
	{ "vector 0", 64, 0, 0, 2048, false, true, true },
	{ "last vector", 64, 0, 2, 2048, false, true, true },
	{ "no such vector", 64, 0, 3, 2048, false, false, false },
	{ "vector of all ones", 64, 0, U32_MAX, 2048, false, false, false },
	{ "no memory there", 64, 0, 1, 2048, true, false, false },
	{ "smallest buffers", 64, 0, 1, 256, false, true, true },
	{ "too small buffers", 64, 0, 1, 255, false, true, false },
	{ "no buffers", 64, 0, 1, 0, false, true, false },
	{ "largest buffers", 64, 0, 1, 16128, false, true, true },
	{ "too large buffers", 64, 0, 1, 16129, false, true, false },
};

KUNIT_ARRAY_PARAM_DESC(config, configs, name);

static void expect_enable(struct kunit *test, struct simhw_card *card, u32 bank, u64 base,
			  bool good)
{
	const struct config *c = test->param_value;
	u32 reg = bank - SIMNIC_TXQ(0), status;

	simhw_test_wr(card, reg + SIMNIC_TXQ_BASE_LO(0), lower_32_bits(base));
	simhw_test_wr(card, reg + SIMNIC_TXQ_BASE_HI(0), upper_32_bits(base));
	simhw_test_wr(card, reg + SIMNIC_TXQ_LEN(0), c->len);
	simhw_test_wr(card, reg + SIMNIC_TXQ_VECTOR(0), c->vector);
	simhw_test_wr(card, reg + SIMNIC_TXQ_CTRL(0), SIMNIC_Q_CTRL_ENABLE);
	status = simhw_test_rd(card, reg + SIMNIC_TXQ_STATUS(0));
	KUNIT_EXPECT_EQ(test, status,
			good ? SIMNIC_Q_STATUS_ENABLED : SIMNIC_Q_STATUS_BAD_CONFIG);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, reg + SIMNIC_TXQ_CTRL(0)),
			good ? SIMNIC_Q_CTRL_ENABLE : 0);

	simhw_test_wr(card, reg + SIMNIC_TXQ_CTRL(0), 0);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, reg + SIMNIC_TXQ_STATUS(0)), 0);
}

static void test_enable(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, 2, 2);
	const struct config *c = test->param_value;
	u8 *ring = kunit_kzalloc(test, 2 * SIMNIC_RING_MAX * 16, GFP_KERNEL);
	u64 base;

	KUNIT_ASSERT_NOT_NULL(test, ring);
	base = c->null_base ? 0xffffffffffffffc0 : simhw_test_addr(card, ring + c->misalign);
	expect_enable(test, card, SIMNIC_TXQ(1), base, c->tx);
	simhw_test_wr(card, SIMNIC_RXQ_BUFSZ(1), c->bufsz);
	expect_enable(test, card, SIMNIC_RXQ(1), base, c->rx);
}

/* While a queue is on, what is written is for the next time. */
static void test_taken_over_once(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, 1, 1);
	struct simhw_test_ring *ring = simhw_test_rxq(test, card, 0, 64, 256);

	simhw_test_wr(card, SIMNIC_RXQ_LEN(0), 128);
	simhw_test_wr(card, SIMNIC_RXQ_VECTOR(0), 0);
	simhw_test_wr(card, SIMNIC_RXQ_CTRL(0), SIMNIC_Q_CTRL_ENABLE);
	KUNIT_EXPECT_EQ(test, card->rxq[0].base.mask, 63);
	KUNIT_EXPECT_EQ(test, card->rxq[0].base.vector, 1);
	simhw_test_doorbell(ring, 64 + 5);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_RXQ_TAIL(0)), 5);

	/* Nor is a queue switched off by RESUME. */
	simhw_test_wr(card, SIMNIC_RXQ_CTRL(0), SIMNIC_Q_CTRL_RESUME);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_RXQ_CTRL(0)), SIMNIC_Q_CTRL_ENABLE);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_RXQ_TAIL(0)), 5);
	simhw_test_wr(card, SIMNIC_RXQ_CTRL(0), 0);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_RXQ_TAIL(0)), 0);
	simhw_test_wr(card, SIMNIC_RXQ_CTRL(0), SIMNIC_Q_CTRL_RESUME);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_RXQ_CTRL(0)), 0);
}

/* Off or reset, a queue begins anew. */
static void test_head_and_tail(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, 1, 1);
	u8 *data = kunit_kzalloc(test, 64, GFP_KERNEL);
	struct simhw_test_ring *tx, *rx;
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, data);
	for (i = 0; i < 2; i++) {
		tx = simhw_test_txq(test, card, 0, 64);
		rx = simhw_test_rxq(test, card, 0, 64, 256);
		simhw_test_wr(card, SIMNIC_CTRL, SIMNIC_CTRL_TX_EN);
		simhw_test_desc(tx, 0, data, 64, SIMNIC_TXD_EOP);
		simhw_test_desc(tx, 1, data, 64, 0);
		simhw_test_doorbell(tx, 2);
		simhw_test_doorbell(rx, 3);
		KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_TXQ_HEAD(0)), 1);
		KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_TXQ_TAIL(0)), 2);
		KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_RXQ_TAIL(0)), 3);

		if (i)
			simhw_test_wr(card, SIMNIC_CTRL, SIMNIC_CTRL_RESET);
		simhw_test_wr(card, SIMNIC_TXQ_CTRL(0), 0);
		simhw_test_wr(card, SIMNIC_RXQ_CTRL(0), 0);
		KUNIT_ASSERT_TRUE(test, simhw_test_wait(card, SIMNIC_CTRL,
							i ? 0 : SIMNIC_CTRL_TX_EN));
		KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_TXQ_HEAD(0)), 0);
		KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_TXQ_TAIL(0)), 0);
		KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_RXQ_TAIL(0)), 0);
	}
}

struct ring_len {
	const char *name;
	u32 len;
};

static const struct ring_len lens[] = {
	{ "64", 64 }, { "128", 128 }, { "256", 256 }, { "512", 512 }, { "1024", 1024 },
	{ "2048", 2048 }, { "4096", 4096 },
};

KUNIT_ARRAY_PARAM_DESC(len, lens, name);

/* Frames of one, two, three descriptors, until each position has begun some */
static void test_tx_wrap(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, 1, 1);
	u8 *data = kunit_kzalloc(test, 64, GFP_KERNEL);
	const struct ring_len *param = test->param_value;
	u32 len = param->len, i, n, sent, tail = 0;
	struct simhw_test_ring *ring;

	KUNIT_ASSERT_NOT_NULL(test, data);
	ring = simhw_test_txq(test, card, 0, len);
	simhw_test_wr(card, SIMNIC_CTRL, SIMNIC_CTRL_TX_EN);
	for (sent = 0; sent < 3 * len; sent++) {
		n = 1 + sent % 3;
		for (i = 0; i < n; i++)
			simhw_test_desc(ring, tail + i, data, 64,
					i == n - 1 ? SIMNIC_TXD_EOP | SIMNIC_TXD_RS : 0);
		tail = (tail + n) % len;
		simhw_test_doorbell(ring, tail);
		if (simhw_test_rd(card, SIMNIC_TXQ_HEAD(0)) != tail)
			KUNIT_FAIL(test, "head %u, tail %u",
				   simhw_test_rd(card, SIMNIC_TXQ_HEAD(0)), tail);
		i = (tail + len - 1) % len;
		if (!(ring->tx[i].flags & cpu_to_le16(SIMNIC_TXD_DD)))
			KUNIT_FAIL(test, "no DD at %u", i);
	}
	KUNIT_EXPECT_EQ(test, simhw_test_stat(card, SIMNIC_STAT_TX_NO_LINK), sent);
	KUNIT_EXPECT_EQ(test, simhw_test_stat(card, SIMNIC_STAT_TX_BAD_DESC), 0);
}

/* Ring with SIMNIC_TXQ_TAIL_QUIET: what is done by then is no reason for an interrupt. */
static void test_quiet(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, 1, 1);
	u8 *data = kunit_kzalloc(test, 64, GFP_KERNEL);
	struct simhw_test_ring *ring;
	unsigned long flags;
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, data);
	ring = simhw_test_txq(test, card, 0, 64);
	simhw_test_wr(card, SIMNIC_CTRL, SIMNIC_CTRL_TX_EN);
	for (i = 0; i < 63; i++)
		simhw_test_desc(ring, i, data, 64, SIMNIC_TXD_EOP | SIMNIC_TXD_RS);

	simhw_test_doorbell(ring, 1 | SIMNIC_TXQ_TAIL_QUIET);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_TXQ_TAIL(0)), 1);
	KUNIT_EXPECT_TRUE(test, ring->tx[0].flags & cpu_to_le16(SIMNIC_TXD_DD));
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_VEC_CAUSE(1)), 0);
	/* that of others goes down as well, but no other cause */
	simhw_test_wr(card, SIMNIC_VEC_CAUSE_SET(1), SIMNIC_CAUSE_RX);
	simhw_test_doorbell(ring, 3);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_VEC_CAUSE(1)),
			SIMNIC_CAUSE_RX | SIMNIC_CAUSE_TX);
	simhw_test_doorbell(ring, 4 | SIMNIC_TXQ_TAIL_QUIET);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_VEC_CAUSE(1)), SIMNIC_CAUSE_RX);

	/* what is done later has to be told */
	simhw_test_wr(card, SIMNIC_CTRL, 0);
	simhw_test_doorbell(ring, 5 | SIMNIC_TXQ_TAIL_QUIET);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_VEC_CAUSE(1)), SIMNIC_CAUSE_RX);
	simhw_test_wr(card, SIMNIC_CTRL, SIMNIC_CTRL_TX_EN);
	KUNIT_EXPECT_TRUE(test, simhw_test_wait(card, SIMNIC_VEC_CAUSE(1),
						SIMNIC_CAUSE_RX | SIMNIC_CAUSE_TX));
	simhw_test_wr(card, SIMNIC_VEC_CAUSE(1), SIMNIC_CAUSE_RX | SIMNIC_CAUSE_TX);
	local_irq_save(flags);
	simhw_bus_ops.doorbell(card, SIMNIC_TXQ_TAIL(0), 6 | SIMNIC_TXQ_TAIL_QUIET);
	local_irq_restore(flags);
	KUNIT_EXPECT_TRUE(test, simhw_test_wait(card, SIMNIC_VEC_CAUSE(1), SIMNIC_CAUSE_TX));
}

/* A full ring (one left unused) goes at once, from wherever it begins. */
static void test_tx_full(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, 1, 1);
	u8 *data = kunit_kzalloc(test, 64, GFP_KERNEL);
	const struct ring_len *param = test->param_value;
	u32 len = param->len, i, round, tail = 0;
	struct simhw_test_ring *ring;

	KUNIT_ASSERT_NOT_NULL(test, data);
	ring = simhw_test_txq(test, card, 0, len);
	for (round = 1; round <= 5; round++) {
		simhw_test_wr(card, SIMNIC_CTRL, 0);
		for (i = 0; i < len - 1; i++)
			simhw_test_desc(ring, tail + i, data, 64, SIMNIC_TXD_EOP);
		tail = (tail + len - 1) % len;
		simhw_test_doorbell(ring, tail);
		KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_TXQ_TAIL(0)), tail);
		simhw_test_wr(card, SIMNIC_CTRL, SIMNIC_CTRL_TX_EN);
		KUNIT_EXPECT_TRUE(test, simhw_test_wait(card, SIMNIC_TXQ_HEAD(0), tail));
		KUNIT_EXPECT_EQ(test, simhw_test_stat(card, SIMNIC_STAT_TX_NO_LINK),
				round * (len - 1));
	}
}

/* The same without any end of a frame: it is the ring that ends it. */
static void test_tx_endless(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, 1, 1);
	u8 *data = kunit_kzalloc(test, 64, GFP_KERNEL);
	const struct ring_len *param = test->param_value;
	struct simhw_test_ring *ring;
	u32 len = param->len, i;

	KUNIT_ASSERT_NOT_NULL(test, data);
	ring = simhw_test_txq(test, card, 0, len);
	simhw_test_wr(card, SIMNIC_CTRL, SIMNIC_CTRL_TX_EN);
	for (i = 0; i < len - 1; i++)
		simhw_test_desc(ring, i, data, 64, 0);
	simhw_test_doorbell(ring, len - 2);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_TXQ_HEAD(0)), 0);
	KUNIT_EXPECT_EQ(test, simhw_test_stat(card, SIMNIC_STAT_TX_BAD_DESC), 0);

	simhw_test_doorbell(ring, len - 1);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_TXQ_HEAD(0)), len - 1);
	KUNIT_EXPECT_EQ(test, simhw_test_stat(card, SIMNIC_STAT_TX_BAD_DESC), 1);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_TXQ_STATUS(0)),
			SIMNIC_Q_STATUS_ENABLED | SIMNIC_Q_STATUS_HALTED);
	KUNIT_EXPECT_EQ(test, le16_to_cpu(ring->tx[len - 2].flags),
			SIMNIC_TXD_DD | SIMNIC_TXD_ERR);
}

/* A register write by somebody else */
struct write {
	struct work_struct work;
	struct completion done;
	struct simhw_card *card;
	u32 reg;
	u32 val;
};

static void write_work(struct work_struct *work)
{
	struct write *w = container_of(work, struct write, work);

	simhw_test_wr(w->card, w->reg, w->val);
	complete(&w->done);
}

static void write_elsewhere(struct write *w, struct simhw_card *card, u32 reg, u32 val)
{
	INIT_WORK_ONSTACK(&w->work, write_work);
	init_completion(&w->done);
	w->card = card;
	w->reg = reg;
	w->val = val;
	schedule_work(&w->work);
}

static void write_wait(struct write *w)
{
	flush_work(&w->work);
	destroy_work_on_stack(&w->work);
}

/* Who stops a queue while a reset is about to stop it frees the ring then. */
static void test_stop_in_reset(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, 1, 1);
	struct write reset, rx, tx;

	simhw_test_txq(test, card, 0, 64);
	simhw_test_rxq(test, card, 0, 64, 256);

	/* the transmit engine runs for long, and the reset waits for it */
	atomic_set(&card->txq[0].state, SIMHW_TXQ_BUSY);
	write_elsewhere(&reset, card, SIMNIC_CTRL, SIMNIC_CTRL_RESET);
	KUNIT_EXPECT_TRUE(test, simhw_test_wait(card, SIMNIC_CTRL, SIMNIC_CTRL_RESET));
	write_elsewhere(&rx, card, SIMNIC_RXQ_CTRL(0), 0);
	write_elsewhere(&tx, card, SIMNIC_TXQ_CTRL(0), 0);
	msleep(50);
	KUNIT_EXPECT_TRUE(test, card->rxq[0].base.enabled);
	KUNIT_EXPECT_FALSE(test, completion_done(&rx.done));
	KUNIT_EXPECT_FALSE(test, completion_done(&tx.done));

	atomic_set(&card->txq[0].state, 0);
	wait_for_completion(&rx.done);
	KUNIT_EXPECT_FALSE(test, card->rxq[0].base.enabled);
	wait_for_completion(&tx.done);
	KUNIT_EXPECT_NULL(test, card->txq[0].ring);
	write_wait(&reset);
	write_wait(&rx);
	write_wait(&tx);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(test_enable, config_gen_params),
	KUNIT_CASE(test_taken_over_once),
	KUNIT_CASE(test_head_and_tail),
	KUNIT_CASE(test_stop_in_reset),
	KUNIT_CASE_PARAM(test_tx_wrap, len_gen_params),
	KUNIT_CASE(test_quiet),
	KUNIT_CASE_PARAM(test_tx_full, len_gen_params),
	KUNIT_CASE_PARAM(test_tx_endless, len_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "simhw_queue",
	.suite_exit = simhw_test_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
