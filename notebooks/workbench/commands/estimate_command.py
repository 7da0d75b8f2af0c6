"""`ratebook estimate WS --period P`."""

from __future__ import annotations

import argparse
from typing import Any

from engine.workspace import Workspace
from workbench.output import counted


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("workspace", metavar="WS")
    parser.add_argument("--period", required=True, metavar="P", help="2026-10, 2026-Q4, 2026, 2026-10-05..2026-10-11")
    parser.add_argument("--as-of", type=int, metavar="SEQ", help="of events up to this ingest number")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """What a run would bill as things stand; nothing is written and nothing is final."""
    with Workspace.open(options.workspace, read_only=True) as workspace:
        report = workspace.estimate(options.period, as_of=options.as_of)
    sums = ", ".join(f"{currency} {amount}" for currency, amount in report["total"].items()) or "nothing"
    size = f"{counted(report['invoices'], 'invoice')}, {counted(report['lines'], 'line')}, {sums}"
    lines = [f"estimate of {report['period']} as of seq {report['as_of']}: {size}"]
    lines += [f"cannot be rated: {p['subscription']}: {p['message']} [{p['code']}]" for p in report["problems"]]
    return report, "\n".join(lines)
