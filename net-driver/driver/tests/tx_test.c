// SPDX-License-Identifier: GPL-2.0
/* KUnit: what the driver tells the card of a frame, and what comes of it */
#include <kunit/test.h>
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/platform_device.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include "fake_bus.h"

#define Q	0

/* The bytes that descriptor @i says, where it says */
static void simnic_tx_test_expect_desc(struct simnic_fake *f, u32 i, const void *data, u32 len,
				       u16 flags)
{
	struct simnic_tx_desc *desc = simnic_fake_txd(f, Q, i);

	KUNIT_EXPECT_EQ(f->test, le16_to_cpu(desc->len), len);
	KUNIT_EXPECT_EQ(f->test, le16_to_cpu(desc->flags), flags);
	KUNIT_EXPECT_PTR_EQ(f->test, simnic_fake_mem(f, le64_to_cpu(desc->addr), len), data);
}

/* The card does all it has; the driver frees all it sent, and counts it as sent */
static void simnic_tx_test_finish(struct simnic_fake *f, u64 packets, u64 bytes)
{
	while (simnic_fake_tx_done(f, Q, 0))
		;
	simnic_fake_poll(f, Q);
	KUNIT_EXPECT_EQ(f->test, simnic_fake_tx_count(f, Q, packets), packets);
	KUNIT_EXPECT_EQ(f->test, simnic_fake_tx_count(f, Q, bytes), bytes);
	KUNIT_EXPECT_EQ(f->test, f->sn->queues->tx[Q]->head, f->sn->queues->tx[Q]->tail);
}

static void simnic_tx_test_add_frag(struct simnic_fake *f, struct sk_buff *skb, u32 len)
{
	unsigned int order = get_order(len);
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP | __GFP_ZERO, order);

	KUNIT_ASSERT_NOT_NULL(f->test, page);
	skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, page, 0, len, PAGE_SIZE << order);
}

/* -- Descriptors ------------------------------------------------------------------- */

static void simnic_tx_test_linear(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);
	struct sk_buff *skb = simnic_fake_skb(f, 1000);
	const u8 *data = skb->data;

	KUNIT_EXPECT_EQ(test, simnic_fake_xmit(f, skb, false), NETDEV_TX_OK);
	KUNIT_EXPECT_EQ(test, f->reg[SIMNIC_TXQ_TAIL(Q) / 4], 1);
	simnic_tx_test_expect_desc(f, 0, data, 1000, SIMNIC_TXD_EOP | SIMNIC_TXD_RS);
	KUNIT_EXPECT_EQ(test, simnic_fake_xmit_count(f, Q, csum_none), 1);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&f->freed), 0);
	simnic_tx_test_finish(f, 1, 1000);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&f->freed), 1);
}

/* Copied, if nothing is said of it but what a descriptor can say */
static void simnic_tx_test_small(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);
	struct simnic_tx_ring *ring = f->sn->queues->tx[Q];
	struct sk_buff *skb = simnic_fake_skb(f, SIMNIC_TX_COPY_MAX);
	const u8 *data = skb->data;

	KUNIT_ASSERT_NOT_NULL(test, ring->copy);
	simnic_fake_xmit(f, skb, false);
	simnic_tx_test_expect_desc(f, 0, ring->copy, SIMNIC_TX_COPY_MAX,
				   SIMNIC_TXD_EOP | SIMNIC_TXD_RS);
	KUNIT_EXPECT_MEMEQ(test, ring->copy, data, SIMNIC_TX_COPY_MAX);
	skb = simnic_fake_skb(f, 60);
	data = skb->data;
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + 34;
	skb->csum_offset = 6;
	simnic_fake_xmit(f, skb, false);
	simnic_tx_test_expect_desc(f, 1, ring->copy + SIMNIC_TX_COPY_MAX, 60,
				   SIMNIC_TXD_EOP | SIMNIC_TXD_RS | SIMNIC_TXD_CSUM);
	KUNIT_EXPECT_MEMEQ(test, ring->copy + SIMNIC_TX_COPY_MAX, data, 60);
	KUNIT_EXPECT_EQ(test, simnic_fake_xmit_count(f, Q, copied), 2);
	simnic_tx_test_finish(f, 2, SIMNIC_TX_COPY_MAX + 60);

	/* one byte more, or one less allowed */
	skb = simnic_fake_skb(f, SIMNIC_TX_COPY_MAX + 1);
	data = skb->data;
	simnic_fake_xmit(f, skb, false);
	simnic_tx_test_expect_desc(f, 2, data, SIMNIC_TX_COPY_MAX + 1,
				   SIMNIC_TXD_EOP | SIMNIC_TXD_RS);
	f->sn->tx_copybreak = 59;
	skb = simnic_fake_skb(f, 60);
	data = skb->data;
	simnic_fake_xmit(f, skb, false);
	simnic_tx_test_expect_desc(f, 3, data, 60, SIMNIC_TXD_EOP | SIMNIC_TXD_RS);
	simnic_tx_test_finish(f, 4, 2 * SIMNIC_TX_COPY_MAX + 1 + 2 * 60);
	KUNIT_EXPECT_EQ(test, simnic_fake_xmit_count(f, Q, copied), 2);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&f->freed), 4);
}

