// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: receive engine. It runs in the context of the sender's transmit
 * engine, and keeps a receive queue locked for as long as consecutive frames go
 * there.
 */
#include <linux/rcupdate.h>

#include "card.h"
#include "rx.h"
#include "rxwait.h"
#include "rxwrite.h"

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
	if (f->tagged && !simhw_filter_vlan(card, f))
		return SIMNIC_STAT_RX_VLAN_FILTERED;
	return 0;
}

static struct simhw_rxq *simhw_rx_steer(struct simhw_card *card, struct simhw_rss_flow *flow,
					int generation, const struct simhw_frame *f,
					struct simhw_rx_meta *meta)
{
	unsigned int queue;

	if (!(meta->rxctrl & SIMNIC_RXCTRL_RSS))
		return card->rxq;
	meta->hash = simhw_rss_flow_hash(flow, &card->rss, generation,
					 simhw_reg(card, SIMNIC_RSSCTRL), f, &meta->hash_type);
	if (meta->hash_type == SIMNIC_RXD_HASH_NONE)
		return card->rxq;
	queue = READ_ONCE(card->rss.table[meta->hash % SIMNIC_RSS_TABLE_SIZE]);
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
		simhw_vec_frames(&run->card->vec[vector], SIMNIC_CAUSE_RX, run->frames);
	run->frames = 0;
}

/**
 * simhw_rx_frame() - a frame arrives
 * @run: where to
 * @from: the sender
 * @f: the frame
 *
 * Context: softirqs off, by a reader of RCU.
 * Return: what became of it; WAIT only if the sender honours pause.
 */
enum simhw_rx_result simhw_rx_frame(struct simhw_rx_run *run, struct simhw_sender *from,
				    const struct simhw_frame *f)
{
	struct simhw_rx_meta meta = { .hash_type = SIMNIC_RXD_HASH_NONE };
	enum simhw_rx_result ret;
	enum simnic_stat drop;
	struct simhw_rxq *q;
	int generation;

	/* Pairs with simhw_rx_resteer(). */
	generation = atomic_read_acquire(&run->card->steering);
	meta.rxctrl = simhw_reg(run->card, SIMNIC_RXCTRL);
	drop = simhw_rx_refuse(run->card, f, meta.rxctrl);
	if (drop) {
		simhw_stats_cold(run->card, drop, f->segs);
		return SIMHW_RX_DONE;
	}

	q = simhw_rx_steer(run->card, &from->flow, generation, f, &meta);
	simhw_rx_select(run, q);
	simhw_rx_plan(q, f, &meta);
	if (!simhw_rx_room(q, meta.need)) {
		ret = simhw_rx_no_room(q, from, f, meta.need, generation);
		if (ret != SIMHW_RX_ROOM)
			return ret;
	}

	if (simhw_fault_armed(&run->card->faults, BIT(SIMHW_FAULT_DMA_DESC)) &&
	    simhw_fault_rx_fetch(q, f))
		return SIMHW_RX_DONE;
	simhw_rx_write(q, f, &meta);
	run->frames++;	/* what the driver gets at once is one to moderation */
	return SIMHW_RX_DONE;
}
