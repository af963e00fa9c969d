// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: what the card of the fuzz test does: to rings, to registers, and while it is
 * stopped and started
 */
#include <kunit/test.h>
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/rtnetlink.h>
#include <net/gso.h>

#include "fake_bus.h"
#include "fuzz.h"

/* -- What the driver delivers --------------------------------------------------------- */

/* The bytes are where they are said to be */
static void simnic_fuzz_check_pieces(struct simnic_fuzz *z, struct sk_buff *skb)
{
	u32 len = skb_headlen(skb), i;

	for (i = 0; i < skb_shinfo(skb)->nr_frags; i++)
		len += skb_frag_size(&skb_shinfo(skb)->frags[i]);
	if (len != skb->len || skb->len > SIMNIC_RING_MAX * 16)
		z->bad_pieces++;
	if (z->frames % 64)
		return;
	if (skb_linearize(skb))
		return;
	z->sum += csum_fold(csum_partial(skb->data, skb->len, 0)) & 1;
}

/* GSO finds what it looks for: so many segments */
static void simnic_fuzz_check_gso(struct simnic_fuzz *z, struct sk_buff *skb)
{
	u32 want = skb_shinfo(skb)->gso_segs, n = 0;
	struct sk_buff *segs, *next;

	if (skb_checksum_start_offset(skb) + skb->csum_offset + 2 > skb_headlen(skb))
		z->bad_gso++;
	if (z->frames % 16)
		return;
	skb_get(skb);
	skb = skb_unshare(skb, GFP_ATOMIC);
	if (!skb)
		return;
	__skb_push(skb, skb->data - skb_mac_header(skb));
	segs = skb_gso_segment(skb, 0);
	kfree_skb(skb);
	if (IS_ERR_OR_NULL(segs)) {
		/* no memory is no fault of the frame's */
		z->bad_gso += PTR_ERR_OR_ZERO(segs) != -ENOMEM;
		return;
	}
	skb_list_walk_safe(segs, segs, next) {
		n++;
		kfree_skb(segs);
	}
	z->bad_gso += n != want;
}

static void simnic_fuzz_receive(struct simnic_fake *f, struct sk_buff *skb)
{
	struct simnic_fuzz *z = f->priv;

	z->frames++;
	z->packets += skb_is_gso(skb) ? skb_shinfo(skb)->gso_segs : 1;
	simnic_fuzz_check_pieces(z, skb);
	if (skb_is_gso(skb))
		simnic_fuzz_check_gso(z, skb);
	kfree_skb(skb);
}

/* -- Receive ----------------------------------------------------------------------------- */

/* Sometimes there are pages, and sometimes the bus is right about them */
static bool simnic_fuzz_take(struct simnic_fake *f, unsigned int q, u32 index,
			     struct simnic_share *share)
{
	struct simnic_fuzz *z = f->priv;

	if (simnic_fuzz_one_in(&z->take_rng, 4))
		return false;
	share->page = simnic_fuzz_one_in(&z->take_rng, 16) ? NULL : z->page;
	share->offset = simnic_fuzz_below(&z->take_rng, PAGE_SIZE);
	share->len = le16_to_cpu(simnic_fake_rxd(f, q, index)->wb.len);
	if (simnic_fuzz_one_in(&z->take_rng, 8))
		share->offset = simnic_fuzz_next(&z->take_rng);
	if (simnic_fuzz_one_in(&z->take_rng, 8))
		share->len = simnic_fuzz_next(&z->take_rng);
	if (share->page)
		get_page(share->page);
	return true;
}

/* Write to the buffer that the driver has posted, wherever its address has gone */
static void simnic_fuzz_fill(struct simnic_fuzz *z, unsigned int q, const u8 *data, u32 len)
{
	struct simnic_rx_ring *ring = z->f->sn->queues->rx[q];
	struct page *page = ring->page[z->f->rx_head[q] & ring->ring.mask];

	len = min(len, simnic_rx_buf_size());
	if (page)
		memcpy(page_address(page) + XDP_PACKET_HEADROOM + NET_IP_ALIGN, data, len);
}

static void simnic_fuzz_write_at(struct simnic_fuzz *z, unsigned int q, u32 index,
				 const struct simnic_rx_wb *wb)
{
	simnic_fake_rx_write(z->f, q, index, wb);
	/* a tag alone: the stack drops it, and counts it nowhere */
	z->shorts += wb->len < ETH_HLEN + VLAN_HLEN + sizeof(u16);
	z->writebacks++;
}

static void simnic_fuzz_write(struct simnic_fuzz *z, unsigned int q, const struct simnic_rx_wb *wb)
{
	struct simnic_rx_ring *ring = z->f->sn->queues->rx[q];

	simnic_fuzz_write_at(z, q, z->f->rx_head[q], wb);
	z->f->rx_head[q] = simnic_ring_next(&ring->ring, z->f->rx_head[q] & ring->ring.mask);
}

