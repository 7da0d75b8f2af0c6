"""The store: SQLAlchemy Core over SQLite or PostgreSQL, a hash-chained journal, idempotent commands, an outbox."""

from engine.journal.batches import Batch, BatchReader, file_reader
from engine.journal.canonical import canonical_json, digest, digest_text, parse_json
from engine.journal.entries import Entry
from engine.journal.errors import IdempotencyConflict, LeaseHeld, StoreError
from engine.journal.fold import State, fold
from engine.journal.outbox import Message, acknowledge, pending_messages
from engine.journal.store import Store
from engine.journal.tables import INDEXED
from engine.journal.tx import Tx
from engine.journal.verify import verify_journal
from engine.journal.verify_batches import Finding

__all__ = [
    "INDEXED",
    "Batch",
    "BatchReader",
    "Entry",
    "Finding",
    "IdempotencyConflict",
    "LeaseHeld",
    "Message",
    "State",
    "Store",
    "StoreError",
    "Tx",
    "acknowledge",
    "canonical_json",
    "digest",
    "digest_text",
    "file_reader",
    "fold",
    "parse_json",
    "pending_messages",
    "verify_journal",
]
