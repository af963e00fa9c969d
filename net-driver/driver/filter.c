// SPDX-License-Identifier: GPL-2.0
/* Which frames the card receives: addresses, VLANs, receive features */
#include <linux/bitfield.h>
#include <linux/etherdevice.h>
#include <linux/unaligned.h>

#include "simnic.h"

/**
 * simnic_rxctrl_write() - change receive control bits
 * @sn: adapter
 * @clear: bits to clear
 * @set: bits to set after that
 *
 * Context: any but hard interrupt.
 */
void simnic_rxctrl_write(struct simnic *sn, u32 clear, u32 set)
{
	u32 en;

	spin_lock_bh(&sn->rxctrl_lock);
	sn->rxctrl = (sn->rxctrl & ~clear) | set;
	en = sn->rx_enabled ? SIMNIC_RXCTRL_EN : 0;
	simnic_wr32(sn, SIMNIC_RXCTRL, sn->rxctrl | en);
	spin_unlock_bh(&sn->rxctrl_lock);
}

/**
 * simnic_rx_enable() - switch the receiver
 * @sn: adapter
 * @enable: on or off
 *
 * Context: any but hard interrupt.
 */
void simnic_rx_enable(struct simnic *sn, bool enable)
{
	spin_lock_bh(&sn->rxctrl_lock);
	sn->rx_enabled = enable;
	spin_unlock_bh(&sn->rxctrl_lock);
	simnic_rxctrl_write(sn, 0, 0);
}

/**
 * simnic_mac_write() - set the card's address
 * @sn: adapter
 * @addr: six bytes
 *
 * Context: any.
 */
void simnic_mac_write(struct simnic *sn, const u8 *addr)
{
	simnic_wr32(sn, SIMNIC_MAC_LO, get_unaligned_le32(addr));
	simnic_wr32(sn, SIMNIC_MAC_HI, get_unaligned_le16(addr + 4));
}

static void simnic_uc_write(struct simnic *sn, unsigned int n, const u8 *addr)
{
	simnic_wr32(sn, SIMNIC_UC_LO(n), addr ? get_unaligned_le32(addr) : 0);
	simnic_wr32(sn, SIMNIC_UC_HI(n), addr ? SIMNIC_UC_HI_VALID |
		    get_unaligned_le16(addr + 4) : 0);
}

/* false: more addresses than filters */
static bool simnic_uc_filter(struct simnic *sn)
{
	struct netdev_hw_addr *ha;
	unsigned int n = 0;

	if (netdev_uc_count(sn->netdev) > SIMNIC_UC_FILTERS)
		return false;
	netdev_for_each_uc_addr(ha, sn->netdev)
		simnic_uc_write(sn, n++, ha->addr);
	while (n < SIMNIC_UC_FILTERS)
		simnic_uc_write(sn, n++, NULL);
	return true;
}

static void simnic_mc_filter(struct simnic *sn)
{
	u32 hash[SIMNIC_MC_HASH_BITS / 32] = {};
	struct netdev_hw_addr *ha;
	unsigned int bit, i;

	netdev_for_each_mc_addr(ha, sn->netdev) {
		bit = (ha->addr[4] >> 4 | ha->addr[5] << 4) & (SIMNIC_MC_HASH_BITS - 1);
		hash[bit / 32] |= BIT(bit % 32);
	}
	for (i = 0; i < ARRAY_SIZE(hash); i++)
		simnic_wr32(sn, SIMNIC_MC_HASH(i), hash[i]);
}

/**
 * simnic_set_rx_mode() - the stack's address lists or flags changed
 * @dev: the network device
 *
 * Context: softirqs off, netif_addr_lock held.
 */
void simnic_set_rx_mode(struct net_device *dev)
{
	struct simnic *sn = simnic_from_netdev(dev);
	u32 set = 0;

	if (dev->flags & IFF_PROMISC || !simnic_uc_filter(sn))
		set |= SIMNIC_RXCTRL_PROMISC;
	if (dev->flags & IFF_ALLMULTI)
		set |= SIMNIC_RXCTRL_ALLMULTI;
	simnic_mc_filter(sn);
	simnic_rxctrl_write(sn, SIMNIC_RXCTRL_PROMISC | SIMNIC_RXCTRL_ALLMULTI, set);
}

static void simnic_vlan_write(struct simnic *sn, unsigned int n)
{
	u32 word = 0;
	unsigned int i;

	for (i = 0; i < 32; i++)
		if (test_bit(n * 32 + i, sn->active_vlans))
			word |= BIT(i);
	simnic_wr32(sn, SIMNIC_VLAN_FILTER(n), word);
}

int simnic_vlan_add(struct net_device *dev, __be16 proto, u16 vid)
{
	struct simnic *sn = simnic_from_netdev(dev);

	set_bit(vid, sn->active_vlans);
	simnic_vlan_write(sn, vid / 32);
	return 0;
}

int simnic_vlan_del(struct net_device *dev, __be16 proto, u16 vid)
{
	struct simnic *sn = simnic_from_netdev(dev);

	/* priority tags are no VLAN */
	if (vid)
		clear_bit(vid, sn->active_vlans);
	simnic_vlan_write(sn, vid / 32);
	return 0;
}

/**
 * simnic_filter_write() - write all filters, after a reset
 * @sn: adapter
 *
 * Context: process, RTNL.
 */
void simnic_filter_write(struct simnic *sn)
{
	unsigned int n;

	simnic_mac_write(sn, sn->netdev->dev_addr);
	for (n = 0; n < VLAN_N_VID / 32; n++)
		simnic_vlan_write(sn, n);
	netif_addr_lock_bh(sn->netdev);
	simnic_set_rx_mode(sn->netdev);
	netif_addr_unlock_bh(sn->netdev);
}
