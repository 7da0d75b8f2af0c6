"""From total to due: payers take what they may, never more; what they do not take is left for the next invoice."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine.model import GivenWallet, Tax, Wallet
from engine.rating.lines import Line
from engine.rating.settle import settle

DAY = dt.date(2026, 1, 31)
CENT = 10**10
WALLETS = {
    "narrow": Wallet("narrow", "credit", 10**12, pays=("a",), priority=10),
    "wide": Wallet("wide", "token", 3 * CENT),
}
TAXES = {"vat": Tax("vat", rate=Fraction(1, 5))}

charges = st.lists(
    st.builds(
        lambda charge, cents: Line("usage", charge, cents * CENT, Fraction(cents * CENT)),
        st.sampled_from("abc"),
        st.integers(-200, 2_000),
    ),
    max_size=5,
)
lots = st.lists(
    st.builds(
        GivenWallet,
        wallet=st.sampled_from(["narrow", "wide"]),
        quantity=st.integers(0, 500).map(Fraction),
        expires=st.sampled_from([None, DAY, DAY - dt.timedelta(days=1)]),
        priority=st.sampled_from([None, 1, 90]),
    ),
    max_size=4,
)
notes = st.lists(st.integers(0, 1_000).map(lambda c: c * CENT), max_size=3)


@given(charges, notes, lots)
def test_payers_never_take_more_than_is_owed(
    lines: list[Line], credits: list[int], given_lots: list[GivenWallet]
) -> None:
    found = settle(lines, (), credits, given_lots, WALLETS, TAXES, DAY, DAY)
    owed = sum(line.amount for line in lines)
    paid = -sum(line.amount for line in found.lines)
    assert 0 <= paid <= max(owed, 0)


@given(charges, notes, lots)
def test_nothing_is_lost_between_used_and_left(
    lines: list[Line], credits: list[int], given_lots: list[GivenWallet]
) -> None:
    found = settle(lines, (), credits, given_lots, WALLETS, TAXES, DAY, DAY)
    by_notes = -sum(x.amount for x in found.lines if x.kind == "credit_note")
    by_lots = -sum(x.amount for x in found.lines if x.kind == "wallet")
    alive = [lot for lot in given_lots if lot.expires is None or lot.expires >= DAY]
    worth = sum(lot.quantity * WALLETS[lot.wallet].worth for lot in alive)
    assert sum(found.credits) == sum(credits) - by_notes
    assert sum(lot.quantity * WALLETS[lot.wallet].worth for lot in found.lots) == worth - by_lots


@given(charges, lots)
def test_a_wallet_pays_only_its_charges(lines: list[Line], given_lots: list[GivenWallet]) -> None:
    found = settle(lines, (), (), given_lots, WALLETS, TAXES, DAY, DAY)
    assert {x.charge for x in found.lines if x.name == "narrow"} <= {"a"}


def test_a_wallet_pays_charges_with_their_tax() -> None:
    lines = [Line("usage", "a", 100 * CENT, Fraction(0)), Line("tax", "a", 20 * CENT, Fraction(0), "vat")]
    found = settle(lines, (), (), [GivenWallet("narrow", Fraction(2))], WALLETS, TAXES, DAY, DAY)
    assert sum(x.amount for x in found.lines) == -120 * CENT
    assert found.left(WALLETS, DAY) == {"narrow": Fraction(4, 5), "wide": Fraction(0)}


def test_early_bills_may_leave_a_credit() -> None:
    lines = [Line("usage", "a", 100 * CENT, Fraction(0))]
    found = settle(lines, [("a", 150 * CENT)], [CENT], [], WALLETS, TAXES, DAY, DAY)
    assert sum(x.amount for x in [*lines, *found.lines]) == -50 * CENT
    assert found.credits == (CENT,)
