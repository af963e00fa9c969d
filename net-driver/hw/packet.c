// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: a copy of a frame, while it is under way on the cable. Its bytes
 * are the sender's until it is told that they have been sent, and shared pages
 * are to live no longer than their users want: so all is copied.
 */
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "packet.h"

static_assert(SIMHW_PARSE_MAX <= PAGE_SIZE);

void simhw_packet_free(struct simhw_packet *p)
{
	while (p->n--)
		kfree(p->buf[p->n].data);
	kfree(p);
}

/**
 * simhw_packet_make() - copy a frame
 * @f: the frame
 *
 * Context: softirq.
 * Return: the copy, or NULL if there is no memory.
 */
struct simhw_packet *simhw_packet_make(const struct simhw_frame *f)
{
	struct simhw_packet *p = kzalloc(sizeof(*p), GFP_ATOMIC | __GFP_NOWARN);
	struct simhw_buf *buf;
	u32 off, len;
	u8 *data;

	if (!p)
		return NULL;
	p->frame = *f;
	for (off = 0; off < f->sg->len; off += len) {
		len = min_t(u32, f->sg->len - off, PAGE_SIZE);
		data = p->n < SIMHW_PACKET_BUFS ? kmalloc(len, GFP_ATOMIC | __GFP_NOWARN) : NULL;
		if (!data) {
			simhw_packet_free(p);
			return NULL;
		}
		simhw_sg_read(f->sg, off, data, len);
		buf = &p->buf[p->n++];
		buf->data = data;
		buf->len = len;
	}
	return p;
}

/* The frame as it arrives; its pieces are in @sg then. */
const struct simhw_frame *simhw_packet_frame(struct simhw_packet *p, struct simhw_sg *sg)
{
	unsigned int i;

	simhw_sg_init(sg);
	for (i = 0; i < p->n; i++)
		simhw_sg_add(sg, p->buf[i].data, p->buf[i].len, false);
	p->frame.sg = sg;
	p->frame.hdr = p->buf[0].data;
	return &p->frame;
}
