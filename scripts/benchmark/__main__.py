# SPDX-License-Identifier: GPL-2.0
"""
python3 scripts/benchmark RESULTS     in a guest; RESULTS.json, RESULTS.tsv

All peers side by side: in each round each of them has its turn, so that whatever else
the machine does is done to all of them. BENCH="tcp1 pps64" picks workloads, ROUNDS=5
how often, LENGTH=3 for how many seconds, PEERS="simnic veth" who.
"""

import os
import platform
import re
import sys

import growth
import iperf
import latency
import moderation
import pktgen
import xdp
from kit import Failed, Lacks, NotHere, read, run, say
from peers import KINDS
from report import Row, lines, save
from targets import verdicts

QUICK = ("tcp1", "tcp1-same", "udp64", "pps64", "pps64-same", "xdp-drop", "rr")
QUICK_PEERS = ("simnic", "veth", "veth-rps", "virtio")


def machine():
    """What runs this guest, as its processors call themselves."""
    info = dict(re.findall(r"^(vendor_id|model name)\s*: (.*)$", read("/proc/cpuinfo"), re.M))
    return info.get("model name") or info.get("vendor_id", "")


def accelerator():
    """QEMU's emulation calls its processors so; what it runs on the machine's own does not."""
    known = {"TCG": "tcg", "UML": "none, the kernel is a program"}
    return next((what for word, what in known.items() if word in machine()), "kvm")


def timer():
    """What request and answer may take more than veth's, for each interrupt."""
    return int(run("taskset", "-c", "0", str(latency.TOOL), "timer", "500")) / 1e3


def words(name):
    return os.environ.get(name, "").replace(",", " ").split()


class Bench:
    """One workload after the other, on all peers."""

    def __init__(self, stem, workloads, peers, rounds, seconds):
        self.stem, self.workloads, self.peers = stem, workloads, peers
        self.rounds, self.seconds = rounds, seconds
        self.rows, self.absent = [], {}
        self.about = {"kernel": platform.release(), "cpus": os.cpu_count(), "rounds": rounds,
                      "seconds": seconds, "machine": machine(),
                      "accelerator": accelerator(),
                      "load of the host": os.environ.get("HOST_LOAD", ""),
                      "timer is late by us": timer()}

    def run(self):
        for what, value in self.about.items():
            print(f"{what}: {value}", flush=True)
        for peer in self.peers:
            try:
                peer.check()
            except NotHere as reason:
                self.absent[peer.name] = str(reason)
                say(f"{peer.name}: n/a, {reason}")
        for number, workload in enumerate(self.workloads, 1):
            say(f"{number} of {len(self.workloads)}: {workload.name}, {workload.what}")
            rows = [Row(f"{workload.name}{metric and '-'}{metric}",
                        f"{workload.what}{metric and ', '}{metric}", *kind)
                    for metric, kind in workload.metrics.items()]
            self.rows += rows
            self.one(workload, dict(zip(workload.metrics, rows)))
            save(self.stem, self.about, self.rows)
            for row in rows:
                print("\n".join(lines(row)), flush=True)
        told = list(verdicts(self.rows, self.about["timer is late by us"]))
        save(self.stem, self.about, self.rows, told)
        for verdict in told:
            print(verdict, flush=True)

    def one(self, workload, rows):
        """A row for each metric. A pair of which something failed does not stay."""
        ready = []
        try:
            for peer in self.peers:
                if self.guarded(peer, rows, lambda p=peer: self.prepare(workload, p)):
                    ready.append(peer)
                    for row in rows.values():
                        row.cell(peer.name).settings = peer.settings
            for number in range(self.rounds):
                for turn in range(len(ready)):
                    self.measure(workload, ready[(turn + number) % len(ready)], rows, number)
        finally:
            for peer in self.peers:
                self.guarded(peer, rows, lambda p=peer: workload.finish(p))
                if any(row.cell(peer.name).failed for row in rows.values()):
                    peer.unmake()

    def prepare(self, workload, peer):
        if peer.name in self.absent:
            raise NotHere(self.absent[peer.name])
        if not workload.bare:
            peer.make(**workload.pair)
        workload.prepare(peer)

    def measure(self, workload, peer, rows, number):
        values = {}
        self.guarded(peer, rows, lambda: values.update(workload.measure(peer, self.seconds)))
        for metric, row in rows.items():
            row.cell(peer.name).values.append(values.get(metric))
        first = next(iter(values.values()), None)
        told = "failed" if first is None else f"{first:.6g}"
        say(f"    {workload.name} {number + 1}/{self.rounds} {peer.name:10} {told}")

    def guarded(self, peer, rows, action):
        """Whether it succeeded; if not, the row says why."""
        try:
            action()
            return True
        except Lacks as reason:
            for row in rows.values():
                row.cell(peer.name).not_here = str(reason)
        except (Failed, NotHere) as reason:
            # There is nothing that simnic may lack: it is what this is about.
            if isinstance(reason, NotHere) and peer.name != "simnic":
                for row in rows.values():
                    row.cell(peer.name).not_here = str(reason)
                return False
            say(f"    {peer.name}: {reason}")
            for row in rows.values():
                row.cell(peer.name).failed = str(reason)
        return False

    def failures(self):
        return [f"{row.name} on {peer}: {cell.failed:.100}" for row in self.rows
                for peer, cell in row.cells.items() if cell.failed]


def chosen(all_of_them, names, what):
    known = {one.name: one for one in all_of_them}
    for name in names:
        if name not in known:
            sys.exit(f"there is no {what} {name}; there are: {' '.join(known)}")
    return [known[name] for name in names] if names else all_of_them


def main():
    quick = bool(words("QUICK"))
    names = words("BENCH") or (QUICK if quick else ())
    workloads = [workload for module in (iperf, pktgen, xdp, latency, moderation, growth)
                 for workload in module.workloads()]
    # Pairs that are the same for several workloads in a row are made once.
    workloads.sort(key=lambda workload: repr(sorted(workload.pair.items())))
    workloads = chosen(workloads, names, "workload")
    peers = chosen(KINDS, words("PEERS") or (QUICK_PEERS if quick else ()), "peer")
    rounds = int(os.environ.get("ROUNDS") or (3 if quick else 5))
    seconds = int(os.environ.get("LENGTH") or (1 if quick else 3))
    bench = Bench(sys.argv[1], workloads, [kind() for kind in peers], rounds, seconds)
    try:
        bench.run()
    finally:
        for peer in bench.peers:
            peer.close()
    for failure in bench.failures():
        print(f"FAILED: {failure}")
    sys.exit(bool(bench.failures()))


main()
