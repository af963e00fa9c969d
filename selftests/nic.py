# SPDX-License-Identifier: GPL-2.0
"""A card and what can be done to it, by the calls that ip and ethtool make. They
are made by the thread that asks for it: it can have their allocations fail, and
on an emulated machine there is no program to start.

What the kernel refuses is raised as an OSError.
"""

import array
import ctypes
import fcntl
import os
import socket
import struct
import sys

import netlink
import wire
from netlink import attr, u32

SIOCETHTOOL = 0x8946
(GREGS, NWAY_RST, GCOALESCE, SCOALESCE, GRINGPARAM, SRINGPARAM, GPAUSEPARAM, SPAUSEPARAM,
 TEST, GSTRINGS, GSTATS, GPFLAGS, SPFLAGS, GSSET_INFO, GRXFHINDIR, SRXFHINDIR, GFEATURES,
 SFEATURES, GCHANNELS, SCHANNELS, GRSSH, STUNABLE, GLINKSETTINGS, SLINKSETTINGS) = (
     0x04, 0x09, 0x0e, 0x0f, 0x10, 0x11, 0x12, 0x13, 0x1a, 0x1b, 0x1d, 0x27, 0x28, 0x37, 0x38,
     0x39, 0x3a, 0x3b, 0x3c, 0x3d, 0x46, 0x49, 0x4c, 0x4d)
TUNABLES = {"rx_copybreak": 1, "tx_copybreak": 2}
TUNABLE_U32 = 3
SS_TEST, SS_STATS, SS_PRIV_FLAGS, SS_FEATURES = 0, 1, 2, 4

RINGS = ("rx_max", "rx_mini_max", "rx_jumbo_max", "tx_max", "rx", "rx_mini", "rx_jumbo", "tx")
CHANNELS = ("max_rx", "max_tx", "max_other", "max_combined", "rx", "tx", "other", "combined")
COALESCE = ("rx_usecs", "rx_frames", "rx_usecs_irq", "rx_frames_irq", "tx_usecs", "tx_frames",
            "tx_usecs_irq", "tx_frames_irq", "stats_block", "adaptive_rx", "adaptive_tx") + \
    tuple("unused%d" % i for i in range(11))
PAUSE = ("autoneg", "rx", "tx")

RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK, RTM_SETLINK = 16, 17, 18, 19
NLM_F_EXCL, NLM_F_CREATE = 0x200, 0x400
(IFLA_ADDRESS, IFLA_IFNAME, IFLA_MTU, IFLA_LINK, IFLA_LINKINFO, IFLA_NET_NS_FD, IFLA_NUM_TX,
 IFLA_NUM_RX, IFLA_CARRIER, IFLA_LINK_NETNSID) = 1, 3, 4, 5, 18, 28, 31, 32, 33, 37
IFLA_XDP, IFLA_XDP_FD, IFLA_XDP_FLAGS, XDP_FLAGS_DRV_MODE = 43, 1, 3, 4
IFF_UP, IFF_PROMISC, IFF_ALLMULTI = 0x1, 0x100, 0x200


def ns_fd(name):
    return os.open("/run/netns/" + name, os.O_RDONLY)


def mount_sysfs(ns, path):
    """The /sys of that namespace"""
    os.makedirs(path, exist_ok=True)

    def mount():
        if wire.LIBC.mount(b"sysfs", path.encode(), b"sysfs", 0, None):
            raise OSError(ctypes.get_errno(), "mount " + path)
    wire.in_ns(ns, mount)


class Rtnl(netlink.Netlink):
    """Errors keep their number; what the kernel says besides is in the text."""

    def __init__(self):
        super().__init__(0)
        self.sock.settimeout(120)

    def call(self, kind, payload, flags=0):
        try:
            return self.request(kind, payload, netlink.NLM_F_ACK | flags)
        except wire.Failure as problem:
            code = getattr(problem, "code", None)
            if code is None:
                raise
            raise OSError(code, str(problem)) from None


def link_message(ifindex, *attrs, flags=0, change=0):
    return struct.pack("=BxHiII", 0, 0, ifindex, flags, change) + b"".join(attrs)


def link_info(kind):
    return attr(IFLA_LINKINFO | netlink.NLA_F_NESTED,
                attr(netlink.IFLA_INFO_KIND, kind.encode() + b"\0"))


def create_by(rtnl, dev, *attrs):
    """ip link add, by a socket of the namespace where IFLA_LINK is looked up"""
    rtnl.call(RTM_NEWLINK, link_message(0, attr(IFLA_IFNAME, dev.encode() + b"\0"),
                                        link_info("simnic"), *attrs),
              NLM_F_EXCL | NLM_F_CREATE)


