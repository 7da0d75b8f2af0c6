"""A meter applied to one account's readings: the scalar reference of metering (semantics.md §4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from fractions import Fraction

from engine.calendar import sliding, tumbling
from engine.model import Measure, Meter
from engine.money import exact_sum
from engine.rating.fold import fold
from engine.rating.levels import level_portions
from engine.rating.readings import Portion, Reading, Slice
from engine.rating.sessions import sessions
from engine.rating.slicing import Slicer, in_order

ADDITIVE = ("sum", "count")
LEVELS = ("time_weighted", "integral")
Interval = tuple[int, int]


def portions(
    meter: Meter, readings: Sequence[Reading], slicer: Slicer, start: int, end: int, zone: str
) -> list[Portion]:
    """The quantities of a meter over `[start, end)`, in event-time order.

    `readings` holds every reading before `end`, also those before `start`: levels, running sums and `carried` values
    read them. A whole-period meter gives one portion an event (sum, count) or one a slice (all others).
    """
    ordered = in_order([r for r in readings if r.time < end])
    measure = meter.measure
    if measure.aggregation in LEVELS and not any(r.given and measure.aggregation == "integral" for r in ordered):
        if measure.window is None:
            return level_portions(meter, ordered, slicer, start, end)
    elif measure.window is None and not measure.running:
        return _whole(measure, ordered, slicer, start, end)
    return _windowed(meter, ordered, slicer, start, end, zone)


def _whole(measure: Measure, ordered: list[Reading], slicer: Slicer, start: int, end: int) -> list[Portion]:
    inside = ordered if measure.carried else [r for r in ordered if r.time >= start]
    if measure.aggregation in ADDITIVE or measure.aggregation == "integral":
        return _additive(inside, slicer, start)
    if measure.aggregation == "unique" and not measure.operation:
        return _first_seen(inside, slicer, start)
    groups: dict[Slice, list[Reading]] = defaultdict(list)
    source = ordered if measure.operation else inside
    for reading in source:
        groups[slicer.at(reading, max(reading.time, start))].append(reading)
    result: list[Portion] = []
    for key, members in groups.items():
        value, time = fold(measure.aggregation, members, measure.percentile, measure.operation)
        result.append(Portion(value, max(time, start), key, len(result), sum(m.events for m in members)))
    return sorted(result, key=lambda p: (p.time, p.slice))


def _additive(readings: list[Reading], slicer: Slicer, start: int) -> list[Portion]:
    result: list[Portion] = []
    for number, reading in enumerate(readings):
        events = reading.events
        for time, value, key in slicer.pieces(reading):
            # what is carried over from before counts in the slice that holds at the start
            here = key if time >= start else slicer.at(reading, start)
            result.append(Portion(value, max(time, start), here, number, events))
            events = 0
    return result


def _first_seen(readings: list[Reading], slicer: Slicer, start: int) -> list[Portion]:
    """Distinct keys: each counts once a slice, at the moment it was first seen there."""
    seen: set[tuple[Slice, str]] = set()
    result: list[Portion] = []
    for number, reading in enumerate(readings):
        time = max(reading.time, start)
        key = slicer.at(reading, time)
        if reading.given or reading.key is None:
            result.append(Portion(reading.value, time, key, number, reading.events))
        elif (key, reading.key) not in seen:
            seen.add((key, reading.key))
            result.append(Portion(Fraction(1), time, key, number, reading.events))
    return result


def windows_of(meter: Meter, ordered: Sequence[Reading], start: int, end: int, zone: str) -> list[Interval]:
    """The windows of a meter inside a period; a running measure without a window has the period as its only one."""
    window = meter.measure.window
    if window is None:
        return [(start, end)]
    if window.kind == "tumbling":
        return tumbling(start, end, window.size, zone)
    if window.kind == "sliding":
        return sliding(start, end, window.size, window.step or window.size, zone)
    return sessions([r.time for r in ordered if r.time >= start], window.size, end)


def window_values(
    meter: Meter, ordered: Sequence[Reading], slicer: Slicer, start: int, end: int, zone: str
) -> list[tuple[Slice, Interval, Fraction, int]]:
    """(slice, window, value, events) of every window that has a value, windows ascending."""
    measure = meter.measure
    groups: dict[Slice, list[Reading]] = defaultdict(list)
    keyed: Callable[[Reading], Slice] = slicer.attributes
    for reading in ordered:
        groups[tuple(sorted(keyed(reading)))].append(reading)
    windows = windows_of(meter, ordered, start, end, zone)
    found = []
    for key, members in groups.items():
        for window in windows:
            value = _one_window(meter, members, window)
            if value is not None:
                moment = Reading(window[0], Fraction(0), dict(key))
                full = slicer.at(moment, max(window[0], start)) if slicer.bands else key
                inside = sum(m.events for m in members if window[0] <= m.time < window[1])
                found.append((full, window, value, inside))
    found.sort(key=lambda f: (f[1], f[0]))
    return [f for f in found if measure.aggregation]


def _one_window(meter: Meter, members: list[Reading], window: Interval) -> Fraction | None:
    """One window's value; None leaves the window out (nothing happened in it and it holds no level)."""
    measure = meter.measure
    if measure.aggregation in LEVELS:
        level = level_portions(meter, members, Slicer(), window[0], window[1])
        return exact_sum(p.quantity for p in level)
    inside = [m for m in members if window[0] <= m.time < window[1]]
    before = [m for m in members if m.time < window[0]]
    if measure.running:
        return exact_sum(m.value for m in [*before, *inside])
    if measure.operation:
        return active_in_window(before, inside)
    if not inside:
        return None
    if measure.aggregation == "count":
        return exact_sum(m.value for m in inside)
    return fold(measure.aggregation, inside, measure.percentile, None)[0]


def active_in_window(before: Sequence[Reading], inside: Sequence[Reading]) -> Fraction:
    """Distinct keys that were there at any moment of a window: there at its start, or added in it."""
    alive: set[str] = set()
    for reading in before:
        (alive.discard if reading.operation == "remove" else alive.add)(reading.key or "")
    alive.update(r.key or "" for r in inside if r.operation != "remove")
    return Fraction(len(alive))


def _windowed(meter: Meter, ordered: list[Reading], slicer: Slicer, start: int, end: int, zone: str) -> list[Portion]:
    values = window_values(meter, ordered, slicer, start, end, zone)
    measure = meter.measure
    if measure.then is None:
        return [
            Portion(value, max(window[0], start), key, number, events)
            for number, (key, window, value, events) in enumerate(values)
        ]
    groups: dict[Slice, list[Reading]] = defaultdict(list)
    for key, window, value, events in values:
        groups[key].append(Reading(max(window[0], start), value, events=events))
    result: list[Portion] = []
    for key, members in groups.items():
        value, time = fold(measure.then, members, measure.then_percentile, None)
        result.append(Portion(value, time, key, len(result), sum(m.events for m in members)))
    return sorted(result, key=lambda p: (p.time, p.slice))
