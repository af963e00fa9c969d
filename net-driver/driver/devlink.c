// SPDX-License-Identifier: GPL-2.0
/*
 * devlink: what the card is, how it is (health reporters for transmit, receive,
 * and the card as a whole), and to have it started anew.
 *
 * devlink's lock is outside of RTNL. Cards come to be under RTNL, though; but who
 * is the first to lock an instance does not have to wait for it.
 */
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/devlink.h>

#include "rx.h"
#include "simnic.h"
#include "stats.h"
#include "tx.h"

/**
 * struct simnic_devlink - private part of the devlink instance
 * @sn: adapter
 */
struct simnic_devlink {
	struct simnic *sn;
};

/* -- Health -------------------------------------------------------------------- */

static int simnic_tx_recover(struct devlink_health_reporter *reporter, void *ctx,
			     struct netlink_ext_ack *extack)
{
	static const struct simnic_trouble all = { .tx = ~0UL, .by_user = true };

	return simnic_health_recover(devlink_health_reporter_priv(reporter), ctx ?: &all);
}

static int simnic_rx_recover(struct devlink_health_reporter *reporter, void *ctx,
			     struct netlink_ext_ack *extack)
{
	static const struct simnic_trouble all = { .rx = ~0UL, .by_user = true };

	return simnic_health_recover(devlink_health_reporter_priv(reporter), ctx ?: &all);
}

static int simnic_fatal_recover(struct devlink_health_reporter *reporter, void *ctx,
				struct netlink_ext_ack *extack)
{
	static const struct simnic_trouble all = { .reset = true, .by_user = true };
	int err = simnic_health_recover(devlink_health_reporter_priv(reporter), ctx ?: &all);

	if (err == -ENODEV)
		NL_SET_ERR_MSG(extack, "the card is gone");
	return err;
}

static void simnic_tx_show(struct devlink_fmsg *fmsg, struct simnic_vector *vec)
{
	struct simnic_tx_ring *ring = vec->tx;
	struct simnic *sn = vec->sn;

	devlink_fmsg_u32_pair_put(fmsg, "head", READ_ONCE(ring->head));
	devlink_fmsg_u32_pair_put(fmsg, "tail", READ_ONCE(ring->tail));
	devlink_fmsg_u32_pair_put(fmsg, "card head", simnic_rd32(sn, SIMNIC_TXQ_HEAD(vec->idx)));
	devlink_fmsg_u32_pair_put(fmsg, "card tail", simnic_rd32(sn, SIMNIC_TXQ_TAIL(vec->idx)));
	devlink_fmsg_u32_pair_put(fmsg, "status", simnic_rd32(sn, SIMNIC_TXQ_STATUS(vec->idx)));
	devlink_fmsg_bool_pair_put(fmsg, "stopped", netif_tx_queue_stopped(ring->txq));
}

static void simnic_rx_show(struct devlink_fmsg *fmsg, struct simnic_vector *vec)
{
	struct simnic_rx_ring *ring = vec->rx;
	struct simnic *sn = vec->sn;

	devlink_fmsg_u32_pair_put(fmsg, "head", READ_ONCE(ring->head));
	devlink_fmsg_u32_pair_put(fmsg, "tail", READ_ONCE(ring->told));
	devlink_fmsg_u32_pair_put(fmsg, "card head", simnic_rd32(sn, SIMNIC_RXQ_HEAD(vec->idx)));
	devlink_fmsg_u32_pair_put(fmsg, "card tail", simnic_rd32(sn, SIMNIC_RXQ_TAIL(vec->idx)));
	devlink_fmsg_u32_pair_put(fmsg, "status", simnic_rd32(sn, SIMNIC_RXQ_STATUS(vec->idx)));
	devlink_fmsg_bool_pair_put(fmsg, "polling", test_bit(NAPI_STATE_SCHED, &vec->napi.state));
}

