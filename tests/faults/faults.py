#!/usr/bin/env -S python3 -B
"""Runs launches with one fault each, and tells whether any of them lied, hung or left something behind."""

from __future__ import annotations

import argparse
import concurrent.futures
import itertools
import multiprocessing
import os
import re
import shutil
import signal
import subprocess
import sys
import time

import errnos
import processes
import table
from faulting import STOP, Fault, Run, run_fault
from learning import Point, learn
from scenarios import SCENARIOS, Scenario
from selecting import faults_of, named, part_of, wanted_scenarios

ROWS = "[E11] [G01] [G02] [G03]"
MISSED_TOLERATED = 0.01  # of the runs whose call was there in every round of learning


def reason_to_skip(program: str) -> str:
    """Why the suite cannot run here, or an empty text."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    traced = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, text=True, check=False)
    if traced.returncode != 0:
        return "strace may not trace here: " + " ".join(traced.stderr.split("\n")[:1])
    with open(program, "rb") as executable:
        if re.search(rb"__(asan|ubsan|tsan|msan)_", executable.read()):
            return "built with a sanitizer, whose own system calls would be taken for the library's"
    return ""


def worker() -> None:
    """Each run has a process of its own above it that sees every orphan."""
    processes.become_subreaper()


def learn_all(pool: concurrent.futures.Executor, program: str, scenarios: list[Scenario]) -> list[list[Point]]:
    """The calls of each process of each scenario."""
    tasks = [(scenario, role) for scenario in scenarios for role in scenario.roles]
    return list(pool.map(learn, itertools.repeat(program), *zip(*tasks, strict=True)))


def unknown_calls(points: list[Point], errors: dict[str, list[str]]) -> list[str]:
    return [
        f"{point.scenario}:{point.role} makes the system call {point.call}, which errnos.tsv does not know: "
        f"add a row with the errors that {point.call}(2) gives"
        for point in {point.call: point for point in points}.values()
        if point.call not in errors
    ]


def run_all(pool: concurrent.futures.Executor, program: str, faults: list[Fault], seconds: float) -> list[Run]:
    """In parallel. Stops wait most of their time: they begin first, mixed among the others."""
    by_name = {scenario.name: scenario for scenario in SCENARIOS}
    stops = [fault for fault in faults if fault.what == STOP]
    others = [fault for fault in faults if fault.what != STOP]
    share = max(1, len(others) // max(1, len(stops)))
    ordered: list[Fault] = []
    for fault in stops:
        ordered += [fault, *others[:share]]
        del others[:share]
    ordered += others
    pending = {pool.submit(run_fault, program, by_name[fault.point.scenario], fault) for fault in ordered}
    runs: list[Run] = []
    try:
        for done in concurrent.futures.as_completed(pending, timeout=seconds):
            runs.append(done.result())
            progress(len(runs), len(ordered))
    except TimeoutError:
        print(f"not all faults could be run within {seconds:.0f} seconds")
    finally:
        for future in pending:
            future.cancel()
    order = {fault.name: number for number, fault in enumerate(faults)}
    return sorted(runs, key=lambda run: order[run.fault.name])


def progress(done: int, count: int) -> None:
    if sys.stderr.isatty() and (done % 20 == 0 or done == count):
        print(f"\r{done} of {count}", end="\n" if done == count else "", file=sys.stderr, flush=True)


def show(points: list[Point], runs: list[Run], program: str, started: float) -> bool:
    """Prints the table; true when nothing is bad."""
    print("\n".join(table.lines(points, runs)))
    print(table.LEGEND)
    print(f"\n{len(runs)} runs ({table.kinds_of_faults(runs)}) in {time.monotonic() - started:.0f} seconds")
    missed = [run for run in runs if run.outcome == "missed"]
    certain = [run for run in missed if run.fault.point.certain]
    for run in missed:
        sometimes = "" if run.fault.point.certain else " (a call that is not made in every launch)"
        print(f"missed: {run.fault.name}{sometimes} {run.answer}")
    bad = [run for run in runs if run.is_bad]
    command = f"tests/faults/faults.py --program {program}"
    for run in bad:
        print("\n" + "\n".join(table.bad_run(run, command)))
    too_many = len(certain) > max(3, MISSED_TOLERATED * len(runs))
    if too_many:
        print(f"\n{len(certain)} calls that every launch makes were missed: that is no test of them")
    print(f"\n{len(bad)} bad runs" if bad or too_many else "\nno lie, no hang, nothing left behind")
    return not bad and not too_many


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list-tags", action="version", version=ROWS, help="the rows of the behaviours that it tests")
    parser.add_argument("--program", required=True, help="daemonctx_launch_program, as it was built")
    parser.add_argument("--part", action="store_true", help="only the part for every day (selecting.py)")
    parser.add_argument(
        "--only", action="append", default=[], metavar="SCENARIO:ROLE:CALL#N:FAULT", help="only these; with * and ?"
    )
    parser.add_argument("--list", action="store_true", help="say what would be run")
    parser.add_argument("--jobs", type=int, default=4 * (os.cpu_count() or 1), help="launches at a time")
    parser.add_argument("--seconds", type=float, default=3600, help="how long it may take")
    return parser.parse_args()


def select(options: argparse.Namespace, scenarios: list[Scenario], learnt: list[list[Point]]) -> list[Fault]:
    errors = errnos.read_table()
    by_name = {scenario.name: scenario for scenario in scenarios}
    faults = [fault for points in learnt for fault in faults_of(by_name[points[0].scenario], points, errors)]
    if options.part:
        faults = part_of(faults)
    return named(faults, options.only) if options.only else faults


def main() -> int:
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # by way of every `finally`
    started = time.monotonic()
    reason = reason_to_skip(options.program)
    if reason:
        print(f"SKIPPED: {reason}")
        return 0
    wanted = wanted_scenarios(options.part, options.only)
    scenarios = [scenario for scenario in SCENARIOS if wanted(scenario) and not scenario.cannot_run()]
    for scenario in SCENARIOS:
        if wanted(scenario) and scenario.cannot_run():
            print(f"scenario {scenario.name} is left out: {scenario.cannot_run()}")
    if not scenarios:
        print("there is no such scenario, or none that can run here")
        return 1
    context = multiprocessing.get_context("fork")
    with concurrent.futures.ProcessPoolExecutor(options.jobs, context, worker) as pool:
        learnt = learn_all(pool, options.program, scenarios)
        points = [point for some in learnt for point in some]
        unknown = unknown_calls(points, errnos.read_table())
        if unknown:
            print("\n".join(unknown))
            return 1
        faults = select(options, scenarios, learnt)
        if options.list:
            print("\n".join(f"{fault.name}    {fault.point.text[:100]}" for fault in faults))
            return 0
        if not faults:
            print("there is no such fault: --list names all that there are")
            return 1
        runs = run_all(pool, options.program, faults, options.seconds)
    good = show(points, runs, options.program, started)
    return 0 if good and len(runs) == len(faults) else 1


if __name__ == "__main__":
    sys.exit(main())
