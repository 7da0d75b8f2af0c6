"""Many documents as one content-addressed file, so that one journal entry can stand for a whole billing run.

The file is JSON lines, `{"body":…,"id":"…"}` in the caller's order, named by the SHA-256 of its bytes.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from engine.journal.errors import ARTEFACT_ALTERED, ARTEFACT_MISSING, BAD_REQUEST, StoreError, from_os_error

FOLDER = "batches"
_IDS = re.compile(r"[A-Za-z0-9_.:/@+-]+(\n[A-Za-z0-9_.:/@+-]+)*")
_ID_FIELD = ',"id":"'

BatchReader: TypeAlias = Callable[[str], bytes]
"""From an artefact's relative path to its bytes."""


@dataclass(frozen=True, slots=True)
class Batch:
    """`count` documents of one `kind` in the file `artefact` (a path below the workspace) whose SHA-256 is `digest`."""

    kind: str
    count: int
    digest: str
    artefact: str


def encode_rows(rows: Iterable[tuple[str, str]]) -> bytes:
    """The artefact's bytes for (id, canonical body) rows.

    Raises StoreError RBJ15 on an id with other characters than letters, digits and `_ . : / @ + -`.
    """
    rows = list(rows)
    ids = "\n".join([row[0] for row in rows])
    if rows and (not _IDS.fullmatch(ids) or ids.count("\n") != len(rows) - 1):
        raise StoreError(BAD_REQUEST, "a document id in the batch is empty or holds a character that ids may not hold")
    return "".join([f'{{"body":{body},"id":"{ident}"}}\n' for ident, body in rows]).encode()


def decode_rows(data: bytes) -> Iterator[tuple[str, str]]:
    """The (id, canonical body) rows of an artefact's bytes."""
    for line in data.decode().split("\n")[:-1]:
        split = line.rindex(_ID_FIELD)
        yield line[split + len(_ID_FIELD) : -2], line[len('{"body":') : split]


def write_batch(root: Path, kind: str, rows: Iterable[tuple[str, str]]) -> Batch:
    """Write the rows below `root` (temporary name, fsync, rename, fsync of the folder) and say where they are."""
    rows = list(rows)
    data = encode_rows(rows)
    name = hashlib.sha256(data).hexdigest()
    artefact = f"{FOLDER}/{name}.jsonl"
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
            hint = "restore the file from a backup; the journal's entry names its digest"
            raise StoreError(ARTEFACT_MISSING, f"the batch file {artefact} is missing", hint) from error
        except OSError as error:
            raise from_os_error(error, artefact) from error

    return read


def read_batch(batch: Batch, read: BatchReader) -> list[tuple[str, str]]:
    """The rows of a batch, its bytes checked against its digest (StoreError RBJ12 when they differ)."""
    data = read(batch.artefact)
    if hashlib.sha256(data).hexdigest() != batch.digest:
        hint = "restore the file from a backup"
        raise StoreError(ARTEFACT_ALTERED, f"the batch file {batch.artefact} was altered after it was written", hint)
    return list(decode_rows(data))


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
