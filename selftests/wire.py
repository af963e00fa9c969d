# SPDX-License-Identifier: GPL-2.0
"""Frames and streams across the cable, both ends in one process.

Places are NAMESPACE,DEVICE. What goes wrong is raised as a Failure.
"""

import ctypes
import fcntl
import mmap
import os
import select
import socket
import struct
import threading
import time

CLONE_NEWNET = 0x40000000
SOL_UDP, UDP_SEGMENT, UDP_GRO = 17, 103, 104
SOL_PACKET, PACKET_AUXDATA = 263, 8
SO_ATTACH_FILTER, SO_RCVBUFFORCE, SO_ZEROCOPY = 26, 33, 60
MSG_ZEROCOPY, SIOCOUTQ = 0x4000000, 0x5411
TP_STATUS_VLAN_VALID = 1 << 4
ETH_P_ALL = 3
LIBC = ctypes.CDLL(None, use_errno=True)
SLOW = int(os.environ.get("SIMNIC_SLOW", "1"))
HOME = os.open("/proc/self/ns/net", os.O_RDONLY)


class Failure(Exception):
    pass


def setns(fd):
    if LIBC.setns(fd, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


def in_ns(name, make):
    """What make() returns when called in the namespace."""
    fd = os.open("/run/netns/" + name, os.O_RDONLY)
    setns(fd)
    try:
        return make()
    finally:
        setns(HOME)
        os.close(fd)


def impatient(sock):
    """A device that is detached lets senders wait until it is back: EAGAIN then"""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", 10 * SLOW, 0))
    return sock


def packet_socket(place, proto=0):
    ns, dev = place.split(",")

    def make():
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 32 << 20)
        sock.bind((dev, proto))
        return impatient(sock)
    return in_ns(ns, make)


def inet_socket(ns, addr, kind):
    family = socket.AF_INET6 if ":" in addr else socket.AF_INET
    return in_ns(ns, lambda: socket.socket(family, kind))


# ---- Frames -----------------------------------------------------------------

def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def csum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def l4(proto, pseudo, sport, dport, payload, bad):
    """TCP or UDP header and payload; a bad checksum is off by one."""
    if proto == socket.IPPROTO_UDP:
        head, at = struct.pack("!HHHH", sport, dport, 8 + len(payload), 0), 6
    else:
        head, at = struct.pack("!HHIIBBHHH", sport, dport, 0, 0, 5 << 4, 0x10, 512, 0, 0), 16
    full = pseudo + struct.pack("!IHBB", len(head) + len(payload), 0, 0, proto)
    value = csum(full + head + payload) or 0xffff
    return head[:at] + struct.pack("!H", value ^ bad) + head[at + 2:] + payload


def packet(kind, saddr, daddr, sport, dport, size, bad=0):
    """An IP packet of so many bytes."""
    proto = socket.IPPROTO_UDP if kind.startswith("udp") else socket.IPPROTO_TCP
    head = 8 if proto == socket.IPPROTO_UDP else 20
    if kind.endswith("6"):
        src, dst = (socket.inet_pton(socket.AF_INET6, x) for x in (saddr, daddr))
        body = l4(proto, src + dst, sport, dport, bytes(max(0, size - 40 - head)), bad)
        return 0x86dd, struct.pack("!IHBB", 6 << 28, len(body), proto, 64) + src + dst + body
    src, dst = (socket.inet_aton(x) for x in (saddr, daddr))
    body = l4(proto, src + dst, sport, dport, bytes(max(0, size - 20 - head)), bad)
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 0, 0x4000, 64, proto, 0) + src + dst
    return 0x0800, ip[:10] + struct.pack("!H", csum(ip)) + ip[12:] + body


def source_port(flow):
    """
    Of flows in turn they differ in 15 bits, not in the lowest only: with one key of five
    hundred all those have the same queue.
    """
    return flow * 40503 & 0x7fff


