// SPDX-License-Identifier: GPL-2.0
/* simnic card: unit tests of the PHY: its registers, and how two get along */
#include <linux/bitfield.h>
#include <linux/mii.h>

#include "../wire.h"
#include "test.h"

#define ALL_SPEEDS	GENMASK(11, 0)
#define PAUSE		ADVERTISE_PAUSE_CAP
#define ASYM		ADVERTISE_PAUSE_ASYM

/* -- Registers -------------------------------------------------------------- */

static u32 mdio(struct simhw_card *card, u32 reg, u32 flags)
{
	simhw_test_wr(card, SIMNIC_MDIC, FIELD_PREP(SIMNIC_MDIC_REG, reg) | flags);
	return simhw_test_rd(card, SIMNIC_MDIC);
}

static u16 mdio_rd(struct kunit *test, struct simhw_card *card, u32 reg)
{
	u32 want = SIMNIC_MDIC_READY | FIELD_PREP(SIMNIC_MDIC_REG, reg);
	u32 val = mdio(card, reg, 0);

	KUNIT_EXPECT_EQ_MSG(test, val & ~SIMNIC_MDIC_DATA, want, "%u", reg);
	return val & SIMNIC_MDIC_DATA;
}

/* True, if there is such a register */
static bool mdio_wr(struct simhw_card *card, u32 reg, u16 data)
{
	u32 val = mdio(card, reg, SIMNIC_MDIC_WRITE | data);

	return (val & SIMNIC_MDIC_READY) && !(val & SIMNIC_MDIC_ERROR);
}

/**
 * struct phy_reg - a register of the PHY
 * @name: for the log
 * @reg: its number
 * @reset: reset value
 * @bits: that can be written
 * @ro: read-only
 */
struct phy_reg {
	const char *name;
	u32 reg;
	u16 reset;
	u16 bits;
	bool ro;
};

static const struct phy_reg phy_regs[] = {
	{ "BMCR", MII_BMCR, BMCR_ANENABLE, BMCR_ANENABLE | BMCR_PDOWN, false },
	{ "BMSR", MII_BMSR, 0x7808, 0, true },
	{ "PHYSID1", MII_PHYSID1, 0x534e, 0, true },
	{ "PHYSID2", MII_PHYSID2, 0x4943, 0, true },
	{ "LPA", MII_LPA, 0, 0, true },
	{ "ADV_SPEED", SIMNIC_PHY_ADV_SPEED, ALL_SPEEDS, ALL_SPEEDS, false },
	{ "LPA_SPEED", SIMNIC_PHY_LPA_SPEED, 0, 0, true },
	{ "ADV_HALF", SIMNIC_PHY_ADV_HALF, 0x7, 0x7, false },
	{ "LPA_HALF", SIMNIC_PHY_LPA_HALF, 0, 0, true },
	/* those with rules of their own */
	{ "ADVERTISE", MII_ADVERTISE, 0x5e1, 0, true },
	{ "FORCE", SIMNIC_PHY_FORCE, 0x12, 0, true },
};

KUNIT_ARRAY_PARAM_DESC(phy_reg, phy_regs, name);

static void test_register(struct kunit *test)
{
	/* without the bits of BMCR that do something */
	static const u16 patterns[] = { 0x5dff, 0x1555, 0x4aaa, 0x0000 };
	struct simhw_card *card = simhw_test_card(test, 1, 1);
	const struct phy_reg *row = test->param_value;
	u32 i;

	KUNIT_EXPECT_EQ(test, mdio_rd(test, card, row->reg), row->reset);
	for (i = 0; i < ARRAY_SIZE(patterns) && !row->ro; i++) {
		KUNIT_EXPECT_TRUE(test, mdio_wr(card, row->reg, patterns[i]));
		KUNIT_EXPECT_EQ(test, mdio_rd(test, card, row->reg), patterns[i] & row->bits);
	}

	/* RESET of the card leaves it alone, RESET of the PHY does not. */
	simhw_test_wr(card, SIMNIC_CTRL, SIMNIC_CTRL_RESET);
	KUNIT_ASSERT_TRUE(test, simhw_test_wait(card, SIMNIC_CTRL, 0));
	KUNIT_EXPECT_EQ(test, mdio_rd(test, card, row->reg), row->ro ? row->reset : 0);
	KUNIT_EXPECT_TRUE(test, mdio_wr(card, MII_BMCR, BMCR_RESET));
	KUNIT_EXPECT_EQ(test, mdio_rd(test, card, row->reg), row->reset);
}

