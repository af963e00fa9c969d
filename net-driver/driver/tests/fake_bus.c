// SPDX-License-Identifier: GPL-2.0
/* KUnit: the registers of a bus without a card, and the memory that it reaches */
#include <kunit/test.h>
#include <linux/bitfield.h>
#include <linux/dma-direct.h>
#include <linux/etherdevice.h>
#include <linux/platform_device.h>
#include <linux/unaligned.h>

#include "fake_bus.h"

/* -- Registers ------------------------------------------------------------- */

/* RESET leaves identity, status and statistics as they are */
void simnic_fake_reset(struct simnic_fake *f)
{
	static const u8 mac[ETH_ALEN] = SIMNIC_FAKE_MAC;
	u32 status = f->reg[SIMNIC_STATUS / 4];
	unsigned int v;

	memset(&f->reg[SIMNIC_CTRL / 4], 0, SIMNIC_STAT_LO(0) - SIMNIC_CTRL);
	memset(&f->reg[SIMNIC_VEC(0) / 4], 0, SIMNIC_REGS_SIZE - SIMNIC_VEC(0));
	f->reg[SIMNIC_STATUS / 4] = status;
	f->reg[SIMNIC_MAC_LO / 4] = get_unaligned_le32(mac);
	f->reg[SIMNIC_MAC_HI / 4] = get_unaligned_le16(mac + 4);
	for (v = 0; v < SIMNIC_MAX_VECTORS; v++)
		f->reg[SIMNIC_VEC_MASK_SET(v) / 4] = 1;
}

static void simnic_fake_mdic(struct simnic_fake *f, u32 val)
{
	u32 reg = FIELD_GET(SIMNIC_MDIC_REG, val);

	val &= ~(SIMNIC_MDIC_READY | SIMNIC_MDIC_ERROR);
	if (f->phy_error)
		val |= SIMNIC_MDIC_ERROR;
	else if (val & SIMNIC_MDIC_WRITE)
		f->phy[reg] = FIELD_GET(SIMNIC_MDIC_DATA, val);
	else
		val = (val & ~SIMNIC_MDIC_DATA) | f->phy[reg];
	f->reg[SIMNIC_MDIC / 4] = val | SIMNIC_MDIC_READY;
}

static void simnic_fake_wr_vec(struct simnic_fake *f, u32 reg, u32 val)
{
	u32 v = (reg - SIMNIC_VEC(0)) / 0x20;
	u32 *cause = &f->reg[SIMNIC_VEC_CAUSE(v) / 4];
	u32 *mask = &f->reg[SIMNIC_VEC_MASK_SET(v) / 4];

	switch (reg - SIMNIC_VEC(v)) {
	case SIMNIC_VEC_CAUSE(0) - SIMNIC_VEC(0):
		*cause &= ~val;
		break;
	case SIMNIC_VEC_CAUSE_SET(0) - SIMNIC_VEC(0):
		*cause |= val & SIMNIC_CAUSE_ALL;
		break;
	case SIMNIC_VEC_MASK_SET(0) - SIMNIC_VEC(0):
		*mask |= val & 1;
		break;
	case SIMNIC_VEC_MASK_CLR(0) - SIMNIC_VEC(0):
		*mask &= ~(val & 1);
		break;
	default:
		f->reg[reg / 4] = val;
	}
}

/* ENABLE starts a ring at index 0 */
static void simnic_fake_wr_queue(struct simnic_fake *f, u32 reg, u32 val)
{
	bool rx = reg >= SIMNIC_RXQ(0);
	u32 q = (reg & 0x3fff) / 0x80, old = f->reg[reg / 4];
	u32 base = rx ? SIMNIC_RXQ(q) : SIMNIC_TXQ(q), *status;

	if (reg == base + SIMNIC_TXQ_HEAD(0) - SIMNIC_TXQ(0) ||
	    reg == base + SIMNIC_TXQ_STATUS(0) - SIMNIC_TXQ(0))
		return;
	/* a halted queue goes on; ENABLE is left as it is */
	status = &f->reg[(base + SIMNIC_TXQ_STATUS(0) - SIMNIC_TXQ(0)) / 4];
	if (reg == base + SIMNIC_TXQ_CTRL(0) - SIMNIC_TXQ(0) && val & SIMNIC_Q_CTRL_RESUME) {
		*status &= ~SIMNIC_Q_STATUS_HALTED;
		return;
	}
	f->reg[reg / 4] = val;
	if (reg != base + SIMNIC_TXQ_CTRL(0) - SIMNIC_TXQ(0) || q >= SIMNIC_MAX_QUEUES)
		return;
	*status = val & SIMNIC_Q_CTRL_ENABLE;
	if (!(val & ~old & SIMNIC_Q_CTRL_ENABLE))
		return;
	f->reg[(base + SIMNIC_TXQ_TAIL(0) - SIMNIC_TXQ(0)) / 4] = 0;
	if (rx)
		f->rx_head[q] = 0;
	else
		f->tx_head[q] = 0;
}