static void simnic_vector_show(struct devlink_fmsg *fmsg, struct simnic_vector *vec)
{
	unsigned int v = SIMNIC_QUEUE_VECTOR(vec->idx);
	struct simnic *sn = vec->sn;

	devlink_fmsg_u32_pair_put(fmsg, "irq", vec->irq);
	devlink_fmsg_u32_pair_put(fmsg, "cause", simnic_rd32(sn, SIMNIC_VEC_CAUSE(v)));
	devlink_fmsg_u32_pair_put(fmsg, "mask", simnic_rd32(sn, SIMNIC_VEC_MASK_SET(v)));
	devlink_fmsg_u32_pair_put(fmsg, "fired", simnic_rd32(sn, SIMNIC_VEC_FIRED(v)));
	devlink_fmsg_u64_pair_put(fmsg, "taken", READ_ONCE(vec->irqs));
}

/* All queues of a direction, and their vectors */
static int simnic_queues_show(struct devlink_health_reporter *reporter, struct devlink_fmsg *fmsg,
			      void (*show)(struct devlink_fmsg *fmsg, struct simnic_vector *vec))
{
	struct simnic *sn = devlink_health_reporter_priv(reporter);
	unsigned int i;

	rtnl_lock();
	devlink_fmsg_arr_pair_nest_start(fmsg, "queues");
	for (i = 0; sn->queues && i < sn->queues->params.channels; i++) {
		devlink_fmsg_obj_nest_start(fmsg);
		devlink_fmsg_u32_pair_put(fmsg, "queue", i);
		show(fmsg, &sn->vec[i]);
		simnic_vector_show(fmsg, &sn->vec[i]);
		devlink_fmsg_obj_nest_end(fmsg);
	}
	devlink_fmsg_arr_pair_nest_end(fmsg);
	rtnl_unlock();
	return 0;
}

static int simnic_tx_diagnose(struct devlink_health_reporter *reporter, struct devlink_fmsg *fmsg,
			      struct netlink_ext_ack *extack)
{
	return simnic_queues_show(reporter, fmsg, simnic_tx_show);
}

static int simnic_tx_dump(struct devlink_health_reporter *reporter, struct devlink_fmsg *fmsg,
			  void *ctx, struct netlink_ext_ack *extack)
{
	return simnic_queues_show(reporter, fmsg, simnic_tx_show);
}

static int simnic_rx_diagnose(struct devlink_health_reporter *reporter, struct devlink_fmsg *fmsg,
			      struct netlink_ext_ack *extack)
{
	return simnic_queues_show(reporter, fmsg, simnic_rx_show);
}

static int simnic_rx_dump(struct devlink_health_reporter *reporter, struct devlink_fmsg *fmsg,
			  void *ctx, struct netlink_ext_ack *extack)
{
	return simnic_queues_show(reporter, fmsg, simnic_rx_show);
}

static int simnic_fatal_diagnose(struct devlink_health_reporter *reporter,
				 struct devlink_fmsg *fmsg, struct netlink_ext_ack *extack)
{
	struct simnic *sn = devlink_health_reporter_priv(reporter);

	rtnl_lock();
	devlink_fmsg_bool_pair_put(fmsg, "gone", READ_ONCE(sn->gone));
	devlink_fmsg_bool_pair_put(fmsg, "given up", sn->health.failed);
	devlink_fmsg_bool_pair_put(fmsg, "reset put off", sn->health.postponed);
	devlink_fmsg_u32_pair_put(fmsg, "resets in a row", sn->health.streak);
	devlink_fmsg_u32_pair_put(fmsg, "control", simnic_rd32(sn, SIMNIC_CTRL));
	devlink_fmsg_u32_pair_put(fmsg, "status", simnic_rd32(sn, SIMNIC_STATUS));
	rtnl_unlock();
	return 0;
}

/* The registers, as ethtool -d has them */
static int simnic_fatal_dump(struct devlink_health_reporter *reporter, struct devlink_fmsg *fmsg,
			     void *ctx, struct netlink_ext_ack *extack)
{
	struct simnic *sn = devlink_health_reporter_priv(reporter);
	unsigned int size = simnic_dump_size(sn);
	u32 *regs = kvmalloc(size, GFP_KERNEL);

	if (!regs)
		return -ENOMEM;
	rtnl_lock();
	simnic_dump_regs(sn, regs);
	rtnl_unlock();
	devlink_fmsg_binary_pair_put(fmsg, "registers", regs, size);
	kvfree(regs);
	return 0;
}

