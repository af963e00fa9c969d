// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: what its unit tests share. The cards here are known to no driver.
 * Frames are made and their checksums found without any code of the card's.
 */
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <linux/slab.h>
#include <linux/unaligned.h>

#include "../share.h"
#include "../txpost.h"
#include "../wire.h"
#include "test.h"

/* -- Cards ------------------------------------------------------------------ */

/**
 * struct simhw_test_spare - a card between two tests
 * @list: in the list of spare cards
 * @card: the card
 *
 * To make and free interrupts takes long.
 */
struct simhw_test_spare {
	struct list_head list;
	struct simhw_card *card;
};

/* Suites run one by one, and so do their tests. */
static LIST_HEAD(simhw_test_spares);

/* Far above those of cards that are plugged in */
static unsigned int simhw_test_id = 0x800000;

static void simhw_test_card_free(void *data)
{
	struct simhw_card *card = data;
	struct platform_device *pdev = card->pdev;

	simhw_card_power_off(card);
	simhw_card_free(card);
	platform_device_unregister(pdev);
}

/* The suites' exit */
void simhw_test_exit(struct kunit_suite *suite)
{
	struct simhw_test_spare *spare, *next;

	list_for_each_entry_safe(spare, next, &simhw_test_spares, list) {
		list_del(&spare->list);
		simhw_test_card_free(spare->card);
		kfree(spare);
	}
}

static void simhw_test_clear_stats(struct simhw_stats *stats)
{
	memset(stats->n, 0, sizeof(stats->n));
}

/* As good as new: what RESET leaves alone goes as well. */
static void simhw_test_renew(struct simhw_card *card)
{
	unsigned int i;

	WRITE_ONCE(card->gone, false);
	simhw_wire_disconnect(card);
	simhw_card_write_ctrl(card, SIMNIC_CTRL_RESET);
	WRITE_ONCE(card->reset_end, 0);
	card->seated = true;
	memset(&card->phy, 0, sizeof(card->phy));
	simhw_phy_reset(&card->phy);
	memset(card->cold, 0, sizeof(card->cold));
	memset(card->latch, 0, sizeof(card->latch));
	for (i = 0; i < card->num_txq; i++) {
		simhw_post_exit(&card->txq[i]);
		tasklet_kill(&card->txq[i].sender.bh);
		simhw_test_clear_stats(&card->txq[i].stats);
	}
	for (i = 0; i < card->num_rxq; i++) {
		tasklet_kill(&card->rxq[i].bh);
		simhw_share_free(&card->rxq[i]);
		simhw_test_clear_stats(&card->rxq[i].stats);
	}
	for (i = 0; i < card->num_vec; i++)
		card->vec[i].fired = 0;
}

static void simhw_test_card_put(void *data)
{
	struct simhw_test_spare *spare = kzalloc_obj(*spare);

	simhw_test_renew(data);
	if (!spare) {
		simhw_test_card_free(data);
		return;
	}
	spare->card = data;
	list_add(&spare->list, &simhw_test_spares);
}

static struct simhw_card *simhw_test_card_get(unsigned int num_txq, unsigned int num_rxq)
{
	struct simhw_test_spare *spare;
	struct simhw_card *card;

	list_for_each_entry(spare, &simhw_test_spares, list) {
		card = spare->card;
		if (card->num_txq == num_txq && card->num_rxq == num_rxq) {
			list_del(&spare->list);
			kfree(spare);
			return card;
		}
	}
	return NULL;
}

static struct simhw_card *simhw_test_card_create(struct kunit *test, unsigned int num_txq,
						 unsigned int num_rxq)
{
	const struct simnic_card_params params = { .num_txq = num_txq, .num_rxq = num_rxq };
	const struct platform_device_info info = {
		.name = "simhw-test",
		.id = ++simhw_test_id,
		.dma_mask = DMA_BIT_MASK(64),
	};
	struct platform_device *pdev;
	struct simhw_card *card;

	pdev = platform_device_register_full(&info);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, pdev);
	card = simhw_card_create(&params, simhw_test_id);
	if (IS_ERR(card))
		platform_device_unregister(pdev);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, card);
	card->pdev = pdev;
	return card;
}

