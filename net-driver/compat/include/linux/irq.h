/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SIMNIC_COMPAT_LINUX_IRQ_H
#define SIMNIC_COMPAT_LINUX_IRQ_H

#include_next <linux/irq.h>

#ifdef SIMNIC_LACKS_IRQ_MOVE

/*
 * x86 puts a change of affinity off until the interrupt's next acknowledgment,
 * by its own interrupt controllers, unless told that it may come at any time.
 */
static inline void simnic_irq_set_chip_and_handler(unsigned int irq, const struct irq_chip *chip,
						   irq_flow_handler_t handle)
{
	irq_set_chip_and_handler(irq, chip, handle);
	irq_set_status_flags(irq, IRQ_MOVE_PCNTXT);
}

#define irq_set_chip_and_handler	simnic_irq_set_chip_and_handler

#endif

#endif
