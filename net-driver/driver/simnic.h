/* SPDX-License-Identifier: GPL-2.0 */
/*
 * simnic driver: the adapter, its vectors and rings, and what each file offers
 * to the others.
 */
#ifndef SIMNIC_H
#define SIMNIC_H

#include <linux/if_vlan.h>
#include <linux/interrupt.h>
#include <linux/netdevice.h>
#include <linux/workqueue.h>

#include "simnic_bus.h"
#include "simnic_desc.h"
#include "simnic_regs.h"

#define SIMNIC_NAME			"simnic"
#define SIMNIC_QUEUES_DEFAULT		8U
#define SIMNIC_RING_DEFAULT		512
#define SIMNIC_USER_CARDS		256	/* of all user namespaces together */
#define SIMNIC_MTU_MAX			(SIMNIC_FRAME_MAX - ETH_HLEN)
#define SIMNIC_MISC_VECTOR		0	/* link and errors */
#define SIMNIC_QUEUE_VECTOR(i)		((i) + 1)

/*
 * For what somebody asks for: charged to his memory control group, and refused
 * rather than made room for by killing.
 */
#define SIMNIC_GFP	(GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

struct bpf_prog;
struct devlink;
struct devlink_health_reporter;
struct simnic;
struct simnic_rx_ring;
struct simnic_tx_ring;
struct netdev_bpf;
struct page_pool;
struct xdp_frame;

/**
 * struct simnic_coal - interrupt moderation of one direction of a vector
 * @usecs: quiet time after an interrupt, in microseconds
 * @frames: frames that end the quiet time early, 0 for none
 */
struct simnic_coal {
	u16 usecs;
	u16 frames;
};

/**
 * struct simnic_seen - what the watchdog saw of a queue pair last time
 * @tx_head: where the driver was in the transmit ring
 * @tx_hw: and the card
 * @tx_ticks: times in a row that there was work and nothing had moved
 * @rx_head: where the driver was in the receive ring
 * @rx_hw: and the card
 * @rx_ticks: as @tx_ticks
 * @missed: frames that found no buffer so far
 */
struct simnic_seen {
	u32 tx_head;
	u32 tx_hw;
	unsigned int tx_ticks;
	u32 rx_head;
	u32 rx_hw;
	unsigned int rx_ticks;
	u64 missed;
};

/**
 * struct simnic_restarted - a queue that was started anew because it hung
 * @when: jiffies of the last time, 0 for never
 * @frames: that it had got through by then
 */
struct simnic_restarted {
	unsigned long when;
	u64 frames;
};

/**
 * struct simnic_adapt_window - what is measured of some interrupts
 * @irqs: interrupts taken
 * @frames: received by the driver, those that the card has merged one by one
 * @bytes: of them
 * @singles: of the frames, those that the card has not merged
 * @single_bytes: their bytes
 * @sent: bytes that the same queue pair has sent meanwhile
 * @idle: microseconds that the processor has idled
 * @time: microseconds
 * @elsewhere: another processor has hardly idled
 */
struct simnic_adapt_window {
	u32 irqs;
	u64 frames;
	u64 bytes;
	u64 singles;
	u64 single_bytes;
	u64 sent;
	u64 idle;
	u64 time;
	bool elsewhere;
};

/**
 * struct simnic_adapt - adaptive moderation of a vector
 * @began: the counters when the window began
 * @polled: when the last poll was, in jiffies
 * @cpu: the window's processor
 * @level: the quiet time, by its number; others read it
 * @wait: busy windows until a longer time is tried
 * @patience: @wait after the last one that was in vain
 */
struct simnic_adapt {
	struct simnic_adapt_window began;
	unsigned long polled;
	int cpu;
	unsigned int level;
	unsigned int wait;
	unsigned int patience;
};

/**
 * struct simnic_vector - one interrupt vector with a queue pair and its NAPI
 * @napi: polls @rx and @tx
 * @sn: adapter
 * @rx: receive ring of the running queue set
 * @tx: transmit ring of the running queue set
 * @idx: number of the queue pair
 * @irq: Linux interrupt number
 * @irqs: interrupts taken; written in hard interrupt context only
 * @early: of them, the last ones that came while the poll was scheduled; likewise
 * @adapt: adaptive receive moderation; the poll's
 * @adapt_frames: with it: frames that end the wait for an interrupt
 * @coal_lock: moderation in the card is what it is to be: who computes it, writes it
 * @rx_coal: receive moderation as configured; written under RTNL and @coal_lock
 * @tx_coal: transmit moderation as configured; likewise
 * @seen: what the watchdog saw last; its own, or its stopper's
 * @rx_restarted: the receive queue's last restart; RTNL
 * @tx_restarted: of the transmit queue's; RTNL
 * @active: NAPI is added; written under RTNL, read by the top halves
 * @name: as in /proc/interrupts
 *
 * Vectors live as long as the adapter, so that interrupts, their affinity and
 * their settings outlast the rings that come and go.
 */
