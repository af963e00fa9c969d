# SPDX-License-Identifier: GPL-2.0
"""Operations: all that can be done to a card while it works. Each is chosen, with
all of its parameters, by the random numbers alone, never by what a card or the
clock says: a seed always gives the same sequence.

A function below chooses one: it returns words for the log, what to do, and what
to do some operations later, or None.
"""

import errno
import os
import socket
import struct
import threading

import bpf
import faults
import netlink
import nic
import traffic
import wire
from lab import SPARE, run

OPERATIONS = []


def operation(weight, *refusals):
    """May be chosen so often; may fail with these errors."""
    def add(function):
        OPERATIONS.append((function.__name__, weight, set(refusals), function))
        return function
    return add


# ---- Settings ----------------------------------------------------------------

@operation(8)
def rings(rng, lab, card):
    rx, tx = (1 << rng.randint(6, 11) for _ in "rt")
    return "rx %d tx %d" % (rx, tx), lambda: card.nic.rings(rx=rx, tx=tx), None


# With a table that uses the queues that are to go
@operation(8, errno.EINVAL)
def channels(rng, lab, card):
    count = rng.randint(1, lab.queues)
    return "%d" % count, lambda: card.nic.channels(count), None


@operation(6)
def coalesce(rng, lab, card):
    change = {"adaptive_rx": rng.randint(0, 1), "tx_usecs": rng.choice((0, 20, 1000)),
              "tx_frames": rng.choice((0, 1, 64))}
    if not change["adaptive_rx"]:
        change.update(rx_usecs=rng.choice((0, 1, 50, 500, 5000)), rx_frames=rng.choice((0, 1, 32)))
    return str(change), lambda: card.nic.coalesce(**change), None


@operation(6)
def mtu(rng, lab, card):
    size = rng.choice((68, 576, 1500, 1500, 4000, 9000))
    cards = [card, card.mate] if rng.random() < 0.8 else [card]
    return "%d of %s" % (size, cards), lambda: [c.nic.mtu(size) for c in cards], None


FEATURES = ("tx-scatter-gather", "tx-checksum-ip-generic", "tx-tcp-segmentation",
            "tx-udp-segmentation", "tx-generic-segmentation", "rx-gro", "rx-gro-hw", "rx-checksum",
            "rx-hashing", "rx-vlan-hw-parse", "tx-vlan-hw-insert", "rx-vlan-filter")


@operation(8)
def features(rng, lab, card):
    change = {name: rng.randint(0, 1) for name in rng.sample(FEATURES, rng.randint(1, 3))}
    return str(change), lambda: card.nic.features(**change), None


@operation(2)
def features_default(rng, lab, card):
    return "all on", lambda: card.nic.features(**{name: 1 for name in FEATURES}), None


@operation(2)
def loopback(rng, lab, card):
    def do():
        lab.join(card, card.partner)
        card.nic.features(loopback=1)
    return "on", do, lambda: card.nic.features(loopback=0)


@operation(4, errno.EINVAL)
def rss_table(rng, lab, card):
    queues = [rng.randrange(lab.queues) for _ in range(rng.randint(1, 4))]

    def do():
        have = card.nic.channels()["combined"]
        card.nic.rss_table([queues[i % len(queues)] % have
                            for i in range(len(card.nic.rss_table()))])
    return str(queues), do, lambda: card.nic.rss_table([])


@operation(4, errno.EOPNOTSUPP, errno.EINVAL)
def pause(rng, lab, card):
    change = {name: rng.randint(0, 1) for name in nic.PAUSE}
    return str(change), lambda: card.nic.pause(**change), None


@operation(3)
def speed(rng, lab, card):
    speed = rng.choice((10, 100, 1000, 10000, 100000))
    both = rng.random() < 0.7
    cards = []

    def do():
        cards[:] = [card, card.partner] if both else [card]
        for c in cards:
            c.nic.link_settings(speed=speed, duplex=1, autoneg=0)

    def undo():
        for c in cards:
            c.nic.link_settings(autoneg=1)
    return "%d, %s" % (speed, "both" if both else "one end"), do, undo


@operation(3, errno.EINVAL)
def renegotiate(rng, lab, card):
    return "", lambda: card.nic.renegotiate(), None


@operation(4)
def legacy_irq(rng, lab, card):
    on = rng.random() < 0.5
    return str(on), lambda: card.nic.priv_flags(legacy_irq=on), None


@operation(3)
def page_sharing(rng, lab, card):
    on = rng.random() < 0.5
    return str(on), lambda: card.nic.priv_flags(page_sharing=on), None


