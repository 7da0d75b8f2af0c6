"""What a price looks at besides quantity: properties and calendars along which usage must be sliced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.model import Axis, Bound, Charge, Committed, Matrix, Price, Tiered


def axes_of(price: Price) -> Iterator[Axis]:
    """Every matrix axis inside a price, from the outside in."""
    match price:
        case Matrix():
            yield from price.axes
            for cell in price.cells:
                yield from axes_of(cell.price)
            if price.otherwise is not None:
                yield from axes_of(price.otherwise)
        case Tiered():
            for tier in price.tiers:
                yield from axes_of(tier.price)
        case Committed():
            yield from axes_of(price.then)


def bounds_of(price: Price) -> Iterator[Bound]:
    """Every tier bound inside a price."""
    match price:
        case Matrix():
            for cell in price.cells:
                yield from bounds_of(cell.price)
            if price.otherwise is not None:
                yield from bounds_of(price.otherwise)
        case Tiered():
            for tier in price.tiers:
                if tier.upper is not None:
                    yield tier.upper
                yield from bounds_of(tier.price)
        case Committed():
            yield from bounds_of(price.then)


def sliced_names(charges: Iterable[Charge]) -> tuple[str, ...]:
    """Properties that the prices and weights of these charges slice by."""
    names: set[str] = set()
    for charge in charges:
        names.update(a.name for a in axes_of(charge.price) if a.calendar is None)
        if charge.weigh is not None:
            names.add(charge.weigh[0])
    return tuple(sorted(names))


def sliced_calendars(charges: Iterable[Charge]) -> tuple[str, ...]:
    """Calendars whose bands the prices of these charges slice by."""
    return tuple(sorted({a.calendar for c in charges for a in axes_of(c.price) if a.calendar is not None}))
