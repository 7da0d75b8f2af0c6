"""Proof that the ledger's balances are what its transfers say."""

from dataclasses import dataclass

from sqlalchemy import select

from engine.ledger import load, tables
from engine.ledger.embedded import EmbeddedLedger
from engine.ledger.memory import AccountState
from engine.ledger.status import PendingStatus, TransferFlags

_FIELDS = ("debits_pending", "debits_posted", "credits_pending", "credits_posted")
_PENDING = int(TransferFlags.PENDING)
_VOID = int(TransferFlags.VOID_PENDING_TRANSFER)


@dataclass(frozen=True, slots=True)
class LedgerFinding:
    """An account whose stored sum `field` differs from the fold of its transfers; both in pico-units."""

    account_id: int
    field: str
    stored: int
    folded: int


def verify_ledger(ledger: EmbeddedLedger) -> list[LedgerFinding]:
    """Fold all transfers anew and compare with the stored balances; an empty list is the proof.

    The fold knows nothing of limits or order: plain and posting transfers move posted sums, a pending one counts as
    pending until it is settled, a void moves nothing.
    """
    with ledger.reading() as connection:
        accounts = list(load.all_accounts(connection))
        still_pending = select(tables.pending.c.id).where(tables.pending.c.status == int(PendingStatus.PENDING))
        open_ids = set(connection.execute(still_pending).scalars())
        sums: dict[int, list[int]] = {account.no: [0, 0, 0, 0] for account in accounts}
        for row in load.all_rows(connection):
            (_, ident, debit, credit, amount), flags = row[:5], row[-1]
            if flags & _PENDING:
                column, counts = 0, ident in open_ids
            else:
                column, counts = 1, not flags & _VOID
            if counts:
                sums.setdefault(debit, [0, 0, 0, 0])[column] += amount
                sums.setdefault(credit, [0, 0, 0, 0])[column + 2] += amount
    return [finding for account in accounts for finding in _compare(account, sums[account.no])]


def _compare(account: AccountState, folded: list[int]) -> list[LedgerFinding]:
    stored = [getattr(account, field) for field in _FIELDS]
    return [
        LedgerFinding(account.id, field, is_stored, is_folded)
        for field, is_stored, is_folded in zip(_FIELDS, stored, folded, strict=True)
        if is_stored != is_folded
    ]
