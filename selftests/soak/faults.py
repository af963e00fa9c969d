# SPDX-License-Identifier: GPL-2.0
"""The card's faults, as far as this kernel's debugfs has them. Whatever is found
there is used; the table says only what chance alone would not choose well.
"""

import os

import nic

# Files beside the usual ones, and values for them. Not every value is of use to
# every fault: a storm a thousand times over in each interrupt is no test but a wait.
EXTRA = {
    "irq_storm": {"burst": (10, 100, 1000)},
    "tx_stuck": {"cleared_by": ("queue", "reset")},
    "rx_stuck": {"cleared_by": ("queue", "reset")},
    "tx_delay": {"usecs": (100, 1000, 20000)},
    "rx_delay": {"usecs": (100, 1000, 20000)},
    "reset_late": {"usecs": (1000, 20000, 300000)},
    "rx_order": {"usecs": (100, 1000, 20000)},
    "tx_order": {"usecs": (100, 1000, 20000)},
    "wire/reorder": {"usecs": (100, 1000, 20000)},
    "link_flap": {"usecs": (1000, 50000), "period": (200, 1000)},
    "wire/delay": {"usecs": (0, 100, 5000), "jitter_usecs": (0, 50, 2000),
                   "rate_mbps": (0, 10, 1000), "limit": (64, 1000)},
}
# How often they strike at most. What costs a reset, or seconds, strikes seldom.
TIMES = {"tx_stuck": 3, "rx_stuck": 3, "irq_stuck": 3, "link_flap": 5, "reset_never": 1,
         "reset_late": 2, "card_gone": 1, "irq_storm": 20, "irq_lost": 50}
# What the driver notices only after seconds: they last until the audit
LASTING = ("tx_stuck", "rx_stuck", "irq_stuck", "irq_lost", "card_gone", "reset_never",
           "reset_late")
# They strike when the card is reset, and not otherwise.
OF_RESETS = ("reset_never", "reset_late")
# Afterwards the driver may have given the card up.
FATAL = ("card_gone", "reset_never")
# Their vectors may stay masked until there is work again, and somebody notices.
REVIVED = FATAL + ("irq_stuck", "irq_lost")
# The switches that hold what has struck, to be let go by hand
HELD = ("stuck", "gone")


def discover(card):
    """{name: directory} below the card's own"""
    found = {}
    for base in ("fault", "wire"):
        try:
            entries = sorted(os.listdir(card.debugfs(base)))
        except OSError:
            continue
        for name in entries:
            path = card.debugfs("%s/%s" % (base, name))
            if os.path.isdir(path):
                found[name if base == "fault" else "wire/" + name] = "%s/%s" % (base, name)
    return found


def choose(rng, name):
    """The files to write, the last one setting it loose"""
    files = [(file, rng.choice(values)) for file, values in sorted(EXTRA.get(name, {}).items())]
    if name == "wire/delay":
        return files
    if name in FATAL:
        chance, times = 100, 1
    else:
        chance = rng.choice((1, 5, 20, 100))
        times = rng.choice((1, TIMES.get(name, 1000)))
    return files + [("interval", 1), ("verbose", 0), ("times", times), ("probability", chance)]


def order(card, path, files):
    for file, value in files:
        try:
            nic.write(card.debugfs("%s/%s" % (path, file)), value)
        except FileNotFoundError:
            if file == "probability":
                raise


def calm(card, path):
    """No more of it, and what is held lets go"""
    directory = card.debugfs(path)
    if path == "wire/delay":
        for file in ("usecs", "jitter_usecs", "rate_mbps"):
            nic.write(directory + "/" + file, 0)
        return
    nic.write(directory + "/probability", 0)
    for file in HELD:
        if os.path.exists(directory + "/" + file):
            nic.write(directory + "/" + file, 0)


def hits(card, path):
    try:
        with open(card.debugfs(path + "/hits"), encoding="ascii") as f:
            return int(f.read())
    except (OSError, ValueError):
        return 0
