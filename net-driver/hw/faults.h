/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: faults to order, for tests */
#ifndef SIMHW_FAULTS_H
#define SIMHW_FAULTS_H

#include <linux/atomic.h>
#include <linux/types.h>

struct dentry;
struct simhw_card;

/**
 * struct simhw_faults - faults that were ordered
 * @tx_hang: transmit queues that do nothing until the next RESET
 * @dma_fault: transmit frames that are to meet a bad address
 * @dir: debugfs
 */
struct simhw_faults {
	u32 tx_hang;
	atomic_t dma_fault;
	struct dentry *dir;
};

void simhw_faults_add(struct simhw_card *card, const char *name);
void simhw_faults_del(struct simhw_card *card);
void simhw_faults_init(void);
void simhw_faults_exit(void);

/* Take one of the ordered bad addresses. */
static inline bool simhw_faults_dma(struct simhw_faults *faults)
{
	return unlikely(atomic_read(&faults->dma_fault) > 0) &&
	       atomic_dec_if_positive(&faults->dma_fault) >= 0;
}

#endif
