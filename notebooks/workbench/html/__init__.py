"""Pages: invoices and the index of a run, complete in themselves, nothing loaded from anywhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

from engine.calendar import to_local
from workbench.documents import ShownInvoice, grouped


@cache
def environment() -> Environment:
    """Templates of this folder: text is escaped, and a name that is not there is an error."""

    def load(name: str) -> str:
        return files(__package__).joinpath(name).read_text(encoding="utf-8")

    found = Environment(loader=FunctionLoader(load), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
                        lstrip_blocks=True)  # fmt: skip
    found.filters["grouped"] = grouped
    found.filters["day"] = _day
    return found


def _day(instant: int, zone: str) -> str:
    return to_local(instant, zone).date().isoformat()


def invoice_page(invoice: ShownInvoice, *, issuer: str, workspace: str) -> str:
    """One invoice as a page for screen and paper; `workspace` is named in the command that proves it."""
    zone = invoice.body["terms"].get("timezone") or "UTC"
    last = to_local(invoice.body["to_us"], zone).date() - dt.timedelta(days=1)
    return environment().get_template("invoice.html").render(
        invoice=invoice, body=invoice.body, customer=invoice.customer, issuer=issuer, workspace=workspace, zone=zone,
        last=last.isoformat(),
    )  # fmt: skip


def index_page(
    invoices: Sequence[ShownInvoice], *, issuer: str, run: Mapping[str, Any], all_count: int,
    problems: Sequence[Mapping[str, str]],
) -> str:  # fmt: skip
    """The list of a run's invoice pages; `all_count` is how many invoices the run made."""
    return environment().get_template("index.html").render(
        invoices=invoices, issuer=issuer, run=run, all_count=all_count, problems=problems
    )  # fmt: skip


def dispute_page(told: Mapping[str, Any], *, issuer: str) -> str:
    """An invoice under two readings, for a customer."""
    return environment().get_template("dispute.html").render(told=told, issuer=issuer)
