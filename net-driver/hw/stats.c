// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: counters. What queues count lies with the queue and is summed on
 * reading; the rest (frames that reach no queue, bad register accesses) may be
 * counted by several at once and is atomic.
 */
#include <linux/etherdevice.h>

#include "card.h"

/* The same order behind TX_FRAMES and RX_FRAMES */
#define SIMHW_STAT_BYTES	(SIMNIC_STAT_TX_BYTES - SIMNIC_STAT_TX_FRAMES)
#define SIMHW_STAT_MULTICAST	(SIMNIC_STAT_TX_MULTICAST - SIMNIC_STAT_TX_FRAMES)
#define SIMHW_STAT_BROADCAST	(SIMNIC_STAT_TX_BROADCAST - SIMNIC_STAT_TX_FRAMES)
#define SIMHW_STAT_64		(SIMNIC_STAT_TX_64 - SIMNIC_STAT_TX_FRAMES)

static_assert(SIMNIC_STAT_RX_1519_MAX - SIMNIC_STAT_RX_FRAMES ==
	      SIMNIC_STAT_TX_1519_MAX - SIMNIC_STAT_TX_FRAMES);

void simhw_stats_count(struct simhw_stats *stats, enum simnic_stat n, u32 add)
{
	u64_stats_update_begin(&stats->sync);
	u64_stats_add(&stats->n[n], add);
	u64_stats_update_end(&stats->sync);
}

/* RFC 2819's histogram counts the FCS. */
static unsigned int simhw_stats_bucket(u32 len)
{
	len += ETH_FCS_LEN;
	if (len <= 64)
		return SIMHW_STAT_64;
	if (len > 1518)
		return SIMHW_STAT_64 + 6;
	/* 65 to 127, 128 to 255, 256 to 511 and so on */
	return SIMHW_STAT_64 + fls(len) - 6;
}

static void simhw_stats_wire(u64_stats_t *n, u32 len, u32 frames)
{
	u64_stats_add(&n[SIMHW_STAT_BYTES], (u64)len * frames);
	u64_stats_add(&n[simhw_stats_bucket(len)], frames);
}

/* Count a frame as the frames on the wire that it stands for. */
void simhw_stats_frame(struct simhw_stats *stats, enum simnic_stat base,
		       const struct simhw_frame *f)
{
	u64_stats_t *n = &stats->n[base];
	u32 last = f->sg->len;

	u64_stats_update_begin(&stats->sync);
	u64_stats_add(&n[0], f->segs);
	if (f->segs > 1) {
		simhw_stats_wire(n, simhw_wire_len(f, f->seg_hdr + f->mss), f->segs - 1);
		last -= (f->segs - 1) * f->mss;
	}
	simhw_stats_wire(n, simhw_wire_len(f, last), 1);
	if (unlikely(is_multicast_ether_addr(f->hdr)))
		u64_stats_add(&n[is_broadcast_ether_addr(f->hdr) ? SIMHW_STAT_BROADCAST :
			      SIMHW_STAT_MULTICAST], f->segs);
	u64_stats_update_end(&stats->sync);
}

u64 simhw_stats_read(const struct simhw_stats *stats, enum simnic_stat n)
{
	unsigned int start;
	u64 val;

	do {
		start = u64_stats_fetch_begin(&stats->sync);
		val = u64_stats_read(&stats->n[n]);
	} while (u64_stats_fetch_retry(&stats->sync, start));
	return val;
}

void simhw_stats_cold(struct simhw_card *card, enum simnic_stat n, u32 add)
{
	atomic64_add(add, &card->cold[n]);
}

/* The whole card's */
u64 simhw_stats_sum(const struct simhw_card *card, enum simnic_stat n)
{
	u64 sum = atomic64_read(&card->cold[n]);
	unsigned int i;

	for (i = 0; i < card->num_txq; i++)
		sum += simhw_stats_read(&card->txq[i].stats, n);
	for (i = 0; i < card->num_rxq; i++)
		sum += simhw_stats_read(&card->rxq[i].stats, n);
	return sum;
}
