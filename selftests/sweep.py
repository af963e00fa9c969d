#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""sweep.py CASE PLACE_A PLACE_B: does something to card a again and again, each time
with another one of its memory allocations failing, from the first to the last, by
/proc/thread-self/fail-nth (of very many, a sample; SIMNIC_SWEEP=all does them
all). Each time it has to be done, or refused and everything
as it was; and frames flow at once, whether or not.

A place is NAMESPACE,DEVICE; a and b are cabled and up.
"""

import errno
import gc
import os
import random
import socket
import sys
import time

import bpf
import nic
import wire

LIMIT = 1 << 20   # allocations that nothing takes
AT_EDGES, BETWEEN = 50, 60   # of more than the sum, so many are tried
PATIENCE = 30
ROOM = "simnic-sweep"  # a namespace to move to
FRAME = b"\xff" * 6 + bytes((2, 0, 0, 0, 0, 1, 0x88, 0xb5)) + bytes(46)


def wait_for(what, done):
    end = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > end:
            raise wire.Failure("not within %d s: %s" % (PATIENCE, what))
        time.sleep(0.01)


def count(path):
    try:
        return len(os.listdir(path))
    except FileNotFoundError:
        return 0


def occupied():
    """What cards take in other places"""
    return {"cards": sum(d.startswith("simnic") for d in os.listdir("/sys/bus/platform/devices")),
            "interrupts": count("/sys/kernel/irq"), "debugfs": count("/sys/kernel/debug/simnic")}


def links(ns):
    return wire.in_ns(ns, lambda: sorted(name for _, name in socket.if_nameindex()))


def chosen(total):
    """All, or the first ones, the last ones, and some between them; always the same"""
    if total <= 2 * AT_EDGES + BETWEEN or os.environ.get("SIMNIC_SWEEP") == "all":
        return range(1, total + 1)
    between = random.Random(total).sample(range(AT_EDGES + 1, total - AT_EDGES), BETWEEN)
    return [*range(1, AT_EDGES + 1), *sorted(between), *range(total - AT_EDGES, total + 1)]


class Injector:
    """The calling thread's fail-nth; the file stays open, since opening it allocates."""

    def __init__(self):
        self.fd = os.open("/proc/thread-self/fail-nth", os.O_RDWR)

    def count(self, act):
        """How many allocations it takes"""
        os.pwrite(self.fd, b"%d" % LIMIT, 0)
        try:
            act()
        finally:
            left = int(os.pread(self.fd, 16, 0))
            os.pwrite(self.fd, b"0", 0)
        return LIMIT - left

    def call(self, nth, act):
        """Returns whether an allocation failed, and the error, if any."""
        error = None
        os.pwrite(self.fd, b"%d" % nth, 0)
        try:
            act()
        except (OSError, wire.Failure) as problem:
            error = problem
        finally:
            left = int(os.pread(self.fd, 16, 0))
            os.pwrite(self.fd, b"0", 0)
        return left == 0, error


class Sweep:
    """The cards, and how to see that they are well."""

    def __init__(self, place_a, place_b):
        self.a, self.b = (nic.Nic(*place.split(",")) for place in (place_a, place_b))
        self.injector = Injector()
        self.rtnl = wire.in_ns(self.a.ns, nic.Rtnl)
        # Sockets of these stay open: to close one takes a while.
        self.raw = {card: wire.packet_socket("%s,%s" % (card.ns, card.dev))
                    for card in (self.a, self.b)}

    def flows(self):
        """Both ways, by frames for everybody"""
        for card in (self.a, self.b):
            wait_for("carrier of " + card.dev, card.has_carrier)
        for tx, rx in ((self.a, self.b), (self.b, self.a)):
            before = rx.stats()["rx_packets"]
            for _ in range(4):
                self.raw[tx].send(FRAME)
            wait_for("frames from " + tx.dev,
                     lambda rx=rx, before=before: rx.stats()["rx_packets"] >= before + 4)

    def state(self):
        return {"a": self.a.settings(), "b": self.b.settings(), "occupied": occupied(),
                "links": (links(self.a.ns), links(self.b.ns))}

    def run(self, act, undo, before=None, well=None, fixed=True):
        """undo() takes back what act() did. With fixed, all is as before then."""
        prepare, well = before or (lambda: None), well or self.flows
        act()   # once, for the caches to be warm, here and in the kernel
        undo()
        total = self.count(act, undo, prepare)
        refused, tried, hit = 0, 0, 0
        for nth in chosen(total):
            tried += 1
            prepare()
            old = self.state() if fixed else None
            failed, error = self.injector.call(nth, act)
            if error is None or getattr(error, "errno", None) == errno.ENOBUFS:
                # In the latter case it was the answer that there was no memory for.
                self.take_back(undo, error)
            else:
                refused += 1
            if error is not None and not failed:
                raise wire.Failure("fails although no allocation does: %s" % error)
            if fixed:
                self.compare(old, nth, error)
            well()
            hit += failed
        print("%d allocations, %d of %d failed, %d times refused" % (total, hit, tried, refused))
        if hit * 5 < tried:
            raise wire.Failure("only few of them failed: the sweep has missed them")

    def count(self, act, undo, prepare):
        """Allocations that it takes, at most: it depends on who listens, and on caches."""
        counts = []
        for _ in range(3):
            prepare()
            counts.append(self.injector.count(act))
            undo()
        return max(counts)

    def take_back(self, undo, error):
        try:
            undo()
        except (OSError, wire.Failure):
            if error is None:
                raise

    def compare(self, old, nth, error):
        new = None
        for _ in range(200):  # a card's interrupts may go a little later
            new = self.state()
            if new == old:
                return
            time.sleep(0.02)
        differ = {key: (old[key], new[key]) for key in old if old[key] != new[key]}
        raise wire.Failure("with allocation %d failing (%s), this is not as before: %s" %
                           (nth, error or "and done all the same", differ))


