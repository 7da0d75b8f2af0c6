"""Units, dimensions, calendars and the currency."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from dsl import syntax
from dsl.calendars import rules_of, takes_rest
from dsl.lowering.context import Context, Unlowerable, pico, word
from dsl.passes.scope import Scope
from engine.model import Band, BookCurrency, Calendar, Dimension, Rounding, Unit
from engine.money import CURRENCIES, PICO


def units_of(scope: Scope) -> dict[str, Unit]:
    """All declared units, resolved to their base."""
    declared = {name: nodes[0] for name, nodes in scope.by_noun.get("unit", {}).items()}
    found: dict[str, Unit] = {}
    for name in declared:
        factor, at = Fraction(1), declared[name]
        while isinstance(at, syntax.Unit) and at.multiple is not None:
            factor *= Fraction(at.multiple.factor.value)
            at = declared[at.multiple.of.text]
        assert isinstance(at, syntax.Unit)
        found[name] = Unit(name, at.name.text, factor)
    return found


def currency_of(node: syntax.Currency) -> BookCurrency:
    """The book's currency with its rounding."""
    code = node.name.text
    worth = None if node.worth is None else pico(node.worth.amount, node.worth)
    rounding = rounding_of(node.rounding, decimals_of(code))
    return BookCurrency(code, rounding, worth, None if node.worth is None else node.worth.currency.text)


def decimals_of(code: str) -> int:
    """Decimals of a currency by ISO 4217; 2 for a unit of account."""
    known = CURRENCIES.get(code)
    return known.decimals if known is not None else 2


def rounding_of(node: syntax.Rounding | None, decimals: int) -> Rounding:
    """A rounding clause; `decimals` are the currency's own."""
    if node is None:
        return Rounding("half_up", PICO // 10**decimals)
    if isinstance(node.resolution, syntax.Money):
        step = pico(node.resolution.amount, node.resolution)
    else:
        places = decimals if node.resolution is None else int(node.resolution.count.value)
        if places > 12:
            raise Unlowerable(node, "an amount has at most 12 decimals")
        step = PICO // 10**places
    mode: Any = node.mode or "half_up"
    grain: Any = node.grain or "line"
    return Rounding(mode, step, grain)


def dimension_of(node: syntax.Dimension, context: Context) -> Dimension:
    """A closed set of values."""
    return Dimension(node.name.text, tuple(word(v) for v in node.values), context.place(node))


def calendar_of(node: syntax.Calendar, context: Context) -> Calendar:
    """Bands, holidays and zone."""
    holidays, zone, bands = [], None, []
    for clause in node.clauses:
        if isinstance(clause, syntax.Holidays):
            holidays += [(h.date.value, h.label.value if h.label else "") for h in clause.clauses]
        elif isinstance(clause, syntax.Timezone):
            zone = clause.zone.value
        else:
            bands.append(_band(clause, context))
    return Calendar(node.name.text, tuple(bands), tuple(sorted(holidays)), zone, context.place(node))


def _band(node: syntax.Band, context: Context) -> Band:
    return Band(node.name.text, rules_of(node), takes_rest(node), context.place(node))
