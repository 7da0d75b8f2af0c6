"""The dedup index: sorted files of 64-bit identity keys with the segment each is in, memory-mapped.

A run file is n keys (uint64, ascending, little-endian) followed by n segment numbers (uint32). The index only finds
candidates. It is derived from the segments: a run that is missing or damaged is built again from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.events.catalogue import IndexRun
from engine.events.files import DurableFile, Faults, write_durably

__all__ = ["FANOUT", "Keys", "find", "load", "merge_wanted", "merged", "write_run"]

Keys = tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint32]]
"""Ascending keys and, beside each, its segment number."""
FANOUT = 6
_KEY, _NUMBER = np.dtype("<u8"), np.dtype("<u4")


def write_run(root: Path, name: str, keys: Keys, faults: Faults) -> IndexRun:
    """Write one run durably; the catalogue row that the caller commits makes it part of the index."""
    path = f"index/{name}.keys"

    def fill(out: DurableFile) -> None:
        out.write(np.ascontiguousarray(keys[0], _KEY).tobytes())
        out.write(np.ascontiguousarray(keys[1], _NUMBER).tobytes())

    sha256 = write_durably(root / path, fill, faults, "index")
    return IndexRun(path, len(keys[0]), sha256)


def load(root: Path, run: IndexRun) -> Keys | None:
    """Map a run into memory; None when the file is missing or has another size than catalogued."""
    path = root / run.path
    if not path.exists() or path.stat().st_size != run.keys * (_KEY.itemsize + _NUMBER.itemsize):
        return None
    keys = np.memmap(path, _KEY, "r", 0, (run.keys,))
    numbers = np.memmap(path, _NUMBER, "r", run.keys * _KEY.itemsize, (run.keys,))
    return keys, numbers


def find(runs: Sequence[Keys], wanted: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32]]:
    """Candidates for ascending `wanted` keys: (index into wanted, segment number), every pair once."""
    places, numbers = [np.empty(0, np.int64)], [np.empty(0, np.uint32)]
    for keys, segments in runs:
        low = np.searchsorted(keys, wanted, "left")
        hit = np.flatnonzero(low < len(keys))
        hit = hit[keys[low[hit]] == wanted[hit]]
        if len(hit) == 0:
            continue
        counts = np.searchsorted(keys, wanted[hit], "right") - low[hit]
        # equal keys stand side by side: spread each hit over its run of equals
        offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        places.append(np.repeat(hit, counts))
        numbers.append(segments[np.repeat(low[hit], counts) + offsets])
    return np.concatenate(places), np.concatenate(numbers)


def merge_wanted(runs: Sequence[IndexRun]) -> list[IndexRun]:
    """Runs to merge into one now: those of the size class that is full, so that look-ups stay few; or none."""
    classes: dict[int, list[IndexRun]] = {}
    for run in runs:
        classes.setdefault(max(run.keys, 1).bit_length() // 3, []).append(run)
    return next((members for _, members in sorted(classes.items()) if len(members) >= FANOUT), [])


def merged(parts: Sequence[Keys]) -> Keys:
    """Several runs as one ascending run."""
    keys = np.concatenate([part[0] for part in parts])
    order = np.argsort(keys, kind="stable")
    return keys[order], np.concatenate([part[1] for part in parts])[order]
