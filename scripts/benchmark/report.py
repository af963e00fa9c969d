# SPDX-License-Identifier: GPL-2.0
"""What came of it: a table, a TSV, a JSON."""

import json
from statistics import median, quantiles

REFERENCE = ("veth", "veth-rps", "veth-gro", "veth-thr")


class Cell:
    """One metric of one workload on one peer: a value for each round, or why there is none."""

    def __init__(self):
        self.values, self.not_here, self.failed, self.settings = [], "", "", {}

    def known(self):
        return [value for value in self.values if value is not None]

    def why(self):
        """There is no value."""
        if self.failed:
            return f"FAILED: {self.failed:.100}"
        return f"n/a: {self.not_here or 'not measured'}"

    def summary(self):
        values = self.known()
        low, _, high = quantiles(values, n=4) if len(values) > 1 else values * 3
        return {"median": median(values), "min": min(values), "max": max(values),
                "q1": low, "q3": high}

    def ratios(self, other):
        """Round by round: what the machine did meanwhile, it did to both."""
        return [a / b for a, b in zip(self.values, other.values)
                if a is not None and b not in (None, 0)]


class Row:
    """A metric of a workload, on all peers."""

    def __init__(self, name, what, unit, more):
        self.name, self.what, self.unit, self.more = name, what, unit, more
        self.cells = {}

    def cell(self, peer):
        return self.cells.setdefault(peer, Cell())

    def reference(self):
        """Of the settings of veth the one that is better here."""
        known = [(median(self.cells[name].known()), name) for name in REFERENCE
                 if name in self.cells and self.cells[name].known()]
        if not known:
            return None
        return (max if self.more else min)(known)[1]

    def ratio(self, peer):
        """Of memory there is none: veth takes hardly any, and what it takes is chance."""
        reference = self.reference() if not self.unit.startswith("KiB") else None
        ratios = self.cells[peer].ratios(self.cells[reference]) if reference else []
        return (median(ratios), min(ratios), max(ratios)) if ratios else None

    def record(self):
        reference = self.reference()
        peers = {}
        for peer, cell in self.cells.items():
            peers[peer] = {"values": cell.values, "settings": cell.settings}
            if cell.known():
                peers[peer] |= cell.summary()
                if reference:
                    peers[peer]["ratios"] = cell.ratios(self.cells[reference])
            if cell.not_here or cell.failed:
                peers[peer]["not available" if cell.not_here else "failed"] = \
                    cell.not_here or cell.failed
        return {"what": self.what, "unit": self.unit, "more is better": self.more,
                "reference": reference, "peers": peers}


def short(value):
    """Four digits, and a letter for the thousands."""
    for size, letter in (1e9, "G"), (1e6, "M"), (1e4, "k"):
        if abs(value) >= size:
            return f"{value / (1e3 if letter == 'k' else size):.4g}{letter}"
    return f"{value:.4g}"


def lines(row):
    """The part of the table for this row."""
    yield f"{row.name}: {row.what} [{row.unit}, {'more' if row.more else 'less'} is better]"
    reference, absent = row.reference(), {}
    for peer, cell in row.cells.items():
        if not cell.known():
            absent.setdefault(cell.why(), []).append(peer)
            continue
        parts = cell.summary()
        text = f"    {peer:10} {short(parts['median']):>8}  {short(parts['min']):>8} .. {short(parts['max']):8}"
        ratio = row.ratio(peer)
        if ratio and peer != reference:
            text += f"  {ratio[0]:6.2f} x {reference}  ({ratio[1]:.2f} .. {ratio[2]:.2f})"
        if cell.failed:
            text += f"  ({len(cell.values) - len(cell.known())} rounds failed: {cell.failed:.60})"
        yield text.rstrip()
    for why, who in absent.items():
        yield f"    {why}: {', '.join(who)}"


COLUMNS = ("workload", "peer", "unit", "rounds", "median", "min", "q1", "q3", "max", "reference",
           "ratio", "ratio_min", "ratio_max", "note")


def tsv(rows):
    yield "\t".join(COLUMNS)
    for row in rows:
        for peer, cell in row.cells.items():
            note = cell.not_here or cell.failed and f"failed: {cell.failed}"
            start = [row.name, peer, row.unit, str(len(cell.known()))]
            if not cell.known():
                yield "\t".join([*start, *[""] * 9, note])
                continue
            parts = cell.summary()
            ratio = row.ratio(peer) or ("", "", "")
            yield "\t".join([*start, *(f"{parts[name]:.6g}" for name in COLUMNS[4:9]),
                             row.reference() or "",
                             *(f"{value:.4f}" if ratio[0] else "" for value in ratio), note])


def save(stem, about, rows, verdicts=()):
    """Anew after each workload: whatever happens then, this much is known."""
    with open(f"{stem}.tsv", "w", encoding="utf-8") as file:
        file.write("\n".join(tsv(rows)) + "\n")
    with open(f"{stem}.json", "w", encoding="utf-8") as file:
        json.dump(about | {"workloads": {row.name: row.record() for row in rows},
                           "targets": list(verdicts)}, file, indent=1)
        file.write("\n")