/* Which of the 32 there are, and which can be written */
static void test_all_registers(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, 1, 1);
	u32 readable = GENMASK(5, 0) | GENMASK(20, 16);
	u32 writable = BIT(MII_BMCR) | BIT(MII_ADVERTISE) | BIT(SIMNIC_PHY_ADV_SPEED) |
		       BIT(SIMNIC_PHY_FORCE) | BIT(SIMNIC_PHY_ADV_HALF);
	u32 reg;

	for (reg = 0; reg < 32; reg++) {
		KUNIT_EXPECT_EQ_MSG(test, !(mdio(card, reg, 0) & SIMNIC_MDIC_ERROR),
				    !!(readable & BIT(reg)), "read of %u", reg);
		KUNIT_EXPECT_EQ_MSG(test, mdio_wr(card, reg, 0), !!(writable & BIT(reg)),
				    "write of %u", reg);
	}
}

/* ADVERTISE: pause can be written, the rest follows the vendor's registers. */
static void test_advertise(struct kunit *test)
{
	static const struct { u16 speed, half, adv; } rows[] = {
		{ 0, 0, 0 }, { BIT(0), 0, ADVERTISE_10FULL }, { BIT(1), 0, ADVERTISE_100FULL },
		{ BIT(2), BIT(2), 0 }, { 0, BIT(0), ADVERTISE_10HALF },
		{ 0, BIT(1), ADVERTISE_100HALF }, { ALL_SPEEDS, 7, ADVERTISE_ALL },
	};
	static const u16 pauses[] = { 0, PAUSE, ASYM, PAUSE | ASYM };
	struct simhw_card *card = simhw_test_card(test, 1, 1);
	u32 i, p;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		mdio_wr(card, SIMNIC_PHY_ADV_SPEED, rows[i].speed);
		mdio_wr(card, SIMNIC_PHY_ADV_HALF, rows[i].half);
		for (p = 0; p < ARRAY_SIZE(pauses); p++) {
			mdio_wr(card, MII_ADVERTISE, ~(PAUSE | ASYM) | pauses[p]);
			KUNIT_EXPECT_EQ(test, mdio_rd(test, card, MII_ADVERTISE),
					ADVERTISE_CSMA | rows[i].adv | pauses[p]);
		}
	}
}

/* Half duplex ends at 1000, and speeds at the last. */
static void test_force_register(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, 1, 1);
	u16 val, was = 0x12;
	bool good;

	for (val = 0; val < 32; val++) {
		good = (val & 15) < SIMNIC_SPEEDS &&
		       ((val & SIMNIC_PHY_FORCE_DUPLEX) || (val & 15) <= SIMNIC_SPEED_1000);
		KUNIT_EXPECT_EQ_MSG(test, mdio_wr(card, SIMNIC_PHY_FORCE, val | 0xffe0), good,
				    "%02x", val);
		was = good ? val : was;
		KUNIT_EXPECT_EQ(test, mdio_rd(test, card, SIMNIC_PHY_FORCE), was);
	}
}

/* -- Autonegotiation -------------------------------------------------------- */

/**
 * struct end - one PHY
 * @aneg: it negotiates
 * @full: speeds that it advertises, or the one that is forced
 * @half: the same at half duplex
 */
struct end {
	bool aneg;
	u16 full;
	u16 half;
};

/**
 * struct resolve_row - two PHYs, and what comes of it
 * @name: for the log
 * @a: one end
 * @b: the other
 * @link: there is a link
 * @speed: at which speed
 * @full_a: the first end takes it for full duplex
 * @full_b: the second does
 */
struct resolve_row {
	const char *name;
	struct end a;
	struct end b;
	bool link;
	u8 speed;
	bool full_a;
	bool full_b;
};

#define S(speed)	BIT(SIMNIC_SPEED_##speed)

