"""The contender python-daemon. The interpreter's start is over before the call."""

from __future__ import annotations

import os
import resource
import struct
import threading
import time

import daemon

# The slots of contenders/page.h.
CALLED, FIRST, DAEMON, FAULTS_BEFORE, FAULTS_DAEMON, COUNTING = 1, 2, 3, 4, 5, 6
LIFE = 120
MIB = 1 << 20


def number(name: str) -> int:
    return int(os.environ.get(f"DAEMONCTX_BENCH_{name}", "0"))


def faults() -> int:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_minflt + usage.ru_majflt


def note(*slots: tuple[int, int]) -> None:
    page = os.open(os.environ["DAEMONCTX_BENCH_PAGE"], os.O_RDWR)
    for slot, value in slots:
        os.pwrite(page, struct.pack("=q", value), 8 * slot)
    os.close(page)


def have_preserved(count: int) -> list[int]:
    """Every other one of twice as many."""
    opened = [os.open("/dev/null", os.O_RDWR) for _ in range(2 * count)]
    return opened[::2]


def have_threads(count: int) -> None:
    for _ in range(1, count):
        threading.Thread(target=threading.Event().wait, daemon=True).start()


def main() -> None:
    counted = number("COUNTED") == 1
    memory = b"\1" * (number("MEMORY_MIB") * MIB)
    context = daemon.DaemonContext(detach_process=True, files_preserve=have_preserved(number("PRESERVED")))
    have_threads(number("THREADS"))
    note((FAULTS_BEFORE, faults()), (COUNTING, int(counted)))
    if counted:
        os.access("/daemonctx-bench/called", os.F_OK)
    called = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    context.open()
    first = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    if counted:
        os.access("/daemonctx-bench/first", os.F_OK)
    note((COUNTING, 0), (CALLED, called), (FIRST, first), (FAULTS_DAEMON, faults()), (DAEMON, os.getpid()))
    time.sleep(LIFE)
    del memory


main()
