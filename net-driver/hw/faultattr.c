// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: how often a fault strikes. The kernel's fault_attr and its files
 * where there are such; elsewhere files of the same names that mean the same.
 *
 * The file "probability" is not among them: whoever has the fault makes it, to
 * know what is armed without looking at each attribute.
 */
#include <linux/debugfs.h>
#include <linux/printk.h>
#include <linux/random.h>

#include "faultattr.h"

#if IS_ENABLED(CONFIG_FAULT_INJECTION_DEBUG_FS)

void simhw_fault_attr_init(struct simhw_fault_attr *attr, const char *name)
{
	const struct fault_attr initial = FAULT_ATTR_INITIALIZER;

	attr->attr = initial;
	/* a stack dump for each strike would be a fault of its own */
	attr->attr.verbose = 0;
}

struct dentry *simhw_fault_attr_add(struct simhw_fault_attr *attr, const char *name,
				    struct dentry *parent)
{
	struct dentry *dir = fault_create_debugfs_attr(name, parent, &attr->attr);

	debugfs_lookup_and_remove("probability", dir);
	return dir;
}

bool simhw_fault_attr_strikes(struct simhw_fault_attr *attr)
{
	return should_fail(&attr->attr, 1);
}

#else

void simhw_fault_attr_init(struct simhw_fault_attr *attr, const char *name)
{
	memset(attr, 0, sizeof(*attr));
	attr->interval = 1;
	atomic_set(&attr->times, 1);
	attr->name = name;
}

struct dentry *simhw_fault_attr_add(struct simhw_fault_attr *attr, const char *name,
				    struct dentry *parent)
{
	struct dentry *dir = debugfs_create_dir(name, parent);

	debugfs_create_u32("interval", 0600, dir, &attr->interval);
	debugfs_create_atomic_t("times", 0600, dir, &attr->times);
	debugfs_create_atomic_t("space", 0600, dir, &attr->space);
	debugfs_create_u32("verbose", 0600, dir, &attr->verbose);
	return dir;
}

/* Use up one of the times; false if there is none left. */
static bool simhw_fault_attr_once_less(struct simhw_fault_attr *attr)
{
	int times = atomic_read(&attr->times);

	do {
		if (times == -1)
			return true;
		if (!times)
			return false;
	} while (!atomic_try_cmpxchg(&attr->times, &times, times - 1));
	return true;
}

bool simhw_fault_attr_strikes(struct simhw_fault_attr *attr)
{
	unsigned long probability = READ_ONCE(attr->probability);
	u32 interval = READ_ONCE(attr->interval);

	if (!probability || !atomic_read(&attr->times))
		return false;
	if (atomic_dec_if_positive(&attr->space) >= 0)
		return false;
	if (interval > 1 && atomic_inc_return(&attr->count) % interval)
		return false;
	if (probability < 100 && get_random_u32() % 100 >= probability)
		return false;
	if (!simhw_fault_attr_once_less(attr))
		return false;
	if (READ_ONCE(attr->verbose))
		pr_notice("simnic: fault %s strikes\n", attr->name);
	return true;
}

#endif
