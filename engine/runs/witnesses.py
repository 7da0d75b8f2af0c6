"""Which events count under a usage line of the scalar reference, and which from before still speak in it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.model import Charge, Meter
from engine.rating import Reading
from engine.rating.slicing import Slicer, in_order
from engine.rating.usage import meter_slicer
from engine.runs.fetch import Fetched
from engine.runs.tasks import Task

LEVELS = ("time_weighted", "integral")
"""Aggregations of a level over time, which holds on from the last event before."""


@dataclass(frozen=True, slots=True, order=True)
class Witness:
    """One event that counts: its place in the order of events, and its digest."""

    time: int
    source: str
    id: str
    digest: int


def witnesses(task: Task, fetched: Fetched, charge: Charge, low: int, high: int) -> list[Witness]:
    """The events that count for a charge in the instants `[low, high)`, in their order.

    Of a meter of unique values only the first event of each value counts, in each slice of the whole service.
    """
    meter = task.book.meter(charge.meter or "")
    readings = fetched.readings.get(meter.name, [])
    if meter.measure.aggregation == "unique" and meter.measure.operation is None:
        readings = _firsts(task, meter, charge, readings)
    digests = fetched.digests.get(meter.name, {})
    return sorted(Witness(r.time, *r.order, digests[r.order][1]) for r in readings if low <= r.time < high)


def _slicer(task: Task, meter: Meter, charge: Charge) -> Slicer:
    return meter_slicer(task.book, meter, [charge], task.window, task.cycle.timezone)


def _firsts(task: Task, meter: Meter, charge: Charge, readings: list[Reading]) -> list[Reading]:
    slicer, (start, end) = _slicer(task, meter, charge), task.window
    found: dict[object, Reading] = {}
    for reading in in_order([r for r in readings if start <= r.time < end]):
        found.setdefault((reading.key, slicer.at(reading, reading.time)), reading)
    return list(found.values())


def carried(task: Task, fetched: Fetched, charge: Charge, low: int) -> list[Reading]:
    """Events before `low` that still speak after it: the last level of each slice, or all its changes."""
    meter = task.book.meter(charge.meter or "")
    measure = meter.measure
    if measure.aggregation not in LEVELS and not measure.carried:
        return []
    before = in_order([r for r in fetched.readings.get(meter.name, []) if r.time < low])
    if measure.changes or measure.running:
        return before
    slicer = _slicer(task, meter, charge)
    return list({slicer.attributes(r): r for r in before}.values())
