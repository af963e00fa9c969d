/* SPDX-License-Identifier: GPL-2.0 */
/* simnic compat: included in front of driver/card.c, see ops.h */
#ifndef SIMNIC_COMPAT_CARD_H
#define SIMNIC_COMPAT_CARD_H

#ifdef SIMNIC_LACKS_REMOVE_VOID

struct platform_device;

static void simnic_remove_new(struct platform_device *pdev);

static int simnic_remove(struct platform_device *pdev)
{
	simnic_remove_new(pdev);
	return 0;
}

#define simnic_remove(pdev)	simnic_remove_new(pdev)

#endif

#endif