def build(args, flow):
    """One frame; returns its ethertype and its bytes."""
    kind, size = args.get("type", "0x88b5"), int(args.get("size", 60)) - 14
    tag = b""
    if "vlan" in args:
        tag = struct.pack("!HH", 0x8100, int(args["vlan"]))
    if kind.startswith("0x"):
        proto, body = int(kind, 16), bytes((flow + i) & 0xff for i in range(size))
    else:
        proto, body = packet(kind, args["saddr"], args["daddr"],
                             int(args.get("sport", 10000)) + source_port(flow),
                             int(args.get("dport", 9)), size, int(args.get("badcsum", 0)))
    body = body.ljust(46 - len(tag), b"\0")
    return proto, mac(args["dst"]) + mac(args["src"]) + tag + struct.pack("!H", proto) + body


def tag_of(ancillary):
    for level, kind, data in ancillary:
        if (level, kind) == (SOL_PACKET, PACKET_AUXDATA):
            status, _, _, _, _, tci, _ = struct.unpack("=IIIHHHH", data)
            if status & TP_STATUS_VLAN_VALID:
                return tci & 0xfff
    return None


def collect(sock, frames, vlan, want):
    """How many of these frames arrive, before there is silence for a while."""
    wanted = {f[:12] + f[16:] if f[12:14] == b"\x81\x00" else f for f in frames}
    got = 0
    while got < want and select.select([sock], [], [], 2)[0]:
        data, ancillary, _, who = sock.recvmsg(65536, 256)
        if who[2] == socket.PACKET_OUTGOING:
            continue
        tag = tag_of(ancillary)
        if data[12:14] == b"\x81\x00":
            tag, data = struct.unpack("!H", data[14:16])[0] & 0xfff, data[:12] + data[16:]
        if data in wanted and tag == vlan:
            got += 1
    return got


def send(args):
    """
    Sends raw frames, from the address src to dst. Keys:
    type=0xNNNN or udp4 tcp4 udp6 tcp6  count=N  size=BYTES (without FCS)
    flows=N (of different source ports)  gap=MICROSECONDS (between frames)
    vlan=VID  saddr= daddr= sport= dport=  badcsum=1
    rx=PLACE (listen there; the answer is how many arrived, unchanged)
    rxvlan=VID (... and with this tag)
    """
    count, gap = int(args.get("count", 1)), int(args.get("gap", 0)) / 1e6
    frames = [build(args, flow)[1] for flow in range(int(args.get("flows", 1)))]
    tx = packet_socket(args["tx"])
    rx = packet_socket(args["rx"], ETH_P_ALL) if "rx" in args else None
    if rx:
        rx.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
    for i in range(count):
        tx.send(frames[i % len(frames)])
        if gap:
            time.sleep(gap)
    if rx:
        return collect(rx, frames, int(args["rxvlan"]) if "rxvlan" in args else None, count)
    return None


def sequence(args):
    """
    Sends count= numbered frames of size= bytes, gap= microseconds apart, from tx= to
    rx= (addresses src= and dst=). The answer: how many arrived, how many of them after
    one with a higher number, and how many not for the first time.
    """
    count, gap = int(args["count"]), int(args.get("gap", 0)) / 1e6
    tx, rx = packet_socket(args["tx"]), packet_socket(args["rx"], 0x88b6)
    head = mac(args["dst"]) + mac(args["src"]) + b"\x88\xb6"
    pad = bytes(int(args.get("size", 60)) - len(head) - 4)
    for i in range(count):
        tx.send(head + struct.pack("!I", i) + pad)
        if gap:
            time.sleep(gap)
    seen, highest, inverted, twice, got = set(), -1, 0, 0, 0
    while select.select([rx], [], [], 1)[0]:
        number = struct.unpack("!I", rx.recv(65536)[14:18])[0]
        got += 1
        twice += number in seen
        inverted += number < highest
        highest = max(number, highest)
        seen.add(number)
    return "%d %d %d" % (got, inverted, twice)


def burst(args):
    """UDP super-frames: count= of them, segs= segments each, of gso= bytes."""
    sock = impatient(inet_socket(args["tx"], args["addr"], socket.SOCK_DGRAM))
    gso, segs = int(args["gso"]), int(args["segs"])
    sock.setsockopt(SOL_UDP, UDP_SEGMENT, gso)
    for _ in range(int(args["count"])):
        # not connected: whether anybody listens does not matter
        sock.sendto(bytes(gso * segs), (args["addr"], 9))


