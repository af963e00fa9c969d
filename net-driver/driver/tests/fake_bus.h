/* SPDX-License-Identifier: GPL-2.0 */
/*
 * KUnit: a bus without a card behind it. The driver's registers are an array that
 * a test may read and write as well, its interrupts come from software, and what
 * the card would write to memory the test writes.
 */
#ifndef SIMNIC_FAKE_BUS_H
#define SIMNIC_FAKE_BUS_H

#include <linux/skbuff.h>
#include <net/page_pool/helpers.h>

#include "../rx.h"
#include "../simnic.h"
#include "../stats.h"
#include "../tx.h"

struct kunit;

/* Frames' addresses; the fake's own is the first */
#define SIMNIC_FAKE_MAC		{ 0x02, 0x53, 0x49, 0x4d, 0x00, 0x01 }
#define SIMNIC_FAKE_PEER	{ 0x02, 0x53, 0x49, 0x4d, 0x00, 0x02 }

/**
 * struct simnic_fake - the bus, what is on it, and the driver's objects
 * @bus: what the driver gets; its card is this structure
 * @test: whose it is
 * @queues: queue pairs
 * @irq: first of the interrupts: one for each vector, then the shared line
 * @pdev: platform device
 * @sn: the driver's adapter, NULL if it refused the card
 * @dev: network device, NULL if there is none
 * @reg: the registers
 * @written: how often each was written
 * @phy: the PHY's registers
 * @phy_error: transfers to it fail
 * @gone: all registers read as ones, writes are ignored
 * @reset_never: RESET does not clear itself
 * @deaf: so many writes are ignored from now on
 * @accesses: of any kind, while @gone
 * @bad: accesses to what can't be a register
 * @quiet: the last transmit doorbell asked for no interrupt
 * @rx_head: next receive descriptor for the card to write, of each queue
 * @tx_head: next transmit descriptor for the card to read, of each queue
 * @read: what reading a register gives, @val being its value; or NULL
 * @doorbell: a tail was written; or NULL
 * @take: shared pages behind a descriptor; or NULL
 * @receive: a frame came, and is the callee's; NULL: it goes to @frames
 * @priv: the test's, for these
 * @frames: frames that the driver delivered
 * @received: how many those were
 * @freed: sent frames that the driver freed
 */
struct simnic_fake {
	struct simnic_bus bus;
	struct kunit *test;
	unsigned int queues;
	int irq;
	struct platform_device *pdev;
	struct simnic *sn;
	struct net_device *dev;

	u32 reg[SIMNIC_REGS_SIZE / 4];
	u32 written[SIMNIC_REGS_SIZE / 4];
	u16 phy[32];
	bool phy_error;
	bool gone;
	bool reset_never;
	unsigned int deaf;
	unsigned long accesses;
	unsigned long bad;
	bool quiet;
	u32 rx_head[SIMNIC_MAX_QUEUES];
	u32 tx_head[SIMNIC_MAX_QUEUES];

	u32 (*read)(struct simnic_fake *f, u32 reg, u32 val);
	void (*doorbell)(struct simnic_fake *f, u32 reg, u32 tail);
	bool (*take)(struct simnic_fake *f, unsigned int q, u32 index,
		     struct simnic_share *share);
	void (*receive)(struct simnic_fake *f, struct sk_buff *skb);
	void *priv;

	struct sk_buff_head frames;
	unsigned long received;
	atomic_long_t freed;
};

/* fake_bus.c */
extern const struct simnic_bus_ops simnic_fake_ops;
void simnic_fake_reset(struct simnic_fake *f);
void *simnic_fake_mem(struct simnic_fake *f, u64 addr, u32 len);

/* fake_dev.c: all of them clean up after themselves at the end of the test */
struct simnic_fake *simnic_fake_alloc(struct kunit *test, unsigned int queues);
void simnic_fake_plug(struct simnic_fake *f);
struct simnic_fake *simnic_fake_create(struct kunit *test, unsigned int queues);
struct simnic_fake *simnic_fake_open(struct kunit *test);

void simnic_fake_unwatched(struct simnic_fake *f);
void simnic_fake_up(struct simnic_fake *f);
void simnic_fake_down(struct simnic_fake *f);
void simnic_fake_set_gro(struct simnic_fake *f, bool on);
void simnic_fake_irq(struct simnic_fake *f, unsigned int vector);
void simnic_fake_poll(struct simnic_fake *f, unsigned int q);

/* fake_card.c: receive */
struct simnic_rx_desc *simnic_fake_rxd(struct simnic_fake *f, unsigned int q, u32 index);
u32 simnic_fake_rx_room(struct simnic_fake *f, unsigned int q);
void simnic_fake_rx_write(struct simnic_fake *f, unsigned int q, u32 index,
			  const struct simnic_rx_wb *wb);
void simnic_fake_rx(struct simnic_fake *f, unsigned int q, const void *data, u32 len,
		    const struct simnic_rx_wb *wb);
long simnic_fake_pages_out(struct simnic_fake *f, unsigned int q);

/* transmit */
struct sk_buff *simnic_fake_skb(struct simnic_fake *f, unsigned int len);
netdev_tx_t simnic_fake_xmit(struct simnic_fake *f, struct sk_buff *skb, bool more);
struct simnic_tx_desc *simnic_fake_txd(struct simnic_fake *f, unsigned int q, u32 index);
u32 simnic_fake_tx_waiting(struct simnic_fake *f, unsigned int q);
u32 simnic_fake_tx_done(struct simnic_fake *f, unsigned int q, u16 flags);

static inline u64 simnic_fake_rx_read(const struct simnic_fake *f, unsigned int q, size_t offset)
{
	const struct simnic_rx_stats *stats = &f->sn->stats->rx[q];

	return simnic_read(&stats->syncp, (const void *)stats + offset);
}

static inline u64 simnic_fake_tx_read(const struct simnic_fake *f, unsigned int q, size_t offset)
{
	const struct simnic_tx_stats *stats = &f->sn->stats->tx[q];

	return simnic_read(&stats->syncp, (const void *)stats + offset);
}

static inline u64 simnic_fake_xmit_read(const struct simnic_fake *f, unsigned int q, size_t offset)
{
	const struct simnic_xmit_stats *stats = &f->sn->stats->xmit[q];

	return simnic_read(&stats->syncp, (const void *)stats + offset);
}

/* A counter of queue @q by the name it has in these structures */
#define simnic_fake_rx_count(f, q, name) \
	simnic_fake_rx_read(f, q, offsetof(struct simnic_rx_stats, name))
#define simnic_fake_tx_count(f, q, name) \
	simnic_fake_tx_read(f, q, offsetof(struct simnic_tx_stats, name))
#define simnic_fake_xmit_count(f, q, name) \
	simnic_fake_xmit_read(f, q, offsetof(struct simnic_xmit_stats, name))

#endif
