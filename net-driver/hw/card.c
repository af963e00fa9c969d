// SPDX-License-Identifier: GPL-2.0
/* simnic card: power and reset */
#include <linux/etherdevice.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/unaligned.h>

#include "card.h"
#include "late.h"
#include "rx.h"
#include "tx.h"
#include "txpost.h"
#include "wire.h"

#define SIMHW_RESET_USECS	100

/* Is RESET set? Every other write is refused until it has cleared itself. */
bool simhw_card_resetting(struct simhw_card *card)
{
	if (likely(!READ_ONCE(card->resetting)))
		return false;
	if (ktime_before(ktime_get(), READ_ONCE(card->reset_end)))
		return true;
	WRITE_ONCE(card->resetting, false);
	return false;
}

/* Is a register write refused that has waited for ctrl_lock? In a reset it is counted. */
bool simhw_card_deaf(struct simhw_card *card)
{
	lockdep_assert_held(&card->ctrl_lock);

	if (card->gone)
		return true;
	if (!simhw_card_resetting(card))
		return false;
	simhw_stats_cold(card, SIMNIC_STAT_REG_RO, 1);
	return true;
}

static void simhw_card_defaults(struct simhw_card *card)
{
	unsigned int i;

	for (i = 0; i < SIMHW_CARD_REGS; i++)
		WRITE_ONCE(card->reg[i], 0);
	simhw_set_reg(card, SIMNIC_MAXFRAME, SIMNIC_MAXFRAME_DEFAULT);
	simhw_set_reg(card, SIMNIC_PAUSE,
		      SIMNIC_PAUSE_AUTO | SIMNIC_PAUSE_TX | SIMNIC_PAUSE_RX);
	simhw_set_reg(card, SIMNIC_MAC_LO, get_unaligned_le32(card->addr));
	simhw_set_reg(card, SIMNIC_MAC_HI, get_unaligned_le16(card->addr + 4));
	memset(&card->filter, 0, sizeof(card->filter));
	memset(&card->rss, 0, sizeof(card->rss));
	simhw_fault_queues_reset(card);

	for (i = 0; i < card->num_txq; i++)
		memset(card->txq[i].base.reg, 0, sizeof(card->txq[i].base.reg));
	for (i = 0; i < card->num_rxq; i++)
		memset(card->rxq[i].base.reg, 0, sizeof(card->rxq[i].base.reg));
}

/* The engines let go of the queues before anything else changes. */
void simhw_card_reset(struct simhw_card *card)
{
	unsigned int i;

	lockdep_assert_held(&card->ctrl_lock);

	WRITE_ONCE(card->reset_end, KTIME_MAX);
	WRITE_ONCE(card->resetting, true);
	for (i = 0; i < card->num_txq; i++)
		simhw_txq_disable(&card->txq[i]);
	for (i = 0; i < card->num_rxq; i++)
		simhw_rxq_disable(&card->rxq[i]);
	for (i = 0; i < card->num_vec; i++)
		simhw_vec_reset(&card->vec[i]);
	simhw_card_defaults(card);
	simhw_wire_reset(card);
	for (i = 0; i < card->num_vec; i++)
		simhw_vec_reset(&card->vec[i]);
	WRITE_ONCE(card->reset_end, ktime_add_us(ktime_get(), SIMHW_RESET_USECS));
}

/* What changes with the CTRL register */
static void simhw_card_set_ctrl(struct simhw_card *card, u32 val)
{
	u32 changed = val ^ simhw_reg(card, SIMNIC_CTRL);
	unsigned int i;

	/* No vector is left between line and message. */
	for (i = 0; (changed & SIMNIC_CTRL_INTX) && i < card->num_vec; i++)
		simhw_vec_mask(&card->vec[i], true);
	simhw_set_reg(card, SIMNIC_CTRL, val);
	for (i = 0; (changed & val & SIMNIC_CTRL_TX_EN) && i < card->num_txq; i++)
		simhw_txq_schedule(&card->txq[i]);

	if (!(changed & (SIMNIC_CTRL_LINK_EN | SIMNIC_CTRL_LOOPBACK)))
		return;
	simhw_wire_lock();
	simhw_wire_update(card);
	simhw_wire_unlock();
}

