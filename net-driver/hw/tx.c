// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: transmit engine. It runs where the doorbell rings, in the
 * driver's context, and in a bottom half for what is left over. Whoever sets
 * SIMHW_TXQ_BUSY owns the queue; who comes second leaves word and goes.
 */
#include <linux/if_ether.h>

#include "card.h"
#include "dma.h"
#include "offload.h"
#include "rx.h"
#include "tx.h"

#define SIMHW_TX_BUDGET		256	/* frames of a run */

#define SIMHW_TXD_KNOWN		(SIMNIC_TXD_EOP | SIMNIC_TXD_RS | SIMNIC_TXD_CSUM | SIMNIC_TXD_VLAN)

/**
 * struct simhw_tx_job - the frame at the head of a queue
 * @first: first data descriptor
 * @ctx: context descriptor
 * @has_ctx: there is one
 * @has_data: @first is valid
 * @count: descriptors
 * @rs: bit i: descriptor i asks for a report
 * @drop: what the frame is to be counted as, if not sent; 0: send it
 * @tso: how to segment it
 */
struct simhw_tx_job {
	struct simnic_tx_desc first;
	struct simnic_tx_ctx ctx;
	bool has_ctx;
	bool has_data;
	unsigned int count;
	u64 rs;
	enum simnic_stat drop;
	struct simhw_tso tso;
};

/**
 * struct simhw_tx_run - frames of a queue in one go
 * @q: the queue
 * @rx: where they go
 * @budget: frames to go
 * @reports: frames that were reported
 */
struct simhw_tx_run {
	struct simhw_txq *q;
	struct simhw_rx_run rx;
	int budget;
	u32 reports;
};

static_assert(SIMNIC_TX_DESC_MAX <= 64);
static_assert(!SIMNIC_STAT_TX_FRAMES);

static void simhw_tx_take_buffer(struct simhw_txq *q, struct simhw_tx_job *job,
				 const struct simnic_tx_desc *desc)
{
	u16 len = le16_to_cpu(desc->len);
	void *data;

	if (!len || len > SIMNIC_TX_BUF_MAX) {
		job->drop = SIMNIC_STAT_TX_BAD_DESC;
		return;
	}
	data = simhw_dma(&q->base.card->pdev.dev, le64_to_cpu(desc->addr), len);
	if (!data)
		job->drop = SIMNIC_STAT_TX_DMA_FAULT;
	else if (!simhw_sg_add(&q->in, data, len))
		job->drop = SIMNIC_STAT_TX_BAD_DESC;
}

/* One more descriptor. What is wrong with it decides about the whole frame. */
static void simhw_tx_take(struct simhw_txq *q, struct simhw_tx_job *job,
			  const struct simnic_tx_desc *desc)
{
	u16 flags = le16_to_cpu(desc->flags);

	if (job->count++ == SIMNIC_TX_DESC_MAX)
		job->drop = SIMNIC_STAT_TX_BAD_DESC;
	if (job->drop)
		return;

	if (flags & SIMNIC_TXD_CTX) {
		memcpy(&job->ctx, desc, sizeof(job->ctx));
		job->has_ctx = true;
		if (job->count != 1 || flags & ~(SIMNIC_TXD_CTX | SIMNIC_TXD_UDP))
			job->drop = SIMNIC_STAT_TX_BAD_DESC;
		return;
	}

	if (flags & ~SIMHW_TXD_KNOWN)
		job->drop = SIMNIC_STAT_TX_BAD_DESC;
	if (!job->has_data)
		job->first = *desc;
	job->has_data = true;
	if (flags & SIMNIC_TXD_RS)
		job->rs |= BIT_ULL(job->count - 1);
	if (!job->drop)
		simhw_tx_take_buffer(q, job, desc);
}

