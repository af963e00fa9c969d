# SPDX-License-Identifier: GPL-2.0
"""The pairs that are measured side by side. Each end has a namespace of its own."""

import os
import re
from pathlib import Path

from kit import (Failed, Lacks, NETNS, NotHere, inside, ip_batch, load_module, netns_add, netns_del,
                 read, run, sysfs, wait_until, write)
from placement import plan, steer_irqs, steer_rps, steer_threads

OFFLOADS = ("tso", "tx-udp-segmentation", "rx-gro-hw", "lro")

LONG = {"tso": "tcp-segmentation-offload", "lro": "large-receive-offload"}


class Pair:
    """Two ends, a and b, of a cable; a sends. `near` and `far` are (namespace, device)."""

    name = ""
    number = 0
    linked_twice = False    # whether there can be a second pair of these

    def __init__(self, instance=0):
        self.instance = instance
        stem = f"{self.name.replace('-', '')}{'cd'[instance - 1] if instance else ''}"
        self.netns = (f"{stem}-a", f"{stem}-b")
        self.dev = (f"{stem[:9]}a", f"{stem[:9]}b")
        third = 10 * self.number + instance
        self.addr = (f"198.18.{third}.1", f"198.18.{third}.2")
        self.nobody = f"198.18.{third}.99"
        self.mac = tuple(f"02:be:0c:00:{third:02x}:0{end}" for end in "ab")
        self.settings, self.owned, self.made = {}, [], None

    # What the kinds differ in

    def check(self):
        """NotHere if the guest lacks what this takes."""

    def add(self, queues):
        """The two devices, each in its namespace, not yet up."""
        raise NotImplementedError

    def remove(self):
        """Both devices are gone, or back where they came from, with the namespaces."""

    def tune(self):
        """What makes it a variant of another kind."""

    def steer(self, end, cpus, moved):
        """Received on these processors, which are other ones than the sender's if moved."""
        return steer_irqs(self.netns[end], self.dev[end], cpus)

    # What they have in common

    def ends(self):
        return zip((0, 1), self.netns, self.dev)

    def make(self, queues=1, mtu=1500, offloads=True, placement="other"):
        """Anew, if it is not like that already: starting programs takes its time."""
        wanted = (queues, mtu, offloads, placement)
        if self.made == wanted:
            return
        self.unmake()
        senders, receivers = plan(placement)
        for netns in self.netns:
            if not (NETNS / netns).exists():
                self.owned.append(netns)
                netns_add(netns)
        self.add(queues)
        self.tune()
        for end, netns, dev in self.ends():
            if not offloads:
                self.features(end, off=OFFLOADS)
            self.up(end, netns, dev, mtu)
        for end, netns, dev in self.ends():
            wait_until(15, lambda n=netns, d=dev: carrier(n, d), f"carrier of {dev}")
        self.settings = {f"received at {'ab'[end]}": self.steer(end, cpus, placement != "same")
                         for end, cpus in enumerate((senders, receivers))}
        self.made = wanted

    def up(self, end, netns, dev, mtu):
        peer = 1 - end
        try:
            ip_batch([f"link set {dev} mtu {mtu}", f"link set {dev} up",
                      f"addr add {self.addr[end]}/24 dev {dev}",
                      f"neigh replace {self.addr[peer]} lladdr {self.address(peer)} dev {dev}",
                      f"neigh replace {self.nobody} lladdr {self.address(peer)} dev {dev}"], netns)
        except Failed as error:
            if mtu == 1500:
                raise
            raise NotHere(f"MTU {mtu} is refused") from error

    def address(self, end):
        return read(sysfs(self.netns[end], self.dev[end]) / "address").strip()

    def features(self, end, on=(), off=()):
        """One by one: not every kind knows all of them."""
        for feature, state in [(f, "on") for f in on] + [(f, "off") for f in off]:
            with inside(self.netns[end]):
                try:
                    run("ethtool", "-K", self.dev[end], feature, state)
                except Failed:
                    continue

    def channels(self, queues):
        for end, netns, dev in self.ends():
            with inside(netns):
                shown = run("ethtool", "-l", dev)
                most, now = re.findall(r"^Combined:\s+(\d+)", shown, re.M)
                if int(most) < queues:
                    raise NotHere(f"has {most} queue pairs at most here")
                if int(now) != queues:
                    run("ethtool", "-L", dev, "combined", str(queues))

    def unmake(self):
        self.made = None
        self.remove()

    def close(self):
        self.unmake()
        while self.owned:
            netns_del(self.owned.pop())


def carrier(netns, dev):
    return read(sysfs(netns, dev) / "carrier").strip() == "1"


