"""`ratebook diff A B`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from dsl.diff import Difference, diff
from engine.model import Book, Place
from workbench.books import checked_file
from workbench.output import Refused, counted


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("before", metavar="A", help="a price book")
    parser.add_argument("after", metavar="B", help="the price book to compare it with")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """The differences in meaning; exits with 1 where there are any."""
    one, other = _book(options.before), _book(options.after)
    found = diff(one, other)
    real = [d for d in found if d.matters]
    data = {
        "same": not real, "before": _named(one), "after": _named(other),
        "differences": [_data(d) for d in real],
        "rewritten": [_data(d) for d in found if d.kind == "rewritten"],
        "reworded": [_data(d) for d in found if d.kind == "reworded"],
    }  # fmt: skip
    text = _text(one, other, found)
    if real:
        raise Refused(data, text)
    return data, text


def _book(path: str) -> Book:
    report = checked_file(Path(path))
    if report.book is None:
        raise Refused({"files": [report.data()]}, report.text())
    return report.book


def _named(book: Book) -> dict[str, Any]:
    return {"book": book.name, "version": book.version, "digest": book.digest}


def _data(found: Difference) -> dict[str, Any]:
    return {
        "path": list(found.path), "kind": found.kind, "before": found.before, "after": found.after,
        "from": None if found.start is None else found.start.isoformat(),
        "place_before": _place(found.place_before), "place_after": _place(found.place_after), "text": found.text,
    }  # fmt: skip


def _place(place: Place) -> str | None:
    return str(place) if place.line else None


def _text(one: Book, other: Book, found: tuple[Difference, ...]) -> str:
    real = [d for d in found if d.matters]
    names = f"{one.name}/{one.version} and {other.name}/{other.version}"
    lines = [f"{names} mean the same" if not real else f"{names}: {counted(len(real), 'difference')}"]
    for title, kind in (("", None), ("written otherwise, same prices:", "rewritten"), ("wording:", "reworded")):
        part = real if kind is None else [d for d in found if d.kind == kind]
        lines += [title] if title and part else []
        for difference in part:
            lines.append(f"  {difference.text}")
            places = [p for p in (_place(difference.place_before), _place(difference.place_after)) if p is not None]
            lines += [f"    {' -> '.join(places)}"] if places else []
    return "\n".join(lines)
