/* SPDX-License-Identifier: GPL-2.0 */
/*
 * simnic: the card's registers. Together with simnic_desc.h and simnic_bus.h
 * this is the programmer's manual of the card, and all that the card (hw/) and
 * its driver (driver/) know of each other.
 *
 * Every register is 32 bits wide, at an offset that is a multiple of four.
 * RO: writes are ignored and counted in %SIMNIC_STAT_REG_RO; RW: reads return
 * what was written; W1C: writing a one clears the bit; WO: reads as zero.
 * Offsets that are not listed read as zero, ignore writes, and are counted in
 * %SIMNIC_STAT_REG_UNKNOWN. A card that is no longer there reads all ones.
 *
 * Each mask comes first, the values of its field after it.
 */
#ifndef SIMNIC_REGS_H
#define SIMNIC_REGS_H

#include <linux/bits.h>

/* Sizes of the card */
#define SIMNIC_MAX_QUEUES		16	/* of each direction */
#define SIMNIC_MAX_VECTORS		(SIMNIC_MAX_QUEUES + 1)
#define SIMNIC_RING_MIN			64	/* descriptors; powers of two */
#define SIMNIC_RING_MAX			4096
#define SIMNIC_RX_BUF_MIN		256	/* bytes */
#define SIMNIC_RX_BUF_MAX		16128
#define SIMNIC_TX_BUF_MAX		32768	/* bytes of one descriptor */
#define SIMNIC_TX_DESC_MAX		40	/* descriptors of one frame */
#define SIMNIC_FRAME_MIN		60	/* shorter frames are padded */
#define SIMNIC_FRAME_MAX		9728	/* as on the wire, without FCS */
#define SIMNIC_UC_FILTERS		16
#define SIMNIC_MC_HASH_BITS		4096
#define SIMNIC_RSS_KEY_SIZE		40	/* bytes */
#define SIMNIC_RSS_TABLE_SIZE		256	/* entries */
#define SIMNIC_ITR_USECS_MAX		10000
#define SIMNIC_ITR_FRAMES_MAX		1023

/* -- General ------------------------------------------------------------- */

#define SIMNIC_ID			0x0000	/* RO */
#define SIMNIC_ID_VALUE			0x53494e43
#define SIMNIC_REV			0x0004	/* RO */
#define SIMNIC_CAPS			0x0008	/* RO: what this card has */
#define SIMNIC_CAPS_TXQ			GENMASK(7, 0)
#define SIMNIC_CAPS_RXQ			GENMASK(15, 8)
#define SIMNIC_CAPS_VEC			GENMASK(23, 16)
#define SIMNIC_CAPS_SHARE		BIT(24)	/* page sharing, see SIMNIC_TXD_SHARE */

/*
 * RESET returns every register to its reset value, stops every queue, drops
 * what they held, and masks every vector. It clears itself when it is done,
 * about 100 us later; until then other writes have no effect and are counted
 * in %SIMNIC_STAT_REG_RO, but for RESET, which begins anew. Those to a queue's CTRL
 * have none either, but return only when the queue is stopped. The cable and the
 * PHY's registers stay as they are (BMCR_RESET resets those).
 */
#define SIMNIC_CTRL			0x000c	/* RW */
#define SIMNIC_CTRL_RESET		BIT(0)	/* self-clearing */
#define SIMNIC_CTRL_TX_EN		BIT(1)
#define SIMNIC_CTRL_LINK_EN		BIT(2)	/* power the PHY up */
#define SIMNIC_CTRL_LOOPBACK		BIT(3)	/* transmit into own receiver */
#define SIMNIC_CTRL_INTX		BIT(4)	/* one shared line; a change masks all */

#define SIMNIC_STATUS			0x0010	/* RO */
#define SIMNIC_STATUS_LINK		BIT(0)	/* link is up */
#define SIMNIC_STATUS_CABLE		BIT(1)	/* a cable is seated here */
#define SIMNIC_STATUS_DUPLEX		BIT(2)	/* full duplex */
#define SIMNIC_STATUS_TX_PAUSE		BIT(3)	/* we may send pause frames */
#define SIMNIC_STATUS_RX_PAUSE		BIT(4)	/* we honour pause frames */
#define SIMNIC_STATUS_SPEED		GENMASK(11, 8)	/* enum simnic_speed */

#define SIMNIC_MAXFRAME			0x0014	/* RW: bytes without FCS, not counting a VLAN tag */
#define SIMNIC_MAXFRAME_DEFAULT		1514

