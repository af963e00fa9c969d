// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: receive engine: from the wire to memory. A frame is copied into
 * as many buffers as it takes, or its payload's pages are handed over (share.c),
 * each in a descriptor of its own, where that takes fewer of them.
 */
#include <linux/bitfield.h>
#include <linux/if_vlan.h>
#include <linux/unaligned.h>

#include "card.h"
#include "csum.h"
#include "dma.h"
#include "rxwrite.h"
#include "share.h"

/* Less than this is copied sooner than shared. */
#define SIMHW_SHARE_MIN		1024
/* Buffers of a frame with shared pages, as many as simhw_rx_writer.shared has bits */
#define SIMHW_SHARE_BUFS	64

/**
 * struct simhw_rx_writer - writes a frame into buffers
 * @q: the queue, locked
 * @n: buffers so far, the one being written included
 * @pos: where to go on in it
 * @room: bytes left in it
 * @shared: bit i: buffer i stands for shared pages
 */
struct simhw_rx_writer {
	struct simhw_rxq *q;
	unsigned int n;
	u8 *pos;
	u32 room;
	u64 shared;
};

static struct simnic_rx_desc *simhw_rx_desc(struct simhw_rxq *q, unsigned int i)
{
	return &q->ring[(q->head + i) & q->base.mask];
}

/* -- What it takes ---------------------------------------------------------- */

/* Headers are always copied: the receiver has to look at them. */
static bool simhw_rx_shares(const struct simhw_frame *f, const struct simhw_buf *buf, u32 off)
{
	return buf->share && buf->len >= SIMHW_SHARE_MIN && off >= f->pkt.hdr_len;
}

/* Descriptors that a frame takes if its pages are handed over */
static u32 simhw_rx_need_shared(const struct simhw_rxq *q, const struct simhw_frame *f, u32 len)
{
	const struct simhw_sg *sg = f->sg;
	u32 n = 0, off = 0, shared = 0, copied = len - sg->len;
	unsigned int i;

	for (i = 0; i < sg->n; off += sg->buf[i++].len) {
		if (!simhw_rx_shares(f, &sg->buf[i], off)) {
			copied += sg->buf[i].len;
			continue;
		}
		n += DIV_ROUND_UP(copied, q->bufsz) + 1;
		copied = 0;
		shared++;
	}
	return shared ? n + DIV_ROUND_UP(copied, q->bufsz) : U32_MAX;
}

/**
 * simhw_rx_plan_many() - simhw_rx_plan() for a frame that one buffer does not hold
 * @q: the queue, locked
 * @f: the frame
 * @meta: for @share and @need
 * @len: bytes in memory
 *
 * Context: softirqs off.
 */
void simhw_rx_plan_many(const struct simhw_rxq *q, const struct simhw_frame *f,
			struct simhw_rx_meta *meta, u32 len)
{
	u32 need;

	meta->need = DIV_ROUND_UP(len, q->bufsz);
	/* What is in tunnels may be worked on in place. */
	if (!(meta->rxctrl & SIMNIC_RXCTRL_SHARE) || !q->share ||
	    !f->pkt.hdr_len || f->pkt.l4 != SIMNIC_RXD_L4_TCP)
		return;
	need = simhw_rx_need_shared(q, f, len);
	if (need > min(meta->need, SIMHW_SHARE_BUFS))
		return;
	meta->share = true;
	meta->need = need;
}

/* -- Into buffers ----------------------------------------------------------- */

/* Note how much is in the buffer that was the last so far. */
static void simhw_rx_end_buffer(struct simhw_rx_writer *w)
{
	if (w->pos)
		simhw_rx_desc(w->q, w->n - 1)->wb.len = cpu_to_le16(w->q->bufsz - w->room);
	w->pos = NULL;
	w->room = 0;
}

static bool simhw_rx_next_buffer(struct simhw_rx_writer *w)
{
	struct simhw_rxq *q = w->q;
	struct simhw_card *card = q->base.card;
	struct simnic_rx_desc *desc;
	u64 addr;

	simhw_rx_end_buffer(w);
	desc = simhw_rx_desc(q, w->n++);
	addr = le64_to_cpu(READ_ONCE(desc->addr));
	if (simhw_fault_armed(&card->faults, BIT(SIMHW_FAULT_DMA_DATA)) &&
	    simhw_fault_strikes_rx(card, SIMHW_FAULT_DMA_DATA, q->base.index))
		addr = U64_MAX;
	w->pos = simhw_dma(&card->pdev->dev, addr, q->bufsz, &q->seen);
	w->room = q->bufsz;
	return w->pos;
}

/* Write @data, or zeros if it is NULL. False if there is a bad buffer. */
static bool simhw_rx_put(struct simhw_rx_writer *w, const u8 *data, u32 len)
{
	u32 n;

	while (len) {
		if (!w->room && !simhw_rx_next_buffer(w))
			return false;
		n = min(len, w->room);
		if (data) {
			memcpy(w->pos, data, n);
			data += n;
		} else {
			memset(w->pos, 0, n);
		}
		w->pos += n;
		w->room -= n;
		len -= n;
	}
	return true;
}

