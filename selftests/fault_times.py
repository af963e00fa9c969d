#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""How long it takes until traffic flows again, after a fault has struck.

fault_times.py A B FAULT-DIRECTORY [CURE]    A and B are NAMESPACE,DEVICE,ADDRESS

Small UDP frames go both ways, one in two milliseconds. The fault is made to strike
once; the answer is the number of milliseconds from then until the end of the longest
silence in either direction, 0 if none was longer than usual. If it takes a CURE, a
command of the shell's, that is called some seconds later, and time counts from then.
"""

import os
import select
import struct
import subprocess
import sys
import time

import wire

PERIOD = 0.002
USUAL = 0.08	# silences up to here are nothing special on an emulated machine
PATIENCE = 60	# seconds
ILLNESS = 3	# seconds until it is cured, if it takes somebody to do so
NOWHERE = "192.0.2.1", "192.0.2.2"	# addresses that nobody has


class Way:
    """One direction"""

    def __init__(self, src, dst):
        ns, dev, addr = src.split(",")
        self.tx = wire.packet_socket(ns + "," + dev)
        self.tx.setblocking(False)
        proto, packet = wire.packet("udp4", *NOWHERE, 9, 9, 46)
        self.rx = wire.packet_socket(",".join(dst.split(",")[:2]), proto)
        self.frame = wire.mac(dst.split(",")[2]) + wire.mac(addr)
        self.frame += struct.pack("!H", proto) + packet
        self.arrived = []

    def send(self):
        try:
            self.tx.send(self.frame)
        except OSError:  # no room, or no link
            pass

    def silence(self, since, until):
        """The longest one: its length, and its end"""
        marks = [t for t in self.arrived if t >= since - 2 * USUAL]
        if not marks or marks[0] > since:
            marks.insert(0, since)
        gaps = [(b - a, b) for a, b in zip(marks, marks[1:]) if b > since]
        gaps.append((until - marks[-1], None))
        return max(gaps, key=lambda gap: gap[0])


def pump(ways, until, stop=lambda: False):
    """Traffic, until then or until stop() says so"""
    poll = select.poll()
    by_fd = {way.rx.fileno(): way for way in ways}
    for fd in by_fd:
        poll.register(fd, select.POLLIN)
    due = time.monotonic()
    while time.monotonic() < until and not stop():
        if time.monotonic() >= due:
            due = max(due + PERIOD, time.monotonic())
            for way in ways:
                way.send()
        for fd, event in poll.poll(1):
            if not event & select.POLLIN:
                by_fd[fd].rx.getsockopt(1, 4)  # SO_ERROR: the device went down
                continue
            by_fd[fd].rx.recv(2048)
            by_fd[fd].arrived.append(time.monotonic())


def hits(path):
    with open(os.path.join(path, "hits"), encoding="ascii") as file:
        return int(file.read())


def write(path, name, value):
    with open(os.path.join(path, name), "w", encoding="ascii") as file:
        file.write(value)


def settled(ways, struck):
    """Both ways flow again, and have for a while"""
    now = time.monotonic()
    for way in ways:
        length, end = way.silence(struck, now)
        if end is None or now - end < 0.3 or (length <= USUAL and now - struck < 2.5):
            return False
    return True


def measure(a, b, path, cure=""):
    ways = [Way(a, b), Way(b, a)]
    pump(ways, time.monotonic() + 0.3)
    before = hits(path)
    write(path, "times", "1")
    write(path, "probability", "100")
    end = time.monotonic() + PATIENCE
    pump(ways, end, lambda: hits(path) > before)
    struck = time.monotonic()
    if struck >= end:
        raise wire.Failure("it has not struck")
    if cure:
        pump(ways, struck + ILLNESS)
        struck = time.monotonic()
        subprocess.run(cure, shell=True, check=True)
    pump(ways, end, lambda: settled(ways, struck))
    write(path, "probability", "0")
    if time.monotonic() >= end:
        raise wire.Failure("no recovery")
    longest = [way.silence(struck, time.monotonic()) for way in ways]
    return max((stop - struck) * 1000 if stop and length > USUAL else 0
               for length, stop in longest)


if __name__ == "__main__":
    # pylint: disable-next=too-many-function-args # it counts its own
    print("%d" % measure(*sys.argv[1:]))
