"""Over what is measured: one condition is varied at a time, the others are those of a small program."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass, replace
from typing import Any

from contenders import Contender
from machine import free_mib, largest_limit
from staging import Conditions, Stage, Variant


@dataclass(frozen=True)
class Point:
    sweep: str
    value: int
    conditions: Conditions
    rounds: int


TITLES = {
    "base": "a small program",
    "memory": "resident memory, MiB",
    "descriptors": "open descriptors",
    "limit": "RLIMIT_NOFILE",
    "preserved": "preserved descriptors, every other one of twice as many",
    "threads": "threads",
}
QUICK = {
    "memory": (1, 256, 1024),
    "descriptors": (3, 15000),
    "limit": (1024, 1048576),
    "preserved": (0, 100),
    "threads": (1, 8),
}
FULL = {
    "memory": (1, 4, 16, 64, 256, 1024, 4096),
    "descriptors": (3, 64, 512, 4096, 15000),
    "limit": (1024, 16384, 131072, 1048576),
    "preserved": (0, 10, 100, 1000),
    "threads": (1, 2, 8, 64),
}
ROUNDS = {"base": (20, 200), "memory": (3, 15), "descriptors": (5, 40), "limit": (5, 30), "preserved": (5, 40)}
ROUNDS["threads"] = (5, 40)


def _conditions(sweep: str, value: int, most: int) -> Conditions:
    small = Conditions()
    wide = replace(small, limit=min(most, 16384))  # where many descriptors are open, the same limit for all
    made = {
        "memory": replace(small, memory_mib=value),
        "descriptors": replace(wide, descriptors=value),
        "limit": replace(small, limit=value),
        "preserved": replace(wide, preserved=value),
        "threads": replace(small, threads=value),
    }
    return made[sweep]


def _why_not(sweep: str, value: int, most: int) -> str:
    free = free_mib()
    if sweep == "memory" and value > free // 2:
        return f"{value:,} MiB is more than half of the {free:,} MiB that are free"
    needed = {"descriptors": value + 64, "preserved": 2 * value + 64}.get(sweep, 0)
    if needed > most:
        return f"{value:,} descriptors are more than RLIMIT_NOFILE allows here, {most:,}"
    return ""


def points(quick: bool) -> tuple[list[Point], list[str]]:
    """What is measured, and what is left out with its reason."""
    most = largest_limit()
    found = [Point("base", 0, Conditions(), ROUNDS["base"][0 if quick else 1])]
    left_out: list[str] = []
    for sweep, values in (QUICK if quick else FULL).items():
        chosen = values
        if sweep == "limit":  # up to what the machine allows, and exactly that
            chosen = tuple(sorted({min(value, most) for value in values}))
            if most < values[-1]:
                left_out.append(f"limit: RLIMIT_NOFILE {values[-1]:,}: this machine allows {most:,}, measured there")
        for value in chosen:
            why = _why_not(sweep, value, most)
            if why:
                left_out.append(f"{sweep}: {why}")
                continue
            rounds = ROUNDS[sweep][0 if quick else 1]
            if sweep == "memory" and value >= 4096:
                rounds = max(3, rounds // 3)
            found.append(Point(sweep, value, _conditions(sweep, value, most), rounds))
    return found, left_out


def measure(stage: Stage, point: Point, available: list[Contender]) -> dict[str, Any]:
    """All contenders that this sweep is for, interleaved."""
    taking_part = [one for one in available if point.sweep in one.sweeps]
    variants = [Variant(one, point.conditions.limit) for one in taking_part]
    at = "" if point.sweep == "base" else f" {point.value:,}"
    print(f"bench: {TITLES[point.sweep]}{at}: {point.rounds} rounds of {len(variants)}", file=sys.stderr, flush=True)
    launches = stage.run(variants, point.conditions, point.rounds)
    return {
        "sweep": point.sweep,
        "value": point.value,
        "conditions": asdict(point.conditions),
        "launches": {one.name: [asdict(launch) for launch in runs] for one, runs in zip(taking_part, launches)},
    }
