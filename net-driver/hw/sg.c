// SPDX-License-Identifier: GPL-2.0
/* simnic card: a frame as a list of pieces of memory */
#include <linux/bitops.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <net/checksum.h>

#include "sg.h"

/*
 * The next piece of the @len bytes at @off: its address, and its length in
 * @chunk. @i is where to start looking, and @off is relative to that.
 */
static const u8 *simhw_sg_next(const struct simhw_sg *sg, unsigned int *i, u32 *off, u32 len,
			       u32 *chunk)
{
	const u8 *data;

	while (*i < sg->n && *off >= sg->buf[*i].len)
		*off -= sg->buf[(*i)++].len;
	if (*i == sg->n)
		return NULL;

	*chunk = min(len, sg->buf[*i].len - *off);
	data = sg->buf[*i].data + *off;
	*off += *chunk;
	return data;
}

/* Append @len bytes at @off of @from to @to. False if there is no room. */
bool simhw_sg_slice(struct simhw_sg *to, const struct simhw_sg *from, u32 off, u32 len)
{
	unsigned int i = 0;
	const u8 *data;
	u32 chunk;

	for (; len; len -= chunk) {
		data = simhw_sg_next(from, &i, &off, len, &chunk);
		if (!data || !simhw_sg_add(to, data, chunk, from->buf[i].share))
			return false;
	}
	return true;
}

/* Copy @len bytes at @off to @to; the caller knows that they are there. */
void simhw_sg_read(const struct simhw_sg *sg, u32 off, void *to, u32 len)
{
	unsigned int i = 0;
	const u8 *data;
	u32 chunk;

	for (; len; len -= chunk, to += chunk) {
		data = simhw_sg_next(sg, &i, &off, len, &chunk);
		if (!data)
			return;
		memcpy(to, data, chunk);
	}
}

/* Add @len bytes at @off to the Internet checksum @sum. */
__wsum simhw_sg_csum(const struct simhw_sg *sg, u32 off, u32 len, __wsum sum)
{
	unsigned int i = 0;
	const u8 *data;
	u32 pos, chunk;

	for (pos = 0; pos < len; pos += chunk) {
		data = simhw_sg_next(sg, &i, &off, len - pos, &chunk);
		if (!data)
			break;
		sum = csum_block_add(sum, csum_partial(data, chunk, 0), pos);
	}
	return sum;
}
