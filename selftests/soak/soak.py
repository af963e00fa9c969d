#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""soak.py --minutes M --seed S --log FILE [--pairs 3] [--upto N] [--audit-every 60]

Cards under traffic, and a random sequence of all that can happen to them. It only
depends on the seed; --upto N ends after operation N instead of after minutes.

Now and then an audit: traffic stops, faults end, and when all is quiet every frame
has to be accounted for. The first failure of any kind ends the soak.
"""

import argparse
import contextlib
import errno
import glob
import os
import random
import subprocess
import sys
import threading
import time
import traceback

sys.path[:0] = [os.path.dirname(os.path.dirname(os.path.abspath(__file__)))]
import agent  # noqa: E402
import faults  # noqa: E402
import nic  # noqa: E402
import ops  # noqa: E402
import traffic  # noqa: E402
import wire  # noqa: E402
from lab import Hang, Lab, run  # noqa: E402

# Seconds that an operation may take. Where the kernel looks for tasks that hang, it
# has told of one long before; a busy machine takes its time.
PATIENCE = 300
UNDO_AFTER = 6  # operations, at most
QUEUES = 4      # of each card, on however many processors
LAST = 10       # seconds of traffic at the end, of which all books count
# Expected while a card is broken on purpose: it may have been given up.
BROKEN = {errno.EIO, errno.ENODEV, errno.ETIMEDOUT, errno.EBUSY, errno.EAGAIN, errno.ENETDOWN,
          errno.ENXIO, errno.EOPNOTSUPP}
# What the kernel says of faults, and pktgen of cards that are deleted while it sends
EXCUSED = r"NETDEV WATCHDOG|pktgen: WARNING"


class Failure(Exception):
    """The soak has found something."""


def slowness():
    """How much slower than an emulated machine of average speed"""
    begin = time.monotonic()
    for _ in range(5):
        run("ip", "link", "show", "dev", "lo")
    return min(10, max(1, (time.monotonic() - begin) / 5 / 0.2))


class Soak:
    def __init__(self, options):
        self.options = options
        self.begin = time.monotonic()
        self.file = open(options.log, "w", encoding="utf-8", buffering=1)
        self.kernel = agent.Log()
        self.kernel.mark("simnic soak: seed %d" % options.seed)
        self.lab = Lab(options.pairs, QUEUES, slowness(), self.log)
        self.rng = random.Random(options.seed)
        self.number, self.audits, self.frames = 0, 0, 0
        self.undos, self.refused = [], []
        self.busy_since = None
        self.doing = "setting up"
        self.prepare_lab()

    def prepare_lab(self):
        lab = self.lab
        lab.ordered, lab.struck, lab.fatal, lab.faulty = 0, 0, set(), set()
        lab.guarded, lab.renew_accounted = self.guarded, self.renew_accounted
        lab.build()
        lab.traffic = traffic.Traffic(lab)
        lab.faults = faults.discover(lab.cards[0])
        lab.pktgen = traffic.have_pktgen()
        lab.devlink = bool(ops.devlink(lab.cards[0], "dev", "show").stdout.strip())
        self.log("seed %d, %d pairs, %d queues, %.1f times slower; pktgen %s, devlink %s, faults %s"
                 % (self.options.seed, self.options.pairs, lab.queues, lab.scale, lab.pktgen,
                    lab.devlink, " ".join(lab.faults) or "none"))

    # ---- What is said ----

    def elapsed(self):
        return time.monotonic() - self.begin

    def log(self, text):
        self.file.write("%9.2f %s\n" % (self.elapsed(), text))

    def progress(self):
        minutes = self.options.minutes
        print("soak: %d:%02d of %d:%02d, %d operations, %d faults ordered, %d struck, %d audits, "
              "%d frames" % (
                  divmod(int(self.elapsed()), 60) + divmod(int(minutes * 60), 60) +
                  (self.number, self.lab.ordered, self.lab.struck, self.audits, self.frames)),
              flush=True)

    # ---- Threads beside the one that acts ----

    def start_threads(self):
        for thread in (self.tell, self.count, self.read):
            threading.Thread(target=thread, daemon=True).start()

    def tell(self):
        """The line of progress; and when an operation hangs, how. It asks no card."""
        while True:
            time.sleep(10)
            since = self.busy_since
            if since and time.monotonic() - since > PATIENCE * self.lab.scale:
                self.hang()
            self.progress()

    def count(self):
        while True:
            self.frames = self.lab.frames()
            time.sleep(5)

    def show_tasks(self):
        """Where all tasks are: in the kernel's log, or at least in ours"""
        try:
            for key in "wt":
                with open("/proc/sysrq-trigger", "w", encoding="ascii") as f:
                    f.write(key)
        except FileNotFoundError:
            for stack in glob.glob("/proc/[0-9]*/stack"):
                with contextlib.suppress(OSError):  # it has ended by now
                    self.show_task(stack)

    def show_task(self, stack):
        with open(stack, encoding="ascii") as f, \
                open(os.path.dirname(stack) + "/comm", encoding="utf-8") as comm:
            self.log("%s %s%s" % (stack, comm.read(), f.read()))

    def hang(self):
        self.show_tasks()
        self.log("HANG in operation %d: %s\n%s" % (
            self.number, self.doing, subprocess.run(["dmesg"], stdout=subprocess.PIPE, text=True,
                                                    check=False).stdout))
        print("soak: HANG in operation %d: %s; the state of all tasks is in %s" % (
            self.number, self.doing, self.options.log), flush=True)
        # Who hangs in the kernel does not end, nor does anybody who waits for it.
        subprocess.Popen("sleep 60; exec busybox poweroff -f", shell=True,
                         start_new_session=True)
        os._exit(1)

    def read(self):
        """Somebody always looks at the counters and registers, whatever goes on."""
        rng = random.Random(0)
        while True:
            card = rng.choice(self.lab.cards)
            try:
                rng.choice((card.nic.stats, card.nic.registers, card.nic.link_settings,
                            card.nic.features))()
                with open("/proc/interrupts", encoding="ascii") as f:
                    f.read()
            except (OSError, AttributeError, ValueError):
                pass  # just being deleted, or in another namespace
            time.sleep(0.02 * self.lab.scale)

    # ---- Operations ----

    def guarded(self, do, allowed):
        """Sending fails for many a reason while links come and go"""
        try:
            do()
        except OSError as problem:
            if allowed is not None and problem.errno not in allowed:
                raise

    def step(self, number, text, refusals, do):
        """False if it was refused"""
        self.doing, self.busy_since = text, time.monotonic()
        self.log("%d %s" % (number, text))
        try:
            do()
        except OSError as problem:
            allowed = set(refusals) | (BROKEN if self.lab.faulty or self.lab.fatal else set())
            if problem.errno not in allowed:
                raise Failure("%s: %s" % (text, problem)) from problem
            self.log("%d refused: %s" % (number, problem))
            return False
        finally:
            took = time.monotonic() - self.busy_since
            self.busy_since = None
            if took > 2 * self.lab.scale:
                self.log("%d took %.1f s" % (number, took))
        return True

    def choose(self):
        self.number += 1
        name, _, refusals, function = self.rng.choices(
            ops.OPERATIONS, [weight for _, weight, _, _ in ops.OPERATIONS])[0]
        card = self.rng.choice(self.lab.cards)
        words, do, undo = function(self.rng, self.lab, card)
        later = self.number + self.rng.randint(1, UNDO_AFTER)
        # What the driver takes its time to notice lasts until the audit.
        if getattr(undo, "lasting", False):
            later = float("inf")
        return "%s %s: %s" % (card, name, words), refusals, do, undo, later

    def undo_until(self, number):
        due = [undo for undo in self.undos if undo[0] <= number]
        self.undos = [undo for undo in self.undos if undo[0] > number]
        for later, origin, text, refusals, undo in sorted(due, key=lambda u: u[:2]):
            if not self.step(origin, "(ends) " + text, refusals, undo):
                self.refused.append((origin, text, refusals, undo))

    def operate(self):
        text, refusals, do, undo, later = self.choose()
        if undo:
            self.undos.append((later, self.number, text, refusals, undo))
        self.step(self.number, text, refusals, do)
        self.undo_until(self.number)

    def renew_accounted(self, card):
        lab = self.lab
        book = lab.book_of(card)
        for end, path in sorted(lab.faulty, key=str):
            if end in book.cards:
                faults.calm(end, path)
                lab.faulty.discard((end, path))
        for end in sorted(lab.fatal.intersection(book.cards), key=str):
            self.revive(end)
        wrong = lab.settle(book)
        if wrong:
            raise Failure("before %s is deleted: %s" % (card, wrong))
        lab.renew(card)
        book.begin()

    # ---- Audits ----

    def revive(self, card):
        """The driver may have given it up: it is told that it is well again."""
        ops.devlink(card, "health", "recover", "platform/" + card.pdev(), "reporter", "fatal")
        card.nic.down()
        card.nic.up()
        self.lab.fatal.discard(card)

    def heal(self):
        """Every card works again, by itself, or because somebody says that it does."""
        lab = self.lab
        for card in sorted(lab.fatal, key=str):
            self.revive(card)
        # What could not be undone while a card was gone
        refused, self.refused = self.refused, []
        for origin, text, refusals, undo in refused:
            self.step(origin, "(ends at last) " + text, refusals, undo)
        for card in lab.cards:
            card.nic.up()
        lab.wait_carrier(lab.cards)

    def pings(self, card):
        """With little in them: the ends' MTUs may differ. One may know a passing address."""
        for end in (card, card.mate):
            run("ip", "-n", end.home, "neigh", "flush", "dev", end.name, "nud", "all")
        for _ in range(3):
            if run("nsenter", "--net=/run/netns/" + card.home, "ping", "-q", "-c", "2", "-i", "0.2",
                   "-s", "16",
                   "-W", str(int(2 * self.lab.scale)), card.mate.ip).returncode == 0:
                return True
        return False

    def audit(self):
        lab = self.lab
        self.doing, self.busy_since = "audit", time.monotonic()
        self.log("audit")
        lab.traffic.stop_all()
        self.undo_until(float("inf"))
        self.doing, self.busy_since = "audit: heal", time.monotonic()
        self.heal()
        self.doing = "audit: books"
        for book in lab.books:
            self.busy_since = time.monotonic()
            wrong = lab.settle(book)
            if wrong:
                raise Failure("frames are not accounted for: " + wrong)
        for card in lab.cards:
            self.doing, self.busy_since = "audit: ping %s" % card, time.monotonic()
            if not self.pings(card):
                raise Failure("no answer to %s from %s" % (card, card.mate))
        self.kernel.check(EXCUSED)
        lab.open_books()
        self.audits += 1
        self.busy_since = None
        self.log("audit: all is well, %d of %d faults struck so far, %d of %d books void" % (
            lab.struck, lab.ordered, lab.voids, lab.settled))

    def over(self):
        if self.options.upto:
            return self.number >= self.options.upto
        return self.elapsed() >= self.options.minutes * 60

    def soak(self):
        for pair in range(self.options.pairs):
            self.lab.traffic.start(pair, traffic.NAMES[(pair + self.options.seed) %
                                                       len(traffic.NAMES)])
        while not self.over():
            self.operate()
            if self.number % self.options.audit_every == 0:
                self.audit()
                self.lab.traffic.start_all()
        self.audit()
        self.lab.traffic.start_all()
        time.sleep(LAST)
        voids = self.lab.voids
        self.audit()
        if self.lab.voids != voids:
            raise Failure("the last books are void")
        self.lab.traffic.stop_all()

    def describe(self):
        """All cards as they are, for who looks for the reason"""
        for card in self.lab.cards:
            try:
                self.log("%s in %s, cabled to %s: %s\n%s" % (
                    card, card.ns, card.partner, {k: v for k, v in card.nic.stats().items() if v},
                    run("nsenter", "--net=/run/netns/" + card.ns, "ip", "-d", "addr", "show",
                        "dev", card.name).stdout))
                with open(card.debugfs("regs"), encoding="ascii") as f:
                    self.log(" ".join(f.read().split("\n")))
            except (OSError, AttributeError) as problem:
                self.log("%s: %s" % (card, problem))

    # ---- The end ----

    def leave(self):
        """All goes, and nothing stays."""
        self.busy_since = time.monotonic()
        frames = self.lab.frames()
        self.lab.tear_down()
        run("rmmod", "pktgen")
        gone = run("rmmod", "simnic")
        if gone.returncode:
            raise Failure("the module can't be unloaded: " + gone.stdout)
        for what, there in (
                ("cards", [d for d in os.listdir("/sys/bus/platform/devices")
                           if d.startswith("simnic")]),
                ("debugfs", os.path.exists("/sys/kernel/debug/simnic")),
                ("interrupts", [i for i in os.listdir("/sys/kernel/irq") if "simnic" in open(
                    "/sys/kernel/irq/%s/chip_name" % i, encoding="ascii").read()])):
            if there:
                raise Failure("left behind: %s %s" % (what, there))
        self.kernel.check(EXCUSED)
        self.busy_since = None
        return frames


