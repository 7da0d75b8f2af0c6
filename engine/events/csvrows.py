"""CSV as rows of text: no value is ever guessed to be a number, so none passes through a float."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engine.events.errors import IngestError
from engine.events.streams import Opened

__all__ = ["RowPart", "csv_rows"]

_STEP = 20_000
_MAX_FIELD = 1 << 20


@dataclass(frozen=True, slots=True)
class RowPart:
    """Some rows of a table, with their row numbers (from 1, the header not counted) and those that do not fit."""

    header: Sequence[str]
    rows: Sequence[Sequence[Any]]
    positions: Sequence[int]
    refused: Sequence[tuple[int, bytes, str, str]] = ()


def csv_rows(opened: Opened) -> Iterator[RowPart]:
    """Rows of a CSV file in UTF-8 (RFC 4180 quoting); an empty field is an absent value.

    Raises RBE09 when the text is not UTF-8 or the quoting is broken, before the rows of that part are stored.
    """
    csv.field_size_limit(_MAX_FIELD)
    reader = csv.reader(io.TextIOWrapper(opened.stream, "utf-8-sig", newline=""), strict=True)
    try:
        header = next(reader, [])
        rows: list[list[str | None]] = []
        positions: list[int] = []
        refused: list[tuple[int, bytes, str, str]] = []
        for position, row in enumerate(reader, start=1):
            if len(row) == len(header):
                rows.append([value or None for value in row])
                positions.append(position)
            elif row:
                refused.append((position, _again(row), "bad-row", f"{len(row)} columns instead of {len(header)}"))
            if len(rows) + len(refused) >= _STEP:
                yield RowPart(header, rows, positions, refused)
                rows, positions, refused = [], [], []
        yield RowPart(header, rows, positions, refused)
    except (csv.Error, UnicodeDecodeError) as error:
        raise IngestError(
            "RBE09",
            f"the CSV cannot be read near line {reader.line_num}: {error}",
            "mend the quoting or save it as UTF-8; batches before it are stored and will count as duplicates",
            opened.label,
        ) from error


def _again(row: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(row)
    return out.getvalue().encode()
