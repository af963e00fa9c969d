// SPDX-License-Identifier: GPL-2.0
/* KUnit: the driver and registers that say what they should not, or nothing any more */
#include <kunit/test.h>
#include <linux/bitfield.h>
#include <linux/ethtool.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/rtnetlink.h>

#include "fake_bus.h"

#define Q	0

/* -- Probe --------------------------------------------------------------------------- */

#define CAPS(txq, rxq, vec)	(FIELD_PREP_CONST(SIMNIC_CAPS_TXQ, txq) | \
				 FIELD_PREP_CONST(SIMNIC_CAPS_RXQ, rxq) | \
				 FIELD_PREP_CONST(SIMNIC_CAPS_VEC, vec))

/* With four queue pairs' interrupts; 0: refused */
static const struct simnic_card_caps {
	const char *name;
	u32 id;
	u32 caps;
	unsigned int queues;
} simnic_card_capses[] = {
	{ "as it should be", SIMNIC_ID_VALUE, CAPS(4, 4, 5), 4 },
	{ "fewer vectors", SIMNIC_ID_VALUE, CAPS(4, 4, 3), 2 },
	{ "more transmit queues", SIMNIC_ID_VALUE, CAPS(4, 3, 5), 3 },
	{ "another card", 0x12345678, CAPS(4, 4, 5), 0 },
	{ "no card", U32_MAX, U32_MAX, 0 },
	{ "all of everything", SIMNIC_ID_VALUE, U32_MAX, 0 },
	{ "nothing", SIMNIC_ID_VALUE, 0, 0 },
	{ "no transmit queue", SIMNIC_ID_VALUE, CAPS(0, 4, 5), 0 },
	{ "no receive queue", SIMNIC_ID_VALUE, CAPS(4, 0, 5), 0 },
	{ "no vector", SIMNIC_ID_VALUE, CAPS(4, 4, 0), 0 },
	{ "no vector for queues", SIMNIC_ID_VALUE, CAPS(4, 4, 1), 0 },
	{ "more than there can be", SIMNIC_ID_VALUE, CAPS(17, 17, 18), 0 },
	{ "more than it has interrupts", SIMNIC_ID_VALUE, CAPS(9, 9, 10), 0 },
};

KUNIT_ARRAY_PARAM_DESC(simnic_card_capses, simnic_card_capses, name);

static void simnic_card_test_caps(struct kunit *test)
{
	const struct simnic_card_caps *p = test->param_value;
	struct simnic_fake *f = simnic_fake_alloc(test, 4);

	f->reg[SIMNIC_ID / 4] = p->id;
	f->reg[SIMNIC_CAPS / 4] = p->caps;
	simnic_fake_plug(f);
	KUNIT_EXPECT_EQ(test, !!f->sn, !!p->queues);
	if (f->sn)
		KUNIT_EXPECT_EQ(test, f->sn->max_queues, p->queues);
}

static void simnic_card_test_no_reset(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_alloc(test, 1);

	f->reset_never = true;
	simnic_fake_plug(f);
	KUNIT_EXPECT_NULL(test, f->sn);
}

static void simnic_card_test_bad_mac(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_alloc(test, 1);
	struct net_device *dev;

	simnic_fake_plug(f);
	KUNIT_ASSERT_NOT_NULL(test, f->sn);
	dev = alloc_netdev_mqs(sizeof(struct simnic_netdev), "fake%d", NET_NAME_UNKNOWN,
			       simnic_netdev_setup, 1, 1);
	KUNIT_ASSERT_NOT_NULL(test, dev);
	f->reg[SIMNIC_MAC_LO / 4] = U32_MAX;
	f->reg[SIMNIC_MAC_HI / 4] = U32_MAX;
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, simnic_netdev_init(f->sn, dev), -EADDRNOTAVAIL);
	rtnl_unlock();
	free_netdev(dev);
}

/* -- Interrupts ------------------------------------------------------------------------ */

