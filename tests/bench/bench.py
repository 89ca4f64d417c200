#!/usr/bin/env python3
"""The command: `./dev bench` builds what this needs, and hands its arguments on (README.md)."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
import time
from typing import Any

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import budgets
import counting
import document
import library
import machine
import plots
import sweeping
import table
import weights
from contenders import CONTENDERS, Contender
from staging import Conditions, Stage, Variant

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))


def _present(build: str) -> tuple[list[Contender], dict[str, str]]:
    missing = {one.name: one.why_missing(build, ROOT) for one in CONTENDERS}
    return [one for one in CONTENDERS if not missing[one.name]], {name: why for name, why in missing.items() if why}


def _tell_busy() -> None:
    if machine.is_busy():
        load = os.getloadavg()[0]
        print(
            f"bench: this machine is busy (load {load:.1f}): times and ratios are those of a busy one", file=sys.stderr
        )


def _show(results: dict[str, Any]) -> None:
    print(table.fixed(table.base(results)))
    for sweep in sweeping.TITLES:
        rows = [] if sweep == "base" else table.sweep(results, sweep)
        if rows:
            print(f"\n{sweeping.TITLES[sweep]}\n{table.fixed(rows)}")
    print(f"\n{table.fixed(results['weights'], widest=60)}\n\n{table.fixed(results['composition'], widest=40)}")
    gaps = results["left out"] + table.failing(results)
    if gaps:
        print("\nnot measured\n" + "\n".join(gaps))


def _measure(stage: Stage, options: argparse.Namespace) -> dict[str, Any]:
    available, missing = _present(stage.build)
    points, left_out = sweeping.points(options.quick)
    results: dict[str, Any] = {
        "command": shlex.join(["./dev", "bench", *sys.argv[1:]]),
        "date": time.strftime("%Y-%m-%d"),
        "machine": machine.description(),
        "busy": machine.is_busy(),
        "missing": missing,
        "left out": left_out,
        "counts": counting.count_all(stage, available),
        "points": [sweeping.measure(stage, point, available) for point in points],
        "weights": weights.weights(stage.build, ROOT, [one.name for one in available]),
        "composition": weights.composition(ROOT),
        "budgets": [],
    }
    if options.document:
        rows = budgets.check(stage, [one.name for one in available])
        results["budgets"] = budgets.table(rows)
    return results


def _check(stage: Stage) -> int:
    available, missing = _present(stage.build)
    for name, why in missing.items():
        print(f"bench: {name} is not available: {why}", file=sys.stderr)
    rows = budgets.check(stage, [one.name for one in available])
    print(table.fixed(budgets.table(rows), widest=80))
    return 0 if all(row.ok for row in rows) else 1


def _smallest(stage: Stage) -> int:
    """One launch of every contender that is built with the project; no time is judged."""
    present, missing = _present(stage.build)
    built = [one for one in present if one.argv(stage.build, ROOT)[0].startswith(stage.build)]
    failed = [f"{one.name}: {missing[one.name]}" for one in CONTENDERS if not one.slot and one.name in missing]
    launches = stage.run([Variant(one, Conditions().limit) for one in built], Conditions(), rounds=1)
    failed += [f"{one.name}: {runs[0].failure}" for one, runs in zip(built, launches) if runs[0].failure]
    print("\n".join(failed) or f"{len(built)} contenders came to a daemon each: {', '.join(one.name for one in built)}")
    return 1 if failed else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="about a minute: fewer points, fewer rounds")
    parser.add_argument("--check", action="store_true", help="compare with the budgets; fail past them")
    parser.add_argument("--record", action="store_true", help="record the instructions of open() in place")
    parser.add_argument("--document", action="store_true", help="put figures and plots into docs/benchmarks.md")
    parser.add_argument("--smallest", action="store_true", help="one launch each, nothing judged")
    parser.add_argument("--build", default=f"{ROOT}/build/bench", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.record:
        print(library.record(ROOT))
        return 0
    stage = Stage(os.path.realpath(options.build), ROOT)
    try:
        if options.smallest:
            return _smallest(stage)
        _tell_busy()
        if options.check:
            return _check(stage)
        results = _measure(stage, options)
    finally:
        stage.close()
    _show(results)
    with open(f"{stage.build}/results.json", "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1)
    print(f"\nfigures: {os.path.relpath(stage.build)}/results.json")
    try:
        print(f"plots beside it: {', '.join(plots.draw(results, stage.build))}")
        if options.document:
            document.write(results, ROOT)
    except ImportError as absent:
        print(f"bench: no plots: {absent} (build/bench/missing/plots tells why)", file=sys.stderr)
        return 1 if options.document else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
