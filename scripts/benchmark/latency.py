# SPDX-License-Identifier: GPL-2.0
"""Small TCP requests and answers, one at a time: how long each takes."""

import os
import subprocess
from pathlib import Path

import iperf
from kit import Failed, inside, read, run, sysfs, wait_until
from placement import join, plan
from workload import Workload

TOOL = Path(os.environ.get("TOOLS", "build/bench")) / "rr"
PORT = "5300"


class Server:
    """The tool at end b, on these processors, answering or swallowing."""

    def __init__(self, pair, cpus, what="server"):
        self.netns = pair.netns[1]
        with inside(self.netns):
            self.process = subprocess.Popen(["taskset", "-c", join(cpus), str(TOOL), what, PORT])
        try:
            wait_until(10, self.listens, f"the {what} listens")
        except Failed:
            self.stop()
            raise

    def listens(self):
        with inside(self.netns):
            return PORT in run("ss", "-Hltn", f"sport = :{PORT}")

    def stop(self):
        self.process.kill()
        self.process.wait()


class Latency(Workload):
    """With load, a TCP stream shares the cable meanwhile."""

    metrics = {"p50": ("us", False), "p99": ("us", False), "max": ("us", False)}

    def __init__(self, name, what, load=False, **pair):
        super().__init__(name, what, **pair)
        self.load = load
        self.servers = {}

    def cpus(self):
        return plan(self.pair.get("placement", "other"))

    def prepare(self, pair):
        self.servers[pair.name] = [Server(pair, self.cpus()[1])]
        if self.load:
            self.servers[pair.name].append(iperf.Server(pair, self.cpus()[1]))

    def measure(self, pair, seconds):
        stream = self.stream(pair, seconds) if self.load else None
        try:
            with inside(pair.netns[0]):
                took = run("taskset", "-c", join(self.cpus()[0]), str(TOOL), "client",
                           pair.addr[1], PORT, str(seconds), timeout=60 + 5 * seconds)
        finally:
            if stream:
                stream.kill()
                stream.wait()
        _, *nanoseconds = (int(word) for word in took.split())
        return dict(zip(self.metrics, (number / 1e3 for number in nanoseconds)))

    def stream(self, pair, seconds):
        """It flows before anything is measured."""
        command = ["taskset", "-c", join(self.cpus()[0]), "iperf3", "-c", pair.addr[1],
                   "-t", str(20 * seconds + 60)]
        with inside(pair.netns[0]):
            stream = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        before = sent(pair)
        try:
            wait_until(20, lambda: sent(pair) > before + 100000, "iperf3 sends")
        except Failed:
            stream.kill()
            stream.wait()
            raise
        return stream

    def finish(self, pair):
        for server in self.servers.pop(pair.name, []):
            server.stop()


def sent(pair):
    return int(read(sysfs(pair.netns[0], pair.dev[0]) / "statistics/tx_bytes"))


def workloads():
    what = "32-byte TCP request and answer"
    yield Latency("rr", what)
    yield Latency("rr-same", what + ", one CPU", placement="same")
    yield Latency("rr-load", what + ", beside a TCP stream", load=True)
