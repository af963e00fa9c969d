// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: cables, and the link that they make. A cable is an object of its
 * own, with a card at either end. Who transmits sees only &simhw_card.peer,
 * which is set while the link is up.
 */
#include <linux/bitfield.h>
#include <linux/mii.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "card.h"
#include "rx.h"
#include "wire.h"

/**
 * struct simhw_cable - a cable
 * @end: the cards at its ends
 */
struct simhw_cable {
	struct simhw_card *end[2];
};

/*
 * Protects all cables, who is connected to whom, and the state of the link and
 * of the PHY of all cards: a link has two ends. Process context.
 */
static DEFINE_MUTEX(simhw_wire_mutex);

void simhw_wire_lock(void)
{
	mutex_lock(&simhw_wire_mutex);
}

void simhw_wire_unlock(void)
{
	mutex_unlock(&simhw_wire_mutex);
}

/* The card at the other end of the cable, or NULL */
static struct simhw_card *simhw_wire_other(const struct simhw_card *card)
{
	const struct simhw_cable *cable = card->cable;

	lockdep_assert_held(&simhw_wire_mutex);

	if (!cable)
		return NULL;
	return cable->end[0] == card ? cable->end[1] : cable->end[0];
}

static bool simhw_wire_powered(const struct simhw_card *card)
{
	return (simhw_reg(card, SIMNIC_CTRL) & SIMNIC_CTRL_LINK_EN) &&
	       !(card->phy.bmcr & BMCR_PDOWN);
}

static bool simhw_wire_loopback(const struct simhw_card *card)
{
	return simhw_reg(card, SIMNIC_CTRL) & SIMNIC_CTRL_LOOPBACK;
}

/* Whose PHY this card's one hears, or NULL */
static struct simhw_card *simhw_wire_partner(struct simhw_card *card)
{
	struct simhw_card *other = simhw_wire_other(card);

	if (!simhw_wire_powered(card))
		return NULL;
	if (simhw_wire_loopback(card))
		return card;
	if (!other || !card->seated || !other->seated)
		return NULL;
	if (card->faults.link_down || other->faults.link_down)
		return NULL;
	return simhw_wire_powered(other) && !simhw_wire_loopback(other) ? other : NULL;
}

/* STATUS bits for pause: as the PHYs agreed, or as the driver says */
static u32 simhw_wire_pause(const struct simhw_card *card, const struct simhw_mode *mode)
{
	u32 pause = simhw_reg(card, SIMNIC_PAUSE), status = 0;
	bool tx = pause & SIMNIC_PAUSE_TX;
	bool rx = pause & SIMNIC_PAUSE_RX;
	u8 cap;

	if (!mode->full)
		return 0;
	if ((pause & SIMNIC_PAUSE_AUTO) && mode->autoneg) {
		cap = mii_resolve_flowctrl_fdx(card->phy.adv, card->phy.lpa);
		tx = cap & FLOW_CTRL_TX;
		rx = cap & FLOW_CTRL_RX;
	}
	if (tx)
		status |= SIMNIC_STATUS_TX_PAUSE;
	if (rx)
		status |= SIMNIC_STATUS_RX_PAUSE;
	return status;
}

/* The STATUS register of a card that hears @partner, or nobody */
static u32 simhw_wire_status(const struct simhw_card *card, const struct simhw_card *partner)
{
	struct simhw_mode mode;
	u32 status = 0;

	if (card->cable && card->seated)
		status |= SIMNIC_STATUS_CABLE;
	if (!partner || !simhw_phy_resolve(&card->phy, &partner->phy, &mode))
		return status;

	status |= SIMNIC_STATUS_LINK | simhw_wire_pause(card, &mode);
	status |= FIELD_PREP(SIMNIC_STATUS_SPEED, mode.speed);
	if (mode.full)
		status |= SIMNIC_STATUS_DUPLEX;
	return status;
}

