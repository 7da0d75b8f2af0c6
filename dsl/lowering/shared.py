"""Units, dimensions, calendars and the currency."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from dsl import syntax
from dsl.lowering.context import Context, Unlowerable, pico, word
from dsl.passes.scope import Scope
from engine.model import Band, BandRule, BookCurrency, Calendar, Dimension, Rounding, Unit
from engine.money import CURRENCIES, PICO

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MINUTE = 60_000_000
EVERY_DAY = frozenset(range(7))


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
    rules: list[BandRule] = []
    otherwise = False
    for clause in node.clauses:
        if isinstance(clause, syntax.Remainder):
            otherwise = True
        else:
            rules += _rules(clause)
    return Band(node.name.text, tuple(rules), otherwise, context.place(node))


def _rules(rule: syntax.BandRule) -> list[BandRule]:
    """One written rule as the union of plain ones: its day words, hours and seasons multiplied out."""
    weekdays, only_holidays = _days(rule.days)
    hours: list[tuple[int | None, int | None]] = [(_minute(h.start), _minute(h.end)) for h in rule.hours]
    seasons: list[tuple[tuple[int, int], tuple[int, int]] | None] = [
        ((s.first.month, s.first.day), (s.last.month, s.last.day)) for s in rule.seasons
    ]
    months = months_of(rule.months)
    holidays: Any = "except" if rule.except_holidays else "any"
    found = []
    for start, end in hours or [(None, None)]:
        for season in seasons or [None]:
            if weekdays:
                found.append(BandRule(weekdays, start, end, holidays, months, season))
            if only_holidays:
                found.append(BandRule(EVERY_DAY, start, end, "only", months, season))
    return found


def _days(words: tuple[str, ...]) -> tuple[frozenset[int], bool]:
    """(weekdays, whether holidays are named); no word at all means every day."""
    if not words:
        return EVERY_DAY, False
    found: set[int] = set()
    for item in words:
        if item == "weekdays":
            found |= set(range(5))
        elif item == "weekends":
            found |= {5, 6}
        elif item == "every day":
            found |= EVERY_DAY
        elif item in DAYS:
            found.add(DAYS.index(item))
    return frozenset(found), "holidays" in words


def _minute(clock: syntax.Clock) -> int:
    minute, rest = divmod(clock.microseconds, _MINUTE)
    if rest:
        raise Unlowerable(clock, "a band changes at a full minute")
    return minute


def months_of(ranges: tuple[syntax.MonthRange, ...]) -> frozenset[int]:
    """Months 1..12 of ranges, which may wrap over the new year."""
    found: set[int] = set()
    for item in ranges:
        low, high = MONTHS.index(item.first), MONTHS.index(item.last or item.first)
        found |= {(low + i) % 12 + 1 for i in range((high - low) % 12 + 1)}
    return frozenset(found)
