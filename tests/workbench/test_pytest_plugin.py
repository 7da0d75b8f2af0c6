"""The pytest plugin, as another project meets it: with nothing else loaded, once in a process of its own."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

import dsl  # loaded once: a run in this process forgets what it imported itself

pytest_plugins = "pytester"

Run = Callable[..., pytest.RunResult]
BOOK = """\
book calls version 1 from 2026-01-01

currency USD
timezone "UTC"
unit call

meter calls {
  events "api.called"
  measure count as call
}

plan p "Plan" {
  bill monthly in arrears

  charge calls "Calls" {
    for calls
    price USD 0.10 per call
  }
}

example "ten calls" {
  given plan p
  given period 2026-01-01 through 2026-01-31
  given usage calls = 10 call
  expect calls = USD 1.00
}

example "twenty calls: a wrong sum" {
  given plan p
  given period 2026-01-01 through 2026-01-31
  given usage calls = 20 call
  expect calls = USD 3.00
}
"""
RIGHT = BOOK.replace("USD 3.00", "USD 2.00")
assert dsl.parse(RIGHT)[1] == []


@pytest.fixture
def run(pytester: pytest.Pytester, root: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run pytest in the folder with this plugin only; spread over processes, it needs one to start from."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(root), str(root / "notebooks")]))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)

    def runner(*arguments: str) -> pytest.RunResult:
        if "-n" in arguments:
            return pytester.runpytest_subprocess("-p", "workbench.pytest_plugin", "-p", "xdist", *arguments)
        return pytester.runpytest_inprocess("-p", "workbench.pytest_plugin", *arguments)

    return runner


def test_one_test_for_the_check_and_one_for_each_example(pytester: pytest.Pytester, run: Run, root: Path) -> None:
    pytester.makefile(".rate", calls=BOOK)
    result = run("--rate", "-v")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        [
            "calls.rate::check PASSED*",
            "calls.rate::ten calls PASSED*",
            "calls.rate::twenty calls: a wrong sum FAILED*",
        ]
    )
    documented = (root / "docs" / "testing.md").read_text().split("```")[3]
    assert documented in result.stdout.str()
    assert "Traceback" not in result.stdout.str()


def test_off_unless_asked_for(pytester: pytest.Pytester, run: Run) -> None:
    path = pytester.makefile(".rate", calls=RIGHT)
    pytester.makepyfile("def test_other(): pass")
    run().assert_outcomes(passed=1)
    run(str(path)).assert_outcomes(passed=3)
    pytester.makeini("[pytest]\nrate = true\n")
    run().assert_outcomes(passed=4)


def test_selected_by_title(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makefile(".rate", calls=BOOK)
    run("--rate", "-k", "ten").assert_outcomes(passed=1, deselected=2)
    run("--rate", "calls.rate::twenty calls: a wrong sum").assert_outcomes(failed=1)


def test_the_same_title_twice_is_two_tests(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makefile(".rate", calls=RIGHT.replace("twenty calls: a wrong sum", "ten calls"))
    result = run("--rate", "-v")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["calls.rate::ten calls (2) PASSED*"])


def test_spread_over_processes(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makefile(".rate", one=BOOK, two=RIGHT)
    run("--rate", "-n", "2").assert_outcomes(passed=5, failed=1)


def test_a_broken_book_fails_its_check_with_every_finding(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makefile(".rate", calls=BOOK.replace("bill monthly", "bil monthly").replace("for calls", "fro calls"))
    result = run("--rate")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["error[[]RB002[]]: unknown clause `bil` in `plan`", "error[[]RB002[]]: unknown clause `fro`*"]
    )


def test_a_book_with_errors_fails_its_examples_too(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makefile(".rate", calls=RIGHT.replace("for calls", "for cals"))
    run("--rate").assert_outcomes(failed=3)
    run("--rate", "-k", "ten").assert_outcomes(failed=1, deselected=2)


def test_warnings_are_warnings_and_may_be_made_errors(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makefile(".rate", calls=RIGHT.replace(' "Calls"', ""))
    result = run("--rate")
    result.assert_outcomes(passed=3, warnings=1)
    result.stdout.fnmatch_lines(["*RateWarning: warning[[]RB801[]]: charge calls of plan p has no label"])
    strict = run("--rate", "-W", "error::workbench.pytest_plugin.RateWarning")
    strict.assert_outcomes(passed=2, failed=1)
    assert "Traceback" not in strict.stdout.str()


def test_a_file_that_is_no_text_is_an_error_without_a_traceback(pytester: pytest.Pytester, run: Run) -> None:
    (pytester.path / "latin.rate").write_bytes(b"unit caf\xe9\n")
    result = run("--rate")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["latin.rate is not UTF-8 text (byte 8)"])
    assert "Traceback" not in result.stdout.str()


def test_data_beside_the_book_is_found(pytester: pytest.Pytester, run: Run) -> None:
    folder = pytester.mkdir("books")
    (folder / "shared.rate").write_text("unit call\n")
    (folder / "calls.rate").write_text(RIGHT.replace("unit call", 'use "shared.rate"'))
    run("--rate", "books/calls.rate").assert_outcomes(passed=3)
    run("--rate", "books").assert_outcomes(passed=4)
    (folder / "shared.rate").write_text("unit call\nunit kilo = 1_000 cal\n")
    run("--rate", "books/shared.rate").assert_outcomes(failed=1)


def test_the_wheel_declares_the_plugin(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["pytest11"] == {"ratebook": "workbench.pytest_plugin"}