struct simnic_vector {
	struct napi_struct napi;
	struct simnic *sn;
	struct simnic_rx_ring *rx;
	struct simnic_tx_ring *tx;
	unsigned int idx;
	int irq;
	unsigned long irqs;
	unsigned int early;
	struct simnic_adapt adapt;
	unsigned int adapt_frames;
	spinlock_t coal_lock; /* what the card is told of moderation */
	struct simnic_coal rx_coal;
	struct simnic_coal tx_coal;
	struct simnic_seen seen;
	struct simnic_restarted rx_restarted;
	struct simnic_restarted tx_restarted;
	bool active;
	char name[IFNAMSIZ + 16];
};

/**
 * struct simnic_params - what a queue set is built from
 * @channels: queue pairs
 * @rx_len: descriptors of each receive ring
 * @tx_len: descriptors of each transmit ring
 * @xdp: for XDP programs
 */
struct simnic_params {
	unsigned int channels;
	unsigned int rx_len;
	unsigned int tx_len;
	bool xdp;
};

/**
 * struct simnic_queues - a queue set: all rings of one configuration
 * @params: what it was built from
 * @rx: receive rings, one for each channel
 * @tx: transmit rings, one for each channel
 *
 * A new configuration is a new set, allocated while the old one runs.
 */
struct simnic_queues {
	struct simnic_params params;
	struct simnic_rx_ring *rx[SIMNIC_MAX_QUEUES];
	struct simnic_tx_ring *tx[SIMNIC_MAX_QUEUES];
};

/* Directions of a queue pair */
#define SIMNIC_DIR_RX			BIT(0)
#define SIMNIC_DIR_TX			BIT(1)

/**
 * struct simnic_trouble - what is wrong with the card
 * @tx: transmit queues that hang, a bit each
 * @rx: receive queues
 * @reset: it takes a reset
 * @by_user: somebody asked for it: what was in vain before is forgotten
 */
struct simnic_trouble {
	unsigned long tx;
	unsigned long rx;
	bool reset;
	bool by_user;
};

/**
 * struct simnic_health - how the card is
 * @watch: the watchdog; runs while a queue set does
 * @recover: does something about what follows
 * @tx_hung: transmit queues that hang, a bit each; atomic
 * @rx_hung: receive queues, likewise
 * @want_reset: the card is to be reset
 * @retry: it is to be reset because of what was reported before
 * @reported: reporters that wait for recovery, a bit each; atomic
 * @link_ticks: times in a row that carrier and card disagreed; the watchdog's
 * @streak: resets in a row; RTNL
 * @last_reset: jiffies of the last one; RTNL
 * @postponed: a reset waits until it may come; written under RTNL
 * @failed: given up until the device goes down; written under RTNL
 * @detached: the card is gone and the device out of the stack; RTNL
 */
struct simnic_health {
	struct delayed_work watch;
	struct delayed_work recover;
	unsigned long tx_hung;
	unsigned long rx_hung;
	bool want_reset;
	bool retry;
	unsigned long reported;
	unsigned int link_ticks;
	unsigned int streak;
	unsigned long last_reset;
	bool postponed;
	bool failed;
	bool detached;
};

enum simnic_reporter {
	SIMNIC_REPORTER_TX,
	SIMNIC_REPORTER_RX,
	SIMNIC_REPORTER_FATAL,
	SIMNIC_REPORTERS,
};

/**
 * struct simnic_rss - receive side scaling; RTNL
 * @key: Toeplitz key
 * @table: indirection table
 * @types: SIMNIC_RSSCTRL_*
 */
struct simnic_rss {
	u8 key[SIMNIC_RSS_KEY_SIZE];
	u8 table[SIMNIC_RSS_TABLE_SIZE];
	u32 types;
};

