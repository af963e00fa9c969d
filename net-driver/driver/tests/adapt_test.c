// SPDX-License-Identifier: GPL-2.0
/* Unit tests of adaptive moderation: windows of measurement, and what comes of them */
#include <kunit/test.h>
#include <linux/bitfield.h>

#include "fake_bus.h"

#define IRQS	32
#define LONGEST	3200	/* usecs */

static const struct simnic_adapt_window busy = {
	.irqs = IRQS, .frames = 4 * IRQS, .bytes = 6000 * IRQS, .idle = 0, .time = 10000,
};

static const struct simnic_adapt_window idle = {
	.irqs = IRQS, .frames = 4 * IRQS, .bytes = 6000 * IRQS, .idle = 5000, .time = 10000,
};

/* Neither the one nor the other */
static const struct simnic_adapt_window between = {
	.irqs = IRQS, .frames = 4 * IRQS, .bytes = 6000 * IRQS, .idle = 500, .time = 10000,
};

/* Busy, but with something else: each frame comes by itself */
static const struct simnic_adapt_window alone = {
	.irqs = IRQS, .frames = IRQS, .bytes = 64 * IRQS, .sent = 64 * IRQS, .idle = 0,
	.time = 10000,
};

static const struct simnic_adapt_window large = {
	.irqs = IRQS, .frames = 1000 * IRQS, .bytes = 1500000ULL * IRQS, .idle = 0, .time = 10000,
};

static const struct simnic_adapt_window enough = {
	.irqs = IRQS, .frames = 500 * IRQS, .bytes = 750000ULL * IRQS, .idle = 0, .time = 10000,
};

/* Busy, each frame with an acknowledgment */
static const struct simnic_adapt_window in_turns = {
	.irqs = IRQS, .frames = 2 * IRQS, .bytes = 128 * IRQS, .idle = 0, .time = 10000,
};

/* The sender is busy, on another processor */
static const struct simnic_adapt_window elsewhere = {
	.irqs = IRQS, .frames = 4 * IRQS, .bytes = 6000 * IRQS, .idle = 5000, .time = 10000,
	.elsewhere = true,
};

/* The same, but what is received here has nothing to do with it */
static const struct simnic_adapt_window unconcerned = {
	.irqs = IRQS, .frames = IRQS, .bytes = 64 * IRQS, .idle = 5000, .time = 10000,
	.elsewhere = true,
};

/* There is not much here that could be saved */
static const struct simnic_adapt_window little = {
	.irqs = IRQS, .frames = 4 * IRQS, .bytes = 6000 * IRQS, .idle = 9000, .time = 10000,
	.elsewhere = true,
};

/* As much as a socket holds, and a half of it, in frames that were not merged */
static const struct simnic_adapt_window burst = {
	.irqs = IRQS, .frames = 100 * IRQS, .bytes = 151400ULL * IRQS,
	.single_bytes = 151400ULL * IRQS,
	.time = 10000,
};

static const struct simnic_adapt_window half_burst = {
	.irqs = IRQS, .frames = 50 * IRQS, .bytes = 75700ULL * IRQS,
	.single_bytes = 75700ULL * IRQS,
	.time = 10000,
};

static const struct simnic_adapt_window many = {
	.irqs = IRQS, .frames = 300 * IRQS, .bytes = 19200ULL * IRQS, .singles = 300 * IRQS,
	.single_bytes = 19200ULL * IRQS, .time = 10000,
};

static const struct simnic_adapt_window half_of_many = {
	.irqs = IRQS, .frames = 150 * IRQS, .bytes = 9600ULL * IRQS, .singles = 150 * IRQS,
	.single_bytes = 9600ULL * IRQS, .time = 10000,
};

static void repeat(struct simnic_adapt *adapt, const struct simnic_adapt_window *w,
		   unsigned int times)
{
	while (times--)
		simnic_adapt_decide(adapt, w);
}

static void test_first(struct kunit *test)
{
	struct simnic_adapt adapt = {};

	KUNIT_EXPECT_EQ(test, simnic_adapt_usecs(&adapt), 1);
	KUNIT_EXPECT_FALSE(test, simnic_adapt_decide(&adapt, &idle));
	KUNIT_EXPECT_EQ(test, simnic_adapt_usecs(&adapt), 1);
}

