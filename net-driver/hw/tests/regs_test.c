// SPDX-License-Identifier: GPL-2.0
/* simnic card: unit tests of the register file: every register, by a table */
#include <linux/unaligned.h>

#include "test.h"

#define TXQS	3
#define RXQS	2
#define VECS	4

/**
 * enum access - what a register does
 * @RO: writes are counted and change nothing
 * @RW: reads what was written, as far as it has bits
 * @W1C: causes, which CAUSE_SET latches
 * @WO: reads zero
 * @OTHER: has tests of its own
 */
enum access { RO, RW, W1C, WO, OTHER };

/**
 * struct reg_row - a register of the manual, or an array of them
 * @name: its name there
 * @reg: its offset
 * @stride: bytes to the next
 * @count: how many the tests' card has
 * @access: what it does
 * @reset: its reset value
 * @bits: that can be written
 */
struct reg_row {
	const char *name;
	u32 reg;
	u32 stride;
	u32 count;
	enum access access;
	u32 reset;
	u32 bits;
};

#define ONE(_name, _access, _reset, _bits) \
	{ #_name, SIMNIC_##_name, 4, 1, _access, _reset, _bits }
#define MANY(_name, _count, _access, _reset, _bits) \
	{ #_name, SIMNIC_##_name(0), SIMNIC_##_name(1) - SIMNIC_##_name(0), _count, _access, \
	  _reset, _bits }

#define ALL	U32_MAX
#define ITR	(SIMNIC_ITR_USECS | SIMNIC_ITR_FRAMES)
#define CAPS	(TXQS | RXQS << 8 | VECS << 16 | SIMNIC_CAPS_SHARE)
#define PAUSE	(SIMNIC_PAUSE_TX | SIMNIC_PAUSE_RX | SIMNIC_PAUSE_AUTO)

static const struct reg_row rows[] = {
	ONE(ID, RO, 0x53494e43, 0),
	ONE(REV, RO, 1, 0),
	ONE(CAPS, RO, CAPS, 0),
	ONE(CTRL, RW, 0, 0x1e),
	ONE(STATUS, RO, 0, 0),
	ONE(MAXFRAME, RW, 1514, ALL),
	ONE(RXCTRL, RW, 0, ALL),
	ONE(GROMAX, RW, 0, ALL),
	ONE(RSSCTRL, RW, 0, ALL),
	ONE(PAUSE, RW, PAUSE, ALL),
	ONE(MDIC, OTHER, 0, 0),
	ONE(ISR, RO, 0, 0),
	/* the reset values of these two are the card's address, see test_mac() */
	ONE(MAC_LO, RW, 0, ALL),
	ONE(MAC_HI, RW, 0, 0xffff),
	MANY(UC_LO, 16, RW, 0, ALL),
	MANY(UC_HI, 16, RW, 0, 0x8000ffff),
	MANY(MC_HASH, 128, RW, 0, ALL),
	MANY(VLAN_FILTER, 128, RW, 0, ALL),
	MANY(RSS_KEY, 10, RW, 0, ALL),
	MANY(RSS_TABLE, 64, RW, 0, ALL),
	MANY(STAT_LO, SIMNIC_STATS, RO, 0, 0),
	MANY(STAT_HI, SIMNIC_STATS, RO, 0, 0),
	MANY(VEC_CAUSE, VECS, W1C, 0, SIMNIC_CAUSE_ALL),
	MANY(VEC_CAUSE_SET, VECS, WO, 0, SIMNIC_CAUSE_ALL),
	MANY(VEC_MASK_SET, VECS, OTHER, 1, 0),
	MANY(VEC_MASK_CLR, VECS, OTHER, 1, 0),
	MANY(VEC_CTRL, VECS, RW, 0, 3),
	MANY(VEC_ITR_RX, VECS, RW, 0, ITR),
	MANY(VEC_ITR_TX, VECS, RW, 0, ITR),
	MANY(VEC_FIRED, VECS, RO, 0, 0),
	MANY(TXQ_BASE_LO, TXQS, RW, 0, ALL),
	MANY(TXQ_BASE_HI, TXQS, RW, 0, ALL),
	MANY(TXQ_LEN, TXQS, RW, 0, ALL),
	MANY(TXQ_HEAD, TXQS, RO, 0, 0),
	/* a queue that is off has no descriptors for its tail */
	MANY(TXQ_TAIL, TXQS, RW, 0, 0),
	MANY(TXQ_CTRL, TXQS, RW, 0, 0),
	MANY(TXQ_STATUS, TXQS, RO, 0, 0),
	MANY(TXQ_VECTOR, TXQS, RW, 0, ALL),
	MANY(TXQ_FRAMES_LO, TXQS, RO, 0, 0),
	MANY(TXQ_FRAMES_HI, TXQS, RO, 0, 0),
	MANY(TXQ_BYTES_LO, TXQS, RO, 0, 0),
	MANY(TXQ_BYTES_HI, TXQS, RO, 0, 0),
	MANY(RXQ_BASE_LO, RXQS, RW, 0, ALL),
	MANY(RXQ_BASE_HI, RXQS, RW, 0, ALL),
	MANY(RXQ_LEN, RXQS, RW, 0, ALL),
	MANY(RXQ_HEAD, RXQS, RO, 0, 0),
	MANY(RXQ_TAIL, RXQS, RW, 0, 0),
	MANY(RXQ_CTRL, RXQS, RW, 0, 0),
	MANY(RXQ_STATUS, RXQS, RO, 0, 0),
	MANY(RXQ_VECTOR, RXQS, RW, 0, ALL),
	MANY(RXQ_BUFSZ, RXQS, RW, 0, ALL),
	MANY(RXQ_FRAMES_LO, RXQS, RO, 0, 0),
	MANY(RXQ_FRAMES_HI, RXQS, RO, 0, 0),
	MANY(RXQ_BYTES_LO, RXQS, RO, 0, 0),
	MANY(RXQ_BYTES_HI, RXQS, RO, 0, 0),
	MANY(RXQ_MISSED_LO, RXQS, RO, 0, 0),
	MANY(RXQ_MISSED_HI, RXQS, RO, 0, 0),
};

KUNIT_ARRAY_PARAM_DESC(row, rows, name);

static u32 row_reg(const struct reg_row *row, u32 i)
{
	return row->reg + i * row->stride;
}

static u32 row_reset(const struct simhw_card *card, const struct reg_row *row)
{
	if (row->reg == SIMNIC_MAC_LO)
		return get_unaligned_le32(card->addr);
	if (row->reg == SIMNIC_MAC_HI)
		return get_unaligned_le16(card->addr + 4);
	return row->reset;
}

static bool reg_known(u32 reg)
{
	const struct reg_row *row;

	for (row = rows; row < rows + ARRAY_SIZE(rows); row++)
		if (reg >= row->reg && reg < row_reg(row, row->count) &&
		    (reg - row->reg) % row->stride == 0)
			return true;
	return false;
}

static u64 unknown(struct simhw_card *card)
{
	return simhw_test_stat(card, SIMNIC_STAT_REG_UNKNOWN);
}

static u64 refused(struct simhw_card *card)
{
	return simhw_test_stat(card, SIMNIC_STAT_REG_RO);
}

/* RESET, and wait for its end */
static void reset(struct kunit *test, struct simhw_card *card)
{
	simhw_test_wr(card, SIMNIC_CTRL, SIMNIC_CTRL_RESET);
	KUNIT_ASSERT_TRUE(test, simhw_test_wait(card, SIMNIC_CTRL, 0));
}

/* Counters count these very accesses; reading them all changes none. */
static bool is_stat(const struct reg_row *row)
{
	return row->reg == SIMNIC_STAT_LO(0) || row->reg == SIMNIC_STAT_HI(0);
}

/* As it is when powered up; what RESET does comes further down. */
static void test_power_on(struct kunit *test)
{
	struct simhw_card *card = simhw_test_new_card(test, TXQS, RXQS);
	const struct reg_row *row;
	u32 i;

	for (row = rows; row < rows + ARRAY_SIZE(rows); row++)
		for (i = 0; i < row->count; i++)
			KUNIT_EXPECT_EQ_MSG(test, simhw_test_rd(card, row_reg(row, i)),
					    row_reset(card, row), "%s(%u)", row->name, i);
	KUNIT_EXPECT_EQ(test, unknown(card), 0);
}

static void write_rw(struct kunit *test, struct simhw_card *card, const struct reg_row *row, u32 i)
{
	static const u32 patterns[] = { 0xfffffffe, 0x55555554, 0xaaaaaaaa, 0x12345678, 0 };
	u32 reg = row_reg(row, i), p;

	for (p = 0; p < ARRAY_SIZE(patterns); p++) {
		simhw_test_wr(card, reg, patterns[p]);
		KUNIT_EXPECT_EQ_MSG(test, simhw_test_rd(card, reg), patterns[p] & row->bits,
				    "instance %u, wrote %08x", i, patterns[p]);
	}
	KUNIT_EXPECT_EQ(test, refused(card), 0);
}

static void write_ro(struct kunit *test, struct simhw_card *card, const struct reg_row *row, u32 i)
{
	u64 before = refused(card);

	simhw_test_wr(card, row_reg(row, i), U32_MAX);
	KUNIT_EXPECT_EQ(test, refused(card), before + 1);
	if (!is_stat(row))
		KUNIT_EXPECT_EQ(test, simhw_test_rd(card, row_reg(row, i)), row->reset);
}

/* Each bit by itself is latched by CAUSE_SET and cleared by CAUSE. */
static void write_causes(struct kunit *test, struct simhw_card *card, u32 i)
{
	u32 bit;

	simhw_test_wr(card, SIMNIC_VEC_CAUSE_SET(i), U32_MAX);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_VEC_CAUSE_SET(i)), 0);
	for (bit = 0; BIT(bit) & SIMNIC_CAUSE_ALL; bit++) {
		KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_VEC_CAUSE(i)),
				SIMNIC_CAUSE_ALL & ~(BIT(bit) - 1));
		simhw_test_wr(card, SIMNIC_VEC_CAUSE(i), 0);
		simhw_test_wr(card, SIMNIC_VEC_CAUSE(i), BIT(bit));
	}
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_VEC_CAUSE(i)), 0);
	simhw_test_wr(card, SIMNIC_VEC_CAUSE_SET(i), SIMNIC_CAUSE_SW);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_VEC_CAUSE(i)), SIMNIC_CAUSE_SW);
	KUNIT_EXPECT_EQ(test, refused(card), 0);
}

