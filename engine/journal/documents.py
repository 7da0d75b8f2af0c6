"""Reading documents, and the rows that index them.

A document is a row of its own, or as long as it has not changed since it came in a batch, a row of the batch's file.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, select

from engine.journal.batches import Batch
from engine.journal.canonical import parse_json
from engine.journal.errors import BAD_REQUEST, DOCUMENT_EXISTS, StoreError
from engine.journal.filed import ROWS, Filed, Where, body_in, file_batch, filed, ids_in, rows_in
from engine.journal.tables import INDEXED, documents, index_tables

GONE = ""
"""The body of a row that says: the document of this id came in a batch and was deleted."""


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents of a store whose batch files are below `root`."""

    root: Path | None

    def body(self, connection: Connection, kind: str, ident: str) -> str | None:
        """The canonical JSON of a document, or None."""
        row = own_row(connection, kind, ident)
        return (row or None) if row is not None else self.filed_body(connection, kind, ident)

    def filed_body(self, connection: Connection, kind: str, ident: str) -> str | None:
        """The canonical JSON of a document as it came in a batch, or None."""
        found = (body_in(self.folder, one, ident) for one in filed(connection, kind))
        return next((body for body in found if body is not None), None)

    def table(self, connection: Connection, kind: str, where: Where | None = None) -> pa.Table:
        """`id` and `body` of the documents of a kind in the order of their ids; `where` compares indexed fields."""
        where = where or {}
        statement = select(documents.c.id, documents.c.body).where(documents.c.kind == kind)
        if where:
            index = _index_of(kind, where)
            statement = statement.join(index, index.c.id == documents.c.id)
            statement = statement.where(*(index.c[field].in_(_values(value)) for field, value in where.items()))
        own = [(ident, body) for ident, body in connection.execute(statement).all() if body != GONE]
        rows = pa.table([pa.array([r[0] for r in own], pa.string()), pa.array([r[1] for r in own], pa.string())], ROWS)
        came = filed(connection, kind)
        if came:
            held = pa.concat_tables([rows_in(self.folder, one, where) for one in came])
            rows = pa.concat_tables([rows, held.filter(pc.invert(self._changed(connection, kind, held["id"])))])
        return _in_order(rows)

    def read(
        self, connection: Connection, kind: str, **where: str | Collection[str]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """(id, body) of the documents of a kind in the order of their ids; `where` compares indexed fields."""
        for batch in self.table(connection, kind, where).to_batches(max_chunksize=1000):
            for ident, body in zip(batch["id"].to_pylist(), batch["body"].to_pylist(), strict=True):
                yield ident, parse_json(body)

    def add(self, connection: Connection, batch: Batch) -> None:
        """Make the documents of a batch's file part of the store; StoreError RBJ13 when one of the ids is in use."""
        made = file_batch(connection, self.folder, batch)
        new = ids_in(self.folder, made)
        taken = pc.count_distinct(new).as_py() < len(new) or pc.any(self._changed(connection, batch.kind, new)).as_py()
        for one in filed(connection, batch.kind):
            if one.artefact != made.artefact and one.first <= made.last and made.first <= one.last:
                taken = taken or pc.any(pc.is_in(new, ids_in(self.folder, one))).as_py()
        if taken:
            message = f"a {batch.kind} of this batch exists already"
            raise StoreError(DOCUMENT_EXISTS, message, "the same run was committed before; look up its result")

    @property
    def folder(self) -> Path:
        """Where the batch files are; StoreError RBJ15 for a store that was opened without a folder."""
        if self.root is None:
            raise StoreError(BAD_REQUEST, "this store has no folder for batch files", "open it with artefacts=PATH")
        return self.root

    @staticmethod
    def _changed(connection: Connection, kind: str, ids: pa.ChunkedArray) -> pa.ChunkedArray:
        """Which of these ids have a row of their own."""
        own = connection.execute(select(documents.c.id).where(documents.c.kind == kind)).scalars().all()
        return pc.is_in(ids, pa.array(own, pa.string()))


def own_row(connection: Connection, kind: str, ident: str) -> str | None:
    """The body in a document's own row (`GONE` when it was deleted), or None when it has none."""
    statement = select(documents.c.body).where((documents.c.kind == kind) & (documents.c.id == ident))
    return connection.execute(statement).scalar_one_or_none()


def index_values(kind: str, ident: str, body: dict[str, Any]) -> dict[str, str | None]:
    """The index row of a document: its indexed fields as text, None where the body has none."""
    row: dict[str, str | None] = {"id": ident}
    for field in INDEXED[kind]:
        value = body.get(field)
        row[field] = None if value is None else str(value)
    return row


def _values(value: str | Collection[str]) -> list[str]:
    return [value] if isinstance(value, str) else sorted(value)


def _index_of(kind: str, where: Where) -> Any:
    table = index_tables[kind]
    if unknown := [field for field in where if field not in table.c]:
        raise StoreError(BAD_REQUEST, f"{kind} is not looked up by {', '.join(unknown)}", "see what is indexed")
    return table


def _in_order(rows: pa.Table) -> pa.Table:
    ids = rows["id"]
    if len(ids) > 1 and not pc.all(pc.less_equal(ids[:-1], ids[1:])).as_py():
        return rows.sort_by("id")
    return rows


__all__ = ["GONE", "Documents", "Filed", "index_values", "own_row"]
