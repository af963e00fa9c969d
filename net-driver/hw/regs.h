/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: the register file */
#ifndef SIMHW_REGS_H
#define SIMHW_REGS_H

#include <linux/types.h>

struct simhw_card;

/**
 * struct simhw_reg - what access to a register does
 * @read: value; NULL: write-only, zero
 * @write: NULL: read-only
 * @waits: written in process context; @write refuses by itself what comes in a reset,
 *	once the engines have let go. Who stops a queue has to be able to rely on that
 *
 * @i counts the instances of the register's bank, @off is the register's offset
 * in an instance.
 */
struct simhw_reg {
	u32 (*read)(struct simhw_card *card, unsigned int i, u32 off);
	void (*write)(struct simhw_card *card, unsigned int i, u32 off, u32 val);
	bool waits;
};

/**
 * struct simhw_bank - registers that repeat
 * @base: offset of the first instance
 * @stride: bytes of an instance
 * @max: instances
 * @count: how many of them this card has, or NULL: all
 * @regs: registers of an instance
 * @num_regs: how many
 */
struct simhw_bank {
	u32 base;
	u32 stride;
	u32 max;
	unsigned int (*count)(const struct simhw_card *card);
	const struct simhw_reg *regs;
	unsigned int num_regs;
};

extern const struct simhw_bank simhw_bank_card;
extern const struct simhw_bank simhw_bank_uc;
extern const struct simhw_bank simhw_bank_mc_hash;
extern const struct simhw_bank simhw_bank_vlan;
extern const struct simhw_bank simhw_bank_rss_key;
extern const struct simhw_bank simhw_bank_rss_table;
extern const struct simhw_bank simhw_bank_stat;
extern const struct simhw_bank simhw_bank_vec;
extern const struct simhw_bank simhw_bank_txq;
extern const struct simhw_bank simhw_bank_rxq;

u32 simhw_latch(struct simhw_card *card, unsigned int latch, u64 val);
u32 simhw_latched(struct simhw_card *card, unsigned int latch);

#endif
