"""Many documents as one content-addressed file, so that one journal entry can stand for a whole billing run.

The file is Parquet: `id`, `body` (canonical JSON) and the fields by which its kind is looked up, all text, in the
caller's order. The documents stay in it until one of them changes.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from engine.journal.errors import ARTEFACT_ALTERED, ARTEFACT_MISSING, StoreError, from_os_error
from engine.journal.tables import INDEXED

FOLDER = "batches"
GROUP_ROWS = 8192
"""Documents in one row group: what a look-up of one document reads."""

BatchReader: TypeAlias = Callable[[str], bytes]
"""From an artefact's relative path to its bytes."""


@dataclass(frozen=True, slots=True)
class Batch:
    """`count` documents of one `kind` in the file `artefact` (a path below the workspace) whose SHA-256 is `digest`."""

    kind: str
    count: int
    digest: str
    artefact: str


def columns_of(kind: str) -> tuple[str, ...]:
    """The columns of a batch file of a kind of document."""
    return ("id", "body", *INDEXED.get(kind, ()))


def encode_rows(kind: str, rows: Sequence[tuple[str, str]], index: Sequence[tuple[Any, ...]] | None) -> bytes:
    """The artefact's bytes for (id, canonical body) rows and their index rows (id, *fields)."""
    arrays = [[row[0] for row in rows], [row[1] for row in rows]]
    arrays += [[row[place] for row in index or ()] for place in range(1, len(columns_of(kind)) - 1)]
    table = pa.table({name: pa.array(array, pa.string()) for name, array in zip(columns_of(kind), arrays, strict=True)})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, row_group_size=GROUP_ROWS, compression="zstd", compression_level=1)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def write_batch(
    root: Path, kind: str, rows: Iterable[tuple[str, str]], index: Sequence[tuple[Any, ...]] | None = None
) -> Batch:
    """Write the rows below `root` (temporary name, fsync, rename, fsync of the folder) and say where they are."""
    rows = list(rows)
    data = encode_rows(kind, rows, index)
    name = hashlib.sha256(data).hexdigest()
    artefact = f"{FOLDER}/{name}.parquet"
    try:
        _write_durably(root / artefact, data)
    except OSError as error:
        raise from_os_error(error, str(root / artefact)) from error
    return Batch(kind, len(rows), name, artefact)


def file_reader(root: Path) -> BatchReader:
    """A reader of the artefacts below `root`; a missing one raises StoreError RBJ11."""

    def read(artefact: str) -> bytes:
        try:
            return (root / artefact).read_bytes()
        except FileNotFoundError as error:
            raise missing(artefact) from error
        except OSError as error:
            raise from_os_error(error, artefact) from error

    return read


def read_batch(batch: Batch, read: BatchReader) -> pa.Table:
    """The rows of a batch, its bytes checked against its digest (StoreError RBJ12 when they differ)."""
    data = read(batch.artefact)
    if hashlib.sha256(data).hexdigest() != batch.digest:
        raise altered(batch.artefact)
    return pq.read_table(pa.BufferReader(data), columns=list(columns_of(batch.kind)))


def missing(artefact: str) -> StoreError:
    """The error of a batch file that is not there."""
    hint = "restore the file from a backup; the journal's entry names its digest"
    return StoreError(ARTEFACT_MISSING, f"the batch file {artefact} is missing", hint)


def altered(artefact: str) -> StoreError:
    """The error of a batch file that holds other bytes than were written."""
    hint = "restore the file from a backup"
    return StoreError(ARTEFACT_ALTERED, f"the batch file {artefact} was altered after it was written", hint)


def _write_durably(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    with open(temporary, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