class Simnic(Pair):
    name, number, linked_twice = "simnic", 1, True

    def check(self):
        load_module("simnic", "/sys/module/simnic")

    def add(self, queues):
        (netns, far), (dev, peer) = self.netns, self.dev
        size = f"numtxqueues {queues} numrxqueues {queues}"
        ip_batch([f"link add {dev} address {self.mac[0]} {size} type simnic",
                  f"link add {peer} address {self.mac[1]} link {dev} netns {far} {size} type simnic"],
                 netns)

    def remove(self):
        for _, netns, dev in self.ends():
            if sysfs(netns, dev).exists():
                run("ip", "-n", netns, "link", "del", dev)


class Veth(Pair):
    """As shipped: received where it is sent."""
    name, number, linked_twice = "veth", 2, True

    def check(self):
        load_module("veth", "/sys/module/veth")

    def add(self, queues):
        (netns, far), (dev, peer) = self.netns, self.dev
        size = f"numtxqueues {queues} numrxqueues {queues}"
        ip_batch([f"link add {dev} address {self.mac[0]} {size} type veth "
                  f"peer name {peer} address {self.mac[1]} {size} netns {far}"], netns)

    def remove(self):
        if sysfs(self.netns[0], self.dev[0]).exists():
            run("ip", "-n", self.netns[0], "link", "del", self.dev[0])

    def steer(self, end, cpus, moved):
        return "where it is sent"


class VethRps(Veth):
    """Without GRO there is no NAPI, and RPS is what can move its softirq."""
    name, number = "veth-rps", 8

    def steer(self, end, cpus, moved):
        if not moved:
            raise Lacks("on one CPU that is veth")
        return steer_rps(self.netns[end], self.dev[end], cpus)


class VethGro(Veth):
    """With NAPI, by GRO."""
    name, number = "veth-gro", 3

    def tune(self):
        for end in (0, 1):
            self.features(end, on=["gro"])


class VethThreads(VethGro):
    """With NAPI, which can have threads."""
    name, number = "veth-thr", 10

    def steer(self, end, cpus, moved):
        if not moved:
            raise Lacks("on one CPU that is veth-gro")
        return steer_threads(self.netns[end], self.dev[end], cpus)


class Netdevsim(Pair):
    name, number = "netdevsim", 4
    bus = Path("/sys/bus/netdevsim")

    def check(self):
        load_module("netdevsim", self.bus)
        if not (self.bus / "link_device").exists():
            raise NotHere("this netdevsim cannot be linked")

    def add(self, queues):
        for end, netns, dev in self.ends():
            write(self.bus / "new_device", f"{40 + end} 1 {queues}")
            found = list((self.bus / f"devices/netdevsim{40 + end}/net").iterdir())
            ip_batch([f"link set {found[0].name} netns {netns} name {dev}"])
        fds = [os.open(NETNS / netns, os.O_RDONLY) for netns in self.netns]
        index = [read(sysfs(netns, dev) / "ifindex").strip() for _, netns, dev in self.ends()]
        write(self.bus / "link_device", f"{fds[0]}:{index[0]} {fds[1]}:{index[1]}")
        for fd in fds:
            os.close(fd)

    def remove(self):
        for number in (40, 41):
            if (self.bus / f"devices/netdevsim{number}").exists():
                write(self.bus / "del_device", number)

    def steer(self, end, cpus, moved):
        return steer_rps(self.netns[end], self.dev[end], cpus) if moved else "where it is sent"


class Emulated(Pair):
    """What QEMU plugged in and joined; known by the addresses that it was given."""

    driver = ""
    shipped = None      # what it offloads, for each end: they are never made anew

    def found(self, end):
        for dev in Path("/sys/class/net").iterdir():
            if read(dev / "address").strip() == self.mac[end]:
                return dev.name
        raise NotHere("QEMU has not joined such a pair to this guest")

    def check(self):
        load_module(self.driver, f"/sys/module/{self.driver}")
        self.found(0)

    def add(self, queues):
        for end, netns, dev in self.ends():
            ip_batch([f"link set {self.found(end)} netns {netns} name {dev}"])
        self.channels(queues)
        self.shipped = self.shipped or [self.offloads(end) for end in (0, 1)]
        for end, on in enumerate(self.shipped):
            self.features(end, on=on)

    def offloads(self, end):
        with inside(self.netns[end]):
            shown = dict(re.findall(r"^\s*(\S+): (on|off)", run("ethtool", "-k", self.dev[end]), re.M))
        return [feature for feature in OFFLOADS if shown.get(LONG.get(feature, feature)) == "on"]

    def remove(self):
        for end, netns, dev in self.ends():
            if sysfs(netns, dev).exists():
                ip_batch([f"link set {dev} down", f"link set {dev} netns 1"], netns)


class Virtio(Emulated):
    name, number, driver = "virtio", 5, "virtio_net"


class Igb(Emulated):
    name, number, driver = "igb", 6, "igb"


class E1000e(Emulated):
    name, number, driver = "e1000e", 7, "e1000e"

    def channels(self, queues):
        if queues > 1:
            raise NotHere("has one queue pair")


KINDS = [Simnic, Veth, VethRps, VethGro, VethThreads, Netdevsim, Virtio, Igb, E1000e]
