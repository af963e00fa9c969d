# SPDX-License-Identifier: GPL-2.0
"""The cards of the soak: pairs, each card in a namespace of its own, and the books
that are kept of their frames.

A book is about cards that only hear each other. It begins with the counters as
they are while nothing is sent, and is checked when nothing is sent again. That
of a pair is checked in either direction. Where a cable has been moved under
traffic, or a card heard itself, only the sum over all cards concerned is known:
their books are joined until the next audit.
"""

import contextlib
import os
import socket
import subprocess
import time

import books
import nic
import wire

SYSFS = "/run/simnic-soak/sys."
SPARE = "soak-spare"
VLAN = 5


# What the driver did about faults
ANSWERS = ("irq_missed", "tx_stalls", "tx_timeouts", "tx_restarts", "rx_stalls", "rx_restarts",
           "resets", "reset_failures", "health_backoffs", "queue_resets", "card_gone")


class Hang(Exception):
    """Something that has to happen did not, in the time that it may take."""


class Card:
    """What it is called and where it belongs; nic is how to reach it."""

    def __init__(self, pair, side):
        self.pair, self.side = pair, side
        self.name = "s%s%d" % (side, pair)
        self.home = self.ns = "soak-" + self.name
        self.mac = "02:53:4e:53:%02x:%02x" % (pair, ord(side))
        self.ip = "10.77.%d.%d" % (pair, 1 if side == "a" else 2)
        self.vlan_ip = "10.78.%d.%d" % (pair, 1 if side == "a" else 2)
        self.mate = self.partner = self.nic = None

    def __repr__(self):
        return self.name

    def sysfs(self, path):
        return SYSFS + self.ns + "/class/net/" + self.name + "/" + path

    def pdev(self):
        return os.path.basename(os.readlink(self.sysfs("device")))

    def debugfs(self, path=""):
        """Those of faults are there when they are asked for."""
        directory = "/sys/kernel/debug/simnic/" + self.pdev()
        if path.startswith(("fault", "wire")) and os.path.exists(directory + "/faults"):
            nic.write(directory + "/faults", 1)
        return directory + "/" + path


class Book:
    """Frames among these cards since now; directed: a pair, each with its mate"""

    def __init__(self, cards, directed):
        self.cards, self.directed = cards, directed
        self.void = None
        self.begin()

    def begin(self):
        """Nothing is sent, but interrupts that are late may still have to count."""
        seen, same = None, 0
        for _ in range(100):
            self.base = {card: card.nic.stats() for card in self.cards}
            now = [(books.sent(c), books.received(c)) for c in self.base.values()]
            same = same + 1 if now == seen else 0
            if same == 2:
                return
            seen = now
            time.sleep(0.1)

    def changes(self, card):
        base = self.base[card]
        return {name: value - base.get(name, 0) for name, value in card.nic.stats().items()}

    def check(self):
        """What is wrong, or None"""
        found = {card: self.changes(card) for card in self.cards}
        ends = [(self.cards, self.cards)]
        if self.directed:
            ends = [([card], [card.mate]) for card in self.cards]
        wrong = []
        for senders, receivers in ends:
            tx, rx = [found[c] for c in senders], [found[c] for c in receivers]
            if not books.balanced(tx, rx):
                wrong.append("%s to %s: %s" % (senders, receivers, books.line(tx, rx)))
        return "; ".join(wrong) or None

    def details(self):
        return "\n".join("%s: %s" % (card, {k: v for k, v in self.changes(card).items()
                                           if v and not k[2:3].isdigit()}) for card in self.cards)


def run(*command, **more):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False, **more)


def batch(ns, *lines):
    """ip commands; what exists already or is gone may fail"""
    return subprocess.run(["ip", "-force", "-n", ns, "-batch", "-"],
                          input="\n".join(lines) + "\n", text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)


