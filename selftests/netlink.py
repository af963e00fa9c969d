# SPDX-License-Identifier: GPL-2.0
"""What the tools in a distribution do not say over netlink (yet)."""

import json
import os
import socket
import struct
import sys

from wire import Failure

NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP = 1, 4, 0x300
NLMSG_ERROR, NLMSG_DONE = 2, 3
NLM_F_ACK_TLVS, NLM_F_CAPPED = 0x200, 0x100
NLMSGERR_ATTR_MSG = 1
NLA_F_NESTED, NLA_TYPE = 0x8000, 0x3fff
RTM_NEWLINK, IFLA_LINK, IFLA_LINKINFO, IFLA_INFO_KIND, IFLA_INFO_DATA = 16, 5, 18, 1, 2
GENL_ID_CTRL, CTRL_CMD_GETFAMILY, CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME = 16, 3, 1, 2
QUEUE_GET, NAPI_GET, QSTATS_GET, NAPI_SET = 10, 11, 12, 14

QUEUE = {1: "id", 2: "ifindex", 3: "type", 4: "napi-id"}
NAPI = {1: "ifindex", 2: "id", 3: "irq", 4: "pid", 5: "defer-hard-irqs",
        6: "gro-flush-timeout", 7: "irq-suspend-timeout", 8: "threaded"}
QSTATS = {1: "ifindex", 2: "type", 3: "id", 8: "rx-packets", 9: "rx-bytes",
          10: "tx-packets", 11: "tx-bytes", 12: "rx-alloc-fail", 13: "rx-hw-drops",
          14: "rx-hw-drop-overruns", 33: "tx-stop", 34: "tx-wake"}
TYPES = {0: "rx", 1: "tx"}


def attr(kind, data):
    raw = struct.pack("=HH", 4 + len(data), kind) + data
    return raw + bytes(-len(raw) % 4)


def u32(kind, value):
    return attr(kind, struct.pack("=I", value))


def attrs(data):
    while len(data) >= 4:
        size, kind = struct.unpack_from("=HH", data)
        yield kind & NLA_TYPE, data[4:size]
        data = data[(size + 3) & ~3:]


def decode(data, names):
    return {names[kind]: int.from_bytes(value, sys.byteorder)
            for kind, value in attrs(data) if kind in names}


class Netlink:
    def __init__(self, protocol):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)
        self.sock.bind((0, 0))
        self.sock.setsockopt(270, 11, 1)  # NETLINK_EXT_ACK

    def request(self, kind, payload, flags):
        """Sends one, returns the payloads of all answers."""
        self.sock.send(struct.pack("=IHHII", 16 + len(payload), kind,
                                   NLM_F_REQUEST | flags, 1, 0) + payload)
        answers = []
        while True:
            data = self.sock.recv(1 << 18)
            while data:
                size, kind, flags, _, _ = struct.unpack_from("=IHHII", data)
                body, data = data[16:size], data[(size + 3) & ~3:]
                if kind == NLMSG_ERROR:
                    error(body, flags)
                    return answers
                if kind == NLMSG_DONE:
                    return answers
                answers.append(body)


def error(body, flags):
    code = -struct.unpack_from("=i", body)[0]
    if not code:
        return
    words = [os.strerror(code)]
    if flags & NLM_F_ACK_TLVS:
        size = struct.unpack_from("=I", body, 4)[0]
        tlvs = body[20:] if flags & NLM_F_CAPPED else body[4 + size:]
        words += [value.rstrip(b"\0").decode() for kind, value in attrs(tlvs)
                  if kind == NLMSGERR_ATTR_MSG]
    failure = Failure(": ".join(words))
    failure.code = code
    raise failure


class Netdev(Netlink):
    def __init__(self):
        super().__init__(16)
        name = attr(CTRL_ATTR_FAMILY_NAME, b"netdev\0")
        answer = self.request(GENL_ID_CTRL, struct.pack("=BBH", CTRL_CMD_GETFAMILY, 1, 0) + name,
                              NLM_F_ACK)[0]
        family = dict(attrs(answer[4:]))[CTRL_ATTR_FAMILY_ID]
        self.family = int.from_bytes(family, sys.byteorder)

    def dump(self, command, payload, names):
        answers = self.request(self.family, struct.pack("=BBH", command, 1, 0) + payload,
                               NLM_F_DUMP)
        found = [decode(answer[4:], names) for answer in answers]
        for item in found:
            if "type" in item:
                item["type"] = TYPES[item["type"]]
        return json.dumps(found)


# All of these are called in the namespace of the device.

def changelink(ifindex, link):
    """ip link set dev ... link ... type simnic; 0 is no cable."""
    info = attr(IFLA_INFO_KIND, b"simnic\0") + attr(IFLA_INFO_DATA | NLA_F_NESTED, b"")
    Netlink(0).request(RTM_NEWLINK, struct.pack("=BxHiII", 0, 0, ifindex, 0, 0) +
                       u32(IFLA_LINK, int(link)) + attr(IFLA_LINKINFO | NLA_F_NESTED, info),
                       NLM_F_ACK)


def queues(ifindex):
    return Netdev().dump(QUEUE_GET, u32(2, ifindex), QUEUE)


def napis(ifindex):
    return Netdev().dump(NAPI_GET, u32(1, ifindex), NAPI)


def qstats(ifindex):
    """Of each queue."""
    return Netdev().dump(QSTATS_GET, u32(1, ifindex) + u32(4, 1), QSTATS)


def napi_set(_, napi, *settings):
    """threaded=, defer-hard-irqs= or gro-flush-timeout= of a NAPI instance."""
    netdev = Netdev()
    payload = u32(2, int(napi))
    codes = {name: code for code, name in NAPI.items()}
    for setting in settings:
        key, value = setting.split("=")
        payload += u32(codes[key], int(value))
    netdev.request(netdev.family, struct.pack("=BBH", NAPI_SET, 1, 0) + payload, NLM_F_ACK)