/* A masked vector that fires before there is a NAPI instance */
static void simnic_card_test_early_irq(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_create(test, 2);
	struct simnic_vector *vec = &f->sn->vec[1];
	int err;

	rtnl_lock();
	err = simnic_irq_request_vectors(f->sn, 0, 2);
	rtnl_unlock();
	KUNIT_ASSERT_EQ(test, err, 0);
	KUNIT_EXPECT_FALSE(test, vec->napi.state & NAPIF_STATE_SCHED);
	simnic_fake_irq(f, SIMNIC_QUEUE_VECTOR(1));
	KUNIT_EXPECT_EQ(test, vec->irqs, 1);
	KUNIT_EXPECT_FALSE(test, vec->napi.state & NAPIF_STATE_SCHED);
	rtnl_lock();
	simnic_irq_free_vectors(f->sn, 0, 2);
	rtnl_unlock();
	simnic_fake_up(f);
	simnic_fake_poll(f, 1);
}

/* One that fires without a cause, many times over */
static void simnic_card_test_storm(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);
	unsigned int n;

	for (n = 0; n < 1000; n++)
		simnic_fake_irq(f, SIMNIC_QUEUE_VECTOR(Q));
	simnic_fake_poll(f, Q);
	KUNIT_EXPECT_EQ(test, f->received, 0);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_room(f, Q), f->sn->queues->rx[Q]->ring.mask);
}

/* Is the shared line's interrupt ours? */
static irqreturn_t simnic_card_intx(struct simnic_fake *f, u32 isr)
{
	struct irq_data *data = irq_get_irq_data(f->irq + f->queues + 1);
	struct irqaction *action = irq_data_to_desc(data)->action;
	irqreturn_t ret;

	KUNIT_ASSERT_NOT_NULL(f->test, action);
	f->reg[SIMNIC_ISR / 4] = isr;
	local_bh_disable();
	local_irq_disable();
	ret = action->handler(action->irq, action->dev_id);
	local_irq_enable();
	local_bh_enable();
	return ret;
}

static void simnic_card_test_isr(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);
	unsigned long irqs;
	int err;

	rtnl_lock();
	err = simnic_irq_set_mode(f->sn, true);
	rtnl_unlock();
	KUNIT_ASSERT_EQ(test, err, 0);
	irqs = f->sn->vec[Q].irqs;
	KUNIT_EXPECT_EQ(test, simnic_card_intx(f, 0), IRQ_NONE);
	KUNIT_EXPECT_EQ(test, simnic_card_intx(f, U32_MAX), IRQ_NONE);
	KUNIT_EXPECT_EQ(test, simnic_card_intx(f, BIT(2)), IRQ_NONE);
	KUNIT_EXPECT_EQ(test, simnic_card_intx(f, 0x7ffffffc), IRQ_NONE);
	KUNIT_EXPECT_EQ(test, f->sn->vec[Q].irqs, irqs);
	KUNIT_EXPECT_EQ(test, simnic_card_intx(f, 0x7ffffffe), IRQ_HANDLED);
	KUNIT_EXPECT_EQ(test, f->sn->vec[Q].irqs, irqs + 1);
}

/* -- Link ------------------------------------------------------------------------------ */

static bool simnic_card_carrier(struct simnic_fake *f, u32 status)
{
	f->reg[SIMNIC_STATUS / 4] = status;
	simnic_link_update(f->sn);
	return netif_carrier_ok(f->dev);
}

static void simnic_card_test_speed(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_create(test, 1);
	u32 speed;

	f->sn->msg_enable = 0;
	for (speed = 0; speed < 16; speed++) {
		KUNIT_EXPECT_EQ(test, simnic_card_carrier(f, SIMNIC_STATUS_LINK |
							  FIELD_PREP(SIMNIC_STATUS_SPEED, speed)),
				speed < SIMNIC_SPEEDS);
		KUNIT_EXPECT_FALSE(test, simnic_card_carrier(f, 0));
	}
	KUNIT_EXPECT_FALSE(test, simnic_card_carrier(f, U32_MAX));
}

static void simnic_card_test_phy_error(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_create(test, 1);
	struct ethtool_link_ksettings ks = {};
	unsigned int reads;
	int err;

	f->phy_error = true;
	rtnl_lock();
	KUNIT_EXPECT_LT(test, simnic_get_link_ksettings(f->dev, &ks), 0);
	KUNIT_EXPECT_LT(test, simnic_nway_reset(f->dev), 0);
	simnic_pause_write(f->sn);
	rtnl_unlock();
	reads = f->written[SIMNIC_MDIC / 4];
	KUNIT_EXPECT_GT(test, reads, 0);

	f->phy_error = false;
	rtnl_lock();
	err = simnic_get_link_ksettings(f->dev, &ks);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, err, 0);
	KUNIT_EXPECT_TRUE(test, test_bit(ETHTOOL_LINK_MODE_10000baseT_Full_BIT,
					 ks.link_modes.advertising));
	KUNIT_EXPECT_FALSE(test, test_bit(ETHTOOL_LINK_MODE_10baseT_Full_BIT,
					  ks.link_modes.advertising));
}