#define SIMNIC_RXCTRL			0x0018	/* RW */
#define SIMNIC_RXCTRL_EN		BIT(0)	/* receive from the wire */
#define SIMNIC_RXCTRL_PROMISC		BIT(1)	/* all addresses, all VLANs */
#define SIMNIC_RXCTRL_ALLMULTI		BIT(2)
#define SIMNIC_RXCTRL_VLAN_STRIP	BIT(3)
#define SIMNIC_RXCTRL_VLAN_FILTER	BIT(4)
#define SIMNIC_RXCTRL_CSUM		BIT(5)	/* check IPv4, TCP, UDP checksums */
#define SIMNIC_RXCTRL_RSS		BIT(6)	/* hash and spread; off: queue 0 */
#define SIMNIC_RXCTRL_GRO_HW		BIT(7)	/* accept super-frames */
#define SIMNIC_RXCTRL_SHARE		BIT(8)	/* accept shared pages, see SIMNIC_RXD_SHARED */

#define SIMNIC_GROMAX			0x001c	/* RW: longest super-frame, bytes */

/*
 * Which frames are hashed over addresses and ports; others of the family are
 * hashed over addresses only while its L3 bit is set, and not at all (queue 0)
 * while it is not. Fragments are never hashed over ports.
 */
#define SIMNIC_RSSCTRL			0x0020	/* RW */
#define SIMNIC_RSSCTRL_IPV4		BIT(0)
#define SIMNIC_RSSCTRL_TCPV4		BIT(1)
#define SIMNIC_RSSCTRL_UDPV4		BIT(2)
#define SIMNIC_RSSCTRL_IPV6		BIT(3)
#define SIMNIC_RSSCTRL_TCPV6		BIT(4)
#define SIMNIC_RSSCTRL_UDPV6		BIT(5)

/* Pause as forced by the driver, or as the PHYs agreed */
#define SIMNIC_PAUSE			0x0024	/* RW */
#define SIMNIC_PAUSE_TX			BIT(0)
#define SIMNIC_PAUSE_RX			BIT(1)
#define SIMNIC_PAUSE_AUTO		BIT(2)	/* reset value: set, with TX, RX */

/* MDIO: a write starts a transfer; it is over when READY is set again */
#define SIMNIC_MDIC			0x0028	/* RW */
#define SIMNIC_MDIC_DATA		GENMASK(15, 0)
#define SIMNIC_MDIC_REG			GENMASK(20, 16)
#define SIMNIC_MDIC_WRITE		BIT(26)	/* else read */
#define SIMNIC_MDIC_READY		BIT(28)
#define SIMNIC_MDIC_ERROR		BIT(30)	/* no such PHY register */

/* One bit for each vector that has an unmasked cause; with INTX, a due one */
#define SIMNIC_ISR			0x0030	/* RO */

/* -- Receive filters ------------------------------------------------------ */

/* The reset value is the address that the card was made with */
#define SIMNIC_MAC_LO			0x0040	/* RW: bytes 0 to 3, first lowest */
#define SIMNIC_MAC_HI			0x0044	/* RW: bytes 4 and 5 */
#define SIMNIC_UC_LO(n)			(0x0080 + (n) * 8)	/* RW */
#define SIMNIC_UC_HI(n)			(0x0084 + (n) * 8)	/* RW */
#define SIMNIC_UC_HI_ADDR		GENMASK(15, 0)
#define SIMNIC_UC_HI_VALID		BIT(31)
/* 4096-bit table; bit (byte 4 >> 4 | byte 5 << 4) of the address, 12 bits */
#define SIMNIC_MC_HASH(n)		(0x0200 + (n) * 4)	/* RW, 128 words */
#define SIMNIC_VLAN_FILTER(n)		(0x0400 + (n) * 4)	/* RW, 128 words, a bit per VID */
#define SIMNIC_RSS_KEY(n)		(0x0600 + (n) * 4)	/* RW, 10 words, as MAC */
#define SIMNIC_RSS_TABLE(n)		(0x0700 + (n) * 4)	/* RW, 64 words of four */

/* -- PHY, by MDIO ----------------------------------------------------------
 * Registers 0 to 5 are those of IEEE 802.3 clause 22, as <linux/mii.h> names
 * them; pause is advertised in MII_ADVERTISE. Speeds above what clause 22 can
 * say are in the vendor's registers, as bits of enum simnic_speed.
 */
