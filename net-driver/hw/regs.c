// SPDX-License-Identifier: GPL-2.0
/* simnic card: the register file: finds the register, and the bus ops */
#include <linux/interrupt.h>

#include "card.h"
#include "regs.h"
#include "rx.h"
#include "share.h"
#include "tx.h"

/* Busiest first */
static const struct simhw_bank * const simhw_banks[] = {
	&simhw_bank_vec,
	&simhw_bank_card,
	&simhw_bank_txq,
	&simhw_bank_rxq,
	&simhw_bank_stat,
	&simhw_bank_uc,
	&simhw_bank_mc_hash,
	&simhw_bank_vlan,
	&simhw_bank_rss_key,
	&simhw_bank_rss_table,
};

static const struct simhw_bank *simhw_bank_find(u32 reg)
{
	const struct simhw_bank *bank;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(simhw_banks); i++) {
		bank = simhw_banks[i];
		if (reg >= bank->base && reg < bank->base + bank->max * bank->stride)
			return bank;
	}
	return NULL;
}

/* Where @reg is in the card, or NULL if it has no such register */
static const struct simhw_reg *simhw_reg_find(const struct simhw_card *card, u32 reg,
					      unsigned int *i, u32 *off)
{
	const struct simhw_bank *bank = simhw_bank_find(reg);
	const struct simhw_reg *entry;

	if (!bank || reg % 4)
		return NULL;
	*i = (reg - bank->base) / bank->stride;
	*off = (reg - bank->base) % bank->stride;
	if (bank->count && *i >= bank->count(card))
		return NULL;
	if (*off / 4 >= bank->num_regs)
		return NULL;
	entry = &bank->regs[*off / 4];
	return entry->read || entry->write ? entry : NULL;
}

/* Is the card not there? Registers read all ones then. */
static bool simhw_gone(struct simhw_card *card)
{
	if (likely(!READ_ONCE(card->gone)) &&
	    !simhw_fault_armed(&card->faults, BIT(SIMHW_FAULT_CARD_GONE)))
		return false;
	return simhw_fault_card_access(card);
}

/* A reset is deaf to all but another one, which begins it anew. */
static bool simhw_refuses(struct simhw_card *card, u32 reg, u32 val)
{
	return simhw_card_resetting(card) &&
	       !(reg == SIMNIC_CTRL && (val & SIMNIC_CTRL_RESET));
}

static u32 simhw_rd32(void *priv, u32 reg)
{
	struct simhw_card *card = priv;
	const struct simhw_reg *entry;
	unsigned int i;
	u32 off;

	if (simhw_gone(card))
		return U32_MAX;
	entry = simhw_reg_find(card, reg, &i, &off);
	if (!entry) {
		simhw_stats_cold(card, SIMNIC_STAT_REG_UNKNOWN, 1);
		return 0;
	}
	return entry->read ? entry->read(card, i, off) : 0;
}

static void simhw_wr32(void *priv, u32 reg, u32 val)
{
	struct simhw_card *card = priv;
	const struct simhw_reg *entry;
	unsigned int i;
	u32 off;

	if (simhw_gone(card))
		return;
	entry = simhw_reg_find(card, reg, &i, &off);
	if (!entry)
		simhw_stats_cold(card, SIMNIC_STAT_REG_UNKNOWN, 1);
	else if (!entry->write || (!entry->waits && simhw_refuses(card, reg, val)))
		simhw_stats_cold(card, SIMNIC_STAT_REG_RO, 1);
	else
		entry->write(card, i, off, val);
}

/* The short way to the tail registers; all else goes the long one. */
static void simhw_doorbell(void *priv, u32 reg, u32 tail)
{
	struct simhw_card *card = priv;
	u32 tx = reg - SIMNIC_TXQ_TAIL(0), rx = reg - SIMNIC_RXQ_TAIL(0);
	u32 stride = SIMNIC_TXQ(1) - SIMNIC_TXQ(0);

	if (simhw_gone(card))
		return;
	if (unlikely(READ_ONCE(card->resetting)) && simhw_card_resetting(card))
		simhw_wr32(priv, reg, tail);
	else if (tx % stride == 0 && tx / stride < card->num_txq)
		simhw_txq_doorbell(&card->txq[tx / stride], tail);
	else if (rx % stride == 0 && rx / stride < card->num_rxq)
		simhw_rxq_doorbell(&card->rxq[rx / stride], tail);
	else
		simhw_wr32(priv, reg, tail);
}

static bool simhw_take(void *priv, unsigned int rxq, u32 index, struct simnic_share *share)
{
	struct simhw_card *card = priv;

	return !READ_ONCE(card->gone) && rxq < card->num_rxq &&
	       simhw_share_take(&card->rxq[rxq], index, share);
}

const struct simnic_bus_ops simhw_bus_ops = {
	.rd32 = simhw_rd32,
	.wr32 = simhw_wr32,
	.doorbell = simhw_doorbell,
	.take = simhw_take,
};

/* Low word of a counter; its high word waits in the latch. */
u32 simhw_latch(struct simhw_card *card, unsigned int latch, u64 val)
{
	WRITE_ONCE(card->latch[latch], upper_32_bits(val));
	return lower_32_bits(val);
}

u32 simhw_latched(struct simhw_card *card, unsigned int latch)
{
	return READ_ONCE(card->latch[latch]);
}