/* A card that was never used before, and never will again */
struct simhw_card *simhw_test_new_card(struct kunit *test, unsigned int num_txq,
				       unsigned int num_rxq)
{
	struct simhw_card *card = simhw_test_card_create(test, num_txq, num_rxq);

	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, simhw_test_card_free, card), 0);
	return card;
}

/* A card out of RESET, until the test ends */
struct simhw_card *simhw_test_card(struct kunit *test, unsigned int num_txq,
				   unsigned int num_rxq)
{
	struct simhw_card *card = simhw_test_card_get(num_txq, num_rxq);

	if (!card)
		card = simhw_test_card_create(test, num_txq, num_rxq);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, simhw_test_card_put, card), 0);
	return card;
}

/* A cable, and all that it takes for frames to come and go */
void simhw_test_link(struct kunit *test, struct simhw_card *a, struct simhw_card *b)
{
	KUNIT_ASSERT_EQ(test, simhw_wire_connect(a, b), 0);
	simhw_test_wr(a, SIMNIC_CTRL, SIMNIC_CTRL_LINK_EN | SIMNIC_CTRL_TX_EN);
	simhw_test_wr(b, SIMNIC_CTRL, SIMNIC_CTRL_LINK_EN | SIMNIC_CTRL_TX_EN);
	simhw_test_wr(a, SIMNIC_RXCTRL, SIMNIC_RXCTRL_EN | SIMNIC_RXCTRL_PROMISC);
	simhw_test_wr(b, SIMNIC_RXCTRL, SIMNIC_RXCTRL_EN | SIMNIC_RXCTRL_PROMISC);
	KUNIT_ASSERT_TRUE(test, simhw_test_rd(b, SIMNIC_STATUS) & SIMNIC_STATUS_LINK);
}

/* -- Rings ------------------------------------------------------------------ */

static struct simhw_test_ring *simhw_test_ring(struct kunit *test, struct simhw_card *card,
					       unsigned int q, u32 len)
{
	struct simhw_test_ring *ring = kunit_kzalloc(test, sizeof(*ring), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, ring);
	ring->card = card;
	ring->q = q;
	ring->len = len;
	ring->tx = kunit_kzalloc(test, len * sizeof(*ring->tx), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ring->tx);
	return ring;
}

static void simhw_test_quiesce(void *data)
{
	struct simhw_test_ring *ring = data;
	u32 ctrl = ring->rx ? SIMNIC_RXQ_CTRL(ring->q) : SIMNIC_TXQ_CTRL(ring->q);

	simhw_test_wr(ring->card, ctrl, 0);
}

/* @bank: SIMNIC_TXQ() or SIMNIC_RXQ() of the queue; both have the same registers */
static void simhw_test_enable(struct kunit *test, struct simhw_test_ring *ring, u32 bank)
{
	u64 base = simhw_test_addr(ring->card, ring->tx);
	u32 reg = bank - SIMNIC_TXQ(0);

	simhw_test_wr(ring->card, reg + SIMNIC_TXQ_BASE_LO(0), lower_32_bits(base));
	simhw_test_wr(ring->card, reg + SIMNIC_TXQ_BASE_HI(0), upper_32_bits(base));
	simhw_test_wr(ring->card, reg + SIMNIC_TXQ_LEN(0), ring->len);
	simhw_test_wr(ring->card, reg + SIMNIC_TXQ_VECTOR(0), ring->q + 1);
	simhw_test_wr(ring->card, reg + SIMNIC_TXQ_CTRL(0), SIMNIC_Q_CTRL_ENABLE);
	/* somebody may be waiting for it */
	KUNIT_ASSERT_EQ(test, simhw_test_rd(ring->card, reg + SIMNIC_TXQ_STATUS(0)) &
			~SIMNIC_Q_STATUS_WAITING, SIMNIC_Q_STATUS_ENABLED);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, simhw_test_quiesce, ring), 0);
}

