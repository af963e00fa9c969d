// SPDX-License-Identifier: GPL-2.0
/* simnic card: unit tests of the delivery of interrupts, in real time */
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/interrupt.h>

#include "test.h"

/**
 * struct handler - who gets a vector's interrupts
 * @vec: the vector
 * @count: interrupts
 * @cpu: where the last one came
 * @time: when
 * @soft: interrupts that came in no hard interrupt context
 */
struct handler {
	struct simhw_vec *vec;
	atomic_t count;
	int cpu;
	ktime_t time;
	unsigned int soft;
};

static irqreturn_t handle(int irq, void *arg)
{
	struct handler *h = arg;

	h->cpu = smp_processor_id();
	h->time = ktime_get();
	if (!in_hardirq())
		h->soft++;
	simhw_vec_clear(h->vec, ~0U);
	atomic_inc_return_release(&h->count);
	return IRQ_HANDLED;
}

static void unhandle(void *arg)
{
	struct handler *h = arg;

	free_irq(h->vec->irq.virq, h);
}

static struct handler *make_handler(struct kunit *test, unsigned int vector)
{
	struct simhw_card *card = simhw_test_card(test, 2, 2);
	struct handler *h = kunit_kzalloc(test, sizeof(*h), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, h);
	h->vec = &card->vec[vector];
	KUNIT_ASSERT_EQ(test, request_irq(h->vec->irq.virq, handle, 0, "simhw-test", h), 0);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, unhandle, h), 0);
	simhw_vec_mask(h->vec, false);
	return h;
}

/* Did so many interrupts come by now, or soon? */
static bool came(struct handler *h, int count)
{
	int tries = 2000;

	while (atomic_read_acquire(&h->count) < count && tries--)
		usleep_range(50, 500);
	return atomic_read_acquire(&h->count) == count;
}

/* One interrupt for each cause, in hard interrupt context */
static void test_fire(struct kunit *test)
{
	struct handler *h;
	unsigned int vector;
	int i;

	for (vector = 0; vector < 3; vector++) {
		h = make_handler(test, vector);
		for (i = 1; i <= 20; i++) {
			simhw_vec_raise(h->vec, SIMNIC_CAUSE_SW);
			KUNIT_ASSERT_TRUE(test, came(h, i));
		}
		KUNIT_EXPECT_EQ(test, h->vec->fired, 20);
		KUNIT_EXPECT_EQ(test, h->soft, 0);
	}
}

/* It comes where its affinity says, wherever its cause came up. */
static void test_affinity(struct kunit *test)
{
	struct handler *h = make_handler(test, 1);
	int cpu, i = 0;

	cpus_read_lock();
	for_each_online_cpu(cpu) {
		KUNIT_EXPECT_EQ(test, irq_set_affinity(h->vec->irq.virq, cpumask_of(cpu)), 0);
		simhw_vec_raise(h->vec, SIMNIC_CAUSE_SW);
		KUNIT_EXPECT_TRUE(test, came(h, ++i));
		KUNIT_EXPECT_EQ(test, h->cpu, cpu);
	}
	cpus_read_unlock();
	KUNIT_EXPECT_EQ(test, h->soft, 0);
}

/* Disabled, it does not even fire, and is kept; many are one then. */
static void test_disabled(struct kunit *test)
{
	struct handler *h = make_handler(test, 1);
	int i;

	/* also when it is not the first who requests it */
	free_irq(h->vec->irq.virq, h);
	KUNIT_ASSERT_EQ(test, request_irq(h->vec->irq.virq, handle, 0, "simhw-test", h), 0);
	for (i = 0; i < 10; i++) {
		disable_irq(h->vec->irq.virq);
		simhw_vec_raise(h->vec, SIMNIC_CAUSE_SW);
		simhw_vec_frames(h->vec, SIMNIC_CAUSE_RX, 1);
		usleep_range(100, 200);
		KUNIT_EXPECT_EQ(test, atomic_read(&h->count), i);
		KUNIT_EXPECT_EQ(test, h->vec->fired, i);
		enable_irq(h->vec->irq.virq);
		KUNIT_EXPECT_TRUE(test, came(h, i + 1));
		KUNIT_EXPECT_EQ(test, h->vec->fired, i + 1);
	}
}

