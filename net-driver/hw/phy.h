/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: the PHY */
#ifndef SIMHW_PHY_H
#define SIMHW_PHY_H

#include <linux/types.h>

struct simhw_card;

/**
 * struct simhw_phy - the PHY's registers
 * @bmcr: basic mode control, without self-clearing bits
 * @adv: advertised pause bits, of MII_ADVERTISE
 * @adv_speed: advertised speeds
 * @adv_half: advertised half-duplex speeds
 * @force: speed and duplex without autonegotiation
 * @lpa: the partner's MII_ADVERTISE
 * @lpa_speed: the partner's speeds
 * @lpa_half: the partner's half-duplex speeds
 * @was_down: the link was down since BMSR was read
 */
struct simhw_phy {
	u16 bmcr;
	u16 adv;
	u16 adv_speed;
	u16 adv_half;
	u16 force;
	u16 lpa;
	u16 lpa_speed;
	u16 lpa_half;
	bool was_down;
};

/**
 * struct simhw_mode - how a link runs
 * @speed: enum simnic_speed
 * @full: full duplex
 * @autoneg: negotiated by both ends
 */
struct simhw_mode {
	u8 speed;
	bool full;
	bool autoneg;
};

void simhw_phy_reset(struct simhw_phy *phy);
bool simhw_phy_resolve(const struct simhw_phy *phy, const struct simhw_phy *partner,
		       struct simhw_mode *mode);
void simhw_phy_learn(struct simhw_phy *phy, const struct simhw_phy *partner);
u32 simhw_phy_mdio(struct simhw_card *card, u32 mdic);

#endif
