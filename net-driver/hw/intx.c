// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: the line that all cards without vectors share, as legacy PCI
 * interrupts do. It is up while any vector of such a card is due, and fires
 * again for as long as it is up.
 */
#include <linux/cpumask.h>

#include "intx.h"
#include "irq.h"

/**
 * struct simhw_intx - the shared line
 * @irq: its delivery
 * @asserted: vectors that hold it up; under @irq.lock, which nests inside of
 *	the vectors' locks
 */
static struct simhw_intx {
	struct simhw_irq irq;
	unsigned int asserted;
} simhw_intx;

static ktime_t simhw_intx_due(struct simhw_irq *irq)
{
	return simhw_intx.asserted && !irq->masked ? 0 : KTIME_MAX;
}

static bool simhw_intx_fire(struct simhw_irq *irq, ktime_t now)
{
	return true;
}

static const struct simhw_irq_ops simhw_intx_ops = {
	.due = simhw_intx_due,
	.fire = simhw_intx_fire,
};

/* One more vector holds the line up, or one less. Any context. */
void simhw_intx_assert(bool assert)
{
	unsigned long flags;

	raw_spin_lock_irqsave_nested(&simhw_intx.irq.lock, flags, SINGLE_DEPTH_NESTING);
	if (assert)
		simhw_intx.asserted++;
	else
		simhw_intx.asserted--;
	simhw_irq_update(&simhw_intx.irq);
	raw_spin_unlock_irqrestore(&simhw_intx.irq.lock, flags);
}

unsigned int simhw_intx_virq(void)
{
	return simhw_intx.irq.virq;
}

int simhw_intx_init(void)
{
	unsigned int cpu = cpumask_first(cpu_online_mask);

	return simhw_irq_init(&simhw_intx.irq, &simhw_intx_ops, 0, cpu, true);
}

void simhw_intx_exit(void)
{
	simhw_irq_exit(&simhw_intx.irq);
}
