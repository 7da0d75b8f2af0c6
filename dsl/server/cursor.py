"""What the parser could read next at a place: the declaration is parsed up to there, its broken clauses skipped."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lark import Token, Tree
from lark.exceptions import UnexpectedInput
from lark.parsers.lalr_interactive_parser import InteractiveParser

from dsl.blanks import without_clause
from dsl.chunks import DECLARATION
from dsl.grammar.loader import parser
from dsl.limits import refuse, refuse_lines
from dsl.server.lines import Lines

# As in reading a whole text: each broken clause costs one more parse
MAX_BROKEN = 20
_WORD_BEFORE = re.compile(r"[A-Za-z0-9_]*$")
_CLOSED = re.compile(r'"[^"]*"')


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place where something may be written.

    accepts: the terminals that may stand there; before: what was read of the clause and of what is around it, the
    nearest last; word: the beginning of a word that is typed there already, and `column` where it begins (from 1).
    """

    accepts: frozenset[str]
    before: tuple[Token | Tree[Token], ...]
    word: str
    line: int
    column: int
    state: InteractiveParser

    @property
    def symbols(self) -> list[str]:
        """The names of what was read before the cursor."""
        return [symbol(one) for one in self.before]


def accepted(state: InteractiveParser) -> frozenset[str]:
    """The names of the terminals that a parser would take next."""
    return frozenset(str(name) for name in state.accepts())  # type: ignore[no-untyped-call]


def symbol(one: Token | Tree[Token]) -> str:
    """The terminal of a token, the rule of a tree."""
    return one.type if isinstance(one, Token) else str(one.data)


def cursor_at(lines: Lines, line: int, column: int) -> Cursor | None:
    """The cursor at a place; None inside a comment or a text, or behind something on its line that cannot be read."""
    before = lines.line(line)[: column - 1]
    typed = _WORD_BEFORE.search(before)
    word = typed.group() if typed else ""
    if word[:1].isdigit() or "#" in _CLOSED.sub("", before) or _CLOSED.sub("", before).count('"'):
        return None
    first = _declaration(lines, line)
    start = column - len(word)
    text = "\n".join([*lines.all[first - 1 : line - 1], before[: start - 1]])
    if refuse(text, "") or refuse_lines(text, ""):
        return None
    state = _read(text)
    if state is None:
        return None
    stack = tuple(state.parser_state.value_stack)
    return Cursor(accepted(state), stack, word, line, start, state)


def _declaration(lines: Lines, line: int) -> int:
    """The line on which the declaration around a line begins."""
    return next((number for number in range(line, 0, -1) if DECLARATION.match(lines.line(number))), 1)


def _read(text: str) -> InteractiveParser | None:
    last = text.count("\n") + 1
    for _ in range(MAX_BROKEN):
        state = parser().parse_interactive(text)
        try:
            state.exhaust_lexer()
        except UnexpectedInput as failure:
            if failure.line >= last:
                return None
            shorter = without_clause(text, failure.line)
            # a broken clause whose block reaches the cursor says nothing about what may stand there
            if shorter == text or shorter.rpartition("\n")[2] != text.rpartition("\n")[2]:
                return None
            text = shorter
        else:
            return state
    return None
