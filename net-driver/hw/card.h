/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: the whole of it */
#ifndef SIMHW_CARD_H
#define SIMHW_CARD_H

#include <linux/if_ether.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/unaligned.h>

#include "faults.h"
#include "filter.h"
#include "impair.h"
#include "phy.h"
#include "queue.h"
#include "rss.h"
#include "simnic_bus.h"
#include "simnic_regs.h"
#include "vec.h"

#define SIMHW_CARD_REGS		(SIMNIC_MAC_HI / 4 + 1)

/* Counters with a latch for their high word: the card's, then the queues' */
#define SIMHW_TXQ_COUNTERS	2
#define SIMHW_RXQ_COUNTERS	3
#define SIMHW_LATCHES		(SIMNIC_STATS + SIMNIC_MAX_QUEUES * \
				 (SIMHW_TXQ_COUNTERS + SIMHW_RXQ_COUNTERS))

#define SIMHW_CTRL_BITS		(SIMNIC_CTRL_TX_EN | SIMNIC_CTRL_LINK_EN | \
				 SIMNIC_CTRL_LOOPBACK | SIMNIC_CTRL_INTX)

#define SIMHW_GONE_OFF		BIT(0)	/* powered off */
#define SIMHW_GONE_FAULT	BIT(1)	/* pulled out of its slot */

struct simhw_cable;

/**
 * struct simhw_card - a card
 * @pdev: what the driver core sees of it; may outlive the card
 * @id: number of the platform device
 * @addr: MAC address it was made with, the reset value of MAC_LO and MAC_HI
 * @num_txq: transmit queues
 * @num_rxq: receive queues
 * @num_vec: vectors
 * @txq: transmit queues
 * @rxq: receive queues
 * @vec: vectors
 * @gone: it is not there: SIMHW_GONE_*; set under @ctrl_lock
 * @resetting: RESET is set; @reset_end says until when
 * @reset_end: when RESET clears itself
 * @reg: general registers, as written
 * @status: the STATUS register: the link
 * @peer: where frames go: the card at the other end, or this one in loopback.
 *	NULL while the link is down. Written under the wire's lock
 * @filter: receive filters
 * @rss: receive side scaling
 * @steering: changes with whatever decides about a frame's receive queue
 * @faults: to order
 * @impair: what the cable does to the frames that this card sends
 * @ctrl_lock: serializes register writes that take several steps: RESET, the
 *	queues' CTRL, the RSS key. Process context. Outside of the wire's lock
 * @phy: the PHY; under the wire's lock
 * @cable: the cable or NULL; under the wire's lock
 * @seated: the plug is in; under the wire's lock
 * @cold: counters that belong to no queue
 * @latch: high words of the counters whose low words were read last
 * @debugfs: its directory
 */
struct simhw_card {
	struct platform_device *pdev;
	unsigned int id;
	u8 addr[ETH_ALEN];
	unsigned int num_txq;
	unsigned int num_rxq;
	unsigned int num_vec;
	struct simhw_txq *txq;
	struct simhw_rxq *rxq;
	struct simhw_vec *vec;
	u8 gone;
	bool resetting;
	ktime_t reset_end;

	u32 reg[SIMHW_CARD_REGS];
	u32 status;
	struct simhw_card __rcu *peer;
	struct simhw_filter filter;
	struct simhw_rss rss;
	atomic_t steering;
	struct simhw_faults faults;
	struct simhw_impair impair;

	/* Serializes register writes of several steps */
	struct mutex ctrl_lock;
	struct simhw_phy phy;
	struct simhw_cable *cable;
	bool seated;

	atomic64_t cold[SIMNIC_STATS];
	u32 latch[SIMHW_LATCHES];
	struct dentry *debugfs;
};

/* A general register, as written last */
static inline u32 simhw_reg(const struct simhw_card *card, u32 reg)
{
	return READ_ONCE(card->reg[reg / 4]);
}

static inline void simhw_set_reg(struct simhw_card *card, u32 reg, u32 val)
{
	WRITE_ONCE(card->reg[reg / 4], val);
}

/* Is a frame to @dst for this card? Most are to its own address. */
static inline bool simhw_filter_addr(const struct simhw_card *card, const u8 *dst)
{
	if (likely(get_unaligned_le32(dst) == simhw_reg(card, SIMNIC_MAC_LO) &&
		   get_unaligned_le16(dst + 4) == simhw_reg(card, SIMNIC_MAC_HI)))
		return true;
	return simhw_filter_other(card, dst);
}

struct simhw_card *simhw_card_create(const struct simnic_card_params *params, unsigned int id);
void simhw_card_power_off(struct simhw_card *card);
void simhw_card_free(struct simhw_card *card);
void simhw_card_reset(struct simhw_card *card);
void simhw_card_write_ctrl(struct simhw_card *card, u32 val);
bool simhw_card_resetting(struct simhw_card *card);
bool simhw_card_deaf(struct simhw_card *card);

extern const struct simnic_bus_ops simhw_bus_ops;

#endif
