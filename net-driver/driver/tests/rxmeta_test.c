// SPDX-License-Identifier: GPL-2.0
/* KUnit: what the card says of a received frame: checksum, hash, tag, shared pages */
#include <kunit/test.h>
#include <linux/bitfield.h>
#include <linux/etherdevice.h>

#include "fake_bus.h"

#define Q	0
#define LEN	200

static struct sk_buff *simnic_rxmeta_receive(struct simnic_fake *f, const struct simnic_rx_wb *wb)
{
	u8 *data = kunit_kzalloc(f->test, LEN, GFP_KERNEL);
	struct sk_buff *skb;

	KUNIT_ASSERT_NOT_NULL(f->test, data);
	eth_broadcast_addr(data);
	data[ETH_ALEN] = 2;
	*(__be16 *)(data + 2 * ETH_ALEN) = htons(ETH_P_802_EX1);
	simnic_fake_rx(f, Q, data, LEN, wb);
	simnic_fake_poll(f, Q);
	skb = skb_dequeue(&f->frames);
	KUNIT_ASSERT_NOT_NULL(f->test, skb);
	return skb;
}

/* -- Checksum ------------------------------------------------------------------- */

enum { SIMNIC_RXMETA_NONE, SIMNIC_RXMETA_OK, SIMNIC_RXMETA_BAD };

static const struct simnic_rxmeta_csum {
	const char *name;
	u32 csum;
	u32 l4;
	int counted;
} simnic_rxmeta_csums[] = {
	{ "not checked", SIMNIC_RXD_CSUM_NONE, SIMNIC_RXD_L4_TCP, SIMNIC_RXMETA_NONE },
	{ "right, TCP", SIMNIC_RXD_CSUM_OK, SIMNIC_RXD_L4_TCP, SIMNIC_RXMETA_OK },
	{ "right, UDP", SIMNIC_RXD_CSUM_OK, SIMNIC_RXD_L4_UDP, SIMNIC_RXMETA_OK },
	{ "right, but of nothing", SIMNIC_RXD_CSUM_OK, SIMNIC_RXD_L4_NONE, SIMNIC_RXMETA_NONE },
	{ "right, of what there isn't", SIMNIC_RXD_CSUM_OK, 3, SIMNIC_RXMETA_NONE },
	{ "wrong", SIMNIC_RXD_CSUM_BAD, SIMNIC_RXD_L4_TCP, SIMNIC_RXMETA_BAD },
	{ "no such value", 3, SIMNIC_RXD_L4_TCP, SIMNIC_RXMETA_NONE },
};

KUNIT_ARRAY_PARAM_DESC(simnic_rxmeta_csums, simnic_rxmeta_csums, name);

static void simnic_rxmeta_test_csum(struct kunit *test)
{
	const struct simnic_rxmeta_csum *p = test->param_value;
	struct simnic_rx_wb wb = { .status = FIELD_PREP(SIMNIC_RXD_CSUM, p->csum) |
					     FIELD_PREP(SIMNIC_RXD_L4, p->l4) };
	struct simnic_fake *f = simnic_fake_open(test);
	struct sk_buff *skb = simnic_rxmeta_receive(f, &wb);

	KUNIT_EXPECT_EQ(test, (int)skb->ip_summed, p->counted == SIMNIC_RXMETA_OK ?
			CHECKSUM_UNNECESSARY : CHECKSUM_NONE);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, csum_none),
			p->counted == SIMNIC_RXMETA_NONE);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, csum_ok),
			p->counted == SIMNIC_RXMETA_OK);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, csum_bad),
			p->counted == SIMNIC_RXMETA_BAD);
	kfree_skb(skb);
}

/* -- Hash and tag ----------------------------------------------------------------- */

static void simnic_rxmeta_test_hash(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);
	struct simnic_rx_wb wb = { .hash = 0x12345678 };
	struct sk_buff *skb;
	u32 type;

	for (type = 0; type < 4; type++) {
		wb.status = FIELD_PREP(SIMNIC_RXD_HASH, type);
		skb = simnic_rxmeta_receive(f, &wb);
		KUNIT_EXPECT_EQ(test, skb->hash, type == SIMNIC_RXD_HASH_L3 ||
				type == SIMNIC_RXD_HASH_L4 ? wb.hash : 0);
		KUNIT_EXPECT_EQ(test, (int)skb->l4_hash, type == SIMNIC_RXD_HASH_L4);
		kfree_skb(skb);
	}
}