/* False if the frame at the head has no end yet. */
static bool simhw_tx_fetch(struct simhw_txq *q, struct simhw_tx_job *job)
{
	u32 mask = q->base.mask, i = q->head;
	struct simnic_tx_desc desc;
	u32 tail;

	/* Pairs with simhw_txq_doorbell(): descriptors up to tail are written. */
	tail = smp_load_acquire(&q->tail);
	/* Pairs with the driver's dma_wmb() before the doorbell. */
	dma_rmb();

	memset(job, 0, sizeof(*job));
	simhw_sg_init(&q->in);
	for (; i != tail; i = (i + 1) & mask) {
		desc = q->ring[i];
		simhw_tx_take(q, job, &desc);
		if (desc.flags & cpu_to_le16(SIMNIC_TXD_EOP))
			return true;
	}

	/* An end can not come any more if there is no room for it. */
	if (job->count < mask)
		return false;
	job->drop = SIMNIC_STAT_TX_BAD_DESC;
	return true;
}

static u32 simhw_tx_frame_len(const struct simhw_txq *q, const struct simhw_tx_job *job)
{
	return job->has_ctx ? job->tso.hdr_len + job->tso.mss : q->in.len;
}

/* What is to be counted instead of sending it, or 0 */
static enum simnic_stat simhw_tx_check(struct simhw_txq *q, struct simhw_tx_job *job)
{
	struct simhw_card *card = q->base.card;
	bool first_try = !q->seg_off;

	if (job->drop)
		return job->drop;
	if (!job->has_data || q->in.len < ETH_HLEN || !simhw_csum_check(q, &job->first))
		return SIMNIC_STAT_TX_BAD_DESC;
	if (job->has_ctx && (!(job->first.flags & cpu_to_le16(SIMNIC_TXD_CSUM)) ||
			     !simhw_tso_check(q, &job->first, &job->ctx, &job->tso)))
		return SIMNIC_STAT_TX_BAD_DESC;
	if (first_try && simhw_faults_dma(&card->faults) &&
	    !simhw_dma(&card->pdev.dev, U64_MAX, 1))
		return SIMNIC_STAT_TX_DMA_FAULT;
	if (simhw_tx_frame_len(q, job) > SIMNIC_FRAME_MAX)
		return SIMNIC_STAT_TX_OVERSIZE;
	return 0;
}

static void simhw_tx_write_back(struct simhw_txq *q, u32 index, u16 flags)
{
	struct simnic_tx_desc *desc = &q->ring[index & q->base.mask];

	WRITE_ONCE(desc->flags, desc->flags | cpu_to_le16(flags));
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
			simhw_tx_write_back(q, q->head + i, SIMNIC_TXD_DD);
	if (err)
		simhw_tx_write_back(q, q->head + job->count - 1,
				    SIMNIC_TXD_DD | SIMNIC_TXD_ERR);

	WRITE_ONCE(q->head, (q->head + job->count) & q->base.mask);
	q->seg_off = 0;
}

/* Frames on the wire that the rest of the frame at the head would be */
static u32 simhw_tx_segs(const struct simhw_txq *q, const struct simhw_tx_job *job)
{
	if (!job->tso.mss || job->tso.payload <= q->seg_off)
		return 1;
	return DIV_ROUND_UP(job->tso.payload - q->seg_off, job->tso.mss);
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
	simhw_vec_raise(&q->base.card->vec[0], SIMNIC_CAUSE_ERROR, 0);
}

static enum simhw_rx_result simhw_tx_send(struct simhw_tx_run *run)
{
	struct simhw_txq *q = run->q;
	enum simhw_rx_result ret;