static void test_busy(struct kunit *test)
{
	struct simnic_adapt adapt = {};
	u32 before = simnic_adapt_usecs(&adapt);

	while (simnic_adapt_decide(&adapt, &busy)) {
		KUNIT_ASSERT_GT(test, simnic_adapt_usecs(&adapt), before);
		before = simnic_adapt_usecs(&adapt);
	}
	KUNIT_EXPECT_EQ(test, simnic_adapt_usecs(&adapt), LONGEST);
	/* and it stays there */
	repeat(&adapt, &busy, 1000);
	KUNIT_EXPECT_EQ(test, simnic_adapt_usecs(&adapt), LONGEST);
	repeat(&adapt, &between, 1000);
	KUNIT_EXPECT_EQ(test, simnic_adapt_usecs(&adapt), LONGEST);
}

/* What is enough to stay is not enough to go on */
static void test_between(struct kunit *test)
{
	struct simnic_adapt adapt = {};

	repeat(&adapt, &busy, 3);
	KUNIT_ASSERT_EQ(test, simnic_adapt_usecs(&adapt), 400);
	repeat(&adapt, &between, 1000);
	KUNIT_EXPECT_EQ(test, simnic_adapt_usecs(&adapt), 400);
}

static void test_idle(struct kunit *test)
{
	struct simnic_adapt adapt = {};
	u32 before;

	repeat(&adapt, &busy, 100);
	before = simnic_adapt_usecs(&adapt);
	KUNIT_EXPECT_TRUE(test, simnic_adapt_decide(&adapt, &idle));
	KUNIT_EXPECT_LT(test, simnic_adapt_usecs(&adapt), before);
	repeat(&adapt, &idle, 100);
	KUNIT_EXPECT_EQ(test, simnic_adapt_usecs(&adapt), 1);
}

/* A longer time is tried, is in vain, and is tried less and less often */
static void test_alone(struct kunit *test)
{
	unsigned int i, longer = 0, longest = 0, last = 0, gap = 0;
	struct simnic_adapt adapt = {};

	for (i = 0; i < 4000; i++) {
		if (!simnic_adapt_decide(&adapt, &alone) || simnic_adapt_usecs(&adapt) <= 50)
			continue;
		longer++;
		KUNIT_EXPECT_GE_MSG(test, i - last, gap, "try %u", longer);
		gap = i - last;
		last = i;
		longest = max(longest, simnic_adapt_usecs(&adapt));
	}
	KUNIT_EXPECT_GE(test, longer, 10);
	KUNIT_EXPECT_LE(test, longer, 40);
	KUNIT_EXPECT_LE(test, longest, 200);
}

static void test_in_turns(struct kunit *test)
{
	struct simnic_adapt adapt = {};
	unsigned int i, longest = 0, long_ones = 0;

	for (i = 0; i < 1000; i++) {
		simnic_adapt_decide(&adapt, &in_turns);
		longest = max(longest, simnic_adapt_usecs(&adapt));
		long_ones += simnic_adapt_usecs(&adapt) > 400;
	}
	KUNIT_EXPECT_EQ(test, longest, 800);
	KUNIT_EXPECT_GE(test, long_ones, 1);
	KUNIT_EXPECT_LE(test, long_ones, 12);
}

/* What an interrupt brings is to stay in the caches */
static void test_bytes(struct kunit *test)
{
	struct simnic_adapt adapt = {};
	u32 before;

	repeat(&adapt, &busy, 4);
	before = simnic_adapt_usecs(&adapt);
	repeat(&adapt, &enough, 100);
	KUNIT_EXPECT_EQ(test, simnic_adapt_usecs(&adapt), before);
	KUNIT_EXPECT_TRUE(test, simnic_adapt_decide(&adapt, &large));
	KUNIT_EXPECT_LT(test, simnic_adapt_usecs(&adapt), before);
}

