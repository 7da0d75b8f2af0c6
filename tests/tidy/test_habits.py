"""Small files, small functions, no floats, every public name explained, nothing left lying about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from statistics import median

import pytest

from tests.tidy import habits
from tests.tidy.sources import Source, python_files, source, tracked_texts

CORE = ("engine", "dsl")
PRODUCT = (*CORE, "notebooks/workbench", "data", "benchmarks")
EVERYTHING = (*PRODUCT, "tests")

Check = Callable[[Source], Iterator[str]]


def test_files_are_short() -> None:
    lengths = {file.path: file.lines for file in python_files(*EVERYTHING)}
    assert {path: lines for path, lines in lengths.items() if lines > habits.FILE_LINES} == {}


def test_the_usual_file_is_shorter_still() -> None:
    assert median(file.lines for file in python_files(*PRODUCT)) < habits.MEDIAN_LINES


def test_functions_fit_a_screen() -> None:
    assert [finding for file in python_files(*PRODUCT) for finding in habits.long_functions(file)] == []


def test_no_float_in_the_core() -> None:
    assert [finding for file in python_files(*CORE) for finding in habits.floats(file)] == []


def test_every_public_name_is_documented() -> None:
    assert [finding for file in python_files(*PRODUCT) for finding in habits.undocumented(file)] == []


def test_no_error_is_swallowed_and_no_part_is_a_stub() -> None:
    assert [finding for file in python_files(*PRODUCT) for finding in habits.swallowed(file)] == []


@pytest.mark.parametrize("pattern", [habits.LEFTOVERS, habits.REGISTRIES, habits.MACHINE_PATHS])
def test_nothing_is_left_lying_about(pattern: re.Pattern[str]) -> None:
    assert [finding for path, text in tracked_texts() for finding in habits.matches(pattern, path, text)] == []


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (habits.long_functions, "def f():\n" + "    x = 1\n" * 60),
        (habits.floats, "x = 0.5"),
        (habits.floats, "x = float('1')"),
        (habits.undocumented, '"""Doc."""\ndef f(): ...'),
        (habits.undocumented, '"""Doc."""\nclass C: ...'),
        (habits.undocumented, "x = 1"),
        (habits.swallowed, "try:\n    f()\nexcept KeyError:\n    pass"),
        (habits.swallowed, "for x in y:\n    try:\n        f()\n    except Exception:\n        continue"),
        (habits.swallowed, "try:\n    f()\nexcept:\n    raise"),
        (habits.swallowed, "raise NotImplemented" + "Error"),
    ],
)
def test_each_check_finds_its_fault(check: Check, text: str) -> None:
    assert len(list(check(source("engine/x/a.py", text)))) == 1


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (habits.long_functions, "def f():\n" + "    x = 1\n" * 59),
        (habits.floats, "x = 5 if isinstance(y, float) else 6"),
        (habits.undocumented, '"""Doc."""\ndef _f(): ...'),
        (habits.undocumented, ""),
        (habits.swallowed, "try:\n    f()\nexcept KeyError:\n    x = 1"),
    ],
)
def test_no_check_finds_a_fault_that_is_not_there(check: Check, text: str) -> None:
    assert list(check(source("engine/x/a.py", text))) == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (habits.LEFTOVERS, "# TO" + "DO: later"),
        (habits.REGISTRIES, "https://py" + "pi.org/simple"),
        (habits.MACHINE_PATHS, 'open("/ho' + 'me/ann/x")'),
    ],
)
def test_each_pattern_finds_its_fault(pattern: re.Pattern[str], text: str) -> None:
    assert len(list(habits.matches(pattern, "a.py", text))) == 1


def test_ordinary_paths_are_no_machine_paths() -> None:
    assert list(habits.matches(habits.MACHINE_PATHS, "a.md", "notebooks/workbench and https://a.b/home/c")) == []
