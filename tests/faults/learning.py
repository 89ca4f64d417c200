"""Learning which system calls the library makes in a process of a launch."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass

import processes
from launching import Launch, Tracing
from scenarios import Scenario, prepare_directory

ROUNDS = 3  # how often the launcher reads and polls depends on who is faster: all that was seen counts
PATIENCE = 20.0
BOUND_MS = 10000
BEGIN, END = "mincore(0x3e90000", "mincore(0x3ea0000"  # program/hold.c
EXECUTED = re.compile(r"execveat\(.* = 0$")  # the linker's calls follow, which are not the library's

_CALL = re.compile(r"(?:\[pid +\d+\] )?(\w+)\(")


@dataclass(frozen=True)
class Point:
    """One system call: the `occurrence`-th of that name in the process, counted from strace's coming as strace does."""

    scenario: str
    role: str
    call: str
    occurrence: int
    shown: int  # the same, counting the library's alone: for people
    position: int  # among all calls of the process
    certain: bool  # seen in each of the rounds
    text: str = ""

    @property
    def name(self) -> str:
        return f"{self.call}#{self.shown}"


def calls_of(log: list[str]) -> list[tuple[str, int, int, str]]:
    """(call, occurrence, shown, line) of each call between a begin and an end: of the library's."""
    counted: dict[str, int] = {}
    shown: dict[str, int] = {}
    calls: list[tuple[str, int, int, str]] = []
    inside = False
    for line in log:
        match = _CALL.match(line)
        if not match or line.startswith("strace:"):
            continue
        call = match[1]
        if line.startswith((BEGIN, END)):
            inside = line.startswith(BEGIN)
            continue
        if call == "restart_syscall":
            continue  # the kernel's own way to go on with a call that was interrupted
        counted[call] = counted.get(call, 0) + 1
        if inside:
            shown[call] = shown.get(call, 0) + 1
            calls.append((call, counted[call], shown[call], line))
        if EXECUTED.match(line):
            inside = False
    return calls


def _one_log(program: str, scenario: Scenario, role: str) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="daemonctx-fault-") as directory:
        prepare_directory(directory)
        return _log_in(program, scenario, role, directory)


def _log_in(program: str, scenario: Scenario, role: str, directory: str) -> list[str]:
    launch = Launch(program, scenario, directory, BOUND_MS, Tracing(role, ["-s", "24", "-e", "signal=none"]))
    launch.start()
    try:
        if not launch.attach(PATIENCE):
            raise RuntimeError(f"strace could not be attached: {' '.join(launch.log) or 'nobody was held'}")
        launch.release()
        launch.wait_until(lambda: launch.told("daemon") is not None, PATIENCE)
        launch.wait_until(launch.answered, PATIENCE)
        if launch.told("daemon") is None:
            raise RuntimeError(f"the launch came to nothing: {launch.messages.get('result')}")
        launch.say("end")
        launch.wait_for_few(set, PATIENCE)
        return launch.log
    finally:
        launch.close()
        processes.end_everything()


def learn(program: str, scenario: Scenario, role: str) -> list[Point]:
    """Every call that was seen in any of the rounds."""
    rounds = [calls_of(_one_log(program, scenario, role)) for _ in range(ROUNDS)]
    keys = [{(call, occurrence) for call, occurrence, _, _ in calls} for calls in rounds]
    points: dict[tuple[str, int], Point] = {}
    for calls in rounds:
        for position, (call, occurrence, shown, line) in enumerate(calls):
            key = (call, occurrence)
            if key not in points:
                certain = all(key in seen for seen in keys)
                points[key] = Point(scenario.name, role, call, occurrence, shown, position, certain, line)
    return sorted(points.values(), key=lambda point: point.position)
