// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: faults to order, for tests: their names and files in debugfs, and
 * whether one strikes. What it does then is in fault_*.c.
 */
#include <linux/debugfs.h>
#include <linux/mutex.h>

#include "card.h"

#define SIMHW_FAULT_USECS	BIT(0)	/* files beside those of fault_attr */
#define SIMHW_FAULT_QUEUES	BIT(1)
#define SIMHW_FAULT_RX_QUEUES	BIT(2)
#define SIMHW_FAULT_BURST	BIT(3)

/**
 * struct simhw_fault_info - what is the same on all cards
 * @name: of the fault, and of its directory
 * @files: SIMHW_FAULT_*
 * @add: adds other files, or NULL
 * @changed: its probability was written, or NULL; process context
 */
struct simhw_fault_info {
	const char *name;
	u32 files;
	void (*add)(struct simhw_fault *fault, struct dentry *dir);
	void (*changed)(struct simhw_card *card);
};

static const struct simhw_fault_info simhw_fault_infos[SIMHW_FAULTS] = {
	[SIMHW_FAULT_IRQ_LOST] = { "irq_lost", SIMHW_FAULT_QUEUES },
	[SIMHW_FAULT_IRQ_SPURIOUS] = { "irq_spurious", SIMHW_FAULT_QUEUES },
	[SIMHW_FAULT_IRQ_STORM] = { "irq_storm", SIMHW_FAULT_QUEUES | SIMHW_FAULT_BURST },
	[SIMHW_FAULT_IRQ_STUCK] = { "irq_stuck", SIMHW_FAULT_QUEUES },
	[SIMHW_FAULT_TX_STUCK] = {
		"tx_stuck", SIMHW_FAULT_QUEUES, .add = simhw_fault_add_stuck,
	},
	[SIMHW_FAULT_RX_STUCK] = {
		"rx_stuck", SIMHW_FAULT_QUEUES, .add = simhw_fault_add_stuck,
	},
	[SIMHW_FAULT_TX_DELAY] = { "tx_delay", SIMHW_FAULT_QUEUES | SIMHW_FAULT_USECS },
	[SIMHW_FAULT_TX_DUP] = { "tx_dup", SIMHW_FAULT_QUEUES },
	[SIMHW_FAULT_TX_ORDER] = { "tx_order", SIMHW_FAULT_QUEUES | SIMHW_FAULT_USECS },
	[SIMHW_FAULT_TX_BOGUS] = { "tx_bogus", SIMHW_FAULT_QUEUES },
	[SIMHW_FAULT_RX_DELAY] = { "rx_delay", SIMHW_FAULT_QUEUES | SIMHW_FAULT_USECS },
	[SIMHW_FAULT_RX_DUP] = { "rx_dup", SIMHW_FAULT_QUEUES },
	[SIMHW_FAULT_RX_ORDER] = { "rx_order", SIMHW_FAULT_QUEUES | SIMHW_FAULT_USECS },
	[SIMHW_FAULT_RX_BOGUS] = { "rx_bogus", SIMHW_FAULT_QUEUES },
	[SIMHW_FAULT_RX_LEN] = { "rx_len", SIMHW_FAULT_QUEUES },
	[SIMHW_FAULT_RX_BUFFER] = { "rx_buffer", SIMHW_FAULT_QUEUES },
	[SIMHW_FAULT_RX_TYPE] = { "rx_type", SIMHW_FAULT_QUEUES },
	[SIMHW_FAULT_RX_CSUM] = { "rx_csum", SIMHW_FAULT_QUEUES },
	[SIMHW_FAULT_DMA_DESC] = { "dma_desc", SIMHW_FAULT_QUEUES | SIMHW_FAULT_RX_QUEUES },
	[SIMHW_FAULT_DMA_DATA] = { "dma_data", SIMHW_FAULT_QUEUES | SIMHW_FAULT_RX_QUEUES },
	[SIMHW_FAULT_CARD_GONE] = { "card_gone", 0, .add = simhw_fault_add_gone },
	[SIMHW_FAULT_RESET_LATE] = { "reset_late", SIMHW_FAULT_USECS },
	[SIMHW_FAULT_RESET_NEVER] = { "reset_never", 0, .changed = simhw_fault_card_reset_over },
	[SIMHW_FAULT_LINK_FLAP] = {
		"link_flap", SIMHW_FAULT_USECS, .add = simhw_fault_add_flap,
		.changed = simhw_fault_link_flap,
	},
	[SIMHW_FAULT_LINK_ALONE] = { "link_alone", 0, .changed = simhw_fault_link_alone },
	[SIMHW_WIRE_LOSS] = { "loss" },
	[SIMHW_WIRE_DUPLICATE] = { "duplicate" },
	[SIMHW_WIRE_REORDER] = { "reorder", SIMHW_FAULT_USECS },
	[SIMHW_WIRE_CORRUPT] = { "corrupt" },
};

