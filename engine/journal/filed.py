"""Reading batch files: one document, those that match, or all, without the whole file in memory as Python objects."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import Connection, insert, select

from engine.journal.batches import Batch, altered, missing
from engine.journal.tables import batches

ROWS = pa.schema([("id", pa.string()), ("body", pa.string())])
Where = Mapping[str, str | Collection[str]]
"""Indexed field → the value it must have, or those of which it must have one."""
_File = tuple[str, int, int]
"""Path, time of change in nanoseconds, size: a file that was changed is another one."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A batch of documents in the store; `first` and `last` are its least and greatest id, as texts."""

    artefact: str
    kind: str
    digest: str
    count: int
    first: str
    last: str


def filed(connection: Connection, kind: str | None = None) -> list[Filed]:
    """The batches of a kind, or all, in the order of their files' names."""
    statement = select(batches).order_by(batches.c.artefact)
    if kind is not None:
        statement = statement.where(batches.c.kind == kind)
    return [Filed(**row._mapping) for row in connection.execute(statement)]


def bounds(ids: pa.ChunkedArray) -> tuple[str, str]:
    """The least and the greatest of ids; two empty texts when there are none."""
    found = pc.min_max(ids).as_py()
    return found["min"] or "", found["max"] or ""


def file_batch(connection: Connection, root: Path, batch: Batch) -> Filed:
    """Make the documents of a file part of the store."""
    made = Filed(batch.artefact, batch.kind, batch.digest, batch.count, *bounds(_ids(root, batch.artefact)))
    if batch.count:
        connection.execute(insert(batches).values({name: getattr(made, name) for name in Filed.__slots__}))
    return made


def ids_in(root: Path, one: Filed) -> pa.ChunkedArray:
    """The ids of a batch, in its order."""
    return _ids(root, one.artefact)


def body_in(root: Path, one: Filed, ident: str) -> str | None:
    """The canonical JSON of one document of a batch, or None."""
    if not one.first <= ident <= one.last:
        return None
    file = _file(root, one.artefact)
    for group, (first, last) in enumerate(_ranges(file)):
        if (first is None or first <= ident) and (last is None or ident <= last):
            body = _bodies(file, group).get(ident)
            if body is not None:
                return body
    return None


def rows_in(root: Path, one: Filed, where: Where) -> pa.Table:
    """`id` and `body` of the documents of a batch whose fields have these values, in its order."""
    return pa.concat_tables([ROWS.empty_table(), *_matching(_open(_file(root, one.artefact)), where)])


def _matching(opened: pq.ParquetFile, where: Where) -> Iterator[pa.Table]:
    """The fields are read first; bodies only of row groups that hold a match."""
    for group in range(opened.num_row_groups):
        mask = None
        if where:
            fields = opened.read_row_group(group, columns=list(where))
            for field, value in where.items():
                wanted = pa.array([value] if isinstance(value, str) else sorted(value), pa.string())
                same = pc.is_in(fields[field], wanted)
                mask = same if mask is None else pc.and_(mask, same)
            if not pc.any(mask).as_py():
                continue
        rows = opened.read_row_group(group, columns=["id", "body"]).select(["id", "body"]).cast(ROWS)
        yield rows if mask is None else rows.filter(mask)


def _ids(root: Path, artefact: str) -> pa.ChunkedArray:
    return _open(_file(root, artefact)).read(columns=["id"])["id"]


def _file(root: Path, artefact: str) -> _File:
    try:
        found = (root / artefact).stat()
    except FileNotFoundError as error:
        raise missing(artefact) from error
    return str(root / artefact), found.st_mtime_ns, found.st_size


def _open(file: _File) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(file[0])
    except pa.ArrowInvalid as error:
        raise altered(Path(file[0]).name) from error


@lru_cache(maxsize=64)
def _ranges(file: _File) -> tuple[tuple[str | None, str | None], ...]:
    """Least and greatest id of each row group, where the file says so."""
    metadata = _open(file).metadata
    place = metadata.schema.names.index("id")
    found = [metadata.row_group(n).column(place).statistics for n in range(metadata.num_row_groups)]
    return tuple((s.min, s.max) if s is not None and s.has_min_max else (None, None) for s in found)


@lru_cache(maxsize=16)
def _bodies(file: _File, group: int) -> dict[str, str]:
    """Bodies by id of one row group: kept, since look-ups come in runs."""
    rows = _open(file).read_row_group(group, columns=["id", "body"])
    return dict(zip(rows["id"].to_pylist(), rows["body"].to_pylist(), strict=True))
