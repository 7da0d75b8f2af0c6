"""Nothing where books mean the same, exactly the edit where one was made."""

from __future__ import annotations

import dataclasses
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dsl
from dsl.diff import diff
from dsl.diff.renames import REFERENCES, with_names
from dsl.format import format_text
from engine.model import Book, Plan
from tests.diff.edits import edits

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(f for f in (ROOT / "pricebooks").rglob("*.rate"))
BOOKS = {f.relative_to(ROOT / "pricebooks").as_posix(): dsl.compile(f.read_text(), str(f)) for f in FILES}
LISTS = ("units", "dimensions", "calendars", "meters", "features", "plans", "taxes", "coupons", "wallets", "contracts")


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.name)
def test_a_formatted_book_means_the_same(file: Path) -> None:
    text = file.read_text()
    formatted, _ = format_text(text, str(file))
    assert formatted is not None
    loose = "\n\n".join(f"  {line}   # note" for line in text.splitlines())
    for other in (formatted, loose):
        assert diff(dsl.compile(text, str(file)), dsl.compile(other, str(file))) == ()


@given(st.sampled_from(sorted(BOOKS)), st.randoms())
def test_the_order_of_declarations_never_counts(name: str, rng: random.Random) -> None:
    book = BOOKS[name]
    shuffled = {field: tuple(rng.sample(getattr(book, field), len(getattr(book, field)))) for field in LISTS}
    plans = tuple(replace(p, charges=tuple(rng.sample(p.charges, len(p.charges)))) for p in shuffled["plans"])
    assert diff(book, replace(book, **{**shuffled, "plans": plans}, examples=())) == ()


EDITS = {f"{name}: {edit.what}": (book, edit) for name, book in BOOKS.items() for edit in edits(book)}


@given(st.sampled_from(sorted(EDITS)))
@settings(max_examples=300)
def test_one_edit_is_one_difference_and_back_again(name: str) -> None:
    book, edit = EDITS[name]
    [there] = diff(book, edit.book)
    assert there.kind == edit.kind
    words = " ".join(there.path).split()
    assert set(edit.named) <= set(words)
    [back] = diff(edit.book, book)  # type: ignore[attr-defined]
    opposite = {"added": "removed", "removed": "added"}
    assert back.kind == opposite.get(there.kind, there.kind)
    assert (back.before, back.after) == (there.after, there.before)


def renamed_charge(book: Book, plan: str, old: str) -> Book:
    """The book with another name for a charge of a plan, wherever it is named."""
    names = {("charge", old): "other"}

    def changed(one: Plan) -> Plan:
        charges = tuple(replace(c, name="other") if c.name == old else c for c in one.charges)
        return with_names(replace(one, charges=charges), names)

    plans = tuple(changed(p) if p.name == plan else p for p in book.plans)
    contracts = tuple(with_names(c, names) if c.plan == plan else c for c in book.contracts)
    made = replace(book, plans=plans, contracts=contracts)
    if any(c.name == old for p in plans for c in p.charges):
        return made
    return replace(made, coupons=with_names(book.coupons, names), wallets=with_names(book.wallets, names))


@given(st.sampled_from(sorted(BOOKS)), st.data())
def test_a_renamed_charge_is_a_rename(name: str, data: st.DataObject) -> None:
    book = BOOKS[name]
    plan = data.draw(st.sampled_from(book.plans))
    charge = data.draw(st.sampled_from(plan.charges)).name
    found = diff(book, renamed_charge(book, plan.name, charge))
    assert {d.kind for d in found} == {"renamed"}
    assert {(d.before, d.after) for d in found} == {(charge, "other")}


def test_every_place_that_names_something_is_a_field_of_the_model() -> None:
    for cls, name in REFERENCES:
        assert name in {f.name for f in dataclasses.fields(cls)}


def test_a_renamed_charge_that_a_percentage_names() -> None:
    book = BOOKS["wisconsin_power/1.rate"]
    [found] = diff(book, renamed_charge(book, "gs2_single_phase", "customer"))
    assert (found.kind, found.before, found.after) == ("renamed", "customer", "other")