static void test_write(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, TXQS, RXQS);
	const struct reg_row *row = test->param_value;
	u32 i;

	for (i = 0; i < row->count; i++) {
		if (row->access == RW)
			write_rw(test, card, row, i);
		else if (row->access == RO)
			write_ro(test, card, row, i);
		else if (row->access == W1C || row->access == WO)
			write_causes(test, card, i);
	}
	KUNIT_EXPECT_EQ(test, unknown(card), 0);
}

static void write_all(struct simhw_card *card, const struct reg_row *row, u32 val)
{
	u32 i;

	for (i = 0; i < row->count; i++)
		simhw_test_wr(card, row_reg(row, i), val);
}

static void expect_all_reset(struct kunit *test, struct simhw_card *card)
{
	const struct reg_row *row;
	u32 i;

	for (row = rows; row < rows + ARRAY_SIZE(rows); row++)
		for (i = 0; i < row->count && !is_stat(row); i++)
			KUNIT_EXPECT_EQ_MSG(test, simhw_test_rd(card, row_reg(row, i)),
					    row_reset(card, row), "%s(%u)", row->name, i);
}

/* Whatever was written, RESET brings back the reset values. */
static void test_reset(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, TXQS, RXQS);
	const struct reg_row *row;

	for (row = rows; row < rows + ARRAY_SIZE(rows); row++)
		write_all(card, row, 0xaaaaaaaa);
	card->vec[0].fired = 5;
	card->vec[1].fired = 5;
	KUNIT_EXPECT_NE(test, simhw_test_rd(card, SIMNIC_CTRL), 0);
	reset(test, card);
	expect_all_reset(test, card);
}