#define SIMNIC_PHY_ADV_SPEED		16	/* RW: BIT(enum simnic_speed) advertised */
#define SIMNIC_PHY_LPA_SPEED		17	/* RO: the partner's */
#define SIMNIC_PHY_FORCE		18	/* RW: in effect without BMCR_ANENABLE */
#define SIMNIC_PHY_FORCE_SPEED		GENMASK(3, 0)
#define SIMNIC_PHY_FORCE_DUPLEX		BIT(4)
#define SIMNIC_PHY_ADV_HALF		19	/* RW: bits 0 to 2: half duplex 10, 100, 1000 */
#define SIMNIC_PHY_LPA_HALF		20	/* RO */
#define SIMNIC_PHY_ID1			0x534e	/* MII_PHYSID1 */
#define SIMNIC_PHY_ID2			0x4943

enum simnic_speed {
	SIMNIC_SPEED_10,
	SIMNIC_SPEED_100,
	SIMNIC_SPEED_1000,
	SIMNIC_SPEED_2500,
	SIMNIC_SPEED_5000,
	SIMNIC_SPEED_10000,
	SIMNIC_SPEED_25000,
	SIMNIC_SPEED_40000,
	SIMNIC_SPEED_50000,
	SIMNIC_SPEED_100000,
	SIMNIC_SPEED_200000,
	SIMNIC_SPEED_400000,
	SIMNIC_SPEEDS,
};

/* -- Statistics -------------------------------------------------------------
 * 64-bit counters, cleared by nothing but power-off (not by RESET). Reading
 * the low word latches the high word of the same counter. Frames and bytes are
 * those on the wire (a segmented frame counts as its segments; a super-frame
 * as the segments that it stands for), padding included, FCS not.
 */
#define SIMNIC_STAT_LO(n)		(0x1000 + (n) * 8)	/* RO */
#define SIMNIC_STAT_HI(n)		(0x1004 + (n) * 8)	/* RO */

enum simnic_stat {
	SIMNIC_STAT_TX_FRAMES,		/* put on the wire */
	SIMNIC_STAT_TX_BYTES,
	SIMNIC_STAT_TX_MULTICAST,
	SIMNIC_STAT_TX_BROADCAST,
	SIMNIC_STAT_TX_64,		/* by length with FCS, RFC 2819 */
	SIMNIC_STAT_TX_65_127,
	SIMNIC_STAT_TX_128_255,
	SIMNIC_STAT_TX_256_511,
	SIMNIC_STAT_TX_512_1023,
	SIMNIC_STAT_TX_1024_1518,
	SIMNIC_STAT_TX_1519_MAX,
	SIMNIC_STAT_TX_NO_LINK,		/* dropped: link was down */
	SIMNIC_STAT_TX_OVERSIZE,	/* dropped: longer than SIMNIC_FRAME_MAX */
	SIMNIC_STAT_TX_BAD_DESC,	/* dropped: malformed descriptors */
	SIMNIC_STAT_TX_DMA_FAULT,	/* dropped: bad address or length */
	SIMNIC_STAT_TX_ABORTED,		/* dropped: rest of a super-frame, its queue was stopped */
	SIMNIC_STAT_TX_NO_PARTNER,	/* dropped: link is up, but nobody is there */
	SIMNIC_STAT_TX_WIRE_LOST,	/* of those put on the wire: lost there */
	SIMNIC_STAT_TX_WIRE_DUP,	/* not counted before: doubled by the wire */
	SIMNIC_STAT_TX_PAUSE,		/* pause frames sent */
	SIMNIC_STAT_RX_PAUSE,		/* pause frames honoured */
	SIMNIC_STAT_RX_FRAMES,		/* written to memory */
	SIMNIC_STAT_RX_BYTES,
	SIMNIC_STAT_RX_MULTICAST,
	SIMNIC_STAT_RX_BROADCAST,
	SIMNIC_STAT_RX_64,
	SIMNIC_STAT_RX_65_127,
	SIMNIC_STAT_RX_128_255,
	SIMNIC_STAT_RX_256_511,
	SIMNIC_STAT_RX_512_1023,
	SIMNIC_STAT_RX_1024_1518,
	SIMNIC_STAT_RX_1519_MAX,
	SIMNIC_STAT_RX_DISABLED,	/* dropped: receiver or its queue is off */
	SIMNIC_STAT_RX_FILTERED,	/* dropped: not our address */
	SIMNIC_STAT_RX_VLAN_FILTERED,	/* dropped: not our VLAN */
	SIMNIC_STAT_RX_OVERSIZE,	/* dropped: longer than MAXFRAME */
	SIMNIC_STAT_RX_MISSED,		/* dropped: ring full and no pause */
	SIMNIC_STAT_RX_DMA_FAULT,	/* dropped: bad buffer address or length */
	SIMNIC_STAT_RX_CRC_ERRORS,	/* dropped: bad FCS */
	SIMNIC_STAT_REG_UNKNOWN,	/* accesses to no register */
	SIMNIC_STAT_REG_RO,		/* writes to a read-only register */
	SIMNIC_STATS,
};

