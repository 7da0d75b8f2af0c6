"""The façade: one tenant's workspace, as notebooks and the command line use it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection

from engine import events
from engine.corrections import correct
from engine.events import BatchReport, IngestOptions, IngestReport, Source
from engine.events.instants import instant
from engine.impact import Impact, impact
from engine.journal import Store, StoreError, Tx
from engine.ledger import EmbeddedLedger
from engine.model import Book
from engine.runs import RunSetting, run
from engine.runs.books import published
from engine.runs.estimate import estimate
from engine.streams import BufferLimits, MeterBuffer
from engine.streams.offsets import metadata as stream_tables
from engine.streams.offsets import read_offsets, write_offsets
from engine.subscriptions import Catalogue, import_records
from engine.subscriptions.service import Rows
from engine.workspace.approvals import approve, reject
from engine.workspace.defaults import with_defaults
from engine.workspace.errors import WorkspaceError
from engine.workspace.publishing import Correction, publish
from engine.workspace.retention import citations
from engine.workspace.schema import properties_of

DATABASE = "ratebook.db"
ACTOR = "ratebook"


class Workspace:
    """One tenant: events, books, customers, invoices, journal, ledger. `Workspace.init` makes one, `open` opens it.

    Instants are UTC microseconds and always arguments.
    """

    def __init__(self, root: Path, store: Store, ledger: EmbeddedLedger) -> None:
        self.root, self.store, self.ledger = root, store, ledger

    @classmethod
    def init(cls, path: str | Path, tenant: str = "") -> Workspace:
        """Make a new workspace; raises `WorkspaceError` RBW01 where there is one already."""
        root = Path(path)
        if (root / DATABASE).exists():
            raise WorkspaceError("RBW01", f"there is a workspace at {root} already", "use another folder")
        return cls._open(root, tenant or root.resolve().name, read_only=False)

    @classmethod
    def open(cls, path: str | Path, *, read_only: bool = False) -> Workspace:
        """Open a workspace; raises `WorkspaceError` RBW06 where there is none, `StoreError` where it cannot be used."""
        root = Path(path)
        if not (root / DATABASE).exists():
            raise WorkspaceError("RBW06", f"there is no workspace at {root}", f"make one: ratebook init {root}")
        return cls._open(root, None, read_only=read_only)

    @classmethod
    def _open(cls, root: Path, tenant: str | None, *, read_only: bool) -> Workspace:
        store = Store.open(root / DATABASE, tenant=tenant, read_only=read_only)
        try:
            if not read_only:
                with store.writing() as connection:
                    events.metadata.create_all(connection)
                    stream_tables.create_all(connection)
            return cls(root, store, EmbeddedLedger.open(store))
        except BaseException:
            store.close()
            raise

    def close(self) -> None:
        """Close the database."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def tenant(self) -> str:
        """The tenant's name, written at `init`."""
        return self.store.tenant

    @property
    def spool(self) -> Path:
        """Where `meter()` buffers of this workspace keep what is not in the log yet."""
        return self.root / "spool"

    def meter_buffer(self, source: str, limits: BufferLimits | None = None) -> MeterBuffer:
        """A buffer for events of this process; `drain` (or `ratebook drain`) brings them into the log."""
        return MeterBuffer(self.spool, source, limits=limits)

    @property
    def books(self) -> list[Book]:
        """All published versions of all books."""
        return published(self.store)

    def publish(
        self, book: Book, text: str, path: str, *, now: int, actor: str = ACTOR, correction: Correction | None = None
    ) -> dict[str, Any]:
        """Seal a compiled book, or propose it (a correction that nobody approved yet); see `publishing.publish`."""
        return self._widened(now, lambda: publish(self.store, book, text, path, actor, now, correction))

    def approve(self, ident: str, *, now: int, actor: str) -> dict[str, Any]:
        """Publish the proposed correction `book/version`, by another person than proposed it."""
        return self._widened(now, lambda: approve(self.store, ident, actor, now))

    def reject(self, ident: str, reason: str, *, now: int, actor: str) -> dict[str, Any]:
        """Close the proposed correction `book/version` without publishing it."""
        return reject(self.store, ident, actor, reason, now)

    def _widened(self, now: int, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """What `work` gives, the event log then widened by the properties that books name for the first time."""
        before = properties_of(self.books)
        result = work()
        after = properties_of(self.books)
        if after != before:
            events.widen(self.root, self.writing, after, now=instant(now))
        return result

    def compact(self, *, now: int, most_rows: int = 4_000_000, actor: str = ACTOR) -> events.CompactReport:
        """Merge small segments of the event log; no figure and no digest changes."""

        def journal(connection: Connection, old: list[events.Segment], new: events.Segment) -> None:
            self._note(
                connection, actor, "compact", new.path, {"from": [s.path for s in old], "sha256": new.sha256}, now
            )

        return events.compact(self.root, self.writing, now=instant(now), most_rows=most_rows, on_merge=journal)

    def purge(self, before: dt.date, *, now: int, actor: str = ACTOR) -> events.PurgeReport:
        """Take what events said out of the segments of days before `before` that no invoice cites."""

        def journal(connection: Connection, old: events.Segment) -> None:
            self._note(connection, actor, "purge", old.path, {"events": old.rows, "sha256": old.sha256}, now)

        cited = citations(self.store)
        return events.purge(self.root, self.writing, before, cited, now=instant(now), on_purge=journal)

    def _note(self, connection: Connection, actor: str, action: str, path: str, body: dict[str, Any], now: int) -> None:
        """One journal entry about a file of the event log, in the transaction that changes the catalogue."""

        def work(tx: Tx) -> None:
            tx.create(f"event_{action}", path, body)

        self.store.command_in(connection, actor, action, f"{action}:{path}", body, now, work)

    def import_lists(self, customers: Rows, subscriptions: Rows, *, now: int, actor: str = ACTOR) -> dict[str, int]:
        """Take in lists of customers and subscriptions, all or nothing."""
        return import_records(self.store, customers, subscriptions, self.catalogue(), actor, now)

    def catalogue(self) -> Catalogue:
        """What subscriptions may name."""
        plans: dict[str, set[str]] = {}
        contracts: dict[str, set[str]] = {}
        for book in self.books:
            plans.setdefault(book.name, set()).update(p.name for p in book.plans)
            contracts.setdefault(book.name, set()).update(c.name for c in book.contracts)
        return Catalogue({k: frozenset(v) for k, v in plans.items()}, {k: frozenset(v) for k, v in contracts.items()})

    def ingest(
        self, sources: Sequence[Source], *, now: int, options: IngestOptions | None = None, actor: str = ACTOR,
        also: Callable[[Connection], None] | None = None,
    ) -> IngestReport:  # fmt: skip
        """Take events into the log; every batch is one journal entry, committed with its segments.

        `also` is called inside every batch's transaction.
        """

        def journal(connection: Connection, report: BatchReport) -> None:
            body = {
                "accepted": report.accepted, "duplicates": report.duplicates, "conflicts": report.conflicts,
                "quarantined": report.quarantined, "seq_from": report.seq_from, "seq_to": report.seq_to,
                "reasons": dict(report.reasons), "sources": dict(report.progress),
            }  # fmt: skip
            name = f"ingest:{report.batch}"

            def work(tx: Tx) -> None:
                tx.create("ingest", str(report.batch), body)

            self.store.command_in(connection, actor, "ingest", name, body, now, work)
            if also is not None:
                also(connection)

        properties = properties_of(self.books)
        return events.ingest(
            self.root,
            self.writing,
            sources,
            properties=properties,
            now=instant(now),
            options=with_defaults(options or IngestOptions(), sources, properties),
            on_commit=journal,
        )

    def offsets(self, stream: str) -> dict[int, int]:
        """How far a stream was read: partition → next offset."""
        with self.store.reading() as connection:
            return read_offsets(connection, stream)

    def ingest_batch(
        self, stream: str, body: bytes, following: Mapping[int, int], *, now: int, actor: str = ACTOR
    ) -> IngestReport:
        """Take JSON lines of a stream in, in one transaction with the offsets that follow them: both or neither."""
        whole = len(body) + 1
        options = IngestOptions(batch_events=whole, batch_bytes=whole)
        source = Source(data=body, name=f"{stream}.jsonl", format="jsonl")
        return self.ingest(
            [source], now=now, options=options, actor=actor, also=lambda c: write_offsets(c, stream, following)
        )

    def run(
        self, period: str, *, now: int, as_of: int | None = None, early: str = "", actor: str = ACTOR,
        threads: int = 2, progress: Callable[[str], None] | None = None, faults: Callable[[str], None] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Bill a period; see `engine.runs.run`."""
        return run(self._setting(actor, threads, progress, faults), period, now=now, as_of=as_of, early=early)

    def estimate(self, period: str, *, as_of: int | None = None, threads: int = 2) -> dict[str, Any]:
        """What a run of the period would bill as things stand; see `engine.runs.estimate`."""
        return estimate(self._setting(ACTOR, threads, None, None), period, as_of=as_of)

    def impact(self, before: Book, after: Book, period: str, *, as_of: int | None = None, threads: int = 2) -> Impact:
        """A period of history rated under two versions of a book; see `engine.impact`."""
        return impact(self._setting(ACTOR, threads, None, None), before, after, period, as_of=as_of)

    def correct(
        self, period: str, *, now: int, reason: str, as_of: int | None = None, everything: bool = False,
        actor: str = ACTOR, threads: int = 2, progress: Callable[[str], None] | None = None,
        faults: Callable[[str], None] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Correct a billed period; see `engine.corrections.correct`."""
        setting = self._setting(actor, threads, progress, faults)
        return correct(setting, period, now=now, reason=reason, as_of=as_of, everything=everything)

    def _setting(
        self, actor: str, threads: int, progress: Callable[[str], None] | None, faults: Callable[[str], None] | None
    ) -> RunSetting:
        setting = RunSetting(self.root, self.store, self.ledger, actor, threads)
        if progress is not None:
            setting = replace(setting, progress=progress)
        return setting if faults is None else replace(setting, faults=faults)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A write transaction of the workspace's database."""
        with self.store.writing() as connection:
            yield connection

    def high_water(self) -> int:
        """The greatest ingest number so far."""
        with self.store.reading() as connection:
            return events.high_water(connection)


__all__ = ["StoreError", "Workspace", "WorkspaceError"]