/* Larger than a descriptor can say: several for one buffer */
static void simnic_tx_test_fragments(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);
	struct sk_buff *skb = simnic_fake_skb(f, 100);
	const u8 *data = skb->data, *one, *two;
	u32 big = SIMNIC_TX_BUF_MAX + 100;

	simnic_tx_test_add_frag(f, skb, 200);
	simnic_tx_test_add_frag(f, skb, big);
	one = skb_frag_address(&skb_shinfo(skb)->frags[0]);
	two = skb_frag_address(&skb_shinfo(skb)->frags[1]);
	simnic_fake_xmit(f, skb, false);
	KUNIT_EXPECT_EQ(test, f->reg[SIMNIC_TXQ_TAIL(Q) / 4], 4);
	simnic_tx_test_expect_desc(f, 0, data, 100, 0);
	simnic_tx_test_expect_desc(f, 1, one, 200, 0);
	simnic_tx_test_expect_desc(f, 2, two, SIMNIC_TX_BUF_MAX, 0);
	simnic_tx_test_expect_desc(f, 3, two + SIMNIC_TX_BUF_MAX, 100,
				   SIMNIC_TXD_EOP | SIMNIC_TXD_RS);
	simnic_tx_test_finish(f, 1, 300 + big);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&f->freed), 1);
}

static void simnic_tx_test_csum_vlan(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);
	struct sk_buff *skb = simnic_fake_skb(f, 200);
	struct simnic_tx_desc *desc = simnic_fake_txd(f, Q, 0);
	const u8 *data = skb->data;

	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + 34;
	skb->csum_offset = 6;
	__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), 0x1234);
	simnic_fake_xmit(f, skb, false);
	simnic_tx_test_expect_desc(f, 0, data, 200, SIMNIC_TXD_EOP | SIMNIC_TXD_RS |
				   SIMNIC_TXD_CSUM | SIMNIC_TXD_VLAN);
	KUNIT_EXPECT_EQ(test, desc->csum_start, 17);
	KUNIT_EXPECT_EQ(test, desc->csum_offset, 6);
	KUNIT_EXPECT_EQ(test, le16_to_cpu(desc->vlan_tci), 0x1234);
	KUNIT_EXPECT_EQ(test, simnic_fake_xmit_count(f, Q, csum), 1);
	simnic_tx_test_finish(f, 1, 200);
}

static struct sk_buff *simnic_tx_test_gso(struct simnic_fake *f, bool udp)
{
	u32 hdr = 34 + (udp ? sizeof(struct udphdr) : sizeof(struct tcphdr));
	struct sk_buff *skb = simnic_fake_skb(f, hdr + 2500);

	skb_set_transport_header(skb, 34);
	tcp_hdr(skb)->doff = 5;
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + 34;
	skb->csum_offset = udp ? offsetof(struct udphdr, check) : offsetof(struct tcphdr, check);
	skb_shinfo(skb)->gso_type = udp ? SKB_GSO_UDP_L4 : SKB_GSO_TCPV4;
	skb_shinfo(skb)->gso_size = 1000;
	skb_shinfo(skb)->gso_segs = 3;
	return skb;
}

