"""Which event properties the published meters name, and as what: the typed columns of the event log."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from engine.events import Property, PropertySchema
from engine.model import All, AnyOf, Book, Compare, Meter, Not, OneOf, Override, Predicate
from engine.rating.axes import axes_of, sliced_names
from engine.rating.expressions import property_names


def properties_of(books: Iterable[Book]) -> dict[str, PropertySchema]:
    """Event type -> property -> wanted as number, text or both, over all meters and the prices that slice them."""
    found: dict[str, dict[str, Property]] = {}
    for book in books:
        charges = [c for plan in book.plans for c in plan.charges]
        overrides = [c for contract in book.contracts for c in _override_names(contract.terms.overrides)]
        for meter in book.meters:
            own = found.setdefault(meter.event_type, {})
            sliced = sliced_names([c for c in charges if c.meter == meter.name])
            _add_meter(own, meter, (*sliced, *overrides))
    return {kind: dict(sorted(wanted.items())) for kind, wanted in sorted(found.items())}


def _override_names(overrides: Iterable[Override]) -> list[str]:
    names = []
    for override in overrides:
        if override.price is not None:
            names += [a.name for a in axes_of(override.price) if a.calendar is None]
    return names


def _add_meter(own: dict[str, Property], meter: Meter, sliced: Iterable[str]) -> None:
    measure = meter.measure
    as_text = measure.aggregation == "unique"
    for name in property_names(measure.value):
        _want(own, name, text=as_text, number=not as_text)
    for name in (*meter.by, *sliced):
        _want(own, name, text=True)
    if measure.operation is not None:
        _want(own, measure.operation, text=True)
    if meter.lasts is not None:
        _want(own, meter.lasts[0], number=True)
    _add_predicate(own, meter.where)


def _add_predicate(own: dict[str, Property], predicate: Predicate | None) -> None:
    match predicate:
        case All(parts) | AnyOf(parts):
            for part in parts:
                _add_predicate(own, part)
        case Not(inner):
            _add_predicate(own, inner)
        case OneOf(name, values):
            _want(own, name, text=any(not isinstance(v, Fraction) for v in values),
                  number=any(isinstance(v, Fraction) for v in values))  # fmt: skip
        case Compare(name, _, literal, other):
            if other is not None:
                _want(own, name, text=True, number=True)
                _want(own, other, text=True, number=True)
            else:
                _want(own, name, text=not isinstance(literal, Fraction), number=isinstance(literal, Fraction))


def _want(own: dict[str, Property], name: str, *, text: bool = False, number: bool = False) -> None:
    held = own.get(name, Property())
    own[name] = Property(number=held.number or number, text=held.text or text)
