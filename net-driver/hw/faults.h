/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: faults to order, for tests; FAULTS.md says what each of them is */
#ifndef SIMHW_FAULTS_H
#define SIMHW_FAULTS_H

#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/workqueue.h>

#include "faultattr.h"

struct dentry;
struct simhw_card;
struct simhw_frame;
struct simhw_rxq;
struct simhw_tx_job;
struct simhw_txq;
struct simhw_vec;

enum simhw_fault_id {
	SIMHW_FAULT_IRQ_LOST,
	SIMHW_FAULT_IRQ_SPURIOUS,
	SIMHW_FAULT_IRQ_STORM,
	SIMHW_FAULT_IRQ_STUCK,
	SIMHW_FAULT_TX_STUCK,
	SIMHW_FAULT_RX_STUCK,
	SIMHW_FAULT_TX_DELAY,
	SIMHW_FAULT_TX_DUP,
	SIMHW_FAULT_TX_ORDER,
	SIMHW_FAULT_TX_BOGUS,
	SIMHW_FAULT_RX_DELAY,
	SIMHW_FAULT_RX_DUP,
	SIMHW_FAULT_RX_ORDER,
	SIMHW_FAULT_RX_BOGUS,
	SIMHW_FAULT_RX_LEN,
	SIMHW_FAULT_RX_BUFFER,
	SIMHW_FAULT_RX_TYPE,
	SIMHW_FAULT_RX_CSUM,
	SIMHW_FAULT_DMA_DESC,
	SIMHW_FAULT_DMA_DATA,
	SIMHW_FAULT_CARD_GONE,
	SIMHW_FAULT_RESET_LATE,
	SIMHW_FAULT_RESET_NEVER,
	SIMHW_FAULT_LINK_FLAP,
	SIMHW_FAULT_LINK_ALONE,
	SIMHW_WIRE_LOSS,	/* of the cable, see impair.c */
	SIMHW_WIRE_DUPLICATE,
	SIMHW_WIRE_REORDER,
	SIMHW_WIRE_CORRUPT,
	SIMHW_FAULTS,
	/* armed while frames take their time on the cable */
	SIMHW_WIRE_DELAY = SIMHW_FAULTS,
};

static_assert(SIMHW_WIRE_DELAY < 32);

/* Groups that are looked for at the same place */
#define SIMHW_FAULTS_IRQ	(BIT(SIMHW_FAULT_IRQ_LOST) | BIT(SIMHW_FAULT_IRQ_SPURIOUS) | \
				 BIT(SIMHW_FAULT_IRQ_STORM))
#define SIMHW_FAULTS_TX_FETCH	(BIT(SIMHW_FAULT_TX_STUCK) | BIT(SIMHW_FAULT_DMA_DESC) | \
				 BIT(SIMHW_FAULT_DMA_DATA))
#define SIMHW_FAULTS_TX_DONE	(BIT(SIMHW_FAULT_TX_DELAY) | BIT(SIMHW_FAULT_TX_ORDER))
#define SIMHW_FAULTS_TX_RING	(BIT(SIMHW_FAULT_TX_DUP) | BIT(SIMHW_FAULT_TX_BOGUS))
#define SIMHW_FAULTS_RX_DONE	(BIT(SIMHW_FAULT_RX_DELAY) | BIT(SIMHW_FAULT_RX_ORDER))
#define SIMHW_FAULTS_RX_RING	(BIT(SIMHW_FAULT_RX_DUP) | BIT(SIMHW_FAULT_RX_BOGUS))
#define SIMHW_FAULTS_RX_MANGLE	(BIT(SIMHW_FAULT_RX_LEN) | BIT(SIMHW_FAULT_RX_BUFFER) | \
				 BIT(SIMHW_FAULT_RX_TYPE) | BIT(SIMHW_FAULT_RX_CSUM))
#define SIMHW_FAULTS_WIRE	(BIT(SIMHW_WIRE_LOSS) | BIT(SIMHW_WIRE_DUPLICATE) | \
				 BIT(SIMHW_WIRE_REORDER) | BIT(SIMHW_WIRE_CORRUPT) | \
				 BIT(SIMHW_WIRE_DELAY))

/* simhw_fault.cleared_by, of a stuck queue */
enum simhw_fault_clear {
	SIMHW_CLEAR_QUEUE,	/* ENABLE from 0 to 1, or RESET */
	SIMHW_CLEAR_RESET,
	SIMHW_CLEAR_NEVER,
};

