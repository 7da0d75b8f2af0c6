"""Which usable events of a batch are new, which are duplicates, which conflict: in the batch and with all history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from engine.events.catalogue import Segment
from engine.events.check import Checked
from engine.events.index import Keys, find

__all__ = ["Sorted", "sort_out"]

FindSegments = Callable[[set[int]], dict[int, Segment]]


@dataclass(slots=True)
class Sorted:
    """The verdict on a batch; rows are counted in the batch's own order of arrival."""

    fresh: npt.NDArray[np.bool_]
    """True for the rows to store."""
    duplicates: int
    conflicts: dict[int, int]
    """Row → digest of the event that was there first."""


def sort_out(
    duck: duckdb.DuckDBPyConnection,
    root: Path,
    table: pa.Table,
    checked: Checked,
    runs: list[Keys],
    find_segments: FindSegments,
) -> Sorted:
    """Compare every usable row with what is stored, then with the rows before it; the first to arrive stays."""
    usable = np.flatnonzero(checked.usable)
    order = usable[np.argsort(checked.key[usable], kind="stable")]
    places, numbers = find(runs, checked.key[order])
    candidates = table.select(["source", "id"]).take(np.sort(order[np.unique(places)]))
    stored = _stored(duck, root, candidates, find_segments(set(numbers.tolist())))
    repeated = _repeated(checked.key[order])
    suspects = np.union1d(places, repeated)
    verdict = Sorted(checked.usable.copy(), 0, {})
    if len(suspects) == 0:
        return verdict
    rows = np.sort(order[suspects])
    names = table.select(["source", "id"]).take(rows)
    identities = zip(names["source"].to_pylist(), names["id"].to_pylist(), strict=True)
    for row, digest, identity in zip(rows.tolist(), checked.digest[rows].tolist(), identities, strict=True):
        first = stored.get(identity)
        if first is None:
            stored[identity] = digest
            continue
        verdict.fresh[row] = False
        if first == digest:
            verdict.duplicates += 1
        else:
            verdict.conflicts[row] = first
    return verdict


def _repeated(keys: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    """Places of ascending keys that have an equal neighbour."""
    equal = keys[1:] == keys[:-1]
    return np.flatnonzero(np.concatenate(([False], equal)) | np.concatenate((equal, [False])))


def _stored(
    duck: duckdb.DuckDBPyConnection, root: Path, candidates: pa.Table, segments: dict[int, Segment]
) -> dict[tuple[str, str], int]:
    """(source, id) → digest of the candidates that are truly in the log: read from the segments, compared in full."""
    if not segments:
        return {}
    duck.register("candidates", candidates)
    try:
        found = duck.execute(
            "SELECT s.source, s.id, s.digest FROM read_parquet($files) s SEMI JOIN candidates c USING (source, id)",
            {"files": [str(segment.file(root)) for segment in segments.values()]},
        ).fetchall()
    finally:
        duck.unregister("candidates")
    return {(source, id_): digest for source, id_, digest in found}
