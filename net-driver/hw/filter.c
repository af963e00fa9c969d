// SPDX-License-Identifier: GPL-2.0
/* simnic card: receive filters */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/unaligned.h>

#include "card.h"

static bool simhw_filter_bit(const u32 *words, unsigned int bit)
{
	return READ_ONCE(words[bit / 32]) & BIT(bit % 32);
}

static bool simhw_filter_unicast(const struct simhw_card *card, u32 lo, u32 hi)
{
	const struct simhw_addr *uc = card->filter.uc;
	unsigned int i;

	hi |= SIMNIC_UC_HI_VALID;
	for (i = 0; i < SIMNIC_UC_FILTERS; i++)
		if (READ_ONCE(uc[i].lo) == lo && READ_ONCE(uc[i].hi) == hi)
			return true;
	return false;
}

/* Is a frame to @dst, which is not the card's own address, for this card? */
bool simhw_filter_other(const struct simhw_card *card, const u8 *dst)
{
	u32 rxctrl = simhw_reg(card, SIMNIC_RXCTRL);

	if (rxctrl & SIMNIC_RXCTRL_PROMISC)
		return true;
	if (!is_multicast_ether_addr(dst))
		return simhw_filter_unicast(card, get_unaligned_le32(dst),
					    get_unaligned_le16(dst + 4));
	if (is_broadcast_ether_addr(dst) || (rxctrl & SIMNIC_RXCTRL_ALLMULTI))
		return true;
	return simhw_filter_bit(card->filter.mc_hash, dst[4] >> 4 | dst[5] << 4);
}

/* Is it in one of this card's VLANs? Untagged frames are. */
bool simhw_filter_vlan(const struct simhw_card *card, const struct simhw_frame *f)
{
	u32 rxctrl = simhw_reg(card, SIMNIC_RXCTRL);

	if (!f->tagged || !(rxctrl & SIMNIC_RXCTRL_VLAN_FILTER) ||
	    (rxctrl & SIMNIC_RXCTRL_PROMISC))
		return true;
	return simhw_filter_bit(card->filter.vlan, f->vlan_tci & VLAN_VID_MASK);
}
