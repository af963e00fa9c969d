// SPDX-License-Identifier: GPL-2.0
/* simnic driver: the watchdog, and what it has done about what it sees */
#include <kunit/test.h>

#include "fake_bus.h"

#define Q	0

/* A device that is up, whose watchdog is the test */
static struct simnic_fake *simnic_health_open(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);

	simnic_service_stop_watch(f->sn);
	WRITE_ONCE(f->sn->health.failed, false);
	f->reg[SIMNIC_STATUS / 4] = SIMNIC_STATUS_LINK;
	simnic_link_update(f->sn);
	return f;
}

static void simnic_health_ticks(struct simnic_fake *f, unsigned int n)
{
	while (n--)
		simnic_watch(f->sn);
}

/* What was asked for, done */
static void simnic_health_settle(struct simnic_fake *f)
{
	flush_delayed_work(&f->sn->health.recover);
	simnic_service_stop_watch(f->sn);
}

static void simnic_health_receive(struct simnic_fake *f)
{
	static const u8 data[60] = { 2 };
	const struct simnic_rx_wb wb = {};

	simnic_fake_rx(f, Q, data, sizeof(data), &wb);
}

static void simnic_health_test_quiet(struct kunit *test)
{
	struct simnic_fake *f = simnic_health_open(test);
	struct simnic_stats *stats = f->sn->stats;

	simnic_health_ticks(f, 50);
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->irq_missed), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->rx_stalls), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->tx_stalls), 0);
}

/* A frame that nobody fetches: an interrupt by hand, then the queue anew */
static void simnic_health_test_rx(struct kunit *test)
{
	struct simnic_fake *f = simnic_health_open(test);
	struct simnic_stats *stats = f->sn->stats;
	u32 set;

	simnic_health_receive(f);
	simnic_health_ticks(f, 2);
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->irq_missed), 0);
	set = f->written[SIMNIC_VEC_CAUSE_SET(1) / 4];
	simnic_health_ticks(f, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->irq_missed), 1);
	KUNIT_EXPECT_EQ(test, f->written[SIMNIC_VEC_CAUSE_SET(1) / 4], set + 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->rx_stalls), 0);

	simnic_health_ticks(f, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->rx_stalls), 1);
	simnic_health_settle(f);
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->rx_restarts), 1);
	KUNIT_EXPECT_EQ(test, f->received, 1);
}

/* Something is taken each time: slow, but well */
static void simnic_health_test_rx_slow(struct kunit *test)
{
	struct simnic_fake *f = simnic_health_open(test);
	unsigned int n;

	for (n = 0; n < 20; n++) {
		simnic_health_receive(f);
		simnic_health_ticks(f, 1);
		simnic_fake_poll(f, Q);
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&f->sn->stats->irq_missed), 0);
}

/* That more and more frames come does not mean that anybody takes them. */
static void simnic_health_test_rx_deaf(struct kunit *test)
{
	struct simnic_fake *f = simnic_health_open(test);
	struct simnic_stats *stats = f->sn->stats;
	unsigned int n;

	for (n = 0; n < 4; n++) {
		simnic_health_receive(f);
		simnic_health_ticks(f, 1);
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->irq_missed), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->rx_stalls), 1);
	simnic_health_settle(f);
	KUNIT_EXPECT_EQ(test, f->received, 4);
}

/* Frames wait although there are buffers */
static void simnic_health_test_rx_waiting(struct kunit *test)
{
	struct simnic_fake *f = simnic_health_open(test);
	struct simnic_stats *stats = f->sn->stats;

	f->reg[SIMNIC_RXQ_STATUS(Q) / 4] |= SIMNIC_Q_STATUS_WAITING;
	simnic_health_ticks(f, 4);
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->irq_missed), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->rx_stalls), 1);
	simnic_health_settle(f);
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->rx_restarts), 1);
}