/* Until RESET has cleared itself, no write has an effect, and each is counted. */
static void test_write_in_reset(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, TXQS, RXQS);
	const struct reg_row *row;
	u64 before;

	simhw_test_wr(card, SIMNIC_CTRL, SIMNIC_CTRL_RESET);
	card->reset_end = KTIME_MAX;
	for (row = rows; row < rows + ARRAY_SIZE(rows); row++) {
		before = refused(card);
		/* but for RESET, which begins anew */
		write_all(card, row, U32_MAX & ~(u32)SIMNIC_CTRL_RESET);
		KUNIT_EXPECT_EQ_MSG(test, refused(card), before + row->count, "%s", row->name);
	}
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_CTRL), SIMNIC_CTRL_RESET);

	card->reset_end = 0;
	expect_all_reset(test, card);
}

/* Doorbells have a short way of their own. */
static void test_doorbell_in_reset(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, TXQS, RXQS);

	simhw_test_wr(card, SIMNIC_CTRL, SIMNIC_CTRL_RESET);
	card->reset_end = KTIME_MAX;
	simhw_bus_ops.doorbell(card, SIMNIC_TXQ_TAIL(0), 1);
	KUNIT_EXPECT_EQ(test, refused(card), 1);
	simhw_bus_ops.doorbell(card, SIMNIC_RXQ_TAIL(1), 1);
	KUNIT_EXPECT_EQ(test, refused(card), 2);
	card->reset_end = 0;
}

