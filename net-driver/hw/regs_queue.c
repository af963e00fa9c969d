// SPDX-License-Identifier: GPL-2.0
/* simnic card: registers: vectors and queues */
#include "card.h"
#include "regs.h"
#include "rx.h"
#include "tx.h"
#include "txpost.h"

#define SIMHW_VEC_IDX(reg)	((SIMNIC_VEC_##reg(0) - SIMNIC_VEC(0)) / 4)
#define SIMHW_TXQ_IDX(reg)	((SIMNIC_TXQ_##reg(0) - SIMNIC_TXQ(0)) / 4)
#define SIMHW_RXQ_IDX(reg)	((SIMNIC_RXQ_##reg(0) - SIMNIC_RXQ(0)) / 4)

/* -- Vectors -- */

static u32 simhw_rd_cause(struct simhw_card *card, unsigned int i, u32 off)
{
	return READ_ONCE(card->vec[i].causes);
}

static void simhw_wr_cause(struct simhw_card *card, unsigned int i, u32 off, u32 val)
{
	simhw_vec_clear(&card->vec[i], val);
	if (val & SIMNIC_CAUSE_RX)
		simhw_post_fetch(&card->vec[i]);
}

static void simhw_wr_cause_set(struct simhw_card *card, unsigned int i, u32 off, u32 val)
{
	simhw_vec_raise(&card->vec[i], val & SIMNIC_CAUSE_ALL);
}

static u32 simhw_rd_mask(struct simhw_card *card, unsigned int i, u32 off)
{
	return READ_ONCE(card->vec[i].mask);
}

static void simhw_wr_mask_set(struct simhw_card *card, unsigned int i, u32 off, u32 val)
{
	if (val & 1)
		simhw_vec_mask(&card->vec[i], true);
}

static void simhw_wr_mask_clr(struct simhw_card *card, unsigned int i, u32 off, u32 val)
{
	if (val & 1)
		simhw_vec_mask(&card->vec[i], false);
}

static u32 simhw_rd_vec_ctrl(struct simhw_card *card, unsigned int i, u32 off)
{
	return READ_ONCE(card->vec[i].ctrl);
}

static void simhw_wr_vec_ctrl(struct simhw_card *card, unsigned int i, u32 off, u32 val)
{
	WRITE_ONCE(card->vec[i].ctrl, val & (SIMNIC_VEC_CTRL_AUTOMASK | SIMNIC_VEC_CTRL_AUTOCLEAR));
}

static u32 simhw_rd_itr(struct simhw_card *card, unsigned int i, u32 off)
{
	return READ_ONCE(card->vec[i].itr[off / 4 - SIMHW_VEC_IDX(ITR_RX)]);
}

static void simhw_wr_itr(struct simhw_card *card, unsigned int i, u32 off, u32 val)
{
	simhw_vec_set_itr(&card->vec[i], off / 4 - SIMHW_VEC_IDX(ITR_RX), val, ktime_get());
}

static u32 simhw_rd_fired(struct simhw_card *card, unsigned int i, u32 off)
{
	return READ_ONCE(card->vec[i].fired);
}

static unsigned int simhw_vec_count(const struct simhw_card *card)
{
	return card->num_vec;
}

static const struct simhw_reg simhw_vec_regs[] = {
	[SIMHW_VEC_IDX(CAUSE)] = { simhw_rd_cause, simhw_wr_cause },
	[SIMHW_VEC_IDX(CAUSE_SET)] = { NULL, simhw_wr_cause_set },
	[SIMHW_VEC_IDX(MASK_SET)] = { simhw_rd_mask, simhw_wr_mask_set },
	[SIMHW_VEC_IDX(MASK_CLR)] = { simhw_rd_mask, simhw_wr_mask_clr },
	[SIMHW_VEC_IDX(CTRL)] = { simhw_rd_vec_ctrl, simhw_wr_vec_ctrl },
	[SIMHW_VEC_IDX(ITR_RX)] = { simhw_rd_itr, simhw_wr_itr },
	[SIMHW_VEC_IDX(ITR_TX)] = { simhw_rd_itr, simhw_wr_itr },
	[SIMHW_VEC_IDX(FIRED)] = { simhw_rd_fired, NULL },
};

