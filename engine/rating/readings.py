"""What metering yields for one account: readings (one an event) and portions (what a price is applied to)."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from engine.model import Scalar

Slice = tuple[tuple[str, str], ...]
"""(axis, value) pairs sorted by axis; the bands of calendar `c` are the axis `band of c`."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One event as a meter sees it.

    `time` is its instant; `order` breaks ties so that results do not depend on arrival; `value` is in base units;
    `events` is how many events it stands for; `key` identifies it for `unique`; `end` is set for events with a length.
    `given` marks an already measured value (an example's `given usage`).
    """

    time: int
    value: Fraction
    attributes: dict[str, Scalar] = field(default_factory=dict)
    events: int = 1
    order: tuple[str, str] = ("", "")
    key: str | None = None
    operation: str | None = None
    end: int | None = None
    given: bool = False
    customer: str | None = None


@dataclass(frozen=True, slots=True)
class Portion:
    """A quantity in base units at an instant, in one slice.

    `event` groups the pieces of one event; `events` is how many events it stands for (0 on later pieces).
    """

    quantity: Fraction
    time: int
    slice: Slice = ()
    event: int = 0
    events: int = 1

    def value(self, axis: str) -> str | None:
        """The value of the slice on an axis."""
        return next((v for a, v in self.slice if a == axis), None)


def band_axis(calendar: str) -> str:
    """The name of the axis of a calendar's bands."""
    return f"band of {calendar}"
