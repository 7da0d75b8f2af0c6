"""`ratebook correct WS --period P --reason TEXT`."""

from __future__ import annotations

import argparse
from typing import Any

from engine.workspace import Workspace
from workbench.clock import now_us
from workbench.output import Refused, counted, table

WORDS = {
    "own": "billed on own invoices",
    "note": "credited by credit notes",
    "next": "to be billed on the next invoice",
    "credit_next": "to be credited on the next invoice",
    "wallet": "to be credited to the wallet",
    "absorbed": "below the threshold: kept as a record, not billed",
    "expired": "after the limit: kept as a record, not billed",
    "none": "without a change of the amount",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("workspace", metavar="WS")
    parser.add_argument("--period", required=True, metavar="P", help="a billed period: 2026-10, 2026-Q4, ...")
    parser.add_argument("--reason", required=True, help="why: late events, a dispute, a mended price, ...")
    parser.add_argument("--as-of", type=int, metavar="SEQ", help="correct as of this ingest number")
    parser.add_argument("--everything", action="store_true", help="derive every account, not only those with news")
    parser.add_argument("--now", help="the moment of the correction")
    parser.add_argument("--actor", default="ratebook")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Derive a billed period anew and bill or credit the difference."""
    with Workspace.open(options.workspace) as workspace:
        report = workspace.correct(
            options.period, now=now_us(options.now), reason=options.reason, as_of=options.as_of,
            everything=options.everything, actor=options.actor,
        )  # fmt: skip
    text = _text(report)
    if report["problems"]:
        raise Refused(report, text)
    return report, text


def _text(report: dict[str, Any]) -> str:
    lines = [f"nothing in {report['period']} differs from what was billed"] if report["already"] else []
    if not report["already"]:
        sums = ", ".join(f"{currency} {amount}" for currency, amount in report["difference"].items())
        lines.append(f"{report['run']}: {counted(report['corrections'], 'correction')}, difference {sums}")
        lines.append(table([(n, WORDS[decision]) for decision, n in sorted(report["decisions"].items())], right=(0,)))
    lines += [f"not corrected: {p['subscription']}: {p['message']} [{p['code']}]" for p in report["problems"]]
    return "\n".join(lines)
