// SPDX-License-Identifier: GPL-2.0
/* simnic card: faults: a link that flaps, and one that nobody is at the other end of */
#include <linux/debugfs.h>
#include <linux/delay.h>

#include "card.h"
#include "wire.h"

#define SIMHW_FLAP_PERIOD	100		/* ms */
#define SIMHW_FLAP_USECS_MAX	(10 * USEC_PER_SEC)

static void simhw_fault_link_set_down(struct simhw_card *card, bool down)
{
	simhw_wire_lock();
	card->faults.link_down = down;
	simhw_wire_update(card);
	simhw_wire_unlock();
}

/* Each period the link may drop, and comes back. */
static void simhw_fault_flap_work(struct work_struct *work)
{
	struct simhw_card *card = container_of(to_delayed_work(work), struct simhw_card,
					       faults.flap_work);
	struct simhw_fault *fault = &card->faults.fault[SIMHW_FAULT_LINK_FLAP];

	if (simhw_fault_strikes(card, SIMHW_FAULT_LINK_FLAP, 0)) {
		simhw_fault_link_set_down(card, true);
		fsleep(clamp(READ_ONCE(fault->usecs), 1U, (u32)SIMHW_FLAP_USECS_MAX));
		simhw_fault_link_set_down(card, false);
	}
	if (simhw_fault_armed(&card->faults, BIT(SIMHW_FAULT_LINK_FLAP)))
		schedule_delayed_work(&card->faults.flap_work,
				      msecs_to_jiffies(max(READ_ONCE(fault->period), 1U)));
}

/* Its probability has changed. */
void simhw_fault_link_flap(struct simhw_card *card)
{
	cancel_delayed_work_sync(&card->faults.flap_work);
	if (simhw_fault_armed(&card->faults, BIT(SIMHW_FAULT_LINK_FLAP)))
		schedule_delayed_work(&card->faults.flap_work, 0);
}

/**
 * simhw_fault_link_is_alone() - does the card think that it has a link?
 * @card: the card, whose PHY is powered
 *
 * From when it strikes until it is called off.
 *
 * Context: process, wire locked.
 * Return: true if so; frames go nowhere then.
 */
bool simhw_fault_link_is_alone(struct simhw_card *card)
{
	struct simhw_faults *faults = &card->faults;

	if (!simhw_fault_armed(faults, BIT(SIMHW_FAULT_LINK_ALONE)))
		faults->link_alone = false;
	else if (!faults->link_alone && simhw_fault_strikes(card, SIMHW_FAULT_LINK_ALONE, 0))
		faults->link_alone = true;
	return faults->link_alone;
}

/* Its probability has changed. */
void simhw_fault_link_alone(struct simhw_card *card)
{
	simhw_wire_lock();
	simhw_wire_update(card);
	simhw_wire_unlock();
}

void simhw_fault_add_flap(struct simhw_fault *fault, struct dentry *dir)
{
	fault->period = SIMHW_FLAP_PERIOD;
	debugfs_create_u32("period", 0600, dir, &fault->period);
}

void simhw_fault_link_init(struct simhw_card *card)
{
	INIT_DELAYED_WORK(&card->faults.flap_work, simhw_fault_flap_work);
}

/* It is not armed any more. */
void simhw_fault_link_exit(struct simhw_card *card)
{
	cancel_delayed_work_sync(&card->faults.flap_work);
}