/**
 * struct simnic - the adapter: one card and its network device
 * @dev: the card's platform device
 * @bus: access to the registers
 * @netdev: the network device; set while it is attached
 * @queues: running queue set, NULL while down; RTNL
 * @asleep: queue set that ran before the system went to sleep, or the card was gone,
 *	or NULL; RTNL
 * @params: for the next queue set; RTNL
 * @gone: the card is: its registers are not touched any more
 * @health: watchdog and recovery
 * @devlink: NULL if there is none
 * @reporter: devlink's health reporters, or NULL
 * @max_queues: queue pairs that the card has
 * @vec: one for each queue pair
 * @misc_irq: interrupt of the link and error vector
 * @misc_name: its name in /proc/interrupts
 * @intx_name: the shared line's
 * @intx_irq: the shared line
 * @intx: the shared line is in use; RTNL
 * @msg_enable: NETIF_MSG_* bits
 * @rss: receive side scaling; RTNL
 * @adaptive_rx: the receive moderation follows the load
 * @pause_autoneg: pause as negotiated, otherwise as @pause_forced says; RTNL
 * @pause_forced: SIMNIC_PAUSE_TX, SIMNIC_PAUSE_RX; RTNL
 * @active_vlans: VLANs that pass the filter; RTNL
 * @sharing: pages are shared with the other end; written under RTNL
 * @tx_irqs: all that was sent raises the cause, and the stack's senders leave it to the
 *	poll; likewise
 * @tx_posted: the stack's senders of much need not wait for the card; likewise
 * @tx_copybreak: frames of so many bytes are copied, not mapped; written under RTNL
 * @rx_copybreak: and received ones copied out of their buffer; written under RTNL
 * @xdp: nothing is received that XDP programs can't have; RTNL
 * @xdp_prog: the program that sees frames first, or NULL; written under RTNL
 * @xdp_queues: @queues, for frames that are redirected here, or NULL; written
 *	under RTNL
 * @rxctrl: value of SIMNIC_RXCTRL but EN
 * @rxctrl_lock: protects @rxctrl; softirqs off
 * @rx_enabled: receiver is to be on; under @rxctrl_lock
 * @stats: what the driver counts, see stats.h
 * @hw_stats: the card's counters as last read; under @hw_stats_lock
 * @hw_missed: the same of each receive queue's frames without a buffer
 * @hw_stats_lock: also serializes the two reads of a 64-bit counter
 * @misc_work: link and errors, with the shared line
 * @stats_work: refreshes @hw_stats
 * @removing: the device is going, no new work; written under RTNL
 */
struct simnic {
	struct device *dev;
	const struct simnic_bus *bus;
	struct net_device *netdev;
	struct simnic_queues *queues;
	struct simnic_queues *asleep;
	struct simnic_params params;
	bool gone;
	struct simnic_health health;
	struct devlink *devlink;
	struct devlink_health_reporter *reporter[SIMNIC_REPORTERS];
	unsigned int max_queues;
	struct simnic_vector *vec;
	int misc_irq;
	char misc_name[IFNAMSIZ + 16];
	char intx_name[IFNAMSIZ + 16];
	int intx_irq;
	bool intx;
	u32 msg_enable;
	struct simnic_rss rss;
	bool adaptive_rx;
	bool pause_autoneg;
	u32 pause_forced;
	unsigned long active_vlans[BITS_TO_LONGS(VLAN_N_VID)];
	bool sharing;
	bool tx_irqs;
	bool tx_posted;
	u32 tx_copybreak;
	u32 rx_copybreak;
	bool xdp;
	struct bpf_prog __rcu *xdp_prog;
	struct simnic_queues __rcu *xdp_queues;
	u32 rxctrl;
	spinlock_t rxctrl_lock;		/* rxctrl, rx_enabled */
	bool rx_enabled;
	struct simnic_stats *stats;
	u64 hw_stats[SIMNIC_STATS];
	u64 hw_missed[SIMNIC_MAX_QUEUES];
	spinlock_t hw_stats_lock;	/* hw_stats, hw_missed */
	struct work_struct misc_work;
	struct delayed_work stats_work;
	bool removing;
};

/**
 * struct simnic_netdev - private part of the network device
 * @sn: adapter
 * @slot: the slot that the card is plugged into
 * @peer: the device at the other end of the cable; RTNL, read under RCU
 * @limited: counted among the cards of user namespaces
 */