/* Never before the time that moderation asks for */
static void test_moderated(struct kunit *test)
{
	struct handler *h = make_handler(test, 1);
	ktime_t last;
	int i;

	simhw_test_wr(h->vec->card, SIMNIC_VEC_ITR_RX(1), 500);
	simhw_vec_frames(h->vec, SIMNIC_CAUSE_RX, 1);
	KUNIT_ASSERT_TRUE(test, came(h, 1));
	for (i = 2; i < 12; i++) {
		last = h->time;
		simhw_vec_frames(h->vec, SIMNIC_CAUSE_RX, 1);
		KUNIT_ASSERT_TRUE(test, came(h, i));
		/* the handler looked at the clock a little later than the card */
		KUNIT_EXPECT_GT(test, ktime_us_delta(h->time, last), 250);
	}
}

static ktime_t armed(struct handler *h)
{
	unsigned long flags;
	ktime_t armed;

	raw_spin_lock_irqsave(&h->vec->irq.lock, flags);
	armed = h->vec->irq.armed;
	raw_spin_unlock_irqrestore(&h->vec->irq.lock, flags);
	return armed;
}

/*
 * Nothing comes any more from a vector that is masked while armed, or reset.
 * Interrupts are off where it would fire: what is armed may well expire in
 * between, but is not delivered earlier.
 */
static void test_masked(struct kunit *test)
{
	struct handler *h = make_handler(test, 1);
	ktime_t due;

	migrate_disable();
	KUNIT_EXPECT_EQ(test, irq_set_affinity(h->vec->irq.virq, cpumask_of(smp_processor_id())),
			0);
	simhw_test_wr(h->vec->card, SIMNIC_VEC_ITR_RX(1), SIMNIC_ITR_USECS_MAX);
	simhw_vec_frames(h->vec, SIMNIC_CAUSE_RX, 1);
	KUNIT_EXPECT_TRUE(test, came(h, 1));

	local_irq_disable();
	simhw_vec_frames(h->vec, SIMNIC_CAUSE_RX, 1);
	due = armed(h);
	simhw_vec_mask(h->vec, true);
	local_irq_enable();
	KUNIT_EXPECT_NE(test, due, KTIME_MAX);
	usleep_range(15000, 20000);
	KUNIT_EXPECT_EQ(test, atomic_read(&h->count), 1);
	simhw_vec_mask(h->vec, false);
	KUNIT_EXPECT_TRUE(test, came(h, 2));

	local_irq_disable();
	simhw_vec_frames(h->vec, SIMNIC_CAUSE_RX, 1);
	due = armed(h);
	simhw_vec_reset(h->vec);
	local_irq_enable();
	KUNIT_EXPECT_NE(test, due, KTIME_MAX);
	usleep_range(15000, 20000);
	KUNIT_EXPECT_EQ(test, atomic_read(&h->count), 2);
	migrate_enable();
}

/* A doorbell with SIMNIC_TXQ_TAIL_QUIET does not even get an interrupt ready. */
static void test_quiet(struct kunit *test)
{
	struct handler *h = make_handler(test, 1);
	u8 *data = kunit_kzalloc(test, 64, GFP_KERNEL);
	struct simhw_card *card = h->vec->card;
	struct simhw_test_ring *ring;
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, data);
	ring = simhw_test_txq(test, card, 0, 64);
	simhw_test_wr(card, SIMNIC_CTRL, SIMNIC_CTRL_TX_EN);
	simhw_test_wr(card, SIMNIC_VEC_ITR_TX(1), SIMNIC_ITR_USECS_MAX);
	for (i = 0; i < 63; i++)
		simhw_test_desc(ring, i, data, 64, SIMNIC_TXD_EOP | SIMNIC_TXD_RS);

	simhw_test_doorbell(ring, 1);
	KUNIT_ASSERT_TRUE(test, came(h, 1));
	for (i = 2; i < 32; i++) {
		simhw_test_doorbell(ring, i | SIMNIC_TXQ_TAIL_QUIET);
		KUNIT_EXPECT_EQ(test, armed(h), KTIME_MAX);
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&h->count), 1);
	simhw_test_doorbell(ring, 32);
	KUNIT_EXPECT_TRUE(test, came(h, 2));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(test_fire),
	KUNIT_CASE(test_affinity),
	KUNIT_CASE(test_disabled),
	KUNIT_CASE(test_moderated),
	KUNIT_CASE(test_masked),
	KUNIT_CASE(test_quiet),
	{}
};

static struct kunit_suite suite = {
	.name = "simhw_irq",
	.suite_exit = simhw_test_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
