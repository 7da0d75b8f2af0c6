"""The books in a page of documentation: what stands under one heading, put together as the page itself says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

HEADER = 'book guide version 1 from 2026-01-01\n\ncurrency USD\ntimezone "UTC"\n\n'
"""What comes first where the blocks of a heading have no `book` line; docs/language.md shows these lines."""

_PARTS = re.compile(r"^```([\w ]*)\n(.*?)^```$|^(#+) ([^\n]*)$", re.MULTILINE | re.DOTALL)
_MONEY = re.compile(r"\b(?:USD|CHF) -?[0-9][0-9_]*(?:\.[0-9]+)?")
_EXPECTED = re.compile(rf"^  expect .* = ({_MONEY.pattern})", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading: its prose, its blocks in order as (kind, text)."""

    title: str
    prose: str
    blocks: tuple[tuple[str, str], ...]

    @property
    def book(self) -> str:
        """The book of this heading, or nothing."""
        text = "\n".join(block for kind, block in self.blocks if kind == "rate")
        return text if not text or re.search(r"^book ", text, re.MULTILINE) else HEADER + text

    @property
    def shown(self) -> list[tuple[str, str]]:
        """(book, what `ratebook check` says of it): a `text` block and the block before it."""
        found = []
        for (kind, before), (after, text) in zip(self.blocks, self.blocks[1:], strict=False):
            if after == "text":
                found.append((self.book if kind == "rate" else HEADER + before, text))
        return found

    @property
    def unproven(self) -> set[str]:
        """Amounts that the prose names (outside of `quoted syntax`) and no example of this heading expects."""
        said = set(_MONEY.findall(re.sub(r"`[^`]*`", "", self.prose)))
        return said - set(_EXPECTED.findall("\n".join(text for _, text in self.blocks)))


def sections(path: Path) -> list[Section]:
    """The headings of a page, each with what stands under it."""
    text = path.read_text("utf-8")
    found: list[Section] = []
    title, prose, blocks, end = "", "", [], 0
    for part in _PARTS.finditer(text):
        prose += text[end : part.start()]
        end = part.end()
        if part[4] is None:
            blocks.append((part[1], part[2]))
        else:
            found.append(Section(title, prose, tuple(blocks)))
            title, prose, blocks = part[4], "", []
    found.append(Section(title, prose + text[end:], tuple(blocks)))
    return [one for one in found if one.title]


def anchor(title: str) -> str:
    """What a heading is linked by."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
