"""Dated data beside a book: tables that prices and examples read, digested with what they mean."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import PurePosixPath

from dsl import syntax
from dsl.lowering.context import Context, Unlowerable
from engine.money import parse_pico


def series_points(node: syntax.Series, context: Context) -> tuple[tuple[dt.datetime, int], ...]:
    """The prices (pico) of `NAME.csv` beside the book, in time order: columns `from` (a local time) and `price`."""
    points: list[tuple[dt.datetime, int]] = []
    for number, row in enumerate(table(node.name, ("from", "price"), context), start=2):
        try:
            points.append((dt.datetime.fromisoformat(row["from"]), parse_pico(row["price"])))
        except ValueError as problem:
            raise Unlowerable(node.name, f"line {number} of the file: {problem}") from None
    return tuple(sorted(points))


def table(name: syntax.Text, columns: tuple[str, ...], context: Context) -> list[dict[str, str]]:
    """The rows of a CSV file beside the book, which must have these columns."""
    file = name.value if name.value.endswith(".csv") else f"{name.value}.csv"
    try:
        text = context.loader(str(PurePosixPath(name.span.path).parent / file))
    except (OSError, UnicodeDecodeError):
        raise Unlowerable(name, f"`{file}` cannot be read", "put the file beside the book, as UTF-8 text") from None
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    lacking = [column for column in columns if column not in (rows.fieldnames or ())]
    if lacking:
        raise Unlowerable(name, f"`{file}` has no column `{lacking[0]}`", f"its first line names {', '.join(columns)}")
    return list(rows)
