// SPDX-License-Identifier: GPL-2.0
/* simnic card: what the queues of both directions have in common */
#include <linux/align.h>
#include <linux/log2.h>

#include "card.h"
#include "dma.h"
#include "queue.h"

static_assert(SIMNIC_TXQ_BASE_LO(0) - SIMNIC_TXQ(0) == SIMNIC_RXQ_BASE_LO(0) - SIMNIC_RXQ(0));
static_assert(SIMNIC_TXQ_BASE_HI(0) - SIMNIC_TXQ(0) == SIMNIC_RXQ_BASE_HI(0) - SIMNIC_RXQ(0));
static_assert(SIMNIC_TXQ_LEN(0) - SIMNIC_TXQ(0) == SIMNIC_RXQ_LEN(0) - SIMNIC_RXQ(0));
static_assert(SIMNIC_TXQ_VECTOR(0) - SIMNIC_TXQ(0) == SIMNIC_RXQ_VECTOR(0) - SIMNIC_RXQ(0));
static_assert(sizeof(struct simnic_tx_desc) == sizeof(struct simnic_rx_desc));

/* A register as written last; @off: its offset among the queue's */
u32 simhw_queue_reg(const struct simhw_queue *q, u32 off)
{
	return READ_ONCE(q->reg[off / 4]);
}

/**
 * simhw_queue_configure() - take over VECTOR, LEN and BASE
 * @q: the queue
 *
 * Return: the ring, or NULL if something is wrong.
 */
void *simhw_queue_configure(struct simhw_queue *q)
{
	u64 base = (u64)simhw_queue_reg(q, SIMNIC_TXQ_BASE_HI(0) - SIMNIC_TXQ(0)) << 32 |
		   simhw_queue_reg(q, SIMNIC_TXQ_BASE_LO(0) - SIMNIC_TXQ(0));
	u32 vector = simhw_queue_reg(q, SIMNIC_TXQ_VECTOR(0) - SIMNIC_TXQ(0));
	u32 len = simhw_queue_reg(q, SIMNIC_TXQ_LEN(0) - SIMNIC_TXQ(0));

	if (len < SIMNIC_RING_MIN || len > SIMNIC_RING_MAX || !is_power_of_2(len))
		return NULL;
	if (!IS_ALIGNED(base, 64) || vector >= q->card->num_vec)
		return NULL;

	q->mask = len - 1;
	WRITE_ONCE(q->vector, vector);
	return simhw_dma_find(&q->card->pdev->dev, base, len * sizeof(struct simnic_tx_desc),
			      NULL);
}

u32 simhw_queue_status(const struct simhw_queue *q)
{
	u32 status = 0;

	if (READ_ONCE(q->enabled))
		status |= SIMNIC_Q_STATUS_ENABLED;
	if (READ_ONCE(q->bad_config))
		status |= SIMNIC_Q_STATUS_BAD_CONFIG;
	return status;
}
