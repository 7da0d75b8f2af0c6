"""The outbox: domain events, written by `Tx.emit` with the change they tell of, read in order by each consumer.

The events are journal entries, so none can be lost or altered without `verify` saying so. A consumer's cursor is the
only state; it is not part of the journal, because delivering an event changes nothing in the business.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from engine.journal.canonical import parse_json
from engine.journal.entries import OUTBOX
from engine.journal.errors import BAD_REQUEST, StoreError
from engine.journal.store import Store
from engine.journal.tables import journal, outbox_cursors


@dataclass(frozen=True, slots=True)
class Message:
    """A domain event: `seq` rises (it is the entry's number), `at` is UTC microseconds."""

    seq: int
    at: int
    kind: str
    body: dict[str, Any]


def pending_messages(store: Store, consumer: str, limit: int = 100) -> list[Message]:
    """The oldest events that `consumer` has not acknowledged."""
    cursor = select(outbox_cursors.c.n).where(outbox_cursors.c.consumer == consumer)
    with store.reading() as connection:
        done = connection.execute(cursor).scalar_one_or_none() or 0
        columns = (journal.c.n, journal.c.at, journal.c.entity_id, journal.c.after)
        statement = select(*columns).where((journal.c.entity_kind == OUTBOX) & (journal.c.n > done))
        rows = connection.execute(statement.order_by(journal.c.n).limit(limit)).all()
    return [Message(n, at, kind, parse_json(after)) for n, at, kind, after in rows]


def acknowledge(store: Store, consumer: str, seq: int) -> None:
    """Remember that `consumer` is done with every event up to `seq`; a step back is refused with RBJ15."""
    with store.writing() as connection:
        row = outbox_cursors.c.consumer == consumer
        done = connection.execute(select(outbox_cursors.c.n).where(row)).scalar_one_or_none()
        if done is not None and seq < done:
            raise StoreError(BAD_REQUEST, f"`{consumer}` has acknowledged {done} already", "acknowledge in order")
        if done is None:
            connection.execute(insert(outbox_cursors).values(consumer=consumer, n=seq))
        else:
            connection.execute(update(outbox_cursors).where(row).values(n=seq))
