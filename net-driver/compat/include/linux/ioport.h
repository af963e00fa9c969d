/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SIMNIC_COMPAT_LINUX_IOPORT_H
#define SIMNIC_COMPAT_LINUX_IOPORT_H

#include_next <linux/ioport.h>

#ifdef SIMNIC_LACKS_RES_LITERAL

/* An expression, not only an initializer */
static inline struct resource simnic_res_irq(resource_size_t irq, const char *name)
{
	return (struct resource)DEFINE_RES_NAMED(irq, 1, name, IORESOURCE_IRQ);
}

#undef DEFINE_RES_IRQ_NAMED
#define DEFINE_RES_IRQ_NAMED(_irq, _name)	simnic_res_irq(_irq, _name)

#endif

#endif
