/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SIMNIC_COMPAT_LINUX_FILTER_H
#define SIMNIC_COMPAT_LINUX_FILTER_H

#include_next <linux/filter.h>

#ifdef SIMNIC_LACKS_BPF_CONTEXT
/* There it is a part of each processor */
struct bpf_net_context {
};

static inline struct bpf_net_context *bpf_net_ctx_set(struct bpf_net_context *context)
{
	return NULL;
}

static inline void bpf_net_ctx_clear(struct bpf_net_context *context)
{
}
#endif

#endif
