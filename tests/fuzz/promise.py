"""What holds for every text: findings, never a traceback; each rendered, in its place, and the same in a session."""

from __future__ import annotations

from dsl.diagnostics import render_all
from dsl.diagnostics.codes import PAGES
from dsl.incremental import Session
from dsl.judge import judge


def no_files(path: str) -> str:
    """A loader without any file."""
    raise FileNotFoundError(path)


def prove(text: str) -> list[str]:
    """Check all promises about a text; the codes that were found."""
    judged = judge(text, "b.rate", no_files)
    report = render_all(judged.found, text)
    report.encode("utf-8")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    for found in judged.found:
        assert found.code in PAGES, found
        assert found.message and found.message == found.message.strip(), found
        assert 1 <= found.span.line <= lines and found.span.column >= 1, found
    checked = [one for one in judged.found if one.code not in ("RB090", "RB701", "RB703", "RB709")]
    assert Session("b.rate", no_files).check(text) == checked
    return [one.code for one in judged.found]
