// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts: a vector for each queue pair, whose top half schedules NAPI; one
 * for link and errors, whose work is done in a thread; and, where vectors are
 * not to be had, one line that the card shares with others.
 */
#include <linux/interrupt.h>

#include "simnic.h"
#include "stats.h"

/* Interrupts in a row that find the poll scheduled already */
#define SIMNIC_IRQ_STORM	100

/* Until NAPI's poll is through, the vector stays masked */
void simnic_irq_mask(struct simnic_vector *vec)
{
	simnic_wr32(vec->sn, SIMNIC_VEC_MASK_SET(SIMNIC_QUEUE_VECTOR(vec->idx)), 1);
}

void simnic_irq_unmask(struct simnic_vector *vec)
{
	simnic_wr32(vec->sn, SIMNIC_VEC_MASK_CLR(SIMNIC_QUEUE_VECTOR(vec->idx)), 1);
}

void simnic_irq_ack(struct simnic_vector *vec)
{
	simnic_wr32(vec->sn, SIMNIC_VEC_CAUSE(SIMNIC_QUEUE_VECTOR(vec->idx)),
		    SIMNIC_CAUSE_ALL);
}

/* Latch a cause as if the card had; moderation holds for it */
void simnic_irq_set(struct simnic_vector *vec, u32 cause)
{
	simnic_wr32(vec->sn, SIMNIC_VEC_CAUSE_SET(SIMNIC_QUEUE_VECTOR(vec->idx)), cause);
}

/* Have the card raise an interrupt at once, in case that one was missed */
void simnic_irq_kick(struct simnic_vector *vec)
{
	simnic_irq_set(vec, SIMNIC_CAUSE_SW);
}

/* The card has masked the vector and cleared its causes by firing it */
static irqreturn_t simnic_irq_queue(int irq, void *data)
{
	struct simnic_vector *vec = data;

	WRITE_ONCE(vec->irqs, vec->irqs + 1);
	/* pairs with simnic_napi_add(); the card may fire a vector that it shouldn't */
	if (unlikely(!smp_load_acquire(&vec->active)))
		return IRQ_HANDLED;
	if (likely(napi_schedule_prep(&vec->napi))) {
		vec->early = 0;
		__napi_schedule_irqoff(&vec->napi);
	} else if (++vec->early >= SIMNIC_IRQ_STORM) {
		/*
		 * It should be masked, and keeps the poll away. If the poll was
		 * about to unmask it, the watchdog makes up for that.
		 */
		vec->early = 0;
		atomic_inc(&vec->sn->stats->irq_storms);
		simnic_irq_mask(vec);
	}
	return IRQ_HANDLED;
}

/**
 * simnic_irq_resume_queues() - let queues that an error halted go on
 * @sn: adapter
 *
 * Not those that are stopped meanwhile.
 *
 * Context: process, may sleep.
 */
void simnic_irq_resume_queues(struct simnic *sn)
{
	unsigned int q;
	u32 status;

	for (q = 0; q < sn->max_queues; q++) {
		status = simnic_rd32(sn, SIMNIC_TXQ_STATUS(q));
		/* the card is gone */
		if (status == U32_MAX)
			return;
		if (status & SIMNIC_Q_STATUS_HALTED) {
			simnic_wr32(sn, SIMNIC_TXQ_CTRL(q), SIMNIC_Q_CTRL_RESUME);
			atomic_inc(&sn->stats->queue_resets);
		}
		if (simnic_rd32(sn, SIMNIC_RXQ_STATUS(q)) & SIMNIC_Q_STATUS_HALTED) {
			simnic_wr32(sn, SIMNIC_RXQ_CTRL(q), SIMNIC_Q_CTRL_RESUME);
			atomic_inc(&sn->stats->queue_resets);
		}
	}
}

/**
 * simnic_misc_handle() - see to link changes and halted queues
 * @sn: adapter
 *
 * Context: process, may sleep.
 */
void simnic_misc_handle(struct simnic *sn)
{
	u32 cause = simnic_rd32(sn, SIMNIC_VEC_CAUSE(SIMNIC_MISC_VECTOR));

	/* acknowledged first: what changes from here on is latched anew */
	simnic_wr32(sn, SIMNIC_VEC_CAUSE(SIMNIC_MISC_VECTOR), cause);
	if (cause & SIMNIC_CAUSE_LINK)
		simnic_link_update(sn);
	if (cause & SIMNIC_CAUSE_ERROR)
		simnic_irq_resume_queues(sn);
}

static irqreturn_t simnic_irq_misc(int irq, void *data)
{
	struct simnic *sn = data;

	atomic_inc(&sn->stats->misc_irqs);
	return IRQ_WAKE_THREAD;
}

/* IRQF_ONESHOT: the line stays masked until this returns */
static irqreturn_t simnic_irq_misc_thread(int irq, void *data)
{
	simnic_misc_handle(data);
	return IRQ_HANDLED;
}

