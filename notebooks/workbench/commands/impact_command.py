"""`ratebook impact A B --workspace WS --period P`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pyarrow.csv as pc
import pyarrow.parquet as pq

from engine.impact import Impact
from engine.model import Book
from engine.workspace import Workspace
from workbench.books import checked_file
from workbench.impacts import TOP, customer_rows, impact_text
from workbench.output import Refused, WrongUse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("before", metavar="A", help="a price book")
    parser.add_argument("after", metavar="B", help="another version of it")
    parser.add_argument("--workspace", required=True, metavar="WS")
    parser.add_argument("--period", required=True, metavar="P", help="2026-10, 2026-Q4, 2026, 2026-10-05..2026-10-11")
    parser.add_argument("--as-of", type=int, metavar="SEQ", help="of events up to this ingest number")
    parser.add_argument("--top", type=int, default=TOP, metavar="N", help="how many customers are shown")
    parser.add_argument("--out", metavar="FILE", help="all customers as .parquet or .csv")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """The history of a period under both versions; nothing is written but the file asked for."""
    if options.out is not None and not options.out.endswith((".parquet", ".csv")):
        raise WrongUse(f"`{options.out}` is neither .parquet nor .csv")
    if options.top < 0:
        raise WrongUse(f"`--top {options.top}` is no number of customers")
    before, after = _book(options.before), _book(options.after)
    with Workspace.open(options.workspace, read_only=True) as workspace:
        found = workspace.impact(before, after, options.period, as_of=options.as_of)
    if options.out is not None:
        _write(found, Path(options.out))
    rows = customer_rows(found, options.top)
    more = found.customers.num_rows - len(rows)
    return {**found.report, "customers": rows, "more": more, "file": options.out}, impact_text(found, options.top)


def _book(path: str) -> Book:
    report = checked_file(Path(path))
    if report.book is None:
        raise Refused({"files": [report.data()]}, report.text())
    return report.book


def _write(found: Impact, path: Path) -> None:
    if path.suffix == ".csv":
        pc.write_csv(found.customers, path)
    else:
        pq.write_table(found.customers, path)
