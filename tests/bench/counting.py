"""What is counted, in runs of its own because counting takes time: system calls by strace, allocations by a preload."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import asdict, dataclass, field

from contenders import CONTENDERS, Contender
from staging import Conditions, Launch, Stage, Variant

RUNS = 5  # who comes first decides of some calls: the run in the middle counts
WAITING = {"poll", "ppoll", "recvmsg", "sendmsg", "restart_syscall", "wait4", "waitid"}  # their number is by chance
CALLED, FIRST = '"/daemonctx-bench/called"', '"/daemonctx-bench/first"'
LINE = re.compile(r"(\d+) +(\w+)\(")


@dataclass
class Counts:
    calls: int | None = None  # of all processes, from the call to the first statement
    calls_after: int | None = None  # of the others from then on: launcher, intermediates
    names: dict[str, int] = field(default_factory=dict)  # of both
    allocations: int | None = None
    allocations_late: int | None = None
    why: str = ""  # what could not be counted, and why


def _count_calls(log: list[str], contender: Contender, program: str, counts: Counts) -> None:
    begin = f'execve("{program}"' if contender.kind == "command" else CALLED
    between = after = 0
    began = False
    daemon = ""
    for line in log:
        match = LINE.match(line)
        if match is None:  # the second half of a call that others came between
            continue
        pid, name = match.groups()
        if not began:
            began = begin in line
            continue
        if FIRST in line:
            daemon = pid
        elif pid != daemon:
            between += 0 if daemon else 1
            after += 1 if daemon else 0
            counts.names[name] = counts.names.get(name, 0) + 1
    if daemon:
        counts.calls, counts.calls_after = between, after
    else:
        counts.why = "the marks are not in the log of the system calls"


def _one(stage: Stage, contender: Contender, conditions: Conditions, prefix: tuple[str, ...], traced: bool) -> Launch:
    variant = Variant(contender, conditions.limit, prefix, traced)
    return stage.run([variant], conditions, rounds=1, counted=True)[0][0]


def system_calls(stage: Stage, contender: Contender, conditions: Conditions) -> Counts:
    """Of several runs the one in the middle; of a failed one the reason."""
    runs = []
    for _ in range(RUNS):
        runs.append(Counts())
        _trace(stage, contender, conditions, runs[-1])
        if runs[-1].why:
            return runs[-1]
    return sorted(runs, key=lambda run: run.calls or 0)[RUNS // 2]


def steady(counts: Counts) -> int:
    """How many calls do not wait for another process."""
    return sum(times for name, times in counts.names.items() if name not in WAITING)


def _trace(stage: Stage, contender: Contender, conditions: Conditions, counts: Counts) -> None:
    strace = shutil.which("strace")
    if strace is None:
        counts.why = "strace is not installed"
        return
    path = f"{stage.scratch}/calls"
    # -D: the contender stays the stage's own child, and strace stands aside.
    prefix = (strace, "-D", "-f", "-qq", "-s", "64", "-e", "signal=none", "-o", path)
    launch = _one(stage, contender, conditions, prefix, traced=True)
    if launch.failure:
        counts.why = f"under strace: {launch.failure}"
        return
    with open(path, encoding="utf-8", errors="replace") as log:
        _count_calls(log.read().splitlines(), contender, contender.argv(stage.build, stage.root)[0], counts)
    os.unlink(path)


def _allocations(stage: Stage, contender: Contender, conditions: Conditions, counts: Counts) -> None:
    if not contender.counts_allocations:
        return
    preload = f"LD_PRELOAD={stage.build}/programs/bin/allocations.so"
    launch = _one(stage, contender, conditions, ("/usr/bin/env", preload), traced=False)
    if not launch.failure:
        counts.allocations = launch.allocations
        counts.allocations_late = launch.allocations_late if launch.allocations_late >= 0 else None


def count(stage: Stage, contender: Contender, conditions: Conditions) -> Counts:
    counts = system_calls(stage, contender, conditions)
    _allocations(stage, contender, conditions, counts)
    return counts


def count_all(stage: Stage, available: list[Contender]) -> dict[str, dict[str, object]]:
    countable = [one for one in CONTENDERS if one in available and one.kind != "exits"]
    return {one.name: asdict(count(stage, one, Conditions())) for one in countable}