static const struct resolve_row resolve_rows[] = {
	{ "all of both", { true, ALL_SPEEDS, 7 }, { true, ALL_SPEEDS, 7 },
	  true, SIMNIC_SPEED_400000, true, true },
	{ "one has just one", { true, ALL_SPEEDS, 7 }, { true, S(2500), 0 },
	  true, SIMNIC_SPEED_2500, true, true },
	{ "fastest in common", { true, S(10000) | S(1000) | S(100), 0 },
	  { true, S(25000) | S(1000) | S(100), 0 }, true, SIMNIC_SPEED_1000, true, true },
	{ "nothing in common", { true, S(1000), 0 }, { true, S(100), 0 }, false, 0, false, false },
	{ "nothing at all", { true, 0, 0 }, { true, ALL_SPEEDS, 7 }, false, 0, false, false },
	{ "full duplex preferred", { true, S(100), S(100) }, { true, S(100), S(100) },
	  true, SIMNIC_SPEED_100, true, true },
	{ "only half duplex", { true, 0, S(10) | S(100) }, { true, ALL_SPEEDS, 7 },
	  true, SIMNIC_SPEED_100, false, false },
	{ "faster beats full duplex", { true, S(10), S(1000) }, { true, S(10), S(1000) },
	  true, SIMNIC_SPEED_1000, false, false },
	{ "full here, half there", { true, S(100), 0 }, { true, 0, S(100) },
	  false, 0, false, false },
	{ "one forced", { true, ALL_SPEEDS, 7 }, { false, S(10000), 0 },
	  true, SIMNIC_SPEED_10000, true, true },
	{ "one forced to half duplex", { true, ALL_SPEEDS, 7 }, { false, 0, S(100) },
	  true, SIMNIC_SPEED_100, false, false },
	{ "one forced to what the other lacks", { true, S(1000), 7 }, { false, S(10000), 0 },
	  false, 0, false, false },
	{ "one forced to half duplex that the other lacks", { true, S(100), 0 },
	  { false, 0, S(100) }, false, 0, false, false },
	{ "both forced alike", { false, S(25000), 0 }, { false, S(25000), 0 },
	  true, SIMNIC_SPEED_25000, true, true },
	{ "both forced to other speeds", { false, S(25000), 0 }, { false, S(10000), 0 },
	  false, 0, false, false },
	{ "both forced, duplex mismatch", { false, S(100), 0 }, { false, 0, S(100) },
	  true, SIMNIC_SPEED_100, true, false },
};

KUNIT_ARRAY_PARAM_DESC(resolve, resolve_rows, name);

static void set_end(struct simhw_card *card, const struct end *end)
{
	u16 force = end->full ? SIMNIC_PHY_FORCE_DUPLEX | __ffs(end->full) :
		    end->half ? __ffs(end->half) : 0;

	mdio_wr(card, SIMNIC_PHY_ADV_SPEED, end->full);
	mdio_wr(card, SIMNIC_PHY_ADV_HALF, end->half);
	mdio_wr(card, SIMNIC_PHY_FORCE, force);
	mdio_wr(card, MII_BMCR, end->aneg ? BMCR_ANENABLE : 0);
}

static void expect_mode(struct kunit *test, struct simhw_card *card, bool full)
{
	const struct resolve_row *row = test->param_value;
	u32 pause = SIMNIC_STATUS_TX_PAUSE | SIMNIC_STATUS_RX_PAUSE;
	u32 status = simhw_test_rd(card, SIMNIC_STATUS);

	KUNIT_EXPECT_EQ(test, !!(status & SIMNIC_STATUS_LINK), row->link);
	KUNIT_EXPECT_EQ(test, simhw_test_field(SIMNIC_STATUS_SPEED, status), row->speed);
	KUNIT_EXPECT_EQ(test, !!(status & SIMNIC_STATUS_DUPLEX), full);
	KUNIT_EXPECT_TRUE(test, status & SIMNIC_STATUS_CABLE);
	if (!full)
		KUNIT_EXPECT_FALSE(test, status & pause);
}

/* What each learns of the other, and that it is done */
static void expect_learned(struct kunit *test, struct simhw_card *card, const struct end *end,
			   const struct end *partner)
{
	const struct resolve_row *row = test->param_value;
	bool heard = end->aneg && partner->aneg;
	u16 bmsr;

	KUNIT_EXPECT_EQ(test, mdio_rd(test, card, SIMNIC_PHY_LPA_SPEED), heard ? partner->full : 0);
	KUNIT_EXPECT_EQ(test, mdio_rd(test, card, SIMNIC_PHY_LPA_HALF), heard ? partner->half : 0);
	KUNIT_EXPECT_EQ(test, !!(mdio_rd(test, card, MII_LPA) & LPA_LPACK), heard);
	mdio_rd(test, card, MII_BMSR);
	bmsr = mdio_rd(test, card, MII_BMSR);
	KUNIT_EXPECT_EQ(test, !!(bmsr & BMSR_LSTATUS), row->link);
	KUNIT_EXPECT_EQ(test, !!(bmsr & BMSR_ANEGCOMPLETE), row->link && end->aneg);
}

