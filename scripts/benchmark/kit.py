# SPDX-License-Identifier: GPL-2.0
"""What the benchmark stands on: commands, namespaces, files, clocks."""

import os
import re
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

BEGAN = time.monotonic()
HOME = os.open("/proc/self/ns/net", os.O_RDONLY)
NETNS = Path("/run/netns")
MOUNTS = Path("/run/bench")
PATIENCE = {"times": 1}  # as long as is said, what has to happen may take


class NotHere(Exception):
    """This peer or this guest cannot do that, and why."""


class Lacks(NotHere):
    """The guest is too small for it, whoever the peer."""


class Failed(Exception):
    """It should have been able to."""


def say(text):
    print(f"[{time.monotonic() - BEGAN:5.0f} s] {text}", flush=True)


@contextmanager
def inside(netns):
    """In this namespace, as is whatever is started meanwhile."""
    with open(NETNS / netns, encoding="ascii") as place:
        os.setns(place.fileno(), os.CLONE_NEWNET)
    try:
        yield
    finally:
        os.setns(HOME, os.CLONE_NEWNET)


def run(*command, stdin=None, timeout=120):
    """A command that has to succeed; its output."""
    try:
        done = subprocess.run(command, input=stdin, capture_output=True, text=True,
                              timeout=timeout * PATIENCE["times"], check=False)
    except subprocess.TimeoutExpired as late:
        raise Failed(f"not finished after {timeout} s: {' '.join(command)}") from late
    if done.returncode:
        said = (done.stderr or done.stdout).strip().replace("\n", "; ")
        raise Failed(f"{' '.join(command)}: {said}")
    return done.stdout


def ip_batch(lines, netns=None):
    """Commands of ip(8), in one process: starting one is felt under emulation."""
    where = ["-n", netns] if netns else []
    run("ip", *where, "-batch", "-", stdin="\n".join(lines) + "\n", timeout=120 + len(lines))


def write(path, text):
    try:
        with open(path, "w", encoding="ascii") as file:
            file.write(f"{text}\n")
    except OSError as error:
        raise Failed(f"{path}: '{text}' is refused: {error.strerror}") from error


def read(path):
    with open(path, encoding="ascii") as file:
        return file.read()


def sysfs(netns, dev):
    """Where /sys/class/net has this device: each namespace has a /sys of its own."""
    return MOUNTS / netns / "class/net" / dev


def netns_add(netns):
    """A namespace that sends nothing of its own accord."""
    run("ip", "netns", "add", netns)
    sys_there = MOUNTS / netns
    sys_there.mkdir(parents=True, exist_ok=True)
    with inside(netns):
        run("mount", "-t", "sysfs", "sysfs", str(sys_there))
        write("/proc/sys/net/ipv6/conf/default/disable_ipv6", 1)
        run("ip", "link", "set", "lo", "up")


def netns_del(netns):
    if (NETNS / netns).exists():
        run("umount", "-l", str(MOUNTS / netns))
        run("ip", "netns", "del", netns)


def wait_until(seconds, condition, what):
    end = time.monotonic() + seconds * PATIENCE["times"]
    while not condition():
        if time.monotonic() > end:
            raise Failed(f"{what}: not within {seconds} s")
        time.sleep(0.05)


def rate(counter, seconds):
    """How fast a counter grows, by the second; after it has got going."""
    def look():
        """Reading may take long where others keep the processor: its middle is the time."""
        began = time.monotonic()
        count = counter()
        return (began + time.monotonic()) / 2, count

    time.sleep(min(0.3, seconds / 4))
    start, before = look()
    time.sleep(seconds)
    end, after = look()
    return (after - before) / (end - start)


def snmp(netns, protocol, name):
    """A counter of /proc/net/snmp there."""
    with inside(netns):
        lines = re.findall(rf"^{protocol}: (.*)$", read("/proc/net/snmp"), re.M)
    return int(dict(zip(lines[0].split(), lines[1].split()))[name])


def load_module(name, builtin):
    """Debian has as modules what guests compiled here have built in, or not at all."""
    if not Path(builtin).exists():
        try:
            run("modprobe", name)
        except Failed as error:
            raise NotHere(f"this guest's kernel has no {name}") from error


def cpu_mask(cpus):
    return f"{sum(1 << cpu for cpu in cpus):x}"
