"""The store of one tenant: its journal, its documents, its commands."""

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, insert, select, update

from engine.journal import tables
from engine.journal.batches import BatchReader, file_reader
from engine.journal.canonical import canonical_json, digest, parse_json
from engine.journal.connect import BUSY_TIMEOUT_MS, coded_errors, connect_sqlite, connect_url, insert_rows, transaction
from engine.journal.documents import Documents
from engine.journal.entries import COMMAND, GENESIS, Entry, entry_of, read_entries
from engine.journal.errors import (
    BAD_REQUEST,
    CANNOT_OPEN,
    READ_ONLY,
    WRONG_SCHEMA,
    WRONG_TENANT,
    IdempotencyConflict,
    StoreError,
    from_os_error,
)
from engine.journal.lease import lease as take_lease
from engine.journal.tx import Tx

_COLUMNS = Entry.__slots__


class Store:
    """One tenant's database. Open it with `Store.open`, close it with `close` or a `with` block."""

    def __init__(self, engine: Engine, place: str, root: Path | None, *, read_only: bool) -> None:
        self.engine = engine
        self.place = place
        self.root = root
        self.held = Documents(root)
        self.read_only = read_only

    @classmethod
    def open(
        cls,
        location: str | Path,
        *,
        read_only: bool = False,
        tenant: str | None = None,
        artefacts: Path | None = None,
        busy_timeout_ms: int = BUSY_TIMEOUT_MS,
    ) -> "Store":
        """Open the store at a path (SQLite) or a URL (`postgresql+psycopg://…`), creating it when it is new.

        `tenant` is written into a new store and compared with that of an old one. `artefacts` is the folder below
        which batch files and locks live; by default the folder of the SQLite file. Raises StoreError RBJ01 to RBJ08.
        """
        if isinstance(location, str) and "://" in location:
            store = cls(connect_url(location), location.split("://")[0], artefacts, read_only=read_only)
        else:
            path = Path(location)
            _check_path(path, read_only)
            engine = connect_sqlite(path, read_only=read_only, busy_timeout_ms=busy_timeout_ms)
            store = cls(engine, str(path), artefacts or path.parent, read_only=read_only)
        try:
            store._prepare(tenant)
        except BaseException:
            store.close()
            raise
        return store

    @property
    def tenant(self) -> str:
        """Whose store this is, as written when it was made."""
        with self.reading() as connection:
            found = _read_meta(connection)
        return found["tenant"]

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def reading(self) -> AbstractContextManager[Connection]:
        """A read transaction: one consistent view."""
        return transaction(self.engine, self.place, write=False)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A write transaction for a room's own tables. Documents change through `command` only."""
        self._refuse_read_only()
        with transaction(self.engine, self.place, write=True) as connection:
            yield connection

    def command(
        self,
        actor: str,
        action: str,
        key: str,
        request: object,
        now: int,
        work: Callable[[Tx], object],
    ) -> Any:
        """Run `work` once under the idempotency key and return its result as plain JSON values.

        `now` is UTC microseconds. The entries and the changes commit together or not at all. The same key with the
        same action and request returns the first result without running `work`; with another one it raises
        IdempotencyConflict. Decimals in the result come back as text, the first time as well as later.
        """
        with self.writing() as connection:
            return self.command_in(connection, actor, action, key, request, now, work)

    def command_in(
        self,
        connection: Connection,
        actor: str,
        action: str,
        key: str,
        request: object,
        now: int,
        work: Callable[[Tx], object],
    ) -> Any:
        """`command` inside a write transaction that is open already: it commits or fails with the caller's own rows."""
        _check_command(actor, action, key, now)
        request_digest = digest({"action": action, "request": request})
        first = _first_entry(connection, key)
        if first is not None:
            if first.request_digest != request_digest:
                raise IdempotencyConflict(key)
            return parse_json(first.result or "null")
        tx = Tx(connection, self.root)
        result = canonical_json(work(tx))
        _append(connection, tx, result, at=now, actor=actor, action=action, key=key, request_digest=request_digest)
        return parse_json(result)

    def command_result(self, key: str) -> tuple[Any] | None:
        """(result,) of the command that was committed under this key, or None when there is none."""
        with self.reading() as connection:
            first = _first_entry(connection, key)
            return None if first is None else (parse_json(first.result or "null"),)

    def get(self, kind: str, ident: str) -> dict[str, Any] | None:
        """The document, or None."""
        with self.reading() as connection:
            body = self.held.body(connection, kind, ident)
            return None if body is None else parse_json(body)

    def documents(self, kind: str, **where: str | Collection[str]) -> dict[str, dict[str, Any]]:
        """The documents of a kind by id, in the order of ids; `where` compares fields of tables.INDEXED[kind]."""
        with self.reading() as connection:
            return dict(self.held.read(connection, kind, **where))

    def entries(self, *, after: int = 0, kind: str | None = None) -> list[Entry]:
        """The journal's entries with n > `after`, only those about `kind` of entity when given."""
        with self.reading() as connection:
            return list(read_entries(connection, after=after, kind=kind))

    def history(self, kind: str, ident: str) -> list[Entry]:
        """The entries about one document, oldest first. Documents born in a batch begin with the run's entry."""
        statement = select(tables.journal).where(
            (tables.journal.c.entity_kind == kind) & (tables.journal.c.entity_id == ident)
        )
        with self.reading() as connection:
            return [entry_of(row) for row in connection.execute(statement.order_by(tables.journal.c.n))]

    def head(self) -> tuple[int, str]:
        """(n, hash) of the last entry: written down elsewhere, it anchors the whole journal."""
        with self.reading() as connection:
            return read_head(connection)

    def lease(self, name: str, owner: str, now: int) -> AbstractContextManager[None]:
        """Hold the lock `name` for the block; LeaseHeld when another process, or this one, has it already."""
        self._refuse_read_only()
        if self.root is None:
            raise StoreError(BAD_REQUEST, "this store has no folder for locks", "open it with artefacts=PATH")
        return take_lease(self.root, name, owner, now)

    def read_artefact(self) -> BatchReader:
        """The reader of this store's batch files."""
        if self.root is None:
            raise StoreError(BAD_REQUEST, "this store has no folder for batch files", "open it with artefacts=PATH")
        return file_reader(self.root)

    def _refuse_read_only(self) -> None:
        if self.read_only:
            hint = "open the workspace for writing, or copy it to a place where you may write"
            raise StoreError(READ_ONLY, f"the workspace was opened read-only: {self.place}", hint)

    def _prepare(self, tenant: str | None) -> None:
        if not self.read_only:
            with self.writing() as connection:
                tables.metadata.create_all(connection)
                if connection.execute(select(tables.meta.c.name)).first() is None:
                    _write_meta(connection, tenant or "default")
        with self.reading() as connection, coded_errors(self.place):
            _check_meta(connection, tenant, self.place)


