// SPDX-License-Identifier: GPL-2.0
/* What the card has found out about a frame: checksum, hash, how many it stands for */
#include <linux/bitfield.h>
#include <linux/etherdevice.h>

#include "rx.h"

/**
 * simnic_rx_hash() - note the card's hash, if it is wanted
 * @ring: receive ring
 * @skb: the frame
 * @wb: what the card says
 *
 * Context: any.
 */
void simnic_rx_hash(struct simnic_rx_ring *ring, struct sk_buff *skb,
		    const struct simnic_rx_wb *wb)
{
	u32 type = FIELD_GET(SIMNIC_RXD_HASH, wb->status);

	if (!(ring->netdev->features & NETIF_F_RXHASH))
		return;
	if (type == SIMNIC_RXD_HASH_L4)
		skb_set_hash(skb, wb->hash, PKT_HASH_TYPE_L4);
	else if (type == SIMNIC_RXD_HASH_L3)
		skb_set_hash(skb, wb->hash, PKT_HASH_TYPE_L3);
}

/* Has the card checked a checksum that there is? */
static bool simnic_rx_csum_ok(const struct simnic_rx_wb *wb)
{
	u32 l4 = FIELD_GET(SIMNIC_RXD_L4, wb->status);

	return FIELD_GET(SIMNIC_RXD_CSUM, wb->status) == SIMNIC_RXD_CSUM_OK &&
	       (l4 == SIMNIC_RXD_L4_TCP || l4 == SIMNIC_RXD_L4_UDP);
}

/**
 * simnic_rx_csum() - note whether the card has checked the checksum, and count it
 * @ring: receive ring
 * @skb: the frame
 * @wb: what the card says
 * @sum: counters
 *
 * Context: any.
 */
void simnic_rx_csum(struct simnic_rx_ring *ring, struct sk_buff *skb,
		    const struct simnic_rx_wb *wb, struct simnic_rx_sum *sum)
{
	if (FIELD_GET(SIMNIC_RXD_CSUM, wb->status) == SIMNIC_RXD_CSUM_BAD) {
		sum->csum_bad++;
		return;
	}
	if (!simnic_rx_csum_ok(wb) || !(ring->netdev->features & NETIF_F_RXCSUM)) {
		sum->csum_none++;
		return;
	}
	sum->csum_ok++;
	skb->ip_summed = CHECKSUM_UNNECESSARY;
}

/**
 * simnic_rx_segs() - frames on the wire that one stands for
 * @wb: what the card says
 * @len: bytes, as the card says
 *
 * What is dropped has to be counted by what the card says, as far as length and
 * segment size make it possible.
 *
 * Context: any.
 * Return: how many, from 1.
 */
u32 simnic_rx_segs(const struct simnic_rx_wb *wb, u32 len)
{
	if (!(wb->status & SIMNIC_RXD_GRO) || !wb->mss || !len)
		return 1;
	len = min(len, simnic_rx_gro_max());
	return clamp_t(u32, wb->segs, 1, DIV_ROUND_UP(len, wb->mss));
}

/**
 * simnic_rx_describe() - note what the card says of a frame, and count it
 * @ring: receive ring
 * @skb: the frame
 * @wb: what the card says
 * @sum: counters
 *
 * Context: softirqs off.
 * Return: false if the frame is not what the card says; it is not counted then.
 */
bool simnic_rx_describe(struct simnic_rx_ring *ring, struct sk_buff *skb,
			const struct simnic_rx_wb *wb, struct simnic_rx_sum *sum)
{
	u32 len = skb->len, segs = 1;
	u64 bytes = len;
	u32 hdr;

	skb->protocol = eth_type_trans(skb, ring->netdev);
	if (!(wb->status & SIMNIC_RXD_GRO)) {
		if (unlikely(len > SIMNIC_RX_LEN_MAX))
			return false;
		simnic_rx_csum(ring, skb, wb, sum);
	} else {
		if (unlikely(len > simnic_rx_gro_max() + VLAN_HLEN))
			return false;
		hdr = simnic_rx_gro(skb, wb);
		if (unlikely(!hdr))
			return false;
		segs = wb->segs;
		bytes += (u64)(segs - 1) * hdr;
		sum->gro_packets++;
		sum->gro_bytes += len;
		sum->gro_wire_packets += segs;
		sum->gro_wire_bytes += bytes;
	}
	sum->packets += segs;
	sum->bytes += bytes;
	return true;
}