struct simnic_netdev {
	struct simnic *sn;
	struct simnic_slot *slot;
	struct net_device __rcu *peer;
	bool limited;
};

static inline struct simnic *simnic_from_netdev(const struct net_device *dev)
{
	return ((struct simnic_netdev *)netdev_priv(dev))->sn;
}

void simnic_health_suspect(struct simnic *sn);
void simnic_health_again(struct simnic *sn);

/* Once the card is gone it is not asked again: there may be another in its place */
static inline u32 simnic_rd32(struct simnic *sn, u32 reg)
{
	u32 val;

	if (unlikely(READ_ONCE(sn->gone)))
		return U32_MAX;
	val = sn->bus->ops->rd32(sn->bus->card, reg);
	if (unlikely(val == U32_MAX))
		simnic_health_suspect(sn);
	return val;
}

static inline void simnic_wr32(const struct simnic *sn, u32 reg, u32 val)
{
	if (likely(!READ_ONCE(sn->gone)))
		sn->bus->ops->wr32(sn->bus->card, reg, val);
}

/* CTRL to be written back: that is not to begin a reset anew which is under way */
static inline u32 simnic_rd_ctrl(struct simnic *sn)
{
	return simnic_rd32(sn, SIMNIC_CTRL) & ~SIMNIC_CTRL_RESET;
}

static inline void simnic_doorbell(const struct simnic *sn, u32 reg, u32 tail)
{
	if (likely(!READ_ONCE(sn->gone)))
		sn->bus->ops->doorbell(sn->bus->card, reg, tail);
}

/* Shared pages behind a receive descriptor; false if the card has none */
static inline bool simnic_take(const struct simnic *sn, unsigned int rxq, u32 index,
			       struct simnic_share *share)
{
	return sn->bus->ops->take && !READ_ONCE(sn->gone) &&
	       sn->bus->ops->take(sn->bus->card, rxq, index, share);
}

/* card.c: the card as a whole */
int simnic_card_reset(struct simnic *sn);
void simnic_card_configure(struct simnic *sn);
void simnic_card_set_intx(struct simnic *sn, bool intx);
int simnic_card_set_sharing(struct simnic *sn, bool sharing);
extern struct platform_driver simnic_driver;

/* adapt.c: adaptive receive moderation */
u32 simnic_adapt_usecs(const struct simnic_adapt *adapt);
bool simnic_adapt_decide(struct simnic_adapt *adapt, const struct simnic_adapt_window *w);
void simnic_adapt_sample(struct simnic_vector *vec);

/* load.c: do processors idle? */
u64 simnic_load_idle(unsigned int cpu);
bool simnic_load_is_busy(s64 idle, u64 time);
bool simnic_load_elsewhere(void);

/* coalesce.c: interrupt moderation */
void simnic_coal_init(struct simnic *sn);
void simnic_coal_write(struct simnic_vector *vec);
struct ethtool_coalesce;
struct kernel_ethtool_coalesce;
int simnic_get_coalesce(struct net_device *dev, struct ethtool_coalesce *ec,
			struct kernel_ethtool_coalesce *kec,
			struct netlink_ext_ack *extack);
int simnic_set_coalesce(struct net_device *dev, struct ethtool_coalesce *ec,
			struct kernel_ethtool_coalesce *kec,
			struct netlink_ext_ack *extack);
int simnic_get_per_queue_coalesce(struct net_device *dev, u32 queue,
				  struct ethtool_coalesce *ec);
int simnic_set_per_queue_coalesce(struct net_device *dev, u32 queue,
				  struct ethtool_coalesce *ec);

/* devlink.c: what devlink shows, and asks for */
int simnic_devlink_register(struct simnic *sn);
void simnic_devlink_unregister(struct simnic *sn);
int simnic_devlink_report(struct simnic *sn, enum simnic_reporter reporter,
			  const char *msg, struct simnic_trouble *trouble);
void simnic_devlink_recovered(struct simnic *sn);

/* ethtool.c */
void simnic_dump_regs(struct simnic *sn, u32 *p);
unsigned int simnic_dump_size(struct simnic *sn);
extern const struct ethtool_ops simnic_ethtool_ops;

/* filter.c: which frames the card receives */
void simnic_filter_write(struct simnic *sn);
void simnic_rxctrl_write(struct simnic *sn, u32 clear, u32 set);
void simnic_rx_enable(struct simnic *sn, bool enable);
void simnic_mac_write(struct simnic *sn, const u8 *addr);
void simnic_set_rx_mode(struct net_device *dev);
int simnic_vlan_add(struct net_device *dev, __be16 proto, u16 vid);
int simnic_vlan_del(struct net_device *dev, __be16 proto, u16 vid);

