"""Writing what a batch changed."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, insert, update

from engine.journal.connect import insert_rows
from engine.ledger import tables
from engine.ledger.codec import ACCOUNT_COLUMNS, TRANSFER_COLUMNS, account_row, id_blob, transfer_row
from engine.ledger.memory import AccountState, Memory
from engine.ledger.status import TransferFlags

_BALANCES = ("debits_pending", "debits_posted", "credits_pending", "credits_posted", "flags")


def save_accounts(connection: Connection, added: list[AccountState], first_no: int) -> None:
    """Store new accounts and give them their row numbers."""
    for no, account in enumerate(added, first_no):
        account.no = no
    insert_rows(connection, "ledger_accounts", ACCOUNT_COLUMNS, [account_row(account) for account in added])


def save_balances(connection: Connection, touched: Iterable[AccountState]) -> None:
    """Store the balances and flags of accounts that changed."""
    rows = [
        (
            str(account.debits_pending),
            str(account.debits_posted),
            str(account.credits_pending),
            str(account.credits_posted),
            account.flags,
            account.no,
        )
        for account in touched
    ]
    if rows:
        mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
        columns = ",".join(f"{name}={mark}" for name in _BALANCES)
        connection.exec_driver_sql(f"UPDATE ledger_accounts SET {columns} WHERE no={mark}", rows)


def save_batch(connection: Connection, memory: Memory) -> None:
    """Store the transfers, settlements, burnt ids and balances that the general path collected in `memory`."""
    rows = []
    for transfer in memory.added:
        debit, credit = memory.accounts[transfer.debit_account_id], memory.accounts[transfer.credit_account_id]
        rows.append(transfer_row(transfer, debit.no, credit.no))
    save_transfer_rows(connection, TRANSFER_COLUMNS, rows)
    _save_pending(connection, memory)
    insert_rows(connection, "ledger_burnt", ("id",), [(id_blob(ident),) for ident in memory.newly_burnt])
    save_balances(connection, memory.touched.values())


def save_transfer_rows(connection: Connection, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """Store transfers given as rows of these columns; IntegrityError when an id exists."""
    insert_rows(connection, "ledger_transfers", columns, rows)


def save_clock(connection: Connection, timestamp: int, *, new: bool) -> None:
    """Remember the last timestamp given out."""
    if new:
        connection.execute(insert(tables.clock).values(one=1, timestamp=timestamp))
    else:
        connection.execute(update(tables.clock).values(timestamp=timestamp))


def _save_pending(connection: Connection, memory: Memory) -> None:
    added = [transfer for transfer in memory.added if transfer.flags & TransferFlags.PENDING]
    born = {transfer.id for transfer in added}
    rows = [(id_blob(t.id), int(memory.pending[t.id]), t.expires_at) for t in added]
    insert_rows(connection, "ledger_pending", ("id", "status", "expires_at"), rows)
    for ident, status in memory.settled.items():
        if ident not in born:
            row = tables.pending.c.id == id_blob(ident)
            connection.execute(update(tables.pending).where(row).values(status=int(status)))