/* nor to be more than a socket takes */
static void test_burst(struct kunit *test)
{
	struct simnic_adapt adapt = {};
	u32 before;

	repeat(&adapt, &busy, 4);
	before = simnic_adapt_usecs(&adapt);
	repeat(&adapt, &half_burst, 100);
	KUNIT_EXPECT_EQ(test, simnic_adapt_usecs(&adapt), before);
	KUNIT_EXPECT_TRUE(test, simnic_adapt_decide(&adapt, &burst));
	KUNIT_EXPECT_LT(test, simnic_adapt_usecs(&adapt), before);
	before = simnic_adapt_usecs(&adapt);
	repeat(&adapt, &half_of_many, 1000);
	KUNIT_EXPECT_EQ(test, simnic_adapt_usecs(&adapt), before);
	KUNIT_EXPECT_TRUE(test, simnic_adapt_decide(&adapt, &many));
	KUNIT_EXPECT_LT(test, simnic_adapt_usecs(&adapt), before);
}

/*
 * Frames that follow each other, but each takes longer than the first times: the longer
 * ones tell. @usecs: between two of them.
 */
static u32 follow(struct simnic_adapt *adapt, u32 usecs)
{
	u32 time = simnic_adapt_usecs(adapt);
	struct simnic_adapt_window w = { .irqs = IRQS, .time = 10000 };

	w.frames = IRQS * max(time, usecs) / usecs;
	w.bytes = w.frames * 1514;
	w.single_bytes = w.bytes;
	simnic_adapt_decide(adapt, &w);
	return time;
}

static void test_slow(struct kunit *test)
{
	struct simnic_adapt adapt = {};
	unsigned int i;

	for (i = 0; i < 1000; i++)
		follow(&adapt, 190);
	KUNIT_EXPECT_GE(test, follow(&adapt, 190), 800);
}

/* So slow that no time collects some: it is back at a short one at once, for long */
static void test_too_slow(struct kunit *test)
{
	struct simnic_adapt adapt = {};
	unsigned int i, tried = 0;
	u32 time, before = 0;

	for (i = 0; i < 2000; i++) {
		time = follow(&adapt, 500);
		tried += time == 800;
		if (before == 800)
			KUNIT_EXPECT_EQ(test, time, 50);
		before = time;
	}
	KUNIT_EXPECT_GE(test, tried, 5);
	KUNIT_EXPECT_LE(test, tried, 20);
}

static void test_load(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, simnic_load_is_busy(0, 10000));
	KUNIT_EXPECT_TRUE(test, simnic_load_is_busy(624, 10000));
	KUNIT_EXPECT_FALSE(test, simnic_load_is_busy(625, 10000));
	KUNIT_EXPECT_FALSE(test, simnic_load_is_busy(10000, 10000));
	/* its clock went back */
	KUNIT_EXPECT_TRUE(test, simnic_load_is_busy(-10, 10000));
}

/* A busy sender is spared acknowledgments, and a receiver interrupts that take its time */
static void test_elsewhere(struct kunit *test)
{
	struct simnic_adapt adapt = {};

	repeat(&adapt, &elsewhere, 100);
	KUNIT_EXPECT_EQ(test, simnic_adapt_usecs(&adapt), LONGEST);
	/* until it idles, too: that much is too long then */
	KUNIT_EXPECT_TRUE(test, simnic_adapt_decide(&adapt, &idle));
	repeat(&adapt, &elsewhere, 100);
	KUNIT_EXPECT_EQ(test, simnic_adapt_usecs(&adapt), LONGEST);
	KUNIT_EXPECT_TRUE(test, simnic_adapt_decide(&adapt, &little));
	repeat(&adapt, &little, 100);
	KUNIT_EXPECT_EQ(test, simnic_adapt_usecs(&adapt), 800);
}

/* Requests that are answered at once, beside other programs on other processors */
static void test_unconcerned(struct kunit *test)
{
	struct simnic_adapt adapt = {};
	unsigned int i;

	for (i = 0; i < 100; i++) {
		KUNIT_EXPECT_FALSE(test, simnic_adapt_decide(&adapt, &unconcerned));
		KUNIT_EXPECT_EQ(test, simnic_adapt_usecs(&adapt), 1);
	}
	repeat(&adapt, &elsewhere, 1);
	KUNIT_EXPECT_GT(test, simnic_adapt_usecs(&adapt), 1);
	repeat(&adapt, &unconcerned, 1);
	KUNIT_EXPECT_EQ(test, simnic_adapt_usecs(&adapt), 1);
}

/* -- From polls to windows --------------------------------------------------- */

