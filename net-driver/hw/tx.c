// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: transmit engine. It runs where the doorbell rings, in the
 * driver's context, and in a bottom half for what is left over. Whoever sets
 * SIMHW_TXQ_BUSY owns the queue; who comes second leaves word and goes.
 */
#include "card.h"
#include "offload.h"
#include "rx.h"
#include "tx.h"
#include "txjob.h"
#include "txpost.h"

#define SIMHW_TX_BUDGET		256	/* frames of a run */

/**
 * struct simhw_tx_run - frames of a queue in one go
 * @q: the queue
 * @rx: where they go
 * @budget: frames to go
 * @reports: frames that were reported
 * @super: there was a super-frame
 */
struct simhw_tx_run {
	struct simhw_txq *q;
	struct simhw_rx_run rx;
	int budget;
	u32 reports;
	bool super;
};

static struct simhw_vec *simhw_txq_vec(struct simhw_txq *q)
{
	return &q->base.card->vec[q->base.vector];
}

void simhw_tx_write_back(struct simhw_txq *q, u32 index, u16 flags)
{
	struct simnic_tx_desc *desc = &q->ring[index & q->base.mask];

	WRITE_ONCE(desc->flags, desc->flags | cpu_to_le16(flags));
}

static void simhw_tx_report(struct simhw_txq *q, u32 index)
{
	if (simhw_fault_armed(&q->base.card->faults, SIMHW_FAULTS_TX_DONE) &&
	    simhw_fault_tx_done(q, index))
		return;
	simhw_tx_write_back(q, index, SIMNIC_TXD_DD);
}

/* Report and release the descriptors of the frame at the head. */
static void simhw_tx_complete(struct simhw_tx_run *run, const struct simhw_tx_job *job, bool err)
{
	struct simhw_txq *q = run->q;
	unsigned int i;
	u64 rs;

	if (job->rs || err) {
		/*
		 * The buffers have been read before the driver sees DD and
		 * reuses them; pairs with its dma_rmb() behind the test of DD.
		 */
		dma_mb();
		run->reports++;
	}
	for (i = 0, rs = job->rs; rs; i++, rs >>= 1)
		if ((rs & 1) && !(err && i == job->count - 1))
			simhw_tx_report(q, q->head + i);
	if (err)
		simhw_tx_write_back(q, q->head + job->count - 1,
				    SIMNIC_TXD_DD | SIMNIC_TXD_ERR);

	WRITE_ONCE(q->head, (q->head + job->count) & q->base.mask);
	q->seg_off = 0;
}

/* Drop the frame at the head; a malformed one halts the queue. */
static void simhw_tx_drop(struct simhw_tx_run *run, const struct simhw_tx_job *job)
{
	bool err = job->drop == SIMNIC_STAT_TX_BAD_DESC || job->drop == SIMNIC_STAT_TX_DMA_FAULT;
	struct simhw_txq *q = run->q;

	simhw_stats_count(&q->stats, job->drop, simhw_tx_segs(q, job));
	simhw_tx_complete(run, job, err);
	if (!err)
		return;
	WRITE_ONCE(q->halted, true);
	simhw_vec_raise(&q->base.card->vec[0], SIMNIC_CAUSE_ERROR);
}

static enum simhw_rx_result simhw_tx_send(struct simhw_tx_run *run)
{
	struct simhw_txq *q = run->q;
	enum simhw_rx_result ret;

	if (simhw_fault_armed(&q->base.card->faults, SIMHW_FAULTS_WIRE))
		ret = simhw_impair_frame(&run->rx, q, &q->frame);
	else
		ret = simhw_rx_frame(&run->rx, &q->sender, &q->frame);
	if (ret == SIMHW_RX_DONE) {
		simhw_stats_frame(&q->stats, SIMNIC_STAT_TX_FRAMES, &q->frame);
		run->budget--;
	}
	return ret;
}

/* Payload bytes of the next chunk: a super-frame if the receiver takes it */
static u32 simhw_tx_chunk_len(const struct simhw_card *peer, const struct simhw_tso *tso, u32 off)
{
	u32 left = tso->payload - off;
	u32 max = tso->mss;
	u32 gro;

	if (!tso->udp && (simhw_reg(peer, SIMNIC_RXCTRL) & SIMNIC_RXCTRL_GRO_HW)) {
		gro = min_t(u32, simhw_reg(peer, SIMNIC_GROMAX), tso->l3_off + U16_MAX);
		if (gro > tso->hdr_len)
			max = max(max, rounddown(gro - tso->hdr_len, tso->mss));
	}
	return min(left, max);
}

