"""Programs drawn from the grammar, comments and odd line ends included; every alternative of every rule is aimed at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.extra.lark import LarkStrategy
from lark import Token, Tree

from dsl.grammar.loader import build, parser

NAMES = st.sampled_from(["alpha", "beta", "gamma", "USD", "plan", "cap", "day", "month", "B", "GB", "storage"])
TERMINALS = {
    "NAME": NAMES,
    "PATH": st.sampled_from(["data.region", "a.b.c"]),
    "CURRENCY": st.sampled_from(["USD", "EUR", "CRD"]),
    "TEXT": st.sampled_from(['""', '"text"', '"us-east-1"', '"two  spaces # and a mark"', '"ünïcode"']),
    "NUMBER": st.sampled_from(["0", "1", "2.50", "1_000", "1000", "98765.4321", "007"]),
    "DATE": st.sampled_from(["2026-01-31", "2024-02-29"]),
    "MONTH": st.just("2026-01"),
    "MONTH_DAY": st.sampled_from(["02-29", "12-31"]),
    "TIME": st.sampled_from(["00:00", "24:00", "9:05", "12:30:15.5"]),
    "PERCENT": st.sampled_from(["0%", "12.5%", "150 %", "8.10%"]),
    "BASIS_POINTS": st.sampled_from(["250bp", "1_500bp", "0.50 bp"]),
    "_OR_ELSE": st.just("or"),
    "EACH_EVENT": st.sampled_from(["each event", "each  event"]),
    "WITH_TIERS": st.just("with tiers"),
    "ON_NEW_HIGHS": st.just("on new highs"),
    "WHICHEVER": st.just(", whichever ends first"),
    "_NL": st.sampled_from(["\n", "\n\n\n", "\r\n\t", " # behind\n", "\n# alone\n", "#\n\n # a # b \n\n\n# c\r\n"]),
}
# Rules whose words must be some of a closed set that the grammar leaves to the builder
CLOSED = {
    "duration": st.sampled_from(["1 day", "14 days", "2 half_years", "1_000 seconds"]),
    "one_of": st.sampled_from(["month", "year"]),
    "period": st.sampled_from(["month", "term"]),
}


class Aim(NamedTuple):
    """One alternative of one rule: the rule's name and the number of the alternative."""

    rule: str
    number: int


class Programs(LarkStrategy):
    """Lark's own strategy with a space after every word, no part said twice, and an alternative to aim at."""

    def __init__(self) -> None:
        super().__init__(build(), None, TERMINALS, st.characters(max_codepoint=127))
        rules = {name: list(strategy.elements) for name, strategy in self.nonterminal_strategies.items()}
        self.rules: dict[str, list[tuple[Any, ...]]] = rules
        self.aims = [Aim(name, number) for name in sorted(rules) for number in range(len(rules[name]))]
        self.distances = {name: self._distances_to(name) for name in rules}
        self.aim: Aim | None = None
        self.said: list[set[str]] = [set()]

    def _distances_to(self, target: str) -> dict[str, int]:
        """How many rules lie between each rule and the target; a rule that cannot reach it is absent."""
        distances = {target: 0}
        waiting = [target]
        for reached in waiting:
            for name, expansions in self.rules.items():
                if name not in distances and any(one.name == reached for each in expansions for one in each):
                    distances[name] = distances[reached] + 1
                    waiting.append(name)
        return distances

    def do_draw(self, data: Any) -> str:
        """A program that contains the alternative aimed at, as far as no closed set of words stands in its place."""
        self.aim = data.draw(st.sampled_from(self.aims))
        self.said = [set()]
        return str(super().do_draw(data))

    def draw_symbol(self, data: Any, symbol: Any, draw_state: list[str]) -> None:
        """A word, or the expansion of a rule."""
        if symbol.name in CLOSED:
            draw_state.append(data.draw(CLOSED[symbol.name]))
        elif symbol.name not in self.rules:
            draw_state.append(data.draw(self.terminal_strategies[symbol.name]))
        else:
            with self._clause(symbol.name):
                self._draw_rule(data, symbol.name, draw_state)

    @contextmanager
    def _clause(self, name: str) -> Iterator[None]:
        """Optional parts are said once in the rule that has them."""
        own = not name.startswith("_") and not name.startswith("p_")
        if own:
            self.said.append(set())
        yield
        if own:
            self.said.pop()

    def _draw_rule(self, data: Any, name: str, draw_state: list[str]) -> None:
        expansions, aimed = self._choices(name)
        if not expansions:
            return
        expansion = data.draw(st.sampled_from(expansions))
        parts = [symbol.name for symbol in expansion if symbol.name.startswith("p_")]
        self.said[-1].update(parts)
        aim, distances = self.aim, self.distances[self.aim.rule] if self.aim else {}
        here = min((distances[one.name] for one in expansion if one.name in distances), default=None)
        for symbol in expansion:
            leads = aimed and self.aim is not None and distances.get(symbol.name) == here
            self.aim = aim if leads else None
            self.draw_symbol(data, symbol, draw_state)
            if leads:
                aimed = False
            self.aim = aim if aimed else None
            self.gen_ignore(data, draw_state)

    def _choices(self, name: str) -> tuple[list[tuple[Any, ...]], bool]:
        """The expansions to draw from, and whether the aim still lies below them."""
        expansions = self.rules[name]
        if self.aim is not None and self.aim.rule == name:
            chosen, self.aim = expansions[self.aim.number], None
            return [chosen], False
        if self.aim is not None and name in self.distances[self.aim.rule]:
            distances = self.distances[self.aim.rule]
            nearer = [one for one in expansions if any(distances.get(each.name) == distances[name] - 1 for each in one)]
            return nearer, True
        if name.endswith("_part"):
            expansions = [one for one in expansions if not any(each.name in self.said[-1] for each in one)]
        return expansions, False

    def gen_ignore(self, data: Any, draw_state: list[str]) -> None:
        """Lark's tokens may touch; words may not."""
        draw_state.append(" ")


PROGRAMS = Programs()


def rules_of(tree: Tree[Token]) -> set[str]:
    """The rules that a parse tree holds."""
    return {str(below.data) for below in tree.iter_subtrees()}


def all_rules() -> set[str]:
    """The rules that may stand in a parse tree."""
    kept = [rule for rule in parser().rules if not rule.options.expand1 or rule.alias]
    named = {str(rule.alias or rule.options.template_source or rule.origin.name) for rule in kept}
    return {name for name in named if not name.startswith("_")} - {"start"}
