/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: a copy of a frame, while it is under way on the cable */
#ifndef SIMHW_PACKET_H
#define SIMHW_PACKET_H

#include <linux/ktime.h>
#include <linux/list.h>

#include "parse.h"

/* The longest super-frame, in pieces of a page */
#define SIMHW_PACKET_BUFS	20

/**
 * struct simhw_packet - a frame under way
 * @node: in the cable
 * @due: when it arrives
 * @to: the card at the other end; just to be compared
 * @late: overtaken by those behind it
 * @corrupt: with a wrong FCS
 * @frame: the frame, without @frame.sg and @frame.hdr
 * @n: pieces
 * @buf: its bytes
 */
struct simhw_packet {
	struct list_head node;
	ktime_t due;
	const struct simhw_card *to;
	bool late;
	bool corrupt;
	struct simhw_frame frame;
	unsigned int n;
	struct simhw_buf buf[SIMHW_PACKET_BUFS];
};

struct simhw_packet *simhw_packet_make(const struct simhw_frame *f);
void simhw_packet_free(struct simhw_packet *p);
const struct simhw_frame *simhw_packet_frame(struct simhw_packet *p, struct simhw_sg *sg);

#endif