/* -- Vectors ----------------------------------------------------------------
 * Vector 0 is for link and errors, vector 1 + i is meant for queue pair i; a
 * queue is told its vector in its VECTOR register. A cause is latched whether
 * or not its vector is masked, and fires when it is unmasked: no edge is lost.
 *
 * Moderation: after an interrupt, the vector's next one for receive (transmit)
 * causes waits until ITR usecs have passed, or ITR frames are waiting,
 * whichever is first (zero frames: time only; zero usecs: at once). The first
 * cause after a quiet time fires at once, as do all other causes.
 */
#define SIMNIC_VEC(v)			(0x2000 + (v) * 0x20)
#define SIMNIC_VEC_CAUSE(v)		(SIMNIC_VEC(v) + 0x00)	/* W1C */
#define SIMNIC_VEC_CAUSE_SET(v)		(SIMNIC_VEC(v) + 0x04)	/* WO: latch by software */
#define SIMNIC_CAUSE_RX			BIT(0)
#define SIMNIC_CAUSE_TX			BIT(1)
#define SIMNIC_CAUSE_LINK		BIT(2)	/* link changed */
#define SIMNIC_CAUSE_ERROR		BIT(3)	/* a queue halted, see its STATUS */
#define SIMNIC_CAUSE_SW			BIT(4)	/* for software: self-test, kick */
#define SIMNIC_CAUSE_ALL		GENMASK(4, 0)
#define SIMNIC_VEC_MASK_SET(v)		(SIMNIC_VEC(v) + 0x08)	/* write 1: mask; reads the mask */
#define SIMNIC_VEC_MASK_CLR(v)		(SIMNIC_VEC(v) + 0x0c)	/* write 1: unmask; or read it */
#define SIMNIC_VEC_CTRL(v)		(SIMNIC_VEC(v) + 0x10)	/* RW; not for the shared line */
#define SIMNIC_VEC_CTRL_AUTOMASK	BIT(0)	/* firing masks the vector */
#define SIMNIC_VEC_CTRL_AUTOCLEAR	BIT(1)	/* firing clears its causes */
#define SIMNIC_VEC_ITR_RX(v)		(SIMNIC_VEC(v) + 0x14)	/* RW */
#define SIMNIC_VEC_ITR_TX(v)		(SIMNIC_VEC(v) + 0x18)	/* RW */
#define SIMNIC_ITR_USECS		GENMASK(13, 0)
#define SIMNIC_ITR_FRAMES		GENMASK(25, 16)
#define SIMNIC_VEC_FIRED(v)		(SIMNIC_VEC(v) + 0x1c)	/* RO: interrupts so far */

/* -- Transmit queues ---------------------------------------------------------
 * BASE, LEN and VECTOR are taken over when ENABLE goes from 0 to 1, which also
 * sets HEAD and TAIL to 0. The card owns the descriptors from HEAD to TAIL; one
 * is always left unused, HEAD == TAIL is empty. Clearing ENABLE takes effect
 * before the write returns: the card touches neither ring nor buffers after it.
 * A queue that meets a bad descriptor drops the frame, writes it back with
 * %SIMNIC_TXD_ERR, halts and raises %SIMNIC_CAUSE_ERROR; writing RESUME lets it
 * go on with the frame after it.
 */
#define SIMNIC_TXQ(q)			(0x4000 + (q) * 0x80)
#define SIMNIC_TXQ_BASE_LO(q)		(SIMNIC_TXQ(q) + 0x00)	/* RW, 64-byte aligned */
#define SIMNIC_TXQ_BASE_HI(q)		(SIMNIC_TXQ(q) + 0x04)	/* RW */
#define SIMNIC_TXQ_LEN(q)		(SIMNIC_TXQ(q) + 0x08)	/* RW: descriptors */
#define SIMNIC_TXQ_HEAD(q)		(SIMNIC_TXQ(q) + 0x0c)	/* RO */
#define SIMNIC_TXQ_TAIL(q)		(SIMNIC_TXQ(q) + 0x10)	/* RW: the doorbell */
/*
 * Written with the tail, not read: the driver looks for what is done as soon as the
 * write returns. What the engine does in this write raises no %SIMNIC_CAUSE_TX, and the
 * one that is up goes down: only for a queue that shares its vector with no other
 * transmit queue. Without effect where the engine does not run in the write: with
 * interrupts off, or softirqs on.
 */
