// SPDX-License-Identifier: GPL-2.0
/* simnic card: transmit engine: reads descriptors, and checks them */
#include <linux/if_ether.h>

#include "card.h"
#include "dma.h"
#include "share.h"
#include "txjob.h"

#define SIMHW_TXD_KNOWN		(SIMNIC_TXD_EOP | SIMNIC_TXD_RS | SIMNIC_TXD_CSUM | \
				 SIMNIC_TXD_VLAN | SIMNIC_TXD_SHARE)

static_assert(SIMNIC_TX_DESC_MAX <= 64);
static_assert(!SIMNIC_STAT_TX_FRAMES);

static void simhw_tx_take_buffer(struct simhw_txq *q, struct simhw_tx_job *job,
				 const struct simnic_tx_desc *desc)
{
	u16 len = le16_to_cpu(desc->len);
	bool share;
	void *data;

	if (!len || len > SIMNIC_TX_BUF_MAX) {
		job->drop = SIMNIC_STAT_TX_BAD_DESC;
		return;
	}
	data = simhw_dma(&q->base.card->pdev->dev, le64_to_cpu(desc->addr), len,
			 &q->seen);
	if (!data) {
		job->drop = SIMNIC_STAT_TX_DMA_FAULT;
		return;
	}
	share = desc->flags & cpu_to_le16(SIMNIC_TXD_SHARE) && simhw_share_ok(data, len);
	if (!simhw_sg_add(&q->in, data, len, share))
		job->drop = SIMNIC_STAT_TX_BAD_DESC;
}

/* A context descriptor, or one with flags that nobody knows */
static void simhw_tx_take_other(struct simhw_tx_job *job, const struct simnic_tx_desc *desc)
{
	u16 flags = le16_to_cpu(desc->flags);

	if (flags & SIMNIC_TXD_CTX) {
		memcpy(&job->ctx, desc, sizeof(job->ctx));
		job->has_ctx = true;
		if (job->count == 1 && !(flags & ~(SIMNIC_TXD_CTX | SIMNIC_TXD_UDP)))
			return;
	} else if (flags & SIMNIC_TXD_RS) {
		job->rs |= BIT_ULL(job->count - 1);
	}
	job->drop = SIMNIC_STAT_TX_BAD_DESC;
}

/* One more descriptor. What is wrong with it decides about the whole frame. */
static void simhw_tx_take(struct simhw_txq *q, struct simhw_tx_job *job,
			  const struct simnic_tx_desc *desc)
{
	u16 flags = le16_to_cpu(desc->flags);

	if (job->count++ == SIMNIC_TX_DESC_MAX)
		job->drop = SIMNIC_STAT_TX_BAD_DESC;
	if (unlikely(job->drop))
		return;
	if (unlikely(flags & ~SIMHW_TXD_KNOWN)) {
		simhw_tx_take_other(job, desc);
		return;
	}
	if (!job->has_data)
		job->first = *desc;
	job->has_data = true;
	if (flags & SIMNIC_TXD_RS)
		job->rs |= BIT_ULL(job->count - 1);
	simhw_tx_take_buffer(q, job, desc);
}

/* Just once: what is checked is what is used. */
static void simhw_tx_read_desc(struct simnic_tx_desc *to, const struct simnic_tx_desc *from)
{
	u64 words[2];

	words[0] = READ_ONCE(((const u64 *)from)[0]);
	words[1] = READ_ONCE(((const u64 *)from)[1]);
	memcpy(to, words, sizeof(*to));
}

static u32 simhw_tx_frame_len(const struct simhw_txq *q, const struct simhw_tx_job *job)
{
	return job->has_ctx ? job->tso.hdr_len + job->tso.mss : q->in.len;
}

/* What is to be counted instead of sending it, or 0 */
static enum simnic_stat simhw_tx_check(struct simhw_txq *q, struct simhw_tx_job *job)
{
	if (job->drop)
		return job->drop;
	if (!job->has_data || q->in.len < ETH_HLEN || !simhw_csum_check(q, &job->first))
		return SIMNIC_STAT_TX_BAD_DESC;
	if (job->has_ctx && (!(job->first.flags & cpu_to_le16(SIMNIC_TXD_CSUM)) ||
			     !simhw_tso_check(q, &job->first, &job->ctx, &job->tso)))
		return SIMNIC_STAT_TX_BAD_DESC;
	if (simhw_tx_frame_len(q, job) > SIMNIC_FRAME_MAX)
		return SIMNIC_STAT_TX_OVERSIZE;
	return 0;
}

/* False if the frame at the head has no end yet; else @job->drop says whether to send it. */
bool simhw_tx_fetch(struct simhw_txq *q, struct simhw_tx_job *job)
{
	u32 mask = q->base.mask, i = q->head;
	struct simnic_tx_desc desc;
	u32 tail;

	/* Pairs with simhw_txq_doorbell(): descriptors up to tail are written. */
	tail = smp_load_acquire(&q->tail);
	/* Pairs with the driver's dma_wmb() before the doorbell. */
	dma_rmb();

	/* the rest is read only when it has been set */
	job->has_ctx = false;
	job->has_data = false;
	job->count = 0;
	job->rs = 0;
	job->drop = 0;
	job->tso.mss = 0;
	job->tso.payload = 0;
	simhw_sg_init(&q->in);
	for (; i != tail; i = (i + 1) & mask) {
		simhw_tx_read_desc(&desc, &q->ring[i]);
		simhw_tx_take(q, job, &desc);
		if (desc.flags & cpu_to_le16(SIMNIC_TXD_EOP)) {
			job->drop = simhw_tx_check(q, job);
			return true;
		}
	}

	/* An end can not come any more if there is no room for it. */
	if (job->count < mask)
		return false;
	job->drop = SIMNIC_STAT_TX_BAD_DESC;
	return true;
}

/* Frames on the wire that the rest of the frame at the head would be */
u32 simhw_tx_segs(const struct simhw_txq *q, const struct simhw_tx_job *job)
{
	if (!job->tso.mss || job->tso.payload <= q->seg_off)
		return 1;
	return DIV_ROUND_UP(job->tso.payload - q->seg_off, job->tso.mss);
}
