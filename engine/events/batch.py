"""One batch: collected from blocks, checked, deduplicated, written, and made visible by one transaction."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from sqlalchemy import Connection, insert

from engine.events import catalogue, quarantine, tables
from engine.events.blocks import Block
from engine.events.catalogue import Connect, Segment
from engine.events.check import check
from engine.events.clock import DAY_US
from engine.events.duplicates import Sorted, sort_out
from engine.events.files import Faults
from engine.events.history import History
from engine.events.instants import micros
from engine.events.options import IngestOptions, PropertySchema
from engine.events.report import BatchReport
from engine.events.watermarks import note_sources
from engine.events.withdrawals import Withdrawal, note_withdrawals, resolve
from engine.events.writing import order_and_number, write_segments

__all__ = ["Batch", "OnCommit", "Setting", "commit_batch"]

OnCommit = Callable[[Connection, BatchReport], None]
_ABOUT_TIME = ("time-too-fine", "bad-time", "in-the-future")


@dataclass(slots=True)
class Batch:
    """Blocks decoded so far; `tables[i]` holds rows of blocks by their number in `blocks`."""

    blocks: list[Block] = field(default_factory=list)
    tables: list[pa.Table] = field(default_factory=list)
    refused: list[quarantine.Refused] = field(default_factory=list)
    rounded: set[tuple[int, int]] = field(default_factory=set)
    """(block, row) of events with a rounded number."""
    progress: dict[str, int] = field(default_factory=dict)
    events: int = 0
    raw_bytes: int = 0

    def refuse(self, block: Block, row: int, reason: str, detail: str) -> None:
        """Send one record to quarantine."""
        self.refuse_raw(block.origin, block.position(row), bytes(block.records()[row]), reason, detail)

    def refuse_raw(self, origin: str, position: int, raw: bytes, reason: str, detail: str) -> None:
        """Send bytes that never became a record to quarantine."""
        self.refused.append(quarantine.Refused(raw, reason, detail, origin, position))


@dataclass(frozen=True, slots=True)
class Setting:
    """What stays the same for all batches of an ingest."""

    root: Path
    connect: Connect
    properties: Mapping[str, PropertySchema]
    now: datetime
    options: IngestOptions
    duck: duckdb.DuckDBPyConnection
    history: History
    faults: Faults
    on_commit: OnCommit | None


def commit_batch(setting: Setting, batch: Batch) -> BatchReport:
    """Make a batch part of the log: files first, then one transaction that names them, counters and all."""
    with setting.connect() as conn:
        number = catalogue.counter(conn, "batch") + 1
        first_seq = catalogue.high_water(conn) + 1
        next_segment = catalogue.counter(conn, "segment") + 1
    fresh, verdict = _judge(setting, batch)
    fresh, withdrawn = _withdraw(setting, batch, fresh)
    ordered = order_and_number(fresh, first_seq)
    setting.faults("batch-judged")
    written = write_segments(setting.root, ordered, setting.properties, next_segment, number, setting.faults)
    run = setting.history.write(ordered, written, first_seq, setting.faults)
    with setting.connect() as conn:
        kept = quarantine.unknown(conn, batch.refused)
    refused_path = quarantine.write_refused(setting.root, kept, number, setting.faults) if kept else ""
    report = _report(batch, verdict, fresh, number, first_seq)
    setting.faults("before-commit")
    with setting.connect() as conn:
        catalogue.add_segments(conn, written)
        catalogue.swap_index_runs(conn, [], [run] if run else [])
        quarantine.add(conn, kept, refused_path, number)
        note_sources(conn, ordered, setting.now)
        note_withdrawals(conn, withdrawn, ordered)
        _record(conn, report, written, setting.now)
        if setting.on_commit is not None:
            setting.on_commit(conn, report)
        setting.faults("inside-commit")
    setting.faults("after-commit")
    setting.history.added(run)
    return report


def _judge(setting: Setting, batch: Batch) -> tuple[pa.Table, Sorted]:
    """Check and deduplicate; the unusable and the conflicting go to the batch's refused records."""
    table = pa.concat_tables(batch.tables)
    checked = check(setting.duck, table, micros(setting.now) + setting.options.future_days * DAY_US)
    block_of, row_of = table["block"].to_numpy(), table["row"].to_numpy()
    for row in np.flatnonzero(~checked.usable).tolist():
        reason = checked.reason(row)
        detail = str(table["time"][row])[:60] if reason in _ABOUT_TIME else ""
        batch.refuse(batch.blocks[block_of[row]], int(row_of[row]), reason, detail)
    verdict = sort_out(setting.duck, setting.root, table, checked, setting.history.runs, setting.history.segments)
    for conflicting, first in sorted(verdict.conflicts.items()):
        block = batch.blocks[block_of[conflicting]]
        detail = f"stored digest {_hex(first)}, this one {_hex(int(checked.digest[conflicting]))}"
        batch.refuse(block, int(row_of[conflicting]), "conflict", detail)
    for name, values in (("time_us", checked.time_us), ("digest", checked.digest), ("key", checked.key)):
        table = table.append_column(name, pa.array(values))
    fresh = table if verdict.fresh.all() else table.filter(pa.array(verdict.fresh))
    return fresh, verdict


def _withdraw(setting: Setting, batch: Batch, fresh: pa.Table) -> tuple[pa.Table, list[Withdrawal]]:
    """Look up what the batch's retractions and amendments mean; those that mean nothing go to quarantine."""
    found = resolve(setting.duck, setting.root, setting.history, setting.connect, fresh)
    refused = [w for w in found if w.reason]
    for w in refused:
        block, row = fresh["block"][w.row].as_py(), fresh["row"][w.row].as_py()
        batch.refuse(batch.blocks[block], row, w.reason, w.detail)
    if refused:
        keep = np.ones(fresh.num_rows, np.bool_)
        keep[[w.row for w in refused]] = False
        fresh = fresh.filter(pa.array(keep))
    return fresh, [w for w in found if not w.reason]


def _hex(digest: int) -> str:
    return f"{digest & (1 << 64) - 1:016x}"


def _report(batch: Batch, verdict: Sorted, fresh: pa.Table, number: int, first_seq: int) -> BatchReport:
    rounded = 0
    if batch.rounded:
        kept = set(zip(fresh["block"].to_pylist(), fresh["row"].to_pylist(), strict=True))
        rounded = len(kept & batch.rounded)
    return BatchReport(
        batch=number,
        accepted=fresh.num_rows,
        duplicates=verdict.duplicates,
        conflicts=len(verdict.conflicts),
        quarantined=len(batch.refused),
        rounded=rounded,
        seq_from=first_seq,
        seq_to=first_seq + fresh.num_rows - 1,
        reasons=dict(sorted(Counter(item.reason for item in batch.refused).items())),
        progress=dict(batch.progress),
    )


def _record(conn: Connection, report: BatchReport, written: list[Segment], now: datetime) -> None:
    catalogue.set_counter(conn, "batch", report.batch)
    catalogue.set_counter(conn, "seq", report.seq_to)
    if written:
        catalogue.set_counter(conn, "segment", written[-1].number)
    conn.execute(
        insert(tables.batches).values(
            batch=report.batch, seq_from=report.seq_from, seq_to=report.seq_to, accepted=report.accepted,
            duplicates=report.duplicates, conflicts=report.conflicts, quarantined=report.quarantined,
            rounded=report.rounded, reasons=json.dumps(report.reasons), progress=json.dumps(report.progress),
            at_us=micros(now),
        )
    )  # fmt: skip