# ---- What is done --------------------------------------------------------------

def plug_in(s, *attrs):
    nic.create_by(s.rtnl, "x", nic.u32(nic.IFLA_NUM_TX, 1), nic.u32(nic.IFLA_NUM_RX, 1), *attrs)


def newlink(s):
    s.run(lambda: plug_in(s), lambda: nic.Nic(s.a.ns, "x").delete())


def newlink_cabled(s):
    """To a third card, which keeps no end of it"""
    y = nic.create(s.a.ns, "y")
    s.run(lambda: plug_in(s, nic.u32(nic.IFLA_LINK, y.ifindex)),
          lambda: nic.Nic(s.a.ns, "x").delete())
    y.delete()


def newlink_elsewhere(s):
    fd = nic.ns_fd(s.b.ns)
    s.run(lambda: plug_in(s, nic.u32(nic.IFLA_NET_NS_FD, fd)),
          lambda: nic.Nic(s.b.ns, "x").delete())


def dellink(s):
    """It is never refused, once the request gets there."""
    def gone():
        if "x" in links(s.a.ns):
            nic.Nic(s.a.ns, "x").delete()
        s.flows()
    x = []

    def before():
        plug_in(s)
        x[:] = [nic.Nic(s.a.ns, "x").ifindex]
    before()
    s.run(lambda: s.rtnl.call(nic.RTM_DELLINK, nic.link_message(x[0])), lambda: None,
          before=before, well=gone, fixed=False)


def up(s):
    s.a.down()
    s.run(s.a.up, s.a.down, well=lambda: None)
    s.a.up()
    s.flows()


def rings(s):
    s.run(lambda: s.a.rings(rx=128, tx=128), lambda: s.a.rings(rx=64, tx=64))


def channels_more(s):
    s.a.channels(1)
    s.run(lambda: s.a.channels(2), lambda: s.a.channels(1))
    s.a.channels(2)


def channels_fewer(s):
    s.run(lambda: s.a.channels(1), lambda: s.a.channels(2))


def legacy_irq(s):
    s.run(lambda: s.a.priv_flags(legacy_irq=True), lambda: s.a.priv_flags(legacy_irq=False))


def vectors(s):
    s.a.priv_flags(legacy_irq=True)
    s.run(lambda: s.a.priv_flags(legacy_irq=False), lambda: s.a.priv_flags(legacy_irq=True))
    s.a.priv_flags(legacy_irq=False)


def features(s):
    names = ("rx-gro-hw", "rx-checksum", "tx-tcp-segmentation", "rx-vlan-filter")
    s.run(lambda: s.a.features(**{name: 0 for name in names}),
          lambda: s.a.features(**{name: 1 for name in names}))


def mtu(s):
    s.run(lambda: s.a.mtu(9000), lambda: s.a.mtu(1500))


def coalesce(s):
    s.run(lambda: s.a.coalesce(adaptive_rx=0, rx_usecs=77, tx_usecs=99),
          lambda: s.a.coalesce(adaptive_rx=1, rx_usecs=50, tx_usecs=1000))


def rss(s):
    table = [1] * len(s.a.rss_table())
    s.run(lambda: s.a.rss_table(table), lambda: s.a.rss_table([]))


def xdp(s):
    program = bpf.load(bpf.program("pass"), 0)
    s.run(lambda: s.a.xdp(program), lambda: s.a.xdp(-1))


def cable(s):
    """Moved to a third card; where that fails, it is back in its place."""
    y = nic.create(s.a.ns, "y", queues=1)
    s.run(lambda: s.a.changelink(y.ifindex), lambda: s.a.changelink(s.b.ifindex))
    y.delete()


def move(s):
    """A card of its own, which is where it was or where it is to be"""
    fd = nic.ns_fd(ROOM)
    x = nic.create(s.a.ns, "x", queues=1)

    def back():
        nic.Nic(ROOM, "x").move(s.a.ns)
    s.run(lambda: x.set_link(nic.u32(nic.IFLA_NET_NS_FD, fd)), back)
    x.delete()


def statistics(s):
    s.run(lambda: (s.a.stats(), s.a.registers()), lambda: None)


def self_test(s):
    s.run(lambda: s.a.self_test(True), lambda: None)


CASES = {function.__name__: function for function in (
    newlink, newlink_cabled, newlink_elsewhere, dellink, up, rings, channels_more, channels_fewer,
    legacy_irq, vectors, features, mtu, coalesce, rss, xdp, cable, move, statistics, self_test)}

# What waits for others to see it, as deleting does, waits less.
EXPEDITED = "/sys/kernel/rcu_expedited"

if __name__ == "__main__":
    gc.disable()
    nic.write(EXPEDITED, 1)
    try:
        CASES[sys.argv[1]](Sweep(sys.argv[2], sys.argv[3]))
    except wire.Failure as problem:
        sys.exit("%s: %s" % (sys.argv[1], problem))
    finally:
        nic.write(EXPEDITED, 0)
