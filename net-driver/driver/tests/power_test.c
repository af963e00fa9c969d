// SPDX-License-Identifier: GPL-2.0
/* simnic driver: sleeping and waking up, with frames under way, without any, and in vain */
#include <kunit/test.h>
#include <linux/rtnetlink.h>

#include "fake_bus.h"

#define Q	0

static void simnic_power_receive(struct simnic_fake *f)
{
	static const u8 data[60] = { 2 };
	const struct simnic_rx_wb wb = {};

	simnic_fake_rx(f, Q, data, sizeof(data), &wb);
}

static void simnic_power_sleep(struct simnic_fake *f)
{
	rtnl_lock();
	simnic_sleep(f->sn);
	rtnl_unlock();
	KUNIT_EXPECT_FALSE(f->test, netif_device_present(f->dev));
}

static int simnic_power_wake(struct simnic_fake *f)
{
	int err;

	rtnl_lock();
	err = simnic_wake(f->sn);
	rtnl_unlock();
	return err;
}

/* A frame each way */
static void simnic_power_works(struct simnic_fake *f)
{
	unsigned long received = f->received;
	long freed = atomic_long_read(&f->freed);

	KUNIT_EXPECT_TRUE(f->test, netif_device_present(f->dev));
	simnic_power_receive(f);
	simnic_fake_poll(f, Q);
	KUNIT_EXPECT_EQ(f->test, f->received, received + 1);
	simnic_fake_xmit(f, simnic_fake_skb(f, 60), false);
	simnic_fake_tx_done(f, Q, SIMNIC_TXD_DD);
	simnic_fake_poll(f, Q);
	KUNIT_EXPECT_EQ(f->test, atomic_long_read(&f->freed), freed + 1);
}

/* What was received is delivered; what the card does not send any more is counted. */
static void simnic_power_test_busy(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);

	simnic_power_receive(f);
	simnic_fake_xmit(f, simnic_fake_skb(f, 60), false);
	simnic_power_sleep(f);
	KUNIT_EXPECT_EQ(test, f->received, 1);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&f->freed), 1);
	KUNIT_EXPECT_EQ(test, simnic_fake_tx_count(f, Q, flushed), 1);
	KUNIT_EXPECT_FALSE(test, netif_carrier_ok(f->dev));
	KUNIT_EXPECT_EQ(test, simnic_power_wake(f), 0);
	simnic_power_works(f);
}

/* A device that is down stays so, and can be set up afterwards. */
static void simnic_power_test_down(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);

	simnic_fake_down(f);
	simnic_power_sleep(f);
	KUNIT_EXPECT_EQ(test, simnic_power_wake(f), 0);
	KUNIT_EXPECT_FALSE(test, netif_running(f->dev));
	simnic_fake_up(f);
	simnic_power_works(f);
}

/* A card that is not there any more is left alone until somebody says that it is back. */
static void simnic_power_test_gone(struct kunit *test)
{
	struct simnic_trouble trouble = { .by_user = true };
	struct simnic_fake *f = simnic_fake_open(test);
	unsigned long accesses;

	simnic_power_sleep(f);
	f->gone = true;
	KUNIT_EXPECT_LT(test, simnic_power_wake(f), 0);
	flush_delayed_work(&f->sn->health.recover);
	KUNIT_EXPECT_FALSE(test, netif_device_present(f->dev));
	KUNIT_EXPECT_TRUE(test, f->sn->health.detached);
	accesses = f->accesses;
	KUNIT_EXPECT_LT(test, simnic_power_wake(f), 0);
	KUNIT_EXPECT_EQ(test, f->accesses, accesses);
	f->gone = false;
	simnic_fake_reset(f);
	KUNIT_EXPECT_EQ(test, simnic_health_recover(f->sn, &trouble), 0);
	simnic_power_works(f);
}

static struct kunit_case simnic_power_test_cases[] = {
	KUNIT_CASE(simnic_power_test_busy),
	KUNIT_CASE(simnic_power_test_down),
	KUNIT_CASE(simnic_power_test_gone),
	{}
};

static struct kunit_suite simnic_power_test_suite = {
	.name = "simnic_power",
	.test_cases = simnic_power_test_cases,
};

kunit_test_suite(simnic_power_test_suite);