/* RESET takes about 100 us. */
static void test_reset_time(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, TXQS, RXQS);
	ktime_t begin = ktime_get(), end;

	simhw_test_wr(card, SIMNIC_CTRL, SIMNIC_CTRL_RESET);
	end = card->reset_end;
	KUNIT_EXPECT_GE(test, ktime_us_delta(end, begin), 100);
	KUNIT_EXPECT_LE(test, ktime_us_delta(end, ktime_get()), 100);
}

/* Every offset that is not in the table, and none that is, is no register. */
static void test_unknown(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, TXQS, RXQS);
	u64 before;
	u32 reg;

	for (reg = 0; reg < SIMNIC_REGS_SIZE + 0x100; reg += 4) {
		before = unknown(card);
		if (simhw_test_rd(card, reg) && !reg_known(reg))
			KUNIT_FAIL(test, "%04x does not read zero", reg);
		if (unknown(card) != before + !reg_known(reg))
			KUNIT_FAIL(test, "read of %04x", reg);
	}
}

static void test_unknown_write(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, TXQS, RXQS);
	u64 before;
	u32 reg;

	for (reg = 0; reg < SIMNIC_REGS_SIZE + 0x100; reg += 4) {
		if (reg_known(reg))
			continue;
		before = unknown(card);
		simhw_test_wr(card, reg, U32_MAX);
		if (unknown(card) != before + 1)
			KUNIT_FAIL(test, "write of %04x", reg);
	}
	KUNIT_EXPECT_EQ(test, refused(card), 0);
}

/* Offsets that are no multiples of four, and far away */
static void test_odd(struct kunit *test)
{
	static const u32 offsets[] = {
		1, 2, 3, SIMNIC_CTRL + 1, SIMNIC_CTRL + 2, SIMNIC_CTRL + 3, SIMNIC_VEC_CTRL(0) + 2,
		SIMNIC_TXQ_LEN(0) + 1, SIMNIC_RXQ_LEN(1) + 3, SIMNIC_STAT_LO(0) + 2,
		SIMNIC_TXQ_TAIL(0) + 1, SIMNIC_RXQ_TAIL(0) + 2,
		SIMNIC_REGS_SIZE, 0x10000, 0x80000000, U32_MAX, U32_MAX - 3,
	};
	struct simhw_card *card = simhw_test_card(test, TXQS, RXQS);
	u64 before;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		before = unknown(card);
		KUNIT_EXPECT_EQ_MSG(test, simhw_test_rd(card, offsets[i]), 0, "%x", offsets[i]);
		simhw_test_wr(card, offsets[i], U32_MAX);
		simhw_bus_ops.doorbell(card, offsets[i], U32_MAX);
		KUNIT_EXPECT_EQ_MSG(test, unknown(card), before + 3, "%x", offsets[i]);
	}
}

