"""What holds for every shipped book: its layout is forgotten, its comments are not, wherever they stand."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from dsl.format import format_text
from dsl.format.comments import comments_of
from tests.language.layout.test_layout import ROOT, SHIPPED, formatted

BLANKS = re.compile(r'("[^"]*"|#.*)| +')
UNDERSCORE = re.compile(r'("[^"]*"|#.*|[A-Za-z_][A-Za-z0-9_]*)|(?<=[0-9])_(?=[0-9])')
ENDS = ("\n", "\r\n", "\r")


def scrambled(text: str, chance: random.Random) -> str:
    """Other blanks, tabs, line ends, a byte-order mark and no underscores in numbers: nothing that a book says."""
    bare = UNDERSCORE.sub(lambda found: found.group(1) or "", text)
    spread = BLANKS.sub(lambda found: found.group(1) or chance.choice([" ", "  ", "\t", " \t "]), bare)
    end = chance.choice(ENDS)
    lines = [f"{chance.choice(['', ' ', chr(9), ' ' * 7])}{line.lstrip()}" for line in spread.split("\n")]
    return chance.choice(["", "\ufeff"]) + end.join(lines)


def commented(text: str) -> str:
    """A comment at the end of every line, and one on a line of its own before it."""
    lines = text.removesuffix("\n").split("\n")
    return "".join(f"# before {number}\n{line} # behind {number}\n" for number, line in enumerate(lines))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_layout_is_forgotten(path: Path) -> None:
    text = formatted(path.read_text())
    assert formatted(scrambled(text, random.Random(path.name))) == text


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_comments_are_kept_wherever_they_stand(path: Path) -> None:
    text = commented(path.read_text())
    wanted = [one.text for one in comments_of(text)]
    result, found = format_text(text)
    assert found == []
    assert result is not None
    assert [one.text for one in comments_of(result)] == wanted
    assert len(wanted) >= 2 * path.read_text().count("\n")
    assert format_text(result) == (result, [])
