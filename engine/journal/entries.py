"""One journal entry: who did what to which entity, before and after, chained to the entry before it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from engine.journal.canonical import canonical_json, digest_text, parse_json
from engine.journal.tables import journal

GENESIS = "0" * 64
"""The previous hash of the first entry."""

COMMAND = "command"
"""Entity kind of the entry that a command leaves when it changed no document."""

OUTBOX = "outbox"
"""Entity kind of a domain event."""

BATCH = "batch"
"""The one field of `after` of an entry that stands for many documents in an artefact."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the journal.

    `n` counts from 1 without a gap; `at` is an instant in UTC microseconds; `before` and `after` are canonical JSON of
    the document (None: absent). `step` numbers the entries of one command from 0; step 0 carries the `result`.
    """

    n: int
    at: int
    actor: str
    action: str
    entity_kind: str
    entity_id: str
    before: str | None
    after: str | None
    key: str
    step: int
    request_digest: str
    result: str | None
    prev_hash: str
    hash: str = ""

    def compute_hash(self) -> str:
        """SHA-256 over the canonical JSON of every other field."""
        return digest_text(canonical_json({name: getattr(self, name) for name in _HASHED}))

    @property
    def batch(self) -> dict[str, Any] | None:
        """The batch that this entry stands for, or None when it is about one document."""
        return dict(parse_json(self.after)[BATCH]) if self.after is not None and is_batch(self.after) else None


_HASHED = tuple(name for name in Entry.__slots__ if name != "hash")
_BATCH_PREFIX = f'{{"{BATCH}":{{"artefact":'


def is_batch(after: str) -> bool:
    """Whether the `after` of an entry stands for a batch."""
    return after.startswith(_BATCH_PREFIX)


def read_entries(connection: Connection, *, after: int = 0, kind: str | None = None) -> Iterator[Entry]:
    """The entries with n > `after` in order, only those about `kind` of entity when given."""
    statement = select(journal).where(journal.c.n > after).order_by(journal.c.n)
    if kind is not None:
        statement = statement.where(journal.c.entity_kind == kind)
    for row in connection.execute(statement.execution_options(yield_per=1000)):
        yield entry_of(row)


def entry_of(row: Row[Any]) -> Entry:
    """The entry held by a row of the journal table."""
    return Entry(**row._mapping)
