// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: a frame as the wire is to see it, from the buffers of a transmit
 * queue: checksum, and the outer 802.1Q tag as metadata wherever it came from.
 * The buffers themselves are never written to; headers that change are copies.
 */
#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <linux/unaligned.h>
#include <net/checksum.h>

#include "offload.h"
#include "queue.h"

static u32 simhw_csum_start(const struct simnic_tx_desc *first)
{
	return first->csum_start * 2;
}

/* Bytes to the end of the checksum field */
static u32 simhw_csum_end(const struct simnic_tx_desc *first)
{
	return simhw_csum_start(first) + first->csum_offset + sizeof(__sum16);
}

/* Does the checksum lie in the frame? */
bool simhw_csum_check(const struct simhw_txq *q, const struct simnic_tx_desc *first)
{
	if (!(first->flags & cpu_to_le16(SIMNIC_TXD_CSUM)))
		return true;
	return simhw_csum_end(first) <= q->in.len;
}

/* Is there an 802.1Q tag in memory? */
bool simhw_has_tag(struct simhw_txq *q)
{
	const u8 *hdr;

	if (q->in.len < VLAN_ETH_HLEN)
		return false;
	hdr = simhw_sg_peek(&q->in, q->peek, VLAN_ETH_HLEN);
	return get_unaligned_be16(hdr + 2 * ETH_ALEN) == ETH_P_8021Q;
}

static void simhw_make_csum(struct simhw_txq *q, const struct simnic_tx_desc *first)
{
	u32 start = simhw_csum_start(first);
	__sum16 csum;

	csum = csum_fold(simhw_sg_csum(&q->in, start, q->in.len - start, 0));
	put_unaligned(csum ?: CSUM_MANGLED_0, (__sum16 *)(q->hdr + start + first->csum_offset));
}

/* Take the tag out of headers at @hdr. Returns where they begin now. */
static u8 *simhw_take_tag(struct simhw_frame *f, u8 *hdr)
{
	f->tagged = true;
	f->vlan_tci = get_unaligned_be16(hdr + ETH_HLEN);
	memmove(hdr + VLAN_HLEN, hdr, 2 * ETH_ALEN);
	return hdr + VLAN_HLEN;
}

/*
 * Was what simhw_make_csum() made the checksum of the frame's TCP or UDP, and of
 * all of that? @start: where it starts in the frame
 */
static bool simhw_made_l4_csum(const struct simhw_frame *f, const struct simnic_tx_desc *first,
			       u32 start)
{
	u32 field = f->pkt.l4 == SIMNIC_RXD_L4_UDP ? offsetof(struct udphdr, check) :
		    offsetof(struct tcphdr, check);

	return f->pkt.l4 && f->pkt.l4_off == start && first->csum_offset == field &&
	       f->pkt.l3_end == f->sg->len;
}

static void simhw_frame_begin(struct simhw_frame *f, const struct simnic_tx_desc *first)
{
	f->tagged = first->flags & cpu_to_le16(SIMNIC_TXD_VLAN);
	f->vlan_tci = f->tagged ? le16_to_cpu(first->vlan_tci) : 0;
	f->csum_ok = false;
	f->segs = 1;
	f->mss = 0;
	f->seg_hdr = 0;
}

/* Give the parser the first bytes, in one piece. */
static void simhw_frame_parse(struct simhw_txq *q)
{
	struct simhw_frame *f = &q->frame;
	u32 piece = f->sg->buf[0].len;

	f->hdr_len = min_t(u32, f->sg->len, SIMHW_PARSE_MAX);
	if (piece >= SIMHW_PARSE_GOOD)
		f->hdr_len = min(f->hdr_len, piece);
	f->hdr = simhw_sg_peek(f->sg, q->peek, f->hdr_len);
	simhw_parse(&f->pkt, f->hdr, f->hdr_len);
}

/**
 * simhw_make_frame() - make a frame that is not segmented
 * @q: queue with the buffers in @q->in, checked; the frame goes to @q->frame
 * @first: first data descriptor
 */
void simhw_make_frame(struct simhw_txq *q, const struct simnic_tx_desc *first)
{
	bool csum = first->flags & cpu_to_le16(SIMNIC_TXD_CSUM);
	struct simhw_frame *f = &q->frame;
	u32 start = simhw_csum_start(first), pull;
	u8 *hdr = q->hdr;
	bool tag;

	simhw_frame_begin(f, first);
	tag = !f->tagged && simhw_has_tag(q);
	f->sg = &q->in;
	if (csum || tag) {
		pull = max_t(u32, csum ? simhw_csum_end(first) : 0, SIMHW_PARSE_GOOD);
		pull = min(pull, q->in.len);
		simhw_sg_read(&q->in, 0, q->hdr, pull);
		if (csum)
			simhw_make_csum(q, first);
		if (tag) {
			hdr = simhw_take_tag(f, q->hdr);
			start -= VLAN_HLEN;
		}
		simhw_sg_init(&q->out);
		simhw_sg_add(&q->out, hdr, q->hdr + pull - hdr, false);
		simhw_sg_slice(&q->out, &q->in, pull, q->in.len - pull);
		f->sg = &q->out;
	}

	simhw_frame_parse(q);
	f->csum_ok = csum && simhw_made_l4_csum(f, first, start);
}

/**
 * simhw_tso_begin() - prepare the frame for its segments
 * @q: queue with the headers in @q->tmpl; what all segments share goes to
 *	@q->frame
 * @first: first data descriptor
 * @tso: the frame, checked
 */
void simhw_tso_begin(struct simhw_txq *q, const struct simnic_tx_desc *first,
		     const struct simhw_tso *tso)
{
	struct simhw_frame *f = &q->frame;
	u8 *hdr;

	simhw_frame_begin(f, first);
	if (tso->hdr_len != tso->in_hdr) {
		hdr = simhw_take_tag(f, q->tmpl);
		memmove(q->tmpl, hdr, tso->hdr_len);
	}
	f->sg = &q->out;
	f->hdr = q->hdr;
	f->hdr_len = tso->hdr_len;
	f->seg_hdr = tso->hdr_len;
	f->mss = tso->mss;
	f->csum_ok = true;
}
