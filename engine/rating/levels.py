"""Levels over time: time-weighted averages and integrals, with the last level before the period carried in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from engine.calendar import DAY, HOUR, MINUTE, SECOND
from engine.model import Meter
from engine.rating.readings import Portion, Reading, Slice
from engine.rating.slicing import Slicer

_TIME_PARTS = (("second", SECOND), ("minute", MINUTE), ("hour", HOUR), ("day", DAY), ("h", HOUR), ("s", SECOND))


def time_part_us(unit: str | None) -> int:
    """Microseconds of the time in a unit of level x time, by its name: `GB_hour`, `hour_core`, `kWh`; else an hour."""
    words = (unit or "").lower().split("_")
    for name, length in _TIME_PARTS[:4]:
        if name in words or name + "s" in words:
            return length
    for name, length in _TIME_PARTS[4:]:
        if words[-1].endswith(name):
            return length
    return HOUR


def level_portions(meter: Meter, ordered: Sequence[Reading], slicer: Slicer, start: int, end: int) -> list[Portion]:
    """One portion for each slice and each piece of the period in which no band or price changes.

    time_weighted: the level's average over the whole period, so the pieces of a slice sum to its average.
    integral: level times elapsed time, the time counted in the time part of the meter's unit (`time_part_us`).
    The level is 0 before the first event; levels of different slices live apart and are added by the charge.
    """
    groups: dict[Slice, list[Reading]] = defaultdict(list)
    for reading in ordered:
        groups[slicer.attributes(reading)].append(reading)
    period, time_part = end - start, time_part_us(meter.unit)
    result: list[Portion] = []
    for key, members in groups.items():
        owner = Reading(start, Fraction(0), dict(key))
        for a, b, area in _areas(meter, members, slicer, start, end):
            share = area / period if meter.measure.aggregation == "time_weighted" else area / time_part
            events = sum(m.events for m in members if a <= m.time < b)
            result.append(Portion(share, a, slicer.at(owner, a), len(result), events))
    return sorted(result, key=lambda p: (p.time, p.slice))


def _areas(
    meter: Meter, members: Sequence[Reading], slicer: Slicer, start: int, end: int
) -> list[tuple[int, int, Fraction]]:
    """(from, to, sum of level x microseconds) of each piece of the period."""
    steps = level_steps(members, meter.measure.changes or meter.measure.running)
    edges = [start, *slicer.marks(start, end), end]
    areas = []
    for a, b in pairwise(edges):
        total = Fraction(0)
        for i, (at, level) in enumerate(steps):
            until = steps[i + 1][0] if i + 1 < len(steps) else end
            low, high = max(at, a), min(until, b)
            if low < high:
                total += level * (high - low)
        areas.append((a, b, total))
    return areas


def level_steps(members: Sequence[Reading], changes: bool) -> list[tuple[int, Fraction]]:
    """(instant, level from then on); of several readings at one instant the last counts, changes add up."""
    steps: list[tuple[int, Fraction]] = []
    level = Fraction(0)
    for reading in members:
        level = level + reading.value if changes else reading.value
        if steps and steps[-1][0] == reading.time:
            steps[-1] = (reading.time, level)
        else:
            steps.append((reading.time, level))
    return steps