def create(ns, dev, mac=None, link=0, queues=0, target=None):
    """ip link add dev [link ...] [netns target] type simnic; ns is where link is looked up."""
    attrs = []
    if mac:
        attrs.append(attr(IFLA_ADDRESS, wire.mac(mac)))
    if link:
        attrs.append(u32(IFLA_LINK, link))
    if queues:
        attrs += [u32(IFLA_NUM_TX, queues), u32(IFLA_NUM_RX, queues)]
    fd = ns_fd(target) if target else None
    if target:
        attrs.append(u32(IFLA_NET_NS_FD, fd))
    try:
        create_by(wire.in_ns(ns, Rtnl), dev, *attrs)
    finally:
        if target:
            os.close(fd)
    return Nic(target or ns, dev)


class Nic:
    """Network device dev in namespace ns; sockets stay open for as long as it stays there."""

    def __init__(self, ns, dev):
        self.ns, self.dev = ns, dev
        self.sock, self.rtnl, self.ifindex = wire.in_ns(ns, lambda: (
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM), Rtnl(), socket.if_nametoindex(dev)))

    # ---- ip link ----

    def set_link(self, *attrs, flags=0, change=0):
        self.rtnl.call(RTM_SETLINK, link_message(self.ifindex, *attrs, flags=flags, change=change))

    def up(self):
        self.set_link(flags=IFF_UP, change=IFF_UP)

    def down(self):
        self.set_link(change=IFF_UP)

    def flag(self, bit, on):
        self.set_link(flags=bit if on else 0, change=bit)

    def mtu(self, mtu):
        self.set_link(u32(IFLA_MTU, mtu))

    def xdp(self, fd):
        """Native; -1: none"""
        self.set_link(attr(IFLA_XDP | netlink.NLA_F_NESTED,
                           attr(IFLA_XDP_FD, struct.pack("=i", fd)) +
                           u32(IFLA_XDP_FLAGS, XDP_FLAGS_DRV_MODE)))

    def carrier(self, on):
        self.set_link(attr(IFLA_CARRIER, bytes([on])))

    def address(self, mac):
        self.set_link(attr(IFLA_ADDRESS, wire.mac(mac)))

    def delete(self):
        self.rtnl.call(RTM_DELLINK, link_message(self.ifindex))

    def move(self, ns):
        """To another namespace; the new one to be used from now on."""
        fd = ns_fd(ns)
        try:
            self.set_link(u32(IFLA_NET_NS_FD, fd))
        finally:
            os.close(fd)
        return Nic(ns, self.dev)

    def changelink(self, link):
        netlink_info = attr(netlink.IFLA_INFO_KIND, b"simnic\0") + \
            attr(netlink.IFLA_INFO_DATA | netlink.NLA_F_NESTED, b"")
        self.rtnl.call(RTM_NEWLINK, link_message(
            self.ifindex, u32(IFLA_LINK, link),
            attr(IFLA_LINKINFO | netlink.NLA_F_NESTED, netlink_info)))

    # ---- ethtool ----

    def ethtool(self, header, room=0):
        buf = array.array("B", header + bytes(room))
        fcntl.ioctl(self.sock, SIOCETHTOOL,
                    struct.pack("16sP", self.dev.encode(), buf.buffer_info()[0]))
        return buf.tobytes()

    def get_words(self, cmd, names):
        data = self.ethtool(struct.pack("=I", cmd), 4 * len(names))
        return dict(zip(names, struct.unpack("=%dI" % len(names), data[4:])))

    def set_words(self, get, put, names, change):
        words = self.get_words(get, names)
        words.update(change)
        self.ethtool(struct.pack("=%dI" % (1 + len(names)), put, *(words[n] for n in names)))

    def rings(self, **change):
        if not change:
            return self.get_words(GRINGPARAM, RINGS)
        return self.set_words(GRINGPARAM, SRINGPARAM, RINGS, change)

    def channels(self, count=None):
        if count is None:
            return self.get_words(GCHANNELS, CHANNELS)
        return self.set_words(GCHANNELS, SCHANNELS, CHANNELS, {"combined": count})

    def coalesce(self, **change):
        if not change:
            return self.get_words(GCOALESCE, COALESCE)
        return self.set_words(GCOALESCE, SCOALESCE, COALESCE, change)

    def pause(self, **change):
        if not change:
            return self.get_words(GPAUSEPARAM, PAUSE)
        return self.set_words(GPAUSEPARAM, SPAUSEPARAM, PAUSE, change)

    def tunables(self, **change):
        for name, value in change.items():
            self.ethtool(struct.pack("=5I", STUNABLE, TUNABLES[name], TUNABLE_U32, 4, value))

    def strings(self, group):
        count = struct.unpack_from("=I", self.ethtool(
            struct.pack("=IIQ", GSSET_INFO, 0, 1 << group), 4), 16)[0]
        data = self.ethtool(struct.pack("=III", GSTRINGS, group, count), 32 * count)[12:]
        return [data[32 * i:32 * i + 32].split(b"\0")[0].decode() for i in range(count)]

    def stats(self):
        names = self.strings(SS_STATS)
        data = self.ethtool(struct.pack("=II", GSTATS, len(names)), 8 * len(names))
        return dict(zip(names, struct.unpack_from("=%dQ" % len(names), data, 8)))

    def priv_flags(self, **change):
        value = struct.unpack("=II", self.ethtool(struct.pack("=I", GPFLAGS), 4))[1]
        names = self.strings(SS_PRIV_FLAGS)
        if not change:
            return {name: bool(value >> i & 1) for i, name in enumerate(names)}
        for name, on in change.items():
            bit = 1 << names.index(name.replace("_", "-"))
            value = value | bit if on else value & ~bit
        return self.ethtool(struct.pack("=II", SPFLAGS, value))

    def features(self, **change):
        """By the names that the kernel has for them, _ for -"""
        names = self.strings(SS_FEATURES)
        blocks = (len(names) + 31) // 32
        if not change:
            data = self.ethtool(struct.pack("=II", GFEATURES, blocks), 16 * blocks)
            words = struct.unpack_from("=%dI" % (4 * blocks), data, 8)
            return {name for i, name in enumerate(names)
                    if words[4 * (i // 32) + 2] >> (i % 32) & 1}
        words = [0] * (2 * blocks)
        for name, on in change.items():
            i = names.index(name.replace("_", "-"))
            words[2 * (i // 32)] |= 1 << (i % 32)
            words[2 * (i // 32) + 1] |= on << (i % 32)
        return self.ethtool(struct.pack("=II", SFEATURES, blocks) +
                            struct.pack("=%dI" % len(words), *words))

    def rss_table(self, table=None):
        if table is None:
            size = struct.unpack_from("=I", self.ethtool(struct.pack("=II", GRXFHINDIR, 0)), 4)[0]
            data = self.ethtool(struct.pack("=II", GRXFHINDIR, size), 4 * size)
            return list(struct.unpack_from("=%dI" % size, data, 8))
        return self.ethtool(struct.pack("=II%dI" % len(table), SRXFHINDIR, len(table), *table))

    def link_settings(self, **change):
        """speed=, duplex=, autoneg="""
        head = struct.pack("=II", GLINKSETTINGS, 0)
        words = -struct.unpack_from("=b", self.ethtool(head, 40), 15)[0]
        head = bytearray(48)
        struct.pack_into("=I", head, 0, GLINKSETTINGS)
        struct.pack_into("=b", head, 15, words)
        data = bytearray(self.ethtool(bytes(head), 12 * words))
        if not change:
            return struct.unpack_from("=I", data, 4)[0], data[8], data[11]
        struct.pack_into("=I", data, 0, SLINKSETTINGS)
        struct.pack_into("=I", data, 4, change.get("speed", struct.unpack_from("=I", data, 4)[0]))
        data[8] = change.get("duplex", data[8])
        data[11] = change.get("autoneg", data[11])
        return self.ethtool(bytes(data))

    def renegotiate(self):
        self.ethtool(struct.pack("=I", NWAY_RST))

    def self_test(self, offline=False):
        count = len(self.strings(SS_TEST))
        return self.ethtool(struct.pack("=IIII", TEST, offline, 0, count), 8 * count)

    def registers(self):
        size = 1 << 16
        return self.ethtool(struct.pack("=III", GREGS, 0, size), size)

    def settings(self):
        """All of what has to stay as it was when a change is refused"""
        channels, coalesce = self.channels(), self.coalesce()
        if coalesce["adaptive_rx"]:
            coalesce["rx_usecs"] = coalesce["rx_frames"] = "adaptive"
        return {"rings": self.rings(), "channels": channels, "coalesce": coalesce,
                "pause": self.pause(), "flags": self.priv_flags(), "features": self.features(),
                "table": self.rss_table(), "mtu": self.read("mtu")}

    # ---- other places ----

    def read(self, file):
        """One of its attributes, which are asked for by number: no /sys is needed."""
        answer = self.rtnl.call(RTM_GETLINK, link_message(self.ifindex))[0]
        found = dict(netlink.attrs(answer[16:]))
        if file == "mtu":
            return struct.unpack("=I", found[IFLA_MTU])[0]
        if file == "carrier":
            return found[IFLA_CARRIER][0]
        raise KeyError(file)

    def has_carrier(self):
        return bool(self.read("carrier"))


def write(path, text):
    """In one go, unbuffered: the error is that of the write"""
    fd = os.open(path, os.O_WRONLY)
    try:
        os.write(fd, str(text).encode())
    finally:
        os.close(fd)


if __name__ == "__main__":  # NAME LINK NETNSID, which ip(8) does not send if it knows better
    try:
        create_by(Rtnl(), sys.argv[1], u32(IFLA_LINK, int(sys.argv[2])),
                  u32(IFLA_LINK_NETNSID, int(sys.argv[3])))
    except OSError as problem:
        sys.exit(os.strerror(problem.errno))
