# SPDX-License-Identifier: GPL-2.0
"""64-byte frames from the kernel's packet generator at end a, into the stack of end b.

They are addressed to end b's card, but to nobody's IP: routing drops them there, and
counts them.
"""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

from kit import PATIENCE, Failed, inside, load_module, rate, read, snmp, wait_until, write
from placement import plan
from workload import Workload

PROC = Path("/proc/net/pktgen")
SIZE = 60       # the card adds the checksum: 64 on the wire


class Pktgen:
    """Started for a while, or for so many frames. One thread per sending processor.

    pktgen keeps a reference to what it sends, so that whoever hands frames on as they
    are has to copy or to clone them; with `shared` false it lets go of them, as does
    everybody else that sends.
    """

    def __init__(self, pair, cpus=(0,), flows=1, count=0, delay=0, shared=True):
        load_module("pktgen", PROC)
        self.netns, self.starter = pair.netns[0], None
        self.devs = [f"{pair.dev[0]}@{cpu}" for cpu in cpus]
        options = [f"count {count}", f"pkt_size {SIZE}", f"delay {delay}", "clone_skb 0",
                   f"dst {pair.nobody}", f"dst_mac {pair.address(1)}",
                   "src_min " + pair.addr[0], "src_max " + pair.addr[0],
                   "udp_dst_min 9", "udp_dst_max 9", "flag NO_TIMESTAMP",
                   "udp_src_min 1024", f"udp_src_max {1024 + flows - 1}"]
        if not shared:
            options.append("flag !SHARED")
        with inside(self.netns):
            self.forget()
            for cpu, dev in zip(cpus, self.devs):
                write(PROC / f"kpktgend_{cpu}", f"add_device {dev}")
                for option in options:
                    write(PROC / dev, option)
                queue = cpus.index(cpu) if len(cpus) > 1 else 0
                for option in f"queue_map_min {queue}", f"queue_map_max {queue}":
                    write(PROC / dev, option)

    @staticmethod
    def forget():
        for thread in PROC.glob("kpktgend_*"):
            write(thread, "rem_device_all")

    def start(self):
        """Whoever writes this waits for the end: a process of its own."""
        with inside(self.netns):
            self.starter = subprocess.Popen(["sh", "-c", f"exec echo start >{PROC}/pgctrl"])

    def run(self):
        """All of the frames; the nanoseconds that pktgen says it took."""
        with inside(self.netns):
            write(PROC / "pgctrl", "start")
            result = read(PROC / self.devs[0])
        found = re.search(r"Result: OK: (\d+)\(", result)
        if not found:
            raise Failed(f"pktgen: {result[-200:]}")
        return int(found[1]) * 1000

    def stop(self):
        if not self.starter:
            return
        with inside(self.netns):
            end = time.monotonic() + 20 * PATIENCE["times"]
            while self.starter.poll() is None:
                write(PROC / "pgctrl", "stop")
                time.sleep(0.05)
                if time.monotonic() > end:
                    os.kill(self.starter.pid, signal.SIGKILL)
                    raise Failed("pktgen does not stop")
            self.forget()
        self.starter = None


def run_frames(pair, count, shared=True):
    """As pktgen itself has it: who waits for it looks every 100 ms only."""
    generator = Pktgen(pair, count=count, shared=shared)
    try:
        return generator.run()
    finally:
        with inside(pair.netns[0]):
            generator.forget()


class IntoStack(Workload):
    """Frames per second that routing at end b drops."""

    metrics = {"": ("frames/s", True)}

    def __init__(self, name, what, flows=1, senders=1, shared=True, **pair):
        super().__init__(name, what, **pair)
        self.flows, self.senders, self.shared = flows, senders, shared

    def measure(self, pair, seconds):
        sending = plan(self.pair.get("placement", "other"))[0][:self.senders]
        pktgen, before = Pktgen(pair, sending, self.flows, shared=self.shared), self.counter(pair)
        pktgen.start()
        try:
            wait_until(10, lambda: self.counter(pair) > before, "a frame arrives")
            return {"": rate(lambda: self.counter(pair), seconds)}
        finally:
            pktgen.stop()

    def counter(self, pair):
        return snmp(pair.netns[1], "Ip", "InAddrErrors")


def workloads():
    yield IntoStack("pps64", "pktgen 64 bytes into the stack")
    yield IntoStack("pps64-same", "pktgen 64 bytes, one CPU", placement="same")
    yield IntoStack("pps64-own-same", "64 bytes that pktgen does not keep, one CPU", shared=False,
                    placement="same")
    for flows in 64, 1000:
        yield IntoStack(f"pps64-f{flows}", f"pktgen 64 bytes, {flows} flows", flows)
    for queues in 2, 4:
        yield IntoStack(f"pps64-q{queues}", f"pktgen 64 bytes, 64 flows, {queues} queues, 2 senders",
                        64, senders=2, queues=queues, placement="spread")
