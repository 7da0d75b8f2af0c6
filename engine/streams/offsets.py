"""How far a stream was read: kept in the workspace's database, written in the transaction that stores its events."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, String, Table, delete, insert, select

metadata = MetaData()

offsets = Table(
    "stream_offsets",
    metadata,
    Column("stream", String(500), primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("next", BigInteger, nullable=False),
)


def read_offsets(conn: Connection, stream: str) -> dict[int, int]:
    """Partition → the next offset to read."""
    query = select(offsets.c.partition, offsets.c.next).where(offsets.c.stream == stream)
    return {row[0]: int(row[1]) for row in conn.execute(query)}


def write_offsets(conn: Connection, stream: str, following: Mapping[int, int]) -> None:
    """Note how far some partitions were read."""
    for partition, position in following.items():
        same = (offsets.c.stream == stream) & (offsets.c.partition == partition)
        conn.execute(delete(offsets).where(same))
        conn.execute(insert(offsets).values(stream=stream, partition=partition, next=position))
