// SPDX-License-Identifier: GPL-2.0
/* Unit tests of ring indices: all lengths, all positions */
#include <kunit/test.h>

#include "../ring.h"

struct ring_len {
	const char *name;
	u32 len;
};

static const struct ring_len lens[] = {
	{ "64", 64 }, { "128", 128 }, { "256", 256 }, { "512", 512 }, { "1024", 1024 },
	{ "2048", 2048 }, { "4096", 4096 },
};

KUNIT_ARRAY_PARAM_DESC(len, lens, name);

static void test_next(struct kunit *test)
{
	const struct ring_len *param = test->param_value;
	const struct simnic_ring r = { .mask = param->len - 1 };
	u32 i;

	for (i = 0; i < param->len - 1; i++)
		if (simnic_ring_next(&r, i) != i + 1)
			KUNIT_FAIL_AND_ABORT(test, "%u is not followed by %u", i, i + 1);
	KUNIT_EXPECT_EQ(test, simnic_ring_next(&r, param->len - 1), 0);
}

/* By counting, from every head: how many are used, how many more could be */
static void test_used(struct kunit *test)
{
	const struct ring_len *param = test->param_value;
	const struct simnic_ring r = { .mask = param->len - 1 };
	u32 step = param->len > 512 ? 61 : 1, head, tail, used;

	for (head = 0; head < param->len; head += step) {
		for (used = 0, tail = head; used < param->len; used++) {
			if (simnic_ring_used(&r, head, tail) != used ||
			    simnic_ring_unused(&r, head, tail) != param->len - 1 - used)
				KUNIT_FAIL_AND_ABORT(test, "head %u, tail %u: %u used", head, tail,
						     used);
			tail = tail + 1 == param->len ? 0 : tail + 1;
		}
		KUNIT_EXPECT_EQ(test, tail, head);
	}
}

/* Free-running indices mean the same as those that wrap. */
static void test_running(struct kunit *test)
{
	const struct ring_len *param = test->param_value;
	const struct simnic_ring r = { .mask = param->len - 1 };
	u32 head, used;

	for (head = 0U - 2 * param->len; head != param->len; head++) {
		used = (head * 7) % param->len;
		if (simnic_ring_used(&r, head, head + used) != used)
			KUNIT_FAIL_AND_ABORT(test, "head %u, %u used", head, used);
	}
}

static void test_bytes(struct kunit *test)
{
	const struct ring_len *param = test->param_value;
	const struct simnic_ring r = { .mask = param->len - 1 };

	KUNIT_EXPECT_EQ(test, simnic_ring_bytes(&r), param->len * 16UL);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(test_next, len_gen_params),
	KUNIT_CASE_PARAM(test_used, len_gen_params),
	KUNIT_CASE_PARAM(test_running, len_gen_params),
	KUNIT_CASE_PARAM(test_bytes, len_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "simnic_ring",
	.test_cases = cases,
};

kunit_test_suite(suite);
