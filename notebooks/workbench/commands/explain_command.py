"""`ratebook explain WS ID`."""

from __future__ import annotations

import argparse
from typing import Any

from engine.proof import explain
from engine.workspace import Workspace
from workbench.explained import explained_text
from workbench.output import Refused, WrongUse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("workspace", metavar="WS")
    parser.add_argument("id", metavar="ID", help="an invoice (INV-000001) or a line of one (INV-000001/2)")
    parser.add_argument("--limit", type=int, default=20, help="events a page")
    parser.add_argument("--cursor", default="", help="where the last page ended")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Explain; exits with 1 when the levels do not agree."""
    if options.limit < 1 or not (options.cursor or "0").isdigit():
        raise WrongUse("a page has one event at least, and a cursor is what the last page printed")
    with Workspace.open(options.workspace, read_only=True) as workspace:
        data = explain(workspace.root, workspace.store, options.id, limit=options.limit, cursor=options.cursor)
    text = explained_text(data)
    if not data["agrees"]:
        raise Refused(data, text)
    return data, text
