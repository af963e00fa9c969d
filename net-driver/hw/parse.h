/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: header parser, and a frame on its way over the cable */
#ifndef SIMHW_PARSE_H
#define SIMHW_PARSE_H

#include <linux/minmax.h>

#include "sg.h"

#define SIMHW_PARSE_MAX		256	/* bytes that the parser looks at */
#define SIMHW_PARSE_GOOD	128	/* bytes that suffice for common headers */

/**
 * struct simhw_pkt - what the parser found
 * @l3: SIMNIC_RXD_L3_*
 * @l4: SIMNIC_RXD_L4_*; NONE for fragments
 * @l3_off: bytes to the IP header
 * @l4_off: bytes to the TCP or UDP header
 * @hdr_len: bytes to the end of the TCP or UDP header, 0: not known
 * @l3_end: bytes to the end of the IP packet, as its header says
 */
struct simhw_pkt {
	u8 l3;
	u8 l4;
	u16 l3_off;
	u16 l4_off;
	u16 hdr_len;
	u32 l3_end;
};

/**
 * struct simhw_frame - a frame (or super-frame) between two cards
 * @sg: its bytes, without outer 802.1Q tag and padding
 * @hdr: its first bytes in one piece
 * @hdr_len: how many
 * @pkt: what the parser found in them
 * @vlan_tci: outer 802.1Q tag, if @tagged
 * @tagged: it has one
 * @csum_ok: the sending card has made the checksum of @pkt's L4
 * @segs: frames on the wire that this stands for, from 1
 * @mss: payload bytes of each of them but the last, if @segs is not 1
 * @seg_hdr: header bytes of each of them, if @segs is not 1
 */
struct simhw_frame {
	const struct simhw_sg *sg;
	const u8 *hdr;
	u32 hdr_len;
	struct simhw_pkt pkt;
	u16 vlan_tci;
	bool tagged;
	bool csum_ok;
	u16 segs;
	u16 mss;
	u16 seg_hdr;
};

void simhw_parse(struct simhw_pkt *pkt, const u8 *hdr, u32 len);

/* Bytes on the wire of a frame of @len bytes without tag: padded to the minimum */
static inline u32 simhw_wire_len(const struct simhw_frame *f, u32 len)
{
	return max_t(u32, len + (f->tagged ? 4 : 0), SIMNIC_FRAME_MIN);
}

/* Bytes of the longest wire frame without tag */
static inline u32 simhw_frame_max_len(const struct simhw_frame *f)
{
	return f->segs == 1 ? f->sg->len : f->seg_hdr + f->mss;
}

#endif