/* Senders that wait for this card look at the new state (see simhw_rx_no_room). */
static void simhw_wire_publish(struct simhw_card *card, u32 status, struct simhw_card *peer)
{
	struct simhw_card *old = rcu_dereference_protected(card->peer,
							   lockdep_is_held(&simhw_wire_mutex));

	if (!(status & SIMNIC_STATUS_LINK)) {
		card->phy.was_down = true;
		peer = NULL;
	}
	if (status == card->status && peer == old)
		return;

	WRITE_ONCE(card->status, status);
	rcu_assign_pointer(card->peer, peer);
	if (peer != old)
		simhw_impair_flush(card);
	simhw_vec_raise(&card->vec[0], SIMNIC_CAUSE_LINK);
}

static void simhw_wire_update_end(struct simhw_card *card)
{
	struct simhw_card *partner = simhw_wire_partner(card);

	simhw_phy_learn(&card->phy, partner ? &partner->phy : NULL);
	if (simhw_wire_powered(card) && simhw_fault_link_is_alone(card))
		simhw_wire_publish(card, simhw_wire_status(card, partner ?: card), NULL);
	else
		simhw_wire_publish(card, simhw_wire_status(card, partner), partner);
}

/* Nobody looks again before both ends are as they shall be. */
static void simhw_wire_update_ends(struct simhw_card *card, struct simhw_card *other)
{
	simhw_wire_update_end(card);
	if (other)
		simhw_wire_update_end(other);

	simhw_rx_wake_all(card);
	if (other)
		simhw_rx_wake_all(other);
}

/**
 * simhw_wire_update() - something that makes the link has changed
 * @card: where
 *
 * Context: process, wire locked.
 */
void simhw_wire_update(struct simhw_card *card)
{
	simhw_wire_update_ends(card, simhw_wire_other(card));
}

/* The link breaks; simhw_wire_update() may bring it back. */
void simhw_wire_drop(struct simhw_card *card)
{
	struct simhw_card *other = simhw_wire_other(card);

	simhw_wire_publish(card, card->status & SIMNIC_STATUS_CABLE, NULL);
	if (other)
		simhw_wire_publish(other, other->status & SIMNIC_STATUS_CABLE, NULL);
}

/* The card has been reset: the link is down, the PHY keeps its settings. */
void simhw_wire_reset(struct simhw_card *card)
{
	simhw_wire_lock();
	simhw_wire_update(card);
	simhw_wire_unlock();
}

int simhw_wire_connect(struct simhw_card *a, struct simhw_card *b)
{
	struct simhw_cable *cable;
	int ret = 0;

	if (a == b)
		return -EINVAL;
	cable = kzalloc_obj(*cable, SIMHW_GFP);
	if (!cable)
		return -ENOMEM;
	cable->end[0] = a;
	cable->end[1] = b;

	simhw_wire_lock();
	if (a->cable || b->cable) {
		ret = -EBUSY;
	} else {
		a->cable = cable;
		b->cable = cable;
		simhw_wire_update(a);
	}
	simhw_wire_unlock();

	if (ret)
		kfree(cable);
	return ret;
}

/*
 * Whoever still transmits has seen the old peer as a reader of RCU, and does not
 * begin to wait there any more, see simhw_rx_no_room().
 */
void simhw_wire_disconnect(struct simhw_card *card)
{
	struct simhw_cable *cable;
	struct simhw_card *other;

	simhw_wire_lock();
	cable = card->cable;
	other = simhw_wire_other(card);
	if (cable) {
		card->cable = NULL;
		other->cable = NULL;
		simhw_wire_update_ends(card, other);
	}
	simhw_wire_unlock();

	if (!cable)
		return;
	synchronize_rcu_expedited();
	/* What was put on it by who still saw the old peer */
	simhw_impair_flush(card);
	simhw_impair_flush(other);
	kfree(cable);
}

void simhw_wire_seat(struct simhw_card *card, bool seated)
{
	simhw_wire_lock();
	card->seated = seated;
	simhw_wire_update(card);
	simhw_wire_unlock();
}