/* Frames wait, and there are hardly any buffers: the poll is to try for memory again. */
static void simnic_health_test_rx_short(struct kunit *test)
{
	struct simnic_fake *f = simnic_health_open(test);
	struct simnic_rx_ring *ring = f->sn->vec[Q].rx;
	struct simnic_stats *stats = f->sn->stats;
	u32 head = ring->head, set = f->written[SIMNIC_VEC_CAUSE_SET(1) / 4];

	ring->head = (ring->tail - 2) & ring->ring.mask;
	f->rx_head[Q] = ring->head;
	f->reg[SIMNIC_RXQ_STATUS(Q) / 4] |= SIMNIC_Q_STATUS_WAITING;
	simnic_health_ticks(f, 10);
	KUNIT_EXPECT_EQ(test, f->written[SIMNIC_VEC_CAUSE_SET(1) / 4], set + 10);
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->irq_missed), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->rx_stalls), 0);
	ring->head = head;
	f->rx_head[Q] = head;
}

/* A receive queue that is halted is told to go on, whatever NAPI may be at */
static void simnic_health_test_rx_halted(struct kunit *test)
{
	struct simnic_fake *f = simnic_health_open(test);
	struct napi_struct *napi = &f->sn->vec[Q].napi;
	struct simnic_stats *stats = f->sn->stats;
	bool mine = napi_schedule_prep(napi);

	KUNIT_EXPECT_TRUE(test, mine);
	f->reg[SIMNIC_RXQ_STATUS(Q) / 4] |= SIMNIC_Q_STATUS_HALTED;
	simnic_health_ticks(f, 2);
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->irq_missed), 1);
	KUNIT_EXPECT_FALSE(test, f->reg[SIMNIC_RXQ_STATUS(Q) / 4] & SIMNIC_Q_STATUS_HALTED);
	simnic_health_ticks(f, 5);
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->rx_stalls), 0);
	if (mine)
		napi_complete(napi);
}

/* The transmit queue and what becomes of it, by its status */
static const struct simnic_health_tx {
	const char *name;
	u32 status;
	bool sent;
	unsigned int missed, stalls;
	bool no_link;
} simnic_health_txs[] = {
	{ "hangs", SIMNIC_Q_STATUS_ENABLED, false, 0, 1 },
	{ "sent, and nobody heard", SIMNIC_Q_STATUS_ENABLED, true, 1, 1 },
	{ "paused", SIMNIC_Q_STATUS_ENABLED | SIMNIC_Q_STATUS_PAUSED, false, 0, 0 },
	{ "halted", SIMNIC_Q_STATUS_ENABLED | SIMNIC_Q_STATUS_HALTED, false, 1, 1 },
	{ "dropped without a link, and nobody heard", SIMNIC_Q_STATUS_ENABLED, true, 1, 1, true },
	{ "rests without a link", SIMNIC_Q_STATUS_ENABLED, false, 0, 0, true },
};

KUNIT_ARRAY_PARAM_DESC(simnic_health_txs, simnic_health_txs, name);

static void simnic_health_test_tx(struct kunit *test)
{
	const struct simnic_health_tx *p = test->param_value;
	struct simnic_fake *f = simnic_health_open(test);
	struct simnic_stats *stats = f->sn->stats;

	simnic_fake_xmit(f, simnic_fake_skb(f, 60), false);
	f->reg[SIMNIC_TXQ_STATUS(Q) / 4] = p->status;
	if (p->sent)
		f->tx_head[Q]++;
	if (p->no_link) {
		f->reg[SIMNIC_STATUS / 4] = 0;
		simnic_link_update(f->sn);
	}
	simnic_health_ticks(f, 7);
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->irq_missed), p->missed);
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->tx_stalls), p->stalls);
	simnic_health_settle(f);
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->tx_restarts), p->stalls);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&f->freed), p->stalls);
}

/* The same queue again and so soon: the card */
static void simnic_health_test_escalates(struct kunit *test)
{
	struct simnic_fake *f = simnic_health_open(test);
	struct simnic_stats *stats = f->sn->stats;

	simnic_health_tx_hung(f->sn, Q);
	simnic_health_settle(f);
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->tx_restarts), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->resets), 0);
	simnic_health_tx_hung(f->sn, Q);
	simnic_health_settle(f);
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->tx_restarts), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->resets), 1);
	/* and once more: not yet */
	simnic_health_tx_hung(f->sn, Q);
	flush_work(&f->sn->health.recover.work);
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->resets), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->health_backoffs), 1);
	KUNIT_EXPECT_TRUE(test, f->sn->health.postponed);
}

