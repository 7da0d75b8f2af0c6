"""Folding readings into one value, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from engine.money import exact_sum
from engine.rating.readings import Reading


def fold(
    aggregation: str, readings: Sequence[Reading], percentile: Fraction | None, operation: str | None
) -> tuple[Fraction, int]:
    """(value, instant that decides the price version) of a non-empty group in event-time order."""
    last = readings[-1].time
    match aggregation:
        case "sum" | "integral":
            return exact_sum(r.value for r in readings), last
        case "count":
            return Fraction(len(readings)), last
        case "max":
            top = max(readings, key=lambda r: (r.value, -r.time))
            return top.value, top.time
        case "min":
            low = min(readings, key=lambda r: (r.value, r.time))
            return low.value, low.time
        case "latest":
            return readings[-1].value, last
        case "average" | "time_weighted":
            return exact_sum(r.value for r in readings) / len(readings), last
        case "percentile":
            return nearest_rank(readings, percentile or Fraction(50))
        case "unique":
            return _unique(readings, operation), last
    raise ValueError(f"unknown aggregation {aggregation}")


def nearest_rank(readings: Sequence[Reading], percent: Fraction) -> tuple[Fraction, int]:
    """The nearest-rank percentile: the smallest value with at least `percent` of the values at or below it."""
    ordered = sorted(readings, key=lambda r: (r.value, r.time))
    rank = percent * len(ordered) / 100
    index = max(1, -(-rank.numerator // rank.denominator))
    chosen = ordered[index - 1]
    return chosen.value, chosen.time


def _unique(readings: Sequence[Reading], operation: str | None) -> Fraction:
    """Distinct keys; with add and remove operations the keys still there at the end. Given values are added."""
    given = exact_sum(r.value for r in readings if r.given)
    alive: set[str] = set()
    for reading in readings:
        if reading.given:
            continue
        if operation and reading.operation == "remove":
            alive.discard(reading.key or "")
        else:
            alive.add(reading.key or "")
    return given + len(alive)
