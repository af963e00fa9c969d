# SPDX-License-Identifier: GPL-2.0
"""iperf3 from end a to end b."""

import json
import os
import subprocess

from kit import Failed, inside, run, wait_until
from placement import join, plan
from workload import Workload

START = ["iperf3", "-J", "--connect-timeout", "10000"]


class Server:
    """iperf3 -s at end b, on the receiver's processors."""

    def __init__(self, pair, cpus):
        self.netns = pair.netns[1]
        with inside(self.netns):
            self.process = subprocess.Popen(["taskset", "-c", join(cpus), "iperf3", "-s"],
                                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until(20, self.listens, "iperf3 -s listens")
        except Failed:
            self.stop()
            raise

    def listens(self):
        with inside(self.netns):
            return "5201" in run("ss", "-Hltn", "sport = :5201")

    def stop(self):
        self.process.kill()
        self.process.wait()


class Iperf(Workload):
    """`flags` are iperf3's; UDP counts what arrives, by the frame."""

    def __init__(self, name, what, flags=(), udp=0, **pair):
        super().__init__(name, what, **pair)
        self.flags = [*flags, *(["-u", "-b", "0", "-l", str(udp)] if udp else [])]
        self.udp = udp
        self.metrics = {"": ("frames/s" if udp else "Gb/s", True)}
        self.servers = {}

    def prepare(self, pair):
        self.servers[pair.name] = Server(pair, self.cpus()[1])

    def cpus(self):
        return plan(self.pair.get("placement", "other"))

    def measure(self, pair, seconds):
        command = ["taskset", "-c", join(self.cpus()[0]), *START, "-c", pair.addr[1],
                   "-t", str(seconds), "-O", "1", *self.flags]
        try:
            with inside(pair.netns[0]):
                done = subprocess.run(command, capture_output=True, text=True, check=False,
                                      timeout=60 + 4 * seconds)
        except subprocess.TimeoutExpired as late:
            # Its server may be busy with it for ever.
            self.finish(pair)
            self.prepare(pair)
            raise Failed(f"iperf3 did not end within {late.timeout} s") from late
        try:
            end = json.loads(done.stdout)
            if "error" in end:
                raise Failed(f"iperf3: {end['error']}")
            return {"": self.arrived(end["end"])}
        except (ValueError, KeyError) as error:
            raise Failed(f"iperf3: {error!r} in {done.stdout[-300:]!r}, {done.stderr[-300:]!r}") from error

    def arrived(self, end):
        if self.udp:
            both = end.get("sum_received") or end["sum"]
            return (both["packets"] - both["lost_packets"]) / both["seconds"]
        back = end.get("sum_received_bidir_reverse", {"bits_per_second": 0})
        return (end["sum_received"]["bits_per_second"] + back["bits_per_second"]) / 1e9

    def finish(self, pair):
        server = self.servers.pop(pair.name, None)
        if server:
            server.stop()


def tcp(name, what, *flags, **pair):
    return Iperf(name, what, flags, **pair)


def workloads():
    many = {"queues": min(4, os.cpu_count()), "placement": "spread"}
    for name, flows, other in ("tcp1", 1, {}), ("tcp4", 4, many):
        count = ["-P", str(flows)]
        title = f"TCP, {flows} flow{'s' * (flows > 1)}"
        same = {**other, "placement": "same"}
        yield tcp(name, title, *count, **other)
        yield tcp(name + "-same", title + ", one CPU", *count, **same)
        yield tcp(name + "-9000", title + ", MTU 9000", *count, mtu=9000, **other)
        yield tcp(name + "-plain", title + ", no TSO, no GRO-HW", *count, offloads=False, **other)
    yield tcp("tcp1-rev", "TCP, 1 flow, reverse", "-R")
    yield tcp("tcp1-bidir", "TCP, 1 flow each way, sum", "--bidir")
    for size in 1470, 64:
        yield Iperf(f"udp{size}", f"UDP, {size} bytes", udp=size)
        yield Iperf(f"udp{size}-same", f"UDP, {size} bytes, one CPU", udp=size, placement="same")
