// SPDX-License-Identifier: GPL-2.0
/* simnic card: unit tests of cables, and of when there is a link */
#include <linux/bitfield.h>
#include <linux/mii.h>

#include "../wire.h"
#include "test.h"

#define LINK	SIMNIC_STATUS_LINK
#define CABLE	SIMNIC_STATUS_CABLE
#define LINK_EN	SIMNIC_CTRL_LINK_EN

/* The link, the cable, and where frames would go */
static void expect_end(struct kunit *test, struct simhw_card *card, u32 status,
		       struct simhw_card *peer)
{
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_STATUS) & (LINK | CABLE), status);
	KUNIT_EXPECT_PTR_EQ(test, rcu_access_pointer(card->peer), peer);
}

static void expect_both(struct kunit *test, struct simhw_card *a, struct simhw_card *b, u32 status)
{
	expect_end(test, a, status, status & LINK ? b : NULL);
	expect_end(test, b, status, status & LINK ? a : NULL);
}

/* Did the link of both change since the last time? */
static void expect_changed(struct kunit *test, struct simhw_card *a, struct simhw_card *b,
			   bool changed)
{
	struct simhw_card *cards[] = { a, b };
	u32 i;

	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, simhw_test_rd(cards[i], SIMNIC_VEC_CAUSE(0)),
				changed ? SIMNIC_CAUSE_LINK : 0);
		simhw_test_wr(cards[i], SIMNIC_VEC_CAUSE(0), SIMNIC_CAUSE_ALL);
	}
}

static void mdio_wr(struct simhw_card *card, u32 reg, u16 data)
{
	simhw_test_wr(card, SIMNIC_MDIC, FIELD_PREP(SIMNIC_MDIC_REG, reg) | SIMNIC_MDIC_WRITE |
		      data);
}

/* A link takes a cable, seated at both ends, and power at both. */
static void test_link(struct kunit *test)
{
	struct simhw_card *a = simhw_test_card(test, 1, 1);
	struct simhw_card *b = simhw_test_card(test, 2, 3);

	expect_both(test, a, b, 0);
	KUNIT_ASSERT_EQ(test, simhw_wire_connect(a, b), 0);
	expect_both(test, a, b, CABLE);
	expect_changed(test, a, b, true);
	simhw_test_wr(a, SIMNIC_CTRL, LINK_EN);
	expect_both(test, a, b, CABLE);
	expect_changed(test, a, b, false);
	simhw_test_wr(b, SIMNIC_CTRL, LINK_EN);
	expect_both(test, a, b, CABLE | LINK);
	expect_changed(test, a, b, true);
	simhw_test_wr(a, SIMNIC_CTRL, 0);
	expect_both(test, a, b, CABLE);
	simhw_test_wr(a, SIMNIC_CTRL, LINK_EN);
	expect_both(test, a, b, CABLE | LINK);

	mdio_wr(b, MII_BMCR, BMCR_ANENABLE | BMCR_PDOWN);
	expect_both(test, a, b, CABLE);
	mdio_wr(b, MII_BMCR, BMCR_ANENABLE);
	expect_both(test, a, b, CABLE | LINK);
	simhw_wire_disconnect(b);
	expect_both(test, a, b, 0);
	simhw_wire_disconnect(b);
	simhw_wire_disconnect(a);
	expect_both(test, a, b, 0);
}

static void test_seat(struct kunit *test)
{
	struct simhw_card *a = simhw_test_card(test, 1, 1);
	struct simhw_card *b = simhw_test_card(test, 1, 1);

	simhw_test_link(test, a, b);
	expect_changed(test, a, b, true);
	simhw_wire_seat(a, false);
	expect_end(test, a, 0, NULL);
	expect_end(test, b, CABLE, NULL);
	expect_changed(test, a, b, true);
	simhw_wire_seat(b, false);
	expect_both(test, a, b, 0);
	simhw_wire_seat(a, true);
	expect_end(test, a, CABLE, NULL);
	simhw_wire_seat(b, true);
	expect_both(test, a, b, CABLE | LINK);
	expect_changed(test, a, b, true);
	simhw_wire_seat(b, true);
	expect_changed(test, a, b, false);
}

