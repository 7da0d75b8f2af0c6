"""Which properties a meter reads, and as what: numbers, texts, or both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from engine.model import All, AnyOf, Compare, Meter, Not, OneOf, Predicate
from engine.rating.expressions import property_names

__all__ = ["Want", "wanted", "wanted_by_type"]


@dataclass(frozen=True, slots=True)
class Want:
    """How one property is wanted: as an exact number (`n_<path>`), as text (`t_<path>`), or both."""

    number: bool = False
    text: bool = False

    def __or__(self, other: Want) -> Want:
        return Want(self.number or other.number, self.text or other.text)


def wanted(meter: Meter, names: Iterable[str] = ()) -> dict[str, Want]:
    """Every property that a meter reads; `names`: further properties that its usage is sliced by."""
    found: dict[str, Want] = {}
    for name, want in _uses(meter, names):
        found[name] = found.get(name, Want()) | want
    return dict(sorted(found.items()))


def wanted_by_type(meters: Iterable[tuple[Meter, Iterable[str]]]) -> dict[str, dict[str, Want]]:
    """By event type, what the meters of a book read: what the event log must keep as columns."""
    found: dict[str, dict[str, Want]] = {}
    for meter, names in meters:
        for kind in meter.event_types:
            here = found.setdefault(kind, {})
            for name, want in wanted(meter, names).items():
                here[name] = here.get(name, Want()) | want
    return found


def _uses(meter: Meter, names: Iterable[str]) -> Iterator[tuple[str, Want]]:
    measure = meter.measure
    as_number, as_text = Want(number=True), Want(text=True)
    kind = as_text if measure.aggregation == "unique" else as_number
    yield from ((name, kind) for name in property_names(measure.value))
    if measure.operation is not None:
        yield measure.operation, as_text
    if meter.lasts is not None:
        yield meter.lasts[0], as_number
    yield from ((name, as_text) for name in (*meter.by, *names))
    if meter.where is not None:
        yield from _compared(meter.where)


def _compared(predicate: Predicate) -> Iterator[tuple[str, Want]]:
    match predicate:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from _compared(part)
        case Not(inner):
            yield from _compared(inner)
        case OneOf(name, values):
            yield from ((name, _kind(value)) for value in values)
        case Compare(name, _, literal, None):
            yield name, _kind(literal)
        case Compare(name, _, _, other):
            yield name, Want(True, True)
            yield other or "", Want(True, True)


def _kind(literal: object) -> Want:
    number = isinstance(literal, Fraction)
    return Want(number=number, text=not number)
