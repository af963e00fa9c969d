// SPDX-License-Identifier: GPL-2.0
/* simnic card: faults: what is written back to receive descriptors */
#include <linux/bitfield.h>
#include <linux/random.h>

#include "card.h"
#include "late.h"
#include "rx.h"

static struct simnic_rx_desc *simhw_fault_rx_desc(struct simhw_rxq *q, unsigned int i)
{
	return &q->ring[(q->head + i) & q->base.mask];
}

static u32 simhw_fault_rx_hits(struct simhw_rxq *q, enum simhw_fault_id id)
{
	return atomic_read(&q->base.card->faults.fault[id].hits);
}

/* -- When it is written ----------------------------------------------------- */

static void simhw_fault_rx_late(struct simhw_queue *base, u32 index, u32 val)
{
	struct simhw_rxq *q = container_of(base, struct simhw_rxq, base);

	WRITE_ONCE(q->ring[index & base->mask].wb.status, cpu_to_le32(val));
}

/* Have a write-back come later. False if it has to be written now. */
static bool simhw_fault_rx_delay(struct simhw_rxq *q, u32 status, u32 usecs, bool in_order)
{
	if (!q->late)
		q->late = simhw_late_make(&q->base, simhw_fault_rx_late, SIMNIC_CAUSE_RX);
	return q->late && simhw_late_add(q->late, q->head, status, usecs, in_order);
}

/**
 * simhw_fault_rx_done() - the status of a frame's first descriptor is to be written
 * @q: the queue, locked; the descriptor is the one at its head
 * @status: what
 *
 * As with transmission, see simhw_fault_tx_done().
 *
 * Context: softirqs off.
 * Return: true if it is not to be written now.
 */
bool simhw_fault_rx_done(struct simhw_rxq *q, u32 status)
{
	struct simhw_fault *fault = q->base.card->faults.fault;
	struct simhw_card *card = q->base.card;
	bool behind;

	lockdep_assert_held(&q->lock);

	if (simhw_fault_strikes(card, SIMHW_FAULT_RX_ORDER, q->base.index))
		return simhw_fault_rx_delay(q, status, fault[SIMHW_FAULT_RX_ORDER].usecs, false);

	behind = simhw_fault_armed(&card->faults, BIT(SIMHW_FAULT_RX_DELAY)) &&
		 q->late && simhw_late_pending(q->late);
	if (simhw_fault_strikes(card, SIMHW_FAULT_RX_DELAY, q->base.index))
		return simhw_fault_rx_delay(q, status, fault[SIMHW_FAULT_RX_DELAY].usecs, true);
	return behind && simhw_fault_rx_delay(q, status, 0, true);
}

/*
 * The driver rings, and so adds no buffers at this moment. The descriptor at
 * TAIL is always its own: it may have been written back before, or never posted.
 */
static bool simhw_fault_rx_ring(struct simhw_rxq *q)
{
	struct simnic_rx_desc *desc = &q->ring[READ_ONCE(q->tail) & q->base.mask];
	__le32 status = READ_ONCE(desc->wb.status);
	struct simhw_card *card = q->base.card;

	lockdep_assert_held(&q->lock);

	if ((status & cpu_to_le32(SIMNIC_RXD_DD)) &&
	    simhw_fault_strikes(card, SIMHW_FAULT_RX_DUP, q->base.index)) {
		WRITE_ONCE(desc->wb.status, status);
		return true;
	}
	if (!simhw_fault_strikes(card, SIMHW_FAULT_RX_BOGUS, q->base.index))
		return false;
	desc->wb.len = cpu_to_le16(SIMNIC_FRAME_MIN);
	desc->wb.segs = cpu_to_le16(1);
	dma_wmb();
	WRITE_ONCE(desc->wb.status, cpu_to_le32(SIMNIC_RXD_DD | SIMNIC_RXD_EOP));
	return true;
}

/* In the doorbell. Any context; not with interrupts off. */
void simhw_fault_rx_doorbell(struct simhw_rxq *q)
{
	bool struck = false;

	if (irqs_disabled() || in_hardirq())
		return;
	spin_lock_bh(&q->lock);
	if (q->base.enabled)
		struck = simhw_fault_rx_ring(q);
	spin_unlock_bh(&q->lock);
	if (struck)
		simhw_vec_frames(&q->base.card->vec[q->base.vector], SIMNIC_CAUSE_RX, 1);
}

/* -- What is written -------------------------------------------------------- */

