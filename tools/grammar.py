"""docs/grammar.md, made of the grammar and of one sample for each rule: `python -m tools.grammar`."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import NamedTuple

from dsl.grammar.loader import grammar_text

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "grammar.md"
SAMPLES = ROOT / "docs" / "grammar.toml"

_SECTION = re.compile(r"^// -{10,} (.*)$")
_RULE = re.compile(r"^[!?]?([a-z_][a-z0-9_]*): (.*)$")
_MORE = re.compile(r"^ +(\|.*)$")
_TERMINAL = re.compile(r"^(_?[A-Z][A-Z_]*)(?:\.\d+)?: (.*)$")

INTRO = """\
# The grammar, rule by rule

Every rule of [ratebook.lark](../dsl/grammar/ratebook.lark) once, with a text that it reads. What the words mean is in
the [guide](language.md).

Words in quotes are keywords, capitals are kinds of words (the last table), `[x]` may be left out, `x*` may come any
number of times. `block{x}` is `x` once a line in braces, `inline{x}` the same with or without line ends. A rule that
begins with `_` is a choice without a node of its own in the tree, one with `p_` an optional part (in any order, each
once), one with `w_` a closed set of words.

This page is made of the grammar and of [grammar.toml](grammar.toml) by `python -m tools.grammar`.
"""


class Rule(NamedTuple):
    """A rule of the grammar: the section it stands in, its name and its definition."""

    section: str
    name: str
    definition: str


def rules_of(grammar: str) -> list[Rule]:
    """The rules in their order; templates and terminals are none."""
    found: list[Rule] = []
    section = "A book"
    for line in grammar.splitlines():
        if head := _SECTION.match(line):
            section = head[1][0].upper() + head[1][1:]
        elif rule := _RULE.match(line):
            found.append(Rule(section, rule[1], _plain(rule[2])))
        elif found and (more := _MORE.match(line)):
            found[-1] = found[-1]._replace(definition=f"{found[-1].definition} {_plain(more[1])}")
    return found


def terminals_of(grammar: str) -> list[tuple[str, str]]:
    """Kinds of words and their patterns; those that stand for one keyword are left out."""
    found = (m for line in grammar.splitlines() if (m := _TERMINAL.match(line)))
    return [(m[1], m[2]) for m in found if not re.fullmatch(r'"[a-z]+"', m[2])]


def _plain(definition: str) -> str:
    """A definition without the names that its alternatives have in the tree, and without where lines may end."""
    return re.sub(r" +", " ", re.sub(r"\s*->\s*\w+|_NL\??", "", definition)).strip()


def page(grammar: str, samples: dict[str, str]) -> str:
    """The text of the page."""
    parts = [INTRO]
    section = ""
    for rule in rules_of(grammar):
        if rule.section != section:
            section = rule.section
            parts.append(f"\n## {section}\n| rule | sample | is |\n|---|---|---|\n")
        parts.append(f"| `{rule.name}` | {_code(samples[rule.name])} | {_code(rule.definition)} |\n")
    parts.append("\n## Kinds of words\n| name | pattern |\n|---|---|\n")
    parts += [f"| `{name}` | {_code(pattern)} |\n" for name, pattern in terminals_of(grammar)]
    return "".join(parts)


def _code(text: str) -> str:
    """Text as code inside a table, where a bar would end the cell."""
    return f"`{text.replace('|', chr(92) + '|')}`"


def samples_of(path: Path = SAMPLES) -> dict[str, str]:
    """The sample of each rule."""
    return tomllib.loads(path.read_text("utf-8"))


if __name__ == "__main__":
    PAGE.write_text(page(grammar_text(), samples_of()), "utf-8")
