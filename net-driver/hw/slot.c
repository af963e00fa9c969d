// SPDX-License-Identifier: GPL-2.0
/* simnic card: slots, which cards are plugged into: a platform device for each */
#include <linux/idr.h>
#include <linux/platform_device.h>

#include "card.h"
#include "debugfs.h"
#include "intx.h"
#include "wire.h"

/* So that the numbers of all interrupts fit into 31 bits */
#define SIMHW_ID_MAX	0xffffff

static DEFINE_IDA(simhw_ids);

/* A slot is known by the card in it; there is nothing else to it. */
static struct simhw_card *simhw_slot_card(struct simnic_slot *slot)
{
	return (struct simhw_card *)slot;
}

static struct simnic_slot *simhw_card_slot(struct simhw_card *card)
{
	return (struct simnic_slot *)card;
}

/* Vectors in order, and the shared line */
static int simhw_slot_add_irqs(struct simhw_card *card)
{
	struct resource res[SIMNIC_MAX_VECTORS + 1];
	unsigned int i;

	for (i = 0; i < card->num_vec; i++)
		res[i] = DEFINE_RES_IRQ(card->vec[i].irq.virq);
	res[i] = DEFINE_RES_IRQ_NAMED(simhw_intx_virq(), "intx");
	return platform_device_add_resources(card->pdev, res, i + 1);
}

static int simhw_slot_add_pdev(struct simhw_card *card)
{
	struct simnic_bus bus = { .ops = &simhw_bus_ops, .card = card };
	int ret;

	card->pdev = platform_device_alloc("simnic", card->id);
	if (!card->pdev)
		return -ENOMEM;
	/* A processor reads and writes the memory of this device, and through its caches. */
	dev_set_dma_coherent(&card->pdev->dev);
	ret = simhw_slot_add_irqs(card);
	if (ret)
		goto err_put;
	ret = platform_device_add_data(card->pdev, &bus, sizeof(bus));
	if (ret)
		goto err_put;
	ret = platform_device_add(card->pdev);
	if (ret)
		goto err_put;
	return 0;

err_put:
	platform_device_put(card->pdev);
	return ret;
}

static bool simhw_slot_params_ok(const struct simnic_card_params *params)
{
	return params->num_txq && params->num_txq <= SIMNIC_MAX_QUEUES &&
	       params->num_rxq && params->num_rxq <= SIMNIC_MAX_QUEUES;
}

struct simnic_slot *simnic_slot_insert(const struct simnic_card_params *params)
{
	struct simhw_card *card;
	int id, ret;

	if (!simhw_slot_params_ok(params))
		return ERR_PTR(-EINVAL);
	id = ida_alloc_max(&simhw_ids, SIMHW_ID_MAX, GFP_KERNEL);
	if (id < 0)
		return ERR_PTR(id);

	card = simhw_card_create(params, id);
	if (IS_ERR(card)) {
		ret = PTR_ERR(card);
		goto err_id;
	}
	ret = simhw_slot_add_pdev(card);
	if (ret)
		goto err_card;
	simhw_debugfs_add(card, dev_name(&card->pdev->dev));
	return simhw_card_slot(card);

err_card:
	simhw_card_power_off(card);
	simhw_card_free(card);
err_id:
	ida_free(&simhw_ids, id);
	return ERR_PTR(ret);
}

/* Others, such as page pools, may hold on to the platform device; the card goes. */
void simnic_slot_eject(struct simnic_slot *slot)
{
	struct simhw_card *card = simhw_slot_card(slot);

	simhw_debugfs_del(card);
	platform_device_unregister(card->pdev);
	simhw_card_power_off(card);
	ida_free(&simhw_ids, card->id);
	simhw_card_free(card);
}

struct platform_device *simnic_slot_pdev(struct simnic_slot *slot)
{
	return simhw_slot_card(slot)->pdev;
}

int simnic_slot_cable(struct simnic_slot *a, struct simnic_slot *b)
{
	return simhw_wire_connect(simhw_slot_card(a), simhw_slot_card(b));
}

void simnic_slot_uncable(struct simnic_slot *slot)
{
	simhw_wire_disconnect(simhw_slot_card(slot));
}

void simnic_slot_seat(struct simnic_slot *slot, bool seated)
{
	simhw_wire_seat(simhw_slot_card(slot), seated);
}

int simnic_slots_init(void)
{
	int ret;

	ret = simhw_irq_domain_init();
	if (ret)
		return ret;
	ret = simhw_intx_init();
	if (ret)
		goto err_domain;
	simhw_debugfs_init();
	return 0;

err_domain:
	simhw_irq_domain_exit();
	return ret;
}

void simnic_slots_exit(void)
{
	simhw_debugfs_exit();
	simhw_intx_exit();
	simhw_irq_domain_exit();
}