static void test_resolve(struct kunit *test)
{
	const struct resolve_row *row = test->param_value;
	struct simhw_card *a = simhw_test_card(test, 1, 1);
	struct simhw_card *b = simhw_test_card(test, 1, 1);

	simhw_test_link(test, a, b);
	set_end(a, &row->a);
	set_end(b, &row->b);
	expect_mode(test, a, row->full_a);
	expect_mode(test, b, row->full_b);
	expect_learned(test, a, &row->a, &row->b);
	expect_learned(test, b, &row->b, &row->a);
}

/* Every speed, negotiated and forced */
static void test_speeds(struct kunit *test)
{
	struct simhw_card *a = simhw_test_card(test, 1, 1);
	struct simhw_card *b = simhw_test_card(test, 1, 1);
	struct end end = {};
	u32 speed, aneg, status;

	simhw_test_link(test, a, b);
	for (speed = 0; speed < SIMNIC_SPEEDS; speed++) {
		for (aneg = 0; aneg < 2; aneg++) {
			end = (struct end){ .aneg = aneg, .full = BIT(speed) };
			set_end(a, &end);
			set_end(b, &end);
			KUNIT_EXPECT_EQ(test, simhw_test_rd(a, SIMNIC_STATUS),
					simhw_test_rd(b, SIMNIC_STATUS));
			status = simhw_test_rd(a, SIMNIC_STATUS);
			KUNIT_EXPECT_EQ(test, simhw_test_field(SIMNIC_STATUS_SPEED, status), speed);
			KUNIT_EXPECT_TRUE(test, status & SIMNIC_STATUS_LINK);
		}
	}
}

/* Link down is latched in BMSR until it is read. */
static void test_bmsr_latch(struct kunit *test)
{
	struct simhw_card *a = simhw_test_card(test, 1, 1);
	struct simhw_card *b = simhw_test_card(test, 1, 1);

	simhw_test_link(test, a, b);
	KUNIT_EXPECT_FALSE(test, mdio_rd(test, a, MII_BMSR) & BMSR_LSTATUS);
	KUNIT_EXPECT_TRUE(test, mdio_rd(test, a, MII_BMSR) & BMSR_LSTATUS);
	KUNIT_EXPECT_TRUE(test, mdio_rd(test, a, MII_BMSR) & BMSR_LSTATUS);
	simhw_wire_seat(b, false);
	simhw_wire_seat(b, true);
	KUNIT_EXPECT_FALSE(test, mdio_rd(test, a, MII_BMSR) & BMSR_LSTATUS);
	KUNIT_EXPECT_TRUE(test, mdio_rd(test, a, MII_BMSR) & BMSR_LSTATUS);
	simhw_wire_seat(b, false);
	KUNIT_EXPECT_FALSE(test, mdio_rd(test, a, MII_BMSR) & BMSR_LSTATUS);
	KUNIT_EXPECT_FALSE(test, mdio_rd(test, a, MII_BMSR) & BMSR_LSTATUS);
	/* it was still down after that was read */
	simhw_wire_seat(b, true);
	KUNIT_EXPECT_FALSE(test, mdio_rd(test, a, MII_BMSR) & BMSR_LSTATUS);
	KUNIT_EXPECT_TRUE(test, mdio_rd(test, a, MII_BMSR) & BMSR_LSTATUS);
}

/* A restart breaks the link for a moment, at both ends. */
static void test_restart(struct kunit *test)
{
	struct simhw_card *a = simhw_test_card(test, 1, 1);
	struct simhw_card *b = simhw_test_card(test, 1, 1);

	simhw_test_link(test, a, b);
	simhw_test_wr(a, SIMNIC_VEC_CAUSE(0), SIMNIC_CAUSE_ALL);
	simhw_test_wr(b, SIMNIC_VEC_CAUSE(0), SIMNIC_CAUSE_ALL);
	mdio_rd(test, b, MII_BMSR);
	mdio_rd(test, b, MII_BMSR);
	KUNIT_EXPECT_TRUE(test, mdio_wr(a, MII_BMCR, BMCR_ANENABLE | BMCR_ANRESTART));
	KUNIT_EXPECT_EQ(test, mdio_rd(test, a, MII_BMCR), BMCR_ANENABLE);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(a, SIMNIC_VEC_CAUSE(0)), SIMNIC_CAUSE_LINK);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(b, SIMNIC_VEC_CAUSE(0)), SIMNIC_CAUSE_LINK);
	KUNIT_EXPECT_TRUE(test, simhw_test_rd(b, SIMNIC_STATUS) & SIMNIC_STATUS_LINK);
	KUNIT_EXPECT_FALSE(test, mdio_rd(test, b, MII_BMSR) & BMSR_LSTATUS);
	KUNIT_EXPECT_TRUE(test, mdio_rd(test, b, MII_BMSR) & BMSR_LSTATUS);
}

