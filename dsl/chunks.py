"""A text cut into its declarations, without parsing: what can be read, and read again, on its own.

Outside of braces a declaration ends with its line, so a line that starts in the first column while no block is open
starts a new one. A block that is still open where the next declaration begins was never closed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

MARKS = re.compile(r'"[^"\r\n]*"|#[^\r\n]*|[{}]')
# Before a `:` or `,` the word is the key of a row or a value that has this name
DECLARATION = re.compile(
    r"(?:book|use|currency|timezone|unit|dimension|calendar|meter|feature|plan|add_on|coupon|wallet|dunning|tax|index"
    r"|contract|amendment|example)\b(?![ \t]*[:,])"
)
# The one declaration that may also stand in a block
_INNER = "timezone"
_INDENTED = frozenset(" \t\u00a0}#")


class Chunk(NamedTuple):
    """Some lines of a text: the number of the first one, and whether their braces balance."""

    first: int
    text: str
    balanced: bool


def chunks(text: str) -> Iterator[Chunk]:
    """The text from its first to its last line; chunks without any declaration are left out."""
    lines = text.split("\n")
    starts = [number for number, line in enumerate(lines) if line and line[0] not in _INDENTED]
    if starts[:1] != [0]:
        starts.insert(0, 0)
    starts.append(len(lines))
    first, depth = 0, 0
    for start, end in pairwise(starts):
        if depth > 0 and _declares(lines[start]):
            yield Chunk(first + 1, "\n".join(lines[first:start]), False)
            depth = 0
        if depth == 0:
            first = start
        depth, fell = _depth("\n".join(lines[start:end]), depth)
        if depth == 0 or fell:
            whole = "\n".join(lines[first:end])
            if whole.strip():
                yield Chunk(first + 1, whole, not fell)
            depth = 0
    if depth > 0:
        yield Chunk(first + 1, "\n".join(lines[first:]), False)


def _declares(line: str) -> bool:
    return DECLARATION.match(line) is not None and not line.startswith(_INNER)


@lru_cache(maxsize=4096)
def _depth(text: str, depth: int) -> tuple[int, bool]:
    """How many blocks are open after a text, and whether it closed one that was not open.

    Kept, because an edited text is cut again and again, and all but one of its pieces are the same.
    """
    fell = False
    for mark in MARKS.findall(text):
        if mark == "{":
            depth += 1
        elif mark == "}":
            depth -= 1
            if depth < 0:
                depth, fell = 0, True
    return depth, fell