static void simnic_rxmeta_test_vlan(struct kunit *test)
{
	struct simnic_rx_wb wb = { .vlan_tci = 0xe123 };
	struct simnic_fake *f = simnic_fake_open(test);
	struct sk_buff *skb;

	skb = simnic_rxmeta_receive(f, &wb);
	KUNIT_EXPECT_FALSE(test, skb_vlan_tag_present(skb));
	kfree_skb(skb);

	wb.status = SIMNIC_RXD_VLAN;
	skb = simnic_rxmeta_receive(f, &wb);
	KUNIT_EXPECT_TRUE(test, skb_vlan_tag_present(skb));
	KUNIT_EXPECT_EQ(test, skb_vlan_tag_get(skb), 0xe123);
	KUNIT_EXPECT_EQ(test, skb->vlan_proto, htons(ETH_P_8021Q));
	kfree_skb(skb);
}

/* -- Shared pages ------------------------------------------------------------------ */

enum simnic_rxmeta_page { SIMNIC_RXMETA_HEAD, SIMNIC_RXMETA_TAIL, SIMNIC_RXMETA_NO_PAGE };

/* Of two pages in one; what the bus hands over, and what the descriptor says */
static const struct simnic_rxmeta_share {
	const char *name;
	bool take;
	enum simnic_rxmeta_page page;
	u32 offset;
	u32 len;
	u32 desc_len;
	bool good;
} simnic_rxmeta_shares[] = {
	{ "good", true, SIMNIC_RXMETA_HEAD, 100, 3000, 3000, true },
	{ "good, in the second page", true, SIMNIC_RXMETA_HEAD, PAGE_SIZE + 1, 50, 50, true },
	{ "good, to the end", true, SIMNIC_RXMETA_HEAD, 0, 2 * PAGE_SIZE, 2 * PAGE_SIZE, true },
	{ "none there", false, SIMNIC_RXMETA_HEAD, 0, 100, 100 },
	{ "no page", true, SIMNIC_RXMETA_NO_PAGE, 0, 100, 100 },
	{ "a tail page", true, SIMNIC_RXMETA_TAIL, 0, 100, 100 },
	{ "nothing", true, SIMNIC_RXMETA_HEAD, 0, 0, 0 },
	{ "two lengths", true, SIMNIC_RXMETA_HEAD, 0, 100, 101 },
	{ "beyond the end", true, SIMNIC_RXMETA_HEAD, 2 * PAGE_SIZE - 99, 100, 100 },
	{ "behind the end", true, SIMNIC_RXMETA_HEAD, 2 * PAGE_SIZE, 100, 100 },
	{ "far away", true, SIMNIC_RXMETA_HEAD, U32_MAX - 50, 100, 100 },
};

KUNIT_ARRAY_PARAM_DESC(simnic_rxmeta_shares, simnic_rxmeta_shares, name);

static struct page *simnic_rxmeta_pages;

/* With a reference, as the bus does */
static bool simnic_rxmeta_take(struct simnic_fake *f, unsigned int q, u32 index,
			       struct simnic_share *share)
{
	const struct simnic_rxmeta_share *p = f->priv;

	if (!p->take)
		return false;
	share->page = p->page == SIMNIC_RXMETA_NO_PAGE ? NULL :
		      simnic_rxmeta_pages + (p->page == SIMNIC_RXMETA_TAIL);
	share->offset = p->offset;
	share->len = p->len;
	if (share->page)
		get_page(share->page);
	return true;
}

/* A frame of a header in a buffer and something shared */
static void simnic_rxmeta_send_shared(struct simnic_fake *f, u32 len)
{
	struct simnic_rx_wb first = { .status = SIMNIC_RXD_DD, .len = 60 };
	struct simnic_rx_wb last = {
		.status = SIMNIC_RXD_DD | SIMNIC_RXD_EOP | SIMNIC_RXD_SHARED,
		.len = len,
	};

	simnic_fake_rx_write(f, Q, f->rx_head[Q]++, &first);
	simnic_fake_rx_write(f, Q, f->rx_head[Q]++, &last);
	simnic_fake_poll(f, Q);
}

