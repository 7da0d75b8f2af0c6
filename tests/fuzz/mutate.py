"""Texts nobody would write: books with pieces taken out, put in, doubled and mixed, and plain noise. Seeded."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]
SOURCES = ("tests/language/*/good/*.rate", "tests/language/*/bad/*.rate", "tests/examples/books/*.rate", "pricebooks")
SIGNS = [
    *'\n\r\t"{}()[]:,$#.-%<>=/\\',
    "\u201c",
    "\ufeff",
    "\x00",
    "\u00a0",
    "\ud800",
    "\U0001f600",
    "\u202e",
    "9" * 40,
]
TOKENS = re.compile(r'"[^"\n]*"|[A-Za-z_][A-Za-z0-9_]*|\d{4}-\d{2}-\d{2}|\d{1,2}:\d{2}|\d[\d_.]*')
MOST = 4_000


def books() -> list[str]:
    """The texts to start from, the longest ones cut: a run is many inputs, not large ones."""
    found = [path for pattern in SOURCES[:3] for path in sorted(HOME.glob(pattern))]
    found += sorted((HOME / SOURCES[3]).rglob("*.rate"))
    return [path.read_text()[:MOST] for path in found]


def texts(seed: int) -> Iterator[str]:
    """An endless row of texts, the same for the same seed."""
    chance = random.Random(seed)
    known = books()
    words = sorted(set(" ".join(known).split()))
    while True:
        kind = chance.randrange(20)
        if kind == 0:
            yield noise(chance)
        elif kind == 1:
            yield " ".join(chance.choices([*words, "\n", "{", "}"], k=chance.randrange(60)))
        elif kind == 2:
            yield chance.randbytes(chance.randrange(300)).decode("utf-8", errors="surrogateescape")
        elif kind < 10:
            yield mutated(chance, known, words)
        else:
            yield swapped(chance, known)


def noise(chance: random.Random) -> str:
    """Characters of every plane, halves of surrogate pairs included."""
    highest = (128, 128, 0x11_0000)
    return "".join(chr(chance.randrange(chance.choice(highest))) for _ in range(chance.randrange(200)))


def swapped(chance: random.Random, known: list[str]) -> str:
    """A book in which some words have changed places with others of their kind: most of these parse."""
    text = chance.choice(known)
    marks = list(TOKENS.finditer(text))
    for _ in range(chance.randint(1, 4)):
        one = chance.choice(marks)
        alike = [mark.group() for mark in marks if _kind(mark.group()) == _kind(one.group())]
        text = (
            text[: one.start()] + chance.choice(alike).ljust(len(one.group()))[: len(one.group())] + text[one.end() :]
        )
    return text


def _kind(token: str) -> str:
    return "word" if token[0].isalpha() else "number" if token.replace("_", "").isdigit() else token[0]


def mutated(chance: random.Random, known: list[str], words: list[str]) -> str:
    """A book after one to five edits."""
    text = chance.choice(known)
    for _ in range(chance.randint(1, 5)):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice((0, 0, 1, 5, 40)))
        match chance.randrange(6):
            case 0:
                new = chance.choice(SIGNS)
            case 1:
                new = chance.choice(words)
            case 2:
                new = ""
            case 3:
                new = text[start:end] * 2
            case 4:
                other = chance.choice(known)
                place = chance.randrange(len(other) + 1)
                new = other[place : place + chance.randrange(80)]
            case _:
                new = f" {chance.choice(words)} "
        text = text[:start] + new + text[end:]
    return text
