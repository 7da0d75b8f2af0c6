"""Usage of a customer tree: whose readings a charge counts, and how the members' quantities come together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.model import Charge, Meter
from engine.rating.measure import portions
from engine.rating.readings import Portion, Reading
from engine.rating.slicing import Slicer


def counted(charge: Charge, readings: Sequence[Reading]) -> Sequence[Reading]:
    """The readings that a charge bills: the customer's own, or with `pool by` those of the whole tree."""
    return readings if charge.pool_by is not None else [r for r in readings if r.customer is None]


def pooled_portions(
    meter: Meter, readings: Sequence[Reading], slicer: Slicer, start: int, end: int, zone: str
) -> list[Portion]:
    """Each member measured on its own (a level, a highest value and distinct keys are a member's), in time order.

    The tiers are filled by all members together as their usage happens.
    """
    groups: dict[str | None, list[Reading]] = {}
    for reading in readings:
        groups.setdefault(reading.customer, []).append(reading)
    if len(groups) == 1:
        return portions(meter, readings, slicer, start, end, zone)
    result: list[Portion] = []
    for own in groups.values():
        first = max((p.event for p in result), default=-1) + 1
        found = portions(meter, own, slicer, start, end, zone)
        result += [replace(p, event=p.event + first) for p in found]
    return sorted(result, key=lambda p: p.time)
