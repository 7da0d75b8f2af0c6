"""The tables of the segment catalogue, in a MetaData that the owner of the database creates."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text

__all__ = [
    "batches",
    "counters",
    "index_runs",
    "merged",
    "metadata",
    "quarantine",
    "retired",
    "segments",
    "sources",
    "withdrawals",
]

metadata = MetaData()

segments = Table(
    "event_segments",
    metadata,
    Column("segment", Integer, primary_key=True, autoincrement=False),
    Column("path", String(700), nullable=False, unique=True),
    Column("type", String(500), nullable=False),
    Column("date", String(10), nullable=False),
    Column("seq_from", BigInteger, nullable=False),
    Column("seq_to", BigInteger, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("time_min_us", BigInteger, nullable=False),
    Column("time_max_us", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("columns", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("batch", Integer, nullable=False),
    Column("purged_us", BigInteger, nullable=False, server_default="0"),
)
Index("event_segments_by_time", segments.c.type, segments.c.time_min_us)

batches = Table(
    "event_batches",
    metadata,
    Column("batch", Integer, primary_key=True, autoincrement=False),
    Column("seq_from", BigInteger, nullable=False),
    Column("seq_to", BigInteger, nullable=False),
    Column("accepted", BigInteger, nullable=False),
    Column("duplicates", BigInteger, nullable=False),
    Column("conflicts", BigInteger, nullable=False),
    Column("quarantined", BigInteger, nullable=False),
    Column("rounded", BigInteger, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("progress", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)

index_runs = Table(
    "event_index_runs",
    metadata,
    Column("path", String(700), primary_key=True),
    Column("keys", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
)

quarantine = Table(
    "event_quarantine",
    metadata,
    Column("entry", String(32), primary_key=True),
    Column("reason", String(40), nullable=False),
    Column("detail", Text, nullable=False),
    Column("origin", String(500), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("path", String(700), nullable=False),
    Column("row", Integer, nullable=False),
    Column("batch", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("note", Text, nullable=False),
)

sources = Table(
    "event_sources",
    metadata,
    Column("source", String(500), primary_key=True),
    Column("events", BigInteger, nullable=False),
    Column("time_max_us", BigInteger, nullable=False),
    Column("seen_us", BigInteger, nullable=False),
)

withdrawals = Table(
    "event_withdrawals",
    metadata,
    Column("source", String(500), primary_key=True),
    Column("id", String(500), primary_key=True),
    Column("type", String(500), nullable=False),
    Column("date", String(10), nullable=False),
    Column("subject", String(500), nullable=False, index=True),
    Column("time_us", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False, index=True),
    Column("by_source", String(500), nullable=False),
    Column("by_id", String(500), nullable=False),
)

merged = Table(
    "event_merged",
    metadata,
    Column("segment", Integer, primary_key=True, autoincrement=False),
    Column("into", Integer, nullable=False, index=True),
)

retired = Table(
    "event_retired",
    metadata,
    Column("path", String(700), primary_key=True),
    Column("at_us", BigInteger, nullable=False),
)

counters = Table(
    "event_counters",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", BigInteger, nullable=False),
)
