"""Checking price books: what `check`, `publish` and the cell magic share."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dsl import is_shared, syntax
from dsl.diagnostics import Diagnostic, Severity, render_all
from dsl.examples import ExampleResult
from dsl.files import read_bytes
from dsl.judge import judge
from engine.model import Book
from workbench.output import Refused, error_data, error_text

STDIN = "-"


@dataclass(slots=True)
class BookReport:
    """One checked file: findings, the compiled book when it has no errors, results of its examples.

    shared: it is no book, but declares what books use. `sources`: the texts that findings may quote besides the file's
    own, by path; `tree`: what was read of the text.
    """

    path: Path
    source: str
    book: Book | None = None
    diagnostics: list[Diagnostic] = field(default_factory=list)
    examples: list[ExampleResult] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    tree: syntax.Book | None = None
    shared: bool = False

    @property
    def failed(self) -> bool:
        """Whether there is an error or a failing example."""
        return self.errors > 0 or any(not e.passed for e in self.examples)

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return sum(d.severity is Severity.ERROR for d in self.diagnostics)

    def data(self) -> dict[str, Any]:
        """The JSON of the report."""
        return {
            "path": str(self.path),
            "diagnostics": [diagnostic_data(d) for d in self.diagnostics],
            "examples": [example_data(e) for e in self.examples],
        }

    def text(self) -> str:
        """The report for people."""
        blocks = [render_all(self.diagnostics, self.source, self.sources)] if self.diagnostics else []
        if self.shared and not self.failed:
            return "\n\n".join([*blocks, f"{self.path}: for other books to use, and it holds"])
        passed = sum(e.passed for e in self.examples)
        name = f"{self.book.name} version {self.book.version}" if self.book else "not compiled"
        word = "holds" if not self.failed else "does not hold"
        summary = f"{self.path}: {name}, {passed} of {len(self.examples)} examples hold"
        errors = f"{self.errors} error{'s' if self.errors > 1 else ''}"
        blocks.append(f"{summary}, {errors}" if self.errors else f"{summary}: the book {word}")
        return "\n\n".join(blocks)


def diagnostic_data(found: Diagnostic) -> dict[str, Any]:
    """One finding as JSON."""
    return {
        "code": found.code, "severity": found.severity.value, "line": found.span.line, "column": found.span.column,
        "message": found.message, "help": found.help or found.caret or " ".join(found.notes),
    }  # fmt: skip


def example_data(result: ExampleResult) -> dict[str, Any]:
    """One example as JSON."""
    return {
        "title": result.title,
        "passed": result.passed,
        "error": result.error,
        "expectations": [
            {"what": e.what, "expected": e.expected, "actual": e.actual, "passed": e.passed}
            for e in result.expectations
        ],
    }


def checked_text(text: str, path: Path, *, shared: bool = False) -> BookReport:
    """Check a book's text; its examples run when it compiles. `shared` accepts what only declares nouns for books."""
    judged = judge(text, str(path), shared=shared)
    tree = judged.checked.book if judged.checked is not None else None
    nouns = shared and tree is not None and is_shared(tree)
    return BookReport(path, text, judged.book, judged.found, list(judged.examples), judged.sources, tree, nouns)


def checked_file(path: Path, *, shared: bool = False) -> BookReport:
    """Check a file; one that is no text is refused."""
    return checked_text(decoded(read_bytes(str(path)), str(path)), path, shared=shared)


def decoded(raw: bytes, name: str) -> str:
    """The text of a file, without its byte-order mark; what is not UTF-8 is refused under the file's name."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        wide = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
        raise _not_text(f"{name} is not UTF-8 text (byte {error.start})", wide) from None
    if raw.count(b"\0") * 4 > len(raw):
        raise _not_text(f"{name} is not UTF-8 text", wide=True)
    return text


def _not_text(message: str, wide: bool) -> Refused:
    hint = f"{'this looks like UTF-16; ' if wide else ''}save the price book as UTF-8"
    return Refused(error_data("RBC03", message, hint), error_text("RBC03", message, hint))


def source_of(path: str) -> tuple[str, str]:
    """Name and text of a file, or of standard input where the path is `-`."""
    if path == STDIN:
        return "<stdin>", decoded(sys.stdin.buffer.read(), "<stdin>")
    return path, decoded(read_bytes(path), path)


def not_converted(name: str, source: str, found: list[Diagnostic]) -> Refused:
    """The refusal of a command whose output is a text of its own.

    With an `error` in its data the findings go to standard error: standard output may well be a file.
    """
    first = found[0]
    place = f"{name}:{first.span.line}:{first.span.column}"
    files = [{"path": name, "diagnostics": [diagnostic_data(one) for one in found]}]
    return Refused(
        error_data(first.code, first.message, first.help, place) | {"files": files}, render_all(found, source)
    )


def rate_files(paths: Iterable[Path]) -> list[Path]:
    """The files named, and every `.rate` file in folders named; a folder without any is refused."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob("*.rate")) if path.is_dir() else [path]
        if not inside:
            message, hint = f"there is no price book in {path}", "price books are files that end in .rate"
            raise Refused(error_data("RBC05", message, hint), error_text("RBC05", message, hint))
        found += inside
    return found