const struct simhw_bank simhw_bank_vec = {
	.base = SIMNIC_VEC(0),
	.stride = SIMNIC_VEC(1) - SIMNIC_VEC(0),
	.max = SIMNIC_MAX_VECTORS,
	.count = simhw_vec_count,
	.regs = simhw_vec_regs,
	.num_regs = ARRAY_SIZE(simhw_vec_regs),
};

/* -- Transmit queues -- */

static u32 simhw_rd_txq_plain(struct simhw_card *card, unsigned int i, u32 off)
{
	return simhw_queue_reg(&card->txq[i].base, off);
}

static void simhw_wr_txq_plain(struct simhw_card *card, unsigned int i, u32 off, u32 val)
{
	WRITE_ONCE(card->txq[i].base.reg[off / 4], val);
}

static u32 simhw_rd_txq_head(struct simhw_card *card, unsigned int i, u32 off)
{
	return READ_ONCE(card->txq[i].head);
}

static u32 simhw_rd_txq_tail(struct simhw_card *card, unsigned int i, u32 off)
{
	return READ_ONCE(card->txq[i].tail);
}

static void simhw_wr_txq_tail(struct simhw_card *card, unsigned int i, u32 off, u32 val)
{
	simhw_txq_doorbell(&card->txq[i], val);
}

static u32 simhw_rd_txq_ctrl(struct simhw_card *card, unsigned int i, u32 off)
{
	return READ_ONCE(card->txq[i].base.enabled) ? SIMNIC_Q_CTRL_ENABLE : 0;
}

static void simhw_wr_txq_ctrl(struct simhw_card *card, unsigned int i, u32 off, u32 val)
{
	mutex_lock(&card->ctrl_lock);
	if (!simhw_card_deaf(card))
		simhw_txq_write_ctrl(&card->txq[i], val);
	mutex_unlock(&card->ctrl_lock);
}

static u32 simhw_rd_txq_status(struct simhw_card *card, unsigned int i, u32 off)
{
	return simhw_txq_status(&card->txq[i]);
}

/* Counters stand in pairs of words; @off tells which counter, and which word. */
static u32 simhw_rd_txq_count(struct simhw_card *card, unsigned int i, u32 off)
{
	unsigned int n = (off / 4 - SIMHW_TXQ_IDX(FRAMES_LO)) / 2;
	unsigned int latch = SIMNIC_STATS + i * SIMHW_TXQ_COUNTERS + n;

	if (off & 4)
		return simhw_latched(card, latch);
	return simhw_latch(card, latch,
			   simhw_stats_read(&card->txq[i].stats, SIMNIC_STAT_TX_FRAMES + n));
}

static unsigned int simhw_txq_count(const struct simhw_card *card)
{
	return card->num_txq;
}

static const struct simhw_reg simhw_txq_regs[] = {
	[SIMHW_TXQ_IDX(BASE_LO)] = { simhw_rd_txq_plain, simhw_wr_txq_plain },
	[SIMHW_TXQ_IDX(BASE_HI)] = { simhw_rd_txq_plain, simhw_wr_txq_plain },
	[SIMHW_TXQ_IDX(LEN)] = { simhw_rd_txq_plain, simhw_wr_txq_plain },
	[SIMHW_TXQ_IDX(HEAD)] = { simhw_rd_txq_head, NULL },
	[SIMHW_TXQ_IDX(TAIL)] = { simhw_rd_txq_tail, simhw_wr_txq_tail },
	[SIMHW_TXQ_IDX(CTRL)] = { simhw_rd_txq_ctrl, simhw_wr_txq_ctrl, true },
	[SIMHW_TXQ_IDX(STATUS)] = { simhw_rd_txq_status, NULL },
	[SIMHW_TXQ_IDX(VECTOR)] = { simhw_rd_txq_plain, simhw_wr_txq_plain },
	[SIMHW_TXQ_IDX(FRAMES_LO) ... SIMHW_TXQ_IDX(BYTES_HI)] = { simhw_rd_txq_count, NULL },
};

const struct simhw_bank simhw_bank_txq = {
	.base = SIMNIC_TXQ(0),
	.stride = SIMNIC_TXQ(1) - SIMNIC_TXQ(0),
	.max = SIMNIC_MAX_QUEUES,
	.count = simhw_txq_count,
	.regs = simhw_txq_regs,
	.num_regs = ARRAY_SIZE(simhw_txq_regs),
};

/* -- Receive queues -- */

