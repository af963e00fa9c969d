# SPDX-License-Identifier: GPL-2.0
"""Traffic: programs that run between the two cards of each pair, in mixtures that
change, and are started again when they end, as they will if a cable is pulled.
"""

import os
import signal
import subprocess
import threading
import time

import wire
from lab import Hang, run

PORT = 5201
# Server at b, and what runs at a; {ip} is b's address, {vlan} in the VLAN.
MIXTURES = {
    "tcp": ["iperf3 -c {ip} -t 3600 --bidir"],
    "tcp-paced": ["iperf3 -c {ip} -t 3600 -b 30M -P 4 -R", "ping -q -i 0.01 {ip}"],
    "udp": ["iperf3 -c {ip} -t 3600 -u -b 20M -l 1400", "ping -q -f {ip}"],
    "fragments": ["iperf3 -c {ip} -t 3600 -u -b 20M -l 9000 -R", "ping -q -i 0.005 -s 7000 {ip}"],
    "vlan": ["iperf3 -c {vlan} -t 3600 --bidir -b 40M", "ping -q -f {vlan}"],
    "flood": ["ping -q -f {ip}", "ping -q -f -s 1400 {ip}", "ping -q -i 0.002 {vlan}"],
}
SERVER = "iperf3 -s -p %d" % PORT
NAMES = sorted(MIXTURES)


def spawn(ns, command):
    """In that namespace, and never in the way of who gives the orders"""
    fd = os.open("/run/netns/" + ns, os.O_RDONLY)

    def enter():
        wire.setns(fd)
        os.nice(15)
        os.setsid()
    try:
        return subprocess.Popen(command.split(), preexec_fn=enter, pass_fds=[fd],
                                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)
    finally:
        os.close(fd)


def end(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


class Traffic:
    """Of all pairs; a thread of its own starts anew what has ended."""

    def __init__(self, lab):
        self.lab = lab
        self.lock = threading.Lock()  # mixture, running
        self.mixture, self.running = {}, {}
        threading.Thread(target=self.tend, daemon=True).start()

    def commands(self, pair):
        a, b = self.lab.cards[2 * pair], self.lab.cards[2 * pair + 1]
        yield b.home, SERVER
        for command in MIXTURES[self.mixture[pair]]:
            yield a.home, command.format(ip=b.ip, vlan=b.vlan_ip)

    def tend(self):
        while True:
            time.sleep(1)
            with self.lock:
                for pair, processes in self.running.items():
                    for (ns, command), process in list(processes.items()):
                        if process.poll() is not None:
                            processes[ns, command] = spawn(ns, command)

    def start(self, pair, mixture=None):
        with self.lock:
            if mixture:
                self.mixture[pair] = mixture
            if pair in self.running:
                return
            self.running[pair] = {key: spawn(*key) for key in self.commands(pair)}

    def stop(self, pair):
        with self.lock:
            for process in self.running.pop(pair, {}).values():
                end(process)

    def change(self, pair, mixture):
        self.stop(pair)
        self.start(pair, mixture)

    def stop_all(self):
        for pair in range(len(self.lab.cards) // 2):
            self.stop(pair)

    def start_all(self):
        for pair in range(len(self.lab.cards) // 2):
            self.start(pair)


# ---- pktgen ---------------------------------------------------------------------

def pktgen_write(ns, file, text):
    def write():
        with open("/proc/net/pktgen/" + file, "w", encoding="ascii") as f:
            f.write(text + "\n")
    wire.in_ns(ns, write)


def have_pktgen():
    run("modprobe", "pktgen")
    return os.path.isdir("/proc/net/pktgen")


def pktgen(card, count, size, clone, seconds):
    """So many frames as fast as they go, past the stack and its queues"""
    thread = "kpktgend_%d" % (card.pair % os.cpu_count())
    pktgen_write(card.ns, thread, "rem_device_all")
    pktgen_write(card.ns, thread, "add_device " + card.name)
    for setting in ("count %d" % count, "pkt_size %d" % size, "clone_skb %d" % clone,
                    "dst " + card.mate.ip, "dst_mac " + card.mate.mac, "udp_dst_min 9",
                    "udp_dst_max 9"):
        pktgen_write(card.ns, card.name, setting)
    starter = subprocess.Popen(
        ["nsenter", "--net=/run/netns/" + card.ns, "sh", "-c",
         "echo start >/proc/net/pktgen/pgctrl"], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        starter.wait(seconds)
    except subprocess.TimeoutExpired:
        # Its threads stop before "start" returns.
        pktgen_write(card.ns, "pgctrl", "stop")
        try:
            starter.wait(10 * seconds)
        except subprocess.TimeoutExpired as problem:
            raise Hang("pktgen on %s: not stopped within %d s" % (card, 10 * seconds)) from problem
    pktgen_write(card.ns, thread, "rem_device_all")
