/* SPDX-License-Identifier: GPL-2.0 */
/*
 * simnic: descriptors, as they stand in memory. All fields are little endian.
 *
 * Sixteen bytes each, four to a cache line: an address takes eight, and what a
 * frame without segmentation needs beside it fits into the other eight, so the
 * common frame costs one descriptor a buffer. Only segmentation, whose cost is
 * spread over many frames, needs a context descriptor in front.
 */
#ifndef SIMNIC_DESC_H
#define SIMNIC_DESC_H

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/types.h>

/**
 * struct simnic_tx_desc - one buffer of a frame to send
 * @addr: bus address of the buffer
 * @len: bytes in the buffer, 1 to SIMNIC_TX_BUF_MAX
 * @flags: SIMNIC_TXD_*; the card writes DD (and ERR) back into them
 * @csum_start: first descriptor of a frame with CSUM: where to start summing,
 *	in units of two bytes from the start of the frame
 * @csum_offset: where the checksum goes, in bytes from @csum_start
 * @vlan_tci: first descriptor of a frame with VLAN: the 802.1Q tag to insert
 */
struct simnic_tx_desc {
	__le64 addr;
	__le16 len;
	__le16 flags;
	u8 csum_start;
	u8 csum_offset;
	__le16 vlan_tci;
};

/**
 * struct simnic_tx_ctx - segmentation, in front of the frame's first buffer
 * @mss: payload bytes of each segment
 * @hdr_len: bytes of headers to repeat before each segment's payload
 * @l3_offset: bytes to the IPv4 or IPv6 header
 * @l4_offset: bytes to the TCP or UDP header
 * @rsvd: zero
 * @flags: SIMNIC_TXD_CTX, and SIMNIC_TXD_UDP for UDP
 * @rsvd2: zero
 *
 * The card repeats the headers with lengths, IPv4 identification, TCP sequence
 * number and flags (FIN and PSH in the last segment only, CWR in the first)
 * and all checksums set for each segment. The first data descriptor has CSUM
 * set as well.
 */
struct simnic_tx_ctx {
	__le16 mss;
	__le16 hdr_len;
	u8 l3_offset;
	u8 l4_offset;
	__le16 rsvd[2];
	__le16 flags;
	__le32 rsvd2;
};

#define SIMNIC_TXD_EOP		BIT(0)	/* last buffer of its frame */
#define SIMNIC_TXD_RS		BIT(1)	/* report status: write DD back */
#define SIMNIC_TXD_CSUM		BIT(2)	/* fill in the checksum */
#define SIMNIC_TXD_VLAN		BIT(3)	/* insert the tag */
#define SIMNIC_TXD_CTX		BIT(4)	/* this is a context descriptor */
#define SIMNIC_TXD_UDP		BIT(5)	/* context: UDP segmentation, else TCP */
/*
 * The buffer lies in pages with reference counts, and nobody writes to it any
 * more, not even after DD: instead of copying it, the card may hold on to its
 * pages and give them to the receiver. Only a hint.
 */
#define SIMNIC_TXD_SHARE	BIT(6)
#define SIMNIC_TXD_ERR		BIT(14)	/* written back: frame was dropped */
#define SIMNIC_TXD_DD		BIT(15)	/* written back: descriptor done */

/**
 * struct simnic_rx_desc - one receive buffer
 * @addr: bus address of the buffer, of the queue's BUFSZ bytes
 * @rsvd: zero
 * @wb: what the card writes over it; all of it before @wb.status, behind a
 *	write barrier
 * @wb.rss_hash: Toeplitz hash, if SIMNIC_RXD_HASH says so
 * @wb.len: bytes in this buffer: BUFSZ, but in the last one of a frame and
 *	beside shared pages
 * @wb.vlan_tci: the stripped tag, if SIMNIC_RXD_VLAN
 * @wb.mss: last buffer of a super-frame: payload bytes of each segment but the
 *	last
 * @wb.segs: last buffer: frames on the wire that this one stands for, from 1
 * @wb.status: SIMNIC_RXD_*
 *
 * The hash, VLAN tag, segments and all status but DD are valid in the last
 * buffer (EOP) of a frame only.
 */
struct simnic_rx_desc {
	union {
		struct {
			__le64 addr;
			__le64 rsvd;
		};
		struct {
			__le32 rss_hash;
			__le16 len;
			__le16 vlan_tci;
			__le16 mss;
			__le16 segs;
			__le32 status;
		} wb;
	};
};

#define SIMNIC_RXD_DD		BIT(0)	/* the card is done with this descriptor */
#define SIMNIC_RXD_EOP		BIT(1)	/* last buffer of its frame */
#define SIMNIC_RXD_VLAN		BIT(2)	/* a tag was stripped */
#define SIMNIC_RXD_HASH		GENMASK(4, 3)	/* how rss_hash was made */
#define SIMNIC_RXD_HASH_NONE	0
#define SIMNIC_RXD_HASH_L3	1
#define SIMNIC_RXD_HASH_L4	2
#define SIMNIC_RXD_CSUM		GENMASK(6, 5)	/* of the innermost TCP/UDP */
#define SIMNIC_RXD_CSUM_NONE	0	/* not checked */
#define SIMNIC_RXD_CSUM_OK	1
#define SIMNIC_RXD_CSUM_BAD	2
#define SIMNIC_RXD_L3		GENMASK(8, 7)	/* what the frame is */
#define SIMNIC_RXD_L3_NONE	0
#define SIMNIC_RXD_L3_IPV4	1
#define SIMNIC_RXD_L3_IPV6	2
#define SIMNIC_RXD_L4		GENMASK(10, 9)
#define SIMNIC_RXD_L4_NONE	0
#define SIMNIC_RXD_L4_TCP	1
#define SIMNIC_RXD_L4_UDP	2
/*
 * A super-frame: the checksum field holds the sum of the pseudo header, and
 * the checksum is still to be completed over what follows it (as in a frame
 * that is given to a transmit queue with CSUM).
 */
#define SIMNIC_RXD_GRO		BIT(11)
#define SIMNIC_RXD_ERR		BIT(12)	/* frame is damaged, discard it */
/*
 * The bytes are not in this buffer, which is as it was, but in pages that the
 * sender shares (SIMNIC_TXD_SHARE): simnic_bus_ops.take says where. They may be
 * read only. Never the first buffer of a frame; such a frame's other buffers
 * need not be full.
 */
#define SIMNIC_RXD_SHARED	BIT(13)
#define SIMNIC_RXD_HDR_LEN	GENMASK(31, 16)	/* header bytes up to the payload; 0: not known */

static_assert(sizeof(struct simnic_tx_desc) == 16);
static_assert(sizeof(struct simnic_tx_ctx) == 16);
static_assert(sizeof(struct simnic_rx_desc) == 16);
static_assert(offsetof(struct simnic_tx_desc, flags) == 10);
static_assert(offsetof(struct simnic_tx_ctx, flags) == 10);
static_assert(offsetof(struct simnic_rx_desc, wb.status) == 12);

#endif
