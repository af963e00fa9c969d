// SPDX-License-Identifier: GPL-2.0
/* ethtool: what has no file of its own */
#include <linux/ethtool.h>
#include <linux/log2.h>
#include <linux/netlink.h>

#include "rx.h"
#include "simnic.h"
#include "stats.h"
#include "tx.h"

enum {
	SIMNIC_PRIV_LEGACY_IRQ,
	SIMNIC_PRIV_SHARING,
	SIMNIC_PRIV_TX_IRQS,
	SIMNIC_PRIV_TX_POSTED,
};

static const char simnic_priv_flags[][ETH_GSTRING_LEN] = {
	[SIMNIC_PRIV_LEGACY_IRQ] = "legacy-irq",
	[SIMNIC_PRIV_SHARING] = "page-sharing",
	[SIMNIC_PRIV_TX_IRQS] = "tx-interrupts",
	[SIMNIC_PRIV_TX_POSTED] = "tx-posted",
};

static void simnic_get_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	struct simnic *sn = simnic_from_netdev(dev);

	strscpy(info->driver, SIMNIC_NAME, sizeof(info->driver));
	strscpy(info->bus_info, dev_name(sn->dev), sizeof(info->bus_info));
	snprintf(info->fw_version, sizeof(info->fw_version), "rev %u",
		 simnic_rd32(sn, SIMNIC_REV));
}

static u32 simnic_get_msglevel(struct net_device *dev)
{
	return simnic_from_netdev(dev)->msg_enable;
}

static void simnic_set_msglevel(struct net_device *dev, u32 level)
{
	simnic_from_netdev(dev)->msg_enable = level;
}

/* -- ethtool -d ------------------------------------------------------------ */

/* The areas of the register file that a dump shows, one after the other */
static const struct {
	u32 start;
	u32 end;
} simnic_reg_dump[] = {
	{ SIMNIC_ID, SIMNIC_ISR + 4 },
	{ SIMNIC_MAC_LO, SIMNIC_MAC_HI + 4 },
	{ SIMNIC_UC_LO(0), SIMNIC_UC_LO(SIMNIC_UC_FILTERS) },
	{ SIMNIC_MC_HASH(0), SIMNIC_MC_HASH(128) },
	{ SIMNIC_VLAN_FILTER(0), SIMNIC_VLAN_FILTER(128) },
	{ SIMNIC_RSS_KEY(0), SIMNIC_RSS_KEY(10) },
	{ SIMNIC_RSS_TABLE(0), SIMNIC_RSS_TABLE(64) },
};

#define SIMNIC_DUMP_VEC		8	/* words of a vector */
#define SIMNIC_DUMP_QUEUE	8	/* words of a queue */

/**
 * simnic_dump_size() - size of a register dump
 * @sn: adapter
 *
 * Return: bytes.
 */
unsigned int simnic_dump_size(struct simnic *sn)
{
	unsigned int i, words = 0;

	for (i = 0; i < ARRAY_SIZE(simnic_reg_dump); i++)
		words += (simnic_reg_dump[i].end - simnic_reg_dump[i].start) / 4;
	words += (sn->max_queues + 1) * SIMNIC_DUMP_VEC;
	words += sn->max_queues * 2 * SIMNIC_DUMP_QUEUE;
	return words * 4;
}

static u32 *simnic_dump_area(struct simnic *sn, u32 start, u32 end, u32 *p)
{
	for (; start < end; start += 4) {
		/* not in the register file */
		if (start == 0x002c)
			*p++ = 0;
		else
			*p++ = simnic_rd32(sn, start);
	}
	return p;
}

/**
 * simnic_dump_regs() - read the registers
 * @sn: adapter
 * @p: where to, simnic_dump_size() bytes
 *
 * Context: process, RTNL.
 */
void simnic_dump_regs(struct simnic *sn, u32 *p)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(simnic_reg_dump); i++)
		p = simnic_dump_area(sn, simnic_reg_dump[i].start,
				     simnic_reg_dump[i].end, p);
	for (i = 0; i <= sn->max_queues; i++)
		p = simnic_dump_area(sn, SIMNIC_VEC(i),
				     SIMNIC_VEC(i) + SIMNIC_DUMP_VEC * 4, p);
	for (i = 0; i < sn->max_queues; i++) {
		p = simnic_dump_area(sn, SIMNIC_TXQ(i),
				     SIMNIC_TXQ(i) + SIMNIC_DUMP_QUEUE * 4, p);
		p = simnic_dump_area(sn, SIMNIC_RXQ(i),
				     SIMNIC_RXQ(i) + SIMNIC_DUMP_QUEUE * 4, p);
	}
}

