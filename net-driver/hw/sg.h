/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: a frame as a list of pieces of memory */
#ifndef SIMHW_SG_H
#define SIMHW_SG_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <asm/checksum.h>

#include "simnic_regs.h"

/* A frame's buffers, and the pieces that the card puts in front */
#define SIMHW_SG_MAX	(SIMNIC_TX_DESC_MAX + 2)

/**
 * struct simhw_buf - a piece of memory
 * @data: where
 * @len: bytes
 * @share: it lies in pages that may be held on to, see share.c
 */
struct simhw_buf {
	const u8 *data;
	u32 len;
	bool share;
};

/**
 * struct simhw_sg - a frame in pieces
 * @len: bytes in all pieces
 * @n: pieces
 * @buf: the pieces
 */
struct simhw_sg {
	u32 len;
	unsigned int n;
	struct simhw_buf buf[SIMHW_SG_MAX];
};

static inline void simhw_sg_init(struct simhw_sg *sg)
{
	sg->len = 0;
	sg->n = 0;
}

/* False if there is no room for one more piece. */
static inline bool simhw_sg_add(struct simhw_sg *sg, const void *data, u32 len, bool share)
{
	if (sg->n == SIMHW_SG_MAX)
		return false;

	sg->buf[sg->n].data = data;
	sg->buf[sg->n].len = len;
	sg->buf[sg->n].share = share;
	sg->n++;
	sg->len += len;
	return true;
}

bool simhw_sg_slice(struct simhw_sg *to, const struct simhw_sg *from, u32 off, u32 len);
void simhw_sg_read(const struct simhw_sg *sg, u32 off, void *to, u32 len);
__wsum simhw_sg_csum(const struct simhw_sg *sg, u32 off, u32 len, __wsum sum);

/* The first @len bytes in one piece, if need be copied to @scratch */
static inline const u8 *simhw_sg_peek(const struct simhw_sg *sg, void *scratch, u32 len)
{
	if (likely(sg->buf[0].len >= len))
		return sg->buf[0].data;

	simhw_sg_read(sg, 0, scratch, len);
	return scratch;
}

#endif