/* Doorbells of queues that this card lacks, and of registers that are no tails */
static void test_doorbell_elsewhere(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, TXQS, RXQS);

	simhw_bus_ops.doorbell(card, SIMNIC_TXQ_TAIL(TXQS), 1);
	simhw_bus_ops.doorbell(card, SIMNIC_TXQ_TAIL(SIMNIC_MAX_QUEUES), 1);
	simhw_bus_ops.doorbell(card, SIMNIC_RXQ_TAIL(RXQS), 1);
	KUNIT_EXPECT_EQ(test, unknown(card), 3);
	simhw_bus_ops.doorbell(card, SIMNIC_MAXFRAME, 1000);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_MAXFRAME), 1000);
	simhw_bus_ops.doorbell(card, SIMNIC_ID, 1);
	KUNIT_EXPECT_EQ(test, refused(card), 1);
	KUNIT_EXPECT_EQ(test, unknown(card), 3);
}

/* The smallest and the largest card */
static void test_sizes(struct kunit *test)
{
	static const struct { u32 txq, rxq, vec; } sizes[] = {
		{ 1, 1, 2 }, { 1, 16, 17 }, { 16, 1, 17 }, { 16, 16, 17 }, { 5, 7, 8 },
	};
	struct simhw_card *card;
	u32 i, n;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		card = simhw_test_card(test, sizes[i].txq, sizes[i].rxq);
		KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_CAPS), SIMNIC_CAPS_SHARE |
				sizes[i].txq | sizes[i].rxq << 8 | sizes[i].vec << 16);
		for (n = 0; n < SIMNIC_MAX_VECTORS; n++)
			KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_VEC_MASK_SET(n)),
					n < sizes[i].vec);
		for (n = 0; n < SIMNIC_MAX_QUEUES; n++) {
			simhw_test_wr(card, SIMNIC_TXQ_LEN(n), 64);
			KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_TXQ_LEN(n)),
					n < sizes[i].txq ? 64 : 0);
			simhw_test_wr(card, SIMNIC_RXQ_LEN(n), 64);
			KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_RXQ_LEN(n)),
					n < sizes[i].rxq ? 64 : 0);
		}
	}
}

static void test_mask(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, TXQS, RXQS);
	static const struct { u32 reg, val, mask; } steps[] = {
		{ SIMNIC_VEC_MASK_CLR(2), 0, 1 },
		{ SIMNIC_VEC_MASK_CLR(2), 0xfffffffe, 1 },
		{ SIMNIC_VEC_MASK_CLR(2), 1, 0 },
		{ SIMNIC_VEC_MASK_SET(2), 0, 0 },
		{ SIMNIC_VEC_MASK_SET(2), 2, 0 },
		{ SIMNIC_VEC_MASK_SET(2), 1, 1 },
		{ SIMNIC_VEC_MASK_SET(2), 1, 1 },
		{ SIMNIC_VEC_MASK_CLR(2), 3, 0 },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		simhw_test_wr(card, steps[i].reg, steps[i].val);
		KUNIT_EXPECT_EQ_MSG(test, simhw_test_rd(card, SIMNIC_VEC_MASK_SET(2)),
				    steps[i].mask, "step %u", i);
		KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_VEC_MASK_CLR(2)), steps[i].mask);
		KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_VEC_MASK_SET(1)), 1);
	}
	simhw_test_wr(card, SIMNIC_VEC_CAUSE_SET(2), SIMNIC_CAUSE_RX);
	simhw_test_wr(card, SIMNIC_VEC_CAUSE_SET(1), SIMNIC_CAUSE_RX);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_ISR), BIT(2));
}

/* The high word is that of when the low word was read, for each counter by itself. */
static void expect_latch(struct kunit *test, struct simhw_card *card, u32 lo, u32 hi,
			 void (*add)(struct simhw_card *card, u64 n))
{
	add(card, 0x1ffffffff);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, hi), 0);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, lo), 0xffffffff);
	add(card, 2);
	simhw_test_rd(card, SIMNIC_STAT_LO(SIMNIC_STAT_RX_OVERSIZE));
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, hi), 1);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, hi), 1);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, lo), 1);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, hi), 2);
}

static void add_cold(struct simhw_card *card, u64 n)
{
	atomic64_add(n, &card->cold[SIMNIC_STAT_RX_FILTERED]);
}