static int simnic_get_regs_len(struct net_device *dev)
{
	return simnic_dump_size(simnic_from_netdev(dev));
}

static void simnic_get_regs(struct net_device *dev, struct ethtool_regs *regs, void *data)
{
	struct simnic *sn = simnic_from_netdev(dev);

	regs->version = simnic_rd32(sn, SIMNIC_REV);
	simnic_dump_regs(sn, data);
}

/* -- ethtool -g, -G, -l, -L -------------------------------------------------- */

static void simnic_get_ringparam(struct net_device *dev, struct ethtool_ringparam *rp,
				 struct kernel_ethtool_ringparam *krp,
				 struct netlink_ext_ack *extack)
{
	struct simnic *sn = simnic_from_netdev(dev);

	rp->rx_max_pending = SIMNIC_RING_MAX;
	rp->tx_max_pending = SIMNIC_RING_MAX;
	rp->rx_pending = sn->params.rx_len;
	rp->tx_pending = sn->params.tx_len;
}

static bool simnic_ring_len_ok(u32 len)
{
	return is_power_of_2(len) && len >= SIMNIC_RING_MIN && len <= SIMNIC_RING_MAX;
}

static int simnic_set_ringparam(struct net_device *dev, struct ethtool_ringparam *rp,
				struct kernel_ethtool_ringparam *krp,
				struct netlink_ext_ack *extack)
{
	struct simnic *sn = simnic_from_netdev(dev);
	struct simnic_params params = sn->params;

	if (rp->rx_mini_pending || rp->rx_jumbo_pending ||
	    !simnic_ring_len_ok(rp->rx_pending) || !simnic_ring_len_ok(rp->tx_pending)) {
		NL_SET_ERR_MSG_FMT_MOD(extack, "rings are powers of two from %d to %d",
				       SIMNIC_RING_MIN, SIMNIC_RING_MAX);
		return -EINVAL;
	}
	params.rx_len = rp->rx_pending;
	params.tx_len = rp->tx_pending;
	return simnic_reconfigure(sn, &params, extack);
}

static void simnic_get_channels(struct net_device *dev, struct ethtool_channels *ch)
{
	struct simnic *sn = simnic_from_netdev(dev);

	ch->max_combined = sn->max_queues;
	ch->combined_count = sn->params.channels;
}

/* The core has checked the limits, and that the RSS table still fits */
static int simnic_set_channels(struct net_device *dev, struct ethtool_channels *ch)
{
	struct simnic *sn = simnic_from_netdev(dev);
	struct simnic_params params = sn->params;

	params.channels = ch->combined_count;
	return simnic_reconfigure(sn, &params, NULL);
}

/* -- Strings and private flags ------------------------------------------------ */

static int simnic_get_sset_count(struct net_device *dev, int set)
{
	switch (set) {
	case ETH_SS_STATS:
		return simnic_stats_count(simnic_from_netdev(dev));
	case ETH_SS_TEST:
		return simnic_selftest_count();
	case ETH_SS_PRIV_FLAGS:
		return ARRAY_SIZE(simnic_priv_flags);
	default:
		return -EOPNOTSUPP;
	}
}

static void simnic_get_strings(struct net_device *dev, u32 set, u8 *data)
{
	switch (set) {
	case ETH_SS_STATS:
		simnic_stats_strings(simnic_from_netdev(dev), &data);
		break;
	case ETH_SS_TEST:
		simnic_selftest_strings(&data);
		break;
	case ETH_SS_PRIV_FLAGS:
		memcpy(data, simnic_priv_flags, sizeof(simnic_priv_flags));
		break;
	}
}

static u32 simnic_get_priv_flags(struct net_device *dev)
{
	struct simnic *sn = simnic_from_netdev(dev);

	return (sn->intx ? BIT(SIMNIC_PRIV_LEGACY_IRQ) : 0) |
	       (sn->sharing ? BIT(SIMNIC_PRIV_SHARING) : 0) |
	       (sn->tx_irqs ? BIT(SIMNIC_PRIV_TX_IRQS) : 0) |
	       (sn->tx_posted ? BIT(SIMNIC_PRIV_TX_POSTED) : 0);
}

