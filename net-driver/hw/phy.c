// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: the PHY: registers by MDIO, autonegotiation. All is protected by
 * the wire's lock.
 */
#include <linux/bitfield.h>
#include <linux/bitops.h>
#include <linux/mii.h>

#include "card.h"
#include "wire.h"

#define SIMHW_PHY_SPEEDS	GENMASK(SIMNIC_SPEEDS - 1, 0)
#define SIMHW_PHY_HALF		GENMASK(SIMNIC_SPEED_1000, SIMNIC_SPEED_10)
#define SIMHW_PHY_PAUSE		(ADVERTISE_PAUSE_CAP | ADVERTISE_PAUSE_ASYM)
#define SIMHW_PHY_BMCR		(BMCR_ANENABLE | BMCR_PDOWN)

void simhw_phy_reset(struct simhw_phy *phy)
{
	phy->bmcr = BMCR_ANENABLE;
	phy->adv = ADVERTISE_PAUSE_CAP;
	phy->adv_speed = SIMHW_PHY_SPEEDS;
	phy->adv_half = SIMHW_PHY_HALF;
	phy->force = FIELD_PREP(SIMNIC_PHY_FORCE_SPEED, SIMNIC_SPEED_1000) |
		     SIMNIC_PHY_FORCE_DUPLEX;
}

/* Both negotiate: the fastest speed that both have, rather full duplex than half */
static bool simhw_phy_negotiate(const struct simhw_phy *a, const struct simhw_phy *b,
				struct simhw_mode *mode)
{
	int full = fls(a->adv_speed & b->adv_speed);
	int half = fls(a->adv_half & b->adv_half);

	if (!full && !half)
		return false;
	mode->autoneg = true;
	mode->full = full >= half;
	mode->speed = max(full, half) - 1;
	return true;
}

/* One negotiates, and detects the other's speed if it has it itself. */
static bool simhw_phy_detect(const struct simhw_phy *aneg, const struct simhw_phy *forced,
			     struct simhw_mode *mode)
{
	mode->speed = FIELD_GET(SIMNIC_PHY_FORCE_SPEED, forced->force);
	mode->full = forced->force & SIMNIC_PHY_FORCE_DUPLEX;
	mode->autoneg = false;
	return (mode->full ? aneg->adv_speed : aneg->adv_half) & BIT(mode->speed);
}

/**
 * simhw_phy_resolve() - how two PHYs get along
 * @phy: this end
 * @partner: the other end; may be @phy
 * @mode: how @phy runs, if it does
 *
 * Return: whether there is a link.
 */
bool simhw_phy_resolve(const struct simhw_phy *phy, const struct simhw_phy *partner,
		       struct simhw_mode *mode)
{
	bool autoneg = phy->bmcr & BMCR_ANENABLE;
	bool partner_autoneg = partner->bmcr & BMCR_ANENABLE;

	if (autoneg && partner_autoneg)
		return simhw_phy_negotiate(phy, partner, mode);
	if (autoneg)
		return simhw_phy_detect(phy, partner, mode);
	if (partner_autoneg)
		return simhw_phy_detect(partner, phy, mode);

	mode->speed = FIELD_GET(SIMNIC_PHY_FORCE_SPEED, phy->force);
	mode->full = phy->force & SIMNIC_PHY_FORCE_DUPLEX;
	mode->autoneg = false;
	return mode->speed == FIELD_GET(SIMNIC_PHY_FORCE_SPEED, partner->force);
}

/* MII_ADVERTISE, as derived from the vendor's registers */
static u16 simhw_phy_advertise(const struct simhw_phy *phy)
{
	u16 adv = ADVERTISE_CSMA | phy->adv;

	if (phy->adv_speed & BIT(SIMNIC_SPEED_10))
		adv |= ADVERTISE_10FULL;
	if (phy->adv_speed & BIT(SIMNIC_SPEED_100))
		adv |= ADVERTISE_100FULL;
	if (phy->adv_half & BIT(SIMNIC_SPEED_10))
		adv |= ADVERTISE_10HALF;
	if (phy->adv_half & BIT(SIMNIC_SPEED_100))
		adv |= ADVERTISE_100HALF;
	return adv;
}

/* Take over what the partner advertises; @partner is NULL if nothing is heard. */
void simhw_phy_learn(struct simhw_phy *phy, const struct simhw_phy *partner)
{
	bool heard = partner && (partner->bmcr & phy->bmcr & BMCR_ANENABLE);

	phy->lpa = heard ? simhw_phy_advertise(partner) | LPA_LPACK : 0;
	phy->lpa_speed = heard ? partner->adv_speed : 0;
	phy->lpa_half = heard ? partner->adv_half : 0;
}

