"""What notebooks show: tables of text, money as text, the same as HTML and as plain text."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from workbench.documents import ShownInvoice
from workbench.output import table

ROWS = 50
"""Rows of a table that a notebook shows before it says how many more there are."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A table for a notebook: a header, rows of text, `right` the columns aligned to the right."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    more: int = 0

    def __repr__(self) -> str:
        text = table([self.header, *self.rows], self.right)
        return f"{text}\nand {self.more} more" if self.more else text

    def _repr_html_(self) -> str:
        head = "".join(f"<th{self._align(i)}>{html.escape(name)}</th>" for i, name in enumerate(self.header))
        body = "".join(
            "<tr>" + "".join(f"<td{self._align(i)}>{html.escape(cell)}</td>" for i, cell in enumerate(row)) + "</tr>"
            for row in self.rows
        )
        more = f"<p>and {self.more} more</p>" if self.more else ""
        return f'<table class="rb-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}'

    def _align(self, column: int) -> str:
        return f' style="text-align:{"right" if column in self.right else "left"}"'


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line that says how something came out: a sign, a word, a sentence."""

    holds: bool
    word: str
    sentence: str

    def __repr__(self) -> str:
        return f"{'✓' if self.holds else '✗'} {self.word}: {self.sentence}"

    def _repr_html_(self) -> str:
        colour = "#1e7a3c" if self.holds else "#b3261e"
        return (
            f'<p class="rb-verdict" style="border-left:4px solid {colour};padding:6px 12px;margin:4px 0">'
            f"{'✓' if self.holds else '✗'} <strong>{html.escape(self.word)}</strong>: {html.escape(self.sentence)}</p>"
        )


def shown(header: Sequence[str], rows: Iterable[Sequence[Any]], right: Sequence[int] = ()) -> Shown:
    """A table of at most 50 rows; cells become text as they are, so give money as text."""
    cells = [tuple("" if c is None else str(c) for c in row) for row in rows]
    return Shown(tuple(header), tuple(cells[:ROWS]), tuple(right), max(0, len(cells) - ROWS))


def sums_text(side: Mapping[str, object]) -> str:
    """Sums by name in one cell: `GBP 1.00, USD 2.00`."""
    return ", ".join(f"{name} {value}" for name, value in sorted(side.items()))


def stages_shown(found: Mapping[str, Any]) -> Shown:
    """The stages of a reconciliation."""
    rows = [
        (s["stage"], sums_text(s["left_sum"]), sums_text(s["right_sum"]), len(s["missing"]) + len(s["extra"]))
        for s in found["stages"]
    ]
    return shown(("stage", "left", "right", "rows on one side only"), rows, right=(3,))


def balance_verdict(found: Mapping[str, Any]) -> Verdict:
    """Whether a reconciliation balances, and the stages that do not."""
    unequal = [s["stage"] for s in found["stages"] if not s["balanced"]]
    word = "balanced" if found["balanced"] else "not balanced"
    return Verdict(found["balanced"], word, ", ".join(unequal) or f"{len(found['stages'])} stages agree")


def invoice_shown(invoice: ShownInvoice) -> Shown:
    """An invoice as a table: every line in its step, and the sum after each step."""
    rows: list[tuple[str, ...]] = []
    for step in invoice.steps:
        rows += [(line.id, step.title, line.label, line.quantity, line.amount.text, "") for line in step.lines]
        rows[-1] = (*rows[-1][:5], step.sum.text)
    code = invoice.body["currency"]
    rows.append(("", "", "amount due", "", invoice.due.text, ""))
    return shown(("line", "step", "what", "quantity", code, "sum so far"), rows, right=(3, 4, 5))


def exact_frame(rows: pa.Table) -> pd.DataFrame:
    """An Arrow table as pandas with Arrow's own types: decimals stay decimals, sums of money are exact."""
    frame: pd.DataFrame = rows.to_pandas(types_mapper=pd.ArrowDtype)
    return frame
