"""`ratebook import WS --customers F --subscriptions F`."""

from __future__ import annotations

import argparse
from typing import Any

from engine.subscriptions import ImportRefused
from engine.workspace import Workspace
from workbench.clock import now_us
from workbench.lists import read_rows
from workbench.output import Refused, WrongUse, error_text


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("workspace", metavar="WS")
    parser.add_argument("--customers", metavar="F", help="CSV or JSON lines: id, name, email, country, timezone")
    parser.add_argument("--subscriptions", metavar="F", help="CSV or JSON lines: id, customer, book, plan, start, end")
    parser.add_argument("--now", help="the moment of the import")
    parser.add_argument("--actor", default="ratebook")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """All rows or none."""
    if not options.customers and not options.subscriptions:
        raise WrongUse("nothing to import: give --customers, --subscriptions or both")
    customers = read_rows(options.customers) if options.customers else []
    subscriptions = read_rows(options.subscriptions) if options.subscriptions else []
    try:
        with Workspace.open(options.workspace) as workspace:
            data = workspace.import_lists(customers, subscriptions, now=now_us(options.now), actor=options.actor)
    except ImportRefused as refused:
        found = [{"code": p.code, "where": p.where, "message": p.message, "hint": p.hint} for p in refused.problems]
        shown = [error_text(p.code, p.message, p.hint, p.where) for p in refused.problems[:20]]
        more = [f"and {len(found) - 20} more"] if len(found) > 20 else []
        raise Refused(
            {"error": {"code": found[0]["code"], "message": str(refused), "hint": ""}, "problems": found},
            "\n".join([*shown, *more, str(refused)]),
        ) from None
    return data, f"{data['customers']} customers, {data['subscriptions']} subscriptions, {data['changed']} changed"
