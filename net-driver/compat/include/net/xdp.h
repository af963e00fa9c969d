/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SIMNIC_COMPAT_NET_XDP_H
#define SIMNIC_COMPAT_NET_XDP_H

#include_next <net/xdp.h>

#include <linux/skbuff.h>

#ifdef SIMNIC_LACKS_NETMEM
#define page_to_netmem(page)	(page)
#define netmem_to_page(netmem)	(netmem)
#endif

#ifdef SIMNIC_LACKS_XDP_ADD_FRAG
static inline bool simnic_xdp_buff_add_frag(struct xdp_buff *xdp, struct page *page, u32 offset,
					    u32 size, u32 truesize)
{
	struct skb_shared_info *shinfo = xdp_get_shared_info_from_buff(xdp);

	if (!xdp_buff_has_frags(xdp)) {
		xdp_buff_set_frags_flag(xdp);
		shinfo->nr_frags = 0;
		shinfo->xdp_frags_size = 0;
	} else if (shinfo->nr_frags == MAX_SKB_FRAGS) {
		return false;
	}
	__skb_fill_page_desc_noacc(shinfo, shinfo->nr_frags++, page, offset, size);
	shinfo->xdp_frags_size += size;
	if (page_is_pfmemalloc(page))
		xdp_buff_set_frag_pfmemalloc(xdp);
	return true;
}

#define xdp_buff_add_frag(xdp, netmem, offset, size, truesize) \
	simnic_xdp_buff_add_frag(xdp, netmem_to_page(netmem), offset, size, truesize)
#endif

#ifdef SIMNIC_LACKS_XDP_FRAGS_INFO
static inline u32 xdp_buff_get_skb_flags(const struct xdp_buff *xdp)
{
	return xdp->flags;
}

static inline void xdp_update_skb_frags_info(struct sk_buff *skb, u8 nr_frags,
					     unsigned int size, unsigned int truesize,
					     u32 xdp_flags)
{
	xdp_update_skb_shared_info(skb, nr_frags, size, truesize,
				   xdp_flags & XDP_FLAGS_FRAGS_PF_MEMALLOC);
}
#endif

#endif
