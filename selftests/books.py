# SPDX-License-Identifier: GPL-2.0
"""Every frame is accounted for: what a card sent has arrived at the other end of
the cable, or is in a counter that says what became of it. The counters' names
are here, and nowhere else; what a module does not count (yet) is nothing.
"""

# How frames end that a card sent but that never came to the other one
TX_DROPS = ("tx_no_link", "tx_oversize", "tx_aborted", "tx_no_partner", "tx_wire_lost")
# Frames that came there although the card did not send them
TX_EXTRA = ("tx_wire_dup",)
# How frames end that came there but were not given to the stack
RX_DROPS = ("rx_disabled", "rx_filtered", "rx_vlan_filtered", "rx_oversize", "rx_missed",
            "rx_dma_fault", "rx_alloc_drops", "rx_flushed", "rx_errors", "rx_crc_errors")
# Frames that the stack handed over and the card did not send
UNSENT = ("tx_flushed", "tx_errors")


def total(counters, names):
    return sum(counters.get(name, 0) for name in names)


def sent(counters):
    """Frames that have to turn up at the other end"""
    return counters["tx_packets"] + total(counters, TX_EXTRA) - total(counters, TX_DROPS)


def received(counters):
    """Frames that have turned up"""
    return counters["rx_packets"] + total(counters, RX_DROPS)


def drops(counters):
    return total(counters, TX_DROPS + RX_DROPS + UNSENT)


def line(senders, receivers):
    """For people: lists of counters"""
    return "%d sent and not dropped, %d received or dropped there" % (
        sum(map(sent, senders)), sum(map(received, receivers)))


def balanced(senders, receivers):
    return sum(map(sent, senders)) == sum(map(received, receivers))