struct simhw_test_ring *simhw_test_txq(struct kunit *test, struct simhw_card *card,
				       unsigned int q, u32 len)
{
	struct simhw_test_ring *ring = simhw_test_ring(test, card, q, len);

	simhw_test_enable(test, ring, SIMNIC_TXQ(q));
	return ring;
}

/* With buffers, which the doorbell has yet to hand over */
struct simhw_test_ring *simhw_test_rxq(struct kunit *test, struct simhw_card *card,
				       unsigned int q, u32 len, u32 bufsz)
{
	struct simhw_test_ring *ring = simhw_test_ring(test, card, q, len);
	u32 i;

	ring->rx = (void *)ring->tx;
	ring->bufsz = bufsz;
	ring->buf = kunit_kcalloc(test, len, sizeof(*ring->buf), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ring->buf);
	for (i = 0; i < len; i++) {
		ring->buf[i] = kunit_kzalloc(test, bufsz, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, ring->buf[i]);
		ring->rx[i].addr = cpu_to_le64(simhw_test_addr(card, ring->buf[i]));
	}
	simhw_test_wr(card, SIMNIC_RXQ_BUFSZ(q), bufsz);
	simhw_test_enable(test, ring, SIMNIC_RXQ(q));
	return ring;
}

void simhw_test_desc(struct simhw_test_ring *ring, u32 i, const void *data, u32 len, u16 flags)
{
	ring->tx[i & (ring->len - 1)] = (struct simnic_tx_desc) {
		.addr = cpu_to_le64(simhw_test_addr(ring->card, data)),
		.len = cpu_to_le16(len),
		.flags = cpu_to_le16(flags),
	};
}

/* As a driver does it: transmit queues run within this. */
void simhw_test_doorbell(struct simhw_test_ring *ring, u32 tail)
{
	u32 reg = ring->rx ? SIMNIC_RXQ_TAIL(ring->q) : SIMNIC_TXQ_TAIL(ring->q);

	local_bh_disable();
	simhw_bus_ops.doorbell(ring->card, reg, tail);
	local_bh_enable();
}

/* Does the register get this value soon? */
bool simhw_test_wait(struct simhw_card *card, u32 reg, u32 val)
{
	int tries = 2000;

	while (simhw_test_rd(card, reg) != val && tries--)
		usleep_range(50, 500);
	return simhw_test_rd(card, reg) == val;
}

/* -- Frames ----------------------------------------------------------------- */

