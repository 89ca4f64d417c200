"""The plots, as SVG. The same results give the same bytes."""

from __future__ import annotations

import importlib
import os
from typing import Any

import figures
from contenders import CONTENDERS, FLOOR, FORK, IN_PLACE, REEXEC
from sweeping import TITLES

COLOURS = {FORK: "#0b5fa5", REEXEC: "#3f9be0", IN_PLACE: "#9ccaf0", FLOOR: "#111111"}
OTHERS = ("#d1495b", "#edae49", "#66a182", "#8d6a9f", "#a0522d", "#7f7f7f", "#2e8b8b", "#c2a5cf")


def _colour(name: str) -> str:
    others = [one.name for one in CONTENDERS if one.name not in COLOURS]
    return COLOURS.get(name) or OTHERS[others.index(name) % len(OTHERS)]


def _setup() -> Any:
    os.environ["SOURCE_DATE_EPOCH"] = "0"
    matplotlib = importlib.import_module("matplotlib")  # may be missing: then there are tables alone
    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "daemonctx", "font.size": 9, "svg.fonttype": "none"})
    return importlib.import_module("matplotlib.pyplot")


def _save(pyplot: Any, figure: Any, path: str) -> None:
    figure.savefig(path, metadata={"Date": None, "Creator": None}, bbox_inches="tight")
    pyplot.close(figure)
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip() for line in file]  # a checked-in file has no space at a line's end
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def _bars(pyplot: Any, point: dict[str, Any], path: str) -> None:
    found = [(name, figures.of(launches, "first")) for name, launches in point["launches"].items()]
    bars = [(name, spread) for name, spread in found if spread is not None][::-1]
    figure, axes = pyplot.subplots(figsize=(7.5, 0.34 * len(bars) + 0.9))
    axes.barh(
        [name for name, _ in bars],
        [spread.middle for _, spread in bars],
        xerr=[[spread.middle - spread.low for _, spread in bars], [spread.high - spread.middle for _, spread in bars]],
        color=[_colour(name) for name, _ in bars],
        error_kw={"linewidth": 0.8},
    )
    axes.set_xscale("log")
    axes.set_xlabel("call to first statement in the daemon, microseconds: median and quartiles")
    _save(pyplot, figure, path)


def _lines(pyplot: Any, points: list[dict[str, Any]], path: str) -> None:
    figure, axes = pyplot.subplots(figsize=(7.5, 4))
    for contender in CONTENDERS:
        spreads = [(point["value"], figures.of(point["launches"].get(contender.name, []), "first")) for point in points]
        known = [(value, spread) for value, spread in spreads if spread is not None]
        if not known:
            continue
        values = [value for value, _ in known]
        ours = contender.name.startswith("daemonctx")
        axes.plot(
            values,
            [spread.middle for _, spread in known],
            marker="o",
            markersize=3,
            linewidth=2 if ours or contender.name == FLOOR else 1,
            color=_colour(contender.name),
            label=contender.name,
        )
        axes.fill_between(
            values,
            [spread.low for _, spread in known],
            [spread.high for _, spread in known],
            color=_colour(contender.name),
            alpha=0.15,
            linewidth=0,
        )
    axes.set_xscale("symlog" if points[0]["value"] == 0 else "log")
    axes.set_yscale("log")
    axes.set_xticks([point["value"] for point in points], [f"{point['value']:,}" for point in points])
    axes.minorticks_off()
    axes.set_xlabel(TITLES[points[0]["sweep"]])
    axes.set_ylabel("call to first statement, microseconds")
    axes.grid(alpha=0.25)
    axes.legend(fontsize=7, loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    _save(pyplot, figure, path)


def draw(results: dict[str, Any], directory: str) -> list[str]:
    """One file for each sweep, benchmark_NAME.svg; returns their names."""
    pyplot = _setup()
    names = []
    for sweep in TITLES:
        points = [point for point in results["points"] if point["sweep"] == sweep]
        if not points or (sweep != "base" and len(points) < 2):
            continue
        names.append(f"benchmark_{sweep}.svg")
        path = os.path.join(directory, names[-1])
        if sweep == "base":
            _bars(pyplot, points[0], path)
        else:
            _lines(pyplot, points, path)
    return names