	ret = simhw_rx_frame(&run->rx, q, &q->frame);
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
		if (run->budget <= 0)
			return SIMHW_RX_WAIT;
		len = simhw_tx_chunk_len(run->rx.card, tso, q->seg_off);
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

/* Send the frame at the head. False if nothing comes of it now. */
static bool simhw_tx_one(struct simhw_tx_run *run)
{
	struct simhw_txq *q = run->q;
	enum simhw_rx_result ret;
	struct simhw_tx_job job;

	if (!simhw_tx_fetch(q, &job))
		return false;
	job.drop = simhw_tx_check(q, &job);
	if (!job.drop && !run->rx.card)
		job.drop = SIMNIC_STAT_TX_NO_LINK;
	if (job.drop) {
		simhw_tx_drop(run, &job);
		run->budget--;
		return !q->halted;
	}

	if (job.has_ctx) {
		ret = simhw_tx_segments(run, &job);
	} else {
		simhw_make_frame(q, &job.first);
		ret = simhw_tx_send(run);
	}
	if (ret == SIMHW_RX_RETRY)
		atomic_or(SIMHW_TXQ_AGAIN, &q->state);
	if (ret != SIMHW_RX_DONE)
		return false;
	simhw_tx_complete(run, &job, false);
	return true;
}

static bool simhw_txq_ready(const struct simhw_txq *q)
{
	const struct simhw_card *card = q->base.card;

	return q->base.enabled && !q->halted && !READ_ONCE(q->waiting_at) &&
	       (simhw_reg(card, SIMNIC_CTRL) & SIMNIC_CTRL_TX_EN) &&
	       !(READ_ONCE(card->faults.tx_hang) & BIT(q->base.index));
}

/* Send what there is, by the owner. Returns what is left of the budget. */
static int simhw_tx_batch(struct simhw_txq *q, int budget)
{
	struct simhw_tx_run run = { .q = q, .budget = budget };

	if (!simhw_txq_ready(q))
		return budget;

	rcu_read_lock();
	run.rx.card = rcu_dereference(q->base.card->peer);
	while (run.budget > 0 && simhw_txq_ready(q))
		if (!simhw_tx_one(&run))
			break;
	simhw_rx_end(&run.rx);
	rcu_read_unlock();

	if (run.reports)
		simhw_vec_raise(&q->base.card->vec[q->base.vector], SIMNIC_CAUSE_TX, run.reports);
	return run.budget;
}

/**
 * simhw_txq_kick() - run the engine
 * @q: the queue
 *
 * Context: softirqs off, interrupts on.
 */
void simhw_txq_kick(struct simhw_txq *q)
{
	int budget = SIMHW_TX_BUDGET;

	if (atomic_fetch_or(SIMHW_TXQ_BUSY | SIMHW_TXQ_AGAIN, &q->state) & SIMHW_TXQ_BUSY)
		return;

	do {
		/*
		 * Full barrier: what was written before somebody's
		 * atomic_fetch_or() above is seen by this pass.
		 */
		atomic_fetch_andnot(SIMHW_TXQ_AGAIN, &q->state);
		budget = simhw_tx_batch(q, budget);
		if (budget <= 0) {
			atomic_set_release(&q->state, 0);
			tasklet_schedule(&q->bh);
			return;
		}
	} while (atomic_cmpxchg(&q->state, SIMHW_TXQ_BUSY, 0) != SIMHW_TXQ_BUSY);
}

/* Run the engine soon. Any context. */
void simhw_txq_schedule(struct simhw_txq *q)
{
	tasklet_schedule(&q->bh);
}

void simhw_txq_bh(struct tasklet_struct *t)
{
	struct simhw_txq *q = container_of(t, struct simhw_txq, bh);

	simhw_txq_kick(q);
}

/**
 * simhw_txq_doorbell() - the driver has written descriptors
 * @q: the queue
 * @tail: index behind the last one
 *
 * Context: softirqs off; with interrupts off as well (netpoll), or with
 * softirqs on, the engine runs later.
 */
void simhw_txq_doorbell(struct simhw_txq *q, u32 tail)
{
	/* Pairs with simhw_tx_fetch(). */
	smp_store_release(&q->tail, tail & q->base.mask);
	if (irqs_disabled() || !in_softirq())
		simhw_txq_schedule(q);
	else
		simhw_txq_kick(q);
}
