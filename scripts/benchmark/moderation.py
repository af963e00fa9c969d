# SPDX-License-Identifier: GPL-2.0
"""Interrupts per second under load, as a part of what ethtool -C promises."""

from kit import Failed, NotHere, inside, rate, read, run, wait_until
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


def moderate(pair, usecs, both=False):
    """End b's vector, or that of both, and nothing but the time."""
    for end in (0, 1) if both else (1,):
        with inside(pair.netns[end]):
            try:
                run("ethtool", "-C", pair.dev[end], "adaptive-rx", "off", "rx-usecs", str(usecs))
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
        return {f"{usecs}us": self.part(pair, usecs, seconds / 2) for usecs in USECS}

    def finish(self, pair):
        pair.unmake()

    @staticmethod
    def part(pair, usecs, seconds):
        """With two frames in each interval: more of them may keep NAPI polling, without any
        interrupts; and what was due when the vector's time is up comes at once."""
        moderate(pair, usecs)
        numbers = {str(irq) for irq in irqs_of(pair.netns[1], pair.dev[1])}
        arrived = IntoStack("", "").counter
        generator, before = Pktgen(pair, delay=usecs * 500), arrived(pair)
        generator.start()
        try:
            wait_until(10, lambda: arrived(pair) > before, "a frame arrives")
            return rate(lambda: irq_total(numbers), seconds) * usecs / 1e6
        finally:
            generator.stop()


def workloads():
    yield Moderation("coalesce", "interrupts of one vector, two frames in each interval")