static void add_stat(struct simhw_stats *stats, enum simnic_stat stat, u64 n)
{
	u64_stats_update_begin(&stats->sync);
	u64_stats_add(&stats->n[stat], n);
	u64_stats_update_end(&stats->sync);
}

static void add_tx_frames(struct simhw_card *card, u64 n)
{
	add_stat(&card->txq[1].stats, SIMNIC_STAT_TX_FRAMES, n);
}

static void add_tx_bytes(struct simhw_card *card, u64 n)
{
	add_stat(&card->txq[2].stats, SIMNIC_STAT_TX_BYTES, n);
}

static void add_rx_bytes(struct simhw_card *card, u64 n)
{
	add_stat(&card->rxq[1].stats, SIMNIC_STAT_RX_BYTES, n);
}

static void add_rx_missed(struct simhw_card *card, u64 n)
{
	add_stat(&card->rxq[0].stats, SIMNIC_STAT_RX_MISSED, n);
}

static void test_latch(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, TXQS, RXQS);

	expect_latch(test, card, SIMNIC_STAT_LO(SIMNIC_STAT_RX_FILTERED),
		     SIMNIC_STAT_HI(SIMNIC_STAT_RX_FILTERED), add_cold);
	expect_latch(test, card, SIMNIC_TXQ_FRAMES_LO(1), SIMNIC_TXQ_FRAMES_HI(1), add_tx_frames);
	expect_latch(test, card, SIMNIC_TXQ_BYTES_LO(2), SIMNIC_TXQ_BYTES_HI(2), add_tx_bytes);
	expect_latch(test, card, SIMNIC_RXQ_BYTES_LO(1), SIMNIC_RXQ_BYTES_HI(1), add_rx_bytes);
	expect_latch(test, card, SIMNIC_RXQ_MISSED_LO(0), SIMNIC_RXQ_MISSED_HI(0), add_rx_missed);
}

/* The card's counters are the sums of its queues', and survive RESET. */
static void test_sums(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, TXQS, RXQS);
	u32 stat, i;

	for (stat = 0; stat < SIMNIC_STATS; stat++) {
		for (i = 0; i < TXQS; i++)
			add_stat(&card->txq[i].stats, stat, 1 + stat);
		for (i = 0; i < RXQS; i++)
			add_stat(&card->rxq[i].stats, stat, 1000);
		atomic64_add(7, &card->cold[stat]);
	}
	reset(test, card);
	for (stat = 0; stat < SIMNIC_STATS; stat++)
		KUNIT_EXPECT_EQ(test, simhw_test_stat(card, stat),
				TXQS * (1 + stat) + RXQS * 1000 + 7);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_TXQ_FRAMES_LO(1)), 1);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_RXQ_MISSED_LO(1)), 1000);
}

/* A card that is no longer there */
static void test_gone(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, TXQS, RXQS);
	struct simnic_share share;
	const struct reg_row *row;

	card->gone = true;
	for (row = rows; row < rows + ARRAY_SIZE(rows); row++) {
		KUNIT_EXPECT_EQ(test, simhw_test_rd(card, row->reg), U32_MAX);
		write_all(card, row, 0);
	}
	simhw_bus_ops.doorbell(card, SIMNIC_TXQ_TAIL(0), 1);
	KUNIT_EXPECT_FALSE(test, simhw_bus_ops.take(card, 0, 0, &share));
	card->gone = false;
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_MAXFRAME), 1514);
	KUNIT_EXPECT_EQ(test, refused(card) + unknown(card), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(test_power_on),
	KUNIT_CASE_PARAM(test_write, row_gen_params),
	KUNIT_CASE(test_reset),
	KUNIT_CASE(test_write_in_reset),
	KUNIT_CASE(test_doorbell_in_reset),
	KUNIT_CASE(test_reset_time),
	KUNIT_CASE(test_unknown),
	KUNIT_CASE(test_unknown_write),
	KUNIT_CASE(test_odd),
	KUNIT_CASE(test_doorbell_elsewhere),
	KUNIT_CASE(test_sizes),
	KUNIT_CASE(test_mask),
	KUNIT_CASE(test_latch),
	KUNIT_CASE(test_sums),
	KUNIT_CASE(test_gone),
	{}
};

static struct kunit_suite suite = {
	.name = "simhw_regs",
	.suite_exit = simhw_test_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