/* Only the first transfer works */
static u32 simnic_card_phy_breaks(struct simnic_fake *f, u32 reg, u32 val)
{
	if (reg == SIMNIC_MDIC)
		f->phy_error = true;
	return val;
}

static void simnic_card_test_phy_breaks(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_create(test, 1);
	struct ethtool_link_ksettings ks = {};
	int err;

	f->read = simnic_card_phy_breaks;
	rtnl_lock();
	err = simnic_get_link_ksettings(f->dev, &ks);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, err, 0);
	KUNIT_EXPECT_FALSE(test, test_bit(ETHTOOL_LINK_MODE_10baseT_Full_BIT,
					  ks.link_modes.advertising));
	KUNIT_EXPECT_FALSE(test, test_bit(ETHTOOL_LINK_MODE_Pause_BIT,
					  ks.link_modes.advertising));
}

/* -- Statistics -------------------------------------------------------------------------- */

static u64 simnic_card_missed(struct simnic_fake *f, u64 val)
{
	struct rtnl_link_stats64 s = {};

	f->reg[SIMNIC_STAT_LO(SIMNIC_STAT_RX_MISSED) / 4] = lower_32_bits(val);
	f->reg[SIMNIC_STAT_HI(SIMNIC_STAT_RX_MISSED) / 4] = upper_32_bits(val);
	f->reg[SIMNIC_RXQ_MISSED_LO(Q) / 4] = lower_32_bits(val);
	f->reg[SIMNIC_RXQ_MISSED_HI(Q) / 4] = upper_32_bits(val);
	simnic_stats_refresh(f->sn);
	simnic_get_stats64(f->dev, &s);
	KUNIT_EXPECT_EQ(f->test, simnic_rxq_missed(f->sn, Q), s.rx_missed_errors);
	return s.rx_missed_errors;
}

static void simnic_card_test_counters(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_create(test, 1);

	KUNIT_EXPECT_EQ(test, simnic_card_missed(f, 5), 5);
	KUNIT_EXPECT_EQ(test, simnic_card_missed(f, 1ULL << 40), 1ULL << 40);
	KUNIT_EXPECT_EQ(test, simnic_card_missed(f, 7), 1ULL << 40);
	f->gone = true;
	KUNIT_EXPECT_EQ(test, simnic_card_missed(f, 7), 1ULL << 40);
}

/* -- The card is gone, at any time ----------------------------------------------------------- */

static void simnic_card_gone_idle(struct simnic_fake *f)
{
	f->gone = true;
	simnic_link_update(f->sn);
	KUNIT_EXPECT_FALSE(f->test, netif_carrier_ok(f->dev));
}

static void simnic_card_gone_sending(struct simnic_fake *f)
{
	unsigned int n;

	for (n = 0; n < 100; n++) {
		f->gone = n >= 50;
		simnic_fake_xmit(f, simnic_fake_skb(f, 60), false);
	}
}

static void simnic_card_gone_receiving(struct simnic_fake *f)
{
	static const u8 data[60] = { 2 };
	struct simnic_rx_wb wb = {};
	unsigned int n;

	for (n = 0; n < 100; n++)
		simnic_fake_rx(f, Q, data, sizeof(data), &wb);
	f->gone = true;
	simnic_fake_poll(f, Q);
	KUNIT_EXPECT_EQ(f->test, f->received, 100);
}

static void simnic_card_gone_reconfigured(struct simnic_fake *f)
{
	struct simnic_params params = { .channels = 1, .rx_len = 64, .tx_len = 64 };

	simnic_fake_xmit(f, simnic_fake_skb(f, 60), false);
	f->gone = true;
	rtnl_lock();
	simnic_reconfigure(f->sn, &params, NULL);
	rtnl_unlock();
}