/* Who makes a card's files appear: simhw_faults.shown */
static DEFINE_MUTEX(simhw_faults_lock);

static int simhw_probability_get(void *data, u64 *val)
{
	const struct simhw_fault *fault = data;

	*val = READ_ONCE(simhw_fault_probability(&fault->attr));
	return 0;
}

/* What is armed is what has a probability. */
static int simhw_probability_set(void *data, u64 val)
{
	struct simhw_fault *fault = data;
	struct simhw_card *card = fault->card;

	if (val > 100)
		return -EINVAL;
	WRITE_ONCE(simhw_fault_probability(&fault->attr), val);
	if (val)
		set_bit(fault->id, &card->faults.armed);
	else
		clear_bit(fault->id, &card->faults.armed);
	if (simhw_fault_infos[fault->id].changed)
		simhw_fault_infos[fault->id].changed(card);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(simhw_probability_fops, simhw_probability_get, simhw_probability_set,
			 "%llu\n");

static void simhw_fault_add(struct simhw_fault *fault, struct dentry *parent)
{
	const struct simhw_fault_info *info = &simhw_fault_infos[fault->id];
	struct dentry *dir;

	dir = simhw_fault_attr_add(&fault->attr, info->name, parent);
	debugfs_create_file_unsafe("probability", 0600, dir, fault, &simhw_probability_fops);
	debugfs_create_atomic_t("hits", 0400, dir, &fault->hits);
	if (info->files & SIMHW_FAULT_QUEUES)
		debugfs_create_x32("queues", 0600, dir, &fault->queues);
	if (info->files & SIMHW_FAULT_RX_QUEUES)
		debugfs_create_x32("rx_queues", 0600, dir, &fault->rx_queues);
	if (info->files & SIMHW_FAULT_USECS)
		debugfs_create_u32("usecs", 0600, dir, &fault->usecs);
	if (info->files & SIMHW_FAULT_BURST)
		debugfs_create_u32("burst", 0600, dir, &fault->burst);
	if (info->add)
		info->add(fault, dir);
}

static int simhw_faults_add_all(struct simhw_card *card)
{
	struct dentry *parent = card->debugfs;
	struct dentry *dir, *wire;
	unsigned int i;

	dir = debugfs_create_dir("fault", parent);
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	wire = debugfs_create_dir("wire", parent);
	if (IS_ERR(wire)) {
		debugfs_remove(dir);
		return PTR_ERR(wire);
	}
	for (i = 0; i < SIMHW_WIRE_LOSS; i++)
		simhw_fault_add(&card->faults.fault[i], dir);
	for (; i < SIMHW_FAULTS; i++)
		simhw_fault_add(&card->faults.fault[i], wire);
	simhw_impair_add(card, wire);
	return 0;
}

static int simhw_faults_get(void *data, u64 *val)
{
	const struct simhw_card *card = data;

	*val = READ_ONCE(card->faults.shown);
	return 0;
}

/* They are there until the card goes. */
static int simhw_faults_set(void *data, u64 val)
{
	struct simhw_card *card = data;
	int err = 0;

	if (val != 1)
		return -EINVAL;
	mutex_lock(&simhw_faults_lock);
	if (!card->faults.shown)
		err = simhw_faults_add_all(card);
	if (!err)
		WRITE_ONCE(card->faults.shown, true);
	mutex_unlock(&simhw_faults_lock);
	return err;
}
DEFINE_DEBUGFS_ATTRIBUTE(simhw_faults_fops, simhw_faults_get, simhw_faults_set, "%llu\n");

/*
 * A file that makes the directories of faults appear. They are of hundreds of files,
 * which take longer to make than the card, and more memory: not for who has no use
 * for them.
 */
void simhw_faults_add(struct simhw_card *card)
{
	debugfs_create_file_unsafe("faults", 0600, card->debugfs, card, &simhw_faults_fops);
}

/*
 * The card's directory is going. Who removes it holds its lock while waiting for users
 * of files there, so none of these may want to add to it from now on.
 */
void simhw_faults_del(struct simhw_card *card)
{
	mutex_lock(&simhw_faults_lock);
	WRITE_ONCE(card->faults.shown, true);
	mutex_unlock(&simhw_faults_lock);
}

/**
 * simhw_fault_rolls() - does a fault strike?
 * @card: where
 * @id: which one
 * @bit: of its mask of queues
 *
 * Context: process or softirq: the kernel's generator of random numbers is not
 * for hard interrupts.
 * Return: true if so; it is not counted yet.
 */
bool simhw_fault_rolls(struct simhw_card *card, enum simhw_fault_id id, unsigned int bit)
{
	struct simhw_fault *fault = &card->faults.fault[id];

	return simhw_fault_armed(&card->faults, BIT(id)) &&
	       (READ_ONCE(fault->queues) & BIT(bit)) &&
	       simhw_fault_attr_strikes(&fault->attr);
}

void simhw_fault_hit(struct simhw_card *card, enum simhw_fault_id id)
{
	atomic_inc(&card->faults.fault[id].hits);
}

/* The same, and it is counted. */
bool simhw_fault_strikes(struct simhw_card *card, enum simhw_fault_id id, unsigned int bit)
{
	if (!simhw_fault_rolls(card, id, bit))
		return false;
	simhw_fault_hit(card, id);
	return true;
}

/* The same at a receive queue, of faults that know both kinds of queues. */
bool simhw_fault_strikes_rx(struct simhw_card *card, enum simhw_fault_id id, unsigned int bit)
{
	struct simhw_fault *fault = &card->faults.fault[id];

	if (!simhw_fault_armed(&card->faults, BIT(id)) ||
	    !(READ_ONCE(fault->rx_queues) & BIT(bit)) ||
	    !simhw_fault_attr_strikes(&fault->attr))
		return false;
	simhw_fault_hit(card, id);
	return true;
}

void simhw_faults_init(struct simhw_card *card)
{
	struct simhw_fault *fault;
	unsigned int i;

	for (i = 0; i < SIMHW_FAULTS; i++) {
		fault = &card->faults.fault[i];
		fault->card = card;
		fault->id = i;
		simhw_fault_attr_init(&fault->attr, simhw_fault_infos[i].name);
		fault->queues = U32_MAX;
		fault->rx_queues = U32_MAX;
		fault->usecs = 1000;
		fault->burst = 1000;
	}
	simhw_fault_card_init(card);
	simhw_fault_link_init(card);
}

/* Nobody accesses the card any more, and its files are gone. Process context. */
void simhw_faults_exit(struct simhw_card *card)
{
	WRITE_ONCE(card->faults.armed, 0);
	simhw_fault_link_exit(card);
	cancel_work_sync(&card->faults.gone_work);
}
