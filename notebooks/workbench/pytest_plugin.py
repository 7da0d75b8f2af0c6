"""A pytest plugin: every `.rate` file is a test file, each of its examples a test.

Switched on by `--rate`, by `rate = true` in the settings of pytest, or by naming a `.rate` file. What it needs of the
language is imported only then: the plugin is loaded wherever ratebook is installed.
"""

from __future__ import annotations

import os
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from dsl.diagnostics import Diagnostic
    from engine.model import Book

CHECK = "check"


class RateWarning(pytest.PytestWarning):
    """A warning of the language about a price book."""


class RateFailure(Exception):
    """A book with errors, or an example that does not hold; the text is the report that `ratebook check` gives."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The switch, on the command line and in the settings."""
    parser.getgroup("ratebook").addoption("--rate", action="store_true", help="collect .rate price books as tests")
    parser.addini("rate", "collect .rate price books as tests", type="bool", default=False)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A price book, where they are asked for."""
    if file_path.suffix != ".rate":
        return None
    wanted = parent.config.getoption("--rate") or parent.config.getini("rate") or parent.session.isinitpath(file_path)
    return RateFile.from_parent(parent, path=file_path) if wanted else None


class RateFile(pytest.File):
    """One price book: a test that it holds together, and one for each example."""

    _source: str | None = None
    _book: Book | RateFailure | None = None

    @property
    def source(self) -> str:
        """The text of the book."""
        if self._source is None:
            from dsl import read_file

            try:
                self._source = read_file(self.name_of_file)
            except UnicodeDecodeError as problem:
                raise self.CollectError(f"{self.name_of_file} is not UTF-8 text (byte {problem.start})") from None
        return self._source

    @property
    def name_of_file(self) -> str:
        """The path as findings give it: from the current folder where the book is below it."""
        here = Path.cwd()
        return str(self.path.relative_to(here) if self.path.is_relative_to(here) else self.path)

    def collect(self) -> Iterator[pytest.Item]:
        """The check comes first; a book that does not parse has nothing else."""
        from dsl import has_errors, parse, syntax

        yield CheckItem.from_parent(self, name=CHECK)
        tree, found = parse(self.source, self.name_of_file)
        if tree is None or has_errors(found):
            return
        seen: Counter[str] = Counter([CHECK])
        for example in syntax.every(tree, syntax.Example):
            title = example.title.value
            seen[title] += 1
            name = title if seen[title] == 1 else f"{title} ({seen[title]})"
            yield ExampleItem.from_parent(self, name=name, title=title, line=example.span.line)

    def book(self) -> Book:
        """The compiled book; raises `RateFailure` with the whole report where it has errors. Compiled once."""
        if self._book is None:
            import dsl

            try:
                self._book = dsl.compile(self.source, self.name_of_file)
            except dsl.BookError as problem:
                self._book = RateFailure(str(problem))
        if isinstance(self._book, RateFailure):
            raise self._book
        return self._book


class _RateItem(pytest.Item):
    """What both kinds of test share: their report and their place."""

    parent: RateFile
    line = 1

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The report of the language in place of a traceback."""
        if isinstance(excinfo.value, RateFailure | RateWarning):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """File, line counted from 0, and the test's name."""
        return self.path, self.line - 1, f"{self.parent.name}: {self.name}"

    def rendered(self, found: Diagnostic) -> str:
        """A finding with its excerpt."""
        from dsl.diagnostics import render

        return render(found, self.parent.source)


class CheckItem(_RateItem):
    """The book has no errors; its warnings are warnings of pytest."""

    def runtest(self) -> None:
        """Compile, unless it only declares what books use, then check for warnings."""
        import dsl

        tree, _ = dsl.parse(self.parent.source, self.parent.name_of_file)
        if tree is None or not dsl.is_shared(tree):
            self.parent.book()
        checked, findings = dsl.check(self.parent.source, self.parent.name_of_file)
        if checked is None:
            raise RateFailure("\n\n".join(self.rendered(found) for found in findings))
        for found in findings:
            warning = RateWarning(self.rendered(found))
            warnings.warn_explicit(warning, RateWarning, str(self.path), found.span.line)


class ExampleItem(_RateItem):
    """One example: every expectation holds."""

    def __init__(self, *, title: str, line: int, **more: Any) -> None:
        super().__init__(**more)
        self.title = title
        self.line = line

    def runtest(self) -> None:
        """Run the example; what does not hold is shown with how the actual amount came about."""
        from dsl.examples import run_example

        book = self.parent.book()
        example = next(one for one in book.examples if (one.title, one.place.line) == (self.title, self.line))
        result = run_example(book, example)
        if not result.passed:
            raise RateFailure("\n\n".join(self.rendered(found) for found in result.diagnostics))