static void simnic_tx_test_segmented(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);
	struct simnic_tx_ctx *ctx;
	u64 bytes = 0;
	u32 hdr;
	int udp;

	for (udp = 0; udp < 2; udp++) {
		hdr = 34 + (udp ? sizeof(struct udphdr) : sizeof(struct tcphdr));
		simnic_fake_xmit(f, simnic_tx_test_gso(f, udp), false);
		ctx = (struct simnic_tx_ctx *)simnic_fake_txd(f, Q, 2 * udp);
		KUNIT_EXPECT_EQ(test, le16_to_cpu(ctx->mss), 1000);
		KUNIT_EXPECT_EQ(test, le16_to_cpu(ctx->hdr_len), hdr);
		KUNIT_EXPECT_EQ(test, ctx->l3_offset, ETH_HLEN);
		KUNIT_EXPECT_EQ(test, ctx->l4_offset, 34);
		KUNIT_EXPECT_EQ(test, le16_to_cpu(ctx->flags),
				SIMNIC_TXD_CTX | (udp ? SIMNIC_TXD_UDP : 0));
		KUNIT_EXPECT_EQ(test, le16_to_cpu(simnic_fake_txd(f, Q, 2 * udp + 1)->flags),
				SIMNIC_TXD_CSUM | SIMNIC_TXD_EOP | SIMNIC_TXD_RS);
		bytes += 2500 + 3 * hdr;
		simnic_tx_test_finish(f, 3 * (udp + 1), bytes);
	}
	KUNIT_EXPECT_EQ(test, simnic_fake_tx_count(f, Q, gso_packets), 2);
	KUNIT_EXPECT_EQ(test, simnic_fake_tx_count(f, Q, gso_wire_packets), 6);
	KUNIT_EXPECT_EQ(test, simnic_fake_tx_count(f, Q, gso_wire_bytes), bytes);
}

/* -- A full ring, doorbells ------------------------------------------------------------ */

static void simnic_tx_test_full(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);
	struct netdev_queue *txq = netdev_get_tx_queue(f->dev, Q);
	u32 n = 0;

	while (!netif_tx_queue_stopped(txq) && n < 2 * SIMNIC_RING_DEFAULT) {
		KUNIT_ASSERT_EQ(test, simnic_fake_xmit(f, simnic_fake_skb(f, 60), false),
				NETDEV_TX_OK);
		n++;
	}
	KUNIT_EXPECT_GT(test, n, SIMNIC_RING_DEFAULT / 2);
	KUNIT_EXPECT_LT(test, n, SIMNIC_RING_DEFAULT);
	KUNIT_EXPECT_EQ(test, simnic_fake_xmit_count(f, Q, stop), 1);

	simnic_fake_tx_done(f, Q, 0);
	simnic_fake_poll(f, Q);
	KUNIT_EXPECT_TRUE(test, netif_tx_queue_stopped(txq));
	simnic_tx_test_finish(f, n, n * 60);
	KUNIT_EXPECT_FALSE(test, netif_tx_queue_stopped(txq));
	KUNIT_EXPECT_EQ(test, simnic_fake_tx_count(f, Q, wake), 1);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&f->freed), n);
}

/* Round the ring, with frames of several descriptors across its end */
static void simnic_tx_test_wrap(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);
	struct sk_buff *skb;
	u32 n, i;

	for (n = 0; n < SIMNIC_RING_DEFAULT; n++) {
		skb = simnic_fake_skb(f, 60);
		for (i = 0; i < n % 4; i++)
			simnic_tx_test_add_frag(f, skb, 10);
		KUNIT_ASSERT_EQ(test, simnic_fake_xmit(f, skb, false), NETDEV_TX_OK);
		if (n % 7 == 0)
			while (simnic_fake_tx_done(f, Q, 0))
				;
	}
	while (simnic_fake_tx_done(f, Q, 0))
		;
	simnic_fake_poll(f, Q);
	KUNIT_EXPECT_EQ(test, simnic_fake_tx_count(f, Q, packets), n);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&f->freed), n);
}

/* A doorbell for several; until then the card has nothing that it could be done with */
static void simnic_tx_test_not_told(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);
	u32 n;

	for (n = 0; n < 3; n++)
		simnic_fake_xmit(f, simnic_fake_skb(f, 60), true);
	KUNIT_EXPECT_EQ(test, f->reg[SIMNIC_TXQ_TAIL(Q) / 4], 0);
	for (n = 0; n < 3; n++)
		simnic_fake_txd(f, Q, n)->flags |= cpu_to_le16(SIMNIC_TXD_DD);
	simnic_fake_poll(f, Q);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&f->freed), 0);
	KUNIT_EXPECT_EQ(test, simnic_fake_tx_count(f, Q, packets), 0);

	simnic_fake_xmit(f, simnic_fake_skb(f, 60), false);
	KUNIT_EXPECT_EQ(test, f->reg[SIMNIC_TXQ_TAIL(Q) / 4], 4);
	simnic_tx_test_finish(f, 4, 240);
}

/*
 * The card need not interrupt where the sender cleans up: small frames by the bundle, or
 * (BQL) when the stack's queue is stopped
 */
