"""Ingest: events from files or buffers into the workspace's log, exactly once, whatever happens in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

from engine.events import catalogue
from engine.events.ahead import ahead
from engine.events.batch import Batch, OnCommit, Setting, commit_batch
from engine.events.blocks import Block, array_blocks, line_blocks
from engine.events.catalogue import Connect
from engine.events.duck import open_duck
from engine.events.files import Faults, ingest_lock, no_faults, sweep
from engine.events.history import History
from engine.events.instants import micros
from engine.events.lanes import Lanes
from engine.events.options import IngestOptions, PropertySchema, Source
from engine.events.report import BatchReport, IngestReport, total
from engine.events.streams import check_source, open_source
from engine.events.tabular import tabular_blocks

__all__ = ["ingest"]

_RETIRED_FOR = timedelta(days=1)
_FOLDERS = ("events", "index", "quarantine")


def ingest(
    root: Path,
    connect: Connect,
    sources: Sequence[Source],
    *,
    properties: Mapping[str, PropertySchema],
    now: datetime,
    options: IngestOptions | None = None,
    on_commit: OnCommit | None = None,
    faults: Faults = no_faults,
) -> IngestReport:
    """Take the sources' events into the log of the workspace at `root`.

    `connect` opens a transaction of the database that holds the catalogue (`events.metadata` must exist there).
    `properties`: event type → property path → wanted as number or text, from the published books.
    Every batch becomes visible by one commit, inside which `on_commit(conn, report)` is called. After a crash at any
    point, ingesting the same sources again gives the same log. All sources are checked before the first event is
    stored; a bad file (RBE04 … RBE07, RBE10) refuses the ingest as a whole. Single bad events go to quarantine.

    Raises IngestError.
    """
    micros(now)
    chosen = options or IngestOptions()
    with ThreadPoolExecutor(chosen.threads) as pool:
        list(pool.map(check_source, sources))
    with ingest_lock(root):
        with connect() as conn:
            known = catalogue.known_paths(conn, now - _RETIRED_FOR)
        for folder in _FOLDERS:
            sweep(root, folder, known)
        duck = open_duck(chosen.threads)
        try:
            history = History(root, connect, duck, faults)
            setting = Setting(root, connect, properties, now, chosen, duck, history, faults, on_commit)
            reports = list(_reports(setting, sources))
            history.compact(faults)
        finally:
            duck.close()
        with connect() as conn:
            return total(reports, catalogue.high_water(conn))


def _reports(setting: Setting, sources: Sequence[Source]) -> Iterator[BatchReport]:
    batches = _batches(setting, sources)
    for batch in ahead(batches) if setting.options.threads > 1 else batches:
        yield commit_batch(setting, batch)


def _batches(setting: Setting, sources: Sequence[Source]) -> Iterator[Batch]:
    lanes, batch = Lanes(setting.properties, setting.options), Batch()
    for source in sources:
        for block in _blocks(source, setting.options):
            _take(lanes, batch, block)
            if batch.events >= setting.options.batch_events or batch.raw_bytes >= setting.options.batch_bytes:
                yield batch
                batch = Batch()
    if batch.blocks:
        yield batch


def _blocks(source: Source, options: IngestOptions) -> Iterator[Block]:
    with open_source(source) as opened:
        if opened.kind.format == "jsonl":
            yield from line_blocks(opened.stream, opened.label, options)
        elif opened.kind.format == "json":
            yield from array_blocks(opened.stream, opened.label, options)
        else:
            yield from tabular_blocks(opened, source, options)


def _take(lanes: Lanes, batch: Batch, block: Block) -> None:
    """Decode a block into the batch."""
    number = len(batch.blocks)
    decoded = lanes.decode(block, number)
    for rejection in decoded.rejections:
        batch.refuse(block, rejection.row, rejection.reason, rejection.detail)
    for position, raw, reason, detail in block.refused:
        batch.refuse_raw(block.origin, position, raw, reason, detail)
    batch.rounded |= {(number, row) for row in decoded.rounded}
    batch.blocks.append(block)
    batch.tables.append(decoded.table)
    batch.events += decoded.table.num_rows
    batch.raw_bytes += block.size()
    batch.progress[block.origin] = block.last()
