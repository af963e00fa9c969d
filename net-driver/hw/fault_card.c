// SPDX-License-Identifier: GPL-2.0
/* simnic card: faults: the whole card: gone, and resets that take their time */
#include <linux/debugfs.h>
#include <linux/preempt.h>

#include "card.h"

/* All is still before the first register reads all ones: nothing is written any more. */
static void simhw_fault_gone(struct simhw_card *card)
{
	mutex_lock(&card->ctrl_lock);
	if (!card->gone) {
		simhw_card_reset(card);
		atomic_set(&card->faults.accesses, 0);
		WRITE_ONCE(card->gone, SIMHW_GONE_FAULT);
	}
	mutex_unlock(&card->ctrl_lock);
}

static void simhw_fault_gone_work(struct work_struct *work)
{
	simhw_fault_gone(container_of(work, struct simhw_card, faults.gone_work));
}

/* It is there again, as after power-on. */
static void simhw_fault_back(struct simhw_card *card)
{
	cancel_work_sync(&card->faults.gone_work);
	mutex_lock(&card->ctrl_lock);
	if (card->gone == SIMHW_GONE_FAULT)
		WRITE_ONCE(card->gone, 0);
	mutex_unlock(&card->ctrl_lock);
}

/**
 * simhw_fault_card_access() - a register of a card that is gone, or might go
 * @card: the card
 *
 * It goes a moment later: the engines have to be waited for.
 *
 * Context: any.
 * Return: true if it is gone.
 */
bool simhw_fault_card_access(struct simhw_card *card)
{
	if (READ_ONCE(card->gone)) {
		atomic_inc(&card->faults.accesses);
		return true;
	}
	if (!in_hardirq() && simhw_fault_strikes(card, SIMHW_FAULT_CARD_GONE, 0))
		schedule_work(&card->faults.gone_work);
	return false;
}

/* A reset has begun: when is it over? Process context, ctrl_lock held. */
void simhw_fault_card_reset(struct simhw_card *card)
{
	struct simhw_fault *late = &card->faults.fault[SIMHW_FAULT_RESET_LATE];

	if (simhw_fault_strikes(card, SIMHW_FAULT_RESET_LATE, 0))
		WRITE_ONCE(card->reset_end,
			   ktime_add_us(card->reset_end, READ_ONCE(late->usecs)));
	if (simhw_fault_strikes(card, SIMHW_FAULT_RESET_NEVER, 0))
		WRITE_ONCE(card->reset_end, KTIME_MAX);
}

/* A reset that was never to end does, once the fault is called off. */
void simhw_fault_card_reset_over(struct simhw_card *card)
{
	mutex_lock(&card->ctrl_lock);
	if (!simhw_fault_armed(&card->faults, BIT(SIMHW_FAULT_RESET_NEVER)) &&
	    card->reset_end == KTIME_MAX)
		WRITE_ONCE(card->reset_end, ktime_get());
	mutex_unlock(&card->ctrl_lock);
}

static int simhw_gone_get(void *data, u64 *val)
{
	const struct simhw_fault *fault = data;

	*val = !!READ_ONCE(fault->card->gone);
	return 0;
}

static int simhw_gone_set(void *data, u64 val)
{
	struct simhw_fault *fault = data;

	if (val > 1)
		return -EINVAL;
	if (val)
		simhw_fault_gone(fault->card);
	else
		simhw_fault_back(fault->card);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(simhw_gone_fops, simhw_gone_get, simhw_gone_set, "%llu\n");

void simhw_fault_add_gone(struct simhw_fault *fault, struct dentry *dir)
{
	debugfs_create_file_unsafe("gone", 0600, dir, fault, &simhw_gone_fops);
	debugfs_create_atomic_t("accesses", 0400, dir, &fault->card->faults.accesses);
}

void simhw_fault_card_init(struct simhw_card *card)
{
	INIT_WORK(&card->faults.gone_work, simhw_fault_gone_work);
}
