# SPDX-License-Identifier: GPL-2.0
"""64-byte frames into XDP programs in the driver at end b, counted where their way ends."""

import struct

from bpf import Programs
from kit import Failed, NotHere, inside, rate, read, run, snmp, sysfs, wait_until
from pktgen import Pktgen
from placement import CPUS, plan
from workload import Workload


class Xdp(Workload):
    """Frames per second that come to the end of their way."""

    metrics = {"": ("frames/s", True)}

    def __init__(self, name, what, way, shared=True, **pair):
        super().__init__(name, what, **pair)
        self.way, self.shared = way, shared
        self.programs, self.seconds = {}, {}

    def prepare(self, pair):
        if pair.name == "netdevsim":
            raise NotHere("its XDP is the kernel's generic one, which pktgen's shared frames crash")
        programs = self.programs[pair.name] = Programs(pair.name)
        self.way(self, pair, programs)

    # The ways

    def drop(self, pair, programs):
        programs.attach(pair.netns[1], pair.dev[1], "drop")

    def back(self, pair, programs):
        """Whatever takes frames from XDP_TX may want a program itself, as veth does."""
        programs.attach(pair.netns[0], pair.dev[0], "drop")
        programs.attach(pair.netns[1], pair.dev[1], "back")

    def redirect(self, pair, programs):
        """To the first end of a second pair, in the namespace of end b."""
        if not pair.linked_twice:
            raise NotHere("there is only one such pair")
        second = self.seconds[pair.name] = type(pair)(instance=1)
        second.netns = (pair.netns[1], second.netns[1])
        second.make(placement=self.pair.get("placement", "other"))
        # The frames are addressed to the first pair: a card with a filter takes its own only.
        run("ip", "-n", second.netns[1], "link", "set", second.dev[1], "promisc", "on")
        programs.attach(pair.netns[1], pair.dev[1], "redirect")
        for end, netns, dev in second.ends():
            programs.attach(netns, dev, "drop")
        index = read(sysfs(second.netns[0], second.dev[0]) / "ifindex")
        with inside(second.netns[0]):   # whose number it is
            programs.maps["cards"].set(0, struct.pack("I", int(index)))

    def cpumap(self, pair, programs):
        """To the stack, on a third processor if there is one."""
        senders, receivers = plan(self.pair.get("placement", "other"))
        free = [cpu for cpu in CPUS if cpu not in senders + receivers] or receivers
        programs.attach(pair.netns[1], pair.dev[1], "move")
        programs.maps["cpus"].set(free[0], struct.pack("II", 2048, 0))
        programs.maps["target"].set(0, struct.pack("I", free[0]))

    def counter(self, pair):
        if self.way is Xdp.cpumap:
            return lambda: dropped_by_routing(pair)
        return self.programs[pair.name].maps["frames"].total

    def measure(self, pair, seconds):
        pktgen, counter = Pktgen(pair, shared=self.shared), self.counter(pair)
        start = counter()
        pktgen.start()
        try:
            try:
                wait_until(5, lambda: counter() > start, "a frame reaches the end of its way")
            except Failed as error:
                raise NotHere("takes the program, but no frame reaches the end of its way") from error
            return {"": rate(counter, seconds)}
        finally:
            pktgen.stop()

    def finish(self, pair):
        programs = self.programs.pop(pair.name, None)
        if programs:
            programs.close()
        second = self.seconds.pop(pair.name, None)
        if second:
            second.close()


def dropped_by_routing(pair):
    return snmp(pair.netns[1], "Ip", "InAddrErrors")


def workloads():
    for name, what, way in (("drop", "XDP_DROP", Xdp.drop), ("tx", "XDP_TX, back again", Xdp.back),
                            ("redirect", "XDP_REDIRECT to another card", Xdp.redirect),
                            ("cpumap", "XDP_REDIRECT through cpumap, into the stack", Xdp.cpumap)):
        yield Xdp(f"xdp-{name}", f"pktgen 64 bytes, {what}", way)
        if way is not Xdp.cpumap:
            yield Xdp(f"xdp-{name}-same", f"pktgen 64 bytes, {what}, one CPU", way, placement="same")
    yield Xdp("xdp-drop-own-same", "frames that pktgen does not keep, XDP_DROP, one CPU", Xdp.drop,
              shared=False, placement="same")