/* health.c: recovery */
void simnic_health_forget(struct simnic *sn);
void simnic_health_rx_hung(struct simnic *sn, unsigned int q);
void simnic_health_tx_hung(struct simnic *sn, unsigned int q);
void simnic_health_want_reset(struct simnic *sn);
void simnic_health_test(struct simnic *sn, enum simnic_reporter reporter);
void simnic_health_report(struct simnic *sn);
int simnic_health_recover(struct simnic *sn, const struct simnic_trouble *trouble);

/* irq.c: vectors, top halves, the shared line */
int simnic_irq_request(struct simnic *sn, bool intx, unsigned int channels);
void simnic_irq_free(struct simnic *sn, bool intx, unsigned int channels);
int simnic_irq_request_vectors(struct simnic *sn, unsigned int first,
			       unsigned int end);
void simnic_irq_free_vectors(struct simnic *sn, unsigned int first,
			     unsigned int end);
void simnic_irq_unmask(struct simnic_vector *vec);
void simnic_irq_mask(struct simnic_vector *vec);
void simnic_irq_set(struct simnic_vector *vec, u32 cause);
void simnic_irq_kick(struct simnic_vector *vec);
void simnic_irq_ack(struct simnic_vector *vec);
void simnic_irq_sync_misc(struct simnic *sn);
void simnic_irq_start_misc(struct simnic *sn);
void simnic_misc_handle(struct simnic *sn);
void simnic_irq_resume_queues(struct simnic *sn);

/* limit.c: how many cards user namespaces may have */
int simnic_limit_charge(struct net_device *dev, struct netlink_ext_ack *extack);
void simnic_limit_uncharge(struct net_device *dev);

/* link.c: PHY and carrier */
struct ethtool_link_ksettings;
struct ethtool_pauseparam;
void simnic_link_up(struct simnic *sn);
void simnic_link_down(struct simnic *sn);
void simnic_link_update(struct simnic *sn);
int simnic_get_link_ksettings(struct net_device *dev,
			      struct ethtool_link_ksettings *ks);
int simnic_set_link_ksettings(struct net_device *dev,
			      const struct ethtool_link_ksettings *ks);
void simnic_get_pauseparam(struct net_device *dev,
			   struct ethtool_pauseparam *pp);
int simnic_set_pauseparam(struct net_device *dev,
			  struct ethtool_pauseparam *pp);
int simnic_nway_reset(struct net_device *dev);
void simnic_pause_write(struct simnic *sn);

/* napi.c: the poll */
int simnic_poll(struct napi_struct *napi, int budget);
void simnic_napi_add(struct simnic *sn, unsigned int first, unsigned int end);
void simnic_napi_del(struct simnic *sn, unsigned int first, unsigned int end);
void simnic_napi_set_irqs(struct simnic *sn, unsigned int channels);

/* netdev.c: open, stop, features */
int simnic_netdev_init(struct simnic *sn, struct net_device *dev);
void simnic_netdev_setup(struct net_device *dev);

/* power.c: system sleep */
void simnic_sleep(struct simnic *sn);
int simnic_wake(struct simnic *sn);
extern const struct dev_pm_ops simnic_pm_ops;

/* queues.c: queue sets, allocate then swap */
struct simnic_queues *simnic_queues_alloc(struct simnic *sn,
					  const struct simnic_params *params);
void simnic_queues_free(struct simnic_queues *qs);
void simnic_queues_start(struct simnic *sn, struct simnic_queues *qs);
void simnic_queues_stop(struct simnic *sn, bool drain);
int simnic_reconfigure(struct simnic *sn, const struct simnic_params *params,
		       struct netlink_ext_ack *extack);
int simnic_restart(struct simnic *sn, struct simnic_queues *qs);
bool simnic_queue_enabled(struct simnic *sn, unsigned int i);
int simnic_queue_restart(struct simnic *sn, unsigned int i, unsigned int dirs);
int simnic_irq_set_mode(struct simnic *sn, bool intx);

