// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: segmentation. A chunk is a run of segments that travels as one:
 * a super-frame, if the receiver takes such, else a single segment with all
 * that it needs to be a frame of its own.
 */
#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <linux/unaligned.h>
#include <net/checksum.h>
#include <net/ip6_checksum.h>

#include "offload.h"
#include "queue.h"

/* Are the headers what the context descriptor says? They are in @hdr. */
static bool simhw_tso_headers_ok(const u8 *hdr, const struct simhw_tso *tso)
{
	const u8 *l3 = hdr + tso->l3_off;
	const u8 *l4 = hdr + tso->l4_off;
	u32 l3_len = tso->l4_off - tso->l3_off;
	u32 l4_len = tso->hdr_len - tso->l4_off;

	if (tso->ipv4 ? (l3[0] & 15) * 4 != l3_len : l3[0] >> 4 != 6)
		return false;
	return tso->udp || (l4[12] >> 4) * 4 == l4_len;
}

static bool simhw_tso_sizes_ok(const struct simhw_tso *tso)
{
	u32 l3_min = tso->ipv4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);
	u32 l4_min = tso->udp ? sizeof(struct udphdr) : sizeof(struct tcphdr);

	return tso->l4_off >= tso->l3_off + l3_min && tso->hdr_len >= tso->l4_off + l4_min &&
	       (!tso->udp || tso->hdr_len == tso->l4_off + l4_min);
}

/**
 * simhw_tso_check() - check a frame to be segmented
 * @q: queue with the buffers in @q->in; their headers go to @q->tmpl, once and
 *	for all
 * @first: first data descriptor
 * @ctx: context descriptor
 * @tso: what comes of it
 *
 * Return: false if the frame makes no sense.
 */
bool simhw_tso_check(struct simhw_txq *q, const struct simnic_tx_desc *first,
		     const struct simnic_tx_ctx *ctx, struct simhw_tso *tso)
{
	bool tag = !(first->flags & cpu_to_le16(SIMNIC_TXD_VLAN)) && simhw_has_tag(q);
	u32 gone = tag ? VLAN_HLEN : 0;
	u8 *hdr = q->tmpl;

	tso->mss = le16_to_cpu(ctx->mss);
	tso->in_hdr = le16_to_cpu(ctx->hdr_len);
	if (!tso->mss || tso->in_hdr > SIMHW_PARSE_MAX || tso->in_hdr >= q->in.len)
		return false;
	if (ctx->l3_offset < ETH_HLEN + gone || ctx->l3_offset >= tso->in_hdr ||
	    ctx->l4_offset < ctx->l3_offset)
		return false;

	simhw_sg_read(&q->in, 0, hdr, tso->in_hdr);
	tso->payload = q->in.len - tso->in_hdr;
	tso->hdr_len = tso->in_hdr - gone;
	tso->l3_off = ctx->l3_offset - gone;
	tso->l4_off = ctx->l4_offset - gone;
	tso->udp = ctx->flags & cpu_to_le16(SIMNIC_TXD_UDP);
	tso->ipv4 = hdr[ctx->l3_offset] >> 4 == 4;
	return simhw_tso_sizes_ok(tso) && simhw_tso_headers_ok(hdr + gone, tso);
}

static void simhw_seg_l3(u8 *l3, const struct simhw_tso *tso, u32 off, u32 len)
{
	u32 tot = tso->hdr_len - tso->l3_off + len;
	struct ipv6hdr *ip6 = (void *)l3;
	struct iphdr *ip = (void *)l3;

	if (!tso->ipv4) {
		put_unaligned_be16(tot - sizeof(*ip6), &ip6->payload_len);
		return;
	}
	put_unaligned_be16(tot, &ip->tot_len);
	put_unaligned_be16(get_unaligned_be16(&ip->id) + off / tso->mss, &ip->id);
	ip->check = 0;
	put_unaligned(ip_fast_csum(ip, (tso->l4_off - tso->l3_off) / 4), &ip->check);
}

static void simhw_seg_tcp(u8 *l4, const struct simhw_tso *tso, u32 off, u32 len)
{
	struct tcphdr *th = (void *)l4;

	put_unaligned_be32(get_unaligned_be32(&th->seq) + off, &th->seq);
	if (off)
		th->cwr = 0;
	if (off + len < tso->payload) {
		th->fin = 0;
		th->psh = 0;
	}
}

/* The folded, not complemented sum of the pseudo header */
static __sum16 simhw_seg_pseudo(const u8 *l3, const struct simhw_tso *tso, u32 len)
{
	u32 l4_len = tso->hdr_len - tso->l4_off + len;
	u8 proto = tso->udp ? IPPROTO_UDP : IPPROTO_TCP;
	const struct ipv6hdr *ip6 = (const void *)l3;
	const struct iphdr *ip = (const void *)l3;

	if (!tso->ipv4)
		return ~csum_ipv6_magic(&ip6->saddr, &ip6->daddr, l4_len, proto, 0);
	return ~csum_tcpudp_magic(get_unaligned(&ip->saddr), get_unaligned(&ip->daddr), l4_len,
				  proto, 0);
}

/* The checksum of a super-frame is left at the sum of the pseudo header. */
static void simhw_seg_csum(struct simhw_txq *q, const struct simhw_tso *tso, u32 off, u32 len)
{
	u8 *l3 = q->hdr + tso->l3_off, *l4 = q->hdr + tso->l4_off;
	__sum16 *field, csum;
	__wsum sum;

	field = (__sum16 *)(l4 + (tso->udp ? offsetof(struct udphdr, check) :
				  offsetof(struct tcphdr, check)));
	csum = simhw_seg_pseudo(l3, tso, len);
	put_unaligned(csum, field);
	if (q->frame.segs > 1)
		return;

	sum = csum_partial(l4, tso->hdr_len - tso->l4_off, 0);
	sum = csum_block_add(sum, simhw_sg_csum(&q->in, tso->in_hdr + off, len, 0),
			     tso->hdr_len - tso->l4_off);
	csum = csum_fold(sum);
	put_unaligned(csum || !tso->udp ? csum : CSUM_MANGLED_0, field);
}

/**
 * simhw_tso_chunk() - make a frame or super-frame of some segments
 * @q: queue, after simhw_tso_begin()
 * @tso: the frame
 * @off: payload bytes before it, a multiple of the segment size
 * @len: payload bytes in it
 *
 * Return: false if it is in too many pieces.
 */
bool simhw_tso_chunk(struct simhw_txq *q, const struct simhw_tso *tso, u32 off, u32 len)
{
	struct simhw_frame *f = &q->frame;

	memcpy(q->hdr, q->tmpl, tso->hdr_len);
	f->segs = DIV_ROUND_UP(len, tso->mss);
	simhw_seg_l3(q->hdr + tso->l3_off, tso, off, len);
	if (tso->udp)
		put_unaligned_be16(sizeof(struct udphdr) + len, q->hdr + tso->l4_off + 4);
	else
		simhw_seg_tcp(q->hdr + tso->l4_off, tso, off, len);
	simhw_seg_csum(q, tso, off, len);

	simhw_sg_init(&q->out);
	simhw_sg_add(&q->out, q->hdr, tso->hdr_len, false);
	simhw_parse(&f->pkt, q->hdr, tso->hdr_len);
	return simhw_sg_slice(&q->out, &q->in, tso->in_hdr + off, len);
}
