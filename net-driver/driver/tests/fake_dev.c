// SPDX-License-Identifier: GPL-2.0
/* KUnit: the devices and interrupts of a bus without a card, for as long as a test runs */
#include <kunit/test.h>
#include <linux/bitfield.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/mii.h>
#include <linux/platform_device.h>
#include <linux/rtnetlink.h>

#include "fake_bus.h"

#define SIMNIC_FAKE_POLL_TIMEOUT	(10 * HZ)
#define SIMNIC_FAKE_POOL_TIMEOUT	(5 * HZ)

/* -- Devices --------------------------------------------------------------- */

static rx_handler_result_t simnic_fake_receive(struct sk_buff **pskb)
{
	struct simnic_fake *f = rcu_dereference((*pskb)->dev->rx_handler_data);

	f->received++;
	if (f->receive)
		f->receive(f, *pskb);
	else
		skb_queue_tail(&f->frames, *pskb);
	return RX_HANDLER_CONSUMED;
}

static void simnic_fake_destructor(struct net_device *dev)
{
	simnic_service_stop(simnic_from_netdev(dev));
}

/* A pool whose pages are not all there yet looks for them each second */
static void simnic_fake_close(struct simnic_fake *f)
{
	unsigned long end = jiffies + SIMNIC_FAKE_POOL_TIMEOUT;

	dev_close(f->dev);
	skb_queue_purge(&f->frames);
	while (!hlist_empty(&f->dev->page_pools) && time_before(jiffies, end))
		msleep(20);
	KUNIT_EXPECT_TRUE_MSG(f->test, hlist_empty(&f->dev->page_pools), "pages are missing");
}

static void simnic_fake_remove_netdev(struct simnic_fake *f)
{
	rtnl_lock();
	simnic_fake_close(f);
	netdev_rx_handler_unregister(f->dev);
	unregister_netdevice(f->dev);
	rtnl_unlock();
}

static void simnic_fake_free(void *data)
{
	struct simnic_fake *f = data;

	if (f->dev)
		simnic_fake_remove_netdev(f);
	if (f->pdev)
		platform_device_unregister(f->pdev);
	irq_free_descs(f->irq, f->queues + 2);
	KUNIT_EXPECT_EQ_MSG(f->test, f->bad, 0, "accesses to what is no register");
	kvfree(f);
}

static void simnic_fake_init_irqs(struct simnic_fake *f)
{
	unsigned int i;

	for (i = 0; i < f->queues + 2; i++) {
		irq_set_chip_and_handler(f->irq + i, &dummy_irq_chip, handle_simple_irq);
		irq_clear_status_flags(f->irq + i, IRQ_NOREQUEST);
	}
}

/* The registers of a card that is not plugged in yet */
struct simnic_fake *simnic_fake_alloc(struct kunit *test, unsigned int queues)
{
	struct simnic_fake *f = kvzalloc_obj(*f);

	KUNIT_ASSERT_NOT_NULL(test, f);
	f->irq = irq_alloc_descs(-1, 0, queues + 2, NUMA_NO_NODE);
	if (f->irq < 0) {
		kvfree(f);
		KUNIT_FAIL_AND_ABORT(test, "no interrupts");
	}
	f->test = test;
	f->queues = queues;
	f->bus.ops = &simnic_fake_ops;
	f->bus.card = f;
	skb_queue_head_init(&f->frames);
	simnic_fake_init_irqs(f);

	f->reg[SIMNIC_ID / 4] = SIMNIC_ID_VALUE;
	f->reg[SIMNIC_CAPS / 4] = FIELD_PREP(SIMNIC_CAPS_TXQ, queues) |
				  FIELD_PREP(SIMNIC_CAPS_RXQ, queues) |
				  FIELD_PREP(SIMNIC_CAPS_VEC, queues + 1) | SIMNIC_CAPS_SHARE;
	f->phy[MII_BMCR] = BMCR_ANENABLE;
	f->phy[SIMNIC_PHY_ADV_SPEED] = BIT(SIMNIC_SPEED_10000);
	simnic_fake_reset(f);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, simnic_fake_free, f), 0);
	return f;
}

static int simnic_fake_add_pdev(struct simnic_fake *f)
{
	struct resource res[SIMNIC_MAX_VECTORS + 1];
	unsigned int i;
	int err;

	for (i = 0; i <= f->queues; i++)
		res[i] = DEFINE_RES_IRQ(f->irq + i);
	res[i] = DEFINE_RES_IRQ_NAMED(f->irq + i, "intx");
	err = platform_device_add_resources(f->pdev, res, i + 1);
	if (!err)
		err = platform_device_add_data(f->pdev, &f->bus, sizeof(f->bus));
	if (!err)
		err = platform_device_add(f->pdev);
	return err;
}

