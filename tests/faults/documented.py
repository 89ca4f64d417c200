"""docs/system_calls.md beside the system calls that a launch makes: the same, in both directions."""

from __future__ import annotations

import argparse
import platform
import re
import sys
from pathlib import Path

import processes
from faults import reason_to_skip
from learning import learn
from scenarios import DAEMON, INTERMEDIATE, LAUNCHER, SCENARIOS

LAUNCH = "launch"
CHAPTERS = {
    "The launcher, before it makes another process": LAUNCHER,
    "The waiting launcher": LAUNCHER,
    "The intermediate": INTERMEDIATE,
    "The daemon": DAEMON,
}
# Made or not, as it happens who of two processes is faster.
BY_CHANCE = {"futex", "sched_yield", "nanosleep", "ppoll", "poll"}


def told(page: str) -> dict[str, set[str]]:
    """The calls in the first column of each chapter's table, by process."""
    calls: dict[str, set[str]] = {role: set() for role in CHAPTERS.values()}
    role = None
    for line in page.splitlines():
        if line.startswith("## "):
            role = CHAPTERS.get(line[3:])
        row = re.match(r"\| ([a-z0-9_, ]+) \|", line)
        if role and row and row[1] != "call":
            calls[role] |= set(row[1].split(", "))
    return calls


def differences(role: str, page: set[str], made: set[str]) -> list[str]:
    missing = [f"{role}: {call} is made, and the page gives no reason" for call in sorted(made - page - BY_CHANCE)]
    return missing + [f"{role}: {call} has a reason, and is not made" for call in sorted(page - made - BY_CHANCE)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True, help="daemonctx_launch_program, as it was built")
    parser.add_argument("--page", required=True, type=Path)
    options = parser.parse_args()
    reason = reason_to_skip(options.program)
    if platform.machine() != "x86_64":
        reason = reason or "the page tells of a launch on x86-64"
    if reason:
        print(f"SKIPPED: {reason}")
        return 0
    processes.become_subreaper()
    scenario = next(scenario for scenario in SCENARIOS if scenario.name == LAUNCH)
    reasons = told(options.page.read_text(encoding="utf-8"))
    wrong: list[str] = []
    for role in scenario.roles:
        wrong += differences(role, reasons[role], {point.call for point in learn(options.program, scenario, role)})
    print("\n".join(wrong) or f"{sum(map(len, reasons.values()))} calls, each with its reason")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
