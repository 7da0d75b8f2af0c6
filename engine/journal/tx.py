"""What the work of one command may do: read and change documents, all in one transaction with the journal."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, update

from engine.journal.batches import Batch, write_batch
from engine.journal.canonical import canonical_json, digest_text, parse_json
from engine.journal.documents import GONE, Documents, index_values, own_row
from engine.journal.entries import BATCH, OUTBOX, is_batch
from engine.journal.errors import BAD_REQUEST, DOCUMENT_EXISTS, DOCUMENT_MISSING, StoreError
from engine.journal.tables import documents, index_tables

COUNTER = "counter"
"""Kind of the documents that hold the gapless counters: id = the counter's name, body = {"last": n}."""

Change = tuple[str, str, str | None, str | None]
"""(entity kind, entity id, before, after), before and after as canonical JSON."""


class Tx:
    """One command's transaction. `connection` lets another room write its own tables in the same transaction."""

    def __init__(self, connection: Connection, root: Path | None) -> None:
        self.connection = connection
        self._held = Documents(root)
        self._changes: list[Change] = []

    @property
    def changes(self) -> Sequence[Change]:
        """What was changed so far, in order; the store journals it when the work is done."""
        return tuple(self._changes)

    def get(self, kind: str, ident: str) -> dict[str, Any] | None:
        """The document, or None when there is none."""
        body = self._held.body(self.connection, kind, ident)
        return None if body is None else parse_json(body)

    def documents(self, kind: str, **where: str) -> dict[str, dict[str, Any]]:
        """The documents of a kind by id, in the order of ids; `where` compares fields of tables.INDEXED[kind]."""
        return dict(self._held.read(self.connection, kind, **where))

    def require(self, kind: str, ident: str) -> dict[str, Any]:
        """The document; StoreError RBJ14 when there is none."""
        document = self.get(kind, ident)
        if document is None:
            raise StoreError(DOCUMENT_MISSING, f"there is no {kind} `{ident}`", f"list what exists of kind {kind}")
        return document

    def put(self, kind: str, ident: str, body: dict[str, Any]) -> None:
        """Create or replace a document; the body must have a canonical JSON form (no floats)."""
        if not kind or not ident:
            raise StoreError(BAD_REQUEST, "a document needs a kind and an id", "name both")
        if kind == OUTBOX:
            raise StoreError(BAD_REQUEST, f"`{OUTBOX}` is no kind of document", "use emit for a domain event")
        after = canonical_json(body)
        if is_batch(after):
            raise StoreError(BAD_REQUEST, f"a body with only the field `{BATCH}` is kept for batches", "use bulk")
        before = self._write(kind, ident, after)
        self._index(kind, ident, body)
        self._changes.append((kind, ident, before, after))

    def _write(self, kind: str, ident: str, after: str) -> str | None:
        """Give a document a row of its own, or change the one it has; returns the body before."""
        values = {"body": after, "digest": digest_text(after)}
        own = own_row(self.connection, kind, ident)
        if own is None:
            came = self._held.filed_body(self.connection, kind, ident)
            first = 1 if came is None else 2
            self.connection.execute(insert(documents).values(kind=kind, id=ident, version=first, **values))
            return came
        where = (documents.c.kind == kind) & (documents.c.id == ident)
        version = documents.c.version + 1
        self.connection.execute(update(documents).where(where).values(version=1 if own == GONE else version, **values))
        return own or None

    def create(self, kind: str, ident: str, body: dict[str, Any]) -> None:
        """Like put, but StoreError RBJ13 when the document exists."""
        if self._held.body(self.connection, kind, ident) is not None:
            raise StoreError(DOCUMENT_EXISTS, f"{kind} `{ident}` exists already", "choose another id")
        self.put(kind, ident, body)

    def delete(self, kind: str, ident: str) -> None:
        """Remove a document; StoreError RBJ14 when there is none. Its past stays in the journal."""
        before = canonical_json(self.require(kind, ident))
        if self._held.filed_body(self.connection, kind, ident) is None:
            self.connection.execute(delete(documents).where((documents.c.kind == kind) & (documents.c.id == ident)))
        else:
            self._write(kind, ident, GONE)
        if kind in index_tables:
            table = index_tables[kind]
            self.connection.execute(delete(table).where(table.c.id == ident))
        self._changes.append((kind, ident, before, None))

    def bulk(self, kind: str, run: str, rows: Iterable[tuple[str, str]], index: list[tuple[Any, ...]] | None) -> Batch:
        """Create many documents under one journal entry about `run`.

        `rows` are (id, canonical JSON body); `index` their index rows as (id, *fields of tables.INDEXED[kind]) of text
        or None, needed exactly when the kind is indexed. They go to a content-addressed file below the workspace,
        from which the journal is folded. StoreError RBJ13 when one of the ids exists.
        """
        if (index is not None) != (kind in index_tables):
            raise StoreError(BAD_REQUEST, f"index rows do not fit kind `{kind}`", "see engine.journal.tables.INDEXED")
        batch = write_batch(self._held.folder, kind, rows, index)
        self.adopt(run, batch)
        return batch

    def adopt(self, run: str, batch: Batch) -> None:
        """`bulk` for a batch whose file is on disk already, its columns those of `batches.columns_of` its kind."""
        self._held.add(self.connection, batch)
        fields = {"kind": batch.kind, "count": batch.count, "digest": batch.digest, "artefact": batch.artefact}
        self._changes.append(("run", run, None, canonical_json({BATCH: fields})))

    def next_number(self, name: str, count: int = 1) -> int:
        """Take `count` numbers from a gapless counter and return the first; the first ever is 1.

        Gapless because the counter is a document: when the command fails, it goes back with everything else.
        """
        if count < 1:
            raise StoreError(BAD_REQUEST, f"cannot take {count} numbers from counter `{name}`", "take 1 or more")
        counter = self.get(COUNTER, name)
        last = 0 if counter is None else int(counter["last"])
        self.put(COUNTER, name, {"last": last + count})
        return last + 1

    def emit(self, kind: str, body: dict[str, Any]) -> None:
        """Record a domain event (`invoice.finalized`, …) for the outbox, in the same transaction."""
        self._changes.append((OUTBOX, kind, None, canonical_json(body)))

    def find(self, kind: str, **where: str) -> list[str]:
        """Ids, in order, of the documents of an indexed kind whose fields have these values."""
        found: list[str] = self._held.table(self.connection, kind, where)["id"].to_pylist()
        return found

    def _index(self, kind: str, ident: str, body: dict[str, Any]) -> None:
        if kind in index_tables:
            table = index_tables[kind]
            self.connection.execute(delete(table).where(table.c.id == ident))
            self.connection.execute(insert(table).values(index_values(kind, ident, body)))
