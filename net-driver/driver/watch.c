// SPDX-License-Identifier: GPL-2.0
/*
 * The watchdog: is the card well? It compares where the card is in each ring with
 * where the driver is. What does not move although there is work is given an interrupt
 * first, since one may have been lost; then it is reported to health.c.
 */
#include <linux/netdevice.h>

#include "rx.h"
#include "simnic.h"
#include "stats.h"
#include "tx.h"

/* Times in a row that nothing has moved, and what that means */
#define SIMNIC_TICKS_MISSED	2	/* an interrupt was lost */
#define SIMNIC_TICKS_RX		3	/* the receive queue hangs */
#define SIMNIC_TICKS_TX		6	/* the transmit queue; the stack is faster */
#define SIMNIC_TICKS_LINK	2	/* the interrupt for a change of the link was lost */

/*
 * Nothing moves. If the queue was halted by an error, or the card has something for
 * the poll, then nobody has heard of it.
 */
static void simnic_watch_missed(struct simnic_vector *vec, u32 status, bool pending)
{
	bool halted = status & SIMNIC_Q_STATUS_HALTED;

	if (!halted && !pending)
		return;
	atomic_inc(&vec->sn->stats->irq_missed);
	if (halted)
		simnic_irq_resume_queues(vec->sn);
	simnic_irq_unmask(vec);
	simnic_irq_kick(vec);
}

/*
 * Has somebody done what was to be done? While the card is ahead, as it was last time,
 * it is the driver's turn, whatever else the card does meanwhile.
 */
static bool simnic_watch_moved(u32 head, u32 seen_head, u32 hw, u32 seen_hw)
{
	if (hw != head && seen_hw != seen_head)
		return head != seen_head;
	return head != seen_head || hw != seen_hw;
}

static void simnic_watch_tx(struct simnic_vector *vec)
{
	struct simnic_tx_ring *ring = vec->tx;
	struct simnic_seen *seen = &vec->seen;
	struct simnic *sn = vec->sn;
	u32 head = READ_ONCE(ring->head), hw = simnic_rd32(sn, SIMNIC_TXQ_HEAD(vec->idx));
	u32 status = simnic_rd32(sn, SIMNIC_TXQ_STATUS(vec->idx));
	bool moved = simnic_watch_moved(head, seen->tx_head, hw, seen->tx_hw);

	seen->tx_head = head;
	seen->tx_hw = hw;
	if (moved || head == READ_ONCE(ring->tail)) {
		seen->tx_ticks = 0;
		return;
	}
	/* who waits for its partner does not hang, nor for a poll that is on its way */
	if (status & SIMNIC_Q_STATUS_PAUSED ||
	    (hw != head && test_bit(NAPI_STATE_SCHED, &vec->napi.state))) {
		txq_trans_cond_update(ring->txq);
		seen->tx_ticks = 0;
		return;
	}

	seen->tx_ticks++;
	if (seen->tx_ticks == SIMNIC_TICKS_MISSED)
		simnic_watch_missed(vec, status, hw != head);
	if (seen->tx_ticks < SIMNIC_TICKS_TX)
		return;
	seen->tx_ticks = 0;
	/* without a link it may rest, but not keep to itself what it has dropped */
	if (netif_carrier_ok(sn->netdev) || hw != head)
		simnic_health_tx_hung(sn, vec->idx);
}

/* Is there somebody whose frames could be received, and are not? */
static bool simnic_watch_starving(struct simnic_vector *vec, u32 status, u32 hw)
{
	u64 missed = simnic_rxq_missed(vec->sn, vec->idx);
	struct simnic_rx_ring *ring = vec->rx;
	bool waiting = status & SIMNIC_Q_STATUS_WAITING || missed != vec->seen.missed;

	vec->seen.missed = missed;
	if (!waiting)
		return false;
	if (simnic_ring_used(&ring->ring, hw, READ_ONCE(ring->told)) >= ring->ring.mask / 2)
		return true;
	/*
	 * If there is no memory for buffers, it is not the card's fault. But who
	 * waits for them sends no frame that would have the poll try again.
	 */
	simnic_irq_kick(vec);
	return false;
}

static void simnic_watch_rx(struct simnic_vector *vec)
{
	struct simnic_rx_ring *ring = vec->rx;
	struct simnic_seen *seen = &vec->seen;
	u32 head = READ_ONCE(ring->head), hw = simnic_rd32(vec->sn, SIMNIC_RXQ_HEAD(vec->idx));
	u32 status = simnic_rd32(vec->sn, SIMNIC_RXQ_STATUS(vec->idx));
	bool halted = status & SIMNIC_Q_STATUS_HALTED;
	bool work = simnic_watch_starving(vec, status, hw) || hw != head || halted;
	bool moved = simnic_watch_moved(head, seen->rx_head, hw, seen->rx_hw);

	seen->rx_head = head;
	seen->rx_hw = hw;
	if (moved || !work) {
		seen->rx_ticks = 0;
		return;
	}
	/* the poll is on its way: it is not the card that keeps us waiting */
	if (hw != head && test_bit(NAPI_STATE_SCHED, &vec->napi.state))
		return;

	seen->rx_ticks++;
	if (seen->rx_ticks == SIMNIC_TICKS_MISSED)
		simnic_watch_missed(vec, status, hw != head);
	if (seen->rx_ticks < SIMNIC_TICKS_RX)
		return;
	seen->rx_ticks = 0;
	simnic_health_rx_hung(vec->sn, vec->idx);
}

/* Link and errors have an interrupt as well, which may get lost */
static void simnic_watch_misc(struct simnic *sn)
{
	bool link = simnic_rd32(sn, SIMNIC_STATUS) & SIMNIC_STATUS_LINK;

	if (link == netif_carrier_ok(sn->netdev)) {
		sn->health.link_ticks = 0;
	} else if (++sn->health.link_ticks >= SIMNIC_TICKS_LINK) {
		sn->health.link_ticks = 0;
		atomic_inc(&sn->stats->irq_missed);
		simnic_link_update(sn);
	}
}

/*
 * A card that was without power for a moment may have its queues all the same, if they
 * were given to it only afterwards. Of the rest this is what it was told first, and
 * nobody changes it.
 */
static bool simnic_watch_forgotten(struct simnic *sn)
{
	return simnic_rd32(sn, SIMNIC_GROMAX) != simnic_rx_gro_max();
}

/**
 * simnic_watch() - look whether the rings of the running set move
 * @sn: adapter
 *
 * Context: process; the queue set does not change meanwhile.
 */
void simnic_watch(struct simnic *sn)
{
	struct simnic_health *health = &sn->health;
	unsigned int i;

	if (READ_ONCE(health->failed) || READ_ONCE(health->postponed))
		return;
	if (simnic_rd32(sn, SIMNIC_ID) != SIMNIC_ID_VALUE)
		return;

	simnic_watch_misc(sn);
	if (simnic_watch_forgotten(sn)) {
		simnic_health_want_reset(sn);
		return;
	}
	for (i = 0; i < sn->queues->params.channels; i++) {
		if (!simnic_queue_enabled(sn, i)) {
			simnic_health_want_reset(sn);
			return;
		}
		simnic_watch_rx(&sn->vec[i]);
		simnic_watch_tx(&sn->vec[i]);
	}
}
