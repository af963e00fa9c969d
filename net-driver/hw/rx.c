// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: receive engine. It runs in the context of the sender's transmit
 * engine, and keeps a receive queue locked for as long as consecutive frames go
 * there.
 */
#include <linux/bitfield.h>
#include <linux/if_vlan.h>
#include <linux/rcupdate.h>
#include <linux/unaligned.h>

#include "card.h"
#include "csum.h"
#include "dma.h"
#include "rx.h"
#include "rxwait.h"

/**
 * struct simhw_rx_writer - writes a frame into buffers
 * @q: the queue, locked
 * @n: buffers so far, the one being written included
 * @pos: where to go on in it
 * @room: bytes left in it
 */
struct simhw_rx_writer {
	struct simhw_rxq *q;
	unsigned int n;
	u8 *pos;
	u32 room;
};

static struct simnic_rx_desc *simhw_rx_desc(struct simhw_rxq *q, unsigned int i)
{
	return &q->ring[(q->head + i) & q->base.mask];
}

static bool simhw_rx_next_buffer(struct simhw_rx_writer *w)
{
	struct simhw_rxq *q = w->q;
	struct simnic_rx_desc *desc = simhw_rx_desc(q, w->n++);

	w->pos = simhw_dma(&q->base.card->pdev->dev, le64_to_cpu(READ_ONCE(desc->addr)), q->bufsz);
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

/* Write the pieces from @off. */
static bool simhw_rx_put_sg(struct simhw_rx_writer *w, const struct simhw_sg *sg, u32 off)
{
	unsigned int i;

	for (i = 0; i < sg->n; i++) {
		if (off >= sg->buf[i].len) {
			off -= sg->buf[i].len;
			continue;
		}
		if (!simhw_rx_put(w, sg->buf[i].data + off, sg->buf[i].len - off))
			return false;
		off = 0;
	}
	return true;
}

/* The addresses, and the tag that is not to be stripped */
static bool simhw_rx_put_tagged(struct simhw_rx_writer *w, const struct simhw_frame *f)
{
	u8 tag[VLAN_HLEN];

	put_unaligned_be16(ETH_P_8021Q, tag);
	put_unaligned_be16(f->vlan_tci, tag + 2);
	return simhw_rx_put(w, f->hdr, 2 * ETH_ALEN) && simhw_rx_put(w, tag, sizeof(tag)) &&
	       simhw_rx_put_sg(w, f->sg, 2 * ETH_ALEN);
}

/* @len: bytes in memory, with tag and padding */
static bool simhw_rx_put_frame(struct simhw_rx_writer *w, const struct simhw_frame *f, u32 len,
			       bool insert)
{
	if (insert)
		return simhw_rx_put_tagged(w, f) &&
		       simhw_rx_put(w, NULL, len - f->sg->len - VLAN_HLEN);
	return simhw_rx_put_sg(w, f->sg, 0) && simhw_rx_put(w, NULL, len - f->sg->len);
}

/* What is to be reported in the last descriptor */
static void simhw_rx_fill(struct simnic_rx_desc *wb, const struct simhw_frame *f, u32 rxctrl,
			  u32 hash, u8 hash_type)
{
	bool strip = f->tagged && (rxctrl & SIMNIC_RXCTRL_VLAN_STRIP);
	u32 hdr_len = f->pkt.hdr_len;
	u32 status;

	if (hdr_len && f->tagged && !strip)
		hdr_len += VLAN_HLEN;
	status = SIMNIC_RXD_DD | SIMNIC_RXD_EOP;
	status |= FIELD_PREP(SIMNIC_RXD_HASH, hash_type);
	status |= FIELD_PREP(SIMNIC_RXD_L3, f->pkt.l3) | FIELD_PREP(SIMNIC_RXD_L4, f->pkt.l4);
	status |= FIELD_PREP(SIMNIC_RXD_HDR_LEN, hdr_len);
	if (rxctrl & SIMNIC_RXCTRL_CSUM)
		status |= FIELD_PREP(SIMNIC_RXD_CSUM, simhw_csum_status(f));
	if (strip)
		status |= SIMNIC_RXD_VLAN;
	if (f->segs > 1)
		status |= SIMNIC_RXD_GRO;

	wb->wb.rss_hash = cpu_to_le32(hash);
	wb->wb.vlan_tci = cpu_to_le16(strip ? f->vlan_tci : 0);
	wb->wb.mss = cpu_to_le16(f->mss);
	wb->wb.segs = cpu_to_le16(f->segs);
	wb->wb.status = cpu_to_le32(status);
}

static void simhw_rx_write_back(struct simnic_rx_desc *desc, const struct simnic_rx_desc *wb)
{
	desc->wb.rss_hash = wb->wb.rss_hash;
	desc->wb.len = wb->wb.len;
	desc->wb.vlan_tci = wb->wb.vlan_tci;
	desc->wb.mss = wb->wb.mss;
	desc->wb.segs = wb->wb.segs;
	/* Pairs with the driver's dma_rmb() behind the test of DD. */
	dma_wmb();
	WRITE_ONCE(desc->wb.status, wb->wb.status);
}

/*
 * Hand over the first @n buffers, @last describing the last of them. Last one
 * first: the driver looks for DD in the first one, and then sees all.
 */
static void simhw_rx_release(struct simhw_rxq *q, unsigned int n, const struct simnic_rx_desc *last)
{
	struct simnic_rx_desc wb = {
		.wb.len = cpu_to_le16(q->bufsz),
		.wb.status = cpu_to_le32(SIMNIC_RXD_DD),
	};
	unsigned int i;

	simhw_rx_write_back(simhw_rx_desc(q, n - 1), last);
	for (i = n - 1; i; i--)
		simhw_rx_write_back(simhw_rx_desc(q, i - 1), &wb);
	WRITE_ONCE(q->head, (q->head + n) & q->base.mask);
}

/* A bad buffer ends the frame, and halts the queue. */
static void simhw_rx_fault(struct simhw_rxq *q, unsigned int n, const struct simhw_frame *f)
{
	struct simnic_rx_desc wb = {
		.wb.status = cpu_to_le32(SIMNIC_RXD_DD | SIMNIC_RXD_EOP | SIMNIC_RXD_ERR),
	};

	simhw_rx_release(q, n, &wb);
	simhw_stats_count(&q->stats, SIMNIC_STAT_RX_DMA_FAULT, f->segs);
	WRITE_ONCE(q->halted, true);
	simhw_vec_raise(&q->base.card->vec[0], SIMNIC_CAUSE_ERROR, 0);
}

/* Bytes of a frame in memory */
static u32 simhw_rx_len(const struct simhw_frame *f, u32 rxctrl)
{
	bool strip = f->tagged && (rxctrl & SIMNIC_RXCTRL_VLAN_STRIP);

	return simhw_wire_len(f, f->sg->len) - (strip ? VLAN_HLEN : 0);
}

/* There are enough buffers. */
static void simhw_rx_write(struct simhw_rxq *q, const struct simhw_frame *f, u32 rxctrl, u32 hash,
			   u8 hash_type)
{
	bool insert = f->tagged && !(rxctrl & SIMNIC_RXCTRL_VLAN_STRIP);
	struct simhw_rx_writer w = { .q = q };
	u32 len = simhw_rx_len(f, rxctrl);
	struct simnic_rx_desc wb;

	if (!simhw_rx_put_frame(&w, f, len, insert)) {
		simhw_rx_fault(q, w.n, f);
		return;
	}
	simhw_rx_fill(&wb, f, rxctrl, hash, hash_type);
	wb.wb.len = cpu_to_le16(len - (w.n - 1) * q->bufsz);
	simhw_rx_release(q, w.n, &wb);
	simhw_stats_frame(&q->stats, SIMNIC_STAT_RX_FRAMES, f);
}

/* What is to be counted instead of receiving it, or 0 */
static enum simnic_stat simhw_rx_refuse(const struct simhw_card *card, const struct simhw_frame *f,
					u32 rxctrl)
{
	if (!(rxctrl & SIMNIC_RXCTRL_EN))
		return SIMNIC_STAT_RX_DISABLED;
	if (simhw_frame_max_len(f) > simhw_reg(card, SIMNIC_MAXFRAME))
		return SIMNIC_STAT_RX_OVERSIZE;
	if (!simhw_filter_addr(card, f->hdr))
		return SIMNIC_STAT_RX_FILTERED;
	if (!simhw_filter_vlan(card, f))
		return SIMNIC_STAT_RX_VLAN_FILTERED;
	return 0;
}

static struct simhw_rxq *simhw_rx_steer(struct simhw_card *card, const struct simhw_frame *f,
					u32 rxctrl, u32 *hash, u8 *hash_type)
{
	unsigned int queue;

	*hash = 0;
	*hash_type = SIMNIC_RXD_HASH_NONE;
	if (!(rxctrl & SIMNIC_RXCTRL_RSS))
		return card->rxq;
	*hash = simhw_rss_hash(&card->rss, simhw_reg(card, SIMNIC_RSSCTRL), f, hash_type);
	if (*hash_type == SIMNIC_RXD_HASH_NONE)
		return card->rxq;
	queue = READ_ONCE(card->rss.table[*hash % SIMNIC_RSS_TABLE_SIZE]);
	return &card->rxq[queue < card->num_rxq ? queue : 0];
}

/* Lock the queue, unless it is the same as before. */
static void simhw_rx_select(struct simhw_rx_run *run, struct simhw_rxq *q)
{
	if (run->q == q)
		return;
	simhw_rx_end(run);
	spin_lock(&q->lock);
	/* The run holds it; static checkers can not follow it there. */
	__release(&q->lock);
	run->q = q;
}

/**
 * simhw_rx_end() - unlock the queue and tell the driver about its frames
 * @run: run
 *
 * Context: softirqs off.
 */
void simhw_rx_end(struct simhw_rx_run *run)
{
	struct simhw_rxq *q = run->q;
	unsigned int vector;

	if (!q)
		return;
	vector = q->base.vector;
	run->q = NULL;
	__acquire(&q->lock);
	spin_unlock(&q->lock);

	if (run->frames)
		simhw_vec_raise(&run->card->vec[vector], SIMNIC_CAUSE_RX, run->frames);
	run->frames = 0;
}

/**
 * simhw_rx_frame() - a frame arrives
 * @run: where to
 * @from: the sending queue, by its owner
 * @f: the frame
 *
 * Context: softirqs off, under rcu_read_lock().
 * Return: what became of it; WAIT only if the sender honours pause.
 */
enum simhw_rx_result simhw_rx_frame(struct simhw_rx_run *run, struct simhw_txq *from,
				    const struct simhw_frame *f)
{
	/* Pairs with simhw_rx_resteer(). */
	int generation = atomic_read_acquire(&run->card->steering);
	u32 rxctrl = simhw_reg(run->card, SIMNIC_RXCTRL);
	enum simhw_rx_result ret;
	enum simnic_stat drop;
	struct simhw_rxq *q;
	u8 hash_type;
	u32 hash;

	drop = simhw_rx_refuse(run->card, f, rxctrl);
	if (drop) {
		simhw_stats_cold(run->card, drop, f->segs);
		return SIMHW_RX_DONE;
	}

	q = simhw_rx_steer(run->card, f, rxctrl, &hash, &hash_type);
	simhw_rx_select(run, q);
	if (!simhw_rx_room(q, simhw_rx_len(f, rxctrl))) {
		ret = simhw_rx_no_room(q, from, f, simhw_rx_len(f, rxctrl), generation);
		if (ret != SIMHW_RX_ROOM)
			return ret;
	}

	simhw_rx_write(q, f, rxctrl, hash, hash_type);
	run->frames += f->segs;
	return SIMHW_RX_DONE;
}
