// SPDX-License-Identifier: GPL-2.0
/* simnic card: registers: general, filters, receive side scaling, statistics */
#include <linux/bitfield.h>
#include <linux/unaligned.h>

#include "card.h"
#include "regs.h"
#include "rx.h"
#include "wire.h"

#define SIMHW_REV		1

static u32 simhw_rd_plain(struct simhw_card *card, unsigned int i, u32 off)
{
	return simhw_reg(card, off);
}

static void simhw_wr_plain(struct simhw_card *card, unsigned int i, u32 off, u32 val)
{
	simhw_set_reg(card, off, val);
}

static u32 simhw_rd_id(struct simhw_card *card, unsigned int i, u32 off)
{
	return SIMNIC_ID_VALUE;
}

static u32 simhw_rd_rev(struct simhw_card *card, unsigned int i, u32 off)
{
	return SIMHW_REV;
}

static u32 simhw_rd_caps(struct simhw_card *card, unsigned int i, u32 off)
{
	return FIELD_PREP(SIMNIC_CAPS_TXQ, card->num_txq) |
	       FIELD_PREP(SIMNIC_CAPS_RXQ, card->num_rxq) |
	       FIELD_PREP(SIMNIC_CAPS_VEC, card->num_vec) | SIMNIC_CAPS_SHARE;
}

static u32 simhw_rd_ctrl(struct simhw_card *card, unsigned int i, u32 off)
{
	return simhw_reg(card, SIMNIC_CTRL) | (simhw_card_resetting(card) ? SIMNIC_CTRL_RESET : 0);
}

static void simhw_wr_ctrl(struct simhw_card *card, unsigned int i, u32 off, u32 val)
{
	simhw_card_write_ctrl(card, val);
}

static u32 simhw_rd_status(struct simhw_card *card, unsigned int i, u32 off)
{
	return READ_ONCE(card->status);
}

/* Who waits for a receiver that is switched off, or not meant, waits no more. */
static void simhw_wr_rxctrl(struct simhw_card *card, unsigned int i, u32 off, u32 val)
{
	simhw_set_reg(card, SIMNIC_RXCTRL, val);
	simhw_rx_resteer(card);
}

static void simhw_wr_rssctrl(struct simhw_card *card, unsigned int i, u32 off, u32 val)
{
	simhw_set_reg(card, SIMNIC_RSSCTRL, val);
	simhw_rx_resteer(card);
}

static void simhw_wr_pause(struct simhw_card *card, unsigned int i, u32 off, u32 val)
{
	simhw_wire_lock();
	simhw_set_reg(card, SIMNIC_PAUSE, val);
	simhw_wire_update(card);
	simhw_wire_unlock();
}

static void simhw_wr_mdic(struct simhw_card *card, unsigned int i, u32 off, u32 val)
{
	simhw_set_reg(card, SIMNIC_MDIC, simhw_phy_mdio(card, val));
}

static void simhw_wr_mac_hi(struct simhw_card *card, unsigned int i, u32 off, u32 val)
{
	simhw_set_reg(card, off, val & SIMNIC_UC_HI_ADDR);
}

static u32 simhw_rd_isr(struct simhw_card *card, unsigned int i, u32 off)
{
	return simhw_vec_isr(card);
}

static const struct simhw_reg simhw_card_regs[] = {
	[SIMNIC_ID / 4] = { simhw_rd_id, NULL },
	[SIMNIC_REV / 4] = { simhw_rd_rev, NULL },
	[SIMNIC_CAPS / 4] = { simhw_rd_caps, NULL },
	[SIMNIC_CTRL / 4] = { simhw_rd_ctrl, simhw_wr_ctrl },
	[SIMNIC_STATUS / 4] = { simhw_rd_status, NULL },
	[SIMNIC_MAXFRAME / 4] = { simhw_rd_plain, simhw_wr_plain },
	[SIMNIC_RXCTRL / 4] = { simhw_rd_plain, simhw_wr_rxctrl },
	[SIMNIC_GROMAX / 4] = { simhw_rd_plain, simhw_wr_plain },
	[SIMNIC_RSSCTRL / 4] = { simhw_rd_plain, simhw_wr_rssctrl },
	[SIMNIC_PAUSE / 4] = { simhw_rd_plain, simhw_wr_pause },
	[SIMNIC_MDIC / 4] = { simhw_rd_plain, simhw_wr_mdic },
	[SIMNIC_ISR / 4] = { simhw_rd_isr, NULL },
	[SIMNIC_MAC_LO / 4] = { simhw_rd_plain, simhw_wr_plain },
	[SIMNIC_MAC_HI / 4] = { simhw_rd_plain, simhw_wr_mac_hi },
};

const struct simhw_bank simhw_bank_card = {
	.base = SIMNIC_ID,
	.stride = SIMHW_CARD_REGS * 4,
	.max = 1,
	.regs = simhw_card_regs,
	.num_regs = ARRAY_SIZE(simhw_card_regs),
};

static u32 simhw_rd_uc(struct simhw_card *card, unsigned int i, u32 off)
{
	return off ? READ_ONCE(card->filter.uc[i].hi) : READ_ONCE(card->filter.uc[i].lo);
}