/**
 * struct simhw_fault - one fault of a card
 * @card: the card
 * @id: which one
 * @attr: how often
 * @queues: where, by bit
 * @rx_queues: the same of receive queues, of faults that know both kinds
 * @usecs: for how long, or how late
 * @burst: how many
 * @period: ms between its chances
 * @cleared_by: what ends it
 * @hits: how often it struck
 */
struct simhw_fault {
	struct simhw_card *card;
	enum simhw_fault_id id;
	struct simhw_fault_attr attr;
	u32 queues;
	u32 rx_queues;
	u32 usecs;
	u32 burst;
	u32 period;
	enum simhw_fault_clear cleared_by;
	atomic_t hits;
};

/**
 * struct simhw_faults - faults of a card
 * @armed: those whose probability is not 0: all that the engines look at
 * @tx_stuck: transmit queues that do nothing
 * @rx_stuck: receive queues that do nothing
 * @link_down: while the link flaps; under the wire's lock
 * @link_alone: the link is up whoever is at the other end; under the wire's lock
 * @flap_work: makes the link flap
 * @gone_work: makes the card go
 * @accesses: to registers since it is gone
 * @shown: their directories are there, or never will be; under simhw_faults_lock
 * @fault: each of them
 */
struct simhw_faults {
	unsigned long armed;
	unsigned long tx_stuck;
	unsigned long rx_stuck;
	bool link_down;
	bool link_alone;
	struct delayed_work flap_work;
	struct work_struct gone_work;
	atomic_t accesses;
	bool shown;
	struct simhw_fault fault[SIMHW_FAULTS];
};

/* The one test on the way of frames that meet no fault */
static inline bool simhw_fault_armed(const struct simhw_faults *faults, unsigned long mask)
{
	return unlikely(READ_ONCE(faults->armed) & mask);
}

/* faults.c: all of them */
void simhw_faults_init(struct simhw_card *card);
void simhw_faults_exit(struct simhw_card *card);
void simhw_faults_add(struct simhw_card *card);
void simhw_faults_del(struct simhw_card *card);
bool simhw_fault_rolls(struct simhw_card *card, enum simhw_fault_id id, unsigned int bit);
void simhw_fault_hit(struct simhw_card *card, enum simhw_fault_id id);
bool simhw_fault_strikes(struct simhw_card *card, enum simhw_fault_id id, unsigned int bit);
bool simhw_fault_strikes_rx(struct simhw_card *card, enum simhw_fault_id id, unsigned int bit);

/* fault_irq.c: interrupts */
void simhw_fault_irq_raise(struct simhw_vec *vec);
bool simhw_fault_irq_fire(struct simhw_vec *vec);
bool simhw_fault_irq_unmask(struct simhw_vec *vec);
void simhw_fault_irq_free(struct simhw_card *card, unsigned int vector);

/* fault_queue.c: queues */
bool simhw_fault_tx_fetch(struct simhw_txq *q, struct simhw_tx_job *job);
bool simhw_fault_rx_fetch(struct simhw_rxq *q, const struct simhw_frame *f);
bool simhw_fault_rx_stuck(struct simhw_rxq *q);
void simhw_fault_queues_reset(struct simhw_card *card);
void simhw_fault_txq_enable(struct simhw_txq *q);
void simhw_fault_rxq_enable(struct simhw_rxq *q);
void simhw_fault_add_stuck(struct simhw_fault *fault, struct dentry *dir);

/* fault_tx.c, fault_rx.c: what is written back to descriptors */
bool simhw_fault_tx_done(struct simhw_txq *q, u32 index);
void simhw_fault_tx_doorbell(struct simhw_txq *q);
bool simhw_fault_rx_done(struct simhw_rxq *q, u32 status);
void simhw_fault_rx_doorbell(struct simhw_rxq *q);
u32 simhw_fault_rx_mangle(struct simhw_rxq *q, unsigned int n, u32 status);

/* fault_link.c: the link */
void simhw_fault_link_init(struct simhw_card *card);
void simhw_fault_link_exit(struct simhw_card *card);
void simhw_fault_link_flap(struct simhw_card *card);
void simhw_fault_link_alone(struct simhw_card *card);
bool simhw_fault_link_is_alone(struct simhw_card *card);
void simhw_fault_add_flap(struct simhw_fault *fault, struct dentry *dir);

/* fault_card.c: the whole card */
void simhw_fault_card_init(struct simhw_card *card);
bool simhw_fault_card_access(struct simhw_card *card);
void simhw_fault_card_reset(struct simhw_card *card);
void simhw_fault_card_reset_over(struct simhw_card *card);
void simhw_fault_add_gone(struct simhw_fault *fault, struct dentry *dir);

#endif