/* Stops in between when the budget is used up or the receiver is not ready. */
static enum simhw_rx_result simhw_tx_segments(struct simhw_tx_run *run, struct simhw_tx_job *job)
{
	const struct simhw_tso *tso = &job->tso;
	struct simhw_txq *q = run->q;
	enum simhw_rx_result ret;
	u32 len;

	simhw_tso_begin(q, &job->first, tso);
	for (; q->seg_off < tso->payload; q->seg_off += len) {
		/* the last one's duplicate may have made us wait */
		if (run->budget <= 0 || READ_ONCE(q->sender.waiting_at))
			return SIMHW_RX_WAIT;
		len = simhw_tx_chunk_len(run->rx.card, tso, q->seg_off);
		if (len > tso->mss)
			run->super = true;
		if (!simhw_tso_chunk(q, tso, q->seg_off, len)) {
			job->drop = SIMNIC_STAT_TX_BAD_DESC;
			simhw_tx_drop(run, job);
			return SIMHW_RX_WAIT;
		}
		ret = simhw_tx_send(run);
		if (ret != SIMHW_RX_DONE)
			return ret;
	}
	return SIMHW_RX_DONE;
}

/**
 * simhw_tx_abort() - the queue stops
 * @q: the queue, by its owner
 *
 * A super-frame whose first segments are on the wire counts as sent: the rest of
 * it is dropped here, and it is reported.
 *
 * Context: softirqs off.
 */
void simhw_tx_abort(struct simhw_txq *q)
{
	struct simhw_tx_run run = { .q = q };
	struct simhw_tx_job *job = &q->job;

	if (!q->seg_off || !simhw_tx_fetch(q, job))
		return;
	if (!job->drop)
		job->drop = SIMNIC_STAT_TX_ABORTED;
	simhw_tx_drop(&run, job);
}

/* What becomes of frames that go nowhere */
static enum simnic_stat simhw_tx_no_peer(const struct simhw_card *card)
{
	return READ_ONCE(card->status) & SIMNIC_STATUS_LINK ? SIMNIC_STAT_TX_NO_PARTNER :
							      SIMNIC_STAT_TX_NO_LINK;
}

/* Send the frame at the head. False if nothing comes of it now. */
static bool simhw_tx_one(struct simhw_tx_run *run)
{
	struct simhw_txq *q = run->q;
	struct simhw_tx_job *job = &q->job;
	enum simhw_rx_result ret;

	if (!simhw_tx_fetch(q, job))
		return false;
	if (simhw_fault_armed(&q->base.card->faults, SIMHW_FAULTS_TX_FETCH) &&
	    !simhw_fault_tx_fetch(q, job))
		return false;
	if (!job->drop && !run->rx.card)
		job->drop = simhw_tx_no_peer(q->base.card);
	if (unlikely(job->drop)) {
		simhw_tx_drop(run, job);
		run->budget--;
		return !q->halted;
	}

	if (job->has_ctx) {
		ret = simhw_tx_segments(run, job);
	} else {
		simhw_make_frame(q, &job->first);
		ret = simhw_tx_send(run);
	}
	if (unlikely(ret == SIMHW_RX_RETRY))
		atomic_or(SIMHW_TXQ_AGAIN, &q->state);
	if (unlikely(ret != SIMHW_RX_DONE))
		return false;
	simhw_tx_complete(run, job, false);
	return true;
}

static bool simhw_txq_ready(const struct simhw_txq *q)
{
	const struct simhw_card *card = q->base.card;

	return READ_ONCE(q->base.enabled) && !q->halted && !READ_ONCE(q->sender.waiting_at) &&
	       (simhw_reg(card, SIMNIC_CTRL) & SIMNIC_CTRL_TX_EN) &&
	       !(READ_ONCE(card->faults.tx_stuck) & BIT(q->base.index));
}

