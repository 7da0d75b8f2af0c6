"""The page of the grammar: every rule is on it, with a sample that the rule reads; the page is as it is made."""

from __future__ import annotations

from functools import cache

import lark
import pytest

from dsl.grammar.loader import grammar_text, parser, word_boundaries
from tools.grammar import PAGE, page, rules_of, samples_of

RULES = [rule.name for rule in rules_of(grammar_text())]
SAMPLES = samples_of()


@cache
def at_every_rule() -> lark.Lark:
    """The grammar with a way in at each of its rules."""
    return lark.Lark(
        grammar_text(), parser="lalr", lexer="contextual", start=RULES, edit_terminals=word_boundaries,
        maybe_placeholders=True,
    )  # fmt: skip


def test_every_rule_has_a_sample_and_no_other() -> None:
    assert list(SAMPLES) == RULES
    own = {str(rule.origin.name) for rule in parser().rules if not rule.options.template_source}
    assert {name for name in own if not name.startswith("__")} - set(RULES) == set()


@pytest.mark.parametrize("name", RULES)
def test_a_sample_is_read_by_its_rule(name: str) -> None:
    at_every_rule().parse(SAMPLES[name], start=name)


def test_the_page_is_made_of_grammar_and_samples() -> None:
    assert PAGE.read_text("utf-8") == page(grammar_text(), SAMPLES), "run python -m tools.grammar"


def test_no_sample_stands_twice_for_rules_that_differ() -> None:
    alike = [name for name in RULES if sum(text == SAMPLES[name] for text in SAMPLES.values()) > 4]
    assert alike == []
