"""`ratebook run WS --period P`."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from engine.workspace import Workspace
from workbench.clock import now_us
from workbench.output import Refused, counted, table


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("workspace", metavar="WS")
    parser.add_argument("--period", required=True, metavar="P", help="2026-10, 2026-Q4, 2026 or two days with ..")
    parser.add_argument("--as-of", type=int, metavar="SEQ", help="only what was known up to this ingest number")
    parser.add_argument("--early", default="", metavar="REASON", help="why a period is billed before it is over")
    parser.add_argument("--now", help="the moment of the run")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--actor", default="ratebook")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Bill the period; accounts that cannot be billed are listed and the command exits with 1."""
    progress = None if options.json else lambda step: print(f"{step} ...", file=sys.stderr)
    with Workspace.open(options.workspace) as workspace:
        report = workspace.run(
            options.period,
            now=now_us(options.now),
            as_of=options.as_of,
            early=options.early,
            actor=options.actor,
            threads=options.threads,
            progress=progress,
        )
    text = run_text(report)
    if report["problems"]:
        raise Refused(report, text)
    return report, text


def run_text(report: dict[str, Any]) -> str:
    """A run for people."""
    head = f"{report['run']}: {counted(report['invoices'], 'invoice')}, {counted(report['lines'], 'line')}"
    if report["already"]:
        head += " (finished before; nothing was changed)"
    rows: list[tuple[object, object]] = [(f"total {currency}", amount) for currency, amount in report["total"].items()]
    rows += [(step["name"], f"{step['seconds']} s") for step in report["steps"]]
    problems = [f"not billed: {p['subscription']}: {p['code']} {p['message']}" for p in report["problems"][:20]]
    if len(report["problems"]) > 20:
        problems.append(f"and {len(report['problems']) - 20} more")
    return "\n".join([head, table(rows, right=(1,)), f"digest {report['digest']}", *problems])
