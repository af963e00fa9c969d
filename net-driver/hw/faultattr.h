/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: how often a fault strikes: the kernel's fault_attr, or the like of it */
#ifndef SIMHW_FAULTATTR_H
#define SIMHW_FAULTATTR_H

#include <linux/atomic.h>
#include <linux/fault-inject.h>
#include <linux/kconfig.h>
#include <linux/types.h>

struct dentry;

#if IS_ENABLED(CONFIG_FAULT_INJECTION_DEBUG_FS)

/**
 * struct simhw_fault_attr - how often a fault strikes
 * @attr: the kernel's
 */
struct simhw_fault_attr {
	struct fault_attr attr;
};

#define simhw_fault_probability(f)	((f)->attr.probability)

#else

/**
 * struct simhw_fault_attr - how often a fault strikes; the members mean what
 * those of struct fault_attr mean
 * @probability: of a strike, in percent
 * @interval: every so many chances only
 * @times: to strike, -1: for ever
 * @space: chances to pass first
 * @count: chances so far
 * @verbose: not 0: say so in the log
 * @name: of the fault
 */
struct simhw_fault_attr {
	unsigned long probability;
	u32 interval;
	atomic_t times;
	atomic_t space;
	atomic_t count;
	u32 verbose;
	const char *name;
};

#define simhw_fault_probability(f)	((f)->probability)

#endif

void simhw_fault_attr_init(struct simhw_fault_attr *attr, const char *name);
struct dentry *simhw_fault_attr_add(struct simhw_fault_attr *attr, const char *name,
				    struct dentry *parent);
bool simhw_fault_attr_strikes(struct simhw_fault_attr *attr);

#endif
