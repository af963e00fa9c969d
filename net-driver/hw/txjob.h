/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: transmit engine: the frame at the head of a queue */
#ifndef SIMHW_TXJOB_H
#define SIMHW_TXJOB_H

#include "offload.h"
#include "simnic_desc.h"
#include "simnic_regs.h"

struct simhw_txq;

/**
 * struct simhw_tx_job - the frame at the head of a queue
 * @first: first data descriptor
 * @ctx: context descriptor
 * @has_ctx: there is one
 * @has_data: @first is valid
 * @count: descriptors
 * @rs: bit i: descriptor i asks for a report
 * @drop: what the frame is to be counted as, if not sent; 0: send it
 * @tso: how to segment it
 */
struct simhw_tx_job {
	struct simnic_tx_desc first;
	struct simnic_tx_ctx ctx;
	bool has_ctx;
	bool has_data;
	unsigned int count;
	u64 rs;
	enum simnic_stat drop;
	struct simhw_tso tso;
};

bool simhw_tx_fetch(struct simhw_txq *q, struct simhw_tx_job *job);
u32 simhw_tx_segs(const struct simhw_txq *q, const struct simhw_tx_job *job);

#endif
