"""What holds for every program of the grammar."""

from __future__ import annotations

import json

import fastjsonschema

import dsl
from dsl.checker import findings
from dsl.diagnostics import render_all
from dsl.format import format_text
from dsl.format.comments import comments_of
from dsl.passes.scope import scope_of
from dsl.twin import book_schema, text_to_twin, twin_to_text

VALID = fastjsonschema.compile(book_schema())
# What the grammar allows and the builder or the limits refuse: a day that is none, a word said twice, nesting too deep
ALLOWED = {"RB009", "RB013", "RB014", "RB015"}


def no_files(path: str) -> str:
    """A loader without any file."""
    raise FileNotFoundError(path)


def prove(text: str) -> bool:
    """Check all promises; False where the builder refused the program, which also the formatter then does."""
    book, found = dsl.parse(text, "b.rate")
    assert {one.code for one in found} <= ALLOWED, render_all(found, text)
    checked = dsl.check(text, "b.rate", no_files)[1]
    assert render_all(checked, text) or not checked
    formatted, refusals = format_text(text, "b.rate")
    if found:
        assert (formatted, refusals) == (None, found)
        return False
    assert book is not None
    findings(scope_of(book))
    assert formatted is not None, render_all(refusals, text)
    again, more = format_text(formatted, "b.rate")
    assert (again, more) == (formatted, [])
    assert dsl.parse(formatted, "b.rate")[0] == book
    twin, _ = text_to_twin(text, "b.rate")
    VALID(twin)
    assert twin_to_text(json.dumps(twin), "b.json") == (formatted, [])
    clean = text.replace("\r\n", "\n")
    assert [one.text for one in comments_of(formatted)] == [one.text for one in comments_of(clean)]
    return True