/* Are there descriptors that were not read yet? */
static bool simhw_txq_pending(const struct simhw_txq *q)
{
	/* Pairs with simhw_txq_doorbell(). */
	return q->head != smp_load_acquire(&q->tail);
}

/* Send what there is, by the owner. Returns what is left of the budget. */
static int simhw_tx_batch(struct simhw_txq *q, int budget, bool quiet)
{
	struct simhw_tx_run run = { .q = q, .budget = budget };

	/* Softirqs are off: that is a reader of RCU. */
	run.rx.card = rcu_dereference_bh(q->base.card->peer);
	while (run.budget > 0 && simhw_txq_pending(q) && simhw_txq_ready(q))
		if (!simhw_tx_one(&run))
			break;
	if (run.super && run.rx.q)
		WRITE_ONCE(q->post_to, run.rx.q->base.index);
	simhw_rx_end(&run.rx);

	if (run.reports && !quiet && !simhw_post_owes(q))
		simhw_vec_frames(simhw_txq_vec(q), SIMNIC_CAUSE_TX, run.reports);
	return run.budget;
}

/*
 * Become the owner; or leave word for who is. Full barriers: what was written before
 * is seen by the pass to come, whoever makes it.
 */
static bool simhw_txq_acquire(struct simhw_txq *q)
{
	return !atomic_cmpxchg(&q->state, 0, SIMHW_TXQ_BUSY) ||
	       !(atomic_fetch_or(SIMHW_TXQ_BUSY | SIMHW_TXQ_AGAIN, &q->state) & SIMHW_TXQ_BUSY);
}

/* Quiet, that is as SIMNIC_TXQ_TAIL_QUIET says: what is left to others is not. */
static void simhw_txq_run(struct simhw_txq *q, bool quiet)
{
	int budget = SIMHW_TX_BUDGET;

	if (!simhw_txq_acquire(q))
		return;

	for (;;) {
		budget = simhw_tx_batch(q, budget, quiet);
		if (budget <= 0) {
			atomic_set_release(&q->state, 0);
			tasklet_schedule(&q->sender.bh);
			return;
		}
		if (atomic_cmpxchg(&q->state, SIMHW_TXQ_BUSY, 0) == SIMHW_TXQ_BUSY)
			return;
		/*
		 * Full barrier: what was written before somebody's
		 * atomic_fetch_or() is seen by the next pass.
		 */
		atomic_fetch_andnot(SIMHW_TXQ_AGAIN, &q->state);
	}
}

/**
 * simhw_txq_kick() - run the engine
 * @q: the queue
 *
 * Context: softirqs off, interrupts on.
 */
void simhw_txq_kick(struct simhw_txq *q)
{
	simhw_txq_run(q, false);
}

/* Run the engine soon. Any context. */
void simhw_txq_schedule(struct simhw_txq *q)
{
	tasklet_schedule(&q->sender.bh);
}

void simhw_txq_bh(struct tasklet_struct *t)
{
	struct simhw_txq *q = container_of(t, struct simhw_txq, sender.bh);

	simhw_txq_kick(q);
}

/**
 * simhw_txq_doorbell() - the driver has written descriptors
 * @q: the queue
 * @tail: index behind the last one, and SIMNIC_TXQ_TAIL_*
 *
 * Context: softirqs off; with interrupts off as well (netpoll), or with
 * softirqs on, the engine runs later.
 */
void simhw_txq_doorbell(struct simhw_txq *q, u32 tail)
{
	bool quiet = tail & SIMNIC_TXQ_TAIL_QUIET;

	/* Pairs with simhw_tx_fetch(). */
	smp_store_release(&q->tail, tail & q->base.mask);
	if (simhw_fault_armed(&q->base.card->faults, SIMHW_FAULTS_TX_RING))
		simhw_fault_tx_doorbell(q);
	if (irqs_disabled() || !in_softirq()) {
		simhw_post_end(q);
		simhw_txq_schedule(q);
		return;
	}
	if (!(tail & SIMNIC_TXQ_TAIL_POSTED) || !simhw_post(q, quiet)) {
		simhw_post_end(q);
		simhw_txq_run(q, quiet);
	}
	if (quiet)
		simhw_vec_hush(simhw_txq_vec(q), SIMNIC_CAUSE_TX);
}