@operation(3)
def tx_interrupts(rng, lab, card):
    on = rng.random() < 0.5
    return str(on), lambda: card.nic.priv_flags(tx_interrupts=on), None


@operation(3)
def tx_posted(rng, lab, card):
    on = rng.random() < 0.5
    return str(on), lambda: card.nic.priv_flags(tx_posted=on), None


@operation(3)
def copybreak(rng, lab, card):
    change = {"rx_copybreak": rng.choice((0, 64, 256, 1518)),
              "tx_copybreak": rng.choice((0, 60, 128))}
    return str(change), lambda: card.nic.tunables(**change), None


# None that sends frames back: with one at each end they would go to and fro for ever.
PROGRAMS = (("pass",), ("tail=16", "pass"), ("meta=-8", "pass"), ("drop",), ("aborted",))


@operation(6)
def xdp(rng, lab, card):
    """One after the other, then none"""
    programs = [rng.choice(PROGRAMS) for _ in range(rng.randint(1, 3))]

    def do():
        for ops in programs:
            fd = bpf.load(bpf.program(*ops), bpf.HAS_FRAGS)
            try:
                card.nic.xdp(fd)
            finally:
                os.close(fd)
    return str(programs), do, lambda: card.nic.xdp(-1)


@operation(2)
def address(rng, lab, card):
    mac = "02:53:4e:54:%02x:%02x" % (rng.randrange(256), rng.randrange(256))
    return mac, lambda: card.nic.address(mac), lambda: card.nic.address(card.mac)


@operation(3)
def flags(rng, lab, card):
    bit = rng.choice((nic.IFF_PROMISC, nic.IFF_ALLMULTI))
    return "%#x" % bit, lambda: card.nic.flag(bit, True), lambda: card.nic.flag(bit, False)


@operation(3)
def multicast(rng, lab, card):
    """So many groups that the filter has to give up hashing some of them apart"""
    groups = {"239.1.%d.%d" % (rng.randrange(256), rng.randrange(256)): None
              for _ in range(rng.choice((1, 15)))}  # each once, in order
    sock = []

    def do():
        sock.append(wire.in_ns(card.ns, lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)))
        for group in groups:
            sock[0].setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, struct.pack(
                "4s4si", socket.inet_aton(group), bytes(4), card.nic.ifindex))
    return "%d groups" % len(groups), do, lambda: sock.pop().close() if sock else None


# ---- Link, cables, places ---------------------------------------------------------

@operation(6)
def down(rng, lab, card):
    def undo():
        card.nic.up()
        lab.dress(card)
    return "", lambda: card.nic.down(), undo


@operation(4)
def bounce(rng, lab, card):
    def do():
        for _ in range(3):
            card.nic.down()
            card.nic.up()
        lab.dress(card)
    return "three times", do, None


@operation(4)
def carrier(rng, lab, card):
    return "off", lambda: card.nic.carrier(False), lambda: card.nic.carrier(True)


@operation(3)
def unplug(rng, lab, card):
    """Out of both ends, and in again: nobody else hears of it"""
    def undo():
        if card.partner is card.mate:
            lab.plug(card, card.mate)
    return "", lambda: lab.plug(card, None), undo


@operation(4)
def cross(rng, lab, card):
    """The cables of two pairs change ends under traffic, and back again"""
    others = [c for c in lab.cards if c.pair != card.pair]
    other = rng.choice(others) if others else None

    def do():
        if other is None or card.partner is not card.mate or other.partner is not other.mate:
            return
        lab.join(card, card.mate, other, other.mate)
        lab.plug(card, None)
        lab.plug(other, None)
        lab.plug(card, other)
        lab.plug(card.mate, other.mate)
        card.partner, other.partner = other, card
        card.mate.partner, other.mate.partner = other.mate, card.mate

    def undo():
        if card.partner is not other:
            return
        lab.plug(card, None)
        lab.plug(card.mate, None)
        lab.plug(card, card.mate)
        lab.plug(other, other.mate)
        for c in (card, card.mate, other, other.mate):
            c.partner = c.mate
    return "with %s" % other, do, undo


@operation(4)
def move(rng, lab, card):
    def do():
        if card.ns == card.home:
            card.nic = card.nic.move(SPARE)
            card.ns = SPARE
            card.nic.up()

    def undo():
        if card.ns != card.home:
            card.nic = card.nic.move(card.home)
            card.ns = card.home
            lab.dress(card)
    return "to " + SPARE, do, undo