/* A poll of two frames, some time after the one before */
static void poll_after(struct simnic_vector *vec, unsigned long ticks)
{
	struct simnic_rx_stats *rx = &vec->sn->stats->rx[vec->idx];

	local_bh_disable();
	u64_stats_update_begin(&rx->syncp);
	u64_stats_add(&rx->packets, 2);
	u64_stats_add(&rx->bytes, 128);
	u64_stats_update_end(&rx->syncp);
	vec->irqs++;
	vec->adapt.polled = jiffies - ticks;
	simnic_adapt_sample(vec);
	local_bh_enable();
}

/* So many without a pause, even if somebody else was running; the processor does not idle */
static void poll_busily(struct simnic_vector *vec, unsigned int polls)
{
	while (polls--)
		poll_after(vec, 0);
}

static u32 card_usecs(const struct simnic_fake *f)
{
	return FIELD_GET(SIMNIC_ITR_USECS, f->reg[SIMNIC_VEC_ITR_RX(1) / 4]);
}

/* The first window comes after a pause, and says nothing. All are one processor's. */
static struct simnic_vector *began(struct simnic_fake *f)
{
	struct simnic_vector *vec = &f->sn->vec[0];

	simnic_fake_unwatched(f);
	migrate_disable();
	poll_after(vec, HZ);
	return vec;
}

/* A window has as many interrupts, and what comes of it the card is told. */
static void test_window(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);
	struct simnic_vector *vec = began(f);

	KUNIT_EXPECT_EQ(test, simnic_adapt_usecs(&vec->adapt), 1);
	poll_busily(vec, IRQS - 1);
	KUNIT_EXPECT_EQ(test, simnic_adapt_usecs(&vec->adapt), 1);
	poll_busily(vec, 1);
	KUNIT_EXPECT_EQ(test, simnic_adapt_usecs(&vec->adapt), 50);
	KUNIT_EXPECT_EQ(test, card_usecs(f), 50);
	poll_busily(vec, IRQS);
	KUNIT_EXPECT_EQ(test, card_usecs(f), 200);
	migrate_enable();
}

static void test_pause(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);
	struct simnic_vector *vec = began(f);

	poll_busily(vec, 2 * IRQS);
	KUNIT_EXPECT_EQ(test, card_usecs(f), 200);
	vec->adapt.patience = 7;
	vec->adapt.wait = 7;
	poll_after(vec, HZ);
	KUNIT_EXPECT_EQ(test, card_usecs(f), 1);
	KUNIT_EXPECT_EQ(test, vec->adapt.patience, 0);
	KUNIT_EXPECT_EQ(test, vec->adapt.wait, 0);
	migrate_enable();
}

/* What two processors have idled has nothing to do with each other. */
static void test_moved(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);
	struct simnic_vector *vec = began(f);

	poll_busily(vec, IRQS - 1);
	vec->adapt.cpu = nr_cpu_ids;
	poll_busily(vec, 1);
	KUNIT_EXPECT_EQ(test, simnic_adapt_usecs(&vec->adapt), 1);
	/* the next window begins there */
	poll_busily(vec, IRQS);
	KUNIT_EXPECT_EQ(test, simnic_adapt_usecs(&vec->adapt), 50);
	migrate_enable();
}

static void test_off(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);
	struct simnic_vector *vec = began(f);

	f->sn->adaptive_rx = false;
	poll_busily(vec, 3 * IRQS);
	KUNIT_EXPECT_EQ(test, simnic_adapt_usecs(&vec->adapt), 1);
	migrate_enable();
}

static struct kunit_case cases[] = {
	KUNIT_CASE(test_first),
	KUNIT_CASE(test_busy),
	KUNIT_CASE(test_between),
	KUNIT_CASE(test_idle),
	KUNIT_CASE(test_alone),
	KUNIT_CASE(test_in_turns),
	KUNIT_CASE(test_bytes),
	KUNIT_CASE(test_burst),
	KUNIT_CASE(test_slow),
	KUNIT_CASE(test_too_slow),
	KUNIT_CASE(test_load),
	KUNIT_CASE(test_elsewhere),
	KUNIT_CASE(test_unconcerned),
	KUNIT_CASE(test_window),
	KUNIT_CASE(test_pause),
	KUNIT_CASE(test_moved),
	KUNIT_CASE(test_off),
	{}
};

static struct kunit_suite suite = {
	.name = "simnic_adapt",
	.test_cases = cases,
};

kunit_test_suite(suite);
