/* SPDX-License-Identifier: GPL-2.0 */
/*
 * simnic: the bus between card and driver, and the slots that cards are
 * plugged into.
 *
 * A card is a platform device named "simnic". Its resources are interrupts:
 * one for each vector, in order, and last the shared line, named "intx". Its
 * platform data is a struct simnic_bus. All other traffic goes through rings in
 * DMA memory.
 */
#ifndef SIMNIC_BUS_H
#define SIMNIC_BUS_H

#include <linux/types.h>

struct page;
struct platform_device;

/**
 * struct simnic_share - bytes in pages that a sender shares
 * @page: (head) page that they lie in
 * @offset: bytes from its start
 * @len: bytes
 */
struct simnic_share {
	struct page *page;
	u32 offset;
	u32 len;
};

/**
 * struct simnic_bus_ops - how a driver reaches the registers
 * @rd32: read a register. Any context; counters not in hard interrupts.
 * @wr32: write a register. Any context, but SIMNIC_CTRL (RESET above all),
 *	the queues' CTRL, SIMNIC_MDIC, SIMNIC_PAUSE and SIMNIC_RSS_KEY need
 *	process context and may sleep: they wait for the engines to let go of a
 *	queue, or change both ends of a link. SIMNIC_RXCTRL: not with
 *	interrupts off.
 * @doorbell: write a tail register. Transmit: softirqs must be off (as in
 *	ndo_start_xmit); the transmit engine runs in this call, within a
 *	bound, or with SIMNIC_TXQ_TAIL_POSTED perhaps later. Receive: any
 *	context.
 * @take: take over the shared pages behind a receive descriptor that was
 *	written back with SIMNIC_RXD_SHARED, once: their reference is the
 *	caller's then. What is never taken is released when the descriptor is
 *	used again, or the queue enabled, or the card removed. False, if there
 *	is nothing. Any context, but not while the queue is being enabled.
 *	NULL with a card without SIMNIC_CAPS_SHARE.
 */
struct simnic_bus_ops {
	u32 (*rd32)(void *card, u32 reg);
	void (*wr32)(void *card, u32 reg, u32 val);
	void (*doorbell)(void *card, u32 reg, u32 tail);
	bool (*take)(void *card, unsigned int rxq, u32 index, struct simnic_share *share);
};

/**
 * struct simnic_bus - platform data of a card
 * @ops: access to its registers
 * @card: first argument of @ops
 */
struct simnic_bus {
	const struct simnic_bus_ops *ops;
	void *card;
};

struct simnic_slot;

/**
 * struct simnic_card_params - what to plug in
 * @num_txq: transmit queues, 1 to SIMNIC_MAX_QUEUES
 * @num_rxq: receive queues, 1 to SIMNIC_MAX_QUEUES
 */
struct simnic_card_params {
	unsigned int num_txq;
	unsigned int num_rxq;
};

/**
 * simnic_slot_insert() - power up a card and announce it to the driver core
 * @params: what card
 *
 * The driver's probe has run when this returns.
 *
 * Context: process, may sleep. RTNL may be held.
 * Return: the slot with the card in it, or an ERR_PTR: -ENOMEM, -EINVAL.
 */
struct simnic_slot *simnic_slot_insert(const struct simnic_card_params *params);

/**
 * simnic_slot_eject() - remove a card: driver's remove, then power off
 * @slot: from simnic_slot_insert(); gone afterwards
 *
 * A cable in it falls out: the other end loses its link.
 *
 * Context: process, may sleep.
 */
void simnic_slot_eject(struct simnic_slot *slot);

/**
 * simnic_slot_pdev() - the card's platform device
 * @slot: the slot
 *
 * Return: the device; never NULL.
 */
struct platform_device *simnic_slot_pdev(struct simnic_slot *slot);

/**
 * simnic_slot_cable() - run a cable between two cards
 * @a: one end
 * @b: the other end
 *
 * Context: process, may sleep. Callers serialize (RTNL).
 * Return: 0, -EINVAL if both are the same card, -EBUSY if one has a cable
 * already, -ENOMEM.
 */
int simnic_slot_cable(struct simnic_slot *a, struct simnic_slot *b);

/**
 * simnic_slot_uncable() - take a card's cable away from both its ends
 * @slot: either end; nothing happens if it has no cable
 *
 * No frame is on the cable, and no engine uses it, when this returns.
 *
 * Context: process, may sleep. Callers serialize (RTNL).
 */
void simnic_slot_uncable(struct simnic_slot *slot);

/**
 * simnic_slot_seat() - pull the cable's plug out of a card, or push it in
 * @slot: the card
 * @seated: false to pull, true to push in
 *
 * The cable stays with the card; remembered also while there is none.
 *
 * Context: process, may sleep. Callers serialize (RTNL).
 */
void simnic_slot_seat(struct simnic_slot *slot, bool seated);

/* Module init and exit of all cards: interrupt domain, debugfs */
int simnic_slots_init(void);
void simnic_slots_exit(void);

#endif
