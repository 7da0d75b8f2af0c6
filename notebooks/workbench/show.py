"""What notebooks show: tables of text, money as text, the same as HTML and as plain text."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

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


def shown(header: Sequence[str], rows: Iterable[Sequence[Any]], right: Sequence[int] = ()) -> Shown:
    """A table of at most 50 rows; cells become text as they are, so give money as text."""
    cells = [tuple("" if c is None else str(c) for c in row) for row in rows]
    return Shown(tuple(header), tuple(cells[:ROWS]), tuple(right), max(0, len(cells) - ROWS))


def exact_frame(rows: pa.Table) -> pd.DataFrame:
    """An Arrow table as pandas with Arrow's own types: decimals stay decimals, sums of money are exact."""
    frame: pd.DataFrame = rows.to_pandas(types_mapper=pd.ArrowDtype)
    return frame
