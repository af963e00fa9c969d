/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SIMNIC_COMPAT_LINUX_NETLINK_H
#define SIMNIC_COMPAT_LINUX_NETLINK_H

#include_next <linux/netlink.h>

#ifdef SIMNIC_LACKS_EXTACK_FMT

/*
 * The kernel keeps a pointer to the text until the answer is sent, so that it
 * must outlast the caller. The driver's texts have constant arguments: whoever
 * writes one twice at once writes the same.
 */
#define NL_SET_ERR_MSG_FMT_MOD(extack, fmt, args...) do {		\
	struct netlink_ext_ack *__extack = (extack);			\
	static char __text[80];						\
									\
	snprintf(__text, sizeof(__text), KBUILD_MODNAME ": " fmt, ##args); \
	do_trace_netlink_extack(__text);				\
	if (__extack)							\
		__extack->_msg = __text;				\
} while (0)

#endif

#endif