@operation(2)
def renew(rng, lab, card):
    """Nothing is sent meanwhile, so that its counters can be kept before they go."""
    def do():
        pairs = {c.pair for c in lab.book_of(card).cards}
        for pair in pairs:
            lab.traffic.stop(pair)
        lab.renew_accounted(card)
        for pair in pairs:
            lab.traffic.start(pair)
    return "quietly", do, None


@operation(3)
def renew_hot(rng, lab, card):
    """Under traffic: what its counters said is lost."""
    def do():
        lab.void(card, "%s was deleted under traffic" % card)
        lab.renew(card)
    return "under traffic", do, None


# ---- Interrupts, NAPI, queues --------------------------------------------------------

def card_irqs(card):
    with open("/proc/interrupts", encoding="ascii") as f:
        return [line.split(":")[0].strip() for line in f
                if line.split()[-1].startswith(card.name + "-")]


@operation(6)
def affinity(rng, lab, card):
    which, cpu = rng.random(), rng.randrange(os.cpu_count())

    def do():
        irqs = card_irqs(card)
        if irqs:
            nic.write("/proc/irq/%s/smp_affinity_list" % irqs[int(which * len(irqs))], cpu)
    return "%.2f to processor %d" % (which, cpu), do, None


# A device that is down has no NAPI
@operation(4, errno.EOPNOTSUPP)
def threaded(rng, lab, card):
    errors = []

    def off():
        try:
            nic.write(card.sysfs("threaded"), 0)
        except OSError as error:
            errors.append(error)

    # The stack waits until the thread has nothing to do: it may always have on one
    # processor, while many send.
    def undo():
        writer = threading.Thread(target=off)
        writer.start()
        writer.join(20)
        if writer.is_alive():
            flowing = bool(lab.traffic.running)  # not in an audit
            lab.traffic.stop_all()
            writer.join()
            if flowing:
                lab.traffic.start_all()
        if errors:
            raise errors[0]
    return "on", lambda: nic.write(card.sysfs("threaded"), 1), undo


@operation(4)
def busy_poll(rng, lab, card):
    values = {"napi_defer_hard_irqs": rng.choice((0, 2, 10)),
              "gro_flush_timeout": rng.choice((0, 20000, 200000))}
    poll = rng.choice((0, 50))

    def do():
        for file, value in values.items():
            nic.write(card.sysfs(file), value)
        for file in ("busy_poll", "busy_read"):
            nic.write("/proc/sys/net/core/" + file, poll)
    return "%s %d" % (values, poll), do, None


@operation(3)
def xps(rng, lab, card):
    queue, mask = rng.randrange(lab.queues), rng.randrange(1, 1 << os.cpu_count())

    def do():
        for kind in ("xps_cpus", "rps_cpus"):
            file = card.sysfs("queues/%cx-%d/%s" % ("r" if kind[0] == "r" else "t", queue, kind))
            if os.path.exists(file):
                nic.write(file, "%x" % mask)
    # A device with one queue has none to choose from
    return "queue %d: %x" % (queue, mask), do, None


OPERATIONS[-1][2].add(errno.ENOENT)


SYSCTLS = {"net/ipv4/tcp_congestion_control": ("cubic", "reno"), "net/core/netdev_budget": (16, 300),
           "net/core/dev_weight": (8, 64), "net/ipv4/tcp_sack": (0, 1), "net/ipv4/tcp_gro": (0, 1),
           "vm/drop_caches": (1, 3), "net/core/netdev_max_backlog": (10, 1000),
           "net/ipv4/tcp_rmem": ("4096 8192 16384", "4096 131072 6291456")}


@operation(4)
def sysctl(rng, lab, card):
    name = rng.choice(sorted(SYSCTLS))
    value = rng.choice(SYSCTLS[name])

    def do():
        path = "/proc/sys/" + name
        if os.path.exists(path):
            nic.write(path, value)
    return "%s = %s" % (name, value), do, None


@operation(3)
def qdisc(rng, lab, card):
    kind = rng.choice(("pfifo", "mq", "fq_codel", "noqueue"))
    return kind, lambda: run("nsenter", "--net=/run/netns/" + card.ns, "tc", "qdisc", "replace",
                             "dev", card.name, "root", kind), None


# ---- Tools and readers -----------------------------------------------------------------