# ---- Streams -----------------------------------------------------------------

def tcp(args):
    """A stream of bytes= in both directions at once; compares what arrives."""
    data = os.urandom(int(args["bytes"]))
    limit = 100 * SLOW
    listener = inet_socket(args["rx"], args["addr"], socket.SOCK_STREAM)
    listener.bind((args["addr"], 0))
    listener.listen()
    client = inet_socket(args["tx"], args["addr"], socket.SOCK_STREAM)
    client.settimeout(limit)
    client.connect(listener.getsockname()[:2])
    server, _ = listener.accept()
    server.settimeout(limit)
    got = {"there": bytearray(), "back": bytearray()}
    problems = []

    def send(way, sock):
        try:
            sock.sendall(data)
        except OSError as problem:
            problems.append("%s, sending: %s" % (way, problem))

    def receive(way, sock):
        try:
            while len(got[way]) < len(data):
                part = sock.recv(1 << 20)
                if not part:
                    break
                got[way] += part
        except OSError as problem:
            problems.append("%s, receiving: %s" % (way, problem))

    jobs = [threading.Thread(target=f, args=a, daemon=True) for f, a in (
        (send, ("there", client)), (receive, ("there", server)),
        (send, ("back", server)), (receive, ("back", client)))]
    end = time.monotonic() + limit
    for job in jobs:
        job.start()
    for job in jobs:
        job.join(max(0, end - time.monotonic()))
    for way, part in got.items():
        if part != data:
            problems.append("%s: %d of %d bytes%s" % (
                way, len(part), len(data), "" if part == data[:len(part)] else ", not the same"))
    if problems:
        raise Failure("tcp: " + "; ".join(problems))


def send_how(sock, how, memory, fd):
    left = len(memory)
    view = memoryview(memory)
    while left:
        if how == "sendfile":
            left -= os.sendfile(sock.fileno(), fd, len(memory) - left, left)
        else:
            left -= sock.send(view[-left:], MSG_ZEROCOPY if how == "zerocopy" else 0)
    view.release()


def reuse(args):
    """bytes= by how=send, zerocopy or sendfile, which are read only after the sender
    has overwritten its memory (or file), as it may once all is acknowledged."""
    size, how = int(args["bytes"]), args["how"]
    data = os.urandom(size)
    fd = os.memfd_create("reuse")
    os.truncate(fd, size)
    memory = mmap.mmap(fd if how == "sendfile" else -1, size)
    memory[:] = data

    listener = inet_socket(args["rx"], args["addr"], socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 * size)
    listener.bind((args["addr"], 0))
    listener.listen()
    tx = inet_socket(args["tx"], args["addr"], socket.SOCK_STREAM)
    if how == "zerocopy":
        tx.setsockopt(socket.SOL_SOCKET, SO_ZEROCOPY, 1)
    tx.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", 30 * SLOW, 0))
    tx.connect(listener.getsockname()[:2])
    rx, _ = listener.accept()
    rx.settimeout(30 * SLOW)

    send_how(tx, how, memory, fd)
    end = time.monotonic() + 30 * SLOW
    while struct.unpack("i", fcntl.ioctl(tx, SIOCOUTQ, bytes(4)))[0]:
        if time.monotonic() > end:
            raise Failure("reuse: not acknowledged")
        time.sleep(0.01)
    memory[:] = bytes(size)
    tx.shutdown(socket.SHUT_WR)
    if b"".join(iter(lambda: rx.recv(1 << 20), b"")) != data:
        raise Failure("reuse: what arrived is what was written after it was sent")


