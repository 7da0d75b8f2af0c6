"""Parquet as rows: decimals and integers exact, binary floats by their shortest decimal text, instants in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from engine.events.csvrows import RowPart
from engine.events.errors import IngestError
from engine.events.streams import Opened

__all__ = ["parquet_rows"]

_STEP = 20_000


def parquet_rows(opened: Opened) -> Iterator[RowPart]:
    """Rows of a Parquet file. RBE09 when it is damaged or holds a column that JSON has no form for."""
    position = 1
    try:
        file = pq.ParquetFile(opened.stream)
        for batch in file.iter_batches(batch_size=_STEP):
            columns = [_plain(batch.column(place), name) for place, name in enumerate(batch.schema.names)]
            rows = list(zip(*columns, strict=True))
            yield RowPart(batch.schema.names, rows, range(position, position + len(rows)))
            position += len(rows)
        if position == 1:
            yield RowPart(file.schema_arrow.names, [], [])
    except (pa.ArrowException, OSError) as error:
        raise IngestError(
            "RBE09", f"the Parquet file cannot be read: {error}", "write it again; nothing after this place is stored",
            opened.label,
        ) from error  # fmt: skip


def _plain(column: pa.Array, name: str) -> list[Any]:
    kind = column.type
    if pa.types.is_timestamp(kind):
        # finer than a microsecond is cut, as in CSV
        return list(pc.cast(column, pa.timestamp("us", kind.tz), safe=False).to_pylist())
    if pa.types.is_floating(kind):
        return [None if value is None else _shortest(value) for value in column.to_pylist()]
    return [_exact(value, name) for value in column.to_pylist()]


def _shortest(value: Any) -> str:
    """A binary float's shortest decimal text: what its writer saw; noise beyond 12 places is refused later."""
    return repr(value)


def _exact(value: Any, name: str) -> Any:
    if value is None or isinstance(value, str | bool | int | Decimal):
        return value
    if isinstance(value, list):
        return [_exact(item, name) for item in value]
    if isinstance(value, dict):
        return {key: _exact(item, name) for key, item in value.items()}
    if type(value).__name__ == "float":
        return _shortest(value)
    if isinstance(value, bytes):
        raise IngestError("RBE09", f"the column `{name}` is binary", "leave it out, or write it as text", name)
    return str(value)
