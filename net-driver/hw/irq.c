// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: delivery of interrupts. An interrupt fires in hard interrupt
 * context on the CPU that its affinity says: later from a pinned high-resolution
 * timer, at once from an interrupt that the CPU sends to itself. Another CPU
 * where the event came up makes it look by a function call. Nothing runs while
 * there is nothing to fire.
 */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/irqdomain.h>
#include <asm/irq_work.h>

#include "irq.h"

static struct fwnode_handle *simhw_fwnode;
static struct irq_domain *simhw_domain;

static ktime_t simhw_irq_due(struct simhw_irq *irq)
{
	lockdep_assert_held(&irq->lock);

	if (irq->dead)
		return KTIME_MAX;
	if (irq->retrigger && !irq->masked)
		return 0;
	return irq->ops->due(irq);
}

/* A timer that is long due has to be programmed and to expire: a detour. */
static void simhw_irq_start(struct simhw_irq *irq, ktime_t due)
{
	ktime_t delay = due ? max_t(ktime_t, ktime_sub(due, ktime_get()), 0) : 0;

	irq->armed = due;
	if (!delay && arch_irq_work_has_interrupt())
		irq_work_queue(&irq->work);
	else
		hrtimer_start(&irq->timer, delay, HRTIMER_MODE_REL_PINNED_HARD);
}

/* Have the timer run on the right CPU; an offline CPU's place takes this one. */
static void simhw_irq_arm(struct simhw_irq *irq, ktime_t due)
{
	if (irq->cpu != smp_processor_id()) {
		irq->sent = true;
		if (!smp_call_function_single_async(irq->cpu, &irq->csd))
			return;
		irq->sent = false;
	}
	simhw_irq_start(irq, due);
}

/**
 * simhw_irq_update() - something has changed that may make it fire, or earlier
 * @irq: the interrupt
 *
 * Context: any; @irq's lock held, with interrupts off.
 */
void simhw_irq_update(struct simhw_irq *irq)
{
	ktime_t due = simhw_irq_due(irq);

	if (due == KTIME_MAX || irq->sent || irq->armed <= due)
		return;
	simhw_irq_arm(irq, due);
}

/* In hard interrupt context: fire, if it is time and this is the place. */
static bool simhw_irq_try(struct simhw_irq *irq)
{
	ktime_t due = simhw_irq_due(irq);
	ktime_t now = ktime_get();

	if (due == KTIME_MAX)
		return false;
	if (due > now || (irq->cpu != smp_processor_id() && cpu_online(irq->cpu))) {
		simhw_irq_arm(irq, due);
		return false;
	}

	irq->retrigger = false;
	return irq->ops->fire(irq, now);
}

/* What was armed has come. */
static void simhw_irq_expire(struct simhw_irq *irq)
{
	struct irq_desc *desc = irq->desc;
	bool fire = false;

	raw_spin_lock(&irq->lock);
	irq->armed = KTIME_MAX;
	if (!irq->sent)
		fire = simhw_irq_try(irq);
	raw_spin_unlock(&irq->lock);

	if (fire)
		generic_handle_irq_desc(desc);
}

static enum hrtimer_restart simhw_irq_timer(struct hrtimer *timer)
{
	simhw_irq_expire(container_of(timer, struct simhw_irq, timer));
	return HRTIMER_NORESTART;
}

static void simhw_irq_work(struct irq_work *work)
{
	struct simhw_irq *irq = container_of(work, struct simhw_irq, work);

	/* it may have been armed for later before; if it runs by now, so be it */
	hrtimer_try_to_cancel(&irq->timer);
	simhw_irq_expire(irq);
}

/*
 * On the right CPU, by function call. An idle CPU makes such calls outside of
 * hard interrupt context. @irq may be gone as soon as the lock is dropped.
 */
static void simhw_irq_call(void *arg)
{
	struct simhw_irq *irq = arg;
	struct irq_desc *desc = irq->desc;
	bool fire = false;
	unsigned long flags;
	ktime_t due;

	raw_spin_lock_irqsave(&irq->lock, flags);
	irq->sent = false;
	if (in_hardirq()) {
		fire = simhw_irq_try(irq);
	} else {
		due = simhw_irq_due(irq);
		if (due != KTIME_MAX)
			simhw_irq_arm(irq, due);
	}
	raw_spin_unlock_irqrestore(&irq->lock, flags);

	if (fire)
		generic_handle_irq_desc(desc);
}

static void simhw_chip_mask(struct irq_data *data)
{
	struct simhw_irq *irq = irq_data_get_irq_chip_data(data);
	unsigned long flags;

	raw_spin_lock_irqsave(&irq->lock, flags);
	irq->masked = true;
	raw_spin_unlock_irqrestore(&irq->lock, flags);
}

static void simhw_chip_unmask(struct irq_data *data)
{
	struct simhw_irq *irq = irq_data_get_irq_chip_data(data);
	unsigned long flags;

	raw_spin_lock_irqsave(&irq->lock, flags);
	irq->masked = false;
	if (irq->ops->unmask)
		irq->ops->unmask(irq);
	simhw_irq_update(irq);
	raw_spin_unlock_irqrestore(&irq->lock, flags);
}

