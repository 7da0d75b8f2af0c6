"""Answers against counting: of a meter that counts every quantity of a range can be quoted, one by one."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model import Plan
from engine.questions import (
    Asked,
    NotOneVariable,
    bought,
    cheaper,
    extremes,
    falls,
    lowest_price,
    unit_price,
)
from engine.rating import NotSold
from tests.questions.books import asked, book, plans

LAST = 45
FEW = settings(max_examples=25)
STOP = Fraction(LAST)
ZERO = Fraction(0)


def counted(*found: Plan) -> list[Asked]:
    """Questions about plans of a meter that counts."""
    made = book(*found, aggregation="count")
    return [asked(made, plan.name) for plan in found]


def quoted(question: Asked, *, rounded: bool = False) -> list[Fraction | None]:
    """The amount at every quantity of the range; None where it is not sold."""
    found: list[Fraction | None] = []
    for number in range(LAST + 1):
        try:
            found.append(Fraction((question.billed if rounded else question.exact)(Fraction(number))))
        except NotSold:
            found.append(None)
    return found


def sign(value: Fraction | None) -> int | None:
    """-1, 0, 1, or None for no price."""
    return None if value is None else (value > 0) - (value < 0)


@FEW
@given(plans("p"), plans("t"))
def test_cheaper(one: Plan, other: Plan) -> None:
    plan, than = counted(one, other)
    try:
        answer = cheaper(plan, than, ZERO, STOP)
    except NotOneVariable:
        return
    pairs = zip(quoted(plan), quoted(than), strict=True)
    signs = [sign(None if a is None or b is None else a - b) for a, b in pairs]
    assert [next(s.sign for s in answer.spans if s.holds(Fraction(n))) for n in range(LAST + 1)] == signs
    billed = [
        sign(None if a is None or b is None else a - b)
        for a, b in zip(quoted(plan, rounded=True), quoted(than, rounded=True), strict=True)
    ]
    for span, first in zip(answer.spans, answer.billed, strict=True):
        inside = [n for n in range(LAST + 1) if span.holds(Fraction(n)) and billed[n] == span.sign]
        if span.sign is not None:
            assert (None if first is None else first[0]) == (inside[0] if inside else None)


@FEW
@given(plans())
def test_falls(plan: Plan) -> None:
    [question] = counted(plan)
    try:
        answer = falls(question, ZERO, STOP)
    except NotOneVariable:
        return
    bills = quoted(question)
    found = set()
    for fall in answer:
        assert fall.low is not None
        found |= set(range(int(fall.high.at), int(fall.low.at)))
        above = [n for n in range(int(fall.low.at), LAST + 1) if (b := bills[n]) is not None and b >= fall.high.value]
        assert (None if fall.again is None else fall.again.low) == (above[0] if above else None)
    pairs = enumerate(pairwise(bills))
    assert found == {n for n, (a, b) in pairs if a is not None and b is not None and b < a}
    drops = [f.drop for f in answer]
    assert all(drop is not None and drop > 0 for drop in drops)


@FEW
@given(plans())
def test_extremes(plan: Plan) -> None:
    [question] = counted(plan)
    try:
        least, most = extremes(question, ZERO, STOP)
    except NotOneVariable:
        return
    bills = quoted(question)
    for found, best in ((least, min), (most, max)):
        wanted = best(b for b in bills if b is not None)
        assert found.amount == wanted
        where = [n for n in range(LAST + 1) if any(s.holds(Fraction(n)) for s in found.where)]
        assert where == [n for n, b in enumerate(bills) if b == wanted]


@FEW
@given(plans(), st.integers(1, LAST - 1))
def test_unit_prices(plan: Plan, number: int) -> None:
    [question] = counted(plan)
    bills = quoted(question)
    here, after = bills[number], bills[number + 1]
    try:
        lowest = lowest_price(question, ZERO, STOP)
        found = unit_price(question, Fraction(number)) if here is not None else None
    except NotOneVariable:
        return
    wanted = min((b / n, n) for n, b in enumerate(bills) if b is not None and n)
    assert lowest.node is not None
    assert (lowest.effective, lowest.node.at) == wanted
    if found is not None and here is not None:
        assert found.effective == here / number
        assert found.marginal == (None if after is None else after - here)


@FEW
@given(plans(), st.integers(0, LAST).map(lambda n: n * 10**12))
def test_what_a_budget_buys(plan: Plan, budget: int) -> None:
    [question] = counted(plan)
    try:
        answer = bought(question, budget, ZERO, STOP)
    except NotOneVariable:
        return
    bills = quoted(question)
    held = [n for n in range(LAST + 1) if any(s.holds(Fraction(n)) for s in answer.spans)]
    assert held == [n for n, b in enumerate(bills) if b is not None and b <= budget]
