"""Reading documents, and the rows that index them."""

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from engine.journal.canonical import parse_json
from engine.journal.connect import insert_rows
from engine.journal.errors import DOCUMENT_EXISTS, StoreError
from engine.journal.tables import INDEXED, documents, index_tables


def read_body(connection: Connection, kind: str, ident: str) -> str | None:
    """The canonical JSON of a document, or None."""
    statement = select(documents.c.body).where((documents.c.kind == kind) & (documents.c.id == ident))
    return connection.execute(statement).scalar_one_or_none()


def read_documents(connection: Connection, kind: str, **where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(id, body) of the documents of a kind in the order of their ids; `where` needs fields of an index table."""
    statement = select(documents.c.id, documents.c.body).where(documents.c.kind == kind)
    if where:
        table = index_tables[kind]
        statement = statement.join(table, table.c.id == documents.c.id)
        statement = statement.where(*(table.c[field] == value for field, value in where.items()))
    for ident, body in connection.execute(statement.order_by(documents.c.id).execution_options(yield_per=1000)):
        yield ident, parse_json(body)


def index_values(kind: str, ident: str, body: dict[str, Any]) -> dict[str, str | None]:
    """The index row of a document: its indexed fields as text, None where the body has none."""
    row: dict[str, str | None] = {"id": ident}
    for field in INDEXED[kind]:
        value = body.get(field)
        row[field] = None if value is None else str(value)
    return row


def write_batch_rows(
    connection: Connection, kind: str, rows: list[tuple[str, str]], index: list[tuple[Any, ...]] | None
) -> None:
    """Insert many new documents, and their index rows, with two statements."""
    sha256 = hashlib.sha256
    state = [(kind, ident, body, sha256(body.encode()).hexdigest(), 1) for ident, body in rows]
    try:
        insert_rows(connection, "documents", ("kind", "id", "body", "digest", "version"), state)
        if index is not None:
            insert_rows(connection, f"index_{kind}", ("id", *INDEXED[kind]), index)
    except IntegrityError as error:
        message = f"a {kind} of this batch exists already"
        raise StoreError(DOCUMENT_EXISTS, message, "the same run was committed before; look up its result") from error
