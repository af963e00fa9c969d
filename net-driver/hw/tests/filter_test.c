// SPDX-License-Identifier: GPL-2.0
/* simnic card: unit tests of the receive filters, through their registers */
#include <linux/unaligned.h>

#include "test.h"

#define PROMISC		SIMNIC_RXCTRL_PROMISC
#define ALLMULTI	SIMNIC_RXCTRL_ALLMULTI
#define VLAN_FILTER	SIMNIC_RXCTRL_VLAN_FILTER

/* Bits of struct addr_row.in: which filters the address is in */
#define MAC	BIT(0)
#define UC_0	BIT(1)
#define UC_15	BIT(2)
#define UC_OFF	BIT(3)	/* in a filter without VALID */
#define HASH	BIT(4)

/**
 * struct addr_row - a frame's destination, and whether it is taken
 * @name: for the log
 * @dst: destination
 * @in: filters that are set to it
 * @rxctrl: bits of the RXCTRL register
 * @pass: it is taken
 */
struct addr_row {
	const char *name;
	u8 dst[6];
	u32 in;
	u32 rxctrl;
	bool pass;
};

#define UNICAST		{ 0x02, 0x11, 0x22, 0x33, 0x44, 0x55 }
#define MULTICAST	{ 0x01, 0x00, 0x5e, 0x12, 0x34, 0x56 }
#define BROADCAST	{ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }

static const struct addr_row rows[] = {
	{ "own address", UNICAST, MAC, 0, true },
	{ "other address", UNICAST, 0, 0, false },
	{ "first further address", UNICAST, UC_0, 0, true },
	{ "last further address", UNICAST, UC_15, 0, true },
	{ "invalid further address", UNICAST, UC_OFF, 0, false },
	{ "other address, promiscuous", UNICAST, 0, PROMISC, true },
	{ "other address, all multicasts", UNICAST, 0, ALLMULTI, false },
	{ "unicast in the multicast table", UNICAST, HASH, 0, false },
	{ "multicast", MULTICAST, 0, 0, false },
	{ "multicast in the table", MULTICAST, HASH, 0, true },
	{ "all multicasts", MULTICAST, 0, ALLMULTI, true },
	{ "multicast, promiscuous", MULTICAST, 0, PROMISC, true },
	{ "broadcast", BROADCAST, 0, 0, true },
	{ "broadcast, promiscuous", BROADCAST, 0, PROMISC, true },
	{ "no address at all", { }, 0, 0, false },
};

KUNIT_ARRAY_PARAM_DESC(row, rows, name);

static void set_uc(struct simhw_card *card, u32 i, const u8 *addr, u32 valid)
{
	simhw_test_wr(card, SIMNIC_UC_LO(i), get_unaligned_le32(addr));
	simhw_test_wr(card, SIMNIC_UC_HI(i), get_unaligned_le16(addr + 4) | valid);
}

static u32 hash_bit(const u8 *addr)
{
	return (addr[4] >> 4) | (addr[5] << 4);
}

static void set_filters(struct simhw_card *card, u32 in, const u8 *addr)
{
	if (in & MAC) {
		simhw_test_wr(card, SIMNIC_MAC_LO, get_unaligned_le32(addr));
		simhw_test_wr(card, SIMNIC_MAC_HI, get_unaligned_le16(addr + 4));
	}
	if (in & UC_0)
		set_uc(card, 0, addr, SIMNIC_UC_HI_VALID);
	if (in & UC_15)
		set_uc(card, 15, addr, SIMNIC_UC_HI_VALID);
	if (in & UC_OFF)
		set_uc(card, 7, addr, 0);
	if (in & HASH)
		simhw_test_wr(card, SIMNIC_MC_HASH(hash_bit(addr) / 32), BIT(hash_bit(addr) % 32));
}

static void test_addr(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, 1, 1);
	const struct addr_row *row = test->param_value;

	set_filters(card, row->in, row->dst);
	simhw_test_wr(card, SIMNIC_RXCTRL, row->rxctrl);
	KUNIT_EXPECT_EQ(test, simhw_filter_addr(card, row->dst), row->pass);
}