/* A frame in its buffers, each write-back of which may be mutated */
static void simnic_fuzz_rx_frame(struct simnic_fuzz *z, unsigned int q)
{
	struct simnic_rx_wb last, wb;
	const u8 *data = z->data;
	u32 len, n;

	len = simnic_fuzz_frame(z, &last);
	for (; len; data += n, len -= n) {
		if (!simnic_fake_rx_room(z->f, q))
			return;
		n = min(len, simnic_rx_buf_size());
		wb = n == len ? last : (struct simnic_rx_wb) {};
		wb.len = n;
		wb.status |= SIMNIC_RXD_DD | (n == len ? SIMNIC_RXD_EOP : 0);
		if (simnic_fuzz_one_in(&z->rng, 2))
			simnic_fuzz_mutate(z, &wb);
		simnic_fuzz_fill(z, q, data, n);
		simnic_fuzz_write(z, q, &wb);
	}
}

/* Anything, anywhere: also where no buffer is */
static void simnic_fuzz_rx_wild(struct simnic_fuzz *z, unsigned int q)
{
	struct simnic_rx_wb wb;

	simnic_fuzz_random_wb(z, &wb);
	if (simnic_fuzz_one_in(&z->rng, 2) && simnic_fake_rx_room(z->f, q)) {
		wb.status |= SIMNIC_RXD_DD;
		simnic_fuzz_write(z, q, &wb);
		return;
	}
	simnic_fuzz_write_at(z, q, simnic_fuzz_next(&z->rng), &wb);
}

static void simnic_fuzz_rx(struct simnic_fuzz *z, unsigned int q)
{
	u32 n = simnic_fuzz_below(&z->rng, 2 * NAPI_POLL_WEIGHT);

	while (n--) {
		if (simnic_fuzz_one_in(&z->rng, 16))
			simnic_fuzz_rx_wild(z, q);
		else
			simnic_fuzz_rx_frame(z, q);
	}
	simnic_fake_poll(z->f, q);
	/* the card goes by what the driver took, or wild writes would never let it go on */
	z->f->rx_head[q] = z->f->sn->queues->rx[q]->head;
}

/* -- Transmit ----------------------------------------------------------------------------- */

static void simnic_fuzz_tx(struct simnic_fuzz *z, unsigned int q)
{
	struct netdev_queue *txq = netdev_get_tx_queue(z->f->dev, q);
	u32 n = simnic_fuzz_below(&z->rng, 32);
	struct sk_buff *skb;

	while (n-- && !netif_tx_queue_stopped(txq)) {
		skb = simnic_fuzz_skb(z);
		skb_set_queue_mapping(skb, q);
		z->sent++;
		z->sent_packets += skb_is_gso(skb) ? skb_shinfo(skb)->gso_segs : 1;
		if (simnic_fake_xmit(z->f, skb, simnic_fuzz_one_in(&z->rng, 3)) != NETDEV_TX_OK) {
			z->bad_xmit++;
			kfree_skb(skb);
		}
	}
}

/* Completions in order, or at random */
static void simnic_fuzz_tx_done(struct simnic_fuzz *z, unsigned int q)
{
	u32 n = simnic_fuzz_below(&z->rng, 64), mask = z->f->sn->queues->tx[q]->ring.mask;
	bool wild = simnic_fuzz_one_in(&z->rng, 4);
	struct simnic_tx_desc *desc;
	u16 flags;

	for (; n; n--) {
		flags = SIMNIC_TXD_DD;
		if (wild || simnic_fuzz_one_in(&z->rng, 16))
			flags = simnic_fuzz_next(&z->rng);
		if (wild) {
			desc = simnic_fake_txd(z->f, q, simnic_fuzz_next(&z->rng));
			WRITE_ONCE(desc->flags, cpu_to_le16(flags));
		} else if (simnic_fake_tx_waiting(z->f, q)) {
			desc = simnic_fake_txd(z->f, q, z->f->tx_head[q]);
			WRITE_ONCE(desc->flags, desc->flags | cpu_to_le16(flags));
			z->f->tx_head[q] = (z->f->tx_head[q] + 1) & mask;
		}
		z->completions++;
	}
	simnic_fake_poll(z->f, q);
}

/* -- Registers ------------------------------------------------------------------------------ */

static u32 simnic_fuzz_read(struct simnic_fake *f, u32 reg, u32 val)
{
	struct simnic_fuzz *z = f->priv;

	/* the workqueue reads as well, and when it does is not up to the seed */
	if (!z->wild_regs || current != z->task)
		return val;
	/* without it the card is gone, and nothing is left to be tried */
	if (reg == SIMNIC_ID)
		return val;
	z->reads++;
	switch (simnic_fuzz_below(&z->reg_rng, 4)) {
	case 0:
		return U32_MAX;
	case 1:
		val ^= BIT(simnic_fuzz_below(&z->reg_rng, 32));
		break;
	case 2:
		val = simnic_fuzz_next(&z->reg_rng);
		break;
	}
	/* how often it is polled is not up to the seed, either */
	return reg == SIMNIC_MDIC ? val | SIMNIC_MDIC_READY : val;
}