static void simnic_fake_write(struct simnic_fake *f, u32 reg, u32 val)
{
	if (reg == SIMNIC_CTRL && val & SIMNIC_CTRL_RESET) {
		simnic_fake_reset(f);
		if (f->reset_never)
			f->reg[reg / 4] = val;
	} else if (reg == SIMNIC_MDIC) {
		simnic_fake_mdic(f, val);
	} else if (reg >= SIMNIC_TXQ(0)) {
		simnic_fake_wr_queue(f, reg, val);
	} else if (reg >= SIMNIC_VEC(0)) {
		simnic_fake_wr_vec(f, reg, val);
	} else if (reg >= SIMNIC_CTRL && reg < SIMNIC_STAT_LO(0) && reg != SIMNIC_STATUS &&
		   reg != SIMNIC_ISR) {
		f->reg[reg / 4] = val;
	}
}

/* Is there something to be read or written? */
static bool simnic_fake_access(struct simnic_fake *f, u32 reg)
{
	if (reg >= SIMNIC_REGS_SIZE || reg % 4) {
		f->bad++;
		return false;
	}
	if (f->gone)
		f->accesses++;
	return !f->gone;
}

static u32 simnic_fake_rd32(void *card, u32 reg)
{
	struct simnic_fake *f = card;
	u32 val;

	if (!simnic_fake_access(f, reg))
		return U32_MAX;
	val = f->reg[reg / 4];
	/* where the card has got to */
	if (reg >= SIMNIC_TXQ(0) && reg < SIMNIC_TXQ(SIMNIC_MAX_QUEUES) &&
	    reg % 0x80 == SIMNIC_TXQ_HEAD(0) - SIMNIC_TXQ(0))
		val = f->tx_head[(reg - SIMNIC_TXQ(0)) / 0x80];
	if (reg >= SIMNIC_RXQ(0) && reg < SIMNIC_RXQ(SIMNIC_MAX_QUEUES) &&
	    reg % 0x80 == SIMNIC_RXQ_HEAD(0) - SIMNIC_RXQ(0))
		val = f->rx_head[(reg - SIMNIC_RXQ(0)) / 0x80];
	return f->read ? f->read(f, reg, val) : val;
}

static void simnic_fake_wr32(void *card, u32 reg, u32 val)
{
	struct simnic_fake *f = card;

	if (!simnic_fake_access(f, reg))
		return;
	f->written[reg / 4]++;
	if (f->deaf)
		f->deaf--;
	else
		simnic_fake_write(f, reg, val);
}

static void simnic_fake_doorbell(void *card, u32 reg, u32 tail)
{
	struct simnic_fake *f = card;

	if (reg < SIMNIC_RXQ(0))
		f->quiet = tail & SIMNIC_TXQ_TAIL_QUIET;
	tail &= ~SIMNIC_TXQ_TAIL_QUIET;
	simnic_fake_wr32(card, reg, tail);
	if (f->doorbell && !f->gone)
		f->doorbell(f, reg, tail);
}

static bool simnic_fake_take(void *card, unsigned int q, u32 index, struct simnic_share *share)
{
	struct simnic_fake *f = card;

	return f->take && f->take(f, q, index, share);
}

const struct simnic_bus_ops simnic_fake_ops = {
	.rd32 = simnic_fake_rd32,
	.wr32 = simnic_fake_wr32,
	.doorbell = simnic_fake_doorbell,
	.take = simnic_fake_take,
};

/* -- Memory ----------------------------------------------------------------- */

/* NULL if the driver gave an address that is none */
void *simnic_fake_mem(struct simnic_fake *f, u64 addr, u32 len)
{
	phys_addr_t phys = dma_to_phys(&f->pdev->dev, addr);

	if (!len || !pfn_valid(PHYS_PFN(phys)) || !pfn_valid(PHYS_PFN(phys + len - 1)))
		return NULL;
	return phys_to_virt(phys);
}
