// SPDX-License-Identifier: GPL-2.0
/*
 * ethtool -t. Online only the link is looked at; offline the running queues
 * are stopped and the card is tested with a queue set of its own.
 */
#include <linux/delay.h>
#include <linux/etherdevice.h>
#include <linux/ethtool.h>

#include "rx.h"
#include "simnic.h"
#include "stats.h"
#include "tx.h"

#define SIMNIC_TEST_FRAMES	64
#define SIMNIC_TEST_LEN		1000
#define SIMNIC_TEST_TIMEOUT	(HZ / 2)

enum {
	SIMNIC_TEST_REGISTERS,
	SIMNIC_TEST_INTERRUPTS,
	SIMNIC_TEST_LOOPBACK,
	SIMNIC_TEST_LINK,
	SIMNIC_TESTS,
};

static const char * const simnic_test_names[SIMNIC_TESTS] = {
	[SIMNIC_TEST_REGISTERS] = "Registers  (offline)",
	[SIMNIC_TEST_INTERRUPTS] = "Interrupts (offline)",
	[SIMNIC_TEST_LOOPBACK] = "Loopback   (offline)",
	[SIMNIC_TEST_LINK] = "Link       (on/offline)",
};

int simnic_selftest_count(void)
{
	return SIMNIC_TESTS;
}

void simnic_selftest_strings(u8 **data)
{
	unsigned int i;

	for (i = 0; i < SIMNIC_TESTS; i++)
		ethtool_puts(data, simnic_test_names[i]);
}

/* -- Registers: each bit that can be written, and one that can't ------------- */

static const struct {
	u32 reg;
	u32 mask;
} simnic_test_regs[] = {
	{ SIMNIC_MAC_LO, U32_MAX },
	{ SIMNIC_MAC_HI, 0xffff },
	{ SIMNIC_UC_LO(SIMNIC_UC_FILTERS - 1), U32_MAX },
	{ SIMNIC_MC_HASH(0), U32_MAX },
	{ SIMNIC_MC_HASH(127), U32_MAX },
	{ SIMNIC_VLAN_FILTER(5), U32_MAX },
	{ SIMNIC_RSS_KEY(9), U32_MAX },
	{ SIMNIC_TXQ_BASE_HI(0), U32_MAX },
	{ SIMNIC_RXQ_BASE_HI(0), U32_MAX },
};

static int simnic_test_reg(struct simnic *sn, u32 reg, u32 mask)
{
	static const u32 patterns[] = { 0x55555555, 0xaaaaaaaa, 0, U32_MAX };
	u32 old = simnic_rd32(sn, reg);
	unsigned int i;
	int bad = 0;

	for (i = 0; i < ARRAY_SIZE(patterns); i++) {
		simnic_wr32(sn, reg, patterns[i] & mask);
		bad |= simnic_rd32(sn, reg) != (patterns[i] & mask);
	}
	simnic_wr32(sn, reg, old);
	return bad;
}

static int simnic_test_registers(struct simnic *sn)
{
	unsigned int i;
	int bad = 0;

	for (i = 0; i < ARRAY_SIZE(simnic_test_regs); i++)
		bad += simnic_test_reg(sn, simnic_test_regs[i].reg,
				       simnic_test_regs[i].mask);
	simnic_wr32(sn, SIMNIC_ID, 0);
	return bad + (simnic_rd32(sn, SIMNIC_ID) != SIMNIC_ID_VALUE);
}

/* -- Interrupts: each vector once -------------------------------------------- */

static int simnic_test_vector(struct simnic_vector *vec)
{
	unsigned long before = READ_ONCE(vec->irqs), end = jiffies + SIMNIC_TEST_TIMEOUT;

	simnic_irq_ack(vec);
	simnic_irq_unmask(vec);
	simnic_irq_kick(vec);
	while (READ_ONCE(vec->irqs) == before && time_before(jiffies, end))
		usleep_range(100, 500);
	simnic_irq_mask(vec);
	return READ_ONCE(vec->irqs) == before;
}

static int simnic_test_interrupts(struct simnic *sn, unsigned int channels)
{
	unsigned int i;
	int bad = 0;

	for (i = 0; i < channels; i++)
		bad += simnic_test_vector(&sn->vec[i]);
	return bad;
}

/* -- Loopback: frames through transmitter and receiver ------------------------- */

static struct sk_buff *simnic_test_frame(struct simnic *sn, unsigned int n)
{
	struct sk_buff *skb = netdev_alloc_skb(sn->netdev, SIMNIC_TEST_LEN);

	if (!skb)
		return NULL;
	skb_put(skb, SIMNIC_TEST_LEN);
	memset(skb->data, n, SIMNIC_TEST_LEN);
	ether_addr_copy(skb->data, sn->netdev->dev_addr);
	ether_addr_copy(skb->data + ETH_ALEN, sn->netdev->dev_addr);
	*(__be16 *)(skb->data + 2 * ETH_ALEN) = htons(ETH_P_802_EX1);
	skb_set_queue_mapping(skb, 0);
	return skb;
}

