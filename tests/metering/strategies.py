"""Hypothesis strategies for events, meters and slicings."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from hypothesis import assume
from hypothesis import strategies as st

from engine.calendar import DAY, HOUR, band_table, midnight
from engine.metering import Slicing, not_relational
from engine.model import (
    All,
    AnyOf,
    Band,
    BandRule,
    Binary,
    Calendar,
    Compare,
    Measure,
    Meter,
    Not,
    Number,
    OneOf,
    Property,
    Span,
    Window,
)
from tests.metering.worlds import Event, Sub

BERLIN = "Europe/Berlin"
START = midnight(dt.date(2026, 3, 1), BERLIN)
END = midnight(dt.date(2026, 4, 1), BERLIN)
CHANGE = midnight(dt.date(2026, 3, 29), BERLIN) + 2 * HOUR
"""The night clocks go forward: local 02:00."""

TARIFF = Calendar(
    "tariff",
    (
        Band("peak", (BandRule(frozenset(range(5)), 8 * 60, 20 * 60),)),
        Band("night", (BandRule(frozenset(range(7)), 22 * 60, 3 * 60),)),
        Band("rest", otherwise=True),
    ),
)
SEASON = Calendar(
    "season",
    (
        Band("winter", (BandRule(frozenset(range(7)), season=((11, 1), (3, 14))),)),
        Band("summer", otherwise=True),
    ),
)
TABLES = {c.name: band_table(c, BERLIN, dt.date(2026, 2, 28), dt.date(2026, 4, 2)) for c in (TARIFF, SEASON)}

instants = st.one_of(
    st.sampled_from(
        [
            START,
            START - 1,
            END,
            END - 1,
            CHANGE,
            CHANGE - 1,
            CHANGE - HOUR,
            CHANGE + HOUR,
            START + 14 * DAY,
            START + DAY,
        ]
    ),
    st.integers(START // HOUR - 60, END // HOUR + 30).map(lambda hour: hour * HOUR),
    st.integers(START - 3 * DAY, END + DAY),
)
numbers = st.one_of(
    st.integers(-3, 5).map(Fraction),
    st.decimals(-1000, 1000, places=6).map(Fraction),
    st.sampled_from([Fraction(10**11), Fraction(1, 10**6), Fraction(-5, 2)]),
)
scalars = st.one_of(numbers, numbers, numbers, st.sampled_from(["7", "x", "-2.5", "007", True, False]))
kinds = st.sampled_from(["x", "y", "", "ü", True, Fraction(3, 2)])


@st.composite
def event_lists(draw: st.DrawFn, most: int = 14) -> list[Event]:
    """Events of three subjects; instants tie often, properties are often absent."""
    events = []
    for number in range(draw(st.integers(0, most))):
        data = {"a": draw(scalars), "b": draw(scalars), "kind": draw(kinds), "user": draw(st.sampled_from("uvw"))}
        data["op"] = draw(st.sampled_from(["add", "remove", "other"]))
        data["len"] = draw(st.one_of(st.integers(-10, 200_000).map(Fraction), st.just(Fraction(1, 3_000_000 // 3))))
        for gone in draw(st.sets(st.sampled_from(sorted(data)), max_size=2)):
            del data[gone]
        subject = draw(st.sampled_from(["s1", "s1", "s2", "s3"]))
        source = draw(st.sampled_from(["p", "q"]))
        events.append(
            Event(number + 1, f"e{number % 7}-{number}", source, subject, draw(instants), tuple(sorted(data.items())))
        )
    return draw(st.permutations(events))


literals = st.sampled_from(
    ["x", "", True, Fraction(2), Fraction(-5, 2), Fraction(1, 3), Fraction(10**30), Fraction(-(10**30))]
)
signs = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
names = st.sampled_from(["a", "b", "kind"])
atoms = st.one_of(
    st.builds(Compare, names, signs, literals),
    st.builds(lambda n, s, o: Compare(n, s, None, o), names, signs, names),
    st.builds(OneOf, names, st.lists(literals, min_size=1, max_size=3).map(tuple)),
)
predicates = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(All, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=4,
)
defaults = st.sampled_from([None, None, Fraction(0), Fraction(1, 3), Fraction(7, 2)])
leaves = st.one_of(
    st.builds(Property, st.sampled_from(["a", "b"]), defaults),
    st.sampled_from([Number(Fraction(2)), Number(Fraction(1, 8)), Number(Fraction(1, 7))]),
)
values = st.one_of(
    st.builds(Property, st.just("a")),
    st.builds(Property, st.sampled_from(["a", "b"]), defaults),
    st.builds(Binary, st.sampled_from(["+", "-", "*"]), leaves, leaves),
    st.builds(Binary, st.sampled_from(["+", "-"]), st.builds(Binary, st.just("*"), leaves, leaves), leaves),
)
bounds = st.sampled_from([None, None, None, Fraction(1), Fraction(5, 3), Fraction(-2)])
percents = st.sampled_from([Fraction(95), Fraction(50), Fraction(100), Fraction(1), Fraction(333, 10), Fraction(1, 3)])
factors = st.sampled_from([Fraction(1), Fraction(1), Fraction(1000), Fraction(1, 60), Fraction(7, 3)])


@st.composite
def whole_meters(draw: st.DrawFn) -> Meter:
    """Meters over the whole billing period."""
    aggregation = draw(
        st.sampled_from(["count", "sum", "sum", "max", "min", "latest", "unique", "average", "percentile"])
    )
    value = None if aggregation == "count" else draw(values)
    operation = None
    if aggregation == "unique":
        value = Property("user")
        operation = draw(st.sampled_from([None, None, "op"]))
    measure = Measure(
        aggregation,
        value,
        draw(percents) if aggregation == "percentile" else None,
        operation=operation,
        carried=draw(st.booleans()) and draw(st.booleans()),
        least=draw(bounds),
        most=draw(bounds),
    )
    lasts = draw(st.sampled_from([None, None, ("len", Fraction(1)), ("len", Fraction(1, 7))]))
    if aggregation not in ("sum", "count"):
        lasts = None
    return Meter("m", "t", measure, "unit", factor=draw(factors), where=draw(st.none() | predicates), lasts=lasts)


@st.composite
def slicings(draw: st.DrawFn) -> Slicing:
    """One cohort's slicing."""
    names = tuple(sorted(draw(st.sets(st.sampled_from(["kind", "user"]), max_size=2))))
    calendars = sorted(draw(st.sets(st.sampled_from(sorted(TABLES)), max_size=2)))
    cuts = sorted(
        draw(st.sets(st.sampled_from([START + 14 * DAY, START + 20 * DAY, CHANGE, START + 12345]), max_size=2))
    )
    return Slicing(names, tuple((c, TABLES[c]) for c in calendars), tuple(cuts), BERLIN)


