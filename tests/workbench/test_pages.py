"""Invoices as pages: every figure agrees with the books, everything is escaped, nothing is loaded from outside."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from jinja2 import UndefinedError
from workbench.documents import Amount, ShownInvoice, grouped, read_invoices
from workbench.html import environment, index_page, invoice_page

from engine.workspace import Workspace


def _all(workspace: Workspace) -> list[ShownInvoice]:
    return read_invoices(workspace, sorted(workspace.store.documents("invoice")))


def test_every_invoice_sums_to_its_due_step_by_step(billed: tuple[Workspace, dict[str, object]]) -> None:
    invoices = _all(billed[0])
    assert len(invoices) == billed[1]["invoices"]
    for invoice in invoices:
        assert Decimal(invoice.steps[-1].sum.exact) == Decimal(invoice.body["due"])
        assert sum(len(step.lines) for step in invoice.steps) == invoice.body["lines"]


def test_a_page_shows_amounts_rules_and_the_proof(billed: tuple[Workspace, dict[str, object]]) -> None:
    invoice = read_invoices(billed[0], ["INV-000003"])[0]
    page = invoice_page(invoice, issuer="Lantern", workspace="data/workspaces/x")
    assert f"USD {grouped(invoice.due.text)}" in page
    assert "ratebook verify data/workspaces/x INV-000003" in page
    assert invoice.body["proof"]["price"] in page and invoice.body["proof"]["lines"] in page
    assert re.search(r'title="exactly USD [\d.]+"', page) and re.search(r"\w+/\d\.rate:\d+:\d+", page)


def test_pages_load_nothing(billed: tuple[Workspace, dict[str, object]]) -> None:
    workspace, report = billed
    invoices = _all(workspace)[:3]
    run = {**report, "period": "2026-10", "workspace": "ws"}
    pages = [invoice_page(i, issuer="Lantern", workspace="ws") for i in invoices]
    pages.append(index_page(invoices, issuer="Lantern", run=run, all_count=97, problems=[]))
    for page in pages:
        assert not re.search(r"https?://|//cdn|src=|<script|@import|url\(", page)


def test_names_are_escaped(billed: tuple[Workspace, dict[str, object]]) -> None:
    invoice = read_invoices(billed[0], ["INV-000001"])[0]
    evil = ShownInvoice(
        invoice.body, {"name": "<b>Fox & Co</b>"}, invoice.steps, invoice.total, invoice.tax, invoice.due
    )
    page = invoice_page(evil, issuer="<i>", workspace="ws")
    assert "&lt;b&gt;Fox &amp; Co&lt;/b&gt;" in page and "<b>Fox" not in page and "<i>" not in page


def test_the_index_says_what_it_leaves_out(billed: tuple[Workspace, dict[str, object]]) -> None:
    workspace, report = billed
    problem = {"subscription": "sub_9", "code": "RBQ01", "message": "no price"}
    run = {**report, "period": "2026-10", "workspace": "ws"}
    page = index_page(_all(workspace)[:2], issuer="Lantern", run=run, all_count=97, problems=[problem] * 60)
    assert "and 95 more" in page and "60 not billed" in page and "and 10 more" in page


def test_an_unknown_number_is_left_out(billed: tuple[Workspace, dict[str, object]]) -> None:
    assert read_invoices(billed[0], ["INV-999999"]) == []


def test_a_name_that_is_not_there_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nothing }}").render()


@pytest.mark.parametrize(
    ("text", "shown"), [("1234567.5", "1,234,567.5"), ("-1234", "-1,234"), ("0.00", "0.00"), ("-0.27", "-0.27")]
)
def test_thousands_are_set_apart(text: str, shown: str) -> None:
    assert grouped(text) == shown


@pytest.mark.parametrize(("code", "text"), [("USD", "12.50"), ("JPY", "12.5"), ("KWD", "12.500")])
def test_amounts_have_the_digits_of_their_currency(code: str, text: str) -> None:
    assert Amount.of(12_500_000_000_000, code).text == text