static int simnic_set_priv_flags(struct net_device *dev, u32 flags)
{
	struct simnic *sn = simnic_from_netdev(dev);
	bool sharing = sn->sharing;
	int err;

	err = simnic_card_set_sharing(sn, flags & BIT(SIMNIC_PRIV_SHARING));
	if (err)
		return err;
	err = simnic_irq_set_mode(sn, flags & BIT(SIMNIC_PRIV_LEGACY_IRQ));
	if (err) {
		simnic_card_set_sharing(sn, sharing);
		return err;
	}
	WRITE_ONCE(sn->tx_irqs, flags & BIT(SIMNIC_PRIV_TX_IRQS));
	WRITE_ONCE(sn->tx_posted, flags & BIT(SIMNIC_PRIV_TX_POSTED));
	return 0;
}

/* -- ethtool --get-tunable, --set-tunable ------------------------------------- */

static int simnic_get_tunable(struct net_device *dev, const struct ethtool_tunable *tuna,
			      void *data)
{
	struct simnic *sn = simnic_from_netdev(dev);

	switch (tuna->id) {
	case ETHTOOL_RX_COPYBREAK:
		*(u32 *)data = sn->rx_copybreak;
		return 0;
	case ETHTOOL_TX_COPYBREAK:
		*(u32 *)data = sn->tx_copybreak;
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

static int simnic_set_tunable(struct net_device *dev, const struct ethtool_tunable *tuna,
			      const void *data)
{
	struct simnic *sn = simnic_from_netdev(dev);
	u32 max, *copybreak;

	switch (tuna->id) {
	case ETHTOOL_RX_COPYBREAK:
		copybreak = &sn->rx_copybreak;
		max = SIMNIC_RX_COPY_MAX;
		break;
	case ETHTOOL_TX_COPYBREAK:
		copybreak = &sn->tx_copybreak;
		max = SIMNIC_TX_COPY_MAX;
		break;
	default:
		return -EOPNOTSUPP;
	}
	/* of this type, as the core has checked */
	if (*(const u32 *)data > max)
		return -EINVAL;
	WRITE_ONCE(*copybreak, *(const u32 *)data);
	return 0;
}

const struct ethtool_ops simnic_ethtool_ops = {
	.supported_coalesce_params = ETHTOOL_COALESCE_USECS |
				     ETHTOOL_COALESCE_MAX_FRAMES |
				     ETHTOOL_COALESCE_USE_ADAPTIVE_RX,
	.get_drvinfo		= simnic_get_drvinfo,
	.get_msglevel		= simnic_get_msglevel,
	.set_msglevel		= simnic_set_msglevel,
	.get_regs_len		= simnic_get_regs_len,
	.get_regs		= simnic_get_regs,
	.get_link		= ethtool_op_get_link,
	.nway_reset		= simnic_nway_reset,
	.get_link_ksettings	= simnic_get_link_ksettings,
	.set_link_ksettings	= simnic_set_link_ksettings,
	.get_pauseparam		= simnic_get_pauseparam,
	.set_pauseparam		= simnic_set_pauseparam,
	.get_pause_stats	= simnic_get_pause_stats,
	.get_coalesce		= simnic_get_coalesce,
	.set_coalesce		= simnic_set_coalesce,
	.get_per_queue_coalesce	= simnic_get_per_queue_coalesce,
	.set_per_queue_coalesce	= simnic_set_per_queue_coalesce,
	.get_ringparam		= simnic_get_ringparam,
	.set_ringparam		= simnic_set_ringparam,
	.get_channels		= simnic_get_channels,
	.set_channels		= simnic_set_channels,
	.get_rx_ring_count	= simnic_get_rx_ring_count,
	.get_rxfh_key_size	= simnic_get_rxfh_key_size,
	.get_rxfh_indir_size	= simnic_get_rxfh_indir_size,
	.get_rxfh		= simnic_get_rxfh,
	.set_rxfh		= simnic_set_rxfh,
	.get_rxfh_fields	= simnic_get_rxfh_fields,
	.set_rxfh_fields	= simnic_set_rxfh_fields,
	.get_sset_count		= simnic_get_sset_count,
	.get_strings		= simnic_get_strings,
	.get_ethtool_stats	= simnic_get_ethtool_stats,
	.get_eth_mac_stats	= simnic_get_eth_mac_stats,
	.get_eth_ctrl_stats	= simnic_get_eth_ctrl_stats,
	.get_rmon_stats		= simnic_get_rmon_stats,
	.get_ts_info		= ethtool_op_get_ts_info,
	.get_priv_flags		= simnic_get_priv_flags,
	.set_priv_flags		= simnic_set_priv_flags,
	.get_tunable		= simnic_get_tunable,
	.set_tunable		= simnic_set_tunable,
	.self_test		= simnic_self_test,
};
