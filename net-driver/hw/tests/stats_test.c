// SPDX-License-Identifier: GPL-2.0
/* simnic card: unit tests of how frames are counted, on the wire and by length */
#include <linux/etherdevice.h>

#include "test.h"

/**
 * struct count_row - a frame and what it is counted as
 * @name: for the log
 * @len: its bytes, without tag
 * @tagged: it has a tag
 * @segs: frames that it stands for
 * @mss: payload bytes of each but the last
 * @seg_hdr: header bytes of each
 * @bytes: on the wire
 * @bucket: counter by length, of all but the last
 * @last: the last one's
 */
struct count_row {
	const char *name;
	u32 len;
	bool tagged;
	u16 segs;
	u16 mss;
	u16 seg_hdr;
	u32 bytes;
	enum simnic_stat bucket;
	enum simnic_stat last;
};

#define ONE(_name, _len, _tagged, _bytes, _bucket) \
	{ _name, _len, _tagged, 1, 0, 0, _bytes, SIMNIC_STAT_TX_##_bucket, \
	  SIMNIC_STAT_TX_##_bucket }

static const struct count_row rows[] = {
	ONE("shortest", 14, false, 60, 64),
	ONE("padded", 59, false, 60, 64),
	ONE("64 with FCS", 60, false, 60, 64),
	ONE("65 with FCS", 61, false, 61, 65_127),
	ONE("127 with FCS", 123, false, 123, 65_127),
	ONE("128 with FCS", 124, false, 124, 128_255),
	ONE("255 with FCS", 251, false, 251, 128_255),
	ONE("256 with FCS", 252, false, 252, 256_511),
	ONE("511 with FCS", 507, false, 507, 256_511),
	ONE("512 with FCS", 508, false, 508, 512_1023),
	ONE("1023 with FCS", 1019, false, 1019, 512_1023),
	ONE("1024 with FCS", 1020, false, 1020, 1024_1518),
	ONE("1518 with FCS", 1514, false, 1514, 1024_1518),
	ONE("1519 with FCS", 1515, false, 1515, 1519_MAX),
	ONE("longest", 9728, false, 9728, 1519_MAX),
	ONE("tag, padded", 55, true, 60, 64),
	ONE("tag, just not padded", 57, true, 61, 65_127),
	ONE("tag makes it longer", 1514, true, 1518, 1519_MAX),
	{ "super-frame", 54 + 3500, false, 4, 1000, 54, 4 * 54 + 3500,
	  SIMNIC_STAT_TX_1024_1518, SIMNIC_STAT_TX_512_1023 },
	{ "super-frame, last is short", 54 + 2001, true, 3, 1000, 54, 2 * 1058 + 60,
	  SIMNIC_STAT_TX_1024_1518, SIMNIC_STAT_TX_64 },
	{ "super-frame, all full", 54 + 2000, false, 2, 1000, 54, 2 * 1054,
	  SIMNIC_STAT_TX_1024_1518, SIMNIC_STAT_TX_1024_1518 },
};

KUNIT_ARRAY_PARAM_DESC(row, rows, name);

static void expect_counters(struct kunit *test, const struct simhw_stats *stats, u32 base,
			    const u8 *addr)
{
	const struct count_row *row = test->param_value;
	u32 shift = base - SIMNIC_STAT_TX_FRAMES, stat, want;

	for (stat = 0; stat < SIMNIC_STATS; stat++) {
		want = 0;
		if (stat == base)
			want = row->segs;
		if (stat == SIMNIC_STAT_TX_BYTES + shift)
			want = row->bytes;
		if (stat == row->bucket + shift)
			want += row->segs - 1;
		if (stat == row->last + shift)
			want += 1;
		if (stat == SIMNIC_STAT_TX_BROADCAST + shift)
			want = is_broadcast_ether_addr(addr) ? row->segs : 0;
		if (stat == SIMNIC_STAT_TX_MULTICAST + shift)
			want = addr[0] == 1 ? row->segs : 0;
		KUNIT_EXPECT_EQ_MSG(test, simhw_stats_read(stats, stat), want, "counter %u", stat);
	}
}

static void test_frame(struct kunit *test)
{
	static const u8 addrs[][6] = { { 2 }, { 1, 0, 0x5e }, { 255, 255, 255, 255, 255, 255 } };
	static const u32 bases[] = { SIMNIC_STAT_TX_FRAMES, SIMNIC_STAT_RX_FRAMES };
	struct simhw_stats *stats = kunit_kzalloc(test, sizeof(*stats), GFP_KERNEL);
	const struct count_row *row = test->param_value;
	const struct simhw_sg sg = { .len = row->len };
	struct simhw_frame f = {
		.sg = &sg, .tagged = row->tagged, .segs = row->segs, .mss = row->mss,
		.seg_hdr = row->seg_hdr,
	};
	u32 i, b;

	KUNIT_ASSERT_NOT_NULL(test, stats);
	u64_stats_init(&stats->sync);
	for (i = 0; i < ARRAY_SIZE(addrs); i++) {
		for (b = 0; b < ARRAY_SIZE(bases); b++) {
			memset(stats->n, 0, sizeof(stats->n));
			f.hdr = addrs[i];
			simhw_stats_frame(stats, bases[b], &f);
			expect_counters(test, stats, bases[b], addrs[i]);
		}
	}
}

/* What is refused before it gets to a queue, in which order */
static void test_refused(struct kunit *test)
{
	static const struct {
		u32 rxctrl;
		u32 maxframe;
		bool vlan;
		u32 stat;
	} refusals[] = {
		{ 0, 50, true, SIMNIC_STAT_RX_DISABLED },
		{ SIMNIC_RXCTRL_PROMISC, 1514, false, SIMNIC_STAT_RX_DISABLED },
		{ SIMNIC_RXCTRL_EN, 50, true, SIMNIC_STAT_RX_OVERSIZE },
		{ SIMNIC_RXCTRL_EN | SIMNIC_RXCTRL_PROMISC, 63, false, SIMNIC_STAT_RX_OVERSIZE },
		{ SIMNIC_RXCTRL_EN | SIMNIC_RXCTRL_VLAN_FILTER, 1514, true,
		  SIMNIC_STAT_RX_FILTERED },
		{ SIMNIC_RXCTRL_EN | SIMNIC_RXCTRL_VLAN_FILTER | SIMNIC_RXCTRL_ALLMULTI, 64, true,
		  SIMNIC_STAT_RX_VLAN_FILTERED },
		{ SIMNIC_RXCTRL_EN | SIMNIC_RXCTRL_ALLMULTI, 64, true, SIMNIC_STAT_RX_FRAMES },
		/* promiscuous in VLANs as well; a tag does not count as length */
		{ SIMNIC_RXCTRL_EN | SIMNIC_RXCTRL_PROMISC | SIMNIC_RXCTRL_VLAN_FILTER, 64, true,
		  SIMNIC_STAT_RX_FRAMES },
	};
	struct simhw_card *a = simhw_test_card(test, 1, 1);
	struct simhw_card *b = simhw_test_card(test, 1, 1);
	u8 *data = kunit_kzalloc(test, 64, GFP_KERNEL);
	struct simhw_test_ring *tx, *rx;
	u64 before;
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, data);
	data[0] = 1;
	simhw_test_link(test, a, b);
	rx = simhw_test_rxq(test, b, 0, 64, 256);
	tx = simhw_test_txq(test, a, 0, 64);
	simhw_test_doorbell(rx, 63);
	for (i = 0; i < ARRAY_SIZE(refusals); i++) {
		simhw_test_wr(b, SIMNIC_RXCTRL, refusals[i].rxctrl);
		simhw_test_wr(b, SIMNIC_MAXFRAME, refusals[i].maxframe);
		before = simhw_test_stat(b, refusals[i].stat);
		simhw_test_desc(tx, i, data, 64,
				SIMNIC_TXD_EOP | (refusals[i].vlan ? SIMNIC_TXD_VLAN : 0));
		tx->tx[i].vlan_tci = cpu_to_le16(7);
		simhw_test_doorbell(tx, i + 1);
		KUNIT_EXPECT_EQ_MSG(test, simhw_test_stat(b, refusals[i].stat), before + 1,
				    "%u", i);
		KUNIT_EXPECT_EQ(test, simhw_test_stat(a, SIMNIC_STAT_TX_FRAMES), i + 1);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(test_frame, row_gen_params),
	KUNIT_CASE(test_refused),
	{}
};

static struct kunit_suite suite = {
	.name = "simhw_stats",
	.suite_exit = simhw_test_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
