/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: what its unit tests share: cards without driver, rings, frames */
#ifndef SIMHW_TEST_H
#define SIMHW_TEST_H

#include <kunit/test.h>
#include <linux/bitops.h>
#include <linux/dma-direct.h>
#include <linux/in.h>
#include <linux/io.h>

#include "../card.h"

/**
 * struct simhw_test_ring - a ring with its buffers, as a driver would have it
 * @card: the card
 * @q: the queue's number
 * @len: descriptors
 * @bufsz: bytes of each receive buffer
 * @tx: transmit descriptors
 * @rx: receive descriptors, or NULL
 * @buf: receive buffers, each allocated by itself
 */
struct simhw_test_ring {
	struct simhw_card *card;
	unsigned int q;
	u32 len;
	u32 bufsz;
	struct simnic_tx_desc *tx;
	struct simnic_rx_desc *rx;
	u8 **buf;
};

/**
 * struct simhw_test_pkt - a frame to make
 * @tags: 802.1Q tags, VLAN 1, 2, ...
 * @ip: 4 or 6; else something that is no IP
 * @proto: IPPROTO_*; TCP and UDP with right checksums
 * @opts: IPv4: bytes of options, IPv6: of an extension header for destinations
 * @l4_opts: bytes of TCP options
 * @payload: bytes behind the headers
 */
struct simhw_test_pkt {
	u8 tags;
	u8 ip;
	u8 proto;
	u8 opts;
	u8 l4_opts;
	u16 payload;
};

struct simhw_card *simhw_test_card(struct kunit *test, unsigned int num_txq,
				   unsigned int num_rxq);
struct simhw_card *simhw_test_new_card(struct kunit *test, unsigned int num_txq,
				       unsigned int num_rxq);
void simhw_test_exit(struct kunit_suite *suite);
void simhw_test_link(struct kunit *test, struct simhw_card *a, struct simhw_card *b);

struct simhw_test_ring *simhw_test_txq(struct kunit *test, struct simhw_card *card,
				       unsigned int q, u32 len);
struct simhw_test_ring *simhw_test_rxq(struct kunit *test, struct simhw_card *card,
				       unsigned int q, u32 len, u32 bufsz);
void simhw_test_desc(struct simhw_test_ring *ring, u32 i, const void *data, u32 len, u16 flags);
void simhw_test_doorbell(struct simhw_test_ring *ring, u32 tail);
bool simhw_test_wait(struct simhw_card *card, u32 reg, u32 val);

u32 simhw_test_build(struct kunit *test, const struct simhw_test_pkt *pkt, u8 **frame);
u16 simhw_test_sum(const u8 *data, u32 len, u32 sum);
bool simhw_test_ip_ok(const u8 *ip);
bool simhw_test_l4_ok(const u8 *ip, const u8 *l4, u32 l4_len);

static inline u32 simhw_test_rd(struct simhw_card *card, u32 reg)
{
	return simhw_bus_ops.rd32(card, reg);
}

static inline void simhw_test_wr(struct simhw_card *card, u32 reg, u32 val)
{
	simhw_bus_ops.wr32(card, reg, val);
}

static inline u64 simhw_test_stat(struct simhw_card *card, enum simnic_stat n)
{
	u64 lo = simhw_test_rd(card, SIMNIC_STAT_LO(n));

	return (u64)simhw_test_rd(card, SIMNIC_STAT_HI(n)) << 32 | lo;
}

/* FIELD_GET(), which is too much for sparse within what KUnit makes of it */
static inline u32 simhw_test_field(u32 mask, u32 val)
{
	return (val & mask) >> __ffs(mask);
}

/* The bus address of memory that was made for the test */
static inline u64 simhw_test_addr(struct simhw_card *card, const void *mem)
{
	return phys_to_dma(&card->pdev->dev, virt_to_phys((void *)mem));
}

#endif
