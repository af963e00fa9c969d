/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: a directory in debugfs */
#ifndef SIMHW_DEBUGFS_H
#define SIMHW_DEBUGFS_H

struct simhw_card;

void simhw_debugfs_add(struct simhw_card *card, const char *name);
void simhw_debugfs_del(struct simhw_card *card);
void simhw_debugfs_init(void);
void simhw_debugfs_exit(void);

#endif
