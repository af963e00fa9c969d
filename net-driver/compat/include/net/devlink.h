/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SIMNIC_COMPAT_NET_DEVLINK_H
#define SIMNIC_COMPAT_NET_DEVLINK_H

#include_next <net/devlink.h>

#ifdef SIMNIC_LACKS_DEVL_REGISTER

static inline int devl_register(struct devlink *devlink)
{
	devlink_set_features(devlink, DEVLINK_F_RELOAD);
	devlink_register(devlink);
	return 0;
}

/* It waits for those who hold the instance, and they for its lock */
static inline void devl_unregister(struct devlink *devlink)
{
	devl_unlock(devlink);
	devlink_unregister(devlink);
	devl_lock(devlink);
}

/* Reporters have a lock of their own */
#define devl_health_reporter_create(devlink, ops, priv) \
	devlink_health_reporter_create(devlink, ops, 0, priv)
#define devl_health_reporter_destroy(reporter) \
	devlink_health_reporter_destroy(reporter)

#elif defined(SIMNIC_LACKS_REPORTER_PERIOD)

/* The period comes with the call instead of the operations */
#define devl_health_reporter_create(devlink, ops, priv) \
	devl_health_reporter_create(devlink, ops, 0, priv)

#endif

#endif
