"""Which faults are run: all of them, the part for every day, or those that are named."""

from __future__ import annotations

import fnmatch
import zlib
from collections.abc import Callable

from faulting import KILL, STOP, Fault
from learning import Point
from scenarios import DAEMON, LAUNCHER, Scenario

FORKS = ("clone", "clone3", "fork", "vfork")
ENDS = ("exit", "exit_group")
PART_WHOLE = "launch"  # every error, every kill
PART_STOPS = 3  # and one in so many of its stops
PART_DRAWN = ("full", "in_place", "reexec", "twice")  # one error of each call
PART_KILLED = ("reexec", "twice")  # and every kill


def _last(points: list[Point], calls: tuple[str, ...]) -> int:
    return max((point.position for point in points if point.call in calls), default=-1)


def _first(points: list[Point], calls: tuple[str, ...]) -> int:
    return min((point.position for point in points if point.call in calls), default=-1)


def faults_of(scenario: Scenario, points: list[Point], errors: dict[str, list[str]]) -> list[Fault]:
    """The whole matrix of one process: `points` are its calls."""
    commit = _last([point for point in points if point.role == DAEMON], ("sendmsg",))
    birth = _first([point for point in points if point.role == LAUNCHER], FORKS)
    faults: list[Fault] = []
    for point in points:
        whats = list(errors[point.call]) if "error" in scenario.kinds else []
        whats += [KILL] if KILL in scenario.kinds else []
        # A process that is about to end cannot be stopped any more.
        whats += [STOP] if STOP in scenario.kinds and point.call not in ENDS else []
        faults += [Fault(point, what, commit, birth) for what in whats]
    return faults


def _draw(name: str) -> int:
    """The same number for the same name on every machine."""
    return zlib.crc32(name.encode())


def part_of(faults: list[Fault]) -> list[Fault]:
    """The part for every day. A call that is not made in every launch is left to the whole."""
    certain = [fault for fault in faults if fault.point.certain]
    whole = [
        fault
        for fault in certain
        if fault.point.scenario == PART_WHOLE and (fault.what != STOP or fault.point.position % PART_STOPS == 0)
    ]
    killed = [fault for fault in certain if fault.point.scenario in PART_KILLED and fault.what == KILL]
    drawn: dict[Point, Fault] = {}
    for fault in sorted(certain, key=lambda fault: _draw(fault.name)):
        if fault.point.scenario in PART_DRAWN and fault.kind == "error":
            drawn.setdefault(fault.point, fault)
    return whole + killed + list(drawn.values())


def named(faults: list[Fault], patterns: list[str]) -> list[Fault]:
    return [fault for fault in faults if any(fnmatch.fnmatchcase(fault.name, pattern) for pattern in patterns)]


def wanted_scenarios(part: bool, patterns: list[str]) -> Callable[[Scenario], bool]:
    """To learn only what is needed."""
    heads = [PART_WHOLE, *PART_DRAWN] if part else [pattern.split(":")[0] for pattern in patterns]
    return lambda scenario: not heads or any(fnmatch.fnmatchcase(scenario.name, head) for head in heads)