/* Link down is latched until it is read. */
static u16 simhw_phy_read_bmsr(struct simhw_card *card)
{
	bool link = card->status & SIMNIC_STATUS_LINK;
	struct simhw_phy *phy = &card->phy;
	u16 val;

	val = BMSR_100FULL | BMSR_100HALF | BMSR_10FULL | BMSR_10HALF | BMSR_ANEGCAPABLE;
	if (link && (phy->bmcr & BMCR_ANENABLE))
		val |= BMSR_ANEGCOMPLETE;
	if (link && !phy->was_down)
		val |= BMSR_LSTATUS;
	phy->was_down = !link;
	return val;
}

static int simhw_phy_read(struct simhw_card *card, unsigned int reg)
{
	struct simhw_phy *phy = &card->phy;

	switch (reg) {
	case MII_BMCR:
		return phy->bmcr;
	case MII_BMSR:
		return simhw_phy_read_bmsr(card);
	case MII_PHYSID1:
		return SIMNIC_PHY_ID1;
	case MII_PHYSID2:
		return SIMNIC_PHY_ID2;
	case MII_ADVERTISE:
		return simhw_phy_advertise(phy);
	case MII_LPA:
		return phy->lpa;
	case SIMNIC_PHY_ADV_SPEED:
		return phy->adv_speed;
	case SIMNIC_PHY_LPA_SPEED:
		return phy->lpa_speed;
	case SIMNIC_PHY_FORCE:
		return phy->force;
	case SIMNIC_PHY_ADV_HALF:
		return phy->adv_half;
	case SIMNIC_PHY_LPA_HALF:
		return phy->lpa_half;
	default:
		return -ENODEV;
	}
}

static void simhw_phy_write_bmcr(struct simhw_card *card, u16 val)
{
	struct simhw_phy *phy = &card->phy;

	if (val & BMCR_RESET)
		simhw_phy_reset(phy);
	else
		phy->bmcr = val & SIMHW_PHY_BMCR;
	if (val & (BMCR_RESET | BMCR_ANRESTART))
		simhw_wire_drop(card);
}

static bool simhw_phy_force_ok(u16 val)
{
	unsigned int speed = FIELD_GET(SIMNIC_PHY_FORCE_SPEED, val);

	return speed < SIMNIC_SPEEDS &&
	       ((val & SIMNIC_PHY_FORCE_DUPLEX) || speed <= SIMNIC_SPEED_1000);
}

static int simhw_phy_write(struct simhw_card *card, unsigned int reg, u16 val)
{
	struct simhw_phy *phy = &card->phy;

	switch (reg) {
	case MII_BMCR:
		simhw_phy_write_bmcr(card, val);
		break;
	case MII_ADVERTISE:
		phy->adv = val & SIMHW_PHY_PAUSE;
		break;
	case SIMNIC_PHY_ADV_SPEED:
		phy->adv_speed = val & SIMHW_PHY_SPEEDS;
		break;
	case SIMNIC_PHY_FORCE:
		if (!simhw_phy_force_ok(val))
			return -EINVAL;
		phy->force = val & (SIMNIC_PHY_FORCE_SPEED | SIMNIC_PHY_FORCE_DUPLEX);
		break;
	case SIMNIC_PHY_ADV_HALF:
		phy->adv_half = val & SIMHW_PHY_HALF;
		break;
	default:
		return -ENODEV;
	}

	simhw_wire_update(card);
	return 0;
}

/**
 * simhw_phy_mdio() - an MDIO transfer
 * @card: the card
 * @mdic: as written to the MDIC register
 *
 * Context: process, may sleep.
 * Return: what the register reads afterwards.
 */
u32 simhw_phy_mdio(struct simhw_card *card, u32 mdic)
{
	unsigned int reg = FIELD_GET(SIMNIC_MDIC_REG, mdic);
	int ret;

	simhw_wire_lock();
	if (mdic & SIMNIC_MDIC_WRITE)
		ret = simhw_phy_write(card, reg, FIELD_GET(SIMNIC_MDIC_DATA, mdic));
	else
		ret = simhw_phy_read(card, reg);
	simhw_wire_unlock();

	mdic &= SIMNIC_MDIC_DATA | SIMNIC_MDIC_REG | SIMNIC_MDIC_WRITE;
	if (ret < 0)
		mdic |= SIMNIC_MDIC_ERROR;
	else if (!(mdic & SIMNIC_MDIC_WRITE))
		mdic = (mdic & ~SIMNIC_MDIC_DATA) | FIELD_PREP(SIMNIC_MDIC_DATA, ret);
	return mdic | SIMNIC_MDIC_READY;
}