def read_head(connection: Connection) -> tuple[int, str]:
    """(n, hash) of the last entry; (0, GENESIS) of an empty journal."""
    names = _read_meta(connection)
    return int(names["head_n"]), names["head_hash"]


def _read_meta(connection: Connection) -> dict[str, str]:
    return dict(connection.execute(select(tables.meta.c.name, tables.meta.c.value)).all())


def _append(
    connection: Connection, tx: Tx, result: str, *, at: int, actor: str, action: str, key: str, request_digest: str
) -> None:
    n, previous = read_head(connection)
    rows = []
    for step, (kind, ident, before, after) in enumerate(tx.changes or ((COMMAND, key, None, None),)):
        n += 1
        row = (n, at, actor, action, kind, ident, before, after, key, step, request_digest)
        entry = Entry(*row, None if step else result, previous)
        previous = entry.compute_hash()
        rows.append((*row, entry.result, entry.prev_hash, previous))
    insert_rows(connection, "journal", _COLUMNS, rows)
    for name, value in (("head_n", str(n)), ("head_hash", previous)):
        connection.execute(update(tables.meta).where(tables.meta.c.name == name).values(value=value))


def _first_entry(connection: Connection, key: str) -> Entry | None:
    where = (tables.journal.c.key == key) & (tables.journal.c.step == 0)
    row = connection.execute(select(tables.journal).where(where)).one_or_none()
    return None if row is None else entry_of(row)


def _write_meta(connection: Connection, tenant: str) -> None:
    values = {"schema": str(tables.SCHEMA_VERSION), "tenant": tenant, "head_n": "0", "head_hash": GENESIS}
    connection.execute(insert(tables.meta), [{"name": name, "value": value} for name, value in values.items()])


def _check_meta(connection: Connection, tenant: str | None, place: str) -> None:
    found = _read_meta(connection)
    if found.get("schema") != str(tables.SCHEMA_VERSION):
        message = f"{place} has schema version {found.get('schema')}, this release reads {tables.SCHEMA_VERSION}"
        raise StoreError(WRONG_SCHEMA, message, "open it with the release that wrote it")
    if tenant is not None and found.get("tenant") != tenant:
        message = f"{place} belongs to tenant `{found.get('tenant')}`, not to `{tenant}`"
        raise StoreError(WRONG_TENANT, message, "check the workspace path")


def _check_path(path: Path, read_only: bool) -> None:
    if read_only:
        if not path.is_file():
            raise StoreError(CANNOT_OPEN, f"there is no workspace database at {path}", "check the path")
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise from_os_error(error, str(path.parent)) from error


def _check_command(actor: str, action: str, key: str, now: object) -> None:
    for name, text in (("actor", actor), ("action", action), ("idempotency key", key)):
        if not text or not text.strip():
            raise StoreError(BAD_REQUEST, f"a command needs an {name}", f"give the {name}")
    if not isinstance(now, int) or isinstance(now, bool):
        raise TypeError(f"`now` is an instant in UTC microseconds (int), not a {type(now).__name__}")