/* The cause was latched, and is acknowledged in the vector's registers. */
static void simhw_chip_ack(struct irq_data *data)
{
}

static int simhw_chip_retrigger(struct irq_data *data)
{
	struct simhw_irq *irq = irq_data_get_irq_chip_data(data);
	unsigned long flags;

	raw_spin_lock_irqsave(&irq->lock, flags);
	irq->retrigger = true;
	simhw_irq_update(irq);
	raw_spin_unlock_irqrestore(&irq->lock, flags);
	return 1;
}

/* A timer that runs on the old CPU notices by itself. */
static int simhw_chip_set_affinity(struct irq_data *data, const struct cpumask *mask, bool force)
{
	struct simhw_irq *irq = irq_data_get_irq_chip_data(data);
	unsigned int cpu = cpumask_first_and(mask, cpu_online_mask);
	unsigned long flags;

	if (cpu >= nr_cpu_ids)
		return -EINVAL;

	raw_spin_lock_irqsave(&irq->lock, flags);
	if (!cpumask_test_cpu(irq->cpu, mask) || !cpu_online(irq->cpu))
		irq->cpu = cpu;
	cpu = irq->cpu;
	raw_spin_unlock_irqrestore(&irq->lock, flags);

	irq_data_update_effective_affinity(data, cpumask_of(cpu));
	return IRQ_SET_MASK_OK;
}

/* To disable is to mask at once: what comes up meanwhile stays latched here. */
static struct irq_chip simhw_irq_chip = {
	.name = "simnic",
	.irq_disable = simhw_chip_mask,
	.irq_mask = simhw_chip_mask,
	.irq_unmask = simhw_chip_unmask,
	.irq_ack = simhw_chip_ack,
	.irq_retrigger = simhw_chip_retrigger,
	.irq_set_affinity = simhw_chip_set_affinity,
	.flags = IRQCHIP_SKIP_SET_WAKE,
};

static int simhw_domain_map(struct irq_domain *domain, unsigned int virq, irq_hw_number_t hwirq)
{
	irq_set_chip_and_handler(virq, &simhw_irq_chip, handle_edge_irq);
	irq_set_noprobe(virq);
	return 0;
}

static const struct irq_domain_ops simhw_domain_ops = {
	.map = simhw_domain_map,
};

/**
 * simhw_irq_init() - set up an interrupt and map it
 * @irq: the interrupt
 * @ops: what makes it fire
 * @hwirq: its number among all cards' interrupts
 * @cpu: where to deliver it at first
 * @level: stays asserted until acknowledged, so that a handler may have it
 *	masked as long as it works
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int simhw_irq_init(struct simhw_irq *irq, const struct simhw_irq_ops *ops,
		   irq_hw_number_t hwirq, unsigned int cpu, bool level)
{
	struct irq_affinity_desc affinity = {};

	raw_spin_lock_init(&irq->lock);
	irq->ops = ops;
	irq->cpu = cpu;
	irq->masked = true;
	irq->armed = KTIME_MAX;
	hrtimer_setup(&irq->timer, simhw_irq_timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	irq->work = IRQ_WORK_INIT_HARD(simhw_irq_work);
	INIT_CSD(&irq->csd, simhw_irq_call, irq);

	cpumask_copy(&affinity.mask, cpumask_of(cpu));
	irq->virq = irq_create_mapping_affinity(simhw_domain, hwirq, &affinity);
	if (!irq->virq)
		return -ENOMEM;
	/* there for as long as the mapping is: no need to look it up for each interrupt */
	irq->desc = irq_data_to_desc(irq_get_irq_data(irq->virq));
	if (level)
		irq_set_handler(irq->virq, handle_level_irq);
	return irq_set_chip_data(irq->virq, irq);
}

/* Its handler has been freed before. */
void simhw_irq_exit(struct simhw_irq *irq)
{
	unsigned long flags;
	bool sent;

	if (!irq->virq)
		return;

	do {
		raw_spin_lock_irqsave(&irq->lock, flags);
		irq->dead = true;
		sent = irq->sent;
		raw_spin_unlock_irqrestore(&irq->lock, flags);
		if (sent)
			usleep_range(10, 50);
	} while (sent);
	irq_work_sync(&irq->work);
	hrtimer_cancel(&irq->timer);

	irq_dispose_mapping(irq->virq);
	irq->virq = 0;
}

int simhw_irq_domain_init(void)
{
	simhw_fwnode = irq_domain_alloc_named_fwnode("simnic");
	if (!simhw_fwnode)
		return -ENOMEM;

	simhw_domain = irq_domain_create_tree(simhw_fwnode, &simhw_domain_ops, NULL);
	if (!simhw_domain) {
		irq_domain_free_fwnode(simhw_fwnode);
		return -ENOMEM;
	}
	return 0;
}

void simhw_irq_domain_exit(void)
{
	irq_domain_remove(simhw_domain);
	irq_domain_free_fwnode(simhw_fwnode);
}
