"""RB5 across files: the versions of a book follow one another, and a published one stays as it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise

from dsl import syntax
from dsl.diagnostics.model import Diagnostic, Label, error
from dsl.syntax import only

ONE_DAY = dt.timedelta(days=1)


def check_versions(books: Sequence[syntax.Book]) -> list[Diagnostic]:
    """Findings across the versions of one book: numbers must increase, dates must neither overlap nor leave a gap."""
    headers = [header for header in (only(book, syntax.Header) for book in books) if header is not None]
    headers.sort(key=lambda header: header.version.value)
    return [one for before, after in pairwise(headers) for one in _follow(before, after)]


def _follow(before: syntax.Header, after: syntax.Header) -> list[Diagnostic]:
    start, earlier = after.start.date.value, before.start.date.value
    label = (Label(before.span, f"version {before.version.value}"),)
    if before.version.value == after.version.value:
        message = f"two versions {after.version.value} of book {after.name.text}"
        help = f"write it as version {after.version.value + 1}"
        return [error("RB504", after.version.span, message, labels=label, help=help)]
    if start <= earlier:
        message = f"version {after.version.value} starts on {start}, version {before.version.value} on {earlier}"
        return [error("RB504", after.start.span, message, labels=label, help="a later version starts later")]
    if before.through is None:
        return []
    end = before.through.date.value
    if end >= start:
        message = f"versions {before.version.value} and {after.version.value} overlap on {start}"
        return [error("RB501", after.start.span, message, labels=label, help=f"start this one `from {end + ONE_DAY}`")]
    if end + ONE_DAY < start:
        message = f"no version of book {after.name.text} from {end + ONE_DAY} through {start - ONE_DAY}"
        return [error("RB502", after.start.span, message, labels=label, help=f"start this one `from {end + ONE_DAY}`")]
    return []


def changed_seal(book: syntax.Book) -> list[Diagnostic]:
    """The finding for a version that was published with another meaning than it has now."""
    header = only(book, syntax.Header)
    if header is None:
        return []
    number = header.version.value
    return [
        error(
            "RB505",
            header.version.span,
            f"version {number} of book {header.name.text} was published with another meaning",
            caret="sealed",
            help=f"take the text back as it was, and write the change as version {number + 1}",
        )
    ]