def kmemleak():
    """What the kernel thinks is lost, if it has an opinion"""
    path = "/sys/kernel/debug/kmemleak"
    try:
        for pause in (0, 6, 0):
            time.sleep(pause)
            nic.write(path, "scan")
    except (FileNotFoundError, PermissionError):
        return   # there is none, or it is off
    with open(path, encoding="ascii") as f:
        found = f.read()
    if "simnic" in found or "simhw" in found:
        raise Failure("memory is lost:\n" + found)


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", default="/tmp/soak.log")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--upto", type=int, default=0)
    parser.add_argument("--audit-every", type=int, default=60)
    return parser.parse_args()


def main():
    run("modprobe", "simnic")
    soak = Soak(parse())
    soak.start_threads()
    try:
        soak.soak()
        frames = soak.leave()
        kmemleak()
    except (Failure, Hang, wire.Failure, OSError) as problem:
        if isinstance(problem, Hang):
            soak.show_tasks()
        soak.lab.traffic.stop_all()
        soak.describe()
        soak.log("FAILED in operation %d: %s\n%s" % (soak.number, problem,
                                                     traceback.format_exc()))
        print("soak: FAILED in operation %d (%s): %s" % (soak.number, soak.doing, problem))
        print("soak: SEED=%d UPTO=%d CPUS=%d does it again; %s" % (
            soak.options.seed, soak.number, os.cpu_count(), soak.options.log), flush=True)
        os._exit(1)
    lab = soak.lab
    print("soak: the driver's answers: %s" % ", ".join(
        "%s %d" % answer for answer in sorted(lab.answers.items())))
    print("soak: %d operations, %d faults ordered, %d struck, %d audits, %d frames in %d s: all "
          "accounted for, but %d of %d books, of cards deleted under traffic" % (
              soak.number, lab.ordered, lab.struck, soak.audits, frames, soak.elapsed(),
              lab.voids, lab.settled), flush=True)


if __name__ == "__main__":
    main()