/* The sum of RFC 1071, the plain way; @sum: to go on from */
u16 simhw_test_sum(const u8 *data, u32 len, u32 sum)
{
	u32 i;

	for (i = 0; i < len; i++)
		sum += i & 1 ? data[i] : data[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

bool simhw_test_ip_ok(const u8 *ip)
{
	return simhw_test_sum(ip, (ip[0] & 15) * 4, 0) == 0xffff;
}

static u16 simhw_test_l4_sum(const u8 *ip, const u8 *l4, u32 l4_len, u8 proto)
{
	bool v4 = ip[0] >> 4 == 4;
	u32 sum;

	sum = simhw_test_sum(v4 ? ip + 12 : ip + 8, v4 ? 8 : 32, 0);
	return simhw_test_sum(l4, l4_len, sum + proto + (l4_len >> 16) + (l4_len & 0xffff));
}

/* Do the addresses and all of TCP or UDP add up? */
bool simhw_test_l4_ok(const u8 *ip, const u8 *l4, u32 l4_len)
{
	u8 proto = ip[0] >> 4 == 4 ? ip[9] : ip[6];

	if (proto == IPPROTO_DSTOPTS)
		proto = ip[40];
	return simhw_test_l4_sum(ip, l4, l4_len, proto) == 0xffff;
}

static u8 *simhw_test_build_ip(u8 *pos, const struct simhw_test_pkt *pkt, u32 len)
{
	u8 i, hlen = 20 + pkt->opts;

	if (pkt->ip == 4) {
		pos[0] = 0x40 | hlen / 4;
		put_unaligned_be16(hlen + len, pos + 2);
		put_unaligned_be16(0xfffe, pos + 4);
		pos[8] = 64;
		pos[9] = pkt->proto;
		put_unaligned_be32(0xc0000201, pos + 12);
		put_unaligned_be32(0xc6336401, pos + 16);
		memset(pos + 20, 1, pkt->opts);
		put_unaligned_be16(~simhw_test_sum(pos, hlen, 0), pos + 10);
		return pos + hlen;
	}

	pos[0] = 0x60;
	put_unaligned_be16(pkt->opts + len, pos + 4);
	pos[6] = pkt->opts ? IPPROTO_DSTOPTS : pkt->proto;
	pos[7] = 64;
	for (i = 8; i < 40; i++)
		pos[i] = 0x20 + i;
	if (pkt->opts) {
		pos[40] = pkt->proto;
		pos[41] = pkt->opts / 8 - 1;
	}
	return pos + 40 + pkt->opts;
}

static u8 *simhw_test_build_l4(u8 *pos, const struct simhw_test_pkt *pkt)
{
	if (pkt->proto == IPPROTO_TCP) {
		put_unaligned_be32(0x12345678, pos);
		put_unaligned_be32(0xfffffe00, pos + 4);
		pos[12] = (20 + pkt->l4_opts) / 4 << 4;
		pos[13] = 0x10;
		memset(pos + 20, 1, pkt->l4_opts);
		return pos + 20 + pkt->l4_opts;
	}
	if (pkt->proto == IPPROTO_UDP) {
		put_unaligned_be32(0x12345678, pos);
		put_unaligned_be16(8 + pkt->payload, pos + 4);
		return pos + 8;
	}
	return pos;
}

static void simhw_test_build_csum(u8 *ip, u8 *l4, u32 len, u8 proto)
{
	if (proto == IPPROTO_TCP)
		put_unaligned_be16(~simhw_test_l4_sum(ip, l4, len, proto), l4 + 16);
	else if (proto == IPPROTO_UDP)
		put_unaligned_be16(~simhw_test_l4_sum(ip, l4, len, proto) ?: 0xffff, l4 + 6);
}

/* @frame: gets memory of exactly as many bytes as are returned */
u32 simhw_test_build(struct kunit *test, const struct simhw_test_pkt *pkt, u8 **frame)
{
	u8 *buf = kunit_kzalloc(test, 256 + pkt->payload, GFP_KERNEL), *pos = buf + 12, *ip, *l4;
	u32 i, l4_len = pkt->payload, len;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	for (i = 0; i < 12; i++)
		buf[i] = 2 + i * 2;
	for (i = 1; i <= pkt->tags; i++, pos += 4)
		put_unaligned_be32(0x81000000 | i, pos);
	put_unaligned_be16(pkt->ip == 4 ? 0x0800 : pkt->ip == 6 ? 0x86dd : 0x88b5, pos);
	ip = pos + 2;
	l4 = ip;
	if (pkt->proto == IPPROTO_TCP)
		l4_len += 20 + pkt->l4_opts;
	else if (pkt->proto == IPPROTO_UDP)
		l4_len += 8;
	if (pkt->ip)
		l4 = simhw_test_build_ip(ip, pkt, l4_len);
	pos = simhw_test_build_l4(l4, pkt);
	for (i = 0; i < pkt->payload; i++)
		*pos++ = i * 7 + (i >> 8);
	if (pkt->ip)
		simhw_test_build_csum(ip, l4, l4_len, pkt->proto);

	len = pos - buf;
	*frame = kunit_kmalloc(test, len, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, *frame);
	memcpy(*frame, buf, len);
	kunit_kfree(test, buf);
	return len;
}