#define SIMNIC_TXQ_TAIL_QUIET		BIT(31)
/*
 * Written with the tail, not read: super-frames may stay in the ring until the partner's
 * driver acknowledges %SIMNIC_CAUSE_RX, which is raised for them; or until a write
 * without this, or more than 64 descriptors wait (or a quarter of the partner's receive
 * ring), or for 10 to 20 milliseconds nothing was written, or none of them fetched. They
 * do not stay where ITR_RX of the partner's vector is more than 3200 usecs. With
 * %SIMNIC_TXQ_TAIL_QUIET the %SIMNIC_CAUSE_TX for them waits for that silence as well, unless
 * ITR_RX of the queue's vector is more than 800 usecs.
 */
#define SIMNIC_TXQ_TAIL_POSTED		BIT(30)
#define SIMNIC_TXQ_CTRL(q)		(SIMNIC_TXQ(q) + 0x14)	/* RW */
#define SIMNIC_Q_CTRL_ENABLE		BIT(0)
#define SIMNIC_Q_CTRL_RESUME		BIT(1)	/* write only; ENABLE is left as it is */
#define SIMNIC_TXQ_STATUS(q)		(SIMNIC_TXQ(q) + 0x18)	/* RO */
#define SIMNIC_Q_STATUS_ENABLED		BIT(0)
#define SIMNIC_Q_STATUS_HALTED		BIT(1)	/* by an error */
#define SIMNIC_Q_STATUS_PAUSED		BIT(2)	/* waiting for the partner */
#define SIMNIC_Q_STATUS_BAD_CONFIG	BIT(3)	/* ENABLE refused: base, length, size or vector */
#define SIMNIC_Q_STATUS_WAITING		BIT(4)	/* receive: frames wait for buffers, pause is on */
#define SIMNIC_TXQ_VECTOR(q)		(SIMNIC_TXQ(q) + 0x1c)	/* RW */
#define SIMNIC_TXQ_FRAMES_LO(q)		(SIMNIC_TXQ(q) + 0x40)	/* RO, counters as above */
#define SIMNIC_TXQ_FRAMES_HI(q)		(SIMNIC_TXQ(q) + 0x44)
#define SIMNIC_TXQ_BYTES_LO(q)		(SIMNIC_TXQ(q) + 0x48)
#define SIMNIC_TXQ_BYTES_HI(q)		(SIMNIC_TXQ(q) + 0x4c)

/* -- Receive queues: as transmit queues -------------------------------------- */
#define SIMNIC_RXQ(q)			(0x8000 + (q) * 0x80)
#define SIMNIC_RXQ_BASE_LO(q)		(SIMNIC_RXQ(q) + 0x00)
#define SIMNIC_RXQ_BASE_HI(q)		(SIMNIC_RXQ(q) + 0x04)
#define SIMNIC_RXQ_LEN(q)		(SIMNIC_RXQ(q) + 0x08)
#define SIMNIC_RXQ_HEAD(q)		(SIMNIC_RXQ(q) + 0x0c)
#define SIMNIC_RXQ_TAIL(q)		(SIMNIC_RXQ(q) + 0x10)
#define SIMNIC_RXQ_CTRL(q)		(SIMNIC_RXQ(q) + 0x14)
#define SIMNIC_RXQ_STATUS(q)		(SIMNIC_RXQ(q) + 0x18)
#define SIMNIC_RXQ_VECTOR(q)		(SIMNIC_RXQ(q) + 0x1c)
#define SIMNIC_RXQ_BUFSZ(q)		(SIMNIC_RXQ(q) + 0x20)	/* RW: bytes of each buffer */
#define SIMNIC_RXQ_FRAMES_LO(q)		(SIMNIC_RXQ(q) + 0x40)
#define SIMNIC_RXQ_FRAMES_HI(q)		(SIMNIC_RXQ(q) + 0x44)
#define SIMNIC_RXQ_BYTES_LO(q)		(SIMNIC_RXQ(q) + 0x48)
#define SIMNIC_RXQ_BYTES_HI(q)		(SIMNIC_RXQ(q) + 0x4c)
#define SIMNIC_RXQ_MISSED_LO(q)		(SIMNIC_RXQ(q) + 0x50)
#define SIMNIC_RXQ_MISSED_HI(q)		(SIMNIC_RXQ(q) + 0x54)

#define SIMNIC_REGS_SIZE		0x9000

#endif
