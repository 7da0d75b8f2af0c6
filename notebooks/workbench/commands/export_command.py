"""`ratebook export WS WHAT --format F`."""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from engine.proof import export_rows
from engine.proof.export import WHAT
from engine.workspace import Workspace
from workbench.output import WrongUse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("workspace", metavar="WS")
    parser.add_argument("what", choices=WHAT)
    parser.add_argument("--format", choices=("csv", "parquet", "jsonl"), default="csv")
    parser.add_argument("--out", metavar="FILE", help="default: standard output (not for parquet)")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Write one table; money is decimal text in CSV and JSON lines, decimal128(38,12) in Parquet."""
    if options.format == "parquet" and not options.out:
        raise WrongUse("parquet is not for a terminal: give --out FILE")
    with Workspace.open(options.workspace, read_only=True) as workspace:
        rows = export_rows(workspace.root, workspace.store, options.what)
    data: dict[str, Any] = {"what": options.what, "format": options.format, "rows": rows.num_rows, "file": options.out}
    if options.format == "parquet":
        pq.write_table(rows, options.out)
        return data, f"{rows.num_rows} rows written to {options.out}"
    text = _csv(rows) if options.format == "csv" else _jsonl(rows)
    if options.out:
        Path(options.out).write_text(text, encoding="utf-8", newline="")
        return data, f"{rows.num_rows} rows written to {options.out}"
    if options.json:
        return {**data, "data": rows.to_pylist()}, ""
    sys.stdout.write(text)
    return data, ""


def _csv(rows: pa.Table) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(rows.column_names)
    for row in rows.to_pylist():
        writer.writerow(["" if v is None else v for v in row.values()])
    return out.getvalue()


def _jsonl(rows: pa.Table) -> str:
    return "".join(json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in rows.to_pylist())
