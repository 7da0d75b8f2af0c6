"""The order of a batch in its segments: type, date, subject, time, id, source; found on numbers instead of texts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from engine.events.clock import DAY_US

__all__ = ["segment_order", "segment_starts"]

Ints = npt.NDArray[np.int64]
_KEY_BITS = 63


def segment_order(table: pa.Table) -> Ints:
    """Row numbers in the order of the segments. Texts compare by their UTF-8 bytes.

    The columns `type`, `subject`, `id` and `source` hold one chunk each; `time_us` is UTC microseconds.
    """
    if table.num_rows == 0:
        return np.empty(0, np.int64)
    time_us = table["time_us"].to_numpy()
    day, clock = np.divmod(time_us, DAY_US)
    keys = [_ranks(table["type"]), day - day.min(), _ranks(table["subject"]), clock]
    bits = [int(key.max()).bit_length() for key in keys]
    if sum(bits) > _KEY_BITS:
        order = np.lexsort(keys[::-1])
        ranked = [key[order] for key in keys]
        equal = np.logical_and.reduce([key[1:] == key[:-1] for key in ranked])
    else:
        packed = keys[0]
        for key, width in zip(keys[1:], bits[1:], strict=True):
            packed = packed << width | key
        order = np.argsort(packed)
        ranked_key = packed[order]
        equal = ranked_key[1:] == ranked_key[:-1]
    return _untied(order, np.flatnonzero(equal), table)


def segment_starts(table: pa.Table) -> list[int]:
    """Where in an ordered batch each segment starts: at a new type or a new UTC date."""
    if table.num_rows == 0:
        return []
    kinds, days = _codes(table["type"])[0], table["time_us"].to_numpy() // DAY_US
    return [0, *(np.flatnonzero((kinds[1:] != kinds[:-1]) | (days[1:] != days[:-1])) + 1).tolist()]


def _untied(order: Ints, ties: Ints, table: pa.Table) -> Ints:
    """Rows alike in type, subject and time put in the order of id, then source."""
    if len(ties) == 0:
        return order
    group_ends = np.flatnonzero(np.diff(ties, append=ties[-1] + 2) > 1)
    start = 0
    ids, sources = table["id"], table["source"]
    for end in group_ends.tolist():
        first, last = int(ties[start]), int(ties[end]) + 2
        rows = order[first:last].tolist()
        order[first:last] = sorted(rows, key=lambda row: (ids[row].as_py().encode(), sources[row].as_py().encode()))
        start = end + 1
    return order


def _codes(column: pa.ChunkedArray) -> tuple[Ints, list[str]]:
    encoded = column.combine_chunks().dictionary_encode()
    return encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64), encoded.dictionary.to_pylist()


def _ranks(column: pa.ChunkedArray) -> Ints:
    """Each text's place among the different texts of the column."""
    codes, texts = _codes(column)
    ranks = np.empty(len(texts), np.int64)
    ranks[sorted(range(len(texts)), key=lambda code: texts[code].encode())] = np.arange(len(texts))
    return ranks[codes]
