/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: the line that all cards without vectors share */
#ifndef SIMHW_INTX_H
#define SIMHW_INTX_H

#include <linux/types.h>

void simhw_intx_assert(bool assert);
unsigned int simhw_intx_virq(void);
int simhw_intx_init(void);
void simhw_intx_exit(void);

#endif