static void simnic_tx_test_quiet(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);
	struct netdev_queue *txq = netdev_get_tx_queue(f->dev, Q);
	u32 n;

	/* at first BQL stops the queue each time */
	for (n = 1; n < 16; n++) {
		simnic_fake_xmit(f, simnic_fake_skb(f, 60), false);
		KUNIT_EXPECT_EQ_MSG(test, f->quiet, netif_xmit_stopped(txq), "%u", n);
	}
	while (simnic_fake_tx_done(f, Q, 0))
		;
	KUNIT_EXPECT_EQ(test, atomic_long_read(&f->freed), 0);
	simnic_fake_xmit(f, simnic_fake_skb(f, 60), false);
	KUNIT_EXPECT_TRUE(test, f->quiet);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&f->freed), 15);
	simnic_tx_test_finish(f, 16, 16 * 60);

	simnic_fake_xmit(f, simnic_fake_skb(f, 60), false);
	KUNIT_EXPECT_EQ(test, f->quiet, netif_xmit_stopped(txq));
	simnic_fake_xmit(f, simnic_fake_skb(f, 1000), false);
	KUNIT_EXPECT_TRUE(test, f->quiet);

	/* unless that is not wanted */
	f->sn->tx_irqs = true;
	while (simnic_fake_tx_done(f, Q, 0))
		;
	for (n = 0; n < 16; n++) {
		simnic_fake_xmit(f, simnic_fake_skb(f, 1000), false);
		KUNIT_EXPECT_FALSE(test, f->quiet);
	}
	KUNIT_EXPECT_EQ(test, atomic_long_read(&f->freed), 16);
	simnic_tx_test_finish(f, 34, 17 * 60 + 17 * 1000);
}

/* More than is cleaned up at once: for the rest there has to be an interrupt */
static void simnic_tx_test_quiet_rest(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);
	u32 *cause = &f->reg[SIMNIC_VEC_CAUSE(SIMNIC_QUEUE_VECTOR(Q)) / 4];
	u32 n, limit = f->sn->queues->tx[Q]->ring.mask / 2;

	f->sn->tx_irqs = true;
	for (n = 0; n < limit; n++)
		simnic_fake_xmit(f, simnic_fake_skb(f, 60), false);
	f->sn->tx_irqs = false;
	while (simnic_fake_tx_done(f, Q, 0))
		;
	KUNIT_EXPECT_EQ(test, *cause & SIMNIC_CAUSE_TX, 0);
	simnic_fake_xmit(f, simnic_fake_skb(f, 60), false);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&f->freed), limit);
	KUNIT_EXPECT_EQ(test, *cause & SIMNIC_CAUSE_TX, SIMNIC_CAUSE_TX);
	simnic_tx_test_finish(f, limit + 1, (limit + 1) * 60);
}

/* -- Completions ------------------------------------------------------------------------- */

static void simnic_tx_test_write_done(struct simnic_fake *f, u32 i, u16 flags)
{
	struct simnic_tx_desc *desc = simnic_fake_txd(f, Q, i);

	WRITE_ONCE(desc->flags, desc->flags | cpu_to_le16(flags));
	simnic_fake_poll(f, Q);
}

/* Frames are freed in order, whatever order the card reports them in, and once */
static void simnic_tx_test_order(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);
	u32 n;

	for (n = 0; n < 4; n++)
		simnic_fake_xmit(f, simnic_fake_skb(f, 60), false);
	simnic_tx_test_write_done(f, 2, SIMNIC_TXD_DD);
	simnic_tx_test_write_done(f, 1, SIMNIC_TXD_DD);
	KUNIT_EXPECT_EQ(test, simnic_fake_tx_count(f, Q, packets), 0);
	simnic_tx_test_write_done(f, 0, SIMNIC_TXD_DD);
	KUNIT_EXPECT_EQ(test, simnic_fake_tx_count(f, Q, packets), 3);
	for (n = 0; n < 3; n++)
		simnic_tx_test_write_done(f, n, SIMNIC_TXD_DD);
	KUNIT_EXPECT_EQ(test, simnic_fake_tx_count(f, Q, packets), 3);
	simnic_tx_test_write_done(f, 3, SIMNIC_TXD_DD);
	KUNIT_EXPECT_EQ(test, simnic_fake_tx_count(f, Q, packets), 4);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&f->freed), 4);
}

