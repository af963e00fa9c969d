#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# probe.sh INCLUDE: prints what the kernel's headers in directory INCLUDE lack of
# the API that the sources are written to, one word each; nothing if they have it
# all. It asks the headers, not the version: point releases and distributions
# take API over from later kernels.

lacks() { # WORD HEADER PATTERN
	grep -Eqs -- "$3" "$include/$2" || echo "$1"
}

include=$1
if [ ! -e "$include/linux/netdevice.h" ]; then
	echo "${0##*/}: no kernel headers in $include" >&2
	exit 1
fi

lacks ALLOC_OBJ		linux/slab.h		'define kzalloc_obj\('
lacks BPF_CONTEXT	linux/filter.h		'bpf_net_ctx_set\('
lacks DEVL_REGISTER	net/devlink.h		'int devl_register\('
lacks DMA_COHERENT	linux/device.h		'__create_dev_flag_accessors\(dma_coherent,'
lacks ETHTOOL_PUTS	linux/ethtool.h		'void ethtool_puts\('
lacks EXTACK_FMT	linux/netlink.h		'define NL_SET_ERR_MSG_FMT_MOD\('
lacks HRTIMER_SETUP	linux/hrtimer.h		'void hrtimer_setup\('
lacks IRQ_MOVE		linux/irq.h		'IRQCHIP_MOVE_DEFERRED'
lacks NAPI_AFFINITY	linux/netdevice.h	'void netif_set_affinity_auto\('
lacks NAPI_CONFIG	linux/netdevice.h	'netif_napi_add_config\('
lacks NAPI_IRQ		linux/netdevice.h	'void netif_napi_set_irq\('
lacks NAPI_LOCKED	linux/netdevice.h	'netif_napi_add_config_locked\('
lacks NAPI_QUEUE	linux/netdevice.h	'void netif_queue_set_napi\('
lacks NETMEM		linux/skbuff.h		'page_to_netmem\('
lacks NEWLINK_PARAMS	net/rtnetlink.h		'struct rtnl_newlink_params \{'
lacks PAGE_POOL		net/page_pool/helpers.h	'page_pool_dma_sync_for_cpu\('
lacks POOL_DIRECT	net/page_pool/types.h	'void page_pool_enable_direct_recycling\('
lacks QUEUE_STATS	net/netdev_queues.h	'struct netdev_stat_ops \{'
lacks REMOVE_VOID	linux/platform_device.h	'void \(\*remove\)\('
lacks REPORTER_PERIOD	net/devlink.h		'u64 default_graceful_period;'
lacks RES_LITERAL	linux/ioport.h		'\(struct resource\)'
lacks RXFH_FIELDS	linux/ethtool.h		'\(\*get_rxfh_fields\)\('
lacks RXFH_PARAM	linux/ethtool.h		'\(\*get_rxfh\)\(.*struct ethtool_rxfh_param'
lacks RX_RING_COUNT	linux/ethtool.h		'\(\*get_rx_ring_count\)\('
lacks TXQ_COMPLETED	net/netdev_queues.h	'define netif_txq_completed_wake\('
lacks UNALIGNED		linux/unaligned.h	'get_unaligned'
lacks XDP_ADD_FRAG	net/xdp.h		'bool xdp_buff_add_frag\('
lacks XDP_FRAGS_INFO	net/xdp.h		'xdp_update_skb_frags_info\('
lacks XDP_METADATA	net/xdp.h		'struct xdp_metadata_ops \{'
exit 0
