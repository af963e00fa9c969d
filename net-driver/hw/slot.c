// SPDX-License-Identifier: GPL-2.0
/* simnic card: slots, which cards are plugged into: a platform device for each */
#include <linux/idr.h>
#include <linux/wait_bit.h>

#include "card.h"
#include "intx.h"
#include "wire.h"

/* So that the numbers of all interrupts fit into 31 bits */
#define SIMHW_ID_MAX	0xffffff

static DEFINE_IDA(simhw_ids);
static atomic_t simhw_cards = ATOMIC_INIT(0);

/* A slot is known by the card in it; there is nothing else to it. */
static struct simhw_card *simhw_slot_card(struct simnic_slot *slot)
{
	return (struct simhw_card *)slot;
}

static struct simnic_slot *simhw_card_slot(struct simhw_card *card)
{
	return (struct simnic_slot *)card;
}

/* The last reference to the platform device is gone. */
static void simhw_slot_release(struct device *dev)
{
	struct simhw_card *card = container_of(dev, struct simhw_card, pdev.dev);

	ida_free(&simhw_ids, card->id);
	simhw_card_free(card);
	if (atomic_dec_and_test(&simhw_cards))
		wake_up_var(&simhw_cards);
}

static void simhw_slot_add_irq(struct simhw_card *card, unsigned int virq, const char *name)
{
	struct resource res = DEFINE_RES_IRQ_NAMED(virq, name);

	card->res[card->pdev.num_resources++] = res;
}

static void simhw_slot_init_pdev(struct simhw_card *card)
{
	struct platform_device *pdev = &card->pdev;
	unsigned int i;

	for (i = 0; i < card->num_vec; i++)
		simhw_slot_add_irq(card, card->vec[i].irq.virq, NULL);
	simhw_slot_add_irq(card, simhw_intx_virq(), "intx");

	card->bus.ops = &simhw_bus_ops;
	card->bus.card = card;
	pdev->name = "simnic";
	pdev->id = card->id;
	pdev->resource = card->res;
	pdev->dev.platform_data = &card->bus;
	pdev->dev.release = simhw_slot_release;
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
	atomic_inc(&simhw_cards);
	simhw_slot_init_pdev(card);
	ret = platform_device_register(&card->pdev);
	if (ret)
		goto err_put;
	simhw_faults_add(card, dev_name(&card->pdev.dev));
	return simhw_card_slot(card);

err_put:
	simhw_card_power_off(card);
	platform_device_put(&card->pdev);
	return ERR_PTR(ret);
err_id:
	ida_free(&simhw_ids, id);
	return ERR_PTR(ret);
}

void simnic_slot_eject(struct simnic_slot *slot)
{
	struct simhw_card *card = simhw_slot_card(slot);

	simhw_faults_del(card);
	platform_device_del(&card->pdev);
	simhw_card_power_off(card);
	platform_device_put(&card->pdev);
}

struct platform_device *simnic_slot_pdev(struct simnic_slot *slot)
{
	return &simhw_slot_card(slot)->pdev;
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
	simhw_faults_init();
	return 0;

err_domain:
	simhw_irq_domain_exit();
	return ret;
}

/* All cards have been ejected; somebody may still hold on to one. */
void simnic_slots_exit(void)
{
	wait_var_event(&simhw_cards, !atomic_read(&simhw_cards));
	simhw_faults_exit();
	simhw_intx_exit();
	simhw_irq_domain_exit();
}