/* A queue that never gets anything through: there is an end to it, be it seldom used */
static void simnic_health_test_never(struct kunit *test)
{
	struct simnic_fake *f = simnic_health_open(test);
	struct simnic_stats *stats = f->sn->stats;
	unsigned int n;

	simnic_health_tx_hung(f->sn, Q);
	simnic_health_settle(f);
	for (n = 1; n <= 5; n++) {
		simnic_health_tx_hung(f->sn, Q);
		simnic_health_settle(f);
		KUNIT_EXPECT_EQ(test, atomic_read(&stats->resets), n);
		KUNIT_EXPECT_FALSE(test, f->sn->health.failed);
		f->sn->health.last_reset -= 60 * HZ;
	}
	simnic_health_tx_hung(f->sn, Q);
	simnic_health_settle(f);
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->tx_restarts), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->resets), 5);
	KUNIT_EXPECT_TRUE(test, f->sn->health.failed);
	KUNIT_EXPECT_FALSE(test, netif_carrier_ok(f->dev));
}

/* The interrupt that was to tell of the link */
static void simnic_health_test_link(struct kunit *test)
{
	struct simnic_fake *f = simnic_health_open(test);

	f->reg[SIMNIC_STATUS / 4] = 0;
	simnic_health_ticks(f, 1);
	KUNIT_EXPECT_TRUE(test, netif_carrier_ok(f->dev));
	simnic_health_ticks(f, 1);
	KUNIT_EXPECT_FALSE(test, netif_carrier_ok(f->dev));
	KUNIT_EXPECT_EQ(test, atomic_read(&f->sn->stats->irq_missed), 1);
}

/* A queue that the card has not got any more */
static void simnic_health_test_disabled(struct kunit *test)
{
	struct simnic_fake *f = simnic_health_open(test);

	f->reg[SIMNIC_RXQ_STATUS(Q) / 4] = 0;
	simnic_health_ticks(f, 1);
	simnic_health_settle(f);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->sn->stats->resets), 1);
}

/* A card that has lost all but its queues */
static void simnic_health_test_forgotten(struct kunit *test)
{
	struct simnic_fake *f = simnic_health_open(test);
	u32 ctrl = f->reg[SIMNIC_CTRL / 4];

	f->reg[SIMNIC_CTRL / 4] = 0;
	f->reg[SIMNIC_GROMAX / 4] = 0;
	simnic_health_ticks(f, 1);
	simnic_health_settle(f);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->sn->stats->resets), 1);
	KUNIT_EXPECT_EQ(test, f->reg[SIMNIC_CTRL / 4], ctrl);
	KUNIT_EXPECT_EQ(test, f->reg[SIMNIC_GROMAX / 4], simnic_rx_gro_max());
}

static struct kunit_case simnic_health_test_cases[] = {
	KUNIT_CASE(simnic_health_test_quiet),
	KUNIT_CASE(simnic_health_test_rx),
	KUNIT_CASE(simnic_health_test_rx_slow),
	KUNIT_CASE(simnic_health_test_rx_deaf),
	KUNIT_CASE(simnic_health_test_rx_waiting),
	KUNIT_CASE(simnic_health_test_rx_short),
	KUNIT_CASE(simnic_health_test_rx_halted),
	KUNIT_CASE_PARAM(simnic_health_test_tx, simnic_health_txs_gen_params),
	KUNIT_CASE(simnic_health_test_escalates),
	KUNIT_CASE(simnic_health_test_never),
	KUNIT_CASE(simnic_health_test_link),
	KUNIT_CASE(simnic_health_test_disabled),
	KUNIT_CASE(simnic_health_test_forgotten),
	{}
};

static struct kunit_suite simnic_health_test_suite = {
	.name = "simnic_health",
	.test_cases = simnic_health_test_cases,
};

kunit_test_suite(simnic_health_test_suite);
