# SPDX-License-Identifier: GPL-2.0
"""The few things that take bpf(2) itself: maps, read in a moment that is known."""

import ctypes
import os
import platform
import struct
from pathlib import Path

from kit import Failed, NotHere, inside, run

PINS = Path("/sys/fs/bpf/bench")
OBJECT = Path(os.environ.get("TOOLS", "build/bench")) / "xdp.o"
SYSCALL = {"x86_64": 321, "aarch64": 280}.get(platform.machine())
LOOKUP, UPDATE, OBJ_GET = 1, 2, 7
LIBC = ctypes.CDLL(None, use_errno=True)


def bpf(command, attributes):
    buffer = ctypes.create_string_buffer(attributes, 128)
    result = LIBC.syscall(SYSCALL, command, buffer, ctypes.c_uint(128))
    if result < 0:
        raise Failed(f"bpf command {command}: {os.strerror(ctypes.get_errno())}")
    return result


class Map:
    """A pinned one, whose keys are numbers."""

    def __init__(self, path):
        name = ctypes.create_string_buffer(str(path).encode())
        self.fd = bpf(OBJ_GET, struct.pack("QII", ctypes.addressof(name), 0, 0))

    def command(self, command, key, value):
        keys = ctypes.create_string_buffer(struct.pack("I", key))
        bpf(command, struct.pack("IIQQQ", self.fd, 0, ctypes.addressof(keys),
                                 ctypes.addressof(value), 0))
        return value

    def total(self):
        """Of what all processors counted."""
        size = 8 * possible_cpus()
        found = self.command(LOOKUP, 0, ctypes.create_string_buffer(size))
        return sum(struct.unpack(f"{size // 8}Q", found.raw[:size]))

    def set(self, key, value):
        self.command(UPDATE, key, ctypes.create_string_buffer(value))

    def close(self):
        os.close(self.fd)


def possible_cpus():
    """As "0-3": how many slots the kernel copies."""
    ranges = Path("/sys/devices/system/cpu/possible").read_text(encoding="ascii").strip()
    return int(ranges.split("-")[-1].split(",")[-1]) + 1


class Programs:
    """A copy of all of them, with maps of its own."""

    def __init__(self, name):
        self.where = PINS / name
        PINS.mkdir(exist_ok=True)
        self.attached = []
        cpus = PINS / f"{name}-cpus"
        run("bpftool", "map", "create", str(cpus), "type", "cpumap", "key", "4", "value", "8",
            "entries", str(possible_cpus()), "name", "cpus")
        try:
            run("bpftool", "prog", "loadall", str(OBJECT), str(self.where), "type", "xdp",
                "map", "name", "cpus", "pinned", str(cpus), "pinmaps", str(self.where / "maps"))
        finally:
            cpus.unlink()
        self.maps = {name: Map(self.where / "maps" / name)
                     for name in ("frames", "cards", "cpus", "target")}

    def attach(self, netns, dev, program):
        """To the driver itself: what the kernel would emulate is another thing."""
        with inside(netns):
            try:
                run("ip", "link", "set", dev, "xdpdrv", "pinned", str(self.where / program))
            except Failed as error:
                reason = str(error).split(":", 1)[-1].strip()
                raise NotHere(f"the driver takes no native XDP program: {reason}") from error
        self.attached.append((netns, dev))

    def close(self):
        for netns, dev in self.attached:
            with inside(netns):
                run("ip", "link", "set", dev, "xdpdrv", "off")
        self.attached = []
        for one in self.maps.values():
            one.close()
        for pin in sorted(self.where.rglob("*"), reverse=True):
            if pin.is_dir():
                pin.rmdir()
            else:
                pin.unlink()
        self.where.rmdir()
