// SPDX-License-Identifier: GPL-2.0
/* What the benchmark's cards do to frames before there is an skb */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* Frames that came to the end of their way, by processor */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} frames SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} cards SEC(".maps");

/* Made by who loads this: it must not be larger than the kernel has processors */
struct {
	__uint(type, BPF_MAP_TYPE_CPUMAP);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct bpf_cpumap_val);
} cpus SEC(".maps");

/* The processor that cpumap sends to */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} target SEC(".maps");

static __always_inline int count(int verdict)
{
	__u32 key = 0;
	__u64 *n = bpf_map_lookup_elem(&frames, &key);

	if (n)
		(*n)++;
	return verdict;
}

SEC("xdp")
int drop(struct xdp_md *ctx)
{
	return count(XDP_DROP);
}

/* Back to where it came from: the card there takes only what is meant for it */
SEC("xdp")
int back(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	__u16 *mac = data, low[3];

	if (data + 12 > end)
		return XDP_ABORTED;
	__builtin_memcpy(low, mac, 6);
	__builtin_memcpy(mac, mac + 3, 6);
	__builtin_memcpy(mac + 3, low, 6);
	return XDP_TX;
}

SEC("xdp")
int redirect(struct xdp_md *ctx)
{
	return bpf_redirect_map(&cards, 0, XDP_ABORTED);
}

SEC("xdp")
int move(struct xdp_md *ctx)
{
	__u32 key = 0, *cpu = bpf_map_lookup_elem(&target, &key);

	return bpf_redirect_map(&cpus, cpu ? *cpu : 0, XDP_ABORTED);
}

char _license[] SEC("license") = "GPL";
