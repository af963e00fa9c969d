// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: a card that is out of its mind. Write-backs, completions and registers are
 * good first, and then mutated, while frames are sent and received, rings polled, and
 * queues stopped and started. Whatever the card writes, the driver must neither crash
 * nor leak nor miscount, and work again as soon as the card does.
 *
 *	modprobe simnic fuzz_seed=1234 fuzz_writebacks=1000000
 *
 * All that happens is a function of the seed, which is in the log.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/moduleparam.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>

#include "fake_bus.h"
#include "fuzz.h"

#define SIMNIC_FUZZ_SLOW	(IS_ENABLED(CONFIG_KASAN) || IS_ENABLED(CONFIG_KCSAN))

static ulong fuzz_seed;
module_param(fuzz_seed, ulong, 0444);
MODULE_PARM_DESC(fuzz_seed, "KUnit: seed of the fuzz test, 0 for a random one");

static ulong fuzz_writebacks = SIMNIC_FUZZ_SLOW ? 50000 : 1000000;
module_param(fuzz_writebacks, ulong, 0444);
MODULE_PARM_DESC(fuzz_writebacks, "KUnit: write-backs of the fuzz test, all cases together");

/* -- The test --------------------------------------------------------------------------------- */

static void simnic_fuzz_check_rings(struct simnic_fuzz *z)
{
	const struct simnic_queues *qs = z->f->sn->queues;
	unsigned int q;

	for (q = 0; q < SIMNIC_FUZZ_QUEUES; q++)
		if (qs->rx[q]->head > qs->rx[q]->ring.mask ||
		    qs->rx[q]->tail > qs->rx[q]->ring.mask ||
		    qs->tx[q]->head > qs->tx[q]->ring.mask ||
		    qs->tx[q]->tail > qs->tx[q]->ring.mask)
			z->bad_index++;
}

static void simnic_fuzz_run(struct simnic_fuzz *z, unsigned long writebacks)
{
	while (z->writebacks < writebacks) {
		rtnl_lock();
		simnic_fuzz_step(z);
		simnic_fuzz_check_rings(z);
		rtnl_unlock();
		cond_resched();
	}
}

static u64 simnic_fuzz_tx_total(struct simnic_fuzz *z)
{
	u64 sum = 0;
	unsigned int q;

	for (q = 0; q < SIMNIC_FUZZ_QUEUES; q++)
		sum += simnic_fake_tx_count(z->f, q, packets) +
		       simnic_fake_tx_count(z->f, q, errors) +
		       simnic_fake_tx_count(z->f, q, flushed) +
		       simnic_fake_xmit_count(z->f, q, dropped) +
		       simnic_fake_xmit_count(z->f, q, map_errors);
	return sum;
}

static u64 simnic_fuzz_rx_total(struct simnic_fuzz *z)
{
	u64 sum = 0;
	unsigned int q;

	for (q = 0; q < SIMNIC_FUZZ_QUEUES; q++)
		sum += simnic_fake_rx_count(z->f, q, packets);
	return sum;
}

static void simnic_fuzz_expect(struct kunit *test, struct simnic_fuzz *z)
{
	unsigned int n;

	KUNIT_EXPECT_EQ(test, z->bad_pieces, 0);
	KUNIT_EXPECT_EQ(test, z->bad_gso, 0);
	KUNIT_EXPECT_EQ(test, z->bad_xmit, 0);
	KUNIT_EXPECT_EQ(test, z->bad_stats, 0);
	KUNIT_EXPECT_EQ(test, z->bad_index, 0);
	KUNIT_EXPECT_EQ(test, z->bad_open, 0);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&z->f->freed), z->sent);
	KUNIT_EXPECT_EQ(test, simnic_fuzz_tx_total(z), z->sent_packets);
	/* the stack may have left an skb to the CPU that allocated it */
	for (n = 0; n < 100 && page_ref_count(z->page) != 1; n++)
		msleep(20);
	KUNIT_EXPECT_EQ(test, page_ref_count(z->page), 1);
}

/* The card has come to its senses */
static void simnic_fuzz_expect_works(struct kunit *test, struct simnic_fuzz *z)
{
	static const struct simnic_rx_wb wb = {};
	struct simnic_fake *f = z->f;
	u8 data[60] = { 2 };
	unsigned int q;
	long freed;

	f->receive = NULL;
	for (q = 0; q < SIMNIC_FUZZ_QUEUES; q++) {
		simnic_fake_rx(f, q, data, sizeof(data), &wb);
		simnic_fake_poll(f, q);
		KUNIT_EXPECT_EQ(test, skb_queue_len(&f->frames), q + 1);
		KUNIT_EXPECT_EQ(test, simnic_fake_pages_out(f, q), 0);
	}
	freed = atomic_long_read(&f->freed);
	simnic_fake_xmit(f, simnic_fake_skb(f, 60), false);
	KUNIT_EXPECT_EQ(test, simnic_fake_tx_done(f, 0, 0), 1);
	simnic_fake_poll(f, 0);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&f->freed), freed + 1);
}

static const struct simnic_fuzz_case {
	const char *name;
	bool gro;
} simnic_fuzz_cases[] = {
	{ "each frame by itself", false },
	{ "through GRO", true },
};

KUNIT_ARRAY_PARAM_DESC(simnic_fuzz_cases, simnic_fuzz_cases, name);

static void simnic_fuzz_test(struct kunit *test)
{
	const struct simnic_fuzz_case *p = test->param_value;
	struct simnic_fake *f = simnic_fake_create(test, SIMNIC_FUZZ_QUEUES);
	u64 seed = fuzz_seed ?: get_random_u32(), started = ktime_get_ns();
	struct simnic_fuzz *z = simnic_fuzz_alloc(f, seed);

	kunit_info(test, "fuzz_seed=%llu fuzz_writebacks=%lu\n", seed, fuzz_writebacks);
	simnic_fuzz_begin(z);
	simnic_fake_set_gro(f, p->gro);
	simnic_fake_up(f);
	simnic_fuzz_run(z, fuzz_writebacks / ARRAY_SIZE(simnic_fuzz_cases));

	z->stopping = true;
	simnic_fake_down(f);
	z->stopping = false;
	simnic_fuzz_expect(test, z);
	if (!p->gro) {
		KUNIT_EXPECT_GE(test, simnic_fuzz_rx_total(z), z->packets);
		KUNIT_EXPECT_LE(test, simnic_fuzz_rx_total(z), z->packets + z->shorts);
	}
	simnic_fake_up(f);
	simnic_fuzz_expect_works(test, z);
	simnic_fake_down(f);
	simnic_fuzz_end(z);
	kunit_info(test, "%lu write-backs, %lu completions, %lu registers, %lu restarts; %lu frames received, %lu sent; %llu ms\n",
		   z->writebacks, z->completions, z->reads, z->slow, z->frames, z->sent,
		   (ktime_get_ns() - started) / NSEC_PER_MSEC);
}

static struct kunit_case simnic_fuzz_test_cases[] = {
	KUNIT_CASE_PARAM_ATTR(simnic_fuzz_test, simnic_fuzz_cases_gen_params,
			      { .speed = KUNIT_SPEED_VERY_SLOW }),
	{}
};

static struct kunit_suite simnic_fuzz_test_suite = {
	.name = "simnic_fuzz",
	.test_cases = simnic_fuzz_test_cases,
};

kunit_test_suite(simnic_fuzz_test_suite);
