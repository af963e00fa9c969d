// SPDX-License-Identifier: GPL-2.0
/* KUnit: what the card that is not there would do with descriptors */
#include <kunit/test.h>
#include <linux/etherdevice.h>

#include "fake_bus.h"

/* -- Receive ----------------------------------------------------------------- */

static struct simnic_rx_ring *simnic_fake_rx_ring(struct simnic_fake *f, unsigned int q)
{
	return f->sn->queues->rx[q];
}

struct simnic_rx_desc *simnic_fake_rxd(struct simnic_fake *f, unsigned int q, u32 index)
{
	struct simnic_rx_ring *ring = simnic_fake_rx_ring(f, q);

	return simnic_rx_desc(ring, index & ring->ring.mask);
}

/* Buffers that the card has */
u32 simnic_fake_rx_room(struct simnic_fake *f, unsigned int q)
{
	u32 tail = f->reg[SIMNIC_RXQ_TAIL(q) / 4];

	return (tail - f->rx_head[q]) & simnic_fake_rx_ring(f, q)->ring.mask;
}

/* Write back as the card should, DD last of all; not necessarily where it should */
void simnic_fake_rx_write(struct simnic_fake *f, unsigned int q, u32 index,
			  const struct simnic_rx_wb *wb)
{
	struct simnic_rx_desc *desc = simnic_fake_rxd(f, q, index);

	desc->wb.rss_hash = cpu_to_le32(wb->hash);
	desc->wb.len = cpu_to_le16(wb->len);
	desc->wb.vlan_tci = cpu_to_le16(wb->vlan_tci);
	desc->wb.mss = cpu_to_le16(wb->mss);
	desc->wb.segs = cpu_to_le16(wb->segs);
	dma_wmb();
	WRITE_ONCE(desc->wb.status, cpu_to_le32(wb->status));
}

static void simnic_fake_rx_copy(struct simnic_fake *f, unsigned int q, const void *data, u32 len)
{
	u64 addr = le64_to_cpu(simnic_fake_rxd(f, q, f->rx_head[q])->addr);
	void *buf = simnic_fake_mem(f, addr, simnic_rx_buf_size());

	KUNIT_ASSERT_NOT_NULL_MSG(f->test, buf, "a bad buffer");
	memcpy(buf, data, len);
}

/*
 * A frame comes: into as many buffers as it takes. @wb is for the last of them; its
 * length is set here, and DD and EOP are added to its status.
 */
void simnic_fake_rx(struct simnic_fake *f, unsigned int q, const void *data, u32 len,
		    const struct simnic_rx_wb *wb)
{
	struct simnic_rx_wb piece = {}, last = *wb;
	u32 n;

	for (; len; data += n, len -= n) {
		KUNIT_ASSERT_NE_MSG(f->test, simnic_fake_rx_room(f, q), 0, "no buffer");
		n = min(len, simnic_rx_buf_size());
		simnic_fake_rx_copy(f, q, data, n);
		piece.status = SIMNIC_RXD_DD;
		if (n == len) {
			piece = last;
			piece.status |= SIMNIC_RXD_DD | SIMNIC_RXD_EOP;
		}
		piece.len = n;
		simnic_fake_rx_write(f, q, f->rx_head[q], &piece);
		f->rx_head[q] = simnic_ring_next(&simnic_fake_rx_ring(f, q)->ring, f->rx_head[q]);
	}
}

/* Pages of a queue that are neither posted nor in reserve: the stack has them */
long simnic_fake_pages_out(struct simnic_fake *f, unsigned int q)
{
	struct simnic_rx_ring *ring = simnic_fake_rx_ring(f, q);
	struct page_pool *pool = ring->pool;
	struct ptr_ring *r = &pool->ring;
	long out;

	out = (s32)(pool->pages_state_hold_cnt - atomic_read(&pool->pages_state_release_cnt));
	out -= pool->alloc.count + !!pool->frag_page;
	out -= (r->producer - r->consumer_head + r->size) % r->size;
	return out - simnic_ring_used(&ring->ring, ring->head, ring->tail);
}

/* -- Transmit ------------------------------------------------------------------ */

static void simnic_fake_skb_freed(struct sk_buff *skb)
{
	struct simnic_fake *f = simnic_from_netdev(skb->dev)->bus->card;

	atomic_long_inc(&f->freed);
}

/* A frame to send, all of it linear; the driver's freeing it is counted */
struct sk_buff *simnic_fake_skb(struct simnic_fake *f, unsigned int len)
{
	static const u8 peer[ETH_ALEN] = SIMNIC_FAKE_PEER;
	struct sk_buff *skb = netdev_alloc_skb(f->dev, len);
	struct ethhdr *eth;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(f->test, skb);
	skb_put(skb, len);
	for (i = 0; i < len; i++)
		skb->data[i] = i * 7;
	eth = (struct ethhdr *)skb->data;
	ether_addr_copy(eth->h_dest, peer);
	ether_addr_copy(eth->h_source, f->dev->dev_addr);
	eth->h_proto = htons(ETH_P_802_EX1);
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, ETH_HLEN);
	skb->destructor = simnic_fake_skb_freed;
	return skb;
}

/* As the stack would */
netdev_tx_t simnic_fake_xmit(struct simnic_fake *f, struct sk_buff *skb, bool more)
{
	struct netdev_queue *txq = netdev_get_tx_queue(f->dev, skb_get_queue_mapping(skb));
	netdev_tx_t ret;

	local_bh_disable();
	__netif_tx_lock(txq, smp_processor_id());
	if (netif_device_present(f->dev)) {
		ret = __netdev_start_xmit(f->dev->netdev_ops, skb, f->dev, more);
	} else {
		kfree_skb(skb);
		ret = NETDEV_TX_OK;
	}
	__netif_tx_unlock(txq);
	local_bh_enable();
	return ret;
}

struct simnic_tx_desc *simnic_fake_txd(struct simnic_fake *f, unsigned int q, u32 index)
{
	struct simnic_tx_ring *ring = f->sn->queues->tx[q];

	return simnic_tx_desc(ring, index & ring->ring.mask);
}

/* Descriptors that the card has not done yet */
u32 simnic_fake_tx_waiting(struct simnic_fake *f, unsigned int q)
{
	u32 tail = f->reg[SIMNIC_TXQ_TAIL(q) / 4];

	return (tail - f->tx_head[q]) & f->sn->queues->tx[q]->ring.mask;
}

/* The card is done with the next frame. Returns its descriptors, 0: there is none. */
u32 simnic_fake_tx_done(struct simnic_fake *f, unsigned int q, u16 flags)
{
	u32 waiting = simnic_fake_tx_waiting(f, q), n;
	struct simnic_tx_desc *desc;

	for (n = 1; n <= waiting; n++) {
		desc = simnic_fake_txd(f, q, f->tx_head[q]);
		f->tx_head[q] = (f->tx_head[q] + 1) & f->sn->queues->tx[q]->ring.mask;
		if (!(desc->flags & cpu_to_le16(SIMNIC_TXD_EOP)))
			continue;
		dma_mb();
		WRITE_ONCE(desc->flags, desc->flags | cpu_to_le16(SIMNIC_TXD_DD | flags));
		return n;
	}
	KUNIT_EXPECT_EQ_MSG(f->test, waiting, 0, "a frame without end");
	return 0;
}
