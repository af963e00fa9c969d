/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: delivery of interrupts */
#ifndef SIMHW_IRQ_H
#define SIMHW_IRQ_H

#include <linux/hrtimer.h>
#include <linux/irq_work.h>
#include <linux/smp.h>
#include <linux/spinlock.h>

struct irq_desc;
struct simhw_irq;

/**
 * struct simhw_irq_ops - what makes an interrupt fire
 * @due: when it is to fire; KTIME_MAX: there is nothing to fire for
 * @fire: it fires: update the state. False: without the irq_chip, the owner has
 *	seen to it
 * @unmask: the interrupt controller's mask was cleared, or NULL
 *
 * All are called with &simhw_irq.lock held.
 */
struct simhw_irq_ops {
	ktime_t (*due)(struct simhw_irq *irq);
	bool (*fire)(struct simhw_irq *irq, ktime_t now);
	void (*unmask)(struct simhw_irq *irq);
};

/**
 * struct simhw_irq - an interrupt that is delivered on its CPU
 * @lock: protects all below, and the owner's state around it. Any context
 * @ops: the owner
 * @virq: Linux's number, 0 if there is none
 * @desc: its descriptor
 * @cpu: where it shall fire
 * @masked: by the interrupt controller; @ops->due is to respect it
 * @retrigger: to fire once more, whatever the owner says
 * @dead: never to fire again
 * @sent: @csd is on its way to @cpu, which will look at everything anew
 * @armed: when @timer expires or, being past, @work is about to run; KTIME_MAX if
 *	neither
 * @timer: expires in hard interrupt context on @cpu
 * @work: runs there as well, at once
 * @csd: makes @cpu look
 */
struct simhw_irq {
	raw_spinlock_t lock;
	const struct simhw_irq_ops *ops;
	unsigned int virq;
	struct irq_desc *desc;
	unsigned int cpu;
	bool masked;
	bool retrigger;
	bool dead;
	bool sent;
	ktime_t armed;
	struct hrtimer timer;
	struct irq_work work;
	call_single_data_t csd;
};

int simhw_irq_init(struct simhw_irq *irq, const struct simhw_irq_ops *ops,
		   irq_hw_number_t hwirq, unsigned int cpu, bool level);
void simhw_irq_exit(struct simhw_irq *irq);
void simhw_irq_update(struct simhw_irq *irq);

int simhw_irq_domain_init(void);
void simhw_irq_domain_exit(void);

#endif
