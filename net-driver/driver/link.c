// SPDX-License-Identifier: GPL-2.0
/* PHY and carrier: MDIO, speeds, pause */
#include <linux/bitfield.h>
#include <linux/ethtool.h>
#include <linux/iopoll.h>
#include <linux/mii.h>
#include <linux/rtnetlink.h>

#include "simnic.h"

#define SIMNIC_MDIO_TIMEOUT_US	1000

/* What each of the PHY's speeds is called, by enum simnic_speed */
static const struct {
	u32 speed;
	int full;
	int half;	/* -1: there is none */
} simnic_modes[SIMNIC_SPEEDS] = {
	[SIMNIC_SPEED_10] = {
		10, ETHTOOL_LINK_MODE_10baseT_Full_BIT, ETHTOOL_LINK_MODE_10baseT_Half_BIT },
	[SIMNIC_SPEED_100] = {
		100, ETHTOOL_LINK_MODE_100baseT_Full_BIT, ETHTOOL_LINK_MODE_100baseT_Half_BIT },
	[SIMNIC_SPEED_1000] = {
		1000, ETHTOOL_LINK_MODE_1000baseT_Full_BIT, ETHTOOL_LINK_MODE_1000baseT_Half_BIT },
	[SIMNIC_SPEED_2500] = { 2500, ETHTOOL_LINK_MODE_2500baseT_Full_BIT, -1 },
	[SIMNIC_SPEED_5000] = { 5000, ETHTOOL_LINK_MODE_5000baseT_Full_BIT, -1 },
	[SIMNIC_SPEED_10000] = { 10000, ETHTOOL_LINK_MODE_10000baseT_Full_BIT, -1 },
	[SIMNIC_SPEED_25000] = { 25000, ETHTOOL_LINK_MODE_25000baseCR_Full_BIT, -1 },
	[SIMNIC_SPEED_40000] = { 40000, ETHTOOL_LINK_MODE_40000baseCR4_Full_BIT, -1 },
	[SIMNIC_SPEED_50000] = { 50000, ETHTOOL_LINK_MODE_50000baseCR_Full_BIT, -1 },
	[SIMNIC_SPEED_100000] = { 100000, ETHTOOL_LINK_MODE_100000baseCR2_Full_BIT, -1 },
	[SIMNIC_SPEED_200000] = { 200000, ETHTOOL_LINK_MODE_200000baseCR4_Full_BIT, -1 },
	[SIMNIC_SPEED_400000] = { 400000, ETHTOOL_LINK_MODE_400000baseCR8_Full_BIT, -1 },
};

/* -- MDIO; RTNL serializes ------------------------------------------------ */

static int simnic_mdio(struct simnic *sn, u32 cmd)
{
	u32 val;
	int err;

	simnic_wr32(sn, SIMNIC_MDIC, cmd);
	err = read_poll_timeout(simnic_rd32, val, val & SIMNIC_MDIC_READY, 10,
				SIMNIC_MDIO_TIMEOUT_US, false, sn, SIMNIC_MDIC);
	if (err)
		return err;
	if (val & SIMNIC_MDIC_ERROR)
		return -EIO;
	return FIELD_GET(SIMNIC_MDIC_DATA, val);
}

static int simnic_phy_read(struct simnic *sn, unsigned int reg)
{
	return simnic_mdio(sn, FIELD_PREP(SIMNIC_MDIC_REG, reg));
}

static int simnic_phy_write(struct simnic *sn, unsigned int reg, u16 val)
{
	int ret = simnic_mdio(sn, FIELD_PREP(SIMNIC_MDIC_REG, reg) | SIMNIC_MDIC_WRITE | val);

	return min(ret, 0);
}

/* -- Carrier -------------------------------------------------------------- */

static const char *simnic_pause_name(u32 status)
{
	bool tx = status & SIMNIC_STATUS_TX_PAUSE, rx = status & SIMNIC_STATUS_RX_PAUSE;

	if (tx && rx)
		return "rx/tx";
	return tx ? "tx" : rx ? "rx" : "off";
}

/**
 * simnic_link_update() - make the carrier what the card's status says
 * @sn: adapter
 *
 * Context: process: the link vector's thread, or the workqueue.
 */
void simnic_link_update(struct simnic *sn)
{
	u32 status = simnic_rd32(sn, SIMNIC_STATUS);
	u32 speed = FIELD_GET(SIMNIC_STATUS_SPEED, status);
	struct net_device *dev = sn->netdev;

	/* a speed that there isn't: the status is none, the card may be gone */
	if (!(status & SIMNIC_STATUS_LINK) || speed >= SIMNIC_SPEEDS) {
		if (netif_carrier_ok(dev))
			netif_info(sn, link, dev, "link is down\n");
		netif_carrier_off(dev);
		return;
	}

	if (!netif_carrier_ok(dev))
		netif_info(sn, link, dev, "link is up, %u Mb/s, %s duplex, flow control %s\n",
			   simnic_modes[speed].speed,
			   status & SIMNIC_STATUS_DUPLEX ? "full" : "half",
			   simnic_pause_name(status));
	netif_carrier_on(dev);
}

