/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SIMNIC_COMPAT_LINUX_ETHTOOL_H
#define SIMNIC_COMPAT_LINUX_ETHTOOL_H

#include_next <linux/ethtool.h>

#ifdef SIMNIC_LACKS_ETHTOOL_PUTS

static inline void ethtool_puts(u8 **data, const char *str)
{
	strscpy(*data, str, ETH_GSTRING_LEN);
	*data += ETH_GSTRING_LEN;
}

#endif

#ifdef SIMNIC_LACKS_RXFH_PARAM

struct ethtool_rxfh_param {
	u8 hfunc;
	u32 indir_size;
	u32 *indir;
	u32 key_size;
	u8 *key;
	u32 rss_context;
	u8 rss_delete;
	u8 input_xfrm;
};

#endif

#ifdef SIMNIC_LACKS_RXFH_FIELDS

struct ethtool_rxfh_fields {
	u32 data;
	u32 flow_type;
	u32 rss_context;
};

#endif

#endif
