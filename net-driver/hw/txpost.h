/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: posted frames */
#ifndef SIMHW_TXPOST_H
#define SIMHW_TXPOST_H

#include <linux/compiler.h>

#include "queue.h"
#include "vec.h"

bool simhw_post(struct simhw_txq *q, bool quiet);
bool simhw_post_owes(struct simhw_txq *q);
void simhw_post_fetch_all(struct simhw_vec *vec);
void simhw_post_reset(struct simhw_txq *q);
void simhw_post_init(struct simhw_txq *q);
void simhw_post_exit(struct simhw_txq *q);

/* From now on the driver is told at once of what is done. */
static inline void simhw_post_end(struct simhw_txq *q)
{
	if (unlikely(READ_ONCE(q->post.quiet)))
		WRITE_ONCE(q->post.quiet, false);
}

/* The driver looks for received frames: let those come that wait for that. */
static inline void simhw_post_fetch(struct simhw_vec *vec)
{
	if (unlikely(READ_ONCE(vec->posted)))
		simhw_post_fetch_all(vec);
}

#endif
