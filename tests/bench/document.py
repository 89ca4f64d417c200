"""The page docs/benchmarks.md: its figures and plots are those of the last results."""

from __future__ import annotations

from typing import Any

import plots
import table
from sweeping import TITLES

PAGE = "docs/benchmarks.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
CAPTIONS = {
    "base": "A small program",
    "memory": "Over resident memory",
    "descriptors": "Over open descriptors",
    "limit": "Over the limit of descriptors",
    "preserved": "Over preserved descriptors",
    "threads": "Over threads",
}


def _machine(results: dict[str, Any]) -> str:
    facts = "; ".join(f"{name}: {value}" for name, value in results["machine"].items())
    made = f"Made by `{results['command']}` on {results['date']}. {facts[0].upper()}{facts[1:]}."
    if results["busy"]:
        made += "\n\n**The machine was busy: these times, and ratios of all that waits for a process, are rough.**"
    return made


def _section(results: dict[str, Any], sweep: str, plotted: list[str]) -> list[str]:
    rows = table.base(results) if sweep == "base" else table.sweep(results, sweep)
    if not rows:
        return []
    lines = [f"## {CAPTIONS[sweep]}", ""]
    if f"benchmark_{sweep}.svg" in plotted:
        lines += [f"![Call to first statement: {TITLES[sweep]}](benchmark_{sweep}.svg)", ""]
    if sweep != "base":
        lines += [f"Microseconds from the call to the first statement, by {TITLES[sweep]}.", ""]
    return [*lines, table.markdown(rows), ""]


def _figures(results: dict[str, Any], plotted: list[str]) -> str:
    lines = [_machine(results), ""]
    for sweep in TITLES:
        lines += _section(results, sweep, plotted)
    lines += [
        "## What each weighs",
        "",
        table.markdown(results["weights"]),
        "",
        table.markdown(results["composition"]),
        "",
    ]
    if results["budgets"]:
        lines += ["## Budgets", "", table.markdown(results["budgets"]), ""]
    gaps = results["left out"] + table.failing(results)
    if gaps:
        lines += ["## What was not measured", "", *[f"- {gap}" for gap in gaps], ""]
    return "\n".join(lines)


def write(results: dict[str, Any], root: str) -> None:
    plotted = plots.draw(results, f"{root}/docs")
    with open(f"{root}/{PAGE}", encoding="utf-8") as file:
        before, _, rest = file.read().partition(BEGIN)
        _, _, after = rest.partition(END)
    with open(f"{root}/{PAGE}", "w", encoding="utf-8") as file:
        file.write(f"{before}{BEGIN}\n\n{_figures(results, plotted)}\n{END}{after}")
