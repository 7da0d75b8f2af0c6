"""`ratebook bill`: the sample company's month, billed as a notebook."""

from __future__ import annotations

import argparse
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from workbench.billing.driver import Billed, bill
from workbench.billing.setting import Setting
from workbench.documents import grouped
from workbench.output import Refused, WrongUse
from workbench.project import as_shown


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("--workspace", default="data/workspaces/sample", metavar="WS")
    parser.add_argument("--sample", default="data/sample", metavar="DIR", help="what `make sample` wrote")
    parser.add_argument("--period", default="2026-10", metavar="P")
    parser.add_argument("--reports", default="reports", metavar="DIR")
    parser.add_argument("--now", default="", help="the moment of the run (default: 06:00 on the day after the period)")
    parser.add_argument("--as-of", type=int, metavar="SEQ", help="only what was known up to this ingest number")
    parser.add_argument("--threads", type=int, default=2)


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Bill; exits with 1 when something was not billed or does not balance."""
    names = ("workspace", "sample", "period", "reports", "now", "as_of", "threads")
    try:
        setting = Setting(**{name: getattr(options, name) for name in names}).placed()
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        raise WrongUse(f"--{'-'.join(map(str, first['loc'])).replace('_', '-')}: {first['msg']}") from None
    done = bill(setting)
    data = {"folder": as_shown(done.folder), "already": done.already, **done.manifest}
    text = bill_text(done, as_shown(done.folder))
    if done.manifest["problems"] or not done.manifest["balanced"] or done.manifest["differences"]:
        raise Refused(data, text)
    return data, text


def bill_text(done: Billed, folder: str) -> str:
    """Ten lines: what was billed, how it was checked, how long it took, what to open."""
    found = done.manifest
    counts, parameters = found["counts"], found["parameters"]
    again = " (billed before; nothing was changed)" if done.already else ""
    total = ", ".join(f"{code} {grouped(amount)}" for code, amount in found["total"].items())
    times = {name: _short(seconds) for name, seconds in found["times"].items()}
    took = ", ".join(f"{name} {seconds} s" for name, seconds in times.items() if seconds != "0.0")
    events = ", ".join(f"{counts[name]:,} {name}" for name in ("read", "accepted", "duplicates", "quarantined"))
    checked = "all agree" if not found["differences"] else f"{len(found['differences'])} differences"
    balance = "balanced" if found["balanced"] else "NOT balanced"
    unbilled = f"{len(found['problems'])} subscriptions, see the index" if found["problems"] else "none"
    return "\n".join(
        [
            f"{found['issuer']}, {found['period']}: {counts['invoices']:,} invoices, {counts['lines']:,} lines{again}",
            f"billed      {total} before tax",
            f"not billed  {unbilled}",
            f"events      {events}",
            f"checked     {counts['checked']} invoices derived again: {checked}; events to ledger: {balance}",
            f"took{' then' if done.already else '     '}   {took}",
            f"open        {folder}/index.html",
            f"            {folder}/billing_run.html",
            f"            {folder}/manifest.json",
            f"next        ratebook explain {parameters['workspace']} INV-000001",
        ]
    )


def _short(seconds: str) -> str:
    """Seconds to a tenth, as text."""
    return str(Decimal(seconds).quantize(Decimal("0.1")))