static u32 simhw_rd_rxq_plain(struct simhw_card *card, unsigned int i, u32 off)
{
	return simhw_queue_reg(&card->rxq[i].base, off);
}

static void simhw_wr_rxq_plain(struct simhw_card *card, unsigned int i, u32 off, u32 val)
{
	WRITE_ONCE(card->rxq[i].base.reg[off / 4], val);
}

static u32 simhw_rd_rxq_head(struct simhw_card *card, unsigned int i, u32 off)
{
	return READ_ONCE(card->rxq[i].head);
}

static u32 simhw_rd_rxq_tail(struct simhw_card *card, unsigned int i, u32 off)
{
	return READ_ONCE(card->rxq[i].tail);
}

static void simhw_wr_rxq_tail(struct simhw_card *card, unsigned int i, u32 off, u32 val)
{
	simhw_rxq_doorbell(&card->rxq[i], val);
}

static u32 simhw_rd_rxq_ctrl(struct simhw_card *card, unsigned int i, u32 off)
{
	return READ_ONCE(card->rxq[i].base.enabled) ? SIMNIC_Q_CTRL_ENABLE : 0;
}

static void simhw_wr_rxq_ctrl(struct simhw_card *card, unsigned int i, u32 off, u32 val)
{
	mutex_lock(&card->ctrl_lock);
	if (!simhw_card_deaf(card))
		simhw_rxq_write_ctrl(&card->rxq[i], val);
	mutex_unlock(&card->ctrl_lock);
}

static u32 simhw_rd_rxq_status(struct simhw_card *card, unsigned int i, u32 off)
{
	return simhw_rxq_status(&card->rxq[i]);
}

static u32 simhw_rd_rxq_count(struct simhw_card *card, unsigned int i, u32 off)
{
	static const enum simnic_stat stats[SIMHW_RXQ_COUNTERS] = {
		SIMNIC_STAT_RX_FRAMES, SIMNIC_STAT_RX_BYTES, SIMNIC_STAT_RX_MISSED,
	};
	unsigned int n = (off / 4 - SIMHW_RXQ_IDX(FRAMES_LO)) / 2;
	unsigned int latch = SIMNIC_STATS + SIMNIC_MAX_QUEUES * SIMHW_TXQ_COUNTERS;

	latch += i * SIMHW_RXQ_COUNTERS + n;
	if (off & 4)
		return simhw_latched(card, latch);
	return simhw_latch(card, latch, simhw_stats_read(&card->rxq[i].stats, stats[n]));
}

static unsigned int simhw_rxq_count(const struct simhw_card *card)
{
	return card->num_rxq;
}

static const struct simhw_reg simhw_rxq_regs[] = {
	[SIMHW_RXQ_IDX(BASE_LO)] = { simhw_rd_rxq_plain, simhw_wr_rxq_plain },
	[SIMHW_RXQ_IDX(BASE_HI)] = { simhw_rd_rxq_plain, simhw_wr_rxq_plain },
	[SIMHW_RXQ_IDX(LEN)] = { simhw_rd_rxq_plain, simhw_wr_rxq_plain },
	[SIMHW_RXQ_IDX(HEAD)] = { simhw_rd_rxq_head, NULL },
	[SIMHW_RXQ_IDX(TAIL)] = { simhw_rd_rxq_tail, simhw_wr_rxq_tail },
	[SIMHW_RXQ_IDX(CTRL)] = { simhw_rd_rxq_ctrl, simhw_wr_rxq_ctrl, true },
	[SIMHW_RXQ_IDX(STATUS)] = { simhw_rd_rxq_status, NULL },
	[SIMHW_RXQ_IDX(VECTOR)] = { simhw_rd_rxq_plain, simhw_wr_rxq_plain },
	[SIMHW_RXQ_IDX(BUFSZ)] = { simhw_rd_rxq_plain, simhw_wr_rxq_plain },
	[SIMHW_RXQ_IDX(FRAMES_LO) ... SIMHW_RXQ_IDX(MISSED_HI)] = { simhw_rd_rxq_count, NULL },
};

const struct simhw_bank simhw_bank_rxq = {
	.base = SIMNIC_RXQ(0),
	.stride = SIMNIC_RXQ(1) - SIMNIC_RXQ(0),
	.max = SIMNIC_MAX_QUEUES,
	.count = simhw_rxq_count,
	.regs = simhw_rxq_regs,
	.num_regs = ARRAY_SIZE(simhw_rxq_regs),
};
