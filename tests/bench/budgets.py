"""The budgets: what was promised, what is reached. Ratios are of one run, pair by pair; the median decides."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import counting
import figures
import library
import machine
from contenders import CONTENDERS, FLOOR, FORK, IN_PLACE, REEXEC, named
from staging import Conditions, Stage, Variant

SMALL_ROUNDS, LARGE_ROUNDS, WIDE_ROUNDS = 200, 15, 80
GIB = 1024
OPEN_DESCRIPTORS = 15000
KIB = 1024
OBJECT_KIB, PLANNED_KIB = 108, 64  # by gcc; docs/benchmarks.md, "The shared object", says what stands in between
LIMIT = 1048576
LIMIT_NOISE = 1.05  # of two equal programs side by side; what depended on the limit would be off by far more
CALLS_BY_CHANCE = 5  # processes wait for one another more or less often, as in the test of row B14
INSTRUCTIONS_MORE = 1.02  # README.md says why


@dataclass
class Row:
    what: str
    budget: str
    reached: str
    ok: bool


def _launches(stage: Stage, names: list[str], conditions: Conditions, rounds: int) -> dict[str, list[dict[str, Any]]]:
    variants = [Variant(named(name), conditions.limit) for name in names]
    runs = stage.run(variants, conditions, rounds)
    return {name: [asdict(launch) for launch in launches] for name, launches in zip(names, runs)}


def _ratio_row(what: str, left: list[dict[str, Any]], right: list[dict[str, Any]], most: float) -> Row:
    failed = {**figures.failures(left), **figures.failures(right)}
    ratio = figures.ratio(left, right)
    if failed or ratio is None:
        return Row(what, f"<= {most:.2f} x", f"not measured: {'; '.join(failed)}", False)
    return Row(what, f"<= {most:.2f} x", f"{ratio.text('.3f')} x", ratio.middle <= most)


def _small(stage: Stage) -> list[Row]:
    found = _launches(stage, [FORK, FLOOR], Conditions(), SMALL_ROUNDS)
    return [_ratio_row("small process, fork: call to first statement, by hand = 1", found[FORK], found[FLOOR], 1.15)]


def _large(stage: Stage, available: list[str]) -> list[Row]:
    if machine.free_mib() < 2 * GIB:
        return [Row("1 GiB resident", "", "not measured: less than 2 GiB of memory are free", False)]
    forking = [one.name for one in CONTENDERS if one.forks_twice and one.name in available]
    found = _launches(stage, [FORK, REEXEC, *forking], Conditions(memory_mib=GIB), LARGE_ROUNDS)
    rows = [_ratio_row(f"1 GiB resident, fork: {name} = 1", found[FORK], found[name], 0.6) for name in forking]
    rows += [_ratio_row(f"1 GiB resident, re-exec: {name} = 1", found[REEXEC], found[name], 0.1) for name in forking]
    return rows


def _wide(stage: Stage) -> list[Row]:
    most = min(LIMIT, machine.largest_limit())
    where = f"RLIMIT_NOFILE {most:,}" + ("" if most == LIMIT else " (this machine allows no more)")
    fork = named(FORK)
    variants = [Variant(fork, most), Variant(named(FLOOR), most), Variant(fork, 1024)]
    runs = [[asdict(one) for one in launches] for launches in stage.run(variants, Conditions(), WIDE_ROUNDS)]
    rows = [
        _ratio_row(f"{where}, fork: by hand = 1", runs[0], runs[1], 1.15),
        _ratio_row(f"{where}, fork: itself at 1,024 = 1", runs[0], runs[2], LIMIT_NOISE),
        _calls_row(stage, most, where),
    ]
    if most < OPEN_DESCRIPTORS + 64:
        rows.append(Row(f"{OPEN_DESCRIPTORS:,} open descriptors", "", f"not measured: {where}", False))
        return rows
    conditions = Conditions(limit=min(most, 16384), descriptors=OPEN_DESCRIPTORS)
    found = _launches(stage, [FORK, FLOOR], conditions, WIDE_ROUNDS)
    rows.append(
        _ratio_row(f"{OPEN_DESCRIPTORS:,} open descriptors, fork: by hand = 1", found[FORK], found[FLOOR], 1.15)
    )
    return rows


def _calls_row(stage: Stage, most: int, where: str) -> Row:
    few = counting.system_calls(stage, named(FORK), Conditions())
    many = counting.system_calls(stage, named(FORK), Conditions(limit=most))
    what, budget = f"{where}, fork: system calls more than at 1,024", f"<= {CALLS_BY_CHANCE} by chance"
    if few.why or many.why:
        return Row(what, budget, f"not measured: {few.why or many.why}", False)
    more = counting.steady(many) - counting.steady(few)
    return Row(what, budget, f"{more} of {counting.steady(few)}", abs(more) <= CALLS_BY_CHANCE)


def _allocations(stage: Stage) -> list[Row]:
    rows = []
    for name in (FORK, IN_PLACE):
        late = counting.count(stage, named(name), Conditions()).allocations_late
        what = f"heap allocations between plan and report ({name})"
        rows.append(Row(what, "0", "not measured" if late is None else str(late), late == 0))
    return rows


def _object(root: str) -> list[Row]:
    size = library.stripped_size(library.shared_object(root))
    needed, constructor = library.needed(root), library.constructor_ns(root)
    alone = [name.split(".")[0] for name in needed] == ["libc"]
    return [
        Row(
            "stripped shared object",
            f"<= {OBJECT_KIB} KiB (planned: {PLANNED_KIB})",
            f"{size / KIB:.1f} KiB",
            size <= OBJECT_KIB * KIB,
        ),
        Row("needed libraries", "libc alone", ", ".join(needed), alone),
        Row("constructor without marker", "<= 1 us", f"{constructor / 1000:.3f} us", constructor <= 1000),
    ]


def _instructions(root: str) -> Row:
    what = "instructions of open() in place"
    counted, recorded = library.instructions(root), library.records(root).get(machine.compiler())
    if counted is None:
        return Row(what, "", "not measured: valgrind is not installed", False)
    if recorded is None:  # neither over nor under: there is nothing to compare with
        return Row(what, f"no record for {machine.compiler()}", f"{counted:,}", True)
    return Row(what, f"<= {recorded:,} + 2 %", f"{counted:,}", counted <= recorded * INSTRUCTIONS_MORE)


def check(stage: Stage, available: list[str]) -> list[Row]:
    rows = _small(stage) + _large(stage, available) + _wide(stage) + _allocations(stage)
    return [*rows, *_object(stage.root), _instructions(stage.root)]


def table(rows: list[Row]) -> list[list[str]]:
    head = ["what", "budget", "reached", ""]
    return [head] + [[row.what, row.budget, row.reached, "ok" if row.ok else "OVER"] for row in rows]