static void simnic_card_gone_reset(struct simnic_fake *f)
{
	WRITE_ONCE(f->sn->health.failed, false);
	f->gone = true;
	simnic_health_test(f->sn, SIMNIC_REPORTER_FATAL);
	msleep(300);
}

static void simnic_card_gone_asked(struct simnic_fake *f)
{
	struct ethtool_link_ksettings ks = {};
	struct rtnl_link_stats64 s = {};

	f->gone = true;
	rtnl_lock();
	KUNIT_EXPECT_LT(f->test, simnic_get_link_ksettings(f->dev, &ks), 0);
	simnic_set_rx_mode(f->dev);
	simnic_get_stats64(f->dev, &s);
	simnic_misc_handle(f->sn);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(f->test, s.rx_missed_errors, 0);
	KUNIT_EXPECT_FALSE(f->test, netif_carrier_ok(f->dev));
}

static const struct simnic_card_gone {
	const char *name;
	void (*act)(struct simnic_fake *f);
	unsigned int sends;	/* frames */
} simnic_card_gones[] = {
	{ "idle", simnic_card_gone_idle },
	{ "sending", simnic_card_gone_sending, 100 },
	{ "receiving", simnic_card_gone_receiving },
	{ "reconfigured", simnic_card_gone_reconfigured, 1 },
	{ "reset", simnic_card_gone_reset },
	{ "asked", simnic_card_gone_asked },
};

KUNIT_ARRAY_PARAM_DESC(simnic_card_gones, simnic_card_gones, name);

/* Frames that were to be sent are freed at once; the device goes down and is removed */
static void simnic_card_test_gone(struct kunit *test)
{
	const struct simnic_card_gone *p = test->param_value;
	struct simnic_fake *f = simnic_fake_open(test);
	unsigned long accesses;

	p->act(f);
	/* whatever had to be read for it to be noticed */
	simnic_rd32(f->sn, SIMNIC_STATUS);
	flush_delayed_work(&f->sn->health.recover);
	KUNIT_EXPECT_FALSE(test, netif_device_present(f->dev));
	KUNIT_EXPECT_EQ(test, atomic_read(&f->sn->stats->card_gone), 1);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&f->freed), p->sends);
	KUNIT_EXPECT_EQ(test, simnic_fake_tx_count(f, Q, flushed), p->sends);
	accesses = f->accesses;
	simnic_fake_down(f);
	KUNIT_EXPECT_EQ(test, f->accesses, accesses);
}

static bool simnic_card_awake(struct simnic_fake *f)
{
	return f->sn->queues && netif_device_present(f->dev);
}

/* It comes back, and is found to be gone again while asleep: that counts once each time */
static void simnic_card_test_back(struct kunit *test)
{
	const struct simnic_trouble asked = { .reset = true, .by_user = true };
	struct simnic_fake *f = simnic_fake_open(test);
	struct simnic_stats *stats = f->sn->stats;

	f->gone = true;
	simnic_rd32(f->sn, SIMNIC_STATUS);
	flush_delayed_work(&f->sn->health.recover);
	KUNIT_EXPECT_EQ(test, simnic_health_recover(f->sn, &asked), -ENODEV);
	KUNIT_EXPECT_FALSE(test, simnic_card_awake(f));

	f->gone = false;
	KUNIT_EXPECT_EQ(test, simnic_health_recover(f->sn, &asked), 0);
	KUNIT_EXPECT_TRUE(test, simnic_card_awake(f));
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->card_gone), 1);

	rtnl_lock();
	simnic_sleep(f->sn);
	f->gone = true;
	simnic_rd32(f->sn, SIMNIC_STATUS);
	rtnl_unlock();
	flush_delayed_work(&f->sn->health.recover);
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->card_gone), 2);
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, simnic_wake(f->sn), -ENODEV);
	rtnl_unlock();
	KUNIT_EXPECT_FALSE(test, simnic_card_awake(f));

	f->gone = false;
	KUNIT_EXPECT_EQ(test, simnic_health_recover(f->sn, &asked), 0);
	KUNIT_EXPECT_TRUE(test, simnic_card_awake(f));
	KUNIT_EXPECT_EQ(test, atomic_read(&stats->card_gone), 2);
}

