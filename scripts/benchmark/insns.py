# SPDX-License-Identifier: GPL-2.0
"""
python3 scripts/benchmark/insns.py RESULTS     in a guest whose nanoseconds are instructions

What a frame and a megabyte cost, and what an idle card does, counted exactly: on one
processor, and as the difference of a long and a short run, so that starting and
stopping do not count. RESULTS is a TSV: item, value, unit.
"""

import os
import sys
import time
from statistics import median

from kit import PATIENCE, inside, ip_batch, load_module, netns_add, read, run, say, write
from latency import PORT, TOOL, Server
from moderation import Moderation, moderate
from peers import KINDS, Pair
from pktgen import run_frames
from tracing import trace, trace_stream
from xdp import Xdp

SHORT, LONG = 10000, 50000      # frames
TCP_USECS = 800
LESS, MORE = 32, 160            # megabytes
IDLE = 20                       # seconds
REPEAT = 5
PEERS = ("simnic", "veth", "veth-gro")
XDP_WAYS = [Xdp(f"xdp-{name}", "", way, placement="same") for name, way in
            (("drop", Xdp.drop), ("tx", Xdp.back), ("redirect", Xdp.redirect))]


class Dummy(Pair):
    """What pktgen itself costs."""

    name, number = "dummy", 9

    def check(self):
        load_module("dummy", "/sys/module/dummy")

    def make(self, **_):
        self.owned = [self.netns[0]]
        netns_add(self.netns[0])
        self.add(1)

    def add(self, queues):
        ip_batch([f"link add {self.dev[0]} type dummy", f"link set {self.dev[0]} up"],
                 self.netns[0])

    def remove(self):
        run("ip", "-n", self.netns[0], "link", "del", self.dev[0])

    def address(self, end):
        return self.mac[end]


def each(cost, short, long):
    """What one more costs; the median, for now and then something else happens as well."""
    cost(short)
    return median((cost(long) - cost(short)) / (long - short) for _ in range(REPEAT))


def frames(pair, shared=True):
    """Instructions for each. The receiving end works on the same processor."""
    return each(lambda count: run_frames(pair, count, shared), SHORT, LONG)


def through_xdp(pair, action):
    for workload in XDP_WAYS:
        try:
            workload.prepare(pair)
            action(workload.name)
        finally:
            workload.finish(pair)


def stream(pair, megabytes):
    with inside(pair.netns[0]):
        return int(run(str(TOOL), "stream", pair.addr[1], PORT, str(megabytes << 20), timeout=600))


def with_sink(pair, measure):
    for limit in "rmem_max", "wmem_max":
        write(f"/proc/sys/net/core/{limit}", 4 << 20)
    sink = Server(pair, [0], "sink")
    try:
        return measure()
    finally:
        sink.stop()


def tcp(pair):
    """Instructions for each megabyte, the system calls included."""
    return with_sink(pair, lambda: each(lambda megabytes: stream(pair, megabytes), LESS, MORE))


def profile_tcp(pair):
    def measure():
        stream(pair, LESS)
        trace_stream(pair, lambda: stream(pair, int(os.environ["MEGABYTES"])))
    with_sink(pair, measure)


def idle_counters(pair):
    """What happens on behalf of a pair: its interrupts, and all softirqs and threads."""
    irqs = sum(int(line.split()[1]) for line in read("/proc/interrupts").split("\n")
               if any(f" {dev}-" in line for dev in pair.dev))
    softirqs = sum(int(line.split()[1]) for line in read("/proc/softirqs").split("\n")
                   if line.strip().startswith(("NET_RX", "NET_TX", "TASKLET", "HI:")))
    switches = int(read("/proc/stat").split("ctxt ")[1].split()[0])
    return irqs, softirqs, switches


def idle(pair):
    before = idle_counters(pair)
    time.sleep(IDLE)
    return [(after - was) / IDLE for after, was in zip(idle_counters(pair), before)]


class Sheet:
    """The TSV, written as it grows."""

    def __init__(self, path):
        self.path, self.known = path, {}
        with open(path, "w", encoding="ascii") as file:
            file.write("item\tvalue\tunit\n")

    def put(self, item, value, unit):
        self.known[item] = value
        with open(self.path, "a", encoding="ascii") as file:
            file.write(f"{item}\t{value:.2f}\t{unit}\n")
        say(f"{item:28} {value:14.1f} {unit}")


def pair_costs(sheet, pair, wanted):
    pair.make(queues=1, placement="same")
    try:
        if "frame" in wanted:
            sheet.put(f"frame_{pair.name}", frames(pair), "instructions")
        if "own" in wanted:
            sheet.put(f"own_{pair.name}", frames(pair, shared=False), "instructions")
        if pair.name == "dummy":
            return
        if "xdp" in wanted:
            through_xdp(pair, lambda name: sheet.put(f"{name}_{pair.name}", frames(pair, shared=False),
                                                     "instructions"))
        if "profile-xdp" in wanted and pair.name in ("simnic", "veth"):
            through_xdp(pair, lambda name: trace(pair, int(os.environ["FRAMES"]), f"-{name}"))
        if "profile" in wanted and pair.name in ("simnic", "veth"):
            trace(pair, int(os.environ["FRAMES"]))
        if "profile-tcp" in wanted and pair.name in ("simnic", "veth"):
            profile_tcp(pair)
        if "tcp" in wanted:
            # Adaptive moderation is still looking for its time then, on a way of its own.
            if pair.name == "simnic":
                sheet.put(f"tcp_adaptive_{pair.name}", tcp(pair), "instructions, while it adapts")
                moderate(pair, TCP_USECS, both=True)
            sheet.put(f"tcp_megabyte_{pair.name}", tcp(pair), "instructions")
        if "coalesce" in wanted and pair.name == "simnic":
            for what, part in Moderation("", "").measure(pair, 1).items():
                sheet.put(f"coalesce_{what}", part * 100, "% of 1/rx-usecs")
        if "idle" in wanted:
            for what, value in zip(("irqs", "softirqs", "switches"), idle(pair)):
                sheet.put(f"idle_{what}_{pair.name}", value, "1/s")
    finally:
        pair.close()


def net(sheet, kind, generator):
    """Less what pktgen itself costs, and in relation to veth at its better setting."""
    known, own = sheet.known, sheet.known.get(generator)
    if own is None:
        return
    costs = {name: known[f"{kind}_{name}"] - own for name in PEERS if f"{kind}_{name}" in known}
    for name, cost in costs.items():
        sheet.put(f"{kind}_net_{name}", cost, "instructions")
    references = [cost for name, cost in costs.items() if name.startswith("veth")]
    if "simnic" in costs and references:
        print(f"{kind}: simnic takes {costs['simnic'] / min(references):.2f} times the instructions of veth")


def main():
    # Time leaps on while the machine idles, be it that the host is busy reading its files.
    PATIENCE["times"] = 1000
    wanted = os.environ.get("BENCH", "").replace(",", " ").split()
    wanted = [w for w in wanted if w != "insns"] or ["frame", "own", "xdp", "tcp", "coalesce", "idle"]
    sheet = Sheet(sys.argv[1])
    for kind in [Dummy, *KINDS]:
        if kind.name in PEERS or kind is Dummy:
            pair = kind()
            pair.check()
            say(f"{pair.name}: pktgen, iperf3, and idle")
            pair_costs(sheet, pair, wanted)
    for kind in "frame", "own":
        net(sheet, kind, f"{kind}_dummy")
    for workload in XDP_WAYS:
        net(sheet, workload.name, "own_dummy")


if __name__ == "__main__":
    main()
