"""The whole front end: parse, read the files that are used, run every pass."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dsl import syntax
from dsl.diagnostics.model import Diagnostic, Severity, error
from dsl.diagnostics.render import render_all
from dsl.files import read_file
from dsl.parser import parse
from dsl.passes.answerable import check_answerable
from dsl.passes.calendars import check_calendars
from dsl.passes.cliffs import check_cliffs
from dsl.passes.contracts import check_contracts
from dsl.passes.dates import check_dates
from dsl.passes.examples import check_examples
from dsl.passes.form import check_form, check_head
from dsl.passes.holdings import check_holdings
from dsl.passes.labels import check_labels
from dsl.passes.matrices import check_matrices
from dsl.passes.names import check_names
from dsl.passes.pieces import Piece
from dsl.passes.scope import SHARED, Scope, scope_of
from dsl.passes.shares import check_shares
from dsl.passes.spans import check_spans
from dsl.passes.tiers import check_tiers
from dsl.passes.units import check_units
from dsl.passes.weights import check_weights
from dsl.passes.wholes import check_wholes
from dsl.passes.zeros import check_zeros
from dsl.syntax import every

Loader = Callable[[str], str]
Reader = Callable[[str, str], tuple[syntax.Book | None, list[Diagnostic]]]
# Each looks at one declaration, and asks the scope for what it needs of others
PASSES: tuple[Callable[[Scope, Piece], list[Diagnostic]], ...] = (
    check_form,
    check_wholes,
    check_zeros,
    check_names,
    check_units,
    check_holdings,
    check_tiers,
    check_matrices,
    check_calendars,
    check_dates,
    check_contracts,
    check_examples,
    check_answerable,
    check_labels,
    check_cliffs,
    check_shares,
    check_spans,
    check_weights,
)
# What only the whole book shows
WHOLE_PASSES: tuple[Callable[[Scope], list[Diagnostic]], ...] = (check_head,)
MAX_USED_FILES = 100
_UNTIE = "move what both need into a file that uses neither"
_FEWER = "put shared nouns together in fewer files"


@dataclass(frozen=True, slots=True)
class CheckedBook:
    """A book without errors, its index of names, and the texts that its findings may quote, by path."""

    book: syntax.Book
    scope: Scope
    sources: dict[str, str]


class BookError(ValueError):
    """A book with errors. `str` is the full report; `diagnostics` has the findings, warnings included."""

    def __init__(self, diagnostics: list[Diagnostic], text: str = "", others: dict[str, str] | None = None) -> None:
        self.diagnostics = diagnostics
        super().__init__(render_all(diagnostics, text, others))


def check(
    text: str, path: str = "<text>", loader: Loader = read_file, sources: dict[str, str] | None = None
) -> tuple[CheckedBook | None, list[Diagnostic]]:
    """Parse and check a book. The first value is None where an error was found.

    loader: gives the text of a used file by its path (relative paths are resolved from the book's folder).
    sources: takes up the texts that findings may quote, by path.
    A text with syntax errors gets only these: what they hide cannot be judged.
    """
    sources = {} if sources is None else sources
    sources[path] = text
    book, found = parse(text, path)
    if book is None or has_errors(found):
        return None, found
    used, more = used_books(book, loader, sources)
    found += more
    scope = scope_of(book, used)
    if not has_errors(found):
        found += findings(scope)
    found = settled(found)
    return (None if has_errors(found) else CheckedBook(book, scope, sources)), found


def findings(scope: Scope) -> list[Diagnostic]:
    """What the passes find, in no particular order."""
    found = [one for whole in WHOLE_PASSES for one in whole(scope)]
    return found + [one for piece in scope.pieces for one in findings_of(scope, piece)]


def findings_of(scope: Scope, piece: Piece) -> list[Diagnostic]:
    """What the passes find in one declaration."""
    return [one for check_pass in PASSES for one in check_pass(scope, piece)]


def settled(found: list[Diagnostic]) -> list[Diagnostic]:
    """Findings by place. What is never used is not told beside an error: the error may well be why."""
    if has_errors(found):
        found = [one for one in found if one.code != "RB103"]
    return sorted(found, key=lambda one: one.sort_key)


def has_errors(found: list[Diagnostic]) -> bool:
    """Whether any finding stops the book."""
    return any(one.severity is Severity.ERROR for one in found)


def used_books(
    book: syntax.Book, loader: Loader, sources: dict[str, str], read: Reader = parse
) -> tuple[tuple[syntax.Book, ...], list[Diagnostic]]:
    """The books named by `use`, theirs included, each once; their texts are added to `sources` by path."""
    books: list[syntax.Book] = []
    found: list[Diagnostic] = []
    first: tuple[str, ...] = (_normal(book.path),)
    pending = [(use, first) for use in reversed(every(book, syntax.Use))]
    while pending:
        use, chain = pending.pop()
        path = os.path.normpath(Path(chain[-1]).parent / use.path.value)
        if path in chain:
            found.append(error("RB023", use.path.span, f"`{use.path.value}` uses this file itself", help=_UNTIE))
            continue
        if path in sources:
            continue
        if len(books) == MAX_USED_FILES:
            found.append(error("RB024", use.path.span, f"more than {MAX_USED_FILES} used files", help=_FEWER))
            break
        other, more = _used_book(use, path, loader, sources, read)
        found += more
        if other is not None:
            books.append(other)
            pending += [(one, (*chain, path)) for one in reversed(every(other, syntax.Use))]
    return tuple(books), found


def _used_book(
    use: syntax.Use, path: str, loader: Loader, sources: dict[str, str], read: Reader
) -> tuple[syntax.Book | None, list[Diagnostic]]:
    """One used file and what is wrong with it."""
    try:
        sources[path] = loader(path)
    except (OSError, UnicodeDecodeError, ValueError) as problem:
        return None, [error("RB021", use.path.span, f"`{use.path.value}` cannot be read", notes=(_reason(problem),))]
    other, found = read(sources[path], path)
    return other, found + (_only_shared(other) if other is not None else [])


def _normal(path: str) -> str:
    return os.path.normpath(path) if path else path


def _reason(problem: Exception) -> str:
    if isinstance(problem, UnicodeDecodeError):
        return "it is not UTF-8 text"
    return problem.strerror or "no such file" if isinstance(problem, OSError) else "its name is not a path"


def is_shared(book: syntax.Book) -> bool:
    """Whether a file is there for books to use: it declares units, calendars and dimensions, and nothing else."""
    return bool(book.declarations) and not _only_shared(book)


def _only_shared(book: syntax.Book) -> list[Diagnostic]:
    """A used file holds units, calendars and dimensions; a price in it would belong to no version."""
    allowed = (*SHARED, syntax.Use, syntax.Timezone)
    return [
        error("RB022", one.span, "a used file holds only units, calendars and dimensions")
        for one in book.declarations
        if not isinstance(one, allowed)
    ][:1]