def sub_lists(cohorts: int) -> st.SearchStrategy[list[Sub]]:
    """Service windows: one for all, or different ones, several a subject."""
    same = [Sub(1, "s1", START, END), Sub(2, "s2", START, END)]
    mixed = [
        Sub(1, "s1", START, START + 14 * DAY),
        Sub(1, "s1", START + 14 * DAY, END),
        Sub(2, "s1", START, END, cohorts - 1),
        Sub(3, "s2", START + DAY, END, cohorts - 1),
    ]
    tree = [Sub(1, "s1", START, END), Sub(1, "s2", START, END), Sub(4, "s3", START, END, cohorts - 1)]
    return st.sampled_from([same, mixed, tree, same[:1]])


spans = st.sampled_from(
    [
        Span(1, "day"), Span(6, "hour"), Span(1, "hour"), Span(5, "hour"), Span(1, "week"), Span(10, "day"),
        Span(1, "month"), Span(90, "minute"), Span(45, "minute"),
    ]
)  # fmt: skip
sizes = st.sampled_from([Span(1, "day"), Span(7, "day"), Span(3, "hour"), Span(1, "month"), Span(36, "hour")])
gaps = st.sampled_from([Span(30, "minute"), Span(1, "hour"), Span(2, "day"), Span(1, "week")])
plain = st.sampled_from(["count", "sum", "max", "min", "latest", "unique", "average", "percentile"])
thens = st.sampled_from([None, "max", "max", "min", "sum", "average", "latest", "count", "percentile"])


@st.composite
def level_meters(draw: st.DrawFn) -> Meter:
    """Levels over the whole period."""
    measure = Measure(
        draw(st.sampled_from(["time_weighted", "integral"])), draw(values), changes=draw(st.booleans()),
        running=draw(st.booleans()), least=draw(bounds), most=draw(bounds),
    )  # fmt: skip
    unit = draw(st.sampled_from(["unit_day", "kWh", "unit_minute", "x"]))
    return Meter("m", "t", measure, unit, factor=draw(factors), where=draw(st.none() | predicates))


@st.composite
def windowed_meters(draw: st.DrawFn) -> Meter:
    """Meters over windows, folded or not, that have a relational form."""
    kind = draw(st.sampled_from(["tumbling", "tumbling", "sliding", "session"]))
    size = draw({"tumbling": spans, "sliding": sizes, "session": gaps}[kind])
    window = Window(kind, size, draw(st.sampled_from([Span(1, "day"), Span(6, "hour")])) if kind == "sliding" else None)
    aggregation = draw(
        plain if kind == "session" else st.one_of(plain, plain, st.sampled_from(["time_weighted", "integral"]))
    )
    value = None if aggregation == "count" else Property("user") if aggregation == "unique" else draw(values)
    then = draw(thens)
    measure = Measure(
        aggregation,
        value,
        draw(percents) if aggregation == "percentile" else None,
        window,
        then,
        draw(percents) if then == "percentile" else None,
        operation="op" if aggregation == "unique" and kind != "session" and draw(st.booleans()) else None,
        changes=draw(st.booleans()),
        running=aggregation in ("sum", "integral") and kind != "session" and draw(st.booleans()),
        least=draw(bounds),
        most=draw(bounds),
    )
    meter = Meter("m", "t", measure, "unit", factor=draw(factors), where=draw(st.none() | predicates))
    assume(not_relational(meter) is None)
    return meter
