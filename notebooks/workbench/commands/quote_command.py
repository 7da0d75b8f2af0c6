"""`ratebook quote BOOK --plan P --period D --usage "METER=Q UNIT"`."""

from __future__ import annotations

import argparse
import datetime as dt
from fractions import Fraction
from pathlib import Path
from typing import Any

from engine.model import Book, GivenLicensed, GivenPlan, Givens
from engine.money import PICO, format_pico, format_ratio
from engine.rating import Line, quote
from engine.runs import RunPeriod
from workbench.books import checked_file
from workbench.output import Refused, WrongUse, table
from workbench.quantities import quantity, usage


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("book", metavar="BOOK")
    parser.add_argument("--plan", required=True, metavar="P")
    parser.add_argument("--period", required=True, metavar="D", help="2026-10, 2026-Q4, 2026 or two days with ..")
    parser.add_argument(
        "--usage",
        action="append",
        default=[],
        metavar="U",
        help="`calls=10 call`, `sales=USD 200`, sliced: `calls=10 call region=eu`",
    )
    parser.add_argument("--licensed", action="append", default=[], metavar="L", help="`5 seat`")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """The lines that this usage would be billed with; nothing is stored."""
    report = checked_file(Path(options.book))
    if report.book is None:
        raise Refused({"files": [report.data()]}, report.text())
    book = report.book
    period = RunPeriod.parse(options.period)
    start, end = (dt.datetime.combine(day, dt.time()) for day in (period.start, period.end))
    found = quote(
        book,
        Givens(
            plans=(GivenPlan(options.plan),),
            period=(start, end),
            usage=tuple(usage(book, text) for text in options.usage),
            licensed=tuple(_licensed(book, text) for text in options.licensed),
        ),
    )
    currency = book.currency.code
    data = {
        "book": f"{book.name}/{book.version}", "plan": options.plan, "period": period.name, "currency": currency,
        "lines": [_line(line) for line in found.lines],
        "total": format_pico(found.total), "due": format_pico(found.due),
    }  # fmt: skip
    rows: list[tuple[object, ...]] = [("kind", "what", "amount")]
    rows += [(line.kind, line.label, format_pico(line.amount)) for line in found.lines]
    rows += [("", f"total {currency}", data["total"]), ("", f"due {currency}", data["due"])]
    return data, table(rows, right=(2,))


def _line(line: Line) -> dict[str, Any]:
    return {
        "kind": line.kind, "charge": line.charge, "label": line.label, "amount": format_pico(line.amount),
        "exact": format_ratio(line.exact / PICO, 24),
        "quantity": None if line.quantity is None else format_ratio(line.quantity), "unit": line.unit,
    }  # fmt: skip


def _licensed(book: Book, text: str) -> GivenLicensed:
    unit = text.partition(" ")[2].strip()
    if all(u.name != unit for u in book.units):
        raise WrongUse(f"`{text}` names no unit of book {book.name}", "write it as `5 seat`")
    return GivenLicensed(unit, quantity(book, text, Fraction(1), text))
