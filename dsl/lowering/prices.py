"""Price forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from dsl import syntax
from dsl.lowering.context import Context, Unlowerable, one, word
from dsl.lowering.files import series_points
from dsl.passes.matrices import keys_of
from engine.model import (
    Axis,
    Bound,
    Cell,
    Committed,
    Matrix,
    PercentOf,
    Price,
    Rate,
    Series,
    Tier,
    Tiered,
    UnitRounding,
)
from engine.money import PICO

_SPANS = ("second", "minute", "hour", "day", "week", "month", "quarter", "half_year", "year")


def price_of(node: syntax.Price, context: Context) -> Price:
    """A price form with its additions and bounds."""
    price = _form(node, context)
    return _with_suffixes(price, node.suffixes, context)


def _form(node: syntax.Price, context: Context) -> Price:
    form, place = node.form, context.place(node)
    match form:
        case syntax.Graduated() | syntax.Volume():
            mode = "graduated" if isinstance(form, syntax.Graduated) else "volume"
            tiers = tuple(_tier(t, context) for t in form.clauses)
            return Tiered(mode, tiers, form.each_event, place=place)  # type: ignore[arg-type]
        case syntax.Matrix():
            return _matrix(form, context)
        case syntax.Committed():
            amount = context.money(form.amount)
            quantity = context.quantity(form.quantity)
            return Committed(quantity, amount, rate_of(form.then, context), place.text, place=place)
        case syntax.Series():
            points = series_points(form, context)
            return Series(form.name.value, per_of(form.per, context), points, place)
        case syntax.Percentage() if form.of is not None and [n.text for n in form.of] != ["gross"]:
            return PercentOf(form.share.ratio, tuple(n.text for n in form.of), place=place)
    return rate_of(form, context)


def rate_of(form: syntax.Rate, context: Context) -> Rate:
    """The atom of a price."""
    place = context.place(form)
    match form:
        case syntax.Flat():
            return Rate("flat", context.money(form.amount), label=place.text, place=place)
        case syntax.PerUnit() | syntax.Package():
            amount, credit = context.price_money(form.amount)
            kind = "unit" if isinstance(form, syntax.PerUnit) else "package"
            return Rate(kind, amount, per_of(form.per, context), credit_unit=credit, label=place.text, place=place)  # type: ignore[arg-type]
        case syntax.Percentage():
            gross = form.of is not None
            return Rate("percent", share=form.share.ratio, gross=gross, label=place.text, place=place)
        case syntax.NotSold():
            return Rate("not_sold", label=place.text, place=place)
    raise Unlowerable(form, "a price series stands alone in its charge or row")


def per_of(node: syntax.Per, context: Context) -> Fraction:
    """The divisor of a rate in base units."""
    count = Fraction(1) if node.count is None else Fraction(node.count.value)
    return count * context.factor(node.unit.text, node)


def _with_suffixes(price: Price, suffixes: Sequence[syntax.Suffix], context: Context) -> Price:
    for suffix in suffixes:
        if isinstance(price, Series):
            # A series has no fields for additions: one tier without end around it has them
            price = Tiered("graduated", (Tier(None, price, place=price.place),), place=price.place)
        match suffix:
            case syntax.PlusFlat():
                price = replace(price, plus_flat=context.money(suffix.amount))
            case syntax.PlusEach() if not isinstance(price, PercentOf):
                price = replace(price, plus_each=context.money(suffix.amount))
            case syntax.AtLeast():
                price = replace(price, at_least=context.money(suffix.amount))
            case syntax.AtMost():
                price = replace(price, at_most=context.money(suffix.amount))
            case syntax.UnitRounding() if isinstance(price, Rate):
                places = int(suffix.decimals.count.value)
                rule = UnitRounding(suffix.mode or "half_up", PICO // 10**places, per_of(suffix.per, context))
                price = replace(price, unit_rounding=rule)
            case _:
                raise Unlowerable(suffix, "this addition does not fit this price form")
    return price


def _tier(node: syntax.Tier, context: Context) -> Tier:
    bounds = node.bounds
    upper = bounds.upper if isinstance(bounds, syntax.UpTo) else None
    if isinstance(bounds, syntax.Between):
        upper = bounds.up_to.upper
    place = context.place(bounds)
    return Tier(
        None if upper is None else _bound(upper, context),
        price_of(node.price, context),
        place.text,
        context.place(node),
    )


def _bound(node: syntax.Bound, context: Context) -> Bound:
    value, text = context.quantity(node.amount), context.place(node).text
    if node.per is None:
        return Bound(value, label=text)
    unit = node.per.unit.text
    if node.per.of is not None:
        return Bound(value / context.factor(unit, node.per), per_meter=node.per.of.text, label=text)
    if unit not in _SPANS:
        raise Unlowerable(node.per, f"`{unit}` is no length of time", "write `per day`, or `per kW of METER`")
    return Bound(value, one(unit), label=text)


def _matrix(node: syntax.Matrix, context: Context) -> Matrix:
    axes = tuple(_axis(a, context) for a in node.axes)
    cells: list[Cell] = []
    for row in node.clauses:
        keys = tuple(
            None if isinstance(k, (syntax.AnyValue, syntax.OtherValue)) else word(k) for k in keys_of(row, len(axes))
        )
        place = context.place(row)
        cells.append(Cell(keys, price_of(row.price, context), place.text.partition(":")[0], place))
    return Matrix(axes, tuple(cells), place=context.place(node))


def _axis(node: syntax.Name | syntax.BandAxis, context: Context) -> Axis:
    if isinstance(node, syntax.BandAxis):
        return Axis(f"band of {node.calendar.text}", node.calendar.text)
    dimension = context.scope.dimension(node.text)
    values = tuple(word(v) for v in dimension.values) if dimension is not None else ()
    return Axis(node.text, None, values)
