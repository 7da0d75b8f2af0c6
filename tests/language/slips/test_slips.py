"""Slips and habits of other languages: one finding each, that says what to write; and writing it mends the book."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dsl
from dsl.diagnostics import Diagnostic, render_all

HERE = Path(__file__).parent
BASE = (HERE / "base.rate").read_text()
_WRITE = re.compile(r"(?:did you mean|write) `([^`]+)`")


def cases() -> dict[str, str]:
    """The broken texts by name."""
    found: dict[str, str] = {}
    for block in (HERE / "cases.txt").read_text().split("\n== ")[1:]:
        name, *lines = block.rstrip("\n").split("\n")
        old = "\n".join(line[1:] for line in lines if line.startswith("-"))
        new = "\n".join(line[1:] for line in lines if line.startswith("+"))
        assert (f"\n{BASE}").count(f"\n{old}\n") == 1, name
        found[name] = f"\n{BASE}".replace(f"\n{old}\n", f"\n{new}\n" if new else "\n")[1:]
    return found


CASES = cases()


def findings(text: str) -> list[Diagnostic]:
    return dsl.check(text, "b.rate")[1]


def test_the_base_is_right() -> None:
    assert findings(BASE) == []


@pytest.mark.parametrize("name", CASES)
def test_one_mistake_is_one_finding_that_says_what_to_do(name: str) -> None:
    found = findings(CASES[name])
    assert len(found) == 1, render_all(found, CASES[name])
    assert found[0].caret or found[0].help or found[0].notes


@pytest.mark.parametrize("name", CASES)
def test_what_the_finding_says_to_write_mends_it(name: str) -> None:
    text = CASES[name]
    found = findings(text)[0]
    told = next((m for words in (found.caret, found.help) if (m := _WRITE.match(words))), None)
    if told is None:
        return
    lines = text.split("\n")
    line = lines[found.span.line - 1]
    written = told.group(1)
    if found.span.column > 1 and line[found.span.column - 2] not in " \t" and written[0].isalpha():
        written = f" {written}"
    lines[found.span.line - 1] = line[: found.span.column - 1] + written + line[found.span.end_column - 1 :]
    again = findings("\n".join(lines))
    mended = [
        one for one in again if (one.span.line, one.code, one.message) == (found.span.line, found.code, found.message)
    ]
    assert mended == [], render_all(again, "\n".join(lines))


def test_all_findings_read_as_they_were_reviewed(update_goldens: bool) -> None:
    report = "\n\n".join(f"== {name}\n{render_all(findings(text), text)}" for name, text in CASES.items()) + "\n"
    golden = HERE / "slips.txt"
    if update_goldens:
        golden.write_text(report)
    assert golden.read_text() == report