/* A device that is being deleted has no work scheduled any more */
static int simnic_test(struct simnic *sn, enum simnic_reporter reporter)
{
	int err = 0;

	rtnl_lock();
	if (sn->removing)
		err = -ENODEV;
	else
		simnic_health_test(sn, reporter);
	rtnl_unlock();
	return err;
}

static int simnic_tx_test(struct devlink_health_reporter *reporter, struct netlink_ext_ack *extack)
{
	return simnic_test(devlink_health_reporter_priv(reporter), SIMNIC_REPORTER_TX);
}

static int simnic_rx_test(struct devlink_health_reporter *reporter, struct netlink_ext_ack *extack)
{
	return simnic_test(devlink_health_reporter_priv(reporter), SIMNIC_REPORTER_RX);
}

static int simnic_fatal_test(struct devlink_health_reporter *reporter,
			     struct netlink_ext_ack *extack)
{
	return simnic_test(devlink_health_reporter_priv(reporter), SIMNIC_REPORTER_FATAL);
}

static const struct devlink_health_reporter_ops simnic_reporter_ops[SIMNIC_REPORTERS] = {
	[SIMNIC_REPORTER_TX] = {
		.name = "tx",
		.recover = simnic_tx_recover,
		.diagnose = simnic_tx_diagnose,
		.dump = simnic_tx_dump,
		.test = simnic_tx_test,
	},
	[SIMNIC_REPORTER_RX] = {
		.name = "rx",
		.recover = simnic_rx_recover,
		.diagnose = simnic_rx_diagnose,
		.dump = simnic_rx_dump,
		.test = simnic_rx_test,
	},
	[SIMNIC_REPORTER_FATAL] = {
		.name = "fatal",
		.recover = simnic_fatal_recover,
		.diagnose = simnic_fatal_diagnose,
		.dump = simnic_fatal_dump,
		.test = simnic_fatal_test,
	},
};

/**
 * simnic_devlink_report() - report trouble, and have it recovered
 * @sn: adapter
 * @reporter: whose trouble it is
 * @msg: in words
 * @trouble: what is wrong
 *
 * Whether it is recovered by itself is the user's choice (devlink health set).
 *
 * Context: process, without RTNL and devlink's lock.
 * Return: 0, or why there was no recovery.
 */
int simnic_devlink_report(struct simnic *sn, enum simnic_reporter reporter, const char *msg,
			  struct simnic_trouble *trouble)
{
	int err;

	if (!sn->reporter[reporter])
		return simnic_health_recover(sn, trouble);
	err = devlink_health_report(sn->reporter[reporter], msg, trouble);
	if (err)
		set_bit(reporter, &sn->health.reported);
	return err;
}

/**
 * simnic_devlink_recovered() - what was in vain at first has been done
 * @sn: adapter
 *
 * devlink does not try on its own a second time before it knows.
 *
 * Context: process.
 */
void simnic_devlink_recovered(struct simnic *sn)
{
	unsigned long reported = xchg(&sn->health.reported, 0);
	unsigned int i;

	for_each_set_bit(i, &reported, SIMNIC_REPORTERS) {
		if (!sn->reporter[i])
			continue;
		devlink_health_reporter_recovery_done(sn->reporter[i]);
		devlink_health_reporter_state_update(sn->reporter[i],
						     DEVLINK_HEALTH_REPORTER_STATE_HEALTHY);
	}
}

/* -- The instance ---------------------------------------------------------------- */

static struct simnic *simnic_from_devlink(struct devlink *devlink)
{
	return ((struct simnic_devlink *)devlink_priv(devlink))->sn;
}

static int simnic_info_get(struct devlink *devlink, struct devlink_info_req *req,
			   struct netlink_ext_ack *extack)
{
	struct simnic *sn = simnic_from_devlink(devlink);
	char text[3 * ETH_ALEN];
	u32 rev = 0;
	int err = 0;

	/* a card found to be gone has work scheduled */
	rtnl_lock();
	if (sn->removing)
		err = -ENODEV;
	else
		rev = simnic_rd32(sn, SIMNIC_REV);
	rtnl_unlock();
	if (err)
		return err;

	snprintf(text, sizeof(text), "%pM", sn->netdev->perm_addr);
	err = devlink_info_serial_number_put(req, text);
	if (err)
		return err;
	snprintf(text, sizeof(text), "%u", rev);
	return devlink_info_version_fixed_put(req, DEVLINK_INFO_VERSION_GENERIC_ASIC_REV, text);
}

