# SPDX-License-Identifier: GPL-2.0
"""Who works where: senders, receivers, vectors, softirqs.

same    all on processor 0
other   the sender and its vectors on 0, the receiver and its vectors on 1
spread  senders on the first half of the processors, receivers on the second
"""

import os
import re
from pathlib import Path

from kit import Failed, Lacks, cpu_mask, read, sysfs, wait_until, write

CPUS = sorted(os.sched_getaffinity(0))


def plan(placement):
    """The processors of the sending and of the receiving side."""
    if placement == "same":
        return [0], [0]
    if len(CPUS) < 2:
        raise Lacks("this guest has one processor")
    if placement == "other":
        return [0], [1]
    half = len(CPUS) // 2
    return CPUS[:half], CPUS[half:]


def irqs_of(netns, dev):
    """The interrupts of a device's queues: by PCI, or by name where it is none."""
    for above in "device/msi_irqs", "device/../msi_irqs":
        folder = sysfs(netns, dev) / above
        if folder.is_dir():
            return sorted(int(irq.name) for irq in folder.iterdir())
    named = re.findall(rf"^ *(\d+):.*\b{dev}-TxRx-\d+$", read("/proc/interrupts"), re.M)
    return [int(irq) for irq in named]


def steer_irqs(netns, dev, cpus):
    """Queue by queue, in turn."""
    irqs = irqs_of(netns, dev)
    if not irqs:
        raise Failed(f"{dev} has no interrupts that could be moved")
    for turn, irq in enumerate(irqs):
        write(f"/proc/irq/{irq}/smp_affinity_list", cpus[turn % len(cpus)])
    return f"{len(irqs)} vectors on CPU {join(cpus)}"


def steer_rps(netns, dev, cpus):
    """A device without interrupts is received where its sender is, if not told so."""
    for queue in sorted((sysfs(netns, dev) / "queues").glob("rx-*")):
        write(queue / "rps_cpus", cpu_mask(cpus))
    return f"RPS to CPU {join(cpus)}"


def napi_threads(dev):
    """Their process ids, by their names, which are cut off at 15 characters."""
    found = []
    for comm in Path("/proc").glob("[0-9]*/comm"):
        try:
            if comm.read_text(encoding="ascii").startswith(f"napi/{dev}-"):
                found.append(int(comm.parent.name))
        except OSError:
            continue
    return sorted(found)


def steer_threads(netns, dev, cpus):
    """NAPI in threads of its own, each bound to a processor."""
    write(sysfs(netns, dev) / "threaded", 1)
    wait_until(5, lambda: napi_threads(dev), f"threads of {dev}")
    for turn, pid in enumerate(napi_threads(dev)):
        os.sched_setaffinity(pid, {cpus[turn % len(cpus)]})
    return f"threaded NAPI on CPU {join(cpus)}"


def join(cpus):
    return ",".join(str(cpu) for cpu in cpus)
