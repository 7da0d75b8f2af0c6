"""Writing segments: a batch of fresh events sorted, numbered, split by type and date, one Parquet file each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from engine.events.catalogue import Segment
from engine.events.files import DurableFile, Faults, write_durably
from engine.events.instants import instant
from engine.events.options import PropertySchema
from engine.events.ordering import segment_order, segment_starts
from engine.events.properties import NARROW

__all__ = [
    "FIXED",
    "ROW_GROUP",
    "TRAILING",
    "column_types",
    "narrowed",
    "order_and_number",
    "segment_path",
    "write_segments",
    "write_table",
]

ROW_GROUP = 100_000
_MAX_FOLDER = 200
FIXED = ("seq", "id", "source", "subject", "time", "digest")
TRAILING = ("data", "ext")
# Columns whose values come again and again; for the others a dictionary costs time and makes the file larger.
_REPEATED = ("source", "subject", "ext")


@dataclass(frozen=True, slots=True)
class Part:
    """Contiguous rows of one ordered batch that belong to one segment."""

    type: str
    date: str
    table: pa.Table


def order_and_number(fresh: pa.Table, first_seq: int) -> pa.Table:
    """The batch in the order of its segments, with `seq` counted in that order.

    So within a batch `seq` does not depend on the order of arrival; batch after batch it only grows.
    """
    whole = fresh.drop_columns(["canonical", "block", "row", "time"]).combine_chunks()
    ordered = whole.take(pa.array(segment_order(whole)))
    seqs = np.arange(first_seq, first_seq + ordered.num_rows, dtype=np.int64)
    ordered = ordered.append_column("time", pc.cast(ordered["time_us"], pa.timestamp("us")))
    return ordered.append_column("seq", pa.array(seqs))


def write_segments(
    root: Path,
    ordered: pa.Table,
    properties: Mapping[str, PropertySchema],
    next_number: int,
    batch: int,
    faults: Faults,
) -> list[Segment]:
    """Write one file for each type and date; they are no part of the log until the catalogue names them."""
    written = []
    for number, part in enumerate(_parts(ordered), start=next_number):
        wanted = _wanted(properties.get(part.type, {}))
        table = narrowed(part.table.select([*FIXED, *wanted, *TRAILING]))
        seqs = pc.min_max(table["seq"]).as_py()
        times = pc.min_max(part.table["time_us"]).as_py()
        path = segment_path(part.type, part.date, seqs["min"], seqs["max"])
        written.append(
            Segment(
                number=number, path=path, type=part.type, date=part.date, seq_from=seqs["min"], seq_to=seqs["max"],
                rows=table.num_rows, time_min_us=times["min"], time_max_us=times["max"],
                sha256=write_table(root / path, table, faults), columns=column_types(table.schema), revision=0,
                batch=batch,
            )
        )  # fmt: skip
    return written


def _parts(ordered: pa.Table) -> Iterator[Part]:
    starts = segment_starts(ordered)
    for start, end in pairwise([*starts, ordered.num_rows]):
        day = instant(ordered["time_us"][start].as_py()).date()
        yield Part(ordered["type"][start].as_py(), day.isoformat(), ordered.slice(start, end - start))


def _wanted(schema: PropertySchema) -> list[str]:
    numbers = [f"n_{path}" for path, want in schema.items() if want.number]
    return sorted(numbers) + sorted(f"t_{path}" for path, want in schema.items() if want.text)


def narrowed(table: pa.Table) -> pa.Table:
    """Exact numbers in 64 bits, DECIMAL(18,6), where every value of the column fits without loss."""
    for place, field in enumerate(table.schema):
        if field.name.startswith("n_"):
            try:
                column = pc.cast(table.column(place), NARROW)
            except pa.ArrowInvalid:
                continue  # a value needs the wide form: the column stays DECIMAL(38,12)
            table = table.set_column(place, field.name, column)
    return table


def column_types(schema: pa.Schema) -> dict[str, str]:
    """Column → DuckDB type, as the catalogue records it."""
    names = {"int64": "BIGINT", "string": "VARCHAR", "timestamp[us]": "TIMESTAMP"}
    return {f.name: names.get(str(f.type)) or f"DECIMAL({f.type.precision},{f.type.scale})" for f in schema}


def segment_path(type_: str, date: str, seq_from: int, seq_to: int, revision: int = 0) -> str:
    """Where a segment lives in its workspace; characters that a folder name cannot hold are percent-encoded."""
    folder = quote(type_, safe="")
    if set(folder) == {"."}:
        folder = folder.replace(".", "%2E")
    if len(folder) > _MAX_FOLDER:
        folder = f"{folder[:100]}~{hashlib.sha256(type_.encode()).hexdigest()[:32]}"
    suffix = f".r{revision}" if revision else ""
    return f"events/{folder}/{date}/{seq_from:012d}-{seq_to:012d}{suffix}.parquet"


def write_table(path: Path, table: pa.Table, faults: Faults) -> str:
    """Write one Parquet file durably: zstd-1, row groups of 100k, decimals as integers; its SHA-256 comes back."""

    def fill(out: DurableFile) -> None:
        pq.write_table(
            table,
            pa.PythonFile(out, mode="w"),
            row_group_size=ROW_GROUP,
            compression="zstd",
            compression_level=1,
            use_dictionary=[name for name in table.column_names if name in _REPEATED or name.startswith("t_")],
            store_decimal_as_integer=True,
            store_schema=False,
        )

    return write_durably(path, fill, faults, "segment")
