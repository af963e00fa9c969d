// SPDX-License-Identifier: GPL-2.0
/* The card as a whole: probe and remove, reset, configuration after it */
#include <linux/bitfield.h>
#include <linux/dma-mapping.h>
#include <linux/etherdevice.h>
#include <linux/iopoll.h>
#include <linux/module.h>
#include <linux/platform_device.h>

#include "rx.h"
#include "simnic.h"
#include "stats.h"
#include "tx.h"

#define SIMNIC_RESET_TIMEOUT_US	100000

/**
 * simnic_card_reset() - reset the card and wait for it
 * @sn: adapter
 *
 * Context: process, may sleep.
 * Return: 0, -ETIMEDOUT, or -ENODEV if the card is gone.
 */
int simnic_card_reset(struct simnic *sn)
{
	u32 ctrl;

	simnic_wr32(sn, SIMNIC_CTRL, SIMNIC_CTRL_RESET);
	if (READ_ONCE(sn->gone))
		return -ENODEV;
	return read_poll_timeout(simnic_rd32, ctrl, !(ctrl & SIMNIC_CTRL_RESET), 50,
				 SIMNIC_RESET_TIMEOUT_US, false, sn, SIMNIC_CTRL);
}

/**
 * simnic_card_set_intx() - use the shared line, or vectors
 * @sn: adapter
 * @intx: the shared line
 *
 * A vector masks and acknowledges itself when it fires; the shared line's
 * handler does both.
 *
 * Context: process, RTNL.
 */
void simnic_card_set_intx(struct simnic *sn, bool intx)
{
	u32 ctrl = simnic_rd_ctrl(sn) & ~SIMNIC_CTRL_INTX;
	unsigned int i;
	u32 self = 0;

	if (!intx)
		self = SIMNIC_VEC_CTRL_AUTOMASK | SIMNIC_VEC_CTRL_AUTOCLEAR;
	for (i = 0; i < sn->max_queues; i++)
		simnic_wr32(sn, SIMNIC_VEC_CTRL(SIMNIC_QUEUE_VECTOR(i)), self);
	simnic_wr32(sn, SIMNIC_CTRL, ctrl | (intx ? SIMNIC_CTRL_INTX : 0));
}

/**
 * simnic_card_set_sharing() - share pages with the other end, or copy
 * @sn: adapter
 * @sharing: share
 *
 * Both ends have to want it: this is about pages that we send, and about those
 * that we are sent.
 *
 * Context: process, RTNL.
 * Return: 0, or -EOPNOTSUPP if the card can't.
 */
int simnic_card_set_sharing(struct simnic *sn, bool sharing)
{
	if (sharing && !(simnic_rd32(sn, SIMNIC_CAPS) & SIMNIC_CAPS_SHARE))
		return -EOPNOTSUPP;
	WRITE_ONCE(sn->sharing, sharing);
	/* XDP programs may write to what they are given */
	simnic_rxctrl_write(sn, SIMNIC_RXCTRL_SHARE,
			    sharing && !sn->xdp ? SIMNIC_RXCTRL_SHARE : 0);
	return 0;
}

/**
 * simnic_card_configure() - write all configuration but queues, after a reset
 * @sn: adapter
 *
 * Context: process, RTNL.
 */
void simnic_card_configure(struct simnic *sn)
{
	u32 ctrl = sn->netdev->features & NETIF_F_LOOPBACK ? SIMNIC_CTRL_LOOPBACK : 0;

	/* first, see simnic_watch() */
	simnic_wr32(sn, SIMNIC_GROMAX, simnic_rx_gro_max());
	simnic_wr32(sn, SIMNIC_CTRL, ctrl);
	simnic_card_set_intx(sn, sn->intx);
	simnic_wr32(sn, SIMNIC_MAXFRAME, sn->netdev->mtu + ETH_HLEN);
	simnic_rss_write(sn);
	simnic_filter_write(sn);
	simnic_rxctrl_write(sn, 0, 0);
}