/* It is remembered where the plug is, also without a cable. */
static void test_seat_first(struct kunit *test)
{
	struct simhw_card *a = simhw_test_card(test, 1, 1);
	struct simhw_card *b = simhw_test_card(test, 1, 1);

	simhw_wire_seat(a, false);
	simhw_test_wr(a, SIMNIC_CTRL, LINK_EN);
	simhw_test_wr(b, SIMNIC_CTRL, LINK_EN);
	KUNIT_ASSERT_EQ(test, simhw_wire_connect(a, b), 0);
	expect_end(test, a, 0, NULL);
	expect_end(test, b, CABLE, NULL);
	simhw_wire_disconnect(a);
	simhw_wire_seat(a, true);
	expect_end(test, a, 0, NULL);
	KUNIT_ASSERT_EQ(test, simhw_wire_connect(b, a), 0);
	expect_both(test, a, b, CABLE | LINK);
}

/* What can not be cabled, which leaves all as it was */
static void test_refused(struct kunit *test)
{
	struct simhw_card *a = simhw_test_card(test, 1, 1);
	struct simhw_card *b = simhw_test_card(test, 1, 1);
	struct simhw_card *c = simhw_test_card(test, 1, 1);
	struct simhw_card *d = simhw_test_card(test, 1, 1);

	KUNIT_EXPECT_EQ(test, simhw_wire_connect(a, a), -EINVAL);
	simhw_test_link(test, a, b);
	KUNIT_EXPECT_EQ(test, simhw_wire_connect(a, a), -EINVAL);
	KUNIT_EXPECT_EQ(test, simhw_wire_connect(a, b), -EBUSY);
	KUNIT_EXPECT_EQ(test, simhw_wire_connect(b, a), -EBUSY);
	KUNIT_EXPECT_EQ(test, simhw_wire_connect(a, c), -EBUSY);
	KUNIT_EXPECT_EQ(test, simhw_wire_connect(c, b), -EBUSY);
	expect_both(test, a, b, CABLE | LINK);
	expect_end(test, c, 0, NULL);
	simhw_test_link(test, c, d);
	KUNIT_EXPECT_EQ(test, simhw_wire_connect(b, c), -EBUSY);

	/* Cables can be moved. */
	simhw_wire_disconnect(a);
	simhw_wire_disconnect(d);
	simhw_test_link(test, b, c);
	expect_both(test, b, c, CABLE | LINK);
	expect_both(test, a, d, 0);
}

/* In loopback a card is its own partner, with or without a cable. */
static void test_loopback(struct kunit *test)
{
	struct simhw_card *a = simhw_test_card(test, 1, 1);
	struct simhw_card *b = simhw_test_card(test, 1, 1);

	simhw_test_wr(a, SIMNIC_CTRL, LINK_EN | SIMNIC_CTRL_LOOPBACK);
	expect_end(test, a, LINK, a);
	simhw_test_wr(a, SIMNIC_CTRL, SIMNIC_CTRL_LOOPBACK);
	expect_end(test, a, 0, NULL);
	simhw_test_link(test, a, b);
	expect_both(test, a, b, CABLE | LINK);
	simhw_test_wr(a, SIMNIC_CTRL, LINK_EN | SIMNIC_CTRL_LOOPBACK);
	expect_end(test, a, CABLE | LINK, a);
	expect_end(test, b, CABLE, NULL);
	simhw_wire_seat(a, false);
	expect_end(test, a, LINK, a);
	simhw_wire_seat(a, true);
	simhw_test_wr(a, SIMNIC_CTRL, LINK_EN);
	expect_both(test, a, b, CABLE | LINK);
}

/* RESET takes the link down and leaves the cable; the other end notices. */
static void test_reset(struct kunit *test)
{
	struct simhw_card *a = simhw_test_card(test, 1, 1);
	struct simhw_card *b = simhw_test_card(test, 1, 1);

	simhw_test_link(test, a, b);
	simhw_test_wr(b, SIMNIC_VEC_CAUSE(0), SIMNIC_CAUSE_ALL);
	simhw_test_wr(a, SIMNIC_CTRL, SIMNIC_CTRL_RESET);
	KUNIT_ASSERT_TRUE(test, simhw_test_wait(a, SIMNIC_CTRL, 0));
	expect_both(test, a, b, CABLE);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(a, SIMNIC_VEC_CAUSE(0)), 0);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(b, SIMNIC_VEC_CAUSE(0)), SIMNIC_CAUSE_LINK);
	simhw_test_wr(a, SIMNIC_CTRL, LINK_EN);
	expect_both(test, a, b, CABLE | LINK);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(test_link),
	KUNIT_CASE(test_seat),
	KUNIT_CASE(test_seat_first),
	KUNIT_CASE(test_refused),
	KUNIT_CASE(test_loopback),
	KUNIT_CASE(test_reset),
	{}
};

static struct kunit_suite suite = {
	.name = "simhw_wire",
	.suite_exit = simhw_test_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
