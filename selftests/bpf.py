#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""bpf.py PATH [frags] [dev=IFINDEX] OP...: an XDP program of these steps, pinned at PATH

pass, drop, tx, aborted, action=N   ends with that verdict
redirect=IFINDEX                    ends by sending the frame there
swap                                exchanges the addresses
head=N, tail=N, meta=N              moves an end of the frame, or aborts
tag=TCI                             goes on if that is the VLAN tag that the card has
                                    taken out, or aborts
untagged                            goes on if the card has taken out none, or aborts

frags: it can do with frames in several buffers. dev: it is for this device, whose driver
it may ask. Exits with 4 if the kernel has nothing to ask. There need be no compiler and no
library in the guest: a program of a few instructions is written down as such.
"""

import ctypes
import errno
import os
import platform
import socket
import struct
import sys

SYS_BPF = {"x86_64": 321, "aarch64": 280, "riscv64": 280, "s390x": 351, "ppc64le": 361}
PROG_LOAD, OBJ_PIN = 5, 6
PROG_TYPE_XDP, ATTACH_XDP = 6, 37
HAS_FRAGS, DEV_BOUND = 1 << 5, 1 << 6
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
ABOVE, SAME_INT = 0x2d, 0x16    # jumps


def verdict(value):
    return mov(0, value) + EXIT


def redirect(ifindex):
    return mov(1, ifindex) + mov(2, 0) + call("redirect") + EXIT


def adjust(helper, delta):
    """r6 is the context; on failure the program ends there."""
    return copy(1, 6) + mov(2, delta) + call(helper) + or_abort(insn(0x15, 0, off=2))


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
    if name == "tag":
        return tag(int(value))
    if name == "untagged":
        return untagged()
    return adjust(name, int(value))


def bpf(cmd, attr):
    libc = ctypes.CDLL(None, use_errno=True)
    attr = ctypes.create_string_buffer(attr, 160)
    ret = libc.syscall(SYS_BPF[platform.machine()], cmd, attr, len(attr))
    if ret < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return ret


def load(code, flags, ifindex=0):
    log = ctypes.create_string_buffer(65536)
    memory = ctypes.create_string_buffer(code, len(code))
    attr = struct.pack("<IIQQIIQIIQ8xII", PROG_TYPE_XDP, len(code) // 8,
                       ctypes.addressof(memory),
                       ctypes.addressof(LICENSE), 1, len(log), ctypes.addressof(log),
                       0, flags, 0, ifindex, ATTACH_XDP)
    try:
        return bpf(PROG_LOAD, attr)
    except OSError:
        print(log.value.decode(errors="replace"), file=sys.stderr)
        raise


def pin(fd, path):
    name = ctypes.create_string_buffer(path.encode())
    bpf(OBJ_PIN, struct.pack("<QI", ctypes.addressof(name), fd))


def btf_function(wanted):
    """The number of a function among the kernel's types, None if it has no such thing"""
    fixed = {1: 4, 3: 12, 14: 4, 17: 4}
    each = {4: 12, 5: 12, 6: 8, 13: 8, 15: 12, 19: 12}
    try:
        with open("/sys/kernel/btf/vmlinux", "rb") as file:
            btf = file.read()
    except FileNotFoundError:
        return None
    size, types, length, strings = struct.unpack_from("<4xIIII", btf)
    name = btf.find(b"\0" + wanted.encode() + b"\0", size + strings) + 1 - size - strings
    if name <= 0:
        return None
    at, end, number = size + types, size + types + length, 1
    while at < end:
        its_name, info = struct.unpack_from("<II", btf, at)
        kind = info >> 24 & 0x7f
        if kind == 12 and its_name == name:
            return number
        at += 12 + fixed.get(kind, 0) + each.get(kind, 0) * (info & 0xffffff)
        number += 1
    raise ValueError(f"{wanted} has a name, but is no function among {number} types")


def ask(function):
    number = btf_function(function)
    if number is None:
        print(f"the kernel has no {function}", file=sys.stderr)
        sys.exit(4)
    return insn(0x85, src=2, imm=number)


def or_abort(equal):
    """@equal: a jump over the end, if it is as it should be"""
    return equal + verdict(ACTIONS["aborted"])


def ask_tag():
    """Its result in r0, the protocol and the tag at r10 - 8 and r10 - 16"""
    code = insn(0x7a, 10, off=-8) + insn(0x7a, 10, off=-16)
    code += copy(1, 6) + copy(2, 10) + insn(0x07, 2, imm=-8)
    code += copy(3, 10) + insn(0x07, 3, imm=-16)
    return code + ask("bpf_xdp_metadata_rx_vlan_tag")


def tag(tci):
    code = ask_tag() + or_abort(insn(SAME_INT, 0, off=2))
    code += insn(0x69, 1, 10, -8) + or_abort(insn(0x15, 1, off=2, imm=socket.htons(0x8100)))
    return code + insn(0x69, 1, 10, -16) + or_abort(insn(0x15, 1, off=2, imm=tci))


def untagged():
    return ask_tag() + or_abort(insn(SAME_INT, 0, off=2, imm=-errno.ENODATA))


LICENSE = ctypes.create_string_buffer(b"GPL")


def program(*ops):
    return copy(6, 1) + b"".join(step(op) for op in ops)


def main(path, *ops):
    flags = ifindex = 0
    if ops[0] == "frags":
        flags, ops = HAS_FRAGS, ops[1:]
    if ops[0].startswith("dev="):
        flags, ifindex, ops = flags | DEV_BOUND, int(ops[0][4:]), ops[1:]
    pin(load(program(*ops), flags, ifindex), path)


if __name__ == "__main__":
    main(*sys.argv[1:])
