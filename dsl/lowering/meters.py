"""Meters and features."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from dsl import syntax
from dsl.lowering.context import Context, Unlowerable, first, label, span_of
from dsl.lowering.predicates import predicate_of
from engine.model import (
    All,
    Binary,
    Feature,
    Measure,
    Meter,
    Number,
    Property,
    Value,
    Window,
)

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}


def meter_of(node: syntax.Meter, context: Context) -> Meter:
    """A meter; its quantities are in base units of its unit's family, or major units of money."""
    events = first(node.clauses, syntax.Events)
    measure = first(node.clauses, syntax.Measure)
    if not isinstance(events, syntax.Events) or not isinstance(measure, syntax.Measure):
        raise Unlowerable(node, f"meter {node.name.text} needs `events` and `measure`")
    types = tuple(dict.fromkeys(t.value for t in events.types))
    tests = [predicate_of(c.condition) for c in node.clauses if isinstance(c, syntax.Where)]
    by = first(node.clauses, syntax.By)
    lateness = first(node.clauses, syntax.Lateness)
    length = first(node.clauses, syntax.EventLength)
    unit = measure.unit.text if measure.unit is not None else None
    money = unit is not None and context.is_money(unit)
    return Meter(
        name=node.name.text,
        event_type=types[0],
        more_types=types[1:],
        measure=_measure(measure),
        unit=None if money else unit,
        family=context.units[unit].family if unit is not None and unit in context.units else None,
        factor=Fraction(1) if unit is None else context.factor(unit, measure),
        currency=unit if money else None,
        where=None if not tests else tests[0] if len(tests) == 1 else All(tuple(tests)),
        by=tuple(p.text for p in by.properties) if isinstance(by, syntax.By) else (),
        label=label(node.label),
        lateness=span_of(lateness.duration) if isinstance(lateness, syntax.Lateness) else None,
        lasts=_lasts(length, context) if isinstance(length, syntax.EventLength) else None,
        place=context.place(node),
    )


def _lasts(node: syntax.EventLength, context: Context) -> tuple[str, Fraction]:
    """The property that holds a length, and the seconds of its unit."""
    unit = node.unit.text
    plain = unit.removesuffix("s")
    if plain in _SECONDS:
        return node.property.text, Fraction(_SECONDS[plain])
    if unit in context.units and context.units[unit].family in _SECONDS:
        return node.property.text, context.units[unit].factor * _SECONDS[context.units[unit].family]
    raise Unlowerable(node, f"`{unit}` is no unit of time", "write seconds, minutes, hours or days")


def _measure(node: syntax.Measure) -> Measure:
    kind: Any = "count"
    percentile, measured, changes = None, None, False
    if isinstance(node.aggregation, syntax.PercentileOf):
        kind, percentile = "percentile", Fraction(node.aggregation.rank.value)
        measured = node.aggregation.measured
    elif isinstance(node.aggregation, syntax.Aggregation):
        kind, measured, changes = node.aggregation.kind, node.aggregation.measured, node.aggregation.changes
    running = kind == "running sum"
    then: Any = None
    then_percentile = None
    if isinstance(node.fold, syntax.PercentileFold):
        then, then_percentile = "percentile", Fraction(node.fold.rank.value)
    elif node.fold is not None:
        then = node.fold.kind
    operation = node.signed_changes
    named = operation.property.text if operation is not None and operation.property is not None else "operation"
    return Measure(
        aggregation="sum" if running else kind,
        value=None if measured is None else value_of(measured.expression),
        percentile=percentile,
        window=_window(node.window),
        then=then,
        then_percentile=then_percentile,
        operation=named if operation is not None else None,
        changes=changes,
        running=running,
        carried=node.carried_over,
        least=_bound(measured.at_least if measured else None),
        most=_bound(measured.at_most if measured else None),
    )


def _bound(node: syntax.Expression | None) -> Fraction | None:
    if node is None:
        return None
    value = value_of(node)
    if not isinstance(value, Number):
        raise Unlowerable(node, "a bound of a measured value is a number")
    return value.value


def _window(node: object) -> Window | None:
    match node:
        case syntax.Tumbling():
            return Window("tumbling", span_of(node.size))
        case syntax.Sliding():
            return Window("sliding", span_of(node.size), span_of(node.step))
        case syntax.Session():
            return Window("session", span_of(node.gap))
    return None


def value_of(node: syntax.Expression) -> Value:
    """A measured expression."""
    match node:
        case syntax.Property():
            return Property(node.name.text)
        case syntax.Defaulted():
            if not isinstance(node.default, syntax.Number):
                raise Unlowerable(node, "a measured property defaults to a number")
            return Property(node.property.text, Fraction(node.default.value))
        case syntax.Number():
            return Number(Fraction(node.value))
        case syntax.Binary():
            sign: Any = node.operator
            return Binary(sign, value_of(node.left), value_of(node.right))
        case syntax.Parenthesised():
            return value_of(node.inner)
    raise Unlowerable(node, "this cannot be measured")


def feature_of(node: syntax.Feature, context: Context) -> Feature:
    """An entitlement kind."""
    place = context.place(node)
    match node.kind:
        case syntax.Licensed():
            return Feature(node.name.text, "licensed", node.kind.unit.text, label(node.label), place)
        case syntax.MeteredFeature():
            return Feature(node.name.text, "metered", node.kind.meter.text, label(node.label), place)
    return Feature(node.name.text, "binary", None, label(node.label), place)
