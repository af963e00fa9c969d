# SPDX-License-Identifier: GPL-2.0
"""Interrupts per second under load, as a part of what ethtool -C promises."""

import time

from kit import Failed, NotHere, inside, read, run, wait_until
from pktgen import IntoStack, Pktgen
from placement import irqs_of
from workload import Workload

USECS = (20, 50, 200, 1000)


def irq_total(numbers):
    total = 0
    for line in read("/proc/interrupts").split("\n"):
        words = line.split()
        if words and words[0].rstrip(":") in numbers:
            total += sum(int(word) for word in words[1:] if word.isdigit())
    return total


def moderate(pair, usecs):
    """End b's vector, and nothing but the time."""
    with inside(pair.netns[1]):
        try:
            run("ethtool", "-C", pair.dev[1], "adaptive-rx", "off", "rx-usecs", str(usecs))
        except Failed as error:
            raise NotHere("ethtool -C is refused") from error


class Moderation(Workload):
    """1 is one interrupt every rx-usecs; there must not be more, nor many less."""

    metrics = {f"{usecs}us": ("of 1/rx-usecs", True) for usecs in USECS}

    def prepare(self, pair):
        if pair.name not in ("simnic", "igb", "e1000e"):
            raise NotHere("has no interrupts to moderate")
        moderate(pair, USECS[0])

    def measure(self, pair, seconds):
        arrived = IntoStack("", "").counter
        generator, before = Pktgen(pair), arrived(pair)
        generator.start()
        try:
            wait_until(10, lambda: arrived(pair) > before, "a frame arrives")
            return {f"{usecs}us": self.part(pair, usecs, seconds / 2) for usecs in USECS}
        finally:
            generator.stop()

    def finish(self, pair):
        pair.unmake()

    @staticmethod
    def part(pair, usecs, seconds):
        moderate(pair, usecs)
        numbers = {str(irq) for irq in irqs_of(pair.netns[1], pair.dev[1])}
        time.sleep(0.1)
        start, before = time.monotonic(), irq_total(numbers)
        time.sleep(seconds)
        after = irq_total(numbers)
        return (after - before) / (time.monotonic() - start) * usecs / 1e6


def workloads():
    yield Moderation("coalesce", "interrupts of one vector, pktgen at full speed")
