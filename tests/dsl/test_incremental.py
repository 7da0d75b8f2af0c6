"""A session finds what a check from the beginning finds, after any edit; and reads again only what changed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import dsl
from dsl import parser
from dsl.diagnostics import Diagnostic, Severity
from dsl.incremental import Session
from tests.dsl.properties import no_files

ROOT = Path(__file__).resolve().parents[1] / "language"
BOOKS = sorted(ROOT.glob("samples/*.rate")) + sorted(ROOT.glob("*/good/*.rate")) + sorted(ROOT.glob("*/bad/*.rate"))
WORDS = "USD 1 0 -5 charge plan unit call total # { } everything 2026-01-31 fee storage basic acme GB 200%".split()


def edited(lines: list[str], chance: random.Random) -> list[str]:
    """One edit of a kind that people make: a line more, less, twice, elsewhere, or with another word."""
    place = chance.randrange(len(lines) + 1)
    match chance.randrange(6):
        case 0:
            return lines[:place] + lines[place + chance.randint(1, 3) :]
        case 1:
            return [*lines[:place], *lines[place : place + chance.randint(1, 12)], *lines[place:]]
        case 2:
            other = chance.randrange(len(lines) + 1)
            return [*lines[:place], *lines[other : other + 1], *lines[place:]]
        case 3:
            return [*lines[:place], chance.choice(("", "  # a remark", "}")), *lines[place:]]
        case _:
            words = lines[place].split(" ") if place < len(lines) else [""]
            words[chance.randrange(len(words))] = chance.choice(WORDS)
            return [*lines[:place], " ".join(words), *lines[place + 1 :]]


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_a_session_finds_what_a_check_finds(path: Path) -> None:
    chance = random.Random(path.stem)
    lines = path.read_text().split("\n")
    session = Session("b.rate", no_files)
    for _ in range(12):
        text = "\n".join(lines)
        assert session.check(text) == dsl.check(text, "b.rate", no_files)[1], text
        # now and then back to what was right: an edit on an edit soon has only syntax errors
        lines = edited(path.read_text().split("\n") if chance.random() < 0.5 else lines, chance)


def errors(found: list[Diagnostic]) -> list[str]:
    return [one.code for one in found if one.severity is Severity.ERROR]


SHARED = "unit GB\nunit call\n"
BOOK = """book b version 1 from 2026-01-01
use "shared.rate"
currency USD
meter calls {
  events "call"
  measure count as call
}
plan p {
  bill monthly in arrears
  charge c {
    for calls
    price USD 1 per call
  }
}
"""


def test_an_edit_elsewhere_changes_what_is_found_here() -> None:
    session = Session("b.rate", lambda _: SHARED)
    assert errors(session.check(BOOK)) == []
    assert errors(session.check(BOOK.replace("count as call", "count as GB"))) == ["RB201"]
    assert errors(session.check(BOOK.replace("meter calls", "meter others"))) == ["RB101"]
    assert errors(session.check(BOOK)) == []


def test_an_edit_of_a_used_file_is_seen() -> None:
    files = {"shared.rate": SHARED}
    session = Session("b.rate", lambda path: files[path])
    assert errors(session.check(BOOK)) == []
    files["shared.rate"] = "unit GB\n"
    assert errors(session.check(BOOK)) == ["RB101", "RB101"]


def test_two_declarations_of_the_same_text_are_two() -> None:
    text = BOOK + "unit other\nunit other\n"
    session = Session("b.rate", lambda _: SHARED)
    assert session.check(text) == dsl.check(text, "b.rate", lambda _: SHARED)[1]
    assert errors(session.check(text)) == ["RB102"]


def test_only_the_declaration_that_changed_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session("b.rate", lambda _: SHARED)
    session.check(BOOK)
    read: list[str] = []
    real = parser._recovering_parse

    def counting(text: str, path: str) -> object:
        read.append(text)
        return real(text, path)

    monkeypatch.setattr(parser, "_recovering_parse", counting)
    session.check("# a line above\n" + BOOK.replace("USD 1 per", "USD 2 per"))
    assert len(read) == 2
    assert [text.split()[0] for text in read] == ["#", "plan"]
