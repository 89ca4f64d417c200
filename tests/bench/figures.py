"""Medians with quartiles, of figures and of ratios. A ratio is of two launches of the same round."""

from __future__ import annotations

import statistics
from typing import Any, NamedTuple


class Spread(NamedTuple):
    low: float  # first quartile
    middle: float
    high: float  # third quartile

    def text(self, form: str) -> str:
        return f"{format(self.middle, form)} ({format(self.low, form)}..{format(self.high, form)})"


def spread(values: list[float]) -> Spread | None:
    if not values:
        return None
    if len(values) == 1:
        return Spread(values[0], values[0], values[0])
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(low, middle, high)


def of(launches: list[dict[str, Any]], key: str) -> Spread | None:
    """Of all launches that came to a daemon."""
    return spread([float(launch[key]) for launch in launches if not launch["failure"] and launch[key] is not None])


def ratio(left: list[dict[str, Any]], right: list[dict[str, Any]], key: str = "first") -> Spread | None:
    pairs = zip(left, right)
    return spread([a[key] / b[key] for a, b in pairs if a.get(key) is not None and b.get(key)])


def failures(launches: list[dict[str, Any]]) -> dict[str, int]:
    """How often each failure came."""
    counted: dict[str, int] = {}
    for launch in launches:
        if launch["failure"]:
            counted[launch["failure"]] = counted.get(launch["failure"], 0) + 1
    return counted
