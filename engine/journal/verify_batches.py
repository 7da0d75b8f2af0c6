"""Proof that the store's batches are those of its journal, and that their fields are those of their documents."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
from sqlalchemy import Connection

from engine.journal.batches import Batch
from engine.journal.canonical import parse_json
from engine.journal.documents import index_values
from engine.journal.filed import Filed, bounds, filed
from engine.journal.tables import INDEXED


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference: the entry (0 when none is to blame), the entity as `kind/id`, the field, and a sentence."""

    n: int
    entity: str
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Came:
    """A batch of the journal with the rows of its file, which hold what was written."""

    batch: Batch
    rows: pa.Table

    def documents(self) -> Iterator[tuple[str, str, str]]:
        """(kind, id, body) of its documents."""
        for ident, body in zip(self.rows["id"].to_pylist(), self.rows["body"].to_pylist(), strict=True):
            yield self.batch.kind, ident, body

    def filed(self) -> Filed:
        """What the store should know of it."""
        first, last = bounds(self.rows["id"])
        return Filed(self.batch.artefact, self.batch.kind, self.batch.digest, self.batch.count, first, last)


def check_batches(connection: Connection, came: list[Came], unread: set[str]) -> Iterator[Finding]:
    """The store's batches against those of the journal; files `unread` because they are damaged are left out."""
    left = {one.batch.artefact: one for one in came if one.batch.count}
    for known in filed(connection):
        one = left.pop(known.artefact, None)
        if one is None and known.artefact not in unread:
            yield Finding(0, f"batch/{known.artefact}", "artefact", f"{known.artefact} is in no entry of the journal")
        elif one is not None and known != one.filed():
            field = next(f for f in Filed.__slots__ if getattr(known, f) != getattr(one.filed(), f))
            yield Finding(0, f"batch/{known.artefact}", field, f"the store has another {field} for {known.artefact}")
    for artefact in left:
        yield Finding(0, f"batch/{artefact}", "artefact", f"{artefact} is in the journal but not in the store")
    for one in came:
        if one.rows.num_rows != one.batch.count:
            yield Finding(0, f"batch/{one.batch.artefact}", "count", "its file holds another number of documents")
        yield from _check_fields(one)


def _check_fields(one: Came) -> Iterator[Finding]:
    """The fields by which documents are looked up against their bodies."""
    kind = one.batch.kind
    names = INDEXED.get(kind, ())
    fields = zip(*(one.rows[name].to_pylist() for name in names), strict=True)
    for (_, ident, body), found in zip(one.documents(), fields, strict=False):
        expected = index_values(kind, ident, parse_json(body))
        for name, value in zip(names, found, strict=True):
            if value != expected[name]:
                message = f"the field `{name}` of {kind}/{ident} in its batch is not that of its body"
                yield Finding(0, f"{kind}/{ident}", f"index.{name}", message)
