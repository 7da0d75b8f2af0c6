"""Session windows: events closer than a gap belong together."""

from __future__ import annotations

from collections.abc import Sequence

from engine.calendar import DAY, HOUR, MINUTE, SECOND
from engine.model import Span

_LENGTHS = {"second": SECOND, "minute": MINUTE, "hour": HOUR, "day": DAY, "week": 7 * DAY}


def sessions(times: Sequence[int], gap: Span, end: int) -> list[tuple[int, int]]:
    """Half-open sessions over ascending instants; a session closes `gap` after its last event, or at `end`."""
    size = gap.count * _LENGTHS[gap.unit]
    found: list[tuple[int, int]] = []
    for at in times:
        if found and at < found[-1][1]:
            found[-1] = (found[-1][0], min(at + size, end))
        else:
            found.append((at, min(at + size, end)))
    return found