/* Afterwards the driver has it, or has refused it */
void simnic_fake_plug(struct simnic_fake *f)
{
	f->pdev = platform_device_alloc(SIMNIC_NAME, PLATFORM_DEVID_AUTO);
	KUNIT_ASSERT_NOT_NULL(f->test, f->pdev);
	dev_set_dma_coherent(&f->pdev->dev);
	if (simnic_fake_add_pdev(f)) {
		platform_device_put(f->pdev);
		f->pdev = NULL;
		KUNIT_FAIL_AND_ABORT(f->test, "no platform device");
	}
	f->sn = platform_get_drvdata(f->pdev);
}

static int simnic_fake_add_netdev(struct simnic_fake *f, struct net_device *dev)
{
	struct simnic_netdev *nd = netdev_priv(dev);
	int err;

	nd->sn = f->sn;
	/* nobody else is to send */
	dev->priv_flags |= IFF_NO_ADDRCONF;
	err = simnic_netdev_init(f->sn, dev);
	if (!err)
		err = register_netdevice(dev);
	if (err) {
		free_netdev(dev);
		return err;
	}
	f->dev = dev;
	dev->priv_destructor = simnic_fake_destructor;
	return netdev_rx_handler_register(dev, simnic_fake_receive, f);
}

/* A card with its network device, which is down */
struct simnic_fake *simnic_fake_create(struct kunit *test, unsigned int queues)
{
	struct simnic_fake *f = simnic_fake_alloc(test, queues);
	struct net_device *dev;
	int err;

	simnic_fake_plug(f);
	KUNIT_ASSERT_NOT_NULL(test, f->sn);
	dev = alloc_netdev_mqs(sizeof(struct simnic_netdev), "fake%d", NET_NAME_UNKNOWN,
			       simnic_netdev_setup, queues, queues);
	KUNIT_ASSERT_NOT_NULL(test, dev);
	rtnl_lock();
	err = simnic_fake_add_netdev(f, dev);
	rtnl_unlock();
	KUNIT_ASSERT_EQ(test, err, 0);
	simnic_fake_set_gro(f, false);
	return f;
}

/* The watchdog sleeps: it would meddle with what a test leaves lying about */
void simnic_fake_unwatched(struct simnic_fake *f)
{
	WRITE_ONCE(f->sn->health.failed, true);
}

void simnic_fake_up(struct simnic_fake *f)
{
	int err;

	rtnl_lock();
	err = dev_open(f->dev, NULL);
	simnic_fake_unwatched(f);
	rtnl_unlock();
	KUNIT_ASSERT_EQ(f->test, err, 0);
	/* the poll that starts it */
	simnic_fake_poll(f, 0);
}

void simnic_fake_down(struct simnic_fake *f)
{
	rtnl_lock();
	simnic_fake_close(f);
	rtnl_unlock();
}

/* A card with one queue pair, and its network device is up */
struct simnic_fake *simnic_fake_open(struct kunit *test)
{
	struct simnic_fake *f = simnic_fake_create(test, 1);

	simnic_fake_up(f);
	return f;
}

/* The software's: it would merge frames */
void simnic_fake_set_gro(struct simnic_fake *f, bool on)
{
	rtnl_lock();
	if (on)
		f->dev->wanted_features |= NETIF_F_GRO;
	else
		f->dev->wanted_features &= ~NETIF_F_GRO;
	netdev_update_features(f->dev);
	rtnl_unlock();
}

/* -- Interrupts ------------------------------------------------------------- */

/* The softirqs that it raises have run when this returns, if nobody is in the way */
void simnic_fake_irq(struct simnic_fake *f, unsigned int vector)
{
	local_bh_disable();
	generic_handle_irq_safe(f->irq + vector);
	local_bh_enable();
}

/* Have the driver look at a queue pair until it is content */
void simnic_fake_poll(struct simnic_fake *f, unsigned int q)
{
	unsigned long end = jiffies + SIMNIC_FAKE_POLL_TIMEOUT;
	struct napi_struct *napi = &f->sn->vec[q].napi;

	simnic_fake_irq(f, SIMNIC_QUEUE_VECTOR(q));
	while (test_bit(NAPI_STATE_SCHED, &napi->state)) {
		if (time_after(jiffies, end)) {
			KUNIT_FAIL(f->test, "queue %u is polled without end", q);
			return;
		}
		usleep_range(10, 50);
	}
}
