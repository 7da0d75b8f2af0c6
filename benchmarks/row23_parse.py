"""Row 23: parsing ten thousand lines with their places ÷ lexing the same text with the same library; and the whole
front end (parse, check, compile) ÷ the library's own parse, and the start from the saved parser."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import dsl
from benchmarks.books import book
from benchmarks.common import cpu, machine, paired, slope
from dsl.chunks import chunks
from dsl.grammar.loader import cache_path, parser, saved

PLANS = 200


class _States:
    """The parser's states of a text in order, so that the contextual lexer runs alone."""

    def __init__(self, text: str) -> None:
        interactive = parser().parse_interactive(text)
        self.positions = [interactive.parser_state.position]
        for token in interactive.lexer_thread.lex(interactive.parser_state):
            interactive.parser_state.feed_token(token)
            self.positions.append(interactive.parser_state.position)

    def lex(self, text: str) -> Iterator[Any]:
        """All tokens, the lexer asked in the states that the parser was in."""
        positions = iter(self.positions)

        class Replayed:
            """What the lexer asks of a parser."""

            @property
            def position(self) -> Any:
                return next(positions)

        lexer = parser().parser.lexer
        return lexer.lex(lexer_state(text), Replayed())


def lexer_state(text: str) -> Any:
    """The library's state of lexing at the start of a text."""
    from lark.lexer import LexerState, TextSlice

    return LexerState(TextSlice(text, 0, len(text)))


def main(full: bool) -> None:
    """Print the ratios."""
    print(machine())
    sizes = [PLANS // 4, PLANS] if full else [PLANS // 20, PLANS // 5]
    seconds = []
    for plans in sizes:
        text = book(plans, 1)
        pieces = [chunk.text for chunk in chunks(text)]
        states = [_States(piece) for piece in pieces]

        def lex(pieces: list[str] = pieces, states: list[_States] = states) -> object:
            return [list(one.lex(piece)) for one, piece in zip(states, pieces, strict=True)]

        def bare(text: str = text) -> object:
            return parser().parse(text)

        def parsed(text: str = text) -> object:
            return dsl.parse(text)

        def compiled(text: str = text) -> object:
            return dsl.compile(text)

        rounds = 5
        lines = text.count("\n")
        one = paired(lambda: cpu(parsed), lambda: cpu(lex), rounds)
        print(f"  row 23, {lines} lines: parse with places ÷ lex {one} (bound 3.5)")
        alone = paired(lambda: cpu(bare), lambda: cpu(lex), rounds)
        print(f"  {lines} lines: the library's own parse, a tree of words ÷ lex {alone}")
        two = paired(lambda: cpu(compiled), lambda: cpu(bare), rounds)
        print(f"  {lines} lines: parse, check and compile ÷ the library's parse {two} (goal 1.5)")
        seconds.append(one.one)
    print(f"  growth of parsing with lines, log-log slope {slope([*map(float, sizes)], seconds):.2f} (1.0 to 1.1)")  # type: ignore[arg-type]
    path = cache_path()
    warm = sorted(cpu(lambda: saved(path)) for _ in range(5))[2]
    print(f"  the saved parser is loaded in {warm:.3f} s (goal 0.1)")


if __name__ == "__main__":
    main("--full" in sys.argv)
