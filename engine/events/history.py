"""The dedup index of one ingest: loaded from its runs, kept small by merging, rebuilt from segments if damaged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from engine.events import catalogue
from engine.events.catalogue import Connect, IndexRun, Segment
from engine.events.check import KEY
from engine.events.files import Faults
from engine.events.index import Keys, load, merge_wanted, merged, write_run

__all__ = ["History"]


class History:
    """What the ingest knows of the log so far."""

    def __init__(self, root: Path, connect: Connect, duck: duckdb.DuckDBPyConnection, faults: Faults) -> None:
        """Load the index; a missing or cut run makes it be built again from the segments."""
        self._root, self._connect = root, connect
        with connect() as conn:
            self._runs = catalogue.index_runs(conn)
        loaded = [load(root, run) for run in self._runs]
        keys = [part for part in loaded if part is not None]
        self.runs: list[Keys] = keys
        if len(keys) < len(loaded):
            self._rebuild(duck, faults)

    def segments(self, numbers: set[int]) -> dict[int, Segment]:
        """Catalogued segments by number."""
        with self._connect() as conn:
            return catalogue.segments_by_number(conn, numbers)

    def write(self, ordered: pa.Table, written: Sequence[Segment], first_seq: int, faults: Faults) -> IndexRun | None:
        """Write the index run of a batch about to be committed; None for a batch that stores nothing."""
        if not written:
            return None
        numbers = np.repeat(
            np.array([segment.number for segment in written], np.uint32), [segment.rows for segment in written]
        )
        name = f"{first_seq:012d}-{first_seq + ordered.num_rows - 1:012d}"
        return write_run(self._root, name, _ascending(ordered["key"].to_numpy(), numbers), faults)

    def added(self, run: IndexRun | None) -> None:
        """Take a committed run into use."""
        if run is not None:
            keys = load(self._root, run)
            assert keys is not None, "the run was renamed into place before its commit"
            self._runs.append(run)
            self.runs.append(keys)

    def compact(self, faults: Faults) -> None:
        """Merge full size classes of runs; the old files are swept by a later ingest."""
        while parts := merge_wanted(self._runs):
            places = [self._runs.index(run) for run in parts]
            run = write_run(self._root, _span(parts), merged([self.runs[place] for place in places]), faults)
            faults("merge-written")
            with self._connect() as conn:
                catalogue.swap_index_runs(conn, parts, [run])
            self._runs = [kept for kept in self._runs if kept not in parts]
            self.runs = [keys for place, keys in enumerate(self.runs) if place not in places]
            self.added(run)

    def _rebuild(self, duck: duckdb.DuckDBPyConnection, faults: Faults) -> None:
        with self._connect() as conn:
            segments = catalogue.segments(conn)
        parts = [_keys_of(duck, self._root, segment) for segment in segments]
        run = write_run(self._root, f"{segments[0].seq_from:012d}-{segments[-1].seq_to:012d}.x", merged(parts), faults)
        with self._connect() as conn:
            catalogue.swap_index_runs(conn, self._runs, [run])
        self._runs, self.runs = [], []
        self.added(run)


def _ascending(keys: npt.NDArray[np.uint64], numbers: npt.NDArray[np.uint32]) -> Keys:
    order = np.argsort(keys, kind="stable")
    return keys[order], numbers[order]


def _span(runs: Sequence[IndexRun]) -> str:
    """A name for the merge of runs: its seq span and how many it holds, so that no live file is overwritten."""
    names = [Path(run.path).stem for run in runs]
    return f"{min(names)[:12]}-{max(name[13:25] for name in names)}.m{sum(run.keys for run in runs)}"


def _keys_of(duck: duckdb.DuckDBPyConnection, root: Path, segment: Segment) -> Keys:
    file = str(segment.file(root))
    keys = duck.execute(f"SELECT {KEY} AS key FROM read_parquet($file)", {"file": file}).fetchnumpy()["key"]
    return _ascending(np.asarray(keys, np.uint64), np.full(len(keys), segment.number, np.uint32))
