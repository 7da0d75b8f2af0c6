"""What an invoice shows: read from the workspace, laid out step by step; sums and texts are made here, not in pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from engine.metering import open_duck
from engine.money import PICO, format_pico, format_ratio
from engine.money.currencies import currency
from engine.money.rounding import divide
from engine.workspace import Workspace

STEPS = (
    ("Charges", ("usage", "recurring", "one_time", "licensed", "percent", "credit")),
    ("Discounts", ("discount",)),
    ("Minimums and caps", ("minimum", "cap", "true_up", "overage")),
    ("Coupons", ("coupon",)),
    ("Corrections of earlier periods", ("correction",)),
    ("Prepaid commitments", ("commit",)),
    ("Billed before", ("billed",)),
    ("Tax", ("tax",)),
    ("Credit notes", ("credit_note",)),
    ("Wallet", ("wallet",)),
)
"""The order of an invoice, and the kinds of line in each step."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Money as shown: `text` in the currency's digits, `exact` to the last place that is not zero."""

    text: str
    exact: str

    @classmethod
    def of(cls, pico: int, code: str, exact: int | None = None) -> Amount:
        """An amount of `pico`; `exact` is the value before rounding, when there is one."""
        return cls(format_pico(pico, currency(code).decimals), format_pico(pico if exact is None else exact))


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line: `rule` is file and place in the price book."""

    id: str
    label: str
    quantity: str
    exact_quantity: str
    amount: Amount
    rule: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the invoice's order with the sum so far."""

    title: str
    lines: tuple[ShownLine, ...]
    sum: Amount


@dataclass(frozen=True, slots=True)
class ShownInvoice:
    """One invoice, ready to be laid out."""

    body: dict[str, Any]
    customer: dict[str, Any]
    steps: tuple[Step, ...]
    total: Amount
    tax: Amount
    due: Amount


def read_invoices(workspace: Workspace, numbers: Sequence[str]) -> list[ShownInvoice]:
    """The invoices of these numbers, in that order; numbers that no invoice has are left out."""
    bodies = [b for n in numbers if (b := workspace.store.get("invoice", n)) is not None]
    rows = _lines(workspace, bodies)
    customers = workspace.store.documents("customer")
    return [_shown(body, customers.get(body["customer"], {}), rows.get(body["number"], [])) for body in bodies]


def _lines(workspace: Workspace, bodies: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Stored lines by invoice, in their own order: one query a file of lines."""
    wanted: dict[str, list[str]] = {}
    for body in bodies:
        wanted.setdefault(body["artefact"], []).append(body["number"])
    found: dict[str, list[dict[str, Any]]] = {}
    con = open_duck()
    try:
        for artefact, numbers in wanted.items():
            relation = con.sql(
                """SELECT invoice, line, kind, charge, label, name, quantity_num, quantity_den, unit, exact, amount,
                  currency, place FROM read_parquet($path) WHERE list_contains($numbers, invoice)
                ORDER BY invoice, split_part(line, '/', 2)::INTEGER""",
                params={"path": str(workspace.root / artefact), "numbers": numbers},
            )
            for row in relation.to_arrow_table().to_pylist():
                found.setdefault(row["invoice"], []).append(row)
    finally:
        con.close()
    return found


def _shown(body: dict[str, Any], customer: dict[str, Any], rows: list[dict[str, Any]]) -> ShownInvoice:
    code = body["currency"]
    steps: list[Step] = []
    running = 0
    for title, kinds in STEPS:
        own = [row for row in rows if row["kind"] in kinds]
        if not own:
            continue
        running += sum(_pico(row["amount"]) for row in own if not _included(row))
        steps.append(Step(title, tuple(_line(row) for row in own), Amount.of(running, code)))
    money = {name: Amount.of(_pico(Decimal(body[name])), code) for name in ("total", "tax", "due")}
    return ShownInvoice(body, customer, tuple(steps), money["total"], money["tax"], money["due"])


def _included(row: dict[str, Any]) -> bool:
    """A tax that the prices hold already is shown, but not added."""
    return row["kind"] == "tax" and str(row["label"]).endswith("(included)")


def _pico(value: Decimal) -> int:
    return int(value.scaleb(12))


def _line(row: dict[str, Any]) -> ShownLine:
    amount = Amount.of(_pico(row["amount"]), row["currency"], _pico(row["exact"]))
    quantity, exact = "", ""
    if row["quantity_num"] is not None:
        num, den = int(row["quantity_num"]), int(row["quantity_den"])
        unit = f" {row['unit']}" if row["unit"] else ""
        quantity = grouped(format_pico(divide(num * 1000, den) * (PICO // 1000), 0)) + unit
        exact = format_ratio(Fraction(num, den)) + unit
    return ShownLine(row["line"], _label(row), quantity, exact, amount, row["place"] or "")


def _label(row: dict[str, Any]) -> str:
    label = str(row["label"] or row["charge"] or row["name"] or "")
    return f"{label} on {row['charge']}" if row["kind"] == "tax" and row["charge"] else label


def grouped(text: str) -> str:
    """A decimal text with its thousands set apart: `1234.5` is `1,234.5`."""
    whole, dot, places = text.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}{dot}{places}"
