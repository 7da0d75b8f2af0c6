"""RB8: where a text differs from what the formatter would write."""

from __future__ import annotations

from itertools import takewhile, zip_longest

from dsl.diagnostics.model import Diagnostic, warning
from dsl.format.check import format_text
from dsl.parser import normalised
from dsl.syntax import Span


def style_findings(text: str, path: str = "<text>") -> list[Diagnostic]:
    """One warning at the first line that the formatter would write differently; none for a text that does not parse."""
    wanted, _ = format_text(text, path)
    if wanted is None or wanted == text:
        return []
    found = [
        (number, here or "", there or "")
        for number, (here, there) in enumerate(zip_longest(_lines(normalised(text)), _lines(wanted)), 1)
        if here != there
    ]
    number, here, there = found[0] if found else (1, "", "")
    column = 1 + sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(here, there, strict=False)))
    number = min(number, max(1, len(text.splitlines())))
    span = Span(path, number, column, number, max(column, len(here)) + 1)
    return [
        warning(
            "RB802",
            span,
            "not written as the formatter writes it",
            notes=(_wanted(there) if found else "its lines end in line feeds, without a byte-order mark",),
            help=f"ratebook fmt {path}",
        )
    ]


def _wanted(line: str) -> str:
    return f"the formatter writes `{line.strip()}`" if line.strip() else "the formatter leaves no line here"


def _lines(text: str) -> list[str]:
    return text.split("\n")
