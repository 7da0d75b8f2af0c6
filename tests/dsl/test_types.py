"""The types of the syntax tree say exactly what the grammar allows: its words, and the clauses of each block."""

from __future__ import annotations

import re
from typing import Any, get_args, get_type_hints

import pytest

from dsl import syntax
from dsl.builder import SHAPES
from dsl.grammar.loader import grammar_text
from dsl.syntax import words
from tests.dsl.programs import PROGRAMS

BLOCKS = {
    "_calendar_clause": syntax.Calendar,
    "_band_rule": syntax.Band,
    "_meter_clause": syntax.Meter,
    "_plan_clause": syntax.Plan,
    "_correction": syntax.Corrections,
    "_charge_clause": syntax.Charge,
    "_coupon_clause": syntax.Coupon,
    "_wallet_clause": syntax.Wallet,
    "_dunning_clause": syntax.Dunning,
    "_contract_clause": syntax.Contract,
    "_term_clause": syntax.Phase,
    "_commit_clause": syntax.Commit,
    "_example_clause": syntax.Example,
}


def closed_sets() -> dict[str, set[str]]:
    """Rule to words, for the rules `w_...` of the grammar."""
    rules = re.findall(r"^!w_(\w+): (.*)$", grammar_text(), re.MULTILINE)
    return {name: {" ".join(re.findall(r'"([^"]+)"', one)) for one in words.split(" | ")} for name, words in rules}


def test_words_are_those_of_the_grammar() -> None:
    rules = closed_sets()
    arithmetic = rules.pop("sum") | rules.pop("product")
    assert set(get_args(words.Arithmetic)) == arithmetic
    assert rules.pop("changes") == {"changes"}  # a flag of the node
    types = {name: getattr(words, name.title().replace("_", "")) for name in rules}
    assert {name: _flat(kind) for name, kind in types.items()} == rules


def _flat(kind: Any) -> set[str]:
    return {word for one in get_args(kind) for word in (_flat(one) if get_args(one) else {one})}


def kinds_of(rule: str) -> set[Any]:
    """The classes that a rule of alternatives leads to."""
    found: set[Any] = set()
    for expansion in PROGRAMS.rules[rule]:
        for symbol in expansion:
            found |= kinds_of(symbol.name) if symbol.name.startswith("_") else {SHAPES[symbol.name].build}
    return found


@pytest.mark.parametrize("rule", BLOCKS)
def test_clauses_are_those_of_the_grammar(rule: str) -> None:
    kind = BLOCKS[rule]
    if kind is syntax.Coupon:  # its three `lasts` clauses are alternatives of one rule
        assert kinds_of(rule) | {syntax.LastsOnce, syntax.LastsForever} == _clauses(kind)
    else:
        assert kinds_of(rule) == _clauses(kind)


def _clauses(kind: type[syntax.Node]) -> set[Any]:
    one = get_args(get_type_hints(kind)["clauses"])[0]
    return set(get_args(one)) or {one}


def test_add_ons_and_amendments_hold_what_plans_and_contracts_hold() -> None:
    assert _clauses(syntax.AddOn) == _clauses(syntax.Plan)
    assert _clauses(syntax.Amendment) == _clauses(syntax.Contract)
