/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: receive filters */
#ifndef SIMHW_FILTER_H
#define SIMHW_FILTER_H

#include "parse.h"

struct simhw_card;

/**
 * struct simhw_addr - a MAC address as its registers hold it
 * @lo: bytes 0 to 3
 * @hi: bytes 4 and 5, and the VALID bit
 */
struct simhw_addr {
	u32 lo;
	u32 hi;
};

/**
 * struct simhw_filter - receive filters, as written to the registers
 * @uc: further unicast addresses
 * @mc_hash: multicast hash
 * @vlan: VLAN identifiers
 */
struct simhw_filter {
	struct simhw_addr uc[SIMNIC_UC_FILTERS];
	u32 mc_hash[SIMNIC_MC_HASH_BITS / 32];
	u32 vlan[4096 / 32];
};

bool simhw_filter_other(const struct simhw_card *card, const u8 *dst);
bool simhw_filter_vlan(const struct simhw_card *card, const struct simhw_frame *f);

#endif
