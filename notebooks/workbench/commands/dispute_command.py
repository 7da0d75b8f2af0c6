"""`ratebook dispute WS INVOICE`."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

from engine.model import Prorate
from engine.proof.dispute import Reading, dispute
from engine.workspace import Workspace
from engine.workspace.schema import properties_of
from workbench.html import dispute_page
from workbench.output import WrongUse, table

BASES = ("daily", "secondly", "full", "none", "30/360")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("workspace", metavar="WS")
    parser.add_argument("invoice", metavar="INVOICE")
    parser.add_argument("--without", action="append", default=[], metavar="EVENT", help="an event that shall not count")
    parser.add_argument("--instead", action="append", default=[], metavar="EVENT:NAME=VALUE", help="another content")
    parser.add_argument(
        "--take", action="append", default=[], metavar="ENTRY", help="a conflict in quarantine, instead"
    )
    parser.add_argument("--as-of", type=int, metavar="SEQ", help="with what was known then")
    parser.add_argument("--version", action="append", default=[], metavar="BOOK/N", help="priced by this version")
    parser.add_argument("--prorate", metavar="BASIS", help=f"days counted {', '.join(BASES)} or `daily of N days`")
    parser.add_argument("--html", metavar="FILE", help="write the comparison as a page, too")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """What the invoice would be under another reading, side by side; nothing is changed."""
    reading = Reading(
        without=frozenset(options.without), instead=_values(options.instead), taken=tuple(options.take),
        as_of=options.as_of, versions=tuple(map(_version, options.version)), prorate=_prorate(options.prorate),
    )  # fmt: skip
    with Workspace.open(options.workspace, read_only=True) as workspace:
        told = dispute(workspace.root, workspace.store, options.invoice, reading, properties_of)
        page = dispute_page(told, issuer=workspace.tenant)
    if options.html:
        Path(options.html).write_text(page, encoding="utf-8")
    return told, dispute_text(told)


def dispute_text(told: dict[str, Any]) -> str:
    """The comparison for people."""
    rows = [("kind", "what", "billed", "otherwise", "difference")]
    rows += [(r["kind"], r["label"], r["billed"], r["otherwise"], r["difference"]) for r in told["lines"]]
    rows.append(("", "due", told["billed"], told["otherwise"], told["difference"]))
    head = f"{told['invoice']} for {told['customer']}, {told['currency']}: {'; '.join(told['reading'])}"
    return f"{head}\n{table(rows, right=(2, 3, 4))}"


def _values(texts: list[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for text in texts:
        match = re.fullmatch(r"(.+):([^:=]+)=(.*)", text)
        if match is None:
            raise WrongUse(f"`{text}` names no event and value", "write --instead e1:bytes=120")
        found.setdefault(match[1], {})[match[2]] = match[3]
    return found


def _version(text: str) -> tuple[str, int]:
    name, _, number = text.rpartition("/")
    if not name or not number.isdigit():
        raise WrongUse(f"`{text}` is no version", "write --version gateway/2")
    return name, int(number)


def _prorate(text: str | None) -> Prorate | None:
    if text is None:
        return None
    if text in BASES:
        return Prorate(basis=text)  # type: ignore[arg-type]
    match = re.fullmatch(r"daily of (\d+) days?", text)
    if match is None or int(match[1]) < 1:
        raise WrongUse(f"`{text}` is no way to count days", f"one of {', '.join(BASES)}, daily of 30 days")
    return Prorate(basis="fixed", days=int(match[1]))