def udp(args):
    """bytes= in datagrams, or in bursts of segments of gso=; compares what arrives.

    One burst at a time, so that no socket overflows.
    """
    left, gso = int(args["bytes"]), int(args.get("gso", 1400))
    rx = inet_socket(args["rx"], args["addr"], socket.SOCK_DGRAM)
    rx.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
    if "gro" in args:
        rx.setsockopt(SOL_UDP, UDP_GRO, 1)
    rx.bind((args["addr"], 0))
    rx.settimeout(10 * SLOW)
    tx = inet_socket(args["tx"], args["addr"], socket.SOCK_DGRAM)
    if "gso" in args:
        tx.setsockopt(SOL_UDP, UDP_SEGMENT, gso)
    tx.connect(rx.getsockname()[:2])
    while left > 0:
        # The last segment of a burst is shorter than the others.
        data = os.urandom(min(left, gso * min(30, 60000 // gso) + 17 if "gso" in args else gso))
        tx.send(data)
        got = b""
        while len(got) < len(data):
            got += rx.recv(65536)
        if got != data:
            raise Failure("udp: what arrived is not what was sent")
        left -= len(data)


def hold(args):
    """count= datagrams through a socket that is read only once they are all there"""
    rx = inet_socket(args["rx"], args["addr"], socket.SOCK_DGRAM)
    rx.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 256 << 20)
    rx.bind((args["addr"], 0))
    tx = inet_socket(args["tx"], args["addr"], socket.SOCK_DGRAM)
    tx.connect(rx.getsockname()[:2])
    for _ in range(int(args["count"])):
        try:
            tx.send(bytes(1400))
        except OSError:  # no memory for it
            pass
        time.sleep(0.001)


# ---- Hashes ------------------------------------------------------------------

KEY = bytes.fromhex("6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b4"
                    "77cb2da38030f20c6a42b73bbeac01fa")
# "Verifying the RSS hash calculation": source, destination, hash over addresses,
# hash over addresses and ports
VECTORS = (
    ("66.9.149.187", 2794, "161.142.100.80", 1766, 0x323e8fc2, 0x51ccc178),
    ("199.92.111.2", 14230, "65.69.140.83", 4739, 0xd718262a, 0xc626b0ea),
    ("24.19.198.95", 12898, "12.22.207.184", 38024, 0xd2d0a5de, 0x5c2b394a),
    ("38.27.205.30", 48228, "209.142.163.6", 2217, 0x82989176, 0xafc7327f),
    ("153.39.163.191", 44251, "202.188.127.2", 1303, 0x5d1809c5, 0x10e828a2),
    ("3ffe:2501:200:1fff::7", 2794, "3ffe:2501:200:3::1", 1766, 0x2cc18cd5, 0x40207d3d),
    ("3ffe:501:8::260:97ff:fe40:efab", 14230, "ff02::1", 4739, 0x0f0c461c, 0xdde51bbf),
    ("3ffe:1900:4545:3:200:f8ff:fe21:67cf", 44251, "fe80::200:f8ff:fe21:67cf", 38024,
     0x4b61e985, 0x02d1feef),
)


def accept_hash(sock, value):
    """A classic BPF filter: frames with this skb->hash only."""
    insns = ((0x20, 0, 0, 0xfffff000 + 32),  # ld rxhash
             (0x15, 0, 1, value),            # jeq
             (0x06, 0, 0, 0xffffffff), (0x06, 0, 0, 0))
    code = b"".join(struct.pack("=HBBI", *insn) for insn in insns)
    buf = ctypes.create_string_buffer(code)
    sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER,
                    struct.pack("@HP", len(insns), ctypes.addressof(buf)))


def hash_of_frame(args, kind, vector, value):
    src, sport, dst, dport = vector[:4]
    frame = build(dict(args, type=kind, saddr=src, daddr=dst, sport=sport, dport=dport), 0)
    rx = packet_socket(args["rx"], frame[0])
    accept_hash(rx, value)
    tx = packet_socket(args["tx"])
    tx.send(frame[1])
    while select.select([rx], [], [], 2)[0]:
        if rx.recv(65536)[:12] == frame[1][:12]:
            return True
    return False


def hashes(args):
    """The verification suite, on a card with that key; l4=tcp4,udp6,... are the
    kinds of frames whose ports are hashed."""
    with_ports = args.get("l4", "").split(",")
    wrong = []
    for vector in VECTORS:
        for proto in ("tcp", "udp"):
            kind = proto + ("6" if ":" in vector[0] else "4")
            value = vector[5] if kind in with_ports else vector[4]
            if not hash_of_frame(args, kind, vector, value):
                wrong.append("%s %s:%d is not hashed to %#x" % ((kind,) + vector[:2] + (value,)))
    if wrong:
        raise Failure("\n".join(wrong))
