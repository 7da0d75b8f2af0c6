"""What a quote says about one expectation: the actual value, exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from engine.calendar import to_instant
from engine.model import Book, Expect, Meter
from engine.money import round_to_step
from engine.rating import Line, Quote
from engine.rating.expressions import as_text
from engine.rating.lines import AFTER_TOTAL
from engine.rating.measure import portions, window_values
from engine.rating.slicing import Slicer
from engine.rating.terms import charges_ever

Test = Callable[[Line], bool]

STEPS: dict[str, tuple[frozenset[str], int]] = {
    "discount": (frozenset({"discount", "coupon"}), -1),
    "minimum": (frozenset({"minimum"}), 1),
    "cap": (frozenset({"cap"}), -1),
    "credit": (frozenset({"credit", "credit_note"}), -1),
    "tax": (frozenset({"tax"}), 1),
    "wallet": (frozenset({"wallet"}), -1),
}
"""Steps that an expectation may name: the kinds of line they are made of, and the sign that makes them positive."""


class Unknown(LookupError):
    """An expectation about something that the book does not have."""


def actual_of(quote: Quote, expect: Expect) -> Fraction:
    """The actual value: pico for money, base units for quantities, a number of events. Raises `Unknown`."""
    if expect.kind == "quarantined":
        return Fraction(quote.quarantined)
    if expect.kind == "billable":
        return sum((b.billable.get(expect.target, Fraction(0)) for b in quote.bills), Fraction(0))
    if expect.kind == "quantity":
        return _quantity(quote, expect)
    return _money(quote, expect)


def holds(quote: Quote, expect: Expect, actual: Fraction) -> bool:
    """Whether the actual value is the expected one; quotients are compared at the decimals written, rounded half up."""
    if actual == expect.value:
        return True
    if expect.kind in ("quantity", "billable"):
        step = expect.factor / 10**expect.places
        return round_to_step(actual, step) == expect.value
    if expect.kind == "money" and quote.book.currency.rounding.per == "invoice":
        return round_to_step(actual, Fraction(10**12, 10**expect.places)) == expect.value
    return False


def _money(quote: Quote, expect: Expect) -> Fraction:
    lines = [x for x in quote.lines if expect.on is None or x.issued == expect.on]
    if expect.part is not None:
        return _part(lines, expect)
    target = expect.target
    if target == "total":
        return _sum(lines, lambda x: x.kind not in AFTER_TOTAL)
    if target == "due":
        return _sum(lines, lambda x: not (x.kind == "tax" and x.name in quote.included))
    if target in _charges(quote.book):
        return _sum(lines, lambda x: x.charge == target and x.kind not in AFTER_TOTAL and x.kind != "credit")
    if target == "commit":
        drawn = _sum(lines, lambda x: x.kind == "commit")
        return -drawn if drawn else _sum(lines, lambda x: x.kind in ("true_up", "overage"))
    if target in STEPS:
        kinds, sign = STEPS[target]
        named = _sum(lines, lambda x: x.kind in kinds or (target == "credit" and x.name == "credit"))
        return sign * named
    return _named(quote, lines, target)


def _charges(book: Book) -> set[str]:
    """Names of the charges of plans and of contracts."""
    return {c.name for c in charges_ever((c for plan in book.plans for c in plan.charges), book.contracts)}


def _named(quote: Quote, lines: list[Line], target: str) -> Fraction:
    if any(c.name == target for c in quote.book.coupons):
        return -_sum(lines, lambda x: x.kind == "coupon" and x.name == target)
    if any(t.name == target for t in quote.book.taxes):
        return _sum(lines, lambda x: x.kind == "tax" and x.name == target)
    if any(w.name == target for w in quote.book.wallets):
        return -_sum(lines, lambda x: x.kind == "wallet" and x.name == target)
    if any(line.kind == target for line in lines):
        return _sum(lines, lambda x: x.kind == target)
    if target in ("true_up", "overage"):
        return Fraction(0)
    raise Unknown(f"`{target}` is no charge, step, coupon, tax or wallet of this book")


def _sum(lines: Iterable[Line], test: Test) -> Fraction:
    return Fraction(sum(x.amount for x in lines if test(x)))


def _part(lines: list[Line], expect: Expect) -> Fraction:
    assert expect.part is not None
    word, number = expect.part
    own = [x for x in lines if x.charge == expect.target]
    if word == "tier":
        found = sum((p.amount for x in own for p in x.parts if p.tier == number), Fraction(0))
        step = Fraction(10**12, 10**expect.places)
        return round_to_step(found, step)
    kinds, sign = STEPS[word]
    return sign * _sum(own, lambda x: x.kind in kinds)


def _quantity(quote: Quote, expect: Expect) -> Fraction:
    granted = quote.grants.quantity(expect.target)
    if granted is not None and not any(m.name == expect.target for m in quote.book.meters):
        return granted
    for found in quote.bills:
        if expect.target in found.left:
            return quote.bills[-1].left[expect.target]
    try:
        meter = quote.book.meter(expect.target)
    except KeyError:
        raise Unknown(f"`{expect.target}` is no meter, wallet or grant of this example") from None
    return sum((_metered(quote, meter, expect, b.cycle.instants) for b in quote.bills), Fraction(0))


def _metered(quote: Quote, meter: Meter, expect: Expect, window: tuple[int, int]) -> Fraction:
    wanted = tuple((name, as_text(value)) for name, value in expect.where)
    slicer = Slicer(tuple(sorted({*meter.by, *(name for name, _ in wanted)})))
    readings = [r for r in quote.readings.get(meter.name, ()) if r.customer is None]
    if expect.at is not None:
        instant = to_instant(expect.at, quote.timezone)
        values = window_values(meter, readings, slicer, window[0], window[1], quote.timezone)
        return sum(
            (v for key, span, v, _ in values if span[0] <= instant < span[1] and set(wanted) <= set(key)), Fraction(0)
        )
    found = portions(meter, readings, slicer, window[0], window[1], quote.timezone)
    return sum((p.quantity for p in found if set(wanted) <= set(p.slice)), Fraction(0))
