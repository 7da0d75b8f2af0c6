"""The embedded ledger: TigerBeetle's state machine over integers in memory, made durable in SQL batch by batch."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TypeAlias

from sqlalchemy import Connection, event, inspect

from engine.journal.store import Store
from engine.ledger import chains, load, save, tables
from engine.ledger.bulk import apply_columns
from engine.ledger.errors import NO_LEDGER, NOT_SUPPORTED, TOO_MUCH_DATA, LedgerError
from engine.ledger.memory import AccountState, Memory
from engine.ledger.packed import Moves, save_moves, settle, taken
from engine.ledger.settle_transfer import expire_pending
from engine.ledger.status import AccountFlags, CreateTransferStatus, TransferFlags
from engine.ledger.types import (
    BATCH_MAX,
    NANOSECONDS_PER_MICROSECOND,
    Account,
    CreateAccountResult,
    CreateTransferResult,
    Transfer,
    TransferColumns,
    check_columns,
    check_ranges,
)

_IMPORTED_ACCOUNT = int(AccountFlags.IMPORTED)
_IMPORTED_TRANSFER = int(TransferFlags.IMPORTED)

Transaction: TypeAlias = Callable[[], AbstractContextManager[Connection]]
Opening: TypeAlias = Callable[[set[int]], list[AccountState]]
"""From ids that no account has to the accounts to create; row numbers and timestamps are set by the ledger."""

Booking: TypeAlias = Callable[[Memory], Moves | None]
"""From the loaded memory to the transfers; None when one of them is not plain."""


class _NotPlain(Exception):
    """Undoes a batch that the fast path cannot take."""


class EmbeddedLedger:
    """A ledger in a tenant's database.

    `writing` and `reading` give transactions (`Store.writing`, `Store.reading`). Every creating call is one
    transaction, or joins that of the `connection` it is given. Accounts are loaded when a batch first meets them and
    kept; when a transaction is rolled back, or another process has written, they are loaded anew. One object serves
    one thread.
    """

    def __init__(self, writing: Transaction, reading: Transaction, *, batch_max: int = BATCH_MAX) -> None:
        self.batch_max = batch_max
        self._writing = writing
        self._reading = reading
        self._memory = Memory()
        self._timestamp = -1
        self._account_count = 0
        self._deadline: int | None = None
        self._unsaved: dict[int, AccountState] = {}

    @classmethod
    def open(cls, store: Store, *, batch_max: int = BATCH_MAX) -> "EmbeddedLedger":
        """The ledger of a store, its tables created when they are absent and the store may be written."""
        if not store.read_only:
            with store.writing() as connection:
                tables.metadata.create_all(connection)
        else:
            with store.reading() as connection:
                if not inspect(connection).has_table(tables.accounts.name):
                    raise LedgerError(NO_LEDGER, f"there is no ledger in {store.place}", "post something first")
        return cls(store.writing, store.reading, batch_max=batch_max)

    def create_accounts(
        self, accounts: Sequence[Account], now: int, connection: Connection | None = None
    ) -> list[CreateAccountResult]:
        """One result per account, in order. `now` is UTC microseconds. LedgerError RBL01 above the batch limit."""
        self._check_batch(accounts)
        with self._batch(connection, now, len(accounts)) as (opened, first):
            self._load_accounts(opened, (account.id for account in accounts))
            results = chains.create_accounts(self._memory, accounts, first)
            added = self._memory.added_accounts
            save.save_accounts(opened, added, self._account_count + 1)
            self._account_count += len(added)
        return results

    def create_transfers(
        self, transfers: Sequence[Transfer], now: int, connection: Connection | None = None
    ) -> list[CreateTransferResult]:
        """One result per transfer, in order. `now` is UTC microseconds. LedgerError RBL01 above the batch limit."""
        self._check_batch(transfers)
        with self._batch(connection, now, len(transfers)) as (opened, first):
            return self._create_transfers(opened, transfers, first)

    def post_columns(
        self, columns: TransferColumns, now: int, connection: Connection | None = None
    ) -> list[tuple[int, CreateTransferResult]]:
        """Create any number of transfers; returns (row, result) of those that were not CREATED.

        Split into batches of at most the batch limit, never inside a linked chain; each batch commits on its own
        unless a `connection` is given. `now` is UTC microseconds. The balances are stored with the last batch: until
        then the batches before it say what the accounts' rows lack, also after a crash.
        """
        check_columns(columns)
        remarks: list[tuple[int, CreateTransferResult]] = []
        for start, stop in split_batches(columns.flags, self.batch_max):
            part = columns.part(start, stop)
            with self._batch(connection, now, stop - start) as (opened, first):
                for row, result in self._post_part(opened, part, first):
                    remarks.append((start + row, result))
                if stop == len(columns):
                    self._settle(opened)
        return remarks

    def post_plain(
        self, wanted: set[int], opening: Opening, booking: Booking, count: int, now: int, connection: Connection | None
    ) -> bool:
        """Create up to `count` plain transfers and the accounts they need: all in one transaction, or nothing.

        `wanted` are the accounts they need; `opening` makes those that are missing, `booking` changes the balances and
        gives the transfers; the caller answers for both. False when `booking` gives None or an id exists already:
        `post_columns` says what is the matter.
        """
        try:
            with self._batch(connection, now, len(wanted) + count) as (opened, first):
                known = self._memory.accounts
                if self._account_count:
                    self._load_accounts(opened, wanted)
                added = opening(wanted - known.keys())
                for place, state in enumerate(added):
                    state.no, state.timestamp = self._account_count + 1 + place, first + place
                    known[state.id] = state
                moves = booking(self._memory)
                if moves is None or (moves.ids and taken(opened, moves.ids)):
                    raise _NotPlain
                old = [state for state in self._memory.touched.values() if state.no <= self._account_count]
                save.save_accounts(opened, added, self._account_count + 1)
                save_moves(opened, moves, first + len(wanted), settled=True)
                save.save_balances(opened, old)
                self._account_count += len(added)
        except _NotPlain:
            return False
        return True

    def lookup_accounts(self, ids: Iterable[int], connection: Connection | None = None) -> list[Account]:
        """The accounts among `ids` that exist, in the order asked."""
        wanted = list(ids)
        with self._open(self._reading, connection) as opened:
            found = {state.id: state.frozen() for state in load.load_accounts(opened, set(wanted))}
        return [found[ident] for ident in wanted if ident in found]

    def lookup_transfers(self, ids: Iterable[int], connection: Connection | None = None) -> list[Transfer]:
        """The transfers among `ids` that exist, in the order asked."""
        wanted = list(ids)
        with self._open(self._reading, connection) as opened:
            found = {transfer.id: transfer for transfer in load.load_transfers(opened, set(wanted))}
        return [found[ident] for ident in wanted if ident in found]

    def missing_accounts(self, ids: Iterable[int], connection: Connection | None = None) -> set[int]:
        """Those of `ids` that no account has."""
        unknown = set(ids) - self._memory.accounts.keys()
        if not unknown:
            return unknown
        with self._open(self._reading, connection) as opened:
            return unknown - load.known_accounts(opened, unknown)

    def accounts(self) -> list[Account]:
        """Every account, oldest first."""
        with self._reading() as connection:
            return [state.frozen() for state in load.all_accounts(connection)]

    def reading(self) -> AbstractContextManager[Connection]:
        """A read transaction on the ledger's database, for queries and reports."""
        return self._reading()

    def _create_transfers(
        self, connection: Connection, transfers: Sequence[Transfer], first: int
    ) -> list[CreateTransferResult]:
        memory = self._memory
        self._load_transfers(connection, transfers)
        results = chains.create_transfers(memory, transfers, first)
        save.save_batch(connection, memory)
        deadlines = [transfer.expires_at for transfer in memory.added if transfer.timeout]
        self._deadline = min((at for at in (self._deadline, *deadlines) if at is not None), default=None)
        return results

    def _post_part(
        self, connection: Connection, part: TransferColumns, first: int
    ) -> list[tuple[int, CreateTransferResult]]:
        memory = self._memory
        self._load_accounts(connection, {*part.debit_account_id, *part.credit_account_id})
        if not taken(connection, [ident.to_bytes(16, "big") for ident in part.id]):
            moves = apply_columns(memory, part)
            if moves is not None:
                save_moves(connection, moves, first, settled=False)
                self._unsaved.update(memory.touched)
                return []
        self._settle(connection)
        results = self._create_transfers(connection, list(part.transfers()), first)
        created = CreateTransferStatus.CREATED
        return [(row, result) for row, result in enumerate(results) if result.status is not created]

    def _settle(self, connection: Connection) -> None:
        """Store the balances that batches of this call changed. Nothing else may store a balance before."""
        if self._unsaved:
            save.save_balances(connection, self._unsaved.values())
            settle(connection)
            self._unsaved = {}

    @contextmanager
    def _batch(self, connection: Connection | None, now: int, count: int) -> Iterator[tuple[Connection, int]]:
        """A transaction with fresh memory, expired transfers released, and `count` timestamps reserved."""
        if not isinstance(now, int) or isinstance(now, bool):
            raise TypeError(f"`now` is an instant in UTC microseconds (int), not a {type(now).__name__}")
        try:
            with self._open(self._writing, connection) as opened:
                new = self._refresh(opened)
                first = max(now * NANOSECONDS_PER_MICROSECOND, self._timestamp + 1)
                self._memory.begin()
                self._expire(opened, first)
                yield opened, first
                self._timestamp = first + max(count, 1) - 1
                save.save_clock(opened, self._timestamp, new=new)
        except BaseException:
            self._forget()
            raise

    @contextmanager
    def _open(self, opener: Transaction, connection: Connection | None) -> Iterator[Connection]:
        if connection is None:
            with opener() as opened:
                yield opened
        else:
            if not event.contains(connection, "rollback", self._on_rollback):
                event.listen(connection, "rollback", self._on_rollback)
            yield connection

    def _on_rollback(self, _connection: Connection) -> None:
        self._forget()

    def _forget(self) -> None:
        self._memory = Memory()
        self._unsaved = {}
        self._timestamp = -1

    def _refresh(self, connection: Connection) -> bool:
        """Start from the database when memory is not what it holds; True when no batch was ever written."""
        timestamp = load.last_timestamp(connection)
        if timestamp != self._timestamp:
            self._memory = Memory(burnt=load.load_burnt(connection))
            self._unsaved = {state.id: state for state in load.lagging_accounts(connection)}
            self._settle(connection)
            self._timestamp = timestamp
            self._account_count = load.count_accounts(connection)
            self._deadline = load.next_deadline(connection)
        return timestamp == 0

    def _expire(self, connection: Connection, now: int) -> None:
        if self._deadline is None or self._deadline > now:
            return
        self._settle(connection)
        memory = self._memory
        ids = load.load_expired(connection, now)
        expired = list(load.load_transfers(connection, ids))
        self._load_accounts(connection, _accounts_of(expired))
        for transfer in expired:
            expire_pending(memory, transfer)
        save.save_batch(connection, memory)
        memory.begin()
        self._deadline = load.next_deadline(connection)

    def _load_accounts(self, connection: Connection, ids: Iterable[int]) -> None:
        known = self._memory.accounts
        missing = {ident for ident in ids if ident not in known}
        for state in load.load_accounts(connection, missing):
            known[state.id] = state

    def _load_transfers(self, connection: Connection, transfers: Sequence[Transfer]) -> None:
        memory = self._memory
        pending_ids = {transfer.pending_id for transfer in transfers if transfer.pending_id}
        for transfer in load.load_transfers(connection, {transfer.id for transfer in transfers} | pending_ids):
            memory.transfers[transfer.id] = transfer
        # A post or void that is sent again is compared with its pending transfer as stored.
        further = {t.pending_id for t in memory.transfers.values() if t.pending_id} - memory.transfers.keys()
        for transfer in load.load_transfers(connection, further):
            memory.transfers[transfer.id] = transfer
        memory.pending.update(load.load_pending(connection, pending_ids))
        self._load_accounts(connection, {*_accounts_of(transfers), *_accounts_of(memory.transfers.values())})

    def _check_batch(self, events: Sequence[Account] | Sequence[Transfer]) -> None:
        if len(events) > self.batch_max:
            message = f"{len(events)} events are more than the {self.batch_max} of one batch"
            raise LedgerError(TOO_MUCH_DATA, message, "split the batch, but not inside a linked chain")
        for item in events:
            check_ranges(item)
            imported = _IMPORTED_ACCOUNT if isinstance(item, Account) else _IMPORTED_TRANSFER
            if int(item.flags) & imported:
                raise LedgerError(NOT_SUPPORTED, "imported events are not supported", "leave the flag out")


def split_batches(flags: Sequence[int], limit: int) -> Iterator[tuple[int, int]]:
    """(start, stop) of consecutive parts of at most `limit` rows that cut no linked chain.

    Raises LedgerError RBL01 when a single chain is longer than `limit`.
    """
    start, linked = 0, int(TransferFlags.LINKED)
    while start < len(flags):
        stop = min(start + limit, len(flags))
        if stop < len(flags):
            while stop > start and flags[stop - 1] & linked:
                stop -= 1
        if stop == start:
            message = f"a linked chain is longer than the {limit} events of one batch"
            raise LedgerError(TOO_MUCH_DATA, message, "post the document in several chains")
        yield start, stop
        start = stop


def _accounts_of(transfers: Iterable[Transfer]) -> Iterator[int]:
    for transfer in transfers:
        yield transfer.debit_account_id
        yield transfer.credit_account_id
