"""Reading the ledger's rows."""

from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Select, func, select

from engine.ledger import tables
from engine.ledger.codec import account_state, id_blob, transfer_of
from engine.ledger.memory import AccountState
from engine.ledger.packed import all_packed, find_packed, unsettled
from engine.ledger.status import PendingStatus
from engine.ledger.types import Transfer

CHUNK = 8_000
"""Ids in one IN list, below every database's limit on parameters."""

_debit = tables.accounts.alias("debit_account")
_credit = tables.accounts.alias("credit_account")


def load_accounts(connection: Connection, ids: Iterable[int]) -> Iterator[AccountState]:
    """The accounts among `ids` that exist."""
    wanted = sorted(ids)
    lacking = unsettled(connection) if wanted else {}
    for chunk in _chunks(wanted):
        statement, values = _in_list(connection, "SELECT * FROM ledger_accounts WHERE id IN", chunk)
        for row in connection.exec_driver_sql(statement, values):
            yield _with(account_state(row), lacking)


def known_accounts(connection: Connection, ids: Iterable[int]) -> set[int]:
    """Those of `ids` that an account has."""
    known: set[int] = set()
    for chunk in _chunks(sorted(ids)):
        statement, values = _in_list(connection, "SELECT id FROM ledger_accounts WHERE id IN", chunk)
        known.update(int.from_bytes(blob, "big") for blob in connection.exec_driver_sql(statement, values).scalars())
    return known


def all_accounts(connection: Connection) -> Iterator[AccountState]:
    """Every account, oldest first."""
    lacking = unsettled(connection)
    for row in connection.execute(select(tables.accounts).order_by(tables.accounts.c.no)):
        yield _with(account_state(row), lacking)


def lagging_accounts(connection: Connection) -> list[AccountState]:
    """The accounts whose rows lack something, as they are."""
    lacking = unsettled(connection)
    found: list[AccountState] = []
    for chunk in _chunks(sorted(lacking)):
        rows = connection.execute(select(tables.accounts).where(tables.accounts.c.no.in_(chunk)))
        found += [_with(account_state(row), lacking) for row in rows]
    return found


def _with(account: AccountState, lacking: dict[int, list[int]]) -> AccountState:
    """An account with what its row lacks."""
    more = lacking.get(account.no)
    if more is not None:
        account.debits_posted += more[0]
        account.credits_posted += more[1]
    return account


def load_transfers(connection: Connection, ids: Iterable[int]) -> Iterator[Transfer]:
    """The transfers among `ids` that exist."""
    for chunk in _chunks(sorted(ids)):
        blobs = [id_blob(ident) for ident in chunk]
        yield from read_transfers(connection, transfers_query().where(tables.transfers.c.id.in_(blobs)))
        packed = list(find_packed(connection, blobs))
        accounts = _accounts_by_no(connection, {no for row in packed for no in row[2:4]})
        for row in packed:
            yield transfer_of(row, accounts[row[2]][0], accounts[row[3]][0], accounts[row[2]][1])


def all_rows(connection: Connection) -> Iterator[tuple[Any, ...]]:
    """Every transfer as a row of codec.TRANSFER_COLUMNS, oldest first; amounts as numbers."""
    statement = select(tables.transfers).order_by(tables.transfers.c.timestamp).execution_options(yield_per=10_000)
    single = ((*row[:4], int(row[4]), *row[5:]) for row in connection.execute(statement))
    yield from merge(single, all_packed(connection), key=itemgetter(0))


def _accounts_by_no(connection: Connection, numbers: set[int]) -> dict[int, tuple[bytes, int]]:
    """(id, ledger) by row number."""
    columns = tables.accounts.c
    found: dict[int, tuple[bytes, int]] = {}
    for chunk in _chunks(sorted(numbers)):
        rows = connection.execute(select(columns.no, columns.id, columns.ledger).where(columns.no.in_(chunk)))
        found.update({no: (ident, ledger) for no, ident, ledger in rows})
    return found


def transfers_query() -> Select[Any]:
    """All transfers with the ids and the ledger of their accounts; narrow it with `where`, then `read_transfers`."""
    moved = tables.transfers
    joined = moved.join(_debit, _debit.c.no == moved.c.debit).join(_credit, _credit.c.no == moved.c.credit)
    return select(moved, _debit.c.id, _credit.c.id, _debit.c.ledger).select_from(joined)


def read_transfers(connection: Connection, query: Select[Any]) -> Iterator[Transfer]:
    """The transfers of a query made with transfers_query."""
    for row in connection.execute(query.execution_options(yield_per=10_000)):
        yield transfer_of(row, row[-3], row[-2], row[-1])


def load_pending(connection: Connection, ids: Iterable[int]) -> dict[int, PendingStatus]:
    """What became of the pending transfers among `ids`."""
    found = {}
    for chunk in _chunks(sorted(ids)):
        statement, values = _in_list(connection, "SELECT id, status FROM ledger_pending WHERE id IN", chunk)
        for blob, status in connection.exec_driver_sql(statement, values):
            found[int.from_bytes(blob, "big")] = PendingStatus(status)
    return found


def load_expired(connection: Connection, now: int) -> list[int]:
    """Ids of pending transfers whose time has run out at `now` (nanoseconds), oldest deadline first."""
    rows = tables.pending.c
    due = (rows.status == int(PendingStatus.PENDING)) & (rows.expires_at <= now)
    statement = select(rows.id).where(due).order_by(rows.expires_at, rows.id)
    return [int.from_bytes(blob, "big") for blob in connection.execute(statement).scalars()]


def next_deadline(connection: Connection) -> int | None:
    """When the next pending transfer expires, in nanoseconds; None when none will."""
    rows = tables.pending.c
    statement = select(func.min(rows.expires_at)).where(rows.status == int(PendingStatus.PENDING))
    deadline: int | None = connection.execute(statement).scalar_one()
    return deadline


def load_burnt(connection: Connection) -> set[int]:
    """Every id that failed for a transient reason."""
    return {int.from_bytes(blob, "big") for blob in connection.execute(select(tables.burnt.c.id)).scalars()}


def last_timestamp(connection: Connection) -> int:
    """The last timestamp given out, 0 for a new ledger."""
    return connection.execute(select(tables.clock.c.timestamp)).scalar_one_or_none() or 0


def count_accounts(connection: Connection) -> int:
    """Number of accounts, which is also the greatest row number."""
    return connection.execute(select(func.count()).select_from(tables.accounts)).scalar_one()


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def _in_list(connection: Connection, head: str, ids: Sequence[int]) -> tuple[str, tuple[bytes, ...]]:
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    return f"{head} ({','.join([mark] * len(ids))})", tuple(id_blob(ident) for ident in ids)
