"""The tables: for the terminal with fixed columns, for the documents in Markdown."""

from __future__ import annotations

from typing import Any, Iterable

import figures
from contenders import CONTENDERS, ECHOD, FLOOR, named
from sweeping import TITLES

Rows = list[list[str]]
BASE_HEAD = [
    "contender",
    "call to first statement, us",
    "x by hand",
    "call to launcher's end, us",
    "start to launcher's end, us",
    "system calls",
    "page faults",
    "allocations",
    "peak KiB",
    "leaves undone",
]


def _text(spread: figures.Spread | None, form: str = ",.0f") -> str:
    return "-" if spread is None else spread.text(form)


def _middle(spread: figures.Spread | None) -> str:
    return "-" if spread is None else f"{spread.middle:,.0f}"


def _calls(counts: dict[str, Any] | None) -> str:
    if counts is None or counts["calls"] is None:
        return "-"
    return f"{counts['calls']:,} + {counts['calls_after']:,}"


def _allocations(counts: dict[str, Any] | None) -> str:
    return "-" if counts is None or counts["allocations"] is None else f"{counts['allocations']:,}"


def _failures(launches: list[dict[str, Any]]) -> str:
    return "; ".join(f"{times} of {len(launches)}: {why}" for why, times in figures.failures(launches).items())


def base(results: dict[str, Any]) -> Rows:
    point = next(point for point in results["points"] if point["sweep"] == "base")
    floor = point["launches"].get(FLOOR, [])
    rows = [BASE_HEAD]
    for name, launches in point["launches"].items():
        counts = results["counts"].get(name)
        failed = _failures(launches)
        if failed and figures.of(launches, "whole") is None:
            rows.append([name, failed] + [""] * (len(BASE_HEAD) - 2))
            continue
        rows.append(
            [
                name,
                _text(figures.of(launches, "first")) + (f" [{failed}]" if failed else ""),
                _text(figures.ratio(launches, floor), ".2f"),
                _text(figures.of(launches, "ended")),
                _text(figures.of(launches, "whole")),
                _calls(counts),
                "-" if name == ECHOD else _middle(figures.of(launches, "faults")),
                _allocations(counts),
                "-" if name == ECHOD else _middle(figures.of(launches, "daemon_peak_kib")),
                named(name).undone,
            ]
        )
    for name, why in results["missing"].items():
        rows.append([name, f"not available: {why}"] + [""] * (len(BASE_HEAD) - 2))
    return rows


def sweep(results: dict[str, Any], name: str) -> Rows:
    """Call to first statement; behind it the ratio to the floor at the same point, with its quartiles."""
    points = [point for point in results["points"] if point["sweep"] == name]
    if not points:
        return []
    rows = [["us [x by hand]"] + [f"{point['value']:,}" for point in points]]
    for contender in CONTENDERS:
        if not any(contender.name in point["launches"] for point in points):
            continue
        row = [contender.name]
        for point in points:
            launches = point["launches"].get(contender.name, [])
            middle = figures.of(launches, "first")
            ratio = figures.ratio(launches, point["launches"].get(FLOOR, []))
            if middle is None:
                row.append("fails" if launches else "-")
            else:
                row.append(f"{middle.middle:,.0f}" + (f" [{ratio.text('.2f')}]" if ratio else ""))
        rows.append(row)
    return rows


def failing(results: dict[str, Any]) -> list[str]:
    """Every launch that did not come to a daemon, with what it said; every count that failed."""
    lines = [f"{name}, system calls: {counts['why']}" for name, counts in results["counts"].items() if counts["why"]]
    for point in results["points"]:
        for name, launches in point["launches"].items():
            if _failures(launches):
                lines.append(f"{name}, {TITLES[point['sweep']]} {point['value']:,}: {_failures(launches)}")
    return lines


def fixed(rows: Rows, widest: int = 34) -> str:
    if not rows:
        return ""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    # A text in place of figures must not widen the column for all.
    widths = [min(width, widest) for width in widths[:-1]] + [0]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)


def markdown(rows: Rows) -> str:
    if not rows:
        return ""
    lines = [_line(rows[0]), "|" + "---|" * len(rows[0])]
    return "\n".join(lines + [_line(row) for row in rows[1:]])


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"