static void simhw_fault_rx_len(struct simhw_rxq *q, struct simnic_rx_desc *last)
{
	const u16 lens[] = { 0, 1, q->bufsz + 1, U16_MAX, get_random_u32() };
	u32 hit = simhw_fault_rx_hits(q, SIMHW_FAULT_RX_LEN);

	last->wb.len = cpu_to_le16(lens[hit % ARRAY_SIZE(lens)]);
}

/*
 * Another buffer than the frame's: the first two for each other, one that stands
 * for pages that there are none of, or no last one. With the latter the frame
 * becomes a part of the next one.
 */
static u32 simhw_fault_rx_buffer(struct simhw_rxq *q, unsigned int n, u32 status)
{
	u32 hit = simhw_fault_rx_hits(q, SIMHW_FAULT_RX_BUFFER);

	switch (hit % 3) {
	case 0:
		if (n > 1)
			swap(simhw_fault_rx_desc(q, 0)->wb.len, simhw_fault_rx_desc(q, 1)->wb.len);
		return status;
	case 1:
		return status | SIMNIC_RXD_SHARED;
	default:
		q->torn = true;
		return status & ~SIMNIC_RXD_EOP;
	}
}

/* @one: it is no super-frame */
static u32 simhw_fault_rx_type(struct simhw_rxq *q, struct simnic_rx_desc *last, u32 status,
			       bool one)
{
	u32 hit = simhw_fault_rx_hits(q, SIMHW_FAULT_RX_TYPE);
	u32 random = get_random_u32();

	switch (hit % (one ? 4 : 3)) {
	case 0:
		last->wb.rss_hash = cpu_to_le32(random);
		return status | SIMNIC_RXD_HASH;
	case 1:
		return status ^ (SIMNIC_RXD_L3 | SIMNIC_RXD_L4);
	case 2:
		last->wb.vlan_tci = cpu_to_le16(random);
		return status | SIMNIC_RXD_VLAN;
	default:
		last->wb.mss = cpu_to_le16(hit & 4 ? 0 : random);
		status &= ~SIMNIC_RXD_HDR_LEN;
		return status | SIMNIC_RXD_GRO | FIELD_PREP(SIMNIC_RXD_HDR_LEN, random >> 16);
	}
}

/* What was right is called wrong, or not looked at; never the reverse. */
static u32 simhw_fault_rx_csum(struct simhw_rxq *q, u32 status)
{
	u32 hit = simhw_fault_rx_hits(q, SIMHW_FAULT_RX_CSUM);

	status &= ~SIMNIC_RXD_CSUM;
	return status | FIELD_PREP(SIMNIC_RXD_CSUM, hit & 1 ? SIMNIC_RXD_CSUM_BAD :
							       SIMNIC_RXD_CSUM_NONE);
}

/**
 * simhw_fault_rx_mangle() - a frame's last write-back is complete
 * @q: the queue, locked; the frame's descriptors begin at its head
 * @n: how many
 * @status: what is to be written to the last one, without DD
 *
 * How many frames a super-frame stands for follows from its length and segment
 * size, or nothing would add up: these stay as they are.
 *
 * Context: softirqs off.
 * Return: what to write instead. q->torn is set if the frame has lost its end.
 */
u32 simhw_fault_rx_mangle(struct simhw_rxq *q, unsigned int n, u32 status)
{
	struct simnic_rx_desc *last = simhw_fault_rx_desc(q, n - 1);
	struct simhw_card *card = q->base.card;
	bool one = last->wb.segs == cpu_to_le16(1);
	unsigned int i = q->base.index;

	lockdep_assert_held(&q->lock);

	if (status & SIMNIC_RXD_ERR)
		return status;
	if (one && simhw_fault_strikes(card, SIMHW_FAULT_RX_LEN, i))
		simhw_fault_rx_len(q, last);
	if (simhw_fault_strikes(card, SIMHW_FAULT_RX_TYPE, i))
		status = simhw_fault_rx_type(q, last, status, one);
	if (FIELD_GET(SIMNIC_RXD_CSUM, status) == SIMNIC_RXD_CSUM_OK &&
	    simhw_fault_strikes(card, SIMHW_FAULT_RX_CSUM, i))
		status = simhw_fault_rx_csum(q, status);
	if (one && simhw_fault_strikes(card, SIMHW_FAULT_RX_BUFFER, i))
		status = simhw_fault_rx_buffer(q, n, status);
	return status;
}
