// SPDX-License-Identifier: GPL-2.0
/* simnic card: faults: queues that get stuck, and accesses to memory that fail */
#include <linux/bitops.h>
#include <linux/debugfs.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "card.h"
#include "dma.h"
#include "rx.h"
#include "tx.h"
#include "txjob.h"

static const char * const simhw_clear_names[] = {
	[SIMHW_CLEAR_QUEUE] = "queue",
	[SIMHW_CLEAR_RESET] = "reset",
	[SIMHW_CLEAR_NEVER] = "never",
};

static unsigned long *simhw_stuck(struct simhw_card *card, enum simhw_fault_id id)
{
	return id == SIMHW_FAULT_TX_STUCK ? &card->faults.tx_stuck : &card->faults.rx_stuck;
}

static bool simhw_cleared_by(struct simhw_card *card, enum simhw_fault_id id,
			     enum simhw_fault_clear what)
{
	return READ_ONCE(card->faults.fault[id].cleared_by) <= what;
}

/**
 * simhw_fault_tx_fetch() - the descriptors of a frame are being read
 * @q: the queue, by its owner
 * @job: its frame, checked; may be told to be dropped
 *
 * Context: softirqs off.
 * Return: false if the queue gets stuck.
 */
bool simhw_fault_tx_fetch(struct simhw_txq *q, struct simhw_tx_job *job)
{
	struct simhw_card *card = q->base.card;
	unsigned int i = q->base.index;

	if (simhw_fault_strikes(card, SIMHW_FAULT_TX_STUCK, i)) {
		set_bit(i, &card->faults.tx_stuck);
		return false;
	}
	/* the first segments of a frame may be on the wire */
	if (job->drop || q->seg_off)
		return true;
	if ((simhw_fault_strikes(card, SIMHW_FAULT_DMA_DESC, i) ||
	     simhw_fault_strikes(card, SIMHW_FAULT_DMA_DATA, i)) &&
	    !simhw_dma_find(&card->pdev->dev, U64_MAX, 1, NULL))
		job->drop = SIMNIC_STAT_TX_DMA_FAULT;
	return true;
}

/* Is a receive queue stuck that has enough buffers, or does it get so? */
bool simhw_fault_rx_stuck(struct simhw_rxq *q)
{
	struct simhw_card *card = q->base.card;
	unsigned int i = q->base.index;

	if (!test_bit(i, &card->faults.rx_stuck) &&
	    simhw_fault_strikes(card, SIMHW_FAULT_RX_STUCK, i))
		set_bit(i, &card->faults.rx_stuck);
	return test_bit(i, &card->faults.rx_stuck);
}

/**
 * simhw_fault_rx_fetch() - the descriptors for a frame are being read
 * @q: the queue, locked
 * @f: the frame
 *
 * Nothing can be written where none could be read.
 *
 * Context: softirqs off.
 * Return: true if the frame is lost.
 */
bool simhw_fault_rx_fetch(struct simhw_rxq *q, const struct simhw_frame *f)
{
	struct simhw_card *card = q->base.card;

	lockdep_assert_held(&q->lock);

	if (!simhw_fault_strikes_rx(card, SIMHW_FAULT_DMA_DESC, q->base.index))
		return false;
	simhw_stats_count(&q->stats, SIMNIC_STAT_RX_DMA_FAULT, f->segs);
	WRITE_ONCE(q->halted, true);
	simhw_vec_raise(&card->vec[0], SIMNIC_CAUSE_ERROR);
	return true;
}

/* A queue starts anew. Process context, ctrl_lock held. */
void simhw_fault_txq_enable(struct simhw_txq *q)
{
	struct simhw_card *card = q->base.card;

	simhw_fault_irq_free(card, q->base.vector);
	if (simhw_cleared_by(card, SIMHW_FAULT_TX_STUCK, SIMHW_CLEAR_QUEUE))
		clear_bit(q->base.index, &card->faults.tx_stuck);
}

void simhw_fault_rxq_enable(struct simhw_rxq *q)
{
	struct simhw_card *card = q->base.card;

	simhw_fault_irq_free(card, q->base.vector);
	if (simhw_cleared_by(card, SIMHW_FAULT_RX_STUCK, SIMHW_CLEAR_QUEUE))
		clear_bit(q->base.index, &card->faults.rx_stuck);
}

/* The card is being reset. */
void simhw_fault_queues_reset(struct simhw_card *card)
{
	if (simhw_cleared_by(card, SIMHW_FAULT_TX_STUCK, SIMHW_CLEAR_RESET))
		WRITE_ONCE(card->faults.tx_stuck, 0);
	if (simhw_cleared_by(card, SIMHW_FAULT_RX_STUCK, SIMHW_CLEAR_RESET))
		WRITE_ONCE(card->faults.rx_stuck, 0);
}

/* -- Files ------------------------------------------------------------------ */

static int simhw_stuck_get(void *data, u64 *val)
{
	struct simhw_fault *fault = data;

	*val = READ_ONCE(*simhw_stuck(fault->card, fault->id));
	return 0;
}

/* Queues that are no longer stuck look for work. */
static int simhw_stuck_set(void *data, u64 val)
{
	struct simhw_fault *fault = data;
	struct simhw_card *card = fault->card;
	unsigned int i;

	if (val > U32_MAX)
		return -EINVAL;
	WRITE_ONCE(*simhw_stuck(card, fault->id), val);
	for (i = 0; fault->id == SIMHW_FAULT_TX_STUCK && i < card->num_txq; i++)
		simhw_txq_schedule(&card->txq[i]);
	if (fault->id == SIMHW_FAULT_RX_STUCK)
		simhw_rx_wake_all(card);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(simhw_stuck_fops, simhw_stuck_get, simhw_stuck_set, "0x%08llx\n");

static ssize_t simhw_cleared_by_read(struct file *file, char __user *to, size_t len, loff_t *pos)
{
	const struct simhw_fault *fault = file->private_data;
	char text[16];
	int n;

	n = scnprintf(text, sizeof(text), "%s\n",
		      simhw_clear_names[READ_ONCE(fault->cleared_by)]);
	return simple_read_from_buffer(to, len, pos, text, n);
}

static ssize_t simhw_cleared_by_write(struct file *file, const char __user *from, size_t len,
				      loff_t *pos)
{
	struct simhw_fault *fault = file->private_data;
	char text[16] = "";
	int i;

	if (len >= sizeof(text) || copy_from_user(text, from, len))
		return -EINVAL;
	i = sysfs_match_string(simhw_clear_names, text);
	if (i < 0)
		return i;
	WRITE_ONCE(fault->cleared_by, i);
	return len;
}

static const struct file_operations simhw_cleared_by_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = simhw_cleared_by_read,
	.write = simhw_cleared_by_write,
	.llseek = default_llseek,
};

void simhw_fault_add_stuck(struct simhw_fault *fault, struct dentry *dir)
{
	debugfs_create_file_unsafe("stuck", 0600, dir, fault, &simhw_stuck_fops);
	debugfs_create_file("cleared_by", 0600, dir, fault, &simhw_cleared_by_fops);
}
