/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What drivers/net/hw/iou-zcrx.c needs of liburing 2.10, for the 2.9 that Debian 13
 * has. The kernel's header comes first, so that liburing's own copy stays out.
 */
#include <linux/io_uring.h>
#include <liburing.h>

struct io_uring_zcrx_rq {
	__u32 *khead;
	__u32 *ktail;
	__u32 rq_tail;
	unsigned int ring_entries;
	struct io_uring_zcrx_rqe *rqes;
	void *ring_ptr;
};

static inline int io_uring_register_ifq(struct io_uring *ring, void *reg)
{
	return io_uring_register(ring->ring_fd, IORING_REGISTER_ZCRX_IFQ, reg, 1);
}