/* Hand over @data in a descriptor of its own. */
static void simhw_rx_put_shared(struct simhw_rx_writer *w, const u8 *data, u32 len)
{
	struct simhw_rxq *q = w->q;

	simhw_rx_end_buffer(w);
	simhw_share_put(q, (q->head + w->n) & q->base.mask, data, len);
	simhw_rx_desc(q, w->n)->wb.len = cpu_to_le16(len);
	w->shared |= BIT_ULL(w->n++);
}

/* Write the pieces from @from on. */
static bool simhw_rx_put_sg(struct simhw_rx_writer *w, const struct simhw_frame *f, u32 from,
			    bool share)
{
	const struct simhw_buf *buf = f->sg->buf, *end = buf + f->sg->n;
	u32 off, skip;

	for (off = 0; buf < end; off += buf++->len) {
		if (share && simhw_rx_shares(f, buf, off)) {
			simhw_rx_put_shared(w, buf->data, buf->len);
			continue;
		}
		skip = off < from ? min(from - off, buf->len) : 0;
		if (!simhw_rx_put(w, buf->data + skip, buf->len - skip))
			return false;
	}
	return true;
}

/* The addresses, and the tag that is not to be stripped */
static bool simhw_rx_put_tag(struct simhw_rx_writer *w, const struct simhw_frame *f)
{
	u8 tag[VLAN_HLEN];

	put_unaligned_be16(ETH_P_8021Q, tag);
	put_unaligned_be16(f->vlan_tci, tag + 2);
	return simhw_rx_put(w, f->hdr, 2 * ETH_ALEN) && simhw_rx_put(w, tag, sizeof(tag));
}

/* With tag and padding */
static bool simhw_rx_put_frame(struct simhw_rx_writer *w, const struct simhw_frame *f,
			       const struct simhw_rx_meta *meta)
{
	bool tag = f->tagged && !(meta->rxctrl & SIMNIC_RXCTRL_VLAN_STRIP);
	u32 len = f->sg->len + (tag ? VLAN_HLEN : 0);

	if (tag && !simhw_rx_put_tag(w, f))
		return false;
	return simhw_rx_put_sg(w, f, tag ? 2 * ETH_ALEN : 0, meta->share) &&
	       simhw_rx_put(w, NULL, simhw_rx_len(f, meta->rxctrl) - len);
}

/* -- Write-back ------------------------------------------------------------- */

/* What is to be reported in the last descriptor, beside its length. Returns the status. */
static u32 simhw_rx_fill(struct simnic_rx_desc *wb, const struct simhw_frame *f,
			 const struct simhw_rx_meta *meta)
{
	bool strip = f->tagged && (meta->rxctrl & SIMNIC_RXCTRL_VLAN_STRIP);
	u32 hdr_len = f->pkt.hdr_len;
	u32 status;

	if (hdr_len && f->tagged && !strip)
		hdr_len += VLAN_HLEN;
	status = FIELD_PREP(SIMNIC_RXD_HASH, meta->hash_type);
	status |= FIELD_PREP(SIMNIC_RXD_L3, f->pkt.l3) | FIELD_PREP(SIMNIC_RXD_L4, f->pkt.l4);
	status |= FIELD_PREP(SIMNIC_RXD_HDR_LEN, hdr_len);
	if (meta->rxctrl & SIMNIC_RXCTRL_CSUM)
		status |= FIELD_PREP(SIMNIC_RXD_CSUM, simhw_csum_status(f));
	if (strip)
		status |= SIMNIC_RXD_VLAN;
	if (f->segs > 1)
		status |= SIMNIC_RXD_GRO;

	wb->wb.rss_hash = cpu_to_le32(meta->hash);
	wb->wb.vlan_tci = cpu_to_le16(strip ? f->vlan_tci : 0);
	wb->wb.mss = cpu_to_le16(f->mss);
	wb->wb.segs = cpu_to_le16(f->segs);
	return status;
}

/*
 * Hand over the writer's buffers, the last with what @last and @status say. Last one first:
 * the driver looks for DD in the first one, and then sees all.
 */
