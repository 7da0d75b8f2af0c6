"""`ratebook history WS [BOOK]`."""

from __future__ import annotations

import argparse
from typing import Any

from engine.calendar import iso
from engine.workspace import Workspace, history
from workbench.output import table


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("workspace", metavar="WS")
    parser.add_argument("book", metavar="BOOK", nargs="?", help="only versions of this book")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Who published which version when and why, and which corrections await a second person."""
    with Workspace.open(options.workspace, read_only=True) as workspace:
        found = [row | {"at": iso(row["at"])} for row in history(workspace.store, options.book)]
    rows: list[tuple[object, ...]] = [("version", "state", "holds from", "at", "by", "approved by", "reason")]
    rows += [
        (f"{r['book']}/{r['version']}", r["state"], r["start"], r["at"], r["by"], r["approved_by"], r["reason"])
        for r in found
    ]
    return {"versions": found}, table(rows) if found else "no book is published"
