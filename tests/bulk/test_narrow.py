"""The narrow plan: 64-bit lines equal the curves to the pico; what it cannot hold goes the wide way, never wrapped."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.bulk import metered_charges
from engine.bulk.cohort import Cohort, Metered
from engine.bulk.group import Group
from engine.bulk.lines import create_lines, forget
from engine.bulk.usage import prepare_group, rate_group
from engine.metering import Job, Slicing, open_duck
from engine.model import Bound, Charge, Free, Price, Rate, Tier, Tiered
from engine.money import LIMIT, MODES, PICO, Mode, divide, round_ratio
from engine.rating import RatingError
from tests.bulk.books import METERS, World
from tests.bulk.charges import charges, plain
from tests.bulk.test_whole import book

Used = tuple[int, int, int]
"""(cohort, q_num, events) of a sub."""


def members_of(made: list[Charge], mode: Mode) -> tuple[tuple[Cohort, Metered], ...]:
    """A cohort for each charge, all on one meter."""
    found = []
    for number, charge in enumerate(made):
        cohort = replace(World(book(charge, mode=mode), []).cohorts()[0], number=number)
        found.append((cohort, metered_charges(cohort)[0]))
    return tuple(found)


def rated(con: duckdb.DuckDBPyConnection, made: list[Charge], used: list[Used], den: int, mode: Mode) -> Group:
    """Rate subs 0, 1, ... with the usage of each; a further sub of each cohort has none."""
    group = Group(members_of(made, mode))
    rows = [(sub, cohort, q, n) for sub, (cohort, q, n) in enumerate(used)]
    con.execute("CREATE TABLE usage(sub INTEGER, from_us BIGINT, cohort INTEGER, ver SMALLINT, q_num DECIMAL(38,0), "
                "q_den DECIMAL(38,0), events BIGINT, digest DECIMAL(38,0), t_last BIGINT)")  # fmt: skip
    con.execute("CREATE TABLE members(sub INTEGER, cohort INTEGER)")
    con.execute("CREATE TABLE subs(sub INTEGER, subject VARCHAR, from_us BIGINT, to_us BIGINT, cohort INTEGER)")
    if rows:
        listed = ", ".join(f"({sub}, 0, {c}, 0, {q}, {den}, {n}, {sub}, 0)" for sub, c, q, n in rows)
        con.execute(f"INSERT INTO usage VALUES {listed}")
    silent = [(len(rows) + c, c, 0, 0) for c in range(len(made))]
    con.execute("INSERT INTO members VALUES " + ", ".join(f"({sub}, {c})" for sub, c, _, _ in [*rows, *silent]))
    create_lines(con)
    prepare_group(con, group)
    meter = group.members[0][0].book.meter(group.members[0][1].meter)
    left = rate_group(con, group, Job(meter, (), (Slicing(),) * len(made), "group_subs", None))
    forget(con, (), left)
    return group


def expected(group: Group, used: list[Used], den: int, mode: Mode) -> dict[int, tuple[object, ...]]:
    """sub → (quantity, exact, amount, events, digest) by the curves and the money kernel; subs without a price lack."""
    found: dict[int, tuple[object, ...]] = {}
    silent = [(c, 0, 0) for c in range(len(group.members))]
    for sub, (key, number, events) in enumerate([*used, *silent]):
        version = group.members[key][1].versions[0]
        quantity = Fraction(number, den)
        try:
            exact = version.compiled.amount([(0, quantity, events)])
        except RatingError:
            continue
        free = version.charge.free.quantity if version.charge.free else None
        billable = quantity if free is None else max(quantity - free, Fraction(0))
        amount = divide(exact.numerator, exact.denominator * 10**10, mode) * 10**10
        found[sub] = (billable, round_ratio(exact), amount, events, sub if sub < len(used) else 0)
    return found


def lines_of(con: duckdb.DuckDBPyConnection) -> dict[int, tuple[object, ...]]:
    """The same of `bulk_lines`; quantities must be in lowest terms."""
    found = {}
    for sub, num, over, *rest in con.execute(
        "SELECT sub, quantity_num, quantity_den, exact, amount, events, evidence FROM bulk_lines"
    ).fetchall():
        quantity = Fraction(int(num), int(over))
        assert quantity.denominator == over
        assert sub not in found
        found[sub] = (quantity, *map(int, rest))
    return found


usages = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.one_of(
            st.integers(0, 3_000), st.integers(-20, 20_000_000), st.integers(0, 10**17), st.integers(0, 10**19),
            st.sampled_from([0, 1, 10, 1_000_000, 10_000_000, 10_000_001, 9_999_999, 2**59, 2**61, 2**63]),
        ),
        st.integers(0, 5),
    ),
    max_size=12,
)  # fmt: skip


def one_curve(charge: Charge) -> bool:
    """Whether a charge is rated by one curve over its whole quantity."""
    return members_of([charge], "half_up")[0][1].versions[0].compiled.kind == "total"


single = charges(plain).map(
    lambda c: replace(c, meter=METERS[0].name, weigh=None, round_to=None, when_zero="nothing")
).filter(one_curve)  # fmt: skip


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(single, min_size=3, max_size=3), usages, st.sampled_from([1, 1, 3, 1000, 10**6]), st.sampled_from(MODES)
)
def test_lines_equal_the_curves(made: list[Charge], used: list[Used], den: int, mode: Mode) -> None:
    with open_duck(1) as con:
        try:
            group = rated(con, made, used, den, mode)
        except duckdb.OutOfRangeException:
            # beyond 128 bits the whole group is the reference's: nothing to compare, and nothing wrapped
            assert any(abs(q) >= 10**15 for _, q, _ in used)
            return
        assert lines_of(con) == expected(group, used, den, mode)


TIERS = Tiered(
    "graduated",
    tuple(
        Tier(None if upper is None else Bound(Fraction(upper)), Rate("unit", price))
        for upper, price in ((10, 0), (100, PICO // 10), (1000, 7 * PICO // 100), (None, 3))
    ),
)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4 * 10**12), st.integers(0, 9)), min_size=1, max_size=20))
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
def test_ordinary_lines_are_all_narrow(used: list[Used]) -> None:
    """Tiers, packages, amounts for events and free quantities at everyday sizes: nobody is left to the wide plan."""
    package = Rate("package", 5 * PICO // 100, Fraction(100))
    made = [
        Charge("t", TIERS, meter="used"),
        Charge("p", package, meter="used", free=Free(Fraction(7, 2))),
        Charge("e", replace(package, plus_each=PICO // 3), meter="used"),
    ]
    with open_duck(1) as con:
        group = rated(con, made, used, 10**6, "half_even")
        assert lines_of(con) == expected(group, used, 10**6, "half_even")
        assert con.execute("SELECT sub, exact, events FROM bulk_other").fetchall() == []


BORDER = 2**62
"""A quantity times its price beyond it is too great for the narrow plan."""


@pytest.mark.parametrize(
    ("price", "number", "den", "narrow"),
    [
        (Rate("unit", 8), BORDER // 8, 1, True),
        (Rate("unit", 8), BORDER // 8 + 1, 1, False),
        (Rate("unit", PICO), BORDER // PICO, 1, True),
        (Rate("unit", PICO), BORDER // PICO + 1, 1, False),
        (Rate("unit", 6, Fraction(7)), BORDER // 6, 1, True),
        (Rate("unit", 6, Fraction(7)), BORDER // 6 + 1, 1, False),
        (Rate("unit", 2**63 - 1), 0, 1, True),
        (Rate("unit", 2**63), 1, 1, False),
        (Rate("unit", 10**30), 1, 10**6, False),
        (Rate("unit", -1), 1, 1, False),
        (Rate("unit", 1), -1, 1, False),
        (Rate("unit", 1), 10**18 - 1, 2**31 - 1, True),
        (Rate("unit", 1), 10**18 - 1, 1, True),
        (Rate("unit", 1), 10**18, 1, False),
        (Rate("unit", 1), 5, 2**31, False),
        (Rate("package", PICO, Fraction(1)), BORDER // PICO - 2, 1, True),
        (Rate("package", PICO, Fraction(1)), BORDER // PICO + 1, 1, False),
        (
            Tiered("graduated", (Tier(Bound(Fraction(10**6)), Rate("unit", 0)), Tier(None, Rate("unit", 10**13)))),
            10**6 + 5,
            1,
            False,
        ),
        (Rate("flat", 2**59 - 1), 5, 1, True),
        (Rate("flat", 2**59), 5, 1, False),
    ],
)
def test_the_borders_of_the_narrow_plan(price: Price, number: int, den: int, narrow: bool) -> None:
    made, used = [Charge("c", price, meter="used")], [(0, number, 1)]
    with open_duck(1) as con:
        group = rated(con, made, used, den, "half_up")
        assert lines_of(con) == expected(group, used, den, "half_up")
        assert con.execute("SELECT count(*) FROM bulk_used WHERE sub = 0").fetchall() == [(int(narrow),)]


def test_one_giant_leaves_the_others_narrow() -> None:
    """Accounts whose amounts need more than 64 bits go the wide way; the rest of the group does not follow."""
    used = [(0, q, 1) for q in (5, 10**9, 10**17, 7 * 10**6)]
    with open_duck(1) as con:
        group = rated(con, [Charge("c", Rate("unit", PICO), meter="used")], used, 10**6, "half_up")
        assert lines_of(con) == expected(group, used, 10**6, "half_up")
        assert con.execute("SELECT sub FROM bulk_other").fetchall() == [(2,)]


def test_an_amount_beyond_128_bits_is_an_error_and_not_a_line() -> None:
    with open_duck(1) as con, pytest.raises(duckdb.OutOfRangeException):
        rated(con, [Charge("c", Rate("unit", LIMIT // 2), meter="used")], [(0, 7, 1)], 1, "half_up")
