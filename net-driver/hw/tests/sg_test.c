// SPDX-License-Identifier: GPL-2.0
/* simnic card: unit tests of frames in pieces, and of bus addresses */
#include <linux/dma-mapping.h>
#include <net/checksum.h>

#include "../dma.h"
#include "test.h"

#define LEN	200

/* Lists of pieces that make up the same bytes, none read beyond its end */
static const struct pieces {
	const char *name;
	u32 len[8];
} lists[] = {
	{ "one", { 200 } },
	{ "two", { 100, 100 } },
	{ "odd", { 1, 3, 5, 7, 99, 85 } },
	{ "even", { 2, 4, 6, 8, 100, 80 } },
	{ "one byte each at the ends", { 1, 198, 1 } },
	{ "many", { 31, 29, 27, 25, 23, 21, 19, 25 } },
};

KUNIT_ARRAY_PARAM_DESC(list, lists, name);

static u8 pattern(u32 i)
{
	return i * 29 + 3;
}

static struct simhw_sg *make_sg(struct kunit *test)
{
	struct simhw_sg *sg = kunit_kzalloc(test, sizeof(*sg), GFP_KERNEL);
	const struct pieces *p = test->param_value;
	u32 i, n, pos = 0;
	u8 *data;

	KUNIT_ASSERT_NOT_NULL(test, sg);
	for (n = 0; n < ARRAY_SIZE(p->len) && p->len[n]; n++) {
		data = kunit_kmalloc(test, p->len[n], GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, data);
		for (i = 0; i < p->len[n]; i++)
			data[i] = pattern(pos++);
		KUNIT_ASSERT_TRUE(test, simhw_sg_add(sg, data, p->len[n], n & 1));
	}
	KUNIT_ASSERT_EQ(test, sg->len, LEN);
	return sg;
}

/* Every part of it: read, summed up, sliced */
static void test_parts(struct kunit *test)
{
	struct simhw_sg *sg = make_sg(test), *part = kunit_kzalloc(test, sizeof(*part), GFP_KERNEL);
	u8 want[LEN], got[LEN];
	u32 off, len, i;

	KUNIT_ASSERT_NOT_NULL(test, part);
	for (i = 0; i < LEN; i++)
		want[i] = pattern(i);
	for (off = 0; off < LEN; off++) {
		for (len = 1; off + len <= LEN; len++) {
			memset(got, 0, sizeof(got));
			simhw_sg_read(sg, off, got, len);
			if (memcmp(got, want + off, len))
				KUNIT_FAIL(test, "%u bytes at %u are others", len, off);
			if (csum_fold(simhw_sg_csum(sg, off, len, 0)) !=
			    (__force __sum16)htons(~simhw_test_sum(want + off, len, 0)))
				KUNIT_FAIL(test, "sum of %u bytes at %u", len, off);

			simhw_sg_init(part);
			if (!simhw_sg_slice(part, sg, off, len) || part->len != len)
				KUNIT_FAIL(test, "no slice of %u bytes at %u", len, off);
			memset(got, 0, sizeof(got));
			simhw_sg_read(part, 0, got, len);
			if (memcmp(got, want + off, len))
				KUNIT_FAIL(test, "slice of %u bytes at %u", len, off);
		}
	}
}

static void test_peek(struct kunit *test)
{
	struct simhw_sg *sg = make_sg(test);
	u8 scratch[LEN];
	const u8 *got;
	u32 len, i;

	for (len = 1; len <= LEN; len++) {
		memset(scratch, 0, sizeof(scratch));
		got = simhw_sg_peek(sg, scratch, len);
		KUNIT_EXPECT_PTR_EQ(test, got, len <= sg->buf[0].len ? sg->buf[0].data : scratch);
		for (i = 0; i < len; i++)
			if (got[i] != pattern(i))
				KUNIT_FAIL(test, "byte %u of %u", i, len);
	}
}

/* No more pieces than there is room for, no slice beyond the end */
static void test_bounds(struct kunit *test)
{
	struct simhw_sg *sg = kunit_kzalloc(test, sizeof(*sg), GFP_KERNEL);
	struct simhw_sg *to = kunit_kzalloc(test, sizeof(*to), GFP_KERNEL);
	u8 byte = 1;
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, sg);
	KUNIT_ASSERT_NOT_NULL(test, to);
	for (i = 0; i < SIMHW_SG_MAX; i++)
		KUNIT_EXPECT_TRUE(test, simhw_sg_add(sg, &byte, 1, false));
	KUNIT_EXPECT_FALSE(test, simhw_sg_add(sg, &byte, 1, false));
	KUNIT_EXPECT_EQ(test, sg->n, SIMHW_SG_MAX);
	KUNIT_EXPECT_EQ(test, sg->len, SIMHW_SG_MAX);
	KUNIT_EXPECT_TRUE(test, simhw_sg_slice(to, sg, 0, sg->len));
	KUNIT_EXPECT_FALSE(test, simhw_sg_slice(to, sg, 0, 1));
	simhw_sg_init(to);
	KUNIT_EXPECT_FALSE(test, simhw_sg_slice(to, sg, 1, sg->len));
	simhw_sg_init(to);
	KUNIT_EXPECT_FALSE(test, simhw_sg_slice(to, sg, sg->len, 1));
	simhw_sg_init(to);
	KUNIT_EXPECT_TRUE(test, simhw_sg_slice(to, sg, sg->len, 0));
}

