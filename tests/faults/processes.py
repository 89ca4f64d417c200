"""Processes: the worker as child subreaper, who is below it, and ending them: only own descendants are signalled."""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import time

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
CRASHES = {signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE}
WAIT_ALL = 0x40000000  # __WALL: also children that were cloned without an exit signal


endings: dict[int, int] = {}  # the wait statuses of those that were reaped, until everything is ended


def become_subreaper() -> None:
    """From now on orphans become children of this process, so that none of them escapes. It ends with the driver."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0 or libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        raise OSError(ctypes.get_errno(), "cannot become a child subreaper")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the driver decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def children_of(pid: int) -> list[int]:
    children: list[int] = []
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as listing:
                children += [int(word) for word in listing.read().split()]
    return children


def descendants() -> list[int]:
    """Every process below this one, zombies too."""
    found: list[int] = []
    parents = [os.getpid()]
    while parents:
        children = children_of(parents.pop())
        found += children
        parents += children
    return found


def state_of(pid: int) -> str:
    """The letter of proc(5), or an empty text when the process is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def crashed() -> list[int]:
    """Who below this process died of a fault of its own. Zombies that nobody has reaped tell it too."""
    statuses = dict(endings)
    for pid in descendants():
        with contextlib.suppress(OSError), open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
            fields = stat.read().rpartition(")")[2].split()
            if fields[0] == "Z":
                statuses[pid] = int(fields[-1])  # exit_code, proc(5)
    return [pid for pid, status in statuses.items() if os.WIFSIGNALED(status) and os.WTERMSIG(status) in CRASHES]


def is_alive(pid: int) -> bool:
    return state_of(pid) not in ("", "Z", "X")


def reap() -> None:
    """Collects every child that has ended."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG | WAIT_ALL)
        except ChildProcessError:
            return
        if pid == 0:
            return
        endings[pid] = status


def wait_for_change(pids: list[int], timeout: float) -> None:
    """Until one of them ends, or some milliseconds are over: a traced process is gone only once its tracer knows."""
    poll = select.poll()
    descriptors: list[int] = []
    for pid in pids:
        if is_alive(pid):
            with contextlib.suppress(OSError):
                descriptors.append(os.pidfd_open(pid))
                poll.register(descriptors[-1], select.POLLIN)
    bound = timeout if descriptors and len(descriptors) == len(pids) else min(timeout, 0.005)
    poll.poll(max(0, int(bound * 1000)) + 1)
    for descriptor in descriptors:
        os.close(descriptor)


def end_everything(patience: float = 5.0) -> list[int]:
    """Kills and reaps whoever is below this process. Returns who could not be ended."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        reap()
        below = descendants()
        if not below:
            endings.clear()
            return []
        for pid in below:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        wait_for_change(below, 0.05)
    reap()
    return descendants()