/**
 * simnic_link_up() - power the PHY up
 * @sn: adapter
 *
 * Context: process, RTNL.
 */
void simnic_link_up(struct simnic *sn)
{
	simnic_pause_write(sn);
	simnic_wr32(sn, SIMNIC_CTRL, simnic_rd_ctrl(sn) | SIMNIC_CTRL_LINK_EN | SIMNIC_CTRL_TX_EN);
	/* the cause that this latches comes through the vector */
}

/**
 * simnic_link_down() - power the PHY down
 * @sn: adapter
 *
 * Context: process, RTNL.
 */
void simnic_link_down(struct simnic *sn)
{
	simnic_wr32(sn, SIMNIC_CTRL,
		    simnic_rd_ctrl(sn) & ~(SIMNIC_CTRL_LINK_EN | SIMNIC_CTRL_TX_EN));
	netif_carrier_off(sn->netdev);
}

/* -- ethtool, ethtool -s -------------------------------------------------- */

/* What PHY registers say; nothing if one of them could not be read */
static void simnic_modes_from_phy(unsigned long *modes, int full, int half)
{
	unsigned int i;

	if (full < 0 || half < 0)
		return;
	for (i = 0; i < SIMNIC_SPEEDS; i++) {
		if (full & BIT(i))
			__set_bit(simnic_modes[i].full, modes);
		if (half & BIT(i) && simnic_modes[i].half >= 0)
			__set_bit(simnic_modes[i].half, modes);
	}
}

static void simnic_pause_from_phy(unsigned long *modes, int adv)
{
	if (adv < 0)
		return;
	if (adv & ADVERTISE_PAUSE_CAP)
		__set_bit(ETHTOOL_LINK_MODE_Pause_BIT, modes);
	if (adv & ADVERTISE_PAUSE_ASYM)
		__set_bit(ETHTOOL_LINK_MODE_Asym_Pause_BIT, modes);
}

static void simnic_supported_modes(struct ethtool_link_ksettings *ks)
{
	simnic_modes_from_phy(ks->link_modes.supported, GENMASK(SIMNIC_SPEEDS - 1, 0), 7);
	ethtool_link_ksettings_add_link_mode(ks, supported, Autoneg);
	ethtool_link_ksettings_add_link_mode(ks, supported, Pause);
	ethtool_link_ksettings_add_link_mode(ks, supported, Asym_Pause);
	ethtool_link_ksettings_add_link_mode(ks, supported, TP);
}

static void simnic_advertised_modes(struct simnic *sn, struct ethtool_link_ksettings *ks)
{
	simnic_modes_from_phy(ks->link_modes.advertising,
			      simnic_phy_read(sn, SIMNIC_PHY_ADV_SPEED),
			      simnic_phy_read(sn, SIMNIC_PHY_ADV_HALF));
	simnic_pause_from_phy(ks->link_modes.advertising, simnic_phy_read(sn, MII_ADVERTISE));
	ethtool_link_ksettings_add_link_mode(ks, advertising, TP);

	if (ks->base.autoneg != AUTONEG_ENABLE)
		return;
	ethtool_link_ksettings_add_link_mode(ks, advertising, Autoneg);
	if (!netif_carrier_ok(sn->netdev))
		return;
	simnic_modes_from_phy(ks->link_modes.lp_advertising,
			      simnic_phy_read(sn, SIMNIC_PHY_LPA_SPEED),
			      simnic_phy_read(sn, SIMNIC_PHY_LPA_HALF));
	simnic_pause_from_phy(ks->link_modes.lp_advertising, simnic_phy_read(sn, MII_LPA));
	ethtool_link_ksettings_add_link_mode(ks, lp_advertising, Autoneg);
}

int simnic_get_link_ksettings(struct net_device *dev, struct ethtool_link_ksettings *ks)
{
	struct simnic *sn = simnic_from_netdev(dev);
	u32 status = simnic_rd32(sn, SIMNIC_STATUS);
	int bmcr = simnic_phy_read(sn, MII_BMCR);
	u32 speed;

	if (bmcr < 0)
		return bmcr;
	ethtool_link_ksettings_zero_link_mode(ks, supported);
	ethtool_link_ksettings_zero_link_mode(ks, advertising);
	ethtool_link_ksettings_zero_link_mode(ks, lp_advertising);

	ks->base.port = PORT_TP;
	ks->base.autoneg = bmcr & BMCR_ANENABLE ? AUTONEG_ENABLE : AUTONEG_DISABLE;
	ks->base.speed = SPEED_UNKNOWN;
	ks->base.duplex = DUPLEX_UNKNOWN;
	speed = FIELD_GET(SIMNIC_STATUS_SPEED, status);
	if (status & SIMNIC_STATUS_LINK && speed < SIMNIC_SPEEDS) {
		ks->base.speed = simnic_modes[speed].speed;
		ks->base.duplex = status & SIMNIC_STATUS_DUPLEX ? DUPLEX_FULL : DUPLEX_HALF;
	}
	simnic_supported_modes(ks);
	simnic_advertised_modes(sn, ks);
	return 0;
}

