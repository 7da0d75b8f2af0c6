"""`ratebook fmt PATH... [--check] [--diff]`; `-` formats standard input onto standard output."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Any

from dsl.diagnostics import Diagnostic, render_all
from dsl.format import format_text
from workbench.books import STDIN, decoded, diagnostic_data, not_converted, rate_files
from workbench.files import replace_text
from workbench.output import Refused, WrongUse, counted


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument(
        "paths", metavar="PATH", nargs="+", help="price books, folders of them, or - for standard input"
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 where a book would change")
    parser.add_argument("--diff", action="store_true", help="write nothing; show what would change")


@dataclass(frozen=True, slots=True)
class _Formatted:
    """One text and what became of it: `result` is None where it was refused."""

    name: str
    source: str
    result: str | None
    changed: bool
    diagnostics: list[Diagnostic]

    def diff(self) -> str:
        """The change as a unified diff; empty where there is none."""
        after = self.source if self.result is None else self.result
        before = [f"{line}\n" for line in self.source.splitlines()]
        return "".join(unified_diff(before, after.splitlines(keepends=True), self.name, self.name))

    def data(self, with_diff: bool) -> dict[str, Any]:
        """The JSON of the file."""
        data = {
            "path": self.name,
            "changed": self.changed,
            "diagnostics": [diagnostic_data(found) for found in self.diagnostics],
        }
        return data | ({"diff": self.diff()} if with_diff else {})


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Formats each book by itself; a refused one keeps its text and does not stop the others."""
    if STDIN in options.paths:
        return _standard_input(options)
    writes = not (options.check or options.diff)
    books = list(_formatted_files([Path(path) for path in options.paths], writes))
    return _answer(options, books, "formatted" if writes else "would be formatted")


def _formatted_files(paths: list[Path], writes: bool) -> Iterator[_Formatted]:
    for path in rate_files(paths):
        book = _formatted(str(path), path.read_bytes())
        if writes and book.changed and book.result is not None:
            replace_text(path, book.result)
        yield book


def _formatted(name: str, raw: bytes) -> _Formatted:
    source = decoded(raw, name)
    result, found = format_text(source, name)
    return _Formatted(name, source, result, result is not None and result.encode() != raw, found)


def _standard_input(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    if len(options.paths) > 1:
        raise WrongUse("`-` stands alone: standard input is one book", "ratebook fmt - < book.rate")
    book = _formatted("<stdin>", sys.stdin.buffer.read())
    if book.result is None:
        raise not_converted(book.name, book.source, book.diagnostics)
    if options.check or options.diff:
        return _answer(options, [book], "would be formatted")
    return {"files": [book.data(False)], "text": book.result}, book.result


def _answer(options: argparse.Namespace, books: list[_Formatted], done: str) -> tuple[dict[str, Any], str]:
    blocks = [render_all(book.diagnostics, book.source) for book in books if book.diagnostics]
    changed = [book for book in books if book.changed]
    refused = len([book for book in books if book.result is None])
    blocks += [book.diff() for book in changed] if options.diff else [f"{book.name}: {done}" for book in changed]
    counts = {done: len(changed), "formatted already": len(books) - len(changed) - refused, "refused": refused}
    blocks.append(", ".join(f"{counted(count, 'book')} {what}" for what, count in counts.items() if count))
    data = {"files": [book.data(options.diff) for book in books]}
    text = "\n".join(block.rstrip("\n") for block in blocks)
    if refused or (options.check and changed):
        raise Refused(data, text)
    return data, text
