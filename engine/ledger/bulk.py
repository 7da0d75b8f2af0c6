"""The fast path: a batch of plain transfers in which nothing is wrong, in one tight loop.

It handles only batches that will be created as a whole. At the first event that could have another status it takes
everything back and answers None, and the general path, which is the specification, takes the batch.
"""

from collections.abc import Iterable

from engine.ledger.codec import optional_blob, signed_64
from engine.ledger.memory import AccountState, Memory
from engine.ledger.packed import Moves
from engine.ledger.status import AccountFlags, TransferFlags
from engine.ledger.types import AMOUNT_MAX, TransferColumns

_GUARDED = int(
    AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS | AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS | AccountFlags.CLOSED
)
_DEBIT_LIMIT = int(AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS)
_CREDIT_LIMIT = int(AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS)
_CLOSED = int(AccountFlags.CLOSED)


def apply_columns(memory: Memory, columns: TransferColumns) -> Moves | None:
    """Change the balances and return what to store, or change nothing and return None.

    The accounts must be loaded, and none of the ids may exist already.
    """
    if not _plain(memory, columns):
        return None
    accounts = memory.accounts
    debits: list[AccountState] = []  # two lists, not one of pairs: fewer objects for the garbage collector
    credits: list[AccountState] = []
    for debit_id, credit_id, amount, ledger in zip(
        columns.debit_account_id, columns.credit_account_id, columns.amount, columns.ledger, strict=True
    ):
        debit, credit = accounts.get(debit_id), accounts.get(credit_id)
        if debit is None or credit is None or debit is credit or debit.ledger != ledger or credit.ledger != ledger:
            break
        if (debit.flags | credit.flags) & _GUARDED and not _allowed(debit, credit, amount):
            break
        debit.debits_posted += amount
        credit.credits_posted += amount
        debits.append(debit)
        credits.append(credit)
    if len(debits) == len(columns):
        touched = {ident: accounts[ident] for ident in {*columns.debit_account_id, *columns.credit_account_id}}
        if not _overflows(touched.values()):
            memory.touched.update(touched)
            return _moves(columns, debits, credits)
    _take_back(debits, credits, columns.amount)
    return None


def _plain(memory: Memory, columns: TransferColumns) -> bool:
    """No flags but closed chains, no id twice or special, no code 0, no burnt id."""
    ids = columns.id
    return (
        {0, int(TransferFlags.LINKED)}.issuperset(columns.flags)
        and columns.flags[-1] == 0
        and len(set(ids)) == len(ids)
        and min(ids) > 0
        and max(ids) < AMOUNT_MAX
        and min(columns.code) > 0
        and memory.burnt.isdisjoint(ids)
    )


def _allowed(debit: AccountState, credit: AccountState, amount: int) -> bool:
    if (debit.flags | credit.flags) & _CLOSED:
        return False
    if debit.flags & _DEBIT_LIMIT and debit.debits_pending + debit.debits_posted + amount > debit.credits_posted:
        return False
    spent = credit.credits_pending + credit.credits_posted + amount
    return not (credit.flags & _CREDIT_LIMIT and spent > credit.debits_posted)


def _overflows(touched: Iterable[AccountState]) -> bool:
    """Checked once at the end: within this path balances only grow."""
    return any(
        account.debits_posted + account.debits_pending > AMOUNT_MAX
        or account.credits_posted + account.credits_pending > AMOUNT_MAX
        for account in touched
    )


def _take_back(debits: list[AccountState], credits: list[AccountState], amounts: list[int]) -> None:
    for debit, credit, amount in zip(debits, credits, amounts, strict=False):
        debit.debits_posted -= amount
        credit.credits_posted -= amount


def _moves(columns: TransferColumns, debits: list[AccountState], credits: list[AccountState]) -> Moves:
    """Only the columns that hold something: every value costs."""
    return Moves(
        [ident.to_bytes(16, "big") for ident in columns.id],
        [debit.no for debit in debits],
        [credit.no for credit in credits],
        columns.amount,
        columns.code,
        list(map(int, columns.flags)),
        list(map(optional_blob, columns.user_data_128)) if any(columns.user_data_128) else (),
        list(map(signed_64, columns.user_data_64)) if any(columns.user_data_64) else (),
        [data or None for data in columns.user_data_32] if any(columns.user_data_32) else (),
    )
