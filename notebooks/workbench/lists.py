"""Customer and subscription lists: CSV or JSON lines, by name or by what the first byte shows."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from workbench.output import Refused, error_data, error_text


def read_rows(name: str) -> list[tuple[str, dict[str, Any]]]:
    """(where, row) of every row; numbers of JSON stay text. Refuses a file that is neither."""
    path = Path(name)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused("RBI12", f"{path.name} is not UTF-8 text (byte {error.start})", "save it as UTF-8") from None
    if path.suffix in (".jsonl", ".ndjson", ".json") or text.lstrip()[:1] in ("{", "["):
        return _json_rows(path, text)
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if not reader.fieldnames:
        raise _refused("RBI11", f"{path.name} is empty", "the first row names the columns")
    rows = []
    for number, row in enumerate(reader, 2):
        if None in row or any(v is None for v in row.values()):
            hint = f"give it {len(reader.fieldnames)} fields"
            raise _refused("RBI11", f"{path.name} row {number} has another number of fields than the header", hint)
        rows.append((f"{path.name} row {number}", {k.strip(): v for k, v in row.items()}))
    return rows


def _json_rows(path: Path, text: str) -> list[tuple[str, dict[str, Any]]]:
    if text.lstrip().startswith("["):
        try:
            found = json.loads(text, parse_float=str, parse_int=str)
        except ValueError as error:
            raise _refused("RBI11", f"{path.name} is not JSON: {error}", "mend the file") from None
        return [(f"{path.name} item {i}", _object(path, i, row)) for i, row in enumerate(found, 1)]
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                row = json.loads(line, parse_float=str, parse_int=str)
            except ValueError as error:
                raise _refused("RBI11", f"{path.name} line {number} is not JSON: {error}", "mend the line") from None
            rows.append((f"{path.name} line {number}", _object(path, number, row)))
    return rows


def _object(path: Path, number: int, row: object) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise _refused("RBI11", f"{path.name} line {number} is no JSON object", "write one object a row")
    return row


def _refused(code: str, message: str, hint: str) -> Refused:
    return Refused(error_data(code, message, hint), error_text(code, message, hint))
