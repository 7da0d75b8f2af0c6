"""Python values as Arrow columns, built from their buffers.

`pyarrow.array` looks at every value through a general converter and imports pandas to do so: a fifth of a second and
several times the work for what are plain lists of integers and texts.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any

import numpy as np
import pyarrow as pa

__all__ = ["column", "of_arrays", "of_records", "of_rows"]

WIDE = pa.decimal128(38, 0)
_CODES = {pa.int8(): "b", pa.int16(): "h", pa.int32(): "i", pa.int64(): "q"}
_LIMIT = 10**38


def of_rows(rows: Iterable[Sequence[object]], schema: pa.Schema) -> pa.Table:
    """A table of rows whose values stand in the order of the schema."""
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.Table.from_arrays([column(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)


def of_records(records: Sequence[Mapping[str, object]], schema: pa.Schema) -> pa.Table:
    """A table of mappings; a name that one lacks is NULL there."""
    return pa.Table.from_arrays([column([r.get(f.name) for r in records], f.type) for f in schema], schema=schema)


def of_arrays(columns: Sequence[array[int]], names: Sequence[str]) -> pa.Table:
    """A table of 64-bit integers (arrays of type `q`) that are columns already; their memory is shared."""
    made = [pa.Array.from_buffers(pa.int64(), len(c), [None, pa.py_buffer(c)]) for c in columns]
    return pa.Table.from_arrays(made, names=list(names))


def column(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Values as a column of integers, texts, truth values or whole decimals of 38 digits; None is NULL.

    Raises `OverflowError` where a number does not fit, `TypeError` where a value is of another type.
    """
    valid = None
    if None in values:
        valid = _bits([v is not None for v in values])
        nothing: object = "" if kind == pa.string() else 0
        values = [nothing if v is None else v for v in values]
    return pa.Array.from_buffers(kind, len(values), [valid, *_data(values, kind)])


def _data(values: Sequence[Any], kind: pa.DataType) -> list[pa.Buffer]:
    if kind in _CODES:
        return [pa.py_buffer(array(_CODES[kind], values))]
    if kind == pa.bool_():
        return [_bits(values)]
    if kind == pa.string():
        texts = [v.encode() for v in values]
        return [pa.py_buffer(array("i", accumulate(map(len, texts), initial=0))), pa.py_buffer(b"".join(texts))]
    if kind == WIDE:
        if any(v >= _LIMIT or v <= -_LIMIT for v in values):
            raise OverflowError("a number needs more than 38 digits")
        return [pa.py_buffer(b"".join(v.to_bytes(16, "little", signed=True) for v in values))]
    raise TypeError(f"no column of type {kind}")


def _bits(flags: Sequence[Any]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(np.fromiter(flags, np.bool_, len(flags)), bitorder="little").tobytes())
