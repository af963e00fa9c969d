#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""races.py SECONDS PLACE_A PLACE_B WORKER...: threads that do things to two cabled
cards at the same time, for so long. What one of them is refused because of what
another one does is counted, and no failure; each has to succeed at times. At the
end everything is as it was.

A place is NAMESPACE,DEVICE.
"""

import errno
import itertools
import os
import random
import sys
import threading
import time

import nic
import wire

ROOM = "simnic-races"
# A device that is down, gone, elsewhere, without a cable, or in other hands
EXPECTED = {errno.ENODEV, errno.ENETDOWN, errno.EBUSY, errno.EINVAL, errno.ENXIO, errno.ENOBUFS,
            errno.EAGAIN, errno.ENOENT, errno.EEXIST, errno.EMSGSIZE, errno.EOPNOTSUPP}
STUCK = 60  # seconds that a call may take


class Card:
    """Found wherever it is at the moment"""

    def __init__(self, place):
        self.home, self.dev = place.split(",")
        self.local = threading.local()

    @property
    def nic(self):
        """Each thread has sockets of its own."""
        if getattr(self.local, "nic", None) is None:
            self.local.nic = nic.Nic(self.home, self.dev)
        return self.local.nic


def updown(cards, n):
    card = cards[n // 2 % 2].nic
    if n % 2:
        card.up()
    else:
        card.down()


def rings(cards, n):
    cards[n % 2].nic.rings(rx=64 << n % 4, tx=64 << n // 4 % 4)


def channels(cards, n):
    card = cards[n % 2].nic
    card.channels(1 + n // 2 % card.channels()["max_combined"])


def features(cards, n):
    cards[n % 2].nic.features(**{name: n // 2 % 2 for name in (
        "rx-gro-hw", "tx-tcp-segmentation", "rx-vlan-filter", "rx-hashing")})


def loopback(cards, n):
    cards[0].nic.features(loopback=1 - n % 2)


def legacy_irq(cards, n):
    cards[n % 2].nic.priv_flags(legacy_irq=bool(n // 2 % 2), page_sharing=bool(n // 4 % 2))


def mtu(cards, n):
    cards[n % 2].nic.mtu((1500, 9000, 68)[n // 2 % 3])


def coalesce(cards, n):
    cards[n % 2].nic.coalesce(adaptive_rx=n // 2 % 2, tx_usecs=n % 100)


def rss(cards, n):
    card = cards[n % 2].nic
    have = card.channels()["combined"]
    card.rss_table([(i + n) % have for i in range(256)] if n // 2 % 2 else [])


def link(cards, n):
    card = cards[n % 2].nic
    if n // 2 % 2:
        card.renegotiate()
    else:
        card.pause(autoneg=n // 4 % 2)


def carrier(cards, n):
    cards[n // 2 % 2].nic.carrier(bool(n % 2))


def cabling(cards, n):
    """By changelink, in the namespace of both; or it is not there at the moment"""
    cards[0].nic.changelink(0 if n % 2 == 0 else cards[1].nic.ifindex)


def move(cards, n):
    """The second one, there and back"""
    card = nic.Nic(cards[1].home, cards[1].dev)
    back = card.move(ROOM).move(cards[1].home)
    back.up()


def strangers(cards, n):
    """Other cards come, are cabled, and go."""
    name = "x%d" % (n % 3)
    x = nic.create(cards[0].home, name, queues=1)
    y = nic.create(cards[0].home, name + "y", link=x.ifindex, queues=2)
    y.up()
    x.up()
    x.delete()
    y.delete()


def frames(cards, n):
    card = cards[n % 2]
    wire.send({"tx": "%s,%s" % (card.home, card.dev), "src": "02:00:00:00:00:01",
               "dst": "ff:ff:ff:ff:ff:ff", "count": "100", "size": str(60 + n * 37 % 1400)})


def readers(cards, n):
    card = cards[n % 2].nic
    (card.stats, card.registers, card.settings, card.link_settings)[n // 2 % 4]()


def self_test(cards, n):
    cards[n % 2].nic.self_test(offline=bool(n // 2 % 2))


class Race:
    def __init__(self, seconds, cards, workers):
        self.end = time.monotonic() + seconds
        self.cards, self.workers = cards, workers
        self.done = {worker.__name__: 0 for worker in workers}
        self.refused = dict(self.done)
        self.since = {}
        self.wrong = []

    def work(self, worker):
        rng = random.Random(worker.__name__)
        name = worker.__name__
        for n in itertools.count():
            # not at once, where it takes longer than that until all of them have begun
            if n and n % 16 == 0 and time.monotonic() > self.end:
                break
            self.since[name] = time.monotonic()
            try:
                worker(self.cards, n)
                self.done[name] += 1
            except OSError as problem:
                # Without a number: there is no device of this name at the moment.
                if problem.errno and problem.errno not in EXPECTED:
                    self.wrong.append("%s: %s" % (name, problem))
                    break
                self.refused[name] += 1
                self.forget()
            except wire.Failure as problem:
                self.wrong.append("%s: %s" % (name, problem))
                break
            time.sleep(rng.random() * 0.01)
        self.since.pop(name, None)

    def forget(self):
        """Its index may be another one by now."""
        for card in self.cards:
            card.local.nic = None

    def run(self):
        threads = [threading.Thread(target=self.work, args=(worker,), daemon=True)
                   for worker in self.workers]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            time.sleep(0.2)
            stuck = [name for name, since in list(self.since.items())
                     if time.monotonic() - since > STUCK]
            if stuck:
                nic.write("/proc/sysrq-trigger", "w")
                raise wire.Failure("stuck: " + " ".join(stuck))
        print("done: %s\nrefused: %s" % (self.done, self.refused), flush=True)
        idle = [name for name, count in self.done.items() if not count]
        if self.wrong or idle:
            raise wire.Failure("%s; never succeeded: %s" % (self.wrong, idle))


def restore(cards):
    """As lib.sh made them; without its own test whatever is now cannot be judged."""
    for card in cards:
        place = nic.Nic(card.home, card.dev)
        place.up()
        place.carrier(True)
        place.mtu(1500)
        place.rss_table([])
        place.channels(place.channels()["max_combined"])
        place.features(**{name: 1 for name in ("rx-gro-hw", "tx-tcp-segmentation",
                                               "rx-vlan-filter", "rx-hashing")})
        place.features(loopback=0)
        place.priv_flags(legacy_irq=False, page_sharing=True)
        place.pause(autoneg=1)
    if cards[0].home == cards[1].home:
        cards[0].nic.changelink(cards[1].nic.ifindex)


def main():
    known = {function.__name__: function for function in (
        updown, rings, channels, features, loopback, legacy_irq, mtu, coalesce, rss, link, carrier,
        cabling, move, strangers, frames, readers, self_test)}
    cards = [Card(place) for place in sys.argv[2:4]]
    try:
        Race(float(sys.argv[1]), cards, [known[name] for name in sys.argv[4:]]).run()
        for card in cards:
            card.local.nic = None
        restore(cards)
    except wire.Failure as problem:
        print("races: %s" % problem, flush=True)
        os._exit(1)


if __name__ == "__main__":
    main()
