"""Compiled curves against the scalar reference: the same amount to the last digit, or the same refusal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model import Bound, Charge, Rate, Tier, Tiered
from engine.money import PICO
from engine.rating import RatingError
from engine.rating.allowance import billable
from engine.rating.compile import compile_charge
from engine.rating.compiled import CompiledCharge
from engine.rating.curves import graduated, line, shift
from engine.rating.evaluate import Context, price_parts
from engine.rating.parts import total
from engine.rating.readings import Portion
from tests.bulk.charges import METER, charges, every_price, plain, portions

ZERO = Fraction(0)


def by_curves(compiled: CompiledCharge, items: Sequence[Portion]) -> Fraction:
    """The amount of all portions by the compiled curves."""
    if compiled.resting and not items:
        return (compiled.curves or {})[0].amount(ZERO)
    sums: dict[int, tuple[Fraction, int]] = defaultdict(lambda: (ZERO, 0))
    for item in items:
        scope = compiled.scopes_of(dict(item.slice))[0]
        quantity, events = sums[scope]
        sums[scope] = (quantity + item.quantity * compiled.weight_of(dict(item.slice)), events + item.events)
    return compiled.amount((scope, q, n) for scope, (q, n) in sums.items())


def outcome(work: object) -> object:
    """What a computation gives, or the code of the error that stops it."""
    try:
        return work()  # type: ignore[operator]
    except RatingError as error:
        return error.code


@settings(max_examples=600)
@given(charges(every_price), portions())
def test_curves_equal_the_reference(charge: Charge, items: list[Portion]) -> None:
    context = Context({}, {}, bill_zero=charge.when_zero == "flat")
    compiled = compile_charge(charge, METER, context)
    if compiled.kind == "scalar":
        assert compiled.reason
        return
    if compiled.ordered is not None:
        return

    def reference() -> Fraction:
        return total(price_parts(charge.price, billable(charge, items, "used"), context))

    assert outcome(lambda: by_curves(compiled, items)) == outcome(reference)


@settings(max_examples=200)
@given(charges(plain), portions(), portions())
def test_amounts_do_not_depend_on_the_way(charge: Charge, one: list[Portion], other: list[Portion]) -> None:
    """Two ways to the same totals cost the same: a correction takes back exactly what it corrects."""
    if charge.weigh is not None or (charge.free is not None and charge.free.events is not None):
        return
    context = Context({}, {}, bill_zero=charge.when_zero == "flat")
    there = [p.quantity for p in one]
    missing = sum(there, ZERO) - sum((p.quantity for p in other), ZERO)
    steps = [*(p.quantity for p in other), missing, *[ZERO] * max(0, len(there) - len(other) - 1)]
    base = [*there, *[ZERO] * (len(steps) - len(there))]

    def cost(quantities: list[Fraction]) -> object:
        items = [Portion(q, t, (), t, 1) for t, q in enumerate(quantities)]
        return outcome(lambda: total(price_parts(charge.price, billable(charge, items, "used"), context)))

    compiled = compile_charge(charge, METER, context)
    if compiled.kind == "total":
        assert cost(steps) == cost(base)


def test_a_jump_is_at_the_bound_and_not_before() -> None:
    flats = [line(ZERO, None, Fraction(a * PICO), ZERO, flat_at_zero=False) for a in (5, 9)]
    curve = graduated([(Fraction(10), flats[0]), (None, flats[1])], METER.place)
    assert curve.amount(Fraction(10)) == 5 * PICO
    assert curve.amount(Fraction(10) + Fraction(1, 10**12)) == 14 * PICO
    assert curve.amount(ZERO) == 0 == curve.amount(Fraction(-1))


def test_an_allowance_moves_the_curve() -> None:
    curve = shift(line(Fraction(PICO), None, ZERO, ZERO, flat_at_zero=False), Fraction(3))
    assert [curve.amount(Fraction(q)) // PICO for q in (-2, 0, 3, 4, 10)] == [0, 0, 0, 1, 7]


@pytest.mark.parametrize(
    ("tiers", "reason"),
    [
        (((Bound(Fraction(5), per_meter="seats"), 1), (None, 2)), "another meter"),
        (((Bound(Fraction(5)), 1), (Bound(Fraction(5)), 1), (None, 2)), "ascend"),
    ],
)
def test_what_no_curve_holds_goes_to_the_reference(tiers: tuple[tuple[Bound | None, int], ...], reason: str) -> None:
    price = Tiered("graduated", tuple(Tier(upper, Rate("unit", amount)) for upper, amount in tiers))
    compiled = compile_charge(Charge("c", price, meter="used"), METER, Context({}, {"seats": Fraction(1)}))
    assert compiled.kind == "scalar"
    assert reason in compiled.reason


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**12))
def test_a_package_is_paid_when_started(quantity: int, size: int) -> None:
    curve = line(Fraction(1, size), Fraction(size), ZERO, ZERO, flat_at_zero=False)
    assert curve.amount(Fraction(quantity)) == -(-quantity // size)
