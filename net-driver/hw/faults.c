// SPDX-License-Identifier: GPL-2.0
/* simnic card: faults to order and a register dump, in debugfs */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "card.h"

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

void simhw_faults_add(struct simhw_card *card, const char *name)
{
	struct simhw_faults *faults = &card->faults;

	faults->dir = debugfs_create_dir(name, simhw_debugfs);
	debugfs_create_x32("tx_hang", 0600, faults->dir, &faults->tx_hang);
	debugfs_create_atomic_t("dma_fault", 0600, faults->dir, &faults->dma_fault);
	debugfs_create_file("regs", 0400, faults->dir, card, &simhw_regs_fops);
}

void simhw_faults_del(struct simhw_card *card)
{
	debugfs_remove_recursive(card->faults.dir);
}

void simhw_faults_init(void)
{
	simhw_debugfs = debugfs_create_dir("simnic", NULL);
}

void simhw_faults_exit(void)
{
	debugfs_remove_recursive(simhw_debugfs);
}
