"""Cutting readings into slices: attribute values, calendar bands, price intervals, lengths over borders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from engine.calendar import BandTable
from engine.rating.expressions import as_text
from engine.rating.readings import Reading, Slice, band_axis


@dataclass(frozen=True, slots=True)
class Slicer:
    """`names`: the sliced properties; `bands`: band tables by calendar; `cuts`: instants where a price changes.

    A property that an event lacks slices as the empty text.
    """

    names: tuple[str, ...] = ()
    bands: Mapping[str, BandTable] | None = None
    cuts: tuple[int, ...] = ()

    def attributes(self, reading: Reading) -> Slice:
        """The slice of a reading without its bands."""
        return tuple(
            (name, as_text(reading.attributes[name]) if name in reading.attributes else "") for name in self.names
        )

    def at(self, reading: Reading, instant: int) -> Slice:
        """The whole slice of a reading at an instant."""
        pairs = self.attributes(reading)
        for calendar, table in (self.bands or {}).items():
            pairs += ((band_axis(calendar), table.at(instant)),)
        return tuple(sorted(pairs))

    def marks(self, start: int, end: int) -> list[int]:
        """Instants in (start, end) at which a band or a price changes."""
        found = {c for c in self.cuts if start < c < end}
        for table in (self.bands or {}).values():
            found.update(a for a, _, _ in table.cut(start, end) if a > start)
        return sorted(found)

    def pieces(self, reading: Reading) -> Iterator[tuple[int, Fraction, Slice]]:
        """(time, value, slice): one piece, or one for each part of an event with a length, split exactly by time."""
        if reading.end is None or reading.end <= reading.time:
            yield reading.time, reading.value, self.at(reading, reading.time)
            return
        edges = [reading.time, *self.marks(reading.time, reading.end), reading.end]
        length = reading.end - reading.time
        for a, b in pairwise(edges):
            yield a, reading.value * Fraction(b - a, length), self.at(reading, a)


def in_order(readings: Sequence[Reading]) -> list[Reading]:
    """Event-time order, ties by source and id: never by arrival."""
    return sorted(readings, key=lambda r: (r.time, r.order))