/* One bit off in any position is another address. */
static void test_every_bit(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, 1, 1);
	static const u8 addr[6] = UNICAST;
	u8 dst[6];
	u32 bit;

	set_filters(card, MAC | UC_0, addr);
	for (bit = 0; bit < 48; bit++) {
		memcpy(dst, addr, sizeof(dst));
		dst[bit / 8] ^= BIT(bit % 8);
		KUNIT_EXPECT_FALSE_MSG(test, simhw_filter_addr(card, dst), "bit %u", bit);
	}
	KUNIT_EXPECT_TRUE(test, simhw_filter_addr(card, addr));
}

/* With one bit of the table set, just the addresses with that hash pass. */
static void test_hash(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, 1, 1);
	u8 dst[6] = { 0x33, 0x33 };
	u32 bit, other;

	for (bit = 0; bit < SIMNIC_MC_HASH_BITS; bit++) {
		simhw_test_wr(card, SIMNIC_MC_HASH(bit / 32), BIT(bit % 32));
		dst[4] = bit << 4 | 5;
		dst[5] = bit >> 4;
		if (!simhw_filter_addr(card, dst))
			KUNIT_FAIL(test, "bit %u does not let its addresses pass", bit);
		other = (bit + 1) % SIMNIC_MC_HASH_BITS;
		dst[4] = other << 4;
		dst[5] = other >> 4;
		if (simhw_filter_addr(card, dst))
			KUNIT_FAIL(test, "bit %u lets others pass", bit);
		simhw_test_wr(card, SIMNIC_MC_HASH(bit / 32), 0);
	}
}

static void test_vlan(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, 1, 1);
	struct simhw_frame f = { .tagged = true };
	u32 vid;

	for (vid = 0; vid < 4096; vid++) {
		simhw_test_wr(card, SIMNIC_RXCTRL, VLAN_FILTER);
		simhw_test_wr(card, SIMNIC_VLAN_FILTER(vid / 32), BIT(vid % 32));
		f.vlan_tci = 0xf000 | vid;
		if (!simhw_filter_vlan(card, &f))
			KUNIT_FAIL(test, "VLAN %u does not pass", vid);
		f.vlan_tci = (vid + 1) & 0xfff;
		if (simhw_filter_vlan(card, &f))
			KUNIT_FAIL(test, "VLAN %u lets its neighbour pass", vid);
		f.vlan_tci = vid ^ 0x800;
		if (simhw_filter_vlan(card, &f))
			KUNIT_FAIL(test, "VLAN %u lets VLAN %u pass", vid, vid ^ 0x800);
		simhw_test_wr(card, SIMNIC_VLAN_FILTER(vid / 32), 0);
	}
}

/* When the VLAN filter is not asked */
static void test_vlan_off(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, 1, 1);
	static const struct { u32 rxctrl; bool tagged, pass; } steps[] = {
		{ 0, true, true }, { 0, false, true },
		{ VLAN_FILTER, true, false }, { VLAN_FILTER, false, true },
		{ VLAN_FILTER | PROMISC, true, true }, { VLAN_FILTER | PROMISC, false, true },
		{ VLAN_FILTER | ALLMULTI, true, false },
		{ VLAN_FILTER | SIMNIC_RXCTRL_VLAN_STRIP, true, false },
	};
	struct simhw_frame f = { .vlan_tci = 5 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		simhw_test_wr(card, SIMNIC_RXCTRL, steps[i].rxctrl);
		f.tagged = steps[i].tagged;
		KUNIT_EXPECT_EQ_MSG(test, simhw_filter_vlan(card, &f), steps[i].pass, "%u", i);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(test_addr, row_gen_params),
	KUNIT_CASE(test_every_bit),
	KUNIT_CASE(test_hash),
	KUNIT_CASE(test_vlan),
	KUNIT_CASE(test_vlan_off),
	{}
};

static struct kunit_suite suite = {
	.name = "simhw_filter",
	.suite_exit = simhw_test_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
