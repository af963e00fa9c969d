/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: what the transmit engine does to frames */
#ifndef SIMHW_OFFLOAD_H
#define SIMHW_OFFLOAD_H

#include <linux/types.h>

struct simhw_txq;
struct simnic_tx_ctx;
struct simnic_tx_desc;

/**
 * struct simhw_tso - a frame to be segmented
 * @mss: payload bytes of a segment
 * @payload: payload bytes in all
 * @in_hdr: bytes of headers in memory
 * @hdr_len: the same in &simhw_txq.tmpl, where the outer tag is missing
 * @l3_off: offset in there of the IP header
 * @l4_off: of the TCP or UDP header
 * @udp: it is UDP
 * @ipv4: it is IPv4
 */
struct simhw_tso {
	u32 mss;
	u32 payload;
	u32 in_hdr;
	u32 hdr_len;
	u32 l3_off;
	u32 l4_off;
	bool udp;
	bool ipv4;
};

bool simhw_csum_check(const struct simhw_txq *q, const struct simnic_tx_desc *first);
void simhw_make_frame(struct simhw_txq *q, const struct simnic_tx_desc *first);

bool simhw_tso_check(struct simhw_txq *q, const struct simnic_tx_desc *first,
		     const struct simnic_tx_ctx *ctx, struct simhw_tso *tso);
void simhw_tso_begin(struct simhw_txq *q, const struct simnic_tx_desc *first,
		     const struct simhw_tso *tso);
bool simhw_tso_chunk(struct simhw_txq *q, const struct simhw_tso *tso, u32 off, u32 len);

bool simhw_has_tag(struct simhw_txq *q);

#endif
