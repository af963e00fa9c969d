# SPDX-License-Identifier: GPL-2.0
"""Many pairs: what making, keeping and deleting one takes, in time and in memory."""

import re
import time

from kit import Failed, NotHere, ip_batch, netns_add, netns_del, read, run, say, write
from workload import Workload

RESERVE = 200 * 1024    # KiB that stay free
TAKES = 2300            # KiB a queue of a card that is up may take, if nothing is known
PAGE = 4                # KiB: what each descriptor of a receive ring has for a buffer
IDLE = 3                # seconds
KEYS = ("MemAvailable", "Slab", "VmallocUsed", "Percpu")


def memory():
    """In KiB, with nothing in caches: neither in the page cache, nor on the processors' lists."""
    for action, value in ("drop_caches", 3), ("compact_memory", 1):
        try:
            write(f"/proc/sys/vm/{action}", value)
        except Failed:
            continue    # a kernel without it
    time.sleep(0.5)
    return {line.split(":")[0]: int(line.split()[1]) for line in read("/proc/meminfo").split("\n")
            if line.startswith(KEYS)}


def busy():
    """Nanoseconds that tasks, kernel threads among them, have had processors."""
    try:
        return sum(int(line.split()[7]) for line in read("/proc/schedstat").split("\n")
                   if line.startswith("cpu"))
    except (OSError, IndexError):
        return None


def idle_time():
    before = busy()
    time.sleep(IDLE)
    after = busy()
    return None if None in (before, after) else (after - before) / IDLE / 1e3


class Growth(Workload):
    """Times are those of ip(8) in one process, less its start; memory is of one card, not of
    a pair, with all of its buffers, and beyond those of its receive rings."""

    metrics = {"create": ("ms a pair", False), "delete": ("ms a pair", False),
               "both": ("ms a pair", False),
               "idle": ("KiB a card", False), "up": ("KiB a card", False),
               "beyond": ("KiB a card", False), "up-slab": ("KiB a card", False),
               "cpu": ("us/s a card that is idle", False)}
    netns = "bench-many"
    bare = True
    taken = {}      # KiB a card, by kind and queues, as known from smaller numbers

    def __init__(self, count, queues=1):
        super().__init__(f"many{count}" + (f"-q{queues}" if queues > 1 else ""),
                         f"{count} pairs of {queues} queue{'s' * (queues > 1)} each")
        self.count, self.queues = count, queues

    def prepare(self, pair):
        if pair.name not in ("simnic", "veth"):
            raise NotHere("only simnic and veth come in any number")

    def commands(self, pair):
        size = f"numtxqueues {self.queues} numrxqueues {self.queues}"
        for n in range(self.count):
            if pair.name == "veth":
                yield f"link add m{n}a {size} type veth peer name m{n}b {size}"
            else:
                yield f"link add m{n}a {size} type simnic"
                yield f"link add m{n}b link m{n}a {size} type simnic"

    def deletions(self, pair):
        """A card is deleted by itself, a veth takes its peer with it."""
        for n in range(self.count):
            yield f"link del m{n}a"
            if pair.name != "veth":
                yield f"link del m{n}b"

    def measure(self, pair, seconds):
        netns_add(self.netns)
        try:
            return self.cycle(pair)
        finally:
            netns_del(self.netns)

    def fits(self, pair):
        """Whether all of them can be up, by what those took that were made before."""
        guess = TAKES * self.queues if pair.name == "simnic" else PAGE
        need = int(2 * self.count * self.taken.get((pair.name, self.queues), guess))
        free = memory()["MemAvailable"]
        if need > free - RESERVE:
            say(f"    {pair.name}: not up, that would take {need // 1024} MiB of {free // 1024}")
        return need <= free - RESERVE

    def cycle(self, pair):
        cards = 2 * self.count
        start, rest = memory(), idle_time()
        nothing = timed([], self.netns)
        create = timed(self.commands(pair), self.netns) - nothing
        idle = memory()
        values = {"create": create * 1e3 / self.count,
                  "idle": (start["MemAvailable"] - idle["MemAvailable"]) / cards}
        if self.fits(pair):
            values |= self.up(pair, start, rest)
        delete = timed(self.deletions(pair), self.netns) - nothing
        return values | {"delete": delete * 1e3 / self.count,
                         "both": (create + delete) * 1e3 / self.count}

    def up(self, pair, start, rest):
        cards = 2 * self.count
        names = [f"m{n}{end}" for n in range(self.count) for end in "ab"]
        timed((f"link set {name} up" for name in names), self.netns)
        time.sleep(1)
        cpu, up = idle_time(), memory()
        taken = (start["MemAvailable"] - up["MemAvailable"]) / cards
        self.taken[(pair.name, self.queues)] = taken
        values = {"up": taken, "up-slab": (up["Slab"] - start["Slab"]) / cards}
        if pair.name == "simnic":
            values["beyond"] = taken - self.queues * ring(self.netns, names[0]) * PAGE
        if None not in (cpu, rest):
            values["cpu"] = (cpu - rest) / cards
        return values


def ring(netns, dev):
    """Buffers of a receive ring: one less than it has descriptors."""
    shown = run("ip", "netns", "exec", netns, "ethtool", "-g", dev)
    return int(re.findall(r"^RX:\s+(\d+)", shown, re.M)[-1]) - 1


def timed(commands, netns):
    start = time.monotonic()
    ip_batch(list(commands), netns)
    return time.monotonic() - start


def workloads():
    for count in 1, 10, 100, 1000:
        yield Growth(count)
    yield Growth(10, queues=4)