/* Write the CTRL register. Process context, softirqs on. */
void simhw_card_write_ctrl(struct simhw_card *card, u32 val)
{
	mutex_lock(&card->ctrl_lock);
	if (card->gone) {
		/* it went meanwhile */
	} else if (val & SIMNIC_CTRL_RESET) {
		simhw_card_reset(card);
		simhw_fault_card_reset(card);
	} else if (!simhw_card_deaf(card)) {
		simhw_card_set_ctrl(card, val & SIMHW_CTRL_BITS);
	}
	mutex_unlock(&card->ctrl_lock);
}

static int simhw_card_alloc_queues(struct simhw_card *card)
{
	unsigned int i;

	card->txq = kvcalloc(card->num_txq, sizeof(*card->txq), SIMHW_GFP);
	card->rxq = kvcalloc(card->num_rxq, sizeof(*card->rxq), SIMHW_GFP);
	card->vec = kvcalloc(card->num_vec, sizeof(*card->vec), SIMHW_GFP);
	if (!card->txq || !card->rxq || !card->vec)
		return -ENOMEM;

	for (i = 0; i < card->num_txq; i++)
		simhw_txq_init(card, i);
	for (i = 0; i < card->num_rxq; i++)
		simhw_rxq_init(card, i);
	return 0;
}

static int simhw_card_init_vecs(struct simhw_card *card)
{
	unsigned int i;
	int ret;

	for (i = 0; i < card->num_vec; i++) {
		ret = simhw_vec_init(card, i);
		if (ret)
			goto err_exit;
	}
	return 0;

err_exit:
	while (i--)
		simhw_vec_exit(&card->vec[i]);
	return ret;
}

/**
 * simhw_card_create() - make a card and power it up
 * @params: what card, checked
 * @id: its number among all cards
 *
 * Context: process.
 * Return: the card, or an ERR_PTR.
 */
struct simhw_card *simhw_card_create(const struct simnic_card_params *params, unsigned int id)
{
	struct simhw_card *card;
	int ret;

	card = kvzalloc_obj(*card, SIMHW_GFP);
	if (!card)
		return ERR_PTR(-ENOMEM);

	card->id = id;
	eth_random_addr(card->addr);
	card->num_txq = params->num_txq;
	card->num_rxq = params->num_rxq;
	card->num_vec = 1 + max(params->num_txq, params->num_rxq);
	card->seated = true;
	/* another card may have been at this address: see struct simhw_rss_flow */
	atomic_set(&card->steering, get_random_u32());
	mutex_init(&card->ctrl_lock);
	simhw_faults_init(card);
	simhw_impair_init(card);
	ret = simhw_card_alloc_queues(card);
	if (ret)
		goto err_free;
	ret = simhw_card_init_vecs(card);
	if (ret)
		goto err_free;
	simhw_card_defaults(card);
	simhw_phy_reset(&card->phy);
	return card;

err_free:
	simhw_card_free(card);
	return ERR_PTR(ret);
}

/**
 * simhw_card_power_off() - stop everything; the registers read all ones
 * @card: the card
 *
 * Its interrupts have no handlers any more.
 *
 * Context: process.
 */
void simhw_card_power_off(struct simhw_card *card)
{
	unsigned int i;

	simhw_faults_exit(card);
	mutex_lock(&card->ctrl_lock);
	WRITE_ONCE(card->gone, SIMHW_GONE_OFF);
	simhw_card_reset(card);
	mutex_unlock(&card->ctrl_lock);
	simhw_wire_disconnect(card);
	for (i = 0; i < card->num_txq; i++) {
		simhw_post_exit(&card->txq[i]);
		tasklet_kill(&card->txq[i].sender.bh);
	}
	for (i = 0; i < card->num_rxq; i++)
		tasklet_kill(&card->rxq[i].bh);
	simhw_impair_exit(card);
	for (i = 0; i < card->num_vec; i++)
		simhw_vec_exit(&card->vec[i]);
}

void simhw_card_free(struct simhw_card *card)
{
	unsigned int i;

	for (i = 0; card->rxq && i < card->num_rxq; i++)
		simhw_rxq_exit(&card->rxq[i]);
	for (i = 0; card->txq && i < card->num_txq; i++)
		simhw_late_free(card->txq[i].late);
	mutex_destroy(&card->ctrl_lock);
	kvfree(card->vec);
	kvfree(card->rxq);
	kvfree(card->txq);
	kvfree(card);
}
