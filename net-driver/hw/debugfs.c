// SPDX-License-Identifier: GPL-2.0
/* simnic card: a directory in debugfs, with a register dump and, if asked for, the faults */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "card.h"
#include "debugfs.h"

static struct dentry *simhw_debugfs;

static void simhw_regs_show_range(struct seq_file *s, struct simhw_card *card, u32 from, u32 to)
{
	for (; from < to; from += 4)
		seq_printf(s, "%04x: %08x\n", from, simhw_bus_ops.rd32(card, from));
}

/* Without statistics: reading them disturbs their latches. */
static int simhw_regs_show(struct seq_file *s, void *unused)
{
	struct simhw_card *card = s->private;
	unsigned int i;

	simhw_regs_show_range(s, card, SIMNIC_ID, SIMNIC_MDIC + 4);
	simhw_regs_show_range(s, card, SIMNIC_ISR, SIMNIC_ISR + 4);
	simhw_regs_show_range(s, card, SIMNIC_MAC_LO, SIMNIC_MAC_HI + 4);
	for (i = 0; i < card->num_vec; i++)
		simhw_regs_show_range(s, card, SIMNIC_VEC(i), SIMNIC_VEC_FIRED(i) + 4);
	for (i = 0; i < card->num_txq; i++)
		simhw_regs_show_range(s, card, SIMNIC_TXQ(i), SIMNIC_TXQ_VECTOR(i) + 4);
	for (i = 0; i < card->num_rxq; i++)
		simhw_regs_show_range(s, card, SIMNIC_RXQ(i), SIMNIC_RXQ_BUFSZ(i) + 4);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(simhw_regs);

void simhw_debugfs_add(struct simhw_card *card, const char *name)
{
	card->debugfs = debugfs_create_dir(name, simhw_debugfs);
	debugfs_create_file("regs", 0400, card->debugfs, card, &simhw_regs_fops);
	simhw_faults_add(card);
}

void simhw_debugfs_del(struct simhw_card *card)
{
	simhw_faults_del(card);
	debugfs_remove_recursive(card->debugfs);
}

void simhw_debugfs_init(void)
{
	simhw_debugfs = debugfs_create_dir("simnic", NULL);
}

void simhw_debugfs_exit(void)
{
	debugfs_remove_recursive(simhw_debugfs);
}
