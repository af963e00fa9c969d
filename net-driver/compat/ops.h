/* SPDX-License-Identifier: GPL-2.0 */
/*
 * simnic compat: operations whose signatures have changed. Kernels that lack
 * something see this file in front of every source.
 *
 * For an operation NAME a macro with arguments turns the driver's function into
 * NAME_new wherever it is declared, defined or called. The driver's tables of
 * operations name functions without arguments, which the macro leaves alone:
 * there, NAME is an adapter with the signature that this kernel wants. It is in
 * ops.c, or, if the driver's function is static, in a header of its own that
 * compat.mk puts in front of the source.
 */
#ifndef SIMNIC_COMPAT_OPS_H
#define SIMNIC_COMPAT_OPS_H

#include <linux/types.h>

struct ethtool_rxnfc;
struct net_device;

#ifdef SIMNIC_LACKS_RXFH_PARAM

int simnic_get_rxfh(struct net_device *dev, u32 *indir, u8 *key, u8 *hfunc);
int simnic_set_rxfh(struct net_device *dev, const u32 *indir, const u8 *key, const u8 hfunc);

#define simnic_get_rxfh(dev, param)		simnic_get_rxfh_new(dev, param)
#define simnic_set_rxfh(dev, param, extack)	simnic_set_rxfh_new(dev, param, extack)

#endif

/* Both are commands of get_rxnfc and set_rxnfc, whatever they are called here */

#ifdef SIMNIC_LACKS_RX_RING_COUNT

int simnic_get_rx_ring_count(struct net_device *dev, struct ethtool_rxnfc *info, u32 *locs);

#define simnic_get_rx_ring_count(dev)		simnic_get_rx_ring_count_new(dev)
#define get_rx_ring_count			get_rxnfc

#endif

#ifdef SIMNIC_LACKS_RXFH_FIELDS

int simnic_get_rxfh_fields(struct net_device *dev, struct ethtool_rxnfc *info, u32 *locs);
int simnic_set_rxfh_fields(struct net_device *dev, struct ethtool_rxnfc *info);

#define simnic_get_rxfh_fields(dev, fields)	simnic_get_rxfh_fields_new(dev, fields)
#define simnic_set_rxfh_fields(dev, fields, extack) \
	simnic_set_rxfh_fields_new(dev, fields, extack)
#define get_rxfh_fields				get_rxnfc
#define set_rxfh_fields				set_rxnfc

#endif

#endif