/* It is back before those who are to detach it get to it. */
static void simnic_card_test_back_first(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);

	rtnl_lock();
	f->gone = true;
	simnic_rd32(f->sn, SIMNIC_STATUS);
	msleep(50);
	f->gone = false;
	WRITE_ONCE(f->sn->gone, false);
	rtnl_unlock();
	flush_delayed_work(&f->sn->health.recover);
	KUNIT_EXPECT_TRUE(test, simnic_card_awake(f));
	KUNIT_EXPECT_EQ(test, atomic_read(&f->sn->stats->card_gone), 0);
}

/* Nobody waits for a user to try once more what did not work the first time. */
static void simnic_card_test_back_late(struct kunit *test)
{
	const struct simnic_trouble asked = { .reset = true, .by_user = true };
	struct simnic_fake *f = simnic_fake_open(test);
	unsigned int tries;

	f->gone = true;
	simnic_rd32(f->sn, SIMNIC_STATUS);
	flush_delayed_work(&f->sn->health.recover);
	f->gone = false;
	f->reset_never = true;
	KUNIT_EXPECT_EQ(test, simnic_health_recover(f->sn, &asked), -ETIMEDOUT);
	f->reset_never = false;
	/* it may have been tried already, and is again a second later */
	for (tries = 0; tries < 50 && !atomic_read(&f->sn->stats->resets); tries++)
		msleep(100);
	KUNIT_EXPECT_TRUE(test, simnic_card_awake(f));
	KUNIT_EXPECT_EQ(test, atomic_read(&f->sn->stats->resets), 1);
}

/* A reset ends only while queues are given to the card: they are there all or not at all. */
static void simnic_card_test_late_reset(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);
	u32 *rx = &f->reg[SIMNIC_RXQ(0) / 4], *tx = &f->reg[SIMNIC_TXQ(0) / 4];
	const u32 len = (SIMNIC_TXQ_LEN(0) - SIMNIC_TXQ(0)) / 4;
	const u32 base = (SIMNIC_TXQ_BASE_LO(0) - SIMNIC_TXQ(0)) / 4;
	unsigned int deaf, lost = 0, kept = 0;

	simnic_fake_unwatched(f);
	for (deaf = 0; deaf < 24; deaf++) {
		rtnl_lock();
		simnic_fake_reset(f);
		f->deaf = deaf;
		simnic_queue_restart(f->sn, 0, SIMNIC_DIR_RX | SIMNIC_DIR_TX);
		f->deaf = 0;
		if (rx[len] && tx[len])
			kept++;
		else
			lost++;
		if (rx[len])
			KUNIT_EXPECT_EQ_MSG(test, rx[base],
					    lower_32_bits(f->sn->vec[0].rx->ring.dma),
					    "%u writes", deaf);
		if (tx[len])
			KUNIT_EXPECT_EQ_MSG(test, tx[base],
					    lower_32_bits(f->sn->vec[0].tx->ring.dma),
					    "%u writes", deaf);
		simnic_queue_restart(f->sn, 0, SIMNIC_DIR_RX | SIMNIC_DIR_TX);
		rtnl_unlock();
	}
	KUNIT_EXPECT_GT(test, kept, 0);
	KUNIT_EXPECT_GT(test, lost, 0);
}

static struct kunit_case simnic_card_test_cases[] = {
	KUNIT_CASE_PARAM(simnic_card_test_caps, simnic_card_capses_gen_params),
	KUNIT_CASE(simnic_card_test_no_reset),
	KUNIT_CASE(simnic_card_test_bad_mac),
	KUNIT_CASE(simnic_card_test_early_irq),
	KUNIT_CASE(simnic_card_test_storm),
	KUNIT_CASE(simnic_card_test_isr),
	KUNIT_CASE(simnic_card_test_speed),
	KUNIT_CASE(simnic_card_test_phy_error),
	KUNIT_CASE(simnic_card_test_phy_breaks),
	KUNIT_CASE(simnic_card_test_counters),
	KUNIT_CASE_PARAM(simnic_card_test_gone, simnic_card_gones_gen_params),
	KUNIT_CASE(simnic_card_test_back),
	KUNIT_CASE(simnic_card_test_back_first),
	KUNIT_CASE(simnic_card_test_back_late),
	KUNIT_CASE(simnic_card_test_late_reset),
	{}
};

static struct kunit_suite simnic_card_test_suite = {
	.name = "simnic_card",
	.test_cases = simnic_card_test_cases,
};

kunit_test_suite(simnic_card_test_suite);