/* All that reads registers while the device is up, but does not wait for them */
static void simnic_fuzz_regs(struct simnic_fuzz *z)
{
	struct simnic_fake *f = z->f;
	struct ethtool_link_ksettings ks = {};
	struct rtnl_link_stats64 stats = {}, before = {};

	simnic_get_stats64(f->dev, &before);
	z->reg_rng = simnic_fuzz_next(&z->rng);
	z->wild_regs = true;
	simnic_misc_handle(f->sn);
	simnic_link_update(f->sn);
	simnic_stats_refresh(f->sn);
	simnic_get_stats64(f->dev, &stats);
	simnic_rxq_missed(f->sn, simnic_fuzz_below(&z->rng, SIMNIC_FUZZ_QUEUES));
	simnic_get_link_ksettings(f->dev, &ks);
	simnic_nway_reset(f->dev);
	z->wild_regs = false;
	f->reg[SIMNIC_STATUS / 4] = 0;
	simnic_link_update(f->sn);
	z->bad_stats += stats.rx_missed_errors < before.rx_missed_errors ||
			stats.multicast < before.multicast;
}

/* -- Slow path ------------------------------------------------------------------------------- */

/* All that waits for the card's transmit engine waits in vain, else */
static void simnic_fuzz_doorbell(struct simnic_fake *f, u32 reg, u32 tail)
{
	struct simnic_fuzz *z = f->priv;

	if (z->stopping && reg < SIMNIC_RXQ(0))
		f->tx_head[(reg - SIMNIC_TXQ(0)) / 0x80] = tail;
}

static void simnic_fuzz_slow(struct simnic_fuzz *z)
{
	static const u16 lens[] = { 64, 128, 512, 1024 };
	struct simnic_queues *qs = z->f->sn->queues;
	struct simnic_params params = qs->params;
	unsigned int q;

	z->stopping = true;
	for (q = 0; q < SIMNIC_FUZZ_QUEUES; q++)
		z->f->tx_head[q] = z->f->reg[SIMNIC_TXQ_TAIL(q) / 4];
	switch (simnic_fuzz_below(&z->rng, 3)) {
	case 0:
		netdev_lock(z->f->sn->netdev);
		simnic_queues_stop(z->f->sn, false);
		simnic_restart(z->f->sn, qs);
		netdev_unlock(z->f->sn->netdev);
		break;
	case 1:
		params.rx_len = lens[simnic_fuzz_below(&z->rng, ARRAY_SIZE(lens))];
		params.tx_len = lens[simnic_fuzz_below(&z->rng, ARRAY_SIZE(lens))];
		simnic_reconfigure(z->f->sn, &params, NULL);
		break;
	case 2:
		dev_close(z->f->dev);
		if (dev_open(z->f->dev, NULL))
			z->bad_open++;
		simnic_fake_unwatched(z->f);
		break;
	}
	z->stopping = false;
	z->slow++;
}

/* -- One of these ---------------------------------------------------------------------------- */

void simnic_fuzz_step(struct simnic_fuzz *z)
{
	unsigned int q = simnic_fuzz_below(&z->rng, SIMNIC_FUZZ_QUEUES);

	switch (simnic_fuzz_below(&z->rng, 16)) {
	case 0 ... 7:
		simnic_fuzz_rx(z, q);
		break;
	case 8 ... 10:
		simnic_fuzz_tx(z, q);
		break;
	case 11 ... 13:
		simnic_fuzz_tx_done(z, q);
		break;
	case 14:
		simnic_fake_irq(z->f, SIMNIC_QUEUE_VECTOR(q));
		simnic_fake_poll(z->f, q);
		break;
	case 15:
		if (simnic_fuzz_one_in(&z->rng, 16))
			simnic_fuzz_slow(z);
		else
			simnic_fuzz_regs(z);
		break;
	}
}

/* The card is plugged in, and the device is down */
void simnic_fuzz_begin(struct simnic_fuzz *z)
{
	z->f->priv = z;
	z->f->sn->msg_enable = 0;
	z->f->receive = simnic_fuzz_receive;
	z->f->take = simnic_fuzz_take;
	z->f->read = simnic_fuzz_read;
	z->f->doorbell = simnic_fuzz_doorbell;
}

/* The device outlives @z */
void simnic_fuzz_end(struct simnic_fuzz *z)
{
	z->f->receive = NULL;
	z->f->take = NULL;
	z->f->read = NULL;
	z->f->doorbell = NULL;
	z->f->priv = NULL;
}
