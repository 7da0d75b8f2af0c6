"""One folder a construct: `good` books have no finding, `bad` books have exactly the report beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

import dsl
from dsl.diagnostics import Severity, render_all
from dsl.judge import judge

HERE = Path(__file__).parent
GOOD = sorted(path for path in HERE.glob("*/good/*.rate") if path.parts[-3] != "surface")
SURFACE = sorted(HERE.glob("surface/good/*.rate"))
SAMPLES = sorted(HERE.glob("samples/*.rate"))
BAD = sorted(HERE.glob("*/bad/*.rate"))


def name_of(path: Path) -> str:
    return path.relative_to(HERE).as_posix()


@pytest.mark.parametrize("path", GOOD, ids=name_of)
def test_good(path: Path) -> None:
    judged = judge(path.read_text(), name_of(path), shared=True)
    assert render_all(judged.found, path.read_text()) == ""
    assert judged.checked is not None


@pytest.mark.parametrize("path", SURFACE, ids=name_of)
def test_the_whole_surface_parses(path: Path) -> None:
    book, found = dsl.parse(path.read_text(), name_of(path))
    assert found == []
    assert book is not None and book.declarations


@pytest.mark.parametrize("path", SAMPLES, ids=name_of)
def test_samples_have_no_error(path: Path) -> None:
    checked, found = dsl.check(path.read_text(), name_of(path))
    assert [one for one in found if one.severity is Severity.ERROR] == []
    assert checked is not None


def test_every_construct_has_good_and_bad_books() -> None:
    constructs = {path.parts[-3] for path in BAD}
    assert constructs == {path.parts[-3] for path in GOOD}


@pytest.mark.parametrize("path", BAD, ids=name_of)
def test_bad(path: Path, update_goldens: bool) -> None:
    text = path.read_text()
    report = render_all(judge(text, name_of(path)).found, text) + "\n"
    golden = path.with_suffix(".txt")
    if update_goldens:
        golden.write_text(report)
    assert golden.read_text() == report
    assert report.strip(), "a bad book without a finding"


def test_no_golden_without_a_book() -> None:
    unused = [name_of(path) for path in HERE.glob("*/bad/*.txt") if not path.with_suffix(".rate").exists()]
    assert unused == []


def test_there_is_something_to_test() -> None:
    assert len(SAMPLES) == 10
    assert min(len(GOOD), len(SURFACE)) >= 6
    assert len(BAD) >= 60
