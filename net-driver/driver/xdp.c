// SPDX-License-Identifier: GPL-2.0
/*
 * XDP: programs come and go. With the first one the rings are exchanged for such
 * that suit programs, and the card stops making super-frames and sharing pages;
 * after that another program takes over between two frames.
 */
#include <linux/bpf.h>
#include <linux/etherdevice.h>
#include <linux/filter.h>
#include <linux/if_vlan.h>

#include "rx.h"
#include "simnic.h"
#include "stats.h"
#include "tx.h"

/**
 * simnic_xdp_mtu_ok() - can the program have all frames of that size?
 * @prog: the program, NULL for none
 * @mtu: of the network device
 *
 * Context: process, RTNL.
 * Return: false if it wants frames in one piece, and they don't fit into a buffer.
 */
bool simnic_xdp_mtu_ok(const struct bpf_prog *prog, unsigned int mtu)
{
	return !prog || prog->aux->xdp_has_frags ||
	       mtu + ETH_HLEN + VLAN_HLEN <= simnic_rx_buf_size();
}

/* What programs can't have: super-frames, and pages that may not be written to */
static void simnic_xdp_restrict(struct simnic *sn, bool xdp)
{
	sn->xdp = xdp;
	simnic_card_set_sharing(sn, sn->sharing);
	netdev_update_features(sn->netdev);
}

static int simnic_xdp_exchange_rings(struct simnic *sn, bool xdp, struct netlink_ext_ack *extack)
{
	struct simnic_params params = sn->params;

	if (params.xdp == xdp)
		return 0;
	params.xdp = xdp;
	return simnic_reconfigure(sn, &params, extack);
}

/* The first program */
static int simnic_xdp_begin(struct simnic *sn, struct netlink_ext_ack *extack)
{
	int err;

	if (!netif_device_present(sn->netdev)) {
		NL_SET_ERR_MSG_MOD(extack, "the card is gone or asleep");
		return -ENODEV;
	}
	simnic_xdp_restrict(sn, true);
	err = simnic_xdp_exchange_rings(sn, true, extack);
	if (err)
		simnic_xdp_restrict(sn, sn->params.xdp);
	return err;
}

/* No program any more. Without memory for other rings, these will do. */
static void simnic_xdp_end(struct simnic *sn)
{
	if (!netif_device_present(sn->netdev))
		return;
	simnic_xdp_exchange_rings(sn, false, NULL);
	simnic_xdp_restrict(sn, sn->params.xdp);
}

/**
 * simnic_xdp_settle() - a program may have gone while the device was detached
 * @sn: adapter, whose device is attached again
 *
 * Context: process, RTNL.
 */
void simnic_xdp_settle(struct simnic *sn)
{
	if (sn->params.xdp && !rcu_access_pointer(sn->xdp_prog))
		simnic_xdp_end(sn);
}

/**
 * simnic_xdp_forget() - the next rings are such as suit what there is
 * @sn: adapter, which is going down
 *
 * Context: process, RTNL.
 */
void simnic_xdp_forget(struct simnic *sn)
{
	if (rcu_access_pointer(sn->xdp_prog) || !sn->params.xdp)
		return;
	sn->params.xdp = false;
	simnic_xdp_restrict(sn, false);
}

static int simnic_xdp_setup(struct net_device *dev, struct bpf_prog *prog,
			    struct netlink_ext_ack *extack)
{
	struct simnic *sn = simnic_from_netdev(dev);
	struct bpf_prog *old = rtnl_dereference(sn->xdp_prog);
	int err;

	if (!simnic_xdp_mtu_ok(prog, dev->mtu)) {
		NL_SET_ERR_MSG_FMT_MOD(extack, "MTU %u at most, or a program for more buffers",
				       simnic_rx_buf_size() - ETH_HLEN - VLAN_HLEN);
		return -EOPNOTSUPP;
	}
	if (prog && !old) {
		err = simnic_xdp_begin(sn, extack);
		if (err)
			return err;
	}
	rcu_assign_pointer(sn->xdp_prog, prog);
	if (old)
		bpf_prog_put(old);
	if (old && !prog)
		simnic_xdp_end(sn);
	return 0;
}

/**
 * simnic_bpf() - what the stack asks of XDP
 * @dev: the network device
 * @bpf: what it is
 *
 * Context: process, RTNL.
 * Return: 0 or a negative error, and the program before is kept.
 */
int simnic_bpf(struct net_device *dev, struct netdev_bpf *bpf)
{
	switch (bpf->command) {
	case XDP_SETUP_PROG:
		return simnic_xdp_setup(dev, bpf->prog, bpf->extack);
	default:
		return -EINVAL;
	}
}

/**
 * simnic_xdp_xmit() - send frames that were redirected here
 * @dev: the network device
 * @n: how many
 * @frames: the frames
 * @flags: XDP_XMIT_FLUSH, without which the doorbell is rung as well: it is for a
 *	bundle in any case
 *
 * Each processor has its queue, which it may have to share with the stack and
 * with other processors.
 *
 * Context: softirq.
 * Return: how many were taken, or a negative error; the others are the caller's.
 */
int simnic_xdp_xmit(struct net_device *dev, int n, struct xdp_frame **frames, u32 flags)
{
	unsigned int q = smp_processor_id() % dev->real_num_tx_queues;
	struct netdev_queue *txq = netdev_get_tx_queue(dev, q);
	struct simnic *sn = simnic_from_netdev(dev);
	struct simnic_xmit_stats *stats = &sn->stats->xmit[q];
	struct simnic_queues *qs;
	int sent = 0;

	if (unlikely(flags & ~XDP_XMIT_FLAGS_MASK))
		return -EINVAL;

	__netif_tx_lock(txq, smp_processor_id());
	qs = rcu_dereference_bh(sn->xdp_queues);
	if (likely(qs && q < qs->params.channels && netif_carrier_ok(dev)))
		sent = simnic_txxdp_xmit(qs->tx[q], frames, n);
	u64_stats_update_begin(&stats->syncp);
	u64_stats_add(&stats->xdp_xmit, sent);
	u64_stats_add(&stats->xdp_xmit_errors, n - sent);
	u64_stats_update_end(&stats->syncp);
	__netif_tx_unlock(txq);
	return sent;
}