/* The shared line: ours only if the status register says so */
static irqreturn_t simnic_irq_intx(int irq, void *data)
{
	struct simnic *sn = data;
	struct simnic_vector *vec;
	unsigned int i;
	u32 isr;

	isr = simnic_rd32(sn, SIMNIC_ISR);
	if (isr == U32_MAX)
		return IRQ_NONE;
	/* what nobody can acknowledge is for the core to notice */
	isr &= GENMASK(sn->max_queues, SIMNIC_MISC_VECTOR);
	if (!isr)
		return IRQ_NONE;

	if (isr & BIT(SIMNIC_MISC_VECTOR)) {
		atomic_inc(&sn->stats->misc_irqs);
		/* masked until the service has seen to it */
		simnic_wr32(sn, SIMNIC_VEC_MASK_SET(SIMNIC_MISC_VECTOR), 1);
		simnic_service_schedule_misc(sn);
	}
	for (i = 0; i < sn->max_queues; i++) {
		vec = &sn->vec[i];
		if (!(isr & BIT(SIMNIC_QUEUE_VECTOR(i))))
			continue;
		simnic_irq_ack(vec);
		simnic_irq_mask(vec);
		WRITE_ONCE(vec->irqs, vec->irqs + 1);
		/* pairs with simnic_napi_add() */
		if (smp_load_acquire(&vec->active))
			napi_schedule_irqoff(&vec->napi);
	}
	return IRQ_HANDLED;
}

static int simnic_irq_request_misc(struct simnic *sn)
{
	snprintf(sn->misc_name, sizeof(sn->misc_name), "%s-misc", sn->netdev->name);
	return request_threaded_irq(sn->misc_irq, simnic_irq_misc,
				    simnic_irq_misc_thread, IRQF_ONESHOT,
				    sn->misc_name, sn);
}

/**
 * simnic_irq_request_vectors() - request the vectors of queue pairs
 * @sn: adapter
 * @first: first queue pair
 * @end: queue pair after the last; nothing happens if it is not above @first
 *
 * Context: process, RTNL.
 * Return: 0, or a negative error and nothing is requested.
 */
int simnic_irq_request_vectors(struct simnic *sn, unsigned int first, unsigned int end)
{
	struct simnic_vector *vec;
	unsigned int i;
	int err;

	for (i = first; i < end; i++) {
		vec = &sn->vec[i];
		snprintf(vec->name, sizeof(vec->name), "%s-TxRx-%u",
			 sn->netdev->name, i);
		err = request_irq(vec->irq, simnic_irq_queue, 0, vec->name, vec);
		if (err)
			goto err_free;
	}
	return 0;

err_free:
	simnic_irq_free_vectors(sn, first, i);
	return err;
}

/**
 * simnic_irq_free_vectors() - free the vectors of queue pairs
 * @sn: adapter
 * @first: first queue pair
 * @end: queue pair after the last; nothing happens if it is not above @first
 *
 * Context: process, RTNL; no NAPI refers to them any more.
 */
void simnic_irq_free_vectors(struct simnic *sn, unsigned int first, unsigned int end)
{
	while (end-- > first)
		free_irq(sn->vec[end].irq, &sn->vec[end]);
}

/**
 * simnic_irq_request() - request all interrupts of a mode
 * @sn: adapter
 * @intx: the shared line, else vectors
 * @channels: queue pairs in use
 *
 * Context: process, RTNL.
 * Return: 0, or a negative error and nothing is requested.
 */
int simnic_irq_request(struct simnic *sn, bool intx, unsigned int channels)
{
	int err;

	if (intx) {
		snprintf(sn->intx_name, sizeof(sn->intx_name), "%s-intx",
			 sn->netdev->name);
		return request_irq(sn->intx_irq, simnic_irq_intx, IRQF_SHARED,
				   sn->intx_name, sn);
	}

	err = simnic_irq_request_misc(sn);
	if (err)
		return err;
	err = simnic_irq_request_vectors(sn, 0, channels);
	if (err)
		free_irq(sn->misc_irq, sn);
	return err;
}

/**
 * simnic_irq_free() - free what simnic_irq_request() requested
 * @sn: adapter
 * @intx: the mode
 * @channels: queue pairs in use
 *
 * Context: process, RTNL; no NAPI refers to them any more.
 */
void simnic_irq_free(struct simnic *sn, bool intx, unsigned int channels)
{
	simnic_wr32(sn, SIMNIC_VEC_MASK_SET(SIMNIC_MISC_VECTOR), 1);
	if (intx) {
		free_irq(sn->intx_irq, sn);
		simnic_service_cancel_misc(sn);
		/* which may have unmasked the vector again */
		simnic_wr32(sn, SIMNIC_VEC_MASK_SET(SIMNIC_MISC_VECTOR), 1);
		return;
	}
	simnic_irq_free_vectors(sn, 0, channels);
	free_irq(sn->misc_irq, sn);
}

/**
 * simnic_irq_sync_misc() - wait for who looks at link and errors
 * @sn: adapter, whose interrupts are requested
 *
 * With the shared line, the vector may stay masked afterwards.
 *
 * Context: process; who is waited for takes no lock that the caller may hold.
 */
void simnic_irq_sync_misc(struct simnic *sn)
{
	synchronize_irq(sn->intx ? sn->intx_irq : sn->misc_irq);
	if (sn->intx)
		simnic_service_cancel_misc(sn);
}

/**
 * simnic_irq_start_misc() - let link and error causes through
 * @sn: adapter
 *
 * Context: any.
 */
void simnic_irq_start_misc(struct simnic *sn)
{
	simnic_wr32(sn, SIMNIC_VEC_MASK_CLR(SIMNIC_MISC_VECTOR), 1);
}
