# SPDX-License-Identifier: GPL-2.0
"""What QEMU writes down every instruction of; see watch_trace in guest-boot.sh."""

import re
import shutil
import time
from pathlib import Path

from kit import Failed, inside, read, say
from pktgen import Pktgen, run_frames

RUN = Path("/simnic") / re.search(r"guest\.run=(\S+)", read("/proc/cmdline"))[1]
SYMBOLS = Path("build/bench/kallsyms")
TRIES = 100000  # time is what instructions take here, and says nothing


def want(name):
    (RUN / "want").write_text(name, encoding="ascii")
    for _ in range(TRIES):
        try:
            if (RUN / "is").read_text(encoding="ascii").strip() == name:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise Failed("QEMU does not trace")


def trace_stream(pair, send):
    """A TCP stream, when all caches and pools are filled."""
    shutil.copyfile("/proc/kallsyms", SYMBOLS)
    want(pair.name + "-tcp")
    send()
    want("off")
    say(f"{pair.name}: a stream traced")


def trace(pair, count, what=""):
    """So many frames, when all caches and pools are filled."""
    shutil.copyfile("/proc/kallsyms", SYMBOLS)
    run_frames(pair, 2000)
    generator = Pktgen(pair, count=count)
    want(pair.name + what)
    generator.run()
    want("off")
    with inside(pair.netns[0]):
        generator.forget()
    say(f"{pair.name}{what}: {count} frames traced")