static int simnic_set_autoneg(struct simnic *sn, const struct ethtool_link_ksettings *ks)
{
	u32 full = 0, half = 0;
	unsigned int i;
	int err;

	for (i = 0; i < SIMNIC_SPEEDS; i++) {
		if (test_bit(simnic_modes[i].full, ks->link_modes.advertising))
			full |= BIT(i);
		if (simnic_modes[i].half >= 0 &&
		    test_bit(simnic_modes[i].half, ks->link_modes.advertising))
			half |= BIT(i);
	}
	if (!full && !half)
		return -EINVAL;

	err = simnic_phy_write(sn, SIMNIC_PHY_ADV_SPEED, full);
	if (!err)
		err = simnic_phy_write(sn, SIMNIC_PHY_ADV_HALF, half);
	if (!err)
		err = simnic_phy_write(sn, MII_BMCR, BMCR_ANENABLE | BMCR_ANRESTART);
	return err;
}

static int simnic_set_forced(struct simnic *sn, const struct ethtool_link_ksettings *ks)
{
	bool half = ks->base.duplex == DUPLEX_HALF;
	unsigned int i;
	int err;

	for (i = 0; i < SIMNIC_SPEEDS; i++)
		if (simnic_modes[i].speed == ks->base.speed)
			break;
	if (i == SIMNIC_SPEEDS || (half && simnic_modes[i].half < 0))
		return -EINVAL;

	err = simnic_phy_write(sn, SIMNIC_PHY_FORCE, i | (half ? 0 : SIMNIC_PHY_FORCE_DUPLEX));
	if (!err)
		err = simnic_phy_write(sn, MII_BMCR, 0);
	return err;
}

int simnic_set_link_ksettings(struct net_device *dev, const struct ethtool_link_ksettings *ks)
{
	struct simnic *sn = simnic_from_netdev(dev);

	if (ks->base.port != PORT_TP)
		return -EINVAL;
	if (ks->base.autoneg == AUTONEG_ENABLE)
		return simnic_set_autoneg(sn, ks);
	return simnic_set_forced(sn, ks);
}

int simnic_nway_reset(struct net_device *dev)
{
	struct simnic *sn = simnic_from_netdev(dev);
	int bmcr = simnic_phy_read(sn, MII_BMCR);

	if (bmcr < 0)
		return bmcr;
	if (!(bmcr & BMCR_ANENABLE))
		return -EINVAL;
	return simnic_phy_write(sn, MII_BMCR, bmcr | BMCR_ANRESTART);
}

/* -- Pause, ethtool -a, -A ------------------------------------------------ */

/**
 * simnic_pause_write() - advertise or force pause as configured
 * @sn: adapter
 *
 * Context: process, RTNL.
 */
void simnic_pause_write(struct simnic *sn)
{
	bool tx = sn->pause_forced & SIMNIC_PAUSE_TX, rx = sn->pause_forced & SIMNIC_PAUSE_RX;
	int adv = simnic_phy_read(sn, MII_ADVERTISE), want;

	simnic_wr32(sn, SIMNIC_PAUSE, sn->pause_forced |
		    (sn->pause_autoneg ? SIMNIC_PAUSE_AUTO : 0));
	want = (adv & ~(ADVERTISE_PAUSE_CAP | ADVERTISE_PAUSE_ASYM)) |
	       mii_advertise_flowctrl((rx ? FLOW_CTRL_RX : 0) | (tx ? FLOW_CTRL_TX : 0));
	if (adv < 0 || want == adv)
		return;
	simnic_phy_write(sn, MII_ADVERTISE, want);
	if (sn->pause_autoneg)
		simnic_nway_reset(sn->netdev);
}

void simnic_get_pauseparam(struct net_device *dev, struct ethtool_pauseparam *pp)
{
	struct simnic *sn = simnic_from_netdev(dev);

	pp->autoneg = sn->pause_autoneg;
	pp->tx_pause = !!(sn->pause_forced & SIMNIC_PAUSE_TX);
	pp->rx_pause = !!(sn->pause_forced & SIMNIC_PAUSE_RX);
}

int simnic_set_pauseparam(struct net_device *dev, struct ethtool_pauseparam *pp)
{
	struct simnic *sn = simnic_from_netdev(dev);

	sn->pause_autoneg = pp->autoneg;
	sn->pause_forced = (pp->tx_pause ? SIMNIC_PAUSE_TX : 0) |
			   (pp->rx_pause ? SIMNIC_PAUSE_RX : 0);
	simnic_pause_write(sn);
	return 0;
}
