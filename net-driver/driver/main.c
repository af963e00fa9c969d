// SPDX-License-Identifier: GPL-2.0
/* The module: workqueue, slots, driver, and ip link on top of them */
#include <linux/module.h>
#include <linux/platform_device.h>

#include "simnic.h"

static int __init simnic_init(void)
{
	int err;

	err = simnic_service_create();
	if (err)
		return err;
	err = simnic_slots_init();
	if (err)
		goto err_service;
	err = platform_driver_register(&simnic_driver);
	if (err)
		goto err_slots;
	err = simnic_rtnl_register();
	if (err)
		goto err_driver;
	return 0;

err_driver:
	platform_driver_unregister(&simnic_driver);
err_slots:
	simnic_slots_exit();
err_service:
	simnic_service_destroy();
	return err;
}
module_init(simnic_init);

static void __exit simnic_exit(void)
{
	simnic_rtnl_unregister();
	platform_driver_unregister(&simnic_driver);
	simnic_slots_exit();
	simnic_service_destroy();
}
module_exit(simnic_exit);

MODULE_DESCRIPTION("Software Ethernet NIC: a simulated card and a real driver for it");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1.0");
