"""CSV and Parquet rows as CloudEvents: each row becomes a JSON event and goes the same way as all others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any

import msgspec

from engine.events.blocks import Block
from engine.events.csvrows import csv_rows
from engine.events.localtime import rfc3339, zone_of
from engine.events.mapping import Plan, plan_columns
from engine.events.options import IngestOptions, Source
from engine.events.parquetrows import parquet_rows
from engine.events.rows import NUMBER_HOOK
from engine.events.streams import Opened

__all__ = ["tabular_blocks"]

_OBJECT = msgspec.json.Decoder(dict[str, Any], float_hook=NUMBER_HOOK)
_JSON = msgspec.json.Encoder(decimal_format="number")
_SORTED = msgspec.json.Encoder(order="sorted", decimal_format="number")


def tabular_blocks(opened: Opened, source: Source, options: IngestOptions) -> Iterator[Block]:
    """Blocks of events made of a table's rows; rows that do not fit the header are refused with their text."""
    defaults = {"source": options.default_source, "type": options.default_type}
    zone = zone_of(options.timezone)
    parts = parquet_rows(opened) if opened.kind.format == "parquet" else csv_rows(opened)
    plan: Plan | None = None
    for part in parts:
        if plan is None:
            plan = plan_columns(part.header, source.mapping, defaults, opened.label)
        events = [
            _event(dict(zip(part.header, values, strict=True)), position, plan, opened.label, zone)
            for values, position in zip(part.rows, part.positions, strict=True)
        ]
        first = part.positions[0] if part.positions else 1
        yield Block(opened.label, first, _JSON.encode_lines(events), refused=part.refused, positions=part.positions)


def _event(row: dict[str, Any], position: int, plan: Plan, label: str, zone: tzinfo) -> dict[str, Any]:
    event: dict[str, Any] = {"specversion": "1.0", **plan.literals}
    for name, column in plan.columns.items():
        value = row[column]
        event[name] = value if isinstance(value, str) or value is None else _text(value)
    event["time"] = rfc3339(event["time"] or "", zone)
    if plan.id_from == "row":
        event["id"] = f"{label}:{position}"
    elif plan.id_from == "content":
        event["id"] = f"row-{hashlib.sha256(_SORTED.encode([event, row])).hexdigest()[:32]}"
    event["data"] = {**_data(row, plan), **plan.fixed}
    return event


def _data(row: dict[str, Any], plan: Plan) -> dict[str, Any]:
    """The mapped and the remaining columns; a column `data` that holds an object is taken for the data itself."""
    data = {name: row[column] for name, column in plan.properties.items() if row[column] is not None}
    whole = data.get("data")
    if isinstance(whole, str) and whole.lstrip().startswith("{"):
        try:
            whole = _OBJECT.decode(whole)
        except (msgspec.DecodeError, ArithmeticError):
            return data
    if isinstance(whole, dict):
        del data["data"]
        return {**data, **whole}
    return data


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return (value if value.tzinfo is None else value.astimezone(UTC)).isoformat(sep=" ")
    return str(value)
