// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: pages that are handed over instead of copied. A sender that will
 * not write to a page again says so in the descriptor; the receive engine then
 * gets a reference to the page, and leaves it in a table beside the ring for
 * the receiver to take. The table holds the reference in the meantime, so that
 * nothing is lost with a receiver that never comes for it.
 */
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "queue.h"
#include "share.h"

/**
 * simhw_share_ok() - can these bytes be shared, as their sender says?
 * @data: the bytes
 * @len: how many
 *
 * Context: any.
 * Return: true if they lie within one (compound) page that is counted.
 */
bool simhw_share_ok(const u8 *data, u32 len)
{
	struct page *page = virt_to_page(data), *head = compound_head(page);
	const u8 *start = page_address(head);

	return !PageSlab(page) && page_count(page) > 0 &&
	       data - start + len <= page_size(head);
}

/* The reference that the table holds for a descriptor, if it does */
static void simhw_share_drop(struct simnic_share *slot)
{
	struct page *page = xchg(&slot->page, NULL);

	if (page)
		put_page(page);
}

/**
 * simhw_share_put() - leave shared bytes for the receiver
 * @q: the queue, with a table; locked
 * @index: descriptor
 * @data: bytes that simhw_share_ok() likes
 * @len: how many
 *
 * Context: softirqs off.
 */
void simhw_share_put(struct simhw_rxq *q, u32 index, const u8 *data, u32 len)
{
	struct simnic_share *slot = &q->share[index];
	struct page *head = compound_head(virt_to_page(data));

	lockdep_assert_held(&q->lock);

	simhw_share_drop(slot);
	get_page(head);
	slot->offset = data - (const u8 *)page_address(head);
	slot->len = len;
	/* before DD is written, see simhw_rx_release() */
	WRITE_ONCE(slot->page, head);
}

/* The receiver takes them, see &simnic_bus_ops.take. */
bool simhw_share_take(struct simhw_rxq *q, u32 index, struct simnic_share *share)
{
	struct simnic_share *slot;

	if (!q->share || index >= q->share_len)
		return false;

	slot = &q->share[index];
	share->offset = slot->offset;
	share->len = slot->len;
	share->page = xchg(&slot->page, NULL);
	return share->page;
}

/**
 * simhw_share_alloc() - make a table for a queue that is about to be enabled
 * @q: the queue, which has none
 * @len: its descriptors
 *
 * Without a table, for want of memory, all is copied.
 *
 * Context: process, may sleep.
 */
void simhw_share_alloc(struct simhw_rxq *q, u32 len)
{
	if (len > SIMNIC_RING_MAX)
		return;
	q->share = kvcalloc(len, sizeof(*q->share), SIMHW_GFP);
	q->share_len = len;
}

/**
 * simhw_share_free() - free the table of a queue, and what was never taken
 * @q: the queue, disabled
 *
 * Context: process.
 */
void simhw_share_free(struct simhw_rxq *q)
{
	u32 i;

	for (i = 0; q->share && i < q->share_len; i++)
		simhw_share_drop(&q->share[i]);
	kvfree(q->share);
	q->share = NULL;
}
