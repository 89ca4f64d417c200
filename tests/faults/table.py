"""The table of results."""

from __future__ import annotations

import errno
from collections import Counter

from faulting import Run
from learning import Point

COLUMNS = ("points", "runs", "ok", "refused", "died", "timeout", "killed", "lie", "hang", "leftover", "missed")
LEGEND = """
points    system calls learnt                       runs      faults run, one launch each
ok        a daemon, and the right one               refused   an error that names the fault; nothing left
died      ERR_DIED, nothing left                    timeout   ERR_TIMEOUT, nothing left
killed    the launcher itself was killed; the daemon is committed, or gone without a trace
lie, hang, leftover                                 what must not be
missed    the call was not reached in any attempt"""


def kind_of(run: Run) -> str:
    """The column of a run: the first thing that was wrong with it, or else what came of it."""
    for problem in run.problems:
        head = problem.removeprefix("next start: ").split(":")[0]
        return head if head in ("lie", "hang", "leftover") else "lie"
    return run.outcome


def lines(points: list[Point], runs: list[Run]) -> list[str]:
    rows: dict[tuple[str, str], Counter[str]] = {}
    for point in points:
        rows.setdefault((point.scenario, point.role), Counter())["points"] += 1
    for run in runs:
        row = rows[(run.fault.point.scenario, run.fault.point.role)]
        row["runs"] += 1
        row[kind_of(run)] += 1
    total: Counter[str] = Counter()
    for row in rows.values():
        total += row
    text = [f"{'scenario':<16}{'process':<14}" + "".join(f"{column:>9}" for column in COLUMNS)]
    for (scenario, role), row in rows.items():
        text.append(f"{scenario:<16}{role:<14}" + "".join(f"{row[column]:>9}" for column in COLUMNS))
    text.append(f"{'all':<30}" + "".join(f"{total[column]:>9}" for column in COLUMNS))
    return text


def kinds_of_faults(runs: list[Run]) -> str:
    counted = Counter(run.fault.kind for run in runs)
    return ", ".join(f"{counted[kind]} {kind}s" for kind in ("error", "kill", "stop"))


def bad_run(run: Run, command: str) -> list[str]:
    number = f" ({run.fault.error}, {errno.errorcode[run.fault.error]})" if run.fault.error else ""
    text = [f"{run.fault.name}{number}: {run.answer}"]
    text += [f"    {problem}" for problem in run.problems]
    return [*text, f"    at {run.fault.point.text[:150]}", f"    again: {command} --only '{run.fault.name}'"]