static int simnic_get_irqs(struct simnic *sn, struct platform_device *pdev)
{
	unsigned int i;

	for (i = 0; i < sn->max_queues; i++) {
		sn->vec[i].irq = platform_get_irq(pdev, SIMNIC_QUEUE_VECTOR(i));
		if (sn->vec[i].irq < 0)
			return sn->vec[i].irq;
	}
	sn->misc_irq = platform_get_irq(pdev, SIMNIC_MISC_VECTOR);
	if (sn->misc_irq < 0)
		return sn->misc_irq;
	sn->intx_irq = platform_get_irq_byname(pdev, "intx");
	return min(sn->intx_irq, 0);
}

static int simnic_identify(struct simnic *sn)
{
	u32 caps, txq, rxq, vec;

	if (simnic_rd32(sn, SIMNIC_ID) != SIMNIC_ID_VALUE)
		return dev_err_probe(sn->dev, -ENODEV, "this is no simnic\n");
	caps = simnic_rd32(sn, SIMNIC_CAPS);
	txq = FIELD_GET(SIMNIC_CAPS_TXQ, caps);
	rxq = FIELD_GET(SIMNIC_CAPS_RXQ, caps);
	vec = FIELD_GET(SIMNIC_CAPS_VEC, caps);
	/* vector 0 is for link and errors */
	sn->max_queues = vec ? min3(txq, rxq, vec - 1) : 0;
	if (!sn->max_queues || sn->max_queues > SIMNIC_MAX_QUEUES)
		return dev_err_probe(sn->dev, -ENODEV, "%u queues\n", sn->max_queues);
	sn->sharing = caps & SIMNIC_CAPS_SHARE;
	sn->tx_posted = true;
	return simnic_card_reset(sn);
}

static int simnic_alloc_vectors(struct simnic *sn)
{
	unsigned int i;

	sn->vec = devm_kcalloc(sn->dev, sn->max_queues, sizeof(*sn->vec), SIMNIC_GFP);
	if (!sn->vec)
		return -ENOMEM;
	for (i = 0; i < sn->max_queues; i++) {
		sn->vec[i].sn = sn;
		sn->vec[i].idx = i;
	}
	return 0;
}

static void simnic_defaults(struct simnic *sn)
{
	sn->msg_enable = NETIF_MSG_DRV | NETIF_MSG_PROBE | NETIF_MSG_LINK;
	sn->params.channels = sn->max_queues;
	sn->params.rx_len = SIMNIC_RING_DEFAULT;
	sn->params.tx_len = SIMNIC_RING_DEFAULT;
	sn->tx_copybreak = SIMNIC_TX_COPY_MAX;
	sn->rx_copybreak = SIMNIC_RX_COPY_DEFAULT;
	sn->pause_autoneg = true;
	sn->pause_forced = SIMNIC_PAUSE_TX | SIMNIC_PAUSE_RX;
	__set_bit(0, sn->active_vlans);	/* priority tags are no VLAN */
	spin_lock_init(&sn->rxctrl_lock);
	spin_lock_init(&sn->hw_stats_lock);
	simnic_coal_init(sn);
	simnic_rss_init(sn);
	simnic_service_init(sn);
}

static int simnic_probe(struct platform_device *pdev)
{
	struct simnic *sn;
	int err;

	sn = devm_kzalloc(&pdev->dev, sizeof(*sn), SIMNIC_GFP);
	if (!sn)
		return -ENOMEM;
	sn->dev = &pdev->dev;
	sn->bus = dev_get_platdata(&pdev->dev);

	err = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(64));
	if (err)
		return dev_err_probe(&pdev->dev, err, "no DMA\n");
	err = simnic_identify(sn);
	if (err)
		return err;
	err = simnic_alloc_vectors(sn);
	if (err)
		return err;
	err = simnic_get_irqs(sn, pdev);
	if (err)
		return err;
	err = simnic_stats_create(sn);
	if (err)
		return err;

	simnic_defaults(sn);
	platform_set_drvdata(pdev, sn);
	return 0;
}

/* The network device is gone by now, and with it all users of the card */
static void simnic_remove(struct platform_device *pdev)
{
	simnic_card_reset(platform_get_drvdata(pdev));
}

struct platform_driver simnic_driver = {
	.probe = simnic_probe,
	.remove = simnic_remove,
	.driver = {
		.name = SIMNIC_NAME,
		.pm = pm_sleep_ptr(&simnic_pm_ops),
		/* cards come and go with ip link, see rtnl.c */
		.suppress_bind_attrs = true,
	},
};