/* What was accepted is sent, then the card is stopped */
static int simnic_reload_down(struct devlink *devlink, bool netns_change,
			      enum devlink_reload_action action, enum devlink_reload_limit limit,
			      struct netlink_ext_ack *extack)
{
	struct simnic *sn = simnic_from_devlink(devlink);
	int err = 0;

	rtnl_lock();
	if (sn->removing) {
		err = -ENODEV;
	} else if (READ_ONCE(sn->gone)) {
		NL_SET_ERR_MSG(extack, "the card is gone; devlink health recover, if it is back");
		err = -ENODEV;
	} else {
		simnic_sleep(sn);
	}
	rtnl_unlock();
	return err;
}

static int simnic_reload_up(struct devlink *devlink, enum devlink_reload_action action,
			    enum devlink_reload_limit limit, u32 *actions_performed,
			    struct netlink_ext_ack *extack)
{
	struct simnic *sn = simnic_from_devlink(devlink);
	int err = 0;

	rtnl_lock();
	/* it may have been deleted meanwhile */
	if (!sn->removing)
		err = simnic_wake(sn);
	rtnl_unlock();
	if (err == -ENODEV)
		NL_SET_ERR_MSG(extack, "the card is gone; devlink health recover, if it is back");
	else if (err)
		NL_SET_ERR_MSG(extack, "the card does not come out of reset");
	*actions_performed = BIT(DEVLINK_RELOAD_ACTION_DRIVER_REINIT);
	return err;
}

static const struct devlink_ops simnic_devlink_ops = {
	.reload_actions = BIT(DEVLINK_RELOAD_ACTION_DRIVER_REINIT),
	.reload_down = simnic_reload_down,
	.reload_up = simnic_reload_up,
	.info_get = simnic_info_get,
};

static void simnic_reporters_destroy(struct simnic *sn)
{
	unsigned int i;

	for (i = 0; i < SIMNIC_REPORTERS; i++) {
		if (sn->reporter[i])
			devl_health_reporter_destroy(sn->reporter[i]);
		sn->reporter[i] = NULL;
	}
}

static int simnic_reporters_create(struct simnic *sn)
{
	struct devlink_health_reporter *reporter;
	unsigned int i;

	for (i = 0; i < SIMNIC_REPORTERS; i++) {
		reporter = devl_health_reporter_create(sn->devlink, &simnic_reporter_ops[i], sn);
		if (IS_ERR(reporter)) {
			simnic_reporters_destroy(sn);
			return PTR_ERR(reporter);
		}
		sn->reporter[i] = reporter;
	}
	return 0;
}

/**
 * simnic_devlink_register() - make devlink know the card
 * @sn: adapter; its network device is registered
 *
 * Context: process, RTNL.
 * Return: 0 or a negative error.
 */
int simnic_devlink_register(struct simnic *sn)
{
	struct devlink *devlink;
	int err = -EBUSY;

	devlink = devlink_alloc_ns(&simnic_devlink_ops, sizeof(struct simnic_devlink),
				   dev_net(sn->netdev), sn->dev);
	if (!devlink)
		return -ENOMEM;
	((struct simnic_devlink *)devlink_priv(devlink))->sn = sn;
	sn->devlink = devlink;

	/* nobody else knows it: this can't fail */
	if (WARN_ON(!devl_trylock(devlink)))
		goto err_free;
	err = simnic_reporters_create(sn);
	if (!err)
		err = devl_register(devlink);
	if (err)
		simnic_reporters_destroy(sn);
	devl_unlock(devlink);
	if (!err)
		return 0;

err_free:
	sn->devlink = NULL;
	devlink_free(devlink);
	return err;
}

/**
 * simnic_devlink_unregister() - make devlink forget the card
 * @sn: adapter; nothing reports its health any more
 *
 * Context: process, without RTNL.
 */
void simnic_devlink_unregister(struct simnic *sn)
{
	struct devlink *devlink = sn->devlink;

	if (!devlink)
		return;
	devl_lock(devlink);
	devl_unregister(devlink);
	simnic_reporters_destroy(sn);
	devl_unlock(devlink);
	devlink_free(devlink);
	sn->devlink = NULL;
}