/* -- Pause: IEEE 802.3, table 28B-3 ------------------------------------------ */

/**
 * struct pause_row - what two ends advertise, and what they may do
 * @a: one end's pause bits
 * @b: the other's
 * @tx: the first may send pause frames, and the second honours them
 * @rx: the first honours them, and the second may send
 */
struct pause_row {
	u16 a;
	u16 b;
	bool tx;
	bool rx;
};

static const struct pause_row pause_rows[] = {
	{ 0, 0, false, false },
	{ 0, ASYM, false, false },
	{ 0, PAUSE, false, false },
	{ 0, PAUSE | ASYM, false, false },
	{ ASYM, 0, false, false },
	{ ASYM, ASYM, false, false },
	{ ASYM, PAUSE, false, false },
	{ ASYM, PAUSE | ASYM, true, false },
	{ PAUSE, 0, false, false },
	{ PAUSE, ASYM, false, false },
	{ PAUSE, PAUSE, true, true },
	{ PAUSE, PAUSE | ASYM, true, true },
	{ PAUSE | ASYM, 0, false, false },
	{ PAUSE | ASYM, ASYM, false, true },
	{ PAUSE | ASYM, PAUSE, true, true },
	{ PAUSE | ASYM, PAUSE | ASYM, true, true },
};

static void pause_desc(const struct pause_row *row, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "PAUSE %u ASM_DIR %u, partner PAUSE %u ASM_DIR %u",
		 !!(row->a & PAUSE), !!(row->a & ASYM), !!(row->b & PAUSE), !!(row->b & ASYM));
}

KUNIT_ARRAY_PARAM(pause, pause_rows, pause_desc);

static u32 pause_status(struct simhw_card *card)
{
	return simhw_test_rd(card, SIMNIC_STATUS) &
	       (SIMNIC_STATUS_TX_PAUSE | SIMNIC_STATUS_RX_PAUSE);
}

static u32 pause_bits(bool tx, bool rx)
{
	return (tx ? SIMNIC_STATUS_TX_PAUSE : 0) | (rx ? SIMNIC_STATUS_RX_PAUSE : 0);
}

static void test_pause(struct kunit *test)
{
	static const struct end forced = { .full = S(1000) };
	const struct pause_row *row = test->param_value;
	struct simhw_card *a = simhw_test_card(test, 1, 1);
	struct simhw_card *b = simhw_test_card(test, 1, 1);
	u32 val;

	simhw_test_link(test, a, b);
	mdio_wr(a, MII_ADVERTISE, row->a);
	mdio_wr(b, MII_ADVERTISE, row->b);
	KUNIT_EXPECT_EQ(test, pause_status(a), pause_bits(row->tx, row->rx));
	KUNIT_EXPECT_EQ(test, pause_status(b), pause_bits(row->rx, row->tx));

	/* What the driver forces holds whatever was agreed... */
	for (val = 0; val < 4; val++) {
		simhw_test_wr(a, SIMNIC_PAUSE, val);
		KUNIT_EXPECT_EQ(test, pause_status(a),
				pause_bits(val & SIMNIC_PAUSE_TX, val & SIMNIC_PAUSE_RX));
		KUNIT_EXPECT_EQ(test, pause_status(b), pause_bits(row->rx, row->tx));
	}
	/* ...and where nothing was. */
	simhw_test_wr(a, SIMNIC_PAUSE, SIMNIC_PAUSE_AUTO | SIMNIC_PAUSE_RX);
	set_end(b, &forced);
	KUNIT_EXPECT_EQ(test, pause_status(a), SIMNIC_STATUS_RX_PAUSE);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(test_register, phy_reg_gen_params),
	KUNIT_CASE(test_all_registers),
	KUNIT_CASE(test_advertise),
	KUNIT_CASE(test_force_register),
	KUNIT_CASE_PARAM(test_resolve, resolve_gen_params),
	KUNIT_CASE(test_speeds),
	KUNIT_CASE(test_bmsr_latch),
	KUNIT_CASE(test_restart),
	KUNIT_CASE_PARAM(test_pause, pause_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "simhw_phy",
	.suite_exit = simhw_test_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