static void simhw_wr_uc_lo(struct simhw_card *card, unsigned int i, u32 off, u32 val)
{
	WRITE_ONCE(card->filter.uc[i].lo, val);
}

static void simhw_wr_uc_hi(struct simhw_card *card, unsigned int i, u32 off, u32 val)
{
	WRITE_ONCE(card->filter.uc[i].hi, val & (SIMNIC_UC_HI_ADDR | SIMNIC_UC_HI_VALID));
}

static const struct simhw_reg simhw_uc_regs[] = {
	{ simhw_rd_uc, simhw_wr_uc_lo },
	{ simhw_rd_uc, simhw_wr_uc_hi },
};

const struct simhw_bank simhw_bank_uc = {
	.base = SIMNIC_UC_LO(0),
	.stride = SIMNIC_UC_LO(1) - SIMNIC_UC_LO(0),
	.max = SIMNIC_UC_FILTERS,
	.regs = simhw_uc_regs,
	.num_regs = ARRAY_SIZE(simhw_uc_regs),
};

static u32 simhw_rd_mc_hash(struct simhw_card *card, unsigned int i, u32 off)
{
	return READ_ONCE(card->filter.mc_hash[i]);
}

static void simhw_wr_mc_hash(struct simhw_card *card, unsigned int i, u32 off, u32 val)
{
	WRITE_ONCE(card->filter.mc_hash[i], val);
}

static const struct simhw_reg simhw_mc_hash_reg = { simhw_rd_mc_hash, simhw_wr_mc_hash };

const struct simhw_bank simhw_bank_mc_hash = {
	.base = SIMNIC_MC_HASH(0),
	.stride = 4,
	.max = SIMNIC_MC_HASH_BITS / 32,
	.regs = &simhw_mc_hash_reg,
	.num_regs = 1,
};

static u32 simhw_rd_vlan(struct simhw_card *card, unsigned int i, u32 off)
{
	return READ_ONCE(card->filter.vlan[i]);
}

static void simhw_wr_vlan(struct simhw_card *card, unsigned int i, u32 off, u32 val)
{
	WRITE_ONCE(card->filter.vlan[i], val);
}

static const struct simhw_reg simhw_vlan_reg = { simhw_rd_vlan, simhw_wr_vlan };

const struct simhw_bank simhw_bank_vlan = {
	.base = SIMNIC_VLAN_FILTER(0),
	.stride = 4,
	.max = 4096 / 32,
	.regs = &simhw_vlan_reg,
	.num_regs = 1,
};

static u32 simhw_rd_rss_key(struct simhw_card *card, unsigned int i, u32 off)
{
	return get_unaligned_le32(&card->rss.key[i * 4]);
}

static void simhw_wr_rss_key(struct simhw_card *card, unsigned int i, u32 off, u32 val)
{
	mutex_lock(&card->ctrl_lock);
	put_unaligned_le32(val, &card->rss.key[i * 4]);
	simhw_rss_update(&card->rss);
	mutex_unlock(&card->ctrl_lock);
	simhw_rx_resteer(card);
}

static const struct simhw_reg simhw_rss_key_reg = { simhw_rd_rss_key, simhw_wr_rss_key };

const struct simhw_bank simhw_bank_rss_key = {
	.base = SIMNIC_RSS_KEY(0),
	.stride = 4,
	.max = SIMNIC_RSS_KEY_SIZE / 4,
	.regs = &simhw_rss_key_reg,
	.num_regs = 1,
};

static u32 simhw_rd_rss_table(struct simhw_card *card, unsigned int i, u32 off)
{
	return get_unaligned_le32(&card->rss.table[i * 4]);
}

static void simhw_wr_rss_table(struct simhw_card *card, unsigned int i, u32 off, u32 val)
{
	put_unaligned_le32(val, &card->rss.table[i * 4]);
	simhw_rx_resteer(card);
}

static const struct simhw_reg simhw_rss_table_reg = { simhw_rd_rss_table, simhw_wr_rss_table };

const struct simhw_bank simhw_bank_rss_table = {
	.base = SIMNIC_RSS_TABLE(0),
	.stride = 4,
	.max = SIMNIC_RSS_TABLE_SIZE / 4,
	.regs = &simhw_rss_table_reg,
	.num_regs = 1,
};

static u32 simhw_rd_stat_lo(struct simhw_card *card, unsigned int i, u32 off)
{
	return simhw_latch(card, i, simhw_stats_sum(card, i));
}

static u32 simhw_rd_stat_hi(struct simhw_card *card, unsigned int i, u32 off)
{
	return simhw_latched(card, i);
}

static const struct simhw_reg simhw_stat_regs[] = {
	{ simhw_rd_stat_lo, NULL },
	{ simhw_rd_stat_hi, NULL },
};

const struct simhw_bank simhw_bank_stat = {
	.base = SIMNIC_STAT_LO(0),
	.stride = SIMNIC_STAT_LO(1) - SIMNIC_STAT_LO(0),
	.max = SIMNIC_STATS,
	.regs = simhw_stat_regs,
	.num_regs = ARRAY_SIZE(simhw_stat_regs),
};