static int simnic_test_send(struct simnic *sn)
{
	struct netdev_queue *txq = netdev_get_tx_queue(sn->netdev, 0);
	struct sk_buff *skb;
	unsigned int n;

	for (n = 0; n < SIMNIC_TEST_FRAMES; n++) {
		skb = simnic_test_frame(sn, n);
		if (!skb)
			return -ENOMEM;
		local_bh_disable();
		__netif_tx_lock(txq, smp_processor_id());
		simnic_start_xmit(skb, sn->netdev);
		__netif_tx_unlock(txq);
		local_bh_enable();
	}
	return 0;
}

/* Received frames have lost their Ethernet header to eth_type_trans() */
static bool simnic_test_frame_ok(const struct sk_buff *skb, unsigned int n)
{
	unsigned int i;

	if (skb->len != SIMNIC_TEST_LEN - ETH_HLEN || skb_is_nonlinear(skb))
		return false;
	for (i = 0; i < skb->len; i++)
		if (skb->data[i] != (u8)n)
			return false;
	return true;
}

static int simnic_test_compare(struct sk_buff_head *frames)
{
	unsigned int n = 0, bad = 0;
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(frames))) {
		bad += !simnic_test_frame_ok(skb, n++);
		kfree_skb(skb);
	}
	return bad + (n != SIMNIC_TEST_FRAMES);
}

/* NAPI is off: the rings are looked at from here */
static int simnic_test_loopback(struct simnic *sn, struct simnic_queues *qs)
{
	struct sk_buff_head frames;
	int bad;

	__skb_queue_head_init(&frames);
	simnic_wr32(sn, SIMNIC_CTRL, simnic_rd_ctrl(sn) | SIMNIC_CTRL_LOOPBACK |
		    SIMNIC_CTRL_LINK_EN | SIMNIC_CTRL_TX_EN);
	simnic_tx_ring_start(qs->tx[0]);
	simnic_rx_ring_start(qs->rx[0]);
	sn->queues = qs;
	simnic_wr32(sn, SIMNIC_MAXFRAME, SIMNIC_MAXFRAME_DEFAULT);
	simnic_rx_enable(sn, true);

	bad = simnic_test_send(sn) ? 1 : 0;
	simnic_tx_ring_wait(qs->tx[0], jiffies + SIMNIC_TEST_TIMEOUT);

	simnic_rx_ring_stop(qs->rx[0]);
	simnic_rx_ring_drain(qs->rx[0], &frames);
	simnic_rx_ring_retire(qs->rx[0]);
	simnic_tx_ring_stop(qs->tx[0]);
	sn->queues = NULL;
	return bad + simnic_test_compare(&frames);
}

/* -- All of them ---------------------------------------------------------------- */

static int simnic_test_link(struct simnic *sn)
{
	return !(simnic_rd32(sn, SIMNIC_STATUS) & SIMNIC_STATUS_LINK);
}

static int simnic_test_offline(struct simnic *sn, u64 *data)
{
	struct simnic_params params = { .channels = 1, .rx_len = SIMNIC_RING_DEFAULT,
					.tx_len = SIMNIC_RING_DEFAULT };
	struct simnic_queues *running = sn->queues, *qs;

	qs = simnic_queues_alloc(sn, &params);
	if (!qs)
		return -ENOMEM;
	netif_carrier_off(sn->netdev);
	netdev_lock(sn->netdev);
	simnic_queues_stop(sn, true);

	data[SIMNIC_TEST_INTERRUPTS] = simnic_test_interrupts(sn, running->params.channels);
	simnic_card_reset(sn);
	data[SIMNIC_TEST_REGISTERS] = simnic_test_registers(sn);
	simnic_card_reset(sn);
	simnic_card_configure(sn);
	data[SIMNIC_TEST_LOOPBACK] = simnic_test_loopback(sn, qs);

	simnic_restart(sn, running);
	netdev_unlock(sn->netdev);
	simnic_queues_free(qs);
	return 0;
}

static void simnic_test_wait_link(struct simnic *sn)
{
	unsigned long end = jiffies + SIMNIC_TEST_TIMEOUT;

	while (simnic_test_link(sn) && time_before(jiffies, end))
		usleep_range(10000, 20000);
}

void simnic_self_test(struct net_device *dev, struct ethtool_test *et, u64 *data)
{
	struct simnic *sn = simnic_from_netdev(dev);
	bool offline = et->flags & ETH_TEST_FL_OFFLINE;
	unsigned int i;

	memset(data, 0, SIMNIC_TESTS * sizeof(*data));
	if (!sn->queues) {
		et->flags |= ETH_TEST_FL_FAILED;
		data[SIMNIC_TEST_LINK] = 1;
		return;
	}
	if (offline) {
		if (simnic_test_offline(sn, data)) {
			et->flags |= ETH_TEST_FL_FAILED;
			return;
		}
		simnic_test_wait_link(sn);
	}
	data[SIMNIC_TEST_LINK] = simnic_test_link(sn);
	for (i = 0; i < SIMNIC_TESTS; i++)
		if (data[i])
			et->flags |= ETH_TEST_FL_FAILED;
}
