# SPDX-License-Identifier: GPL-2.0
"""What is expected of simnic, and what came of it."""

from statistics import median

# The ratio to veth at its better setting that shall be reached, round by round.
AHEAD = {"tcp1-same": 1.0, "tcp1": 1.2, "tcp4-same": 1.0, "tcp4": 1.3,
         "udp1470-same": 1.0, "udp1470": 1.2, "udp64-same": 1.0, "udp64": 1.2,
         "pps64-same": 0.9, "pps64": 1.3,
         **{f"xdp-{way}{where}": 2.0 for way in ("drop", "tx", "redirect") for where in ("-same", "")}}
# Of QEMU's cards
FAR_AHEAD = 5.0
EMULATED = ("virtio", "igb", "e1000e")
# Latency, idle: so often veth's, and a timer's interrupt. Creating and deleting likewise.
LATENCY, GROWTH = 1.5, 2.0
MEMORY = 1024       # KiB a card that is up, 4 queues, beyond its ring buffers
MODERATION = 0.05   # off what is promised


def at_least(what, value, limit):
    return f"{'holds' if value >= limit else 'SHORT'}  {what}: {value:.2f}, target {limit:.2f} or more"


def at_most(what, value, limit):
    return f"{'holds' if value <= limit else 'SHORT'}  {what}: {value:.4g}, target {limit:.4g} or less"


def verdicts(rows, timer):
    """A line for each target of which both sides were measured."""
    known = {row.name: row for row in rows
             if "simnic" in row.cells and row.cells["simnic"].known()}

    def mid(name, peer="simnic"):
        return median(known[name].cells[peer].known())

    for name, limit in AHEAD.items():
        reference = name in known and known[name].reference()
        if reference:
            yield at_least(f"{name} to {reference}", known[name].ratio("simnic")[0], limit)
    for name in "tcp1", "pps64":
        for peer in EMULATED:
            ratios = name in known and peer in known[name].cells and \
                known[name].cells["simnic"].ratios(known[name].cells[peer])
            if ratios:
                yield at_least(f"{name} to {peer}", median(ratios), FAR_AHEAD)
    for name in "rr-p50", "rr-same-p50":
        reference = name in known and known[name].reference()
        if reference:
            yield at_most(f"{name} in us (veth {mid(name, reference):.4g}, timer {timer:.3g})",
                          mid(name), LATENCY * mid(name, reference) + timer)
    for name, row in known.items():
        if name.endswith("-both") and row.reference():
            yield at_most(f"{name}, create + delete, to {row.reference()}", row.ratio("simnic")[0],
                          GROWTH)
        if name == "many10-q4-beyond":
            yield at_most(f"{name} in KiB", mid(name), MEMORY)
        if name.startswith("coalesce-"):
            yield at_most(f"{name}, interrupts to 1/usecs", mid(name), 1 + MODERATION)
            yield at_least(f"{name}, interrupts to 1/usecs", mid(name), 1 - MODERATION)
