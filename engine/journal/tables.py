"""The tables of the store.

`journal` is the only truth. `documents` and the index tables are its fold, kept beside it so that a look-up costs one
point read. Portable to PostgreSQL: text, integers and composite keys only; amounts are decimal integers as text.
"""

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text, UniqueConstraint

SCHEMA_VERSION = 2

metadata = MetaData()

meta = Table("meta", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))

journal = Table(
    "journal",
    metadata,
    Column("n", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("entity_kind", Text, nullable=False),
    Column("entity_id", Text, nullable=False, index=True),
    Column("before", Text),
    Column("after", Text),
    Column("key", Text, nullable=False),
    Column("step", Integer, nullable=False),
    Column("request_digest", Text, nullable=False),
    Column("result", Text),
    Column("prev_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    UniqueConstraint("key", "step", name="journal_key_step"),
)

documents = Table(
    "documents",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("body", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("version", Integer, nullable=False),
)

batches = Table(
    "document_batches",
    metadata,
    Column("artefact", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("count", Integer, nullable=False),
    Column("first", Text, nullable=False),
    Column("last", Text, nullable=False),
)
"""Files of documents that came together: a document has a row in `documents` only once it has changed."""

outbox_cursors = Table(
    "outbox_cursors", metadata, Column("consumer", Text, primary_key=True), Column("n", BigInteger, nullable=False)
)

INDEXED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "subscription": ("customer", "plan", "status"),
        "invoice": ("number", "customer", "subscription", "run", "period", "status", "currency", "due"),
        "credit_note": ("number", "customer", "invoice", "run", "status"),
        "correction": ("number", "invoice", "customer", "subscription", "run", "period", "state"),
        "payment": ("customer", "invoice", "provider", "status"),
        "wallet": ("customer", "currency"),
    }
)
"""Which top-level fields of which kinds of document are kept for look-ups: in an index table, or in a batch's file."""

_HOT = {"number", "customer", "subscription", "run", "invoice"}

index_tables: Mapping[str, Table] = MappingProxyType(
    {
        kind: Table(
            f"index_{kind}",
            metadata,
            Column("id", Text, primary_key=True),
            *(Column(field, Text, index=field in _HOT) for field in fields),
        )
        for kind, fields in INDEXED.items()
    }
)