static void simhw_rx_release(struct simhw_rx_writer *w, const struct simnic_rx_desc *last,
			     u32 status)
{
	struct simhw_rxq *q = w->q;
	const struct simhw_faults *faults = &q->base.card->faults;
	struct simnic_rx_desc *desc = simhw_rx_desc(q, w->n - 1);
	unsigned int i = w->n;

	status |= SIMNIC_RXD_EOP;
	simhw_rx_end_buffer(w);
	desc->wb.rss_hash = last->wb.rss_hash;
	desc->wb.vlan_tci = last->wb.vlan_tci;
	desc->wb.mss = last->wb.mss;
	desc->wb.segs = last->wb.segs;
	if (simhw_fault_armed(faults, SIMHW_FAULTS_RX_MANGLE))
		status = simhw_fault_rx_mangle(q, w->n, status);
	/* Pairs with the driver's dma_rmb() behind the test of DD. */
	dma_wmb();
	while (i--) {
		status |= SIMNIC_RXD_DD;
		if (i < SIMHW_SHARE_BUFS && w->shared & BIT_ULL(i))
			status |= SIMNIC_RXD_SHARED;
		if (!i && simhw_fault_armed(faults, SIMHW_FAULTS_RX_DONE) &&
		    simhw_fault_rx_done(q, status))
			break;
		WRITE_ONCE(simhw_rx_desc(q, i)->wb.status, cpu_to_le32(status));
		status = 0;
	}
	WRITE_ONCE(q->head, (q->head + w->n) & q->base.mask);
}

/* A bad buffer ends the frame, and halts the queue. */
static void simhw_rx_fault(struct simhw_rx_writer *w, const struct simhw_frame *f)
{
	struct simhw_rxq *q = w->q;
	struct simnic_rx_desc wb = {};

	simhw_rx_desc(q, w->n - 1)->wb.len = 0;
	simhw_rx_release(w, &wb, SIMNIC_RXD_ERR);
	simhw_stats_count(&q->stats, SIMNIC_STAT_RX_DMA_FAULT, f->segs);
	WRITE_ONCE(q->halted, true);
	simhw_vec_raise(&q->base.card->vec[0], SIMNIC_CAUSE_ERROR);
}

/* Is there only one buffer to write, and nothing to go wrong but its address? */
static bool simhw_rx_simple(const struct simhw_rxq *q, const struct simhw_frame *f,
			    const struct simhw_rx_meta *meta)
{
	return meta->need == 1 && !q->torn && !READ_ONCE(q->base.card->faults.armed) &&
	       (!f->tagged || meta->rxctrl & SIMNIC_RXCTRL_VLAN_STRIP);
}

/* Small frames, which are many, take the short way. False if the buffer is bad. */
static bool simhw_rx_write_one(struct simhw_rxq *q, const struct simhw_frame *f,
			       const struct simhw_rx_meta *meta)
{
	const struct simhw_buf *buf = f->sg->buf, *end = buf + f->sg->n;
	struct simnic_rx_desc *desc = simhw_rx_desc(q, 0);
	u32 len = simhw_rx_len(f, meta->rxctrl), status;
	u8 *pos;

	pos = simhw_dma(&q->base.card->pdev->dev, le64_to_cpu(READ_ONCE(desc->addr)), q->bufsz,
			&q->seen);
	if (unlikely(!pos))
		return false;
	for (; buf < end; pos += buf++->len)
		memcpy(pos, buf->data, buf->len);
	if (len > f->sg->len)
		memset(pos, 0, len - f->sg->len);

	status = simhw_rx_fill(desc, f, meta);
	desc->wb.len = cpu_to_le16(len);
	/* Pairs with the driver's dma_rmb() behind the test of DD. */
	dma_wmb();
	WRITE_ONCE(desc->wb.status, cpu_to_le32(status | SIMNIC_RXD_EOP | SIMNIC_RXD_DD));
	WRITE_ONCE(q->head, (q->head + 1) & q->base.mask);
	return true;
}

/* The long way: anything may be, or go wrong. */
static noinline void simhw_rx_write_any(struct simhw_rxq *q, const struct simhw_frame *f,
					const struct simhw_rx_meta *meta)
{
	struct simhw_rx_writer w = { .q = q };
	struct simnic_rx_desc wb;
	u32 status;

	if (unlikely(q->torn)) {
		/* The one before becomes a part of this. */
		simhw_stats_count(&q->stats, SIMNIC_STAT_RX_DMA_FAULT, 1);
		q->torn = false;
	}
	if (!simhw_rx_put_frame(&w, f, meta)) {
		simhw_rx_fault(&w, f);
		return;
	}
	status = simhw_rx_fill(&wb, f, meta);
	simhw_rx_release(&w, &wb, status);
	if (likely(!q->torn))
		simhw_stats_frame(&q->stats, SIMNIC_STAT_RX_FRAMES, f);
}

/**
 * simhw_rx_write() - write a frame into the buffers at the head
 * @q: the queue, locked; there are enough buffers
 * @f: the frame
 * @meta: what simhw_rx_plan() decided
 *
 * Context: softirqs off.
 */
void simhw_rx_write(struct simhw_rxq *q, const struct simhw_frame *f,
		    const struct simhw_rx_meta *meta)
{
	lockdep_assert_held(&q->lock);

	if (likely(simhw_rx_simple(q, f, meta)) && likely(simhw_rx_write_one(q, f, meta)))
		simhw_stats_frame(&q->stats, SIMNIC_STAT_RX_FRAMES, f);
	else
		simhw_rx_write_any(q, f, meta);
}