/* rss.c: receive side scaling */
struct ethtool_rxfh_param;
struct ethtool_rxfh_fields;
void simnic_rss_init(struct simnic *sn);
void simnic_rss_spread(struct simnic *sn, unsigned int queues);
void simnic_rss_write(struct simnic *sn);
u32 simnic_get_rxfh_key_size(struct net_device *dev);
u32 simnic_get_rxfh_indir_size(struct net_device *dev);
u32 simnic_get_rx_ring_count(struct net_device *dev);
int simnic_get_rxfh(struct net_device *dev, struct ethtool_rxfh_param *p);
int simnic_set_rxfh(struct net_device *dev, struct ethtool_rxfh_param *p,
		    struct netlink_ext_ack *extack);
int simnic_get_rxfh_fields(struct net_device *dev,
			   struct ethtool_rxfh_fields *f);
int simnic_set_rxfh_fields(struct net_device *dev,
			   const struct ethtool_rxfh_fields *f,
			   struct netlink_ext_ack *extack);

/* rtnl.c: ip link */
int simnic_rtnl_register(void);
void simnic_rtnl_unregister(void);
void simnic_cable_remove(struct net_device *dev);
int simnic_change_carrier(struct net_device *dev, bool carrier);
int simnic_get_iflink(const struct net_device *dev);

/* rx.c: the receive path */
void simnic_rx_ring_drain(struct simnic_rx_ring *ring,
			  struct sk_buff_head *frames);
int simnic_rx_clean(struct simnic_rx_ring *ring, int budget);

/* rxring.c: receive rings */
struct simnic_rx_ring *simnic_rx_ring_alloc(struct simnic_vector *vec,
					    const struct simnic_params *params);
void simnic_rx_ring_free(struct simnic_rx_ring *ring);
void simnic_rx_ring_start(struct simnic_rx_ring *ring);
void simnic_rx_ring_stop(struct simnic_rx_ring *ring);
void simnic_rx_ring_retire(struct simnic_rx_ring *ring);
unsigned int simnic_rx_buf_size(void);
unsigned int simnic_rx_gro_max(void);

/* selftest.c: ethtool -t */
struct ethtool_test;
int simnic_selftest_count(void);
void simnic_selftest_strings(u8 **data);
void simnic_self_test(struct net_device *dev, struct ethtool_test *et,
		      u64 *data);

/* service.c: the slow path's workqueue */
int simnic_service_create(void);
void simnic_service_destroy(void);
void simnic_service_init(struct simnic *sn);
void simnic_service_stop(struct simnic *sn);
void simnic_service_schedule_recovery(struct simnic *sn, unsigned long delay);
void simnic_service_start_watch(struct simnic *sn);
void simnic_service_stop_watch(struct simnic *sn);
void simnic_service_schedule_misc(struct simnic *sn);
void simnic_service_cancel_misc(struct simnic *sn);
void simnic_service_start_stats(struct simnic *sn);
void simnic_service_stop_stats(struct simnic *sn);

/* tx.c: the transmit path */
bool simnic_tx_clean(struct simnic_tx_ring *ring, int budget);
bool simnic_tx_poll(struct simnic_tx_ring *ring, int budget);
netdev_tx_t simnic_start_xmit(struct sk_buff *skb, struct net_device *dev);

/* txmap.c: frames to descriptors */
netdev_features_t simnic_features_check(struct sk_buff *skb,
					struct net_device *dev,
					netdev_features_t features);

/* txring.c: transmit rings */
struct simnic_tx_ring *simnic_tx_ring_alloc(struct simnic_vector *vec,
					    const struct simnic_params *params);
void simnic_tx_ring_free(struct simnic_tx_ring *ring);
void simnic_tx_ring_start(struct simnic_tx_ring *ring);
void simnic_tx_ring_wait(struct simnic_tx_ring *ring, unsigned long timeout);
void simnic_tx_ring_stop(struct simnic_tx_ring *ring);

/* watch.c: the watchdog */
void simnic_watch(struct simnic *sn);

/* xdp.c: XDP programs */
int simnic_bpf(struct net_device *dev, struct netdev_bpf *bpf);
int simnic_xdp_xmit(struct net_device *dev, int n, struct xdp_frame **frames, u32 flags);
void simnic_xdp_settle(struct simnic *sn);
void simnic_xdp_forget(struct simnic *sn);
bool simnic_xdp_mtu_ok(const struct bpf_prog *prog, unsigned int mtu);

/* xdpmeta.c: what there is for them */
void simnic_xdpmeta_setup(struct net_device *dev);

#endif