/* DD where there is no frame: never posted, or in the middle of one */
static void simnic_tx_test_bogus(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);
	struct sk_buff *skb = simnic_fake_skb(f, 60);
	u32 n;

	for (n = 0; n <= f->sn->queues->tx[Q]->ring.mask; n++)
		simnic_tx_test_write_done(f, n, U16_MAX);
	KUNIT_EXPECT_EQ(test, f->sn->queues->tx[Q]->head, 0);

	simnic_tx_test_add_frag(f, skb, 60);
	simnic_fake_xmit(f, skb, false);
	simnic_tx_test_write_done(f, 0, SIMNIC_TXD_DD | SIMNIC_TXD_EOP);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&f->freed), 0);
	simnic_tx_test_write_done(f, 1, SIMNIC_TXD_ERR);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&f->freed), 0);
	simnic_tx_test_write_done(f, 1, SIMNIC_TXD_DD);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&f->freed), 1);
	KUNIT_EXPECT_EQ(test, simnic_fake_tx_count(f, Q, errors), 1);
	KUNIT_EXPECT_EQ(test, simnic_fake_tx_count(f, Q, packets), 0);
}

/* What the card has not sent when the queue stops is dropped, and counted: segments too */
static void simnic_tx_test_flush(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);

	simnic_fake_xmit(f, simnic_fake_skb(f, 60), false);
	simnic_fake_xmit(f, simnic_tx_test_gso(f, false), false);
	simnic_fake_xmit(f, simnic_fake_skb(f, 60), true);
	simnic_fake_tx_done(f, Q, 0);
	simnic_fake_down(f);
	KUNIT_EXPECT_EQ(test, simnic_fake_tx_count(f, Q, packets), 1);
	KUNIT_EXPECT_EQ(test, simnic_fake_tx_count(f, Q, flushed), 4);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&f->freed), 3);

	simnic_fake_up(f);
	simnic_fake_xmit(f, simnic_fake_skb(f, 60), false);
	simnic_tx_test_finish(f, 2, 120);
}

/* -- Mapping fails ------------------------------------------------------------------------- */

/* Two pages, the first of which has the lower address */
static void simnic_tx_test_pages(struct kunit *test, struct page **page)
{
	page[0] = alloc_page(GFP_KERNEL | __GFP_ZERO);
	page[1] = alloc_page(GFP_KERNEL | __GFP_ZERO);
	KUNIT_ASSERT_NOT_NULL(test, page[0]);
	KUNIT_ASSERT_NOT_NULL(test, page[1]);
	if (page_to_phys(page[0]) > page_to_phys(page[1]))
		swap(page[0], page[1]);
}

/* The card reaches the first piece, or not even that */
static void simnic_tx_test_map_error(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_open(test);
	struct device *dev = &f->pdev->dev;
	u64 mask = *dev->dma_mask;
	struct page *page[2];
	struct sk_buff *skb;
	int n;

	for (n = 0; n < 2; n++) {
		simnic_tx_test_pages(test, page);
		skb = build_skb(page_address(page[0]), PAGE_SIZE);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		skb->dev = f->dev;
		skb_put(skb, 100);
		skb_add_rx_frag(skb, 0, page[1], 0, 100, PAGE_SIZE);
		kunit_warning_suppress(test) {
			*dev->dma_mask = n ? page_to_phys(page[0]) + PAGE_SIZE - 1 : 0xff;
			KUNIT_EXPECT_EQ(test, simnic_fake_xmit(f, skb, false), NETDEV_TX_OK);
			*dev->dma_mask = mask;
		}
		KUNIT_EXPECT_EQ(test, simnic_fake_xmit_count(f, Q, map_errors), n + 1);
		KUNIT_EXPECT_EQ(test, f->sn->queues->tx[Q]->tail, 0);
	}
	simnic_fake_xmit(f, simnic_fake_skb(f, 60), false);
	simnic_tx_test_finish(f, 1, 60);
}

static struct kunit_case simnic_tx_test_cases[] = {
	KUNIT_CASE(simnic_tx_test_linear),
	KUNIT_CASE(simnic_tx_test_small),
	KUNIT_CASE(simnic_tx_test_fragments),
	KUNIT_CASE(simnic_tx_test_csum_vlan),
	KUNIT_CASE(simnic_tx_test_segmented),
	KUNIT_CASE(simnic_tx_test_full),
	KUNIT_CASE(simnic_tx_test_wrap),
	KUNIT_CASE(simnic_tx_test_not_told),
	KUNIT_CASE(simnic_tx_test_quiet),
	KUNIT_CASE(simnic_tx_test_quiet_rest),
	KUNIT_CASE(simnic_tx_test_order),
	KUNIT_CASE(simnic_tx_test_bogus),
	KUNIT_CASE(simnic_tx_test_flush),
	KUNIT_CASE(simnic_tx_test_map_error),
	{}
};

static struct kunit_suite simnic_tx_test_suite = {
	.name = "simnic_tx",
	.test_cases = simnic_tx_test_cases,
};

kunit_test_suite(simnic_tx_test_suite);