class Lab:
    def __init__(self, pairs, queues, scale, log):
        self.scale, self.log = scale, log
        self.queues = queues
        self.cards, self.books, self.retired = [], [], 0
        self.settled = self.voids = 0   # books
        self.answers = dict.fromkeys(ANSWERS, 0)
        for i in range(pairs):
            a, b = Card(i, "a"), Card(i, "b")
            a.mate = a.partner = b
            b.mate = b.partner = a
            self.cards += [a, b]

    # ---- Setting up and taking down ----

    def namespaces(self):
        return [card.home for card in self.cards] + [SPARE]

    def build(self):
        for ns in self.namespaces():
            run("ip", "netns", "add", ns)
            nic.mount_sysfs(ns, SYSFS + ns)
            batch(ns, "link set lo up")
        for card in self.cards[::2]:
            self.make(card)
            self.make(card.mate)
        for card in self.cards:
            self.dress(card)
        self.wait_carrier(self.cards)
        self.open_books()

    def make(self, card):
        """Plug it in; cabled to its partner, if that is there"""
        partner = card.partner
        link, where = 0, card.home
        if partner.nic:
            link, where = partner.nic.ifindex, partner.ns
        card.nic = nic.create(where, card.name, card.mac, link, self.queues, card.home)
        card.ns = card.home

    def dress(self, card):
        """Up, with addresses, a VLAN, and knowing its mate"""
        mate = card.mate
        vlan = "%s.%d" % (card.name, VLAN)
        batch(card.ns, "addr replace %s/24 dev %s" % (card.ip, card.name),
              "link set dev %s up" % card.name,
              "neigh replace %s lladdr %s dev %s nud permanent" % (mate.ip, mate.mac, card.name),
              "link add link %s name %s type vlan id %d" % (card.name, vlan, VLAN),
              "addr replace %s/24 dev %s" % (card.vlan_ip, vlan), "link set dev %s up" % vlan)

    def tear_down(self):
        for card in self.cards:
            if card.nic:
                self.retire(card)
                card.nic.delete()
                card.nic = None
        for ns in self.namespaces():
            run("umount", "-l", SYSFS + ns)
            run("ip", "netns", "del", ns)

    # ---- Waiting ----

    def wait(self, what, seconds, done):
        """Until done() is true; scaled by how slow this machine is"""
        end = time.monotonic() + seconds * self.scale
        while not done():
            if time.monotonic() > end:
                raise Hang("%s: not within %d s" % (what, seconds * self.scale))
            time.sleep(0.05)

    def wait_carrier(self, cards):
        for card in cards:
            self.wait("carrier of %s" % card, 15, card.nic.has_carrier)

    # ---- Books ----

    def open_books(self):
        """While nothing is sent, and all cables are where they belong"""
        self.books = [Book([card, card.mate], True) for card in self.cards[::2]]

    def book_of(self, card):
        return next(book for book in self.books if card in book.cards)

    def join(self, *cards):
        """These do no longer hear only their mates."""
        joined = []
        for card in cards:
            book = self.book_of(card)
            if book not in joined:
                joined.append(book)
        book = joined[0]
        book.directed = False
        for other in joined[1:]:
            book.cards = book.cards + other.cards
            book.base.update(other.base)
            book.void = book.void or other.void
            self.books.remove(other)
        return book

    def void(self, card, why):
        book = self.book_of(card)
        book.void = book.void or why

    def nudge(self, card):
        """A frame for each queue of its mate, most likely"""
        def send():
            for _ in range(32):
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
                    with contextlib.suppress(OSError):
                        s.sendto(b"?", (card.mate.ip, 9))
        wire.in_ns(card.home, send)

    def settle(self, book):
        """Wait until it balances; what is wrong if it does not."""
        self.settled += 1
        if book.void:
            self.voids += 1
            self.log("books of %s are void: %s" % (book.cards, book.void))
            return None
        begin, nudged = time.monotonic(), False
        while True:
            wrong = book.check()
            if not wrong:
                return None
            if time.monotonic() > begin + 10 * self.scale:
                return wrong + "\n" + book.details()
            # A frame that has lost its end (rx_buffer) is counted when the next one comes.
            if not nudged and time.monotonic() > begin + 4 * self.scale:
                nudged = True
                self.log("books of %s: a nudge, for: %s" % (book.cards, wrong))
                for card in book.cards:
                    self.nudge(card)
            time.sleep(0.1)

    def frames(self):
        """That were received so far, roughly: for the line of progress"""
        count = self.retired
        for card in self.cards:
            try:
                count += card.nic.stats()["rx_packets"]
            except (OSError, AttributeError):
                pass
        return count

    # ---- What takes more than a call ----

    def plug(self, card, other):
        """Move the cable of card, to other or away"""
        path = card.sysfs("simnic/cable")
        if other is None:
            nic.write(path, "none")
        else:
            wire.in_ns(other.ns, lambda: nic.write(path, other.name))

    def retire(self, card):
        """What it counted, before it is deleted"""
        try:
            counters = card.nic.stats()
        except OSError:  # detached: the card is gone
            return
        self.retired += counters["rx_packets"]
        for name in ANSWERS:
            self.answers[name] += counters.get(name, 0)

    def renew(self, card):
        """Out of its slot, and a new one in"""
        self.retire(card)
        card.nic.delete()
        card.nic = None
        self.make(card)
        self.dress(card)