# A card whose link is down has no loopback to test
@operation(3)
def self_test(rng, lab, card):
    offline = rng.random() < 0.4

    def do():
        if offline:
            # It sends to itself, through a reset.
            lab.join(card, card.partner)
        card.nic.self_test(offline)
    return "offline" if offline else "online", do, None


@operation(3)
def dumps(rng, lab, card):
    def do():
        card.nic.registers()
        with open(card.debugfs("regs"), encoding="ascii") as f:
            f.read()
        for dump in (netlink.queues, netlink.napis, netlink.qstats):
            wire.in_ns(card.ns, lambda dump=dump: dump(card.nic.ifindex))
    return "", do, None


OPERATIONS[-1][2].add(errno.EOPNOTSUPP)


def devlink(card, *words):
    return run("nsenter", "--net=/run/netns/" + card.ns, "devlink", *words)


@operation(3)
def devlink_health(rng, lab, card):
    reporter = rng.choice(("tx", "rx", "fatal"))
    verb = rng.choice(("show", "diagnose", "dump show", "recover", "test"))

    def do():
        if not lab.devlink:
            return
        devlink(card, "dev", "info", "platform/" + card.pdev())
        # What it may refuse is its own test's business; here it must do no harm.
        devlink(card, "health", *verb.split(), "platform/" + card.pdev(), "reporter", reporter)
    return "%s %s" % (verb, reporter), do, None


@operation(2)
def devlink_reload(rng, lab, card):
    def do():
        if lab.devlink:
            devlink(card, "dev", "reload", "platform/" + card.pdev())
    return "", do, None


# ---- Traffic -----------------------------------------------------------------------------

@operation(6)
def mixture(rng, lab, card):
    name = rng.choice(traffic.NAMES)
    return name, lambda: lab.traffic.change(card.pair, name), None


@operation(4)
def burst(rng, lab, card):
    """Raw frames, some of them for nobody, of all sizes, tagged or not"""
    args = {"count": rng.choice((10, 300)), "size": rng.choice((14, 60, 61, 1514)),
            "dst": rng.choice((card.mate.mac, "ff:ff:ff:ff:ff:ff", "02:00:00:00:99:99",
                               "01:00:5e:01:02:03")),
            "src": card.mac, "type": rng.choice(("0x88b5", "udp4", "tcp4")), "saddr": card.ip,
            "daddr": card.mate.ip, "flows": 16}
    if rng.random() < 0.3:
        args["vlan"] = rng.choice((0, 5, 77))

    def do():
        lab.guarded(lambda: wire.send(dict(args, tx="%s,%s" % (card.ns, card.name))),
                    # Full, or down, or shorter than the frames
                    (errno.ENOBUFS, errno.ENETDOWN, errno.EMSGSIZE, errno.ENXIO, errno.EAGAIN))
    return "%(count)d of %(size)d to %(dst)s" % args, do, None


@operation(3)
def super_frames(rng, lab, card):
    args = {"tx": card.home, "addr": card.mate.ip, "count": 20, "gso": rng.choice((100, 1400)),
            "segs": rng.choice((2, 40))}
    return "%(count)d of %(segs)d times %(gso)d" % args, lambda: lab.guarded(
        lambda: wire.burst(args), None), None


@operation(3)
def pktgen(rng, lab, card):
    count, size, clone = rng.choice((1000, 10000)), rng.choice((60, 1514)), rng.choice((0, 8))

    def do():
        if lab.pktgen and card.ns == card.home:
            lab.guarded(lambda: traffic.pktgen(card, count, size, clone, 5 * lab.scale), None)
    return "%d of %d" % (count, size), do, None


# ---- Faults --------------------------------------------------------------------------------

@operation(30)
def fault(rng, lab, card):
    name = rng.choice(sorted(lab.faults) or [""])
    files = faults.choose(rng, name) if name else []

    before = [0]

    def do():
        if not name:
            return
        lab.ordered += 1
        if name in faults.REVIVED:
            lab.fatal.add(card)
        lab.faulty.add((card, lab.faults[name]))
        before[0] = faults.hits(card, lab.faults[name])
        faults.order(card, lab.faults[name], files)
        if name in faults.OF_RESETS and lab.devlink:
            devlink(card, "health", "test", "platform/" + card.pdev(), "reporter", "fatal")

    def undo():
        if name:
            # those of a new card begin at none
            lab.struck += max(0, faults.hits(card, lab.faults[name]) - before[0])
            faults.calm(card, lab.faults[name])
            lab.faulty.discard((card, lab.faults[name]))
    undo.lasting = name in faults.LASTING
    return "%s %s" % (name, files), do, undo
