"""Goals 21 and 22: what durability costs the embedded ledger, and what it saves against plain SQL.

Row 21: CPU seconds of the batch path (8,189 transfers a commit, synchronous=FULL) ÷ a bare loop over dictionaries that
checks duplicates and moves the same amounts. Row 22: the batch path ÷ three SQL statements per transfer (insert, two
updates with a CHECK; 64-bit amounts, which is less than the ledger holds).
Run: `python benchmarks/row21_ledger.py [--full]`.
"""

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from engine.journal import Store
from engine.ledger import BATCH_MAX, Account, EmbeddedLedger, TransferColumns

NOW = 1_790_000_000_000_000
ACCOUNTS = 10_000
ROUNDS = 3


def transfers(count: int) -> TransferColumns:
    """Plain transfers between 10,000 accounts, ids in the order of their documents."""
    ids = [(1 << 120) + (row << 24) for row in range(count)]
    debits = [1 + row * 7919 % ACCOUNTS for row in range(count)]
    credits = [1 + (row * 7919 + 1 + row % 97) % ACCOUNTS for row in range(count)]
    amounts = [10**10 + row * 10_007 for row in range(count)]
    zeros = [0] * count
    return TransferColumns(ids, debits, credits, amounts, [840] * count, [1] * count, zeros, zeros, zeros, zeros)


def bare_loop(columns: TransferColumns, _folder: Path) -> float:
    """CPU seconds of the state machine alone: a set, two dictionaries, 128-bit checks."""
    seen: set[int] = set()
    debited, credited = dict.fromkeys(range(1, ACCOUNTS + 1), 0), dict.fromkeys(range(1, ACCOUNTS + 1), 0)
    limit = 2**128
    start = time.process_time()
    for ident, debit, credit, amount in zip(
        columns.id, columns.debit_account_id, columns.credit_account_id, columns.amount, strict=True
    ):
        if ident in seen or debit == credit:
            raise ValueError(ident)
        seen.add(ident)
        to_debit, to_credit = debited[debit] + amount, credited[credit] + amount
        if to_debit >= limit or to_credit >= limit:
            raise OverflowError(ident)
        debited[debit], credited[credit] = to_debit, to_credit
    return time.process_time() - start


def batch_path(columns: TransferColumns, folder: Path) -> float:
    """CPU seconds of the embedded ledger, durable batch by batch."""
    with Store.open(folder / "ratebook.db") as store:
        ledger = EmbeddedLedger.open(store)
        accounts = [Account(id=number, ledger=840, code=1) for number in range(1, ACCOUNTS + 1)]
        for first in range(0, ACCOUNTS, BATCH_MAX):
            ledger.create_accounts(accounts[first : first + BATCH_MAX], NOW)
        start = time.process_time()
        if ledger.post_columns(columns, NOW):
            raise ValueError("a transfer was refused")
        return time.process_time() - start


def three_statements(columns: TransferColumns, folder: Path) -> float:
    """CPU seconds of one INSERT and two UPDATEs per transfer, 64-bit amounts, a commit every batch."""
    connection = sqlite3.connect(folder / "plain.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(
        "CREATE TABLE account(id INTEGER PRIMARY KEY, debits INT CHECK (debits >= 0), credits INT CHECK (credits >= 0))"
    )
    connection.execute(
        "CREATE TABLE transfer(at INTEGER PRIMARY KEY, id BLOB UNIQUE, "
        "debit INT, credit INT, amount INT, code INT, flags INT)"
    )
    connection.executemany("INSERT INTO account VALUES (?,0,0)", [(number,) for number in range(1, ACCOUNTS + 1)])
    start, at = time.process_time(), NOW
    for first in range(0, len(columns), BATCH_MAX):
        part = columns.part(first, first + BATCH_MAX)
        connection.execute("BEGIN IMMEDIATE")
        for ident, debit, credit, amount in zip(
            part.id, part.debit_account_id, part.credit_account_id, part.amount, strict=True
        ):
            at += 1
            row = (at, ident.to_bytes(16, "big"), debit, credit, amount, 1, 0)
            connection.execute("INSERT INTO transfer VALUES (?,?,?,?,?,?,?)", row)
            connection.execute("UPDATE account SET debits=debits+? WHERE id=?", (amount, debit))
            connection.execute("UPDATE account SET credits=credits+? WHERE id=?", (amount, credit))
        connection.execute("COMMIT")
    spent = time.process_time() - start
    connection.close()
    return spent


def measure(path: Callable[[TransferColumns, Path], float], columns: TransferColumns) -> float:
    """One run in a fresh folder."""
    with tempfile.TemporaryDirectory() as folder:
        return path(columns, Path(folder))


def main(full: bool = False) -> list[str]:
    """Measure in turn, print and return the lines of the report."""
    columns = transfers(300_000 if full else 30_000)
    paths = (bare_loop, batch_path, three_statements)
    rounds = [[measure(path, columns) for path in paths] for _ in range(ROUNDS)]
    bare, batch, plain = (median(values) for values in zip(*rounds, strict=True))
    lines = [
        f"row 21: batch path ÷ bare loop = {batch / bare:.1f} (bound 20)",
        f"        {len(columns) / batch:,.0f} transfers a CPU second",
        f"row 22: batch path ÷ three statements = {batch / plain:.2f} (goal 0.4, not reached against the bare driver)",
    ]
    print("\n".join(lines))
    return lines


if __name__ == "__main__":
    main("--full" in sys.argv[1:])
