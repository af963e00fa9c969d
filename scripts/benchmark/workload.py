# SPDX-License-Identifier: GPL-2.0
"""What all workloads are: how the pair shall be, what is measured, in which unit."""


class Workload:
    """`metrics` maps what is measured to its unit and whether more of it is better."""

    metrics = {"": ("", True)}
    bare = False    # whether it makes its own devices

    def __init__(self, name, what, **pair):
        self.name, self.what, self.pair = name, what, pair

    def prepare(self, pair):
        """Once, when the pair is up."""

    def measure(self, pair, seconds):
        """Metrics and their values."""
        raise NotImplementedError

    def finish(self, pair):
        """Before the pair goes, whatever happened."""
