"""Connections: SQLite with write-ahead log and full durability, or any other database by URL."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from engine.journal.errors import from_database_error

BUSY_TIMEOUT_MS = 10_000
_WRITE = "ratebook_write"


def connect_sqlite(path: Path, *, read_only: bool, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> Engine:
    """An engine on a SQLite file.

    Writers: WAL, synchronous=FULL, foreign keys, and BEGIN IMMEDIATE so that two writers queue instead of failing
    half way. Readers: the file is opened read-only and also works where the folder cannot be written.
    """
    mode = "ro" if read_only else "rwc"
    engine = create_engine(f"sqlite:///file:{path}?mode={mode}{_immutable(path, read_only)}&uri=true")

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # this module says BEGIN itself; the driver's implicit BEGIN is deferred
        connection.execute(f"PRAGMA busy_timeout={busy_timeout_ms}")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA cache_size=-65536")
        if not read_only:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get(_WRITE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def connect_url(url: str) -> Engine:
    """An engine on another database, for instance `postgresql+psycopg://…`, with serialisable transactions."""
    return create_engine(url, isolation_level="SERIALIZABLE")


@contextmanager
def transaction(engine: Engine, place: str, *, write: bool) -> Iterator[Connection]:
    """A transaction that commits when the block ends and rolls back when it raises.

    A failure of the environment (disk full, locked, read-only, damaged) is raised as a StoreError that names `place`.
    """
    with coded_errors(place), engine.connect() as connection:
        connection = connection.execution_options(**{_WRITE: write})
        with connection.begin():
            yield connection


@contextmanager
def coded_errors(place: str) -> Iterator[None]:
    """Raise the driver's failures of the environment as StoreError."""
    try:
        yield
    except DBAPIError as error:
        coded = from_database_error(error, place)
        if coded is None:
            raise
        raise coded from error


def insert_rows(connection: Connection, table: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """Insert plain tuples in bulk through the driver's own executemany (several times faster than bound dicts)."""
    if rows:
        mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
        marks = ",".join([mark] * len(columns))
        connection.exec_driver_sql(f"INSERT INTO {table} ({','.join(columns)}) VALUES ({marks})", rows)


def _immutable(path: Path, read_only: bool) -> str:
    """A WAL database in a folder that cannot be written has no shared memory; without a log it cannot change either."""
    log = path.with_name(path.name + "-wal")
    unwritable = read_only and path.exists() and not os.access(path.parent, os.W_OK)
    return "&immutable=1" if unwritable and not (log.exists() and log.stat().st_size) else ""
