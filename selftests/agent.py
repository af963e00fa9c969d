#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Does what a shell cannot, or what would take it too many processes: on an
emulated machine, each program that is started costs a tenth of a second.

agent.py                   requests on standard input, one a line, in fields
                           separated by tabs: COMMAND, PLACE or KEY=VALUE...
                           Answers: "ok" or "error", the number of lines that
                           follow, and these.
agent.py COMMAND ARG...    one request, for the background

A place is NAMESPACE,DEVICE.
"""

import array
import fcntl
import os
import re
import socket
import struct
import sys

import books
import netlink
import wire

# ---- Counters, as ethtool -S has them -----------------------------------------

SIOCETHTOOL = 0x8946
ETHTOOL_GSTRINGS, ETHTOOL_GSTATS, ETHTOOL_GSSET_INFO = 0x1b, 0x1d, 0x37
ETH_SS_STATS = 1


def ethtool(sock, dev, header, room=0):
    buf = array.array("B", header + bytes(room))
    fcntl.ioctl(sock, SIOCETHTOOL, struct.pack("16sP", dev.encode(), buf.buffer_info()[0]))
    return buf.tobytes()[len(header):]


def counters(place):
    ns, dev = place.split(",")
    sock = wire.in_ns(ns, lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    count = struct.unpack("=I", ethtool(sock, dev, struct.pack(
        "=IIQ", ETHTOOL_GSSET_INFO, 0, 1 << ETH_SS_STATS), 4))[0]
    names = ethtool(sock, dev, struct.pack("=III", ETHTOOL_GSTRINGS, ETH_SS_STATS, count),
                    32 * count)
    values = ethtool(sock, dev, struct.pack("=II", ETHTOOL_GSTATS, count), 8 * count)
    return {names[32 * i:32 * i + 32].rstrip(b"\0").decode(): value
            for i, value in enumerate(struct.unpack("=%dQ" % count, values))}


def stats(place, *names):
    """The sum of these counters; without names, all that are not zero."""
    have, names = counters(place), " ".join(names).split()
    if not names:
        return "\n".join("%s: %d" % item for item in have.items() if item[1])
    missing = [name for name in names if name not in have]
    if missing:
        raise wire.Failure("no counter " + " ".join(missing))
    return sum(have[name] for name in names)


def balanced(senders, receivers):
    """Places separated by blanks. "1" or "0", and the sums."""
    ends = [[counters(place) for place in places.split()] for places in (senders, receivers)]
    return "%d %s" % (books.balanced(*ends), books.line(*ends))


def drops(*places):
    """Of all these cards, whatever the reason"""
    return sum(books.drops(counters(place)) for place in places)


# ---- The kernel's log -----------------------------------------------------------

COMPLAINTS = re.compile(
    r"WARNING|\bBUG\b|Oops|panic|Call Trace|cut here|general protection|[Uu]nable to handle"
    r"|KASAN|KCSAN|KFENCE|KMSAN|UBSAN|ODEBUG|DMA-API: |kmemleak: [1-9]|refcount_t|corruption"
    r"|INFO: (task|rcu|possible|trying)|rcu.*(stall|starved)|blocked for more than"
    r"|soft lockup|hard LOCKUP|scheduling while atomic|sleeping function|atomic context"
    r"|(circular|recursive) locking|inconsistent lock|suspicious RCU|bad unlock"
    r"|Bad page|page allocation failure|page_pool.*stalled|unregister_netdevice: waiting"
    r"|NETDEV WATCHDOG|nobody cared|Disabling IRQ|left irqs disabled|NOHZ.*softirq|segfault")

# How reports of several lines begin and end
REPORTS = {"[ cut here ]": "end trace", "BUG: sleeping function": "</TASK>"}


class Log:
    def __init__(self):
        self.kmsg = os.open("/dev/kmsg", os.O_RDWR | os.O_NONBLOCK)
        os.lseek(self.kmsg, 0, os.SEEK_END)

    def lines(self):
        """What was said since the last call."""
        while True:
            try:
                record = os.read(self.kmsg, 8192).decode(errors="replace")
            except BlockingIOError:
                return
            except BrokenPipeError:  # overwritten before it was read
                continue
            yield record.split(";", 1)[1].split("\n")[0]

    def mark(self, *words):
        for _ in self.lines():
            pass
        os.write(self.kmsg, (" ".join(words) + "\n").encode())

    @staticmethod
    def without_others_races(lines):
        """Drops what KCSAN reports if the module has no part in it, that is, if it is
        not among the four innermost frames of either side, or if all it does there is to
        schedule NAPI, which asks a flag of this processor's softirq."""
        napi = "__napi_schedule(_irqoff)? / net_rx_action|net_rx_action / __napi_schedule"
        kept, report, depth = [], None, 9
        for line in lines:
            if "BUG: KCSAN" in line:
                report, ours = [], False
                others = re.search(napi, line)
            if report is None:
                kept.append(line)
                continue
            report.append(line)
            depth = 0 if re.search("(read|write|race|assert).*:$", line) else depth + 1
            ours = ours or depth <= 4 and "[simnic]" in line and not others
            if "=" * 60 in line:
                kept += report if ours else []
                report = None
        return kept + (report or [])

    def check(self, allowed=""):
        """Fails if there are complaints. Allowed are single lines, and whole reports that
        contain this."""
        lines = self.without_others_races(self.lines())
        kept, report = [], []
        for line in lines:
            if report or any(begin in line for begin in REPORTS):
                report.append(line)
                if not any(begin in report[0] and end in line for begin, end in REPORTS.items()):
                    continue
            block, report = report or [line], []
            if not allowed or not re.search(allowed, "\n".join(block)):
                kept += block
        kept += report
        for i, line in enumerate(kept):
            if COMPLAINTS.search(line):
                raise wire.Failure("\n".join(["the kernel complained:"] + kept[i:i + 40]))


# ---- Requests ---------------------------------------------------------------------

def keys(function):
    return lambda *args: function(dict(arg.split("=", 1) for arg in args))


def in_place(function):
    def call(place, *args):
        ns, dev = place.split(",")
        return wire.in_ns(ns, lambda: function(socket.if_nametoindex(dev), *args))
    return call


def commands():
    log = Log()
    found = {name: keys(getattr(wire, name)) for name in ("send", "sequence", "burst", "tcp",
                                                         "reuse", "udp", "hashes", "hold")}
    found.update((name, in_place(getattr(netlink, name)))
                 for name in ("changelink", "queues", "napis", "qstats", "napi_set"))
    found.update(stats=stats, balanced=balanced, drops=drops, log_mark=log.mark, log_check=log.check)
    return found


def answer(word, text):
    lines = [] if text is None else str(text).split("\n")
    print("\n".join(["%s %d" % (word, len(lines))] + lines), flush=True)


def serve(known):
    for line in sys.stdin:
        name, *args = line.rstrip("\n").split("\t")
        try:
            answer("ok", known[name](*args))
        except (wire.Failure, OSError, ValueError, KeyError) as problem:
            answer("error", "%s: %s" % (name, problem))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        reply = commands()[sys.argv[1]](*sys.argv[2:])
        if reply is not None:
            print(reply)
    else:
        serve(commands())