static void simnic_rxmeta_test_shared(struct kunit *test)
{
	const struct simnic_rxmeta_share *p = test->param_value;
	struct simnic_fake *f = simnic_fake_open(test);
	const skb_frag_t *frag;
	struct sk_buff *skb;

	simnic_rxmeta_pages = alloc_pages(GFP_KERNEL | __GFP_COMP, 1);
	KUNIT_ASSERT_NOT_NULL(test, simnic_rxmeta_pages);
	f->priv = (void *)p;
	f->take = simnic_rxmeta_take;
	simnic_rxmeta_send_shared(f, p->desc_len);

	skb = skb_dequeue(&f->frames);
	KUNIT_EXPECT_EQ(test, !!skb, p->good);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, errors), !p->good);
	KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, shared), p->good);
	if (skb) {
		frag = &skb_shinfo(skb)->frags[0];
		KUNIT_EXPECT_EQ(test, skb->len, 60 - ETH_HLEN + p->len);
		KUNIT_EXPECT_EQ(test, skb_shinfo(skb)->nr_frags, 1);
		KUNIT_EXPECT_PTR_EQ(test, skb_frag_page(frag), simnic_rxmeta_pages);
		KUNIT_EXPECT_EQ(test, skb_frag_off(frag), p->offset);
		/* nobody may write there */
		KUNIT_EXPECT_TRUE(test, skb_has_shared_frag(skb));
		KUNIT_EXPECT_EQ(test, page_ref_count(simnic_rxmeta_pages), 2);
		kfree_skb(skb);
	}
	KUNIT_EXPECT_EQ(test, page_ref_count(simnic_rxmeta_pages), 1);
	KUNIT_EXPECT_EQ(test, simnic_fake_pages_out(f, Q), 0);
	__free_pages(simnic_rxmeta_pages, 1);
}

/* Shared pages alone can make a frame that is too long, and may not make an endless one */
static void simnic_rxmeta_test_shared_long(struct kunit *test)
{
	struct simnic_rx_wb wb = { .status = SIMNIC_RXD_DD, .len = 60 };
	static const struct simnic_rxmeta_share share = { .take = true, .len = 2 * PAGE_SIZE };
	/* the first is good: 60 bytes and two pages */
	static const u32 shared[] = { 1, 2, MAX_SKB_FRAGS, MAX_SKB_FRAGS + 1, 100 };
	struct simnic_fake *f = simnic_fake_open(test);
	u32 i, n;

	simnic_rxmeta_pages = alloc_pages(GFP_KERNEL | __GFP_COMP, 1);
	KUNIT_ASSERT_NOT_NULL(test, simnic_rxmeta_pages);
	f->priv = (void *)&share;
	f->take = simnic_rxmeta_take;

	for (i = 0; i < ARRAY_SIZE(shared); i++) {
		wb.len = 60;
		wb.status = SIMNIC_RXD_DD;
		simnic_fake_rx_write(f, Q, f->rx_head[Q]++, &wb);
		wb.len = 2 * PAGE_SIZE;
		for (n = 1; n <= shared[i]; n++) {
			wb.status = SIMNIC_RXD_DD | SIMNIC_RXD_SHARED;
			if (n == shared[i])
				wb.status |= SIMNIC_RXD_EOP;
			simnic_fake_rx_write(f, Q, f->rx_head[Q]++, &wb);
		}
		simnic_fake_poll(f, Q);
		KUNIT_EXPECT_EQ(test, f->received, 1);
		KUNIT_EXPECT_EQ(test, simnic_fake_rx_count(f, Q, errors), i);
	}
	KUNIT_EXPECT_EQ(test, page_ref_count(simnic_rxmeta_pages), 2);
	skb_queue_purge(&f->frames);
	KUNIT_EXPECT_EQ(test, page_ref_count(simnic_rxmeta_pages), 1);
	__free_pages(simnic_rxmeta_pages, 1);
}

static struct kunit_case simnic_rxmeta_test_cases[] = {
	KUNIT_CASE_PARAM(simnic_rxmeta_test_csum, simnic_rxmeta_csums_gen_params),
	KUNIT_CASE(simnic_rxmeta_test_hash),
	KUNIT_CASE(simnic_rxmeta_test_vlan),
	KUNIT_CASE_PARAM(simnic_rxmeta_test_shared, simnic_rxmeta_shares_gen_params),
	KUNIT_CASE(simnic_rxmeta_test_shared_long),
	{}
};

static struct kunit_suite simnic_rxmeta_test_suite = {
	.name = "simnic_rxmeta",
	.test_cases = simnic_rxmeta_test_cases,
};

kunit_test_suite(simnic_rxmeta_test_suite);
