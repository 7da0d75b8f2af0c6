"""Quarantine: what could not be accepted, with its reason and raw bytes; listed, repaired, replayed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Connection, insert, select, update

from engine.events.catalogue import Connect
from engine.events.errors import IngestError
from engine.events.files import DurableFile, Faults, write_durably
from engine.events.tables import quarantine

__all__ = ["Entry", "Refused", "add", "entries", "entry_of", "raw_of", "settle", "write_refused"]

OPEN, REPLAYED, DISMISSED = "open", "replayed", "dismissed"


@dataclass(frozen=True, slots=True)
class Refused:
    """A record on its way into quarantine."""

    raw: bytes
    reason: str
    detail: str
    origin: str
    """The source's name."""
    position: int
    """Line, element or row in that source, from 1."""

    @property
    def entry(self) -> str:
        """The entry's name: the same bytes refused for the same reason are one entry, however often they come."""
        return hashlib.sha256(self.reason.encode() + b"\0" + self.raw).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Entry:
    """One event in quarantine, as catalogued; `raw_of` reads its bytes."""

    entry: str
    reason: str
    detail: str
    origin: str
    position: int
    path: str
    row: int
    batch: int
    state: str
    """`open`, `replayed` or `dismissed`."""
    note: str


def write_refused(root: Path, refused: Sequence[Refused], batch: int, faults: Faults) -> str:
    """Write a batch's refused records into one file, durably; returns its path in the workspace."""
    path = f"quarantine/{batch:08d}.parquet"
    table = pa.table(
        {
            "entry": [item.entry for item in refused],
            "reason": [item.reason for item in refused],
            "detail": [item.detail for item in refused],
            "origin": [item.origin for item in refused],
            "position": pa.array([item.position for item in refused], pa.int64()),
            "raw": pa.array([item.raw for item in refused], pa.binary()),
        }
    )

    def fill(out: DurableFile) -> None:
        pq.write_table(table, pa.PythonFile(out, mode="w"), compression="zstd", row_group_size=5_000)

    write_durably(root / path, fill, faults, "quarantine")
    return path


def unknown(conn: Connection, refused: Sequence[Refused]) -> list[Refused]:
    """Those not in quarantine yet, each once."""
    fresh = {item.entry: item for item in reversed(refused)}
    names = list(fresh)
    for start in range(0, len(names), 500):
        query = select(quarantine.c.entry).where(quarantine.c.entry.in_(names[start : start + 500]))
        for name in conn.execute(query).scalars():
            del fresh[name]
    return list(reversed(fresh.values()))


def add(conn: Connection, refused: Sequence[Refused], path: str, batch: int) -> None:
    """Catalogue records that `write_refused` has written to `path`."""
    rows = [
        {
            "entry": item.entry, "reason": item.reason, "detail": item.detail, "origin": item.origin,
            "position": item.position, "path": path, "row": row, "batch": batch, "state": OPEN, "note": "",
        }
        for row, item in enumerate(refused)
    ]  # fmt: skip
    if rows:
        conn.execute(insert(quarantine), rows)


def entries(
    conn: Connection, state: str | None = OPEN, reason: str | None = None, limit: int = 1000, offset: int = 0
) -> list[Entry]:
    """Entries in the order they came; `state` None means all."""
    query = select(quarantine).order_by(quarantine.c.batch, quarantine.c.row).limit(limit).offset(offset)
    if state is not None:
        query = query.where(quarantine.c.state == state)
    if reason is not None:
        query = query.where(quarantine.c.reason == reason)
    return [Entry(**row._mapping) for row in conn.execute(query)]


def entry_of(conn: Connection, name: str) -> Entry:
    """One open entry by name; RBE13 when there is none or it was settled before."""
    row = conn.execute(select(quarantine).where(quarantine.c.entry == name)).first()
    if row is None:
        raise IngestError("RBE13", f"no quarantine entry `{name}`", "list the entries to see their names")
    if row.state != OPEN:
        raise IngestError("RBE13", f"the entry `{name}` is {row.state} already", "list with state=None to see it")
    return Entry(**row._mapping)


def raw_of(root: Path, entry: Entry) -> bytes:
    """The bytes exactly as they came."""
    try:
        table = pq.read_table(root / entry.path, columns=["entry", "raw"], filters=[("entry", "=", entry.entry)])
    except (OSError, pa.ArrowInvalid) as error:
        raise IngestError(
            "RBE11", f"the quarantine file cannot be read: {error}", "restore it from a backup", entry.path
        ) from error
    raw: bytes = table["raw"][0].as_py()
    return raw


def settle(conn: Connection, name: str, state: str, note: str) -> None:
    """Mark an open entry as replayed or dismissed; the raw bytes stay."""
    if state not in (REPLAYED, DISMISSED):
        raise IngestError("RBE12", f"`{state}` is no way to settle an entry", "use `replayed` or `dismissed`")
    entry_of(conn, name)
    conn.execute(update(quarantine).where(quarantine.c.entry == name).values(state=state, note=note))


def dismiss(connect: Connect, name: str, note: str) -> None:
    """Settle an entry that shall never be an event; the note says why."""
    with connect() as conn:
        settle(conn, name, DISMISSED, note)
