# SPDX-License-Identifier: GPL-2.0
"""Many pairs: what making, keeping and deleting one takes, in time and in memory."""

import time

from kit import NotHere, ip_batch, netns_add, netns_del, read
from workload import Workload

RESERVE = 200 * 1024    # KiB that stay free
KEYS = ("MemAvailable", "Slab", "VmallocUsed", "Percpu")


def memory():
    """In KiB."""
    with open("/proc/sys/vm/drop_caches", "w", encoding="ascii") as file:
        file.write("3\n")
    time.sleep(0.5)
    return {line.split(":")[0]: int(line.split()[1]) for line in read("/proc/meminfo").split("\n")
            if line.startswith(KEYS)}


class Growth(Workload):
    """Times are those of ip(8) in one process; memory is of one card, not of a pair."""

    metrics = {"create": ("ms a pair", False), "delete": ("ms a pair", False),
               "idle": ("KiB a card", False), "up": ("KiB a card", False),
               "up-slab": ("KiB a card", False)}
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
        for n in range(self.count):
            yield f"link del m{n}a"
            if pair.name != "veth":
                yield f"link del m{n}b"

    def measure(self, pair, seconds):
        self.fits(pair)
        netns_add(self.netns)
        try:
            return self.cycle(pair)
        finally:
            netns_del(self.netns)

    def fits(self, pair):
        """By what the pairs that were made before took."""
        need = int(self.count * 2 * self.taken.get((pair.name, self.queues), 0))
        free = memory()["MemAvailable"]
        if need > free - RESERVE:
            raise NotHere(f"would take {need // 1024} MiB of {free // 1024}")

    def cycle(self, pair):
        start = memory()
        create = timed(self.commands(pair), self.netns)
        idle = memory()
        names = [f"m{n}{end}" for n in range(self.count) for end in "ab"]
        timed((f"link set {name} up" for name in names), self.netns)
        time.sleep(1)
        up = memory()
        delete = timed(self.deletions(pair), self.netns)
        cards = 2 * self.count
        taken = (start["MemAvailable"] - up["MemAvailable"]) / cards
        self.taken[(pair.name, self.queues)] = taken
        return {"create": create * 1e3 / self.count, "delete": delete * 1e3 / self.count,
                "idle": (start["MemAvailable"] - idle["MemAvailable"]) / cards, "up": taken,
                "up-slab": (up["Slab"] - start["Slab"]) / cards}


def timed(commands, netns):
    start = time.monotonic()
    ip_batch(list(commands), netns)
    return time.monotonic() - start


def workloads():
    for count in 1, 10, 100, 1000:
        yield Growth(count)
    yield Growth(10, queues=4)
