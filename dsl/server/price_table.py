"""The curve of a charge as a table: from where to where, at which rate, and what it comes to there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from dsl import syntax
from dsl.passes.scope import Scope
from dsl.syntax import only, walk
from engine.model import Book, Charge, Matrix
from engine.money import PICO, format_ratio
from engine.rating.compile import compile_charge
from engine.rating.curves import Segment
from engine.rating.evaluate import Context

MAX_LINES = 60
Row = tuple[str, str, str, str]
_PLACES = 6
_SCALES = tuple(10**power for power in range(0, 13, 3))


def price_table(scope: Scope, book: Book, holder: syntax.Plan | syntax.AddOn, node: syntax.Charge) -> list[str]:
    """The lines of the table; none for a charge whose amount is no function of its quantity alone.

    Amounts are exact and before discounts, minimum, cap, proration and rounding.
    """
    charge = _compiled(book, holder, node)
    price = only(node, syntax.PriceClause)
    if charge is None or price is None or charge.meter is None or _moves(price):
        return []
    context = Context(spans={}, meters={}, bill_zero=charge.when_zero == "flat")
    compiled = compile_charge(charge, book.meter(charge.meter), context)
    if compiled.curves is None or compiled.kind not in ("total", "sliced"):
        return []
    unit, factor = _unit(scope, book, charge, price)
    rows: list[Row] = [("above", "up to", f"price of one {unit}", f"{book.currency.code} there")]
    titles: dict[int, str] = {}
    for number, curve in compiled.curves.items():
        if isinstance(charge.price, Matrix):
            cells = charge.price.cells
            titles[len(rows)] = cells[number].label.strip() if number < len(cells) else "otherwise"
        rows += [_row(segment, factor) for segment in curve.above]
    return _aligned(rows, titles)[:MAX_LINES]


def _compiled(book: Book, holder: syntax.Plan | syntax.AddOn, node: syntax.Charge) -> Charge | None:
    """The compiled charge that stands in the same line of the same text."""
    for plan in book.plans:
        if plan.name == holder.name.text:
            for charge in plan.charges:
                if (charge.place.path, charge.place.line) == (node.span.path, node.span.line):
                    return charge
    return None


def _moves(price: syntax.PriceClause) -> bool:
    """Whether a border depends on the period or on another meter."""
    return any(isinstance(node, syntax.BoundUnit) for node in walk(price))


def _unit(scope: Scope, book: Book, charge: Charge, price: syntax.PriceClause) -> tuple[str, Fraction]:
    """The unit that the price is written in, and how many base units it has."""
    for node in walk(price):
        if isinstance(node, syntax.Per):
            family = scope.family(node.unit.text)
            return node.unit.text, family.size if family else Fraction(1)
    assert charge.meter is not None
    meter = scope.meter(charge.meter)
    measure = only(meter, syntax.Measure) if meter else None
    name = measure.unit.text if measure and measure.unit else book.currency.code
    family = scope.family(name)
    return name, family.size if family else Fraction(1)


def _row(segment: Segment, factor: Fraction) -> Row:
    lower = _shown(segment.lower / factor)
    upper = "" if segment.upper is None else _shown(segment.upper / factor)
    if segment.fault is not None:
        return lower, upper, "not sold" if segment.fault == "not_sold" else "no price", ""
    if segment.size is None:
        rate = _rate(segment.slope * factor / PICO)
    else:
        rate = f"{_shown(segment.slope * segment.size / PICO)} per package of {_shown(segment.size / factor)}"
    if segment.each:
        rate += f", and {_shown(segment.each / PICO)} an event"
    return lower, upper, rate, "" if segment.upper is None else _shown(segment.end / PICO)


def _rate(rate: Fraction) -> str:
    """A rate with few decimals: by the thousand, the million and so on where one unit costs very little."""
    for scale in _SCALES:
        if (rate * scale * 10**_PLACES).denominator == 1:
            return _shown(rate * scale) + (f" per {scale:_}" if scale > 1 else "")
    return format_ratio(rate)


def _shown(value: Fraction) -> str:
    """An exact number with its thousands apart; a ratio without an end stays a ratio."""
    text = format_ratio(abs(value))
    whole, point, places = text.partition(".")
    grouped = text if "/" in text else f"{int(whole):_}{point}{places}"
    return f"-{grouped}" if value < 0 else grouped


def _aligned(rows: Sequence[Row], titles: Mapping[int, str]) -> list[str]:
    """The rows as columns; a title stands before the row of its number."""
    widths = [max(len(row[index]) for row in rows) for index in range(4)]
    lines: list[str] = []
    for number, row in enumerate(rows):
        lines += [titles[number]] if number in titles else []
        lines.append("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    return lines