/* Found once: neighbours are, too, and all else is looked at as before */
static void test_dma_seen(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, 1, 1);
	u8 *data = kunit_kzalloc(test, 4 * PAGE_SIZE, GFP_KERNEL);
	struct device *dev = &card->pdev->dev;
	struct simhw_dma_window seen = {};
	u64 size = SIMHW_DMA_BLOCK << PAGE_SHIFT;
	unsigned int i;
	u64 addr;

	KUNIT_ASSERT_NOT_NULL(test, data);
	addr = simhw_test_addr(card, data);
	KUNIT_EXPECT_NULL(test, simhw_dma(dev, U64_MAX - 10, 1, &seen));
	KUNIT_EXPECT_EQ(test, seen.len, 0);
	for (i = 0; i < 8; i++) {
		KUNIT_EXPECT_PTR_EQ(test, simhw_dma(dev, addr + i * PAGE_SIZE / 2, 100, &seen),
				    (void *)data + i * PAGE_SIZE / 2);
		KUNIT_EXPECT_EQ(test, seen.len, size);
		KUNIT_EXPECT_LE(test, seen.first, addr + i * PAGE_SIZE / 2);
		KUNIT_EXPECT_NULL(test, simhw_dma(dev, addr, 0, &seen));
		KUNIT_EXPECT_NULL(test, simhw_dma(dev, U64_MAX - 10, 12, &seen));
		KUNIT_EXPECT_NULL(test, simhw_dma(dev, BIT_ULL(62), 64, &seen));
	}

	/* It begins there, and ends elsewhere. */
	seen.first = BIT_ULL(62) - size;
	KUNIT_EXPECT_PTR_EQ(test, simhw_dma(dev, BIT_ULL(62) - 8, 8, &seen),
			    (void *)seen.mem + size - 8);
	KUNIT_EXPECT_NULL(test, simhw_dma(dev, BIT_ULL(62) - 8, 16, &seen));
	KUNIT_EXPECT_NULL(test, simhw_dma(dev, BIT_ULL(62) - 8, 0, &seen));
}

/* What is memory, and what is not */
static void test_dma(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, 1, 1);
	u8 *data = kunit_kzalloc(test, 2 * PAGE_SIZE, GFP_KERNEL);
	struct device *dev = &card->pdev->dev;
	u64 addr;

	KUNIT_ASSERT_NOT_NULL(test, data);
	addr = simhw_test_addr(card, data);
	KUNIT_EXPECT_PTR_EQ(test, simhw_dma_find(dev, addr, 1, NULL), (void *)data);
	KUNIT_EXPECT_PTR_EQ(test, simhw_dma_find(dev, addr, 2 * PAGE_SIZE, NULL), (void *)data);
	KUNIT_EXPECT_PTR_EQ(test, simhw_dma_find(dev, addr + 4097, 7, NULL), (void *)data + 4097);
	KUNIT_EXPECT_NULL(test, simhw_dma_find(dev, addr, 0, NULL));
	KUNIT_EXPECT_NULL(test, simhw_dma_find(dev, U64_MAX, 1, NULL));
	KUNIT_EXPECT_NULL(test, simhw_dma_find(dev, U64_MAX, 2, NULL));
	KUNIT_EXPECT_NULL(test, simhw_dma_find(dev, U64_MAX - 10, 11, NULL));
	KUNIT_EXPECT_NULL(test, simhw_dma_find(dev, U64_MAX - 10, 12, NULL));
	KUNIT_EXPECT_NULL(test, simhw_dma_find(dev, BIT_ULL(63), 64, NULL));
	KUNIT_EXPECT_NULL(test, simhw_dma_find(dev, BIT_ULL(62) - 8, 16, NULL));

	/* The device can not reach it. */
	KUNIT_ASSERT_EQ(test, dma_set_mask(dev, DMA_BIT_MASK(32)), 0);
	KUNIT_EXPECT_NULL(test, simhw_dma_find(dev, BIT_ULL(32), 1, NULL));
	KUNIT_EXPECT_NULL(test, simhw_dma_find(dev, BIT_ULL(32) - 1, 2, NULL));
	KUNIT_EXPECT_EQ(test, dma_set_mask(dev, DMA_BIT_MASK(64)), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(test_parts, list_gen_params),
	KUNIT_CASE_PARAM(test_peek, list_gen_params),
	KUNIT_CASE(test_bounds),
	KUNIT_CASE(test_dma),
	KUNIT_CASE(test_dma_seen),
	{}
};

static struct kunit_suite suite = {
	.name = "simhw_sg",
	.suite_exit = simhw_test_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
