#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""bpf.py PATH [frags] OP...: an XDP program of these steps, pinned at PATH

pass, drop, tx, aborted, action=N   ends with that verdict
redirect=IFINDEX                    ends by sending the frame there
swap                                exchanges the addresses
head=N, tail=N, meta=N              moves an end of the frame, or aborts

frags: it can do with frames in several buffers. There need be no compiler and no
library in the guest: a program of a few instructions is written down as such.
"""

import ctypes
import os
import platform
import struct
import sys

SYS_BPF = {"x86_64": 321, "aarch64": 280, "riscv64": 280, "s390x": 351, "ppc64le": 361}
PROG_LOAD, OBJ_PIN = 5, 6
PROG_TYPE_XDP, ATTACH_XDP = 6, 37
HAS_FRAGS = 1 << 5
ACTIONS = {"aborted": 0, "drop": 1, "pass": 2, "tx": 3}
HELPERS = {"redirect": 23, "head": 44, "meta": 54, "tail": 65}


def insn(code, dst=0, src=0, off=0, imm=0):
    return struct.pack("<BBhi", code, src << 4 | dst, off, imm)


def mov(reg, value):
    return insn(0xb7, reg, imm=value)


def copy(dst, src):
    return insn(0xbf, dst, src)


def call(helper):
    return insn(0x85, imm=HELPERS[helper])


EXIT = insn(0x95)
NOT_ZERO, ABOVE = 0x55, 0x2d    # jumps


def verdict(value):
    return mov(0, value) + EXIT


def redirect(ifindex):
    return mov(1, ifindex) + mov(2, 0) + call("redirect") + EXIT


def adjust(helper, delta):
    """r6 is the context; on failure the program ends there."""
    return (copy(1, 6) + mov(2, delta) + call(helper) +
            insn(0x15, 0, off=2) + verdict(ACTIONS["aborted"]))


def swap():
    """Half a word at a time, if the frame is long enough to have addresses"""
    code = insn(0x61, 2, 6, 0) + insn(0x61, 3, 6, 4)        # data, data_end
    code += copy(4, 2) + insn(0x07, 4, imm=14)
    code += insn(ABOVE, 4, 3, off=12)
    for i in (0, 2, 4):
        code += insn(0x69, 4, 2, i) + insn(0x69, 5, 2, i + 6)
        code += insn(0x6b, 2, 5, i) + insn(0x6b, 2, 4, i + 6)
    return code


def step(op):
    name, _, value = op.partition("=")
    if name in ACTIONS:
        return verdict(ACTIONS[name])
    if name == "action":
        return verdict(int(value))
    if name == "redirect":
        return redirect(int(value))
    if name == "swap":
        return swap()
    return adjust(name, int(value))


def bpf(cmd, attr):
    libc = ctypes.CDLL(None, use_errno=True)
    attr = ctypes.create_string_buffer(attr, 160)
    ret = libc.syscall(SYS_BPF[platform.machine()], cmd, attr, len(attr))
    if ret < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return ret


def load(code, flags):
    log = ctypes.create_string_buffer(65536)
    memory = ctypes.create_string_buffer(code, len(code))
    attr = struct.pack("<IIQQIIQIIQ8xII", PROG_TYPE_XDP, len(code) // 8,
                       ctypes.addressof(memory),
                       ctypes.addressof(LICENSE), 1, len(log), ctypes.addressof(log),
                       0, flags, 0, 0, ATTACH_XDP)
    try:
        return bpf(PROG_LOAD, attr)
    except OSError:
        print(log.value.decode(errors="replace"), file=sys.stderr)
        raise


def pin(fd, path):
    name = ctypes.create_string_buffer(path.encode())
    bpf(OBJ_PIN, struct.pack("<QI", ctypes.addressof(name), fd))


LICENSE = ctypes.create_string_buffer(b"GPL")


def program(*ops):
    return copy(6, 1) + b"".join(step(op) for op in ops)


def main(path, *ops):
    flags = 0
    if ops[0] == "frags":
        flags, ops = HAS_FRAGS, ops[1:]
    pin(load(program(*ops), flags), path)


if __name__ == "__main__":
    main(*sys.argv[1:])
