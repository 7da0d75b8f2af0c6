"""Posting a whole billing run: the legs of many numbered documents as columns."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from engine.ledger.chart import AccountName, Role, account_id
from engine.ledger.embedded import EmbeddedLedger
from engine.ledger.errors import REFUSED_POSTING, LedgerError
from engine.ledger.post import PostReport, chain_status, open_accounts, raise_if_altered
from engine.ledger.posting import PostingKind, posting_prefix
from engine.ledger.status import CreateTransferStatus, TransferFlags
from engine.ledger.types import CreateTransferResult, TransferColumns
from engine.money import currency as iso_currency


@dataclass(frozen=True, slots=True)
class LegColumns:
    """Legs between a customer's receivable and an account of the issuer, grouped by document number.

    Row i belongs to document `number[i]`; equal numbers stand together. `amount` is signed pico-units: positive
    debits the receivable and credits (`role`, `owner`), negative the other way round; rows of 0 are left out.
    """

    number: Sequence[int]
    customer: Sequence[str]
    currency: Sequence[str]
    role: Sequence[Role]
    owner: Sequence[str]
    amount: Sequence[int]


def post_documents(
    ledger: EmbeddedLedger,
    tenant: str,
    kind: PostingKind,
    key: str,
    legs: LegColumns,
    now: int,
    *,
    period: int = 0,
    connection: Connection | None = None,
) -> PostReport:
    """Book every document of the series `key`; ids, errors and meaning as in `post.post`.

    The issuer's and the receivable accounts have no limits, so nothing can be refused for now: every status but
    CREATED and EXISTS raises LedgerError (RBL04 or RBL05).
    """
    ids = _account_ids(tenant, legs)
    open_accounts(ledger, tenant, ids.keys(), now, connection)
    columns, numbers = _columns(tenant, kind, key, legs, ids, period)
    remarks = ledger.post_columns(columns, now, connection)
    known = _check_remarks(key, numbers, remarks)
    return PostReport(len(set(numbers)) - known, known, ())


def _account_ids(tenant: str, legs: LegColumns) -> dict[AccountName, int]:
    receivables = {AccountName(Role.RECEIVABLE, c, cur) for c, cur in zip(legs.customer, legs.currency, strict=True)}
    others = {AccountName(r, o, c) for r, o, c in set(zip(legs.role, legs.owner, legs.currency, strict=True))}
    return {name: account_id(tenant, name) for name in sorted(receivables | others, key=str)}


def _columns(
    tenant: str, kind: PostingKind, key: str, legs: LegColumns, ids: dict[AccountName, int], period: int
) -> tuple[TransferColumns, list[int]]:
    receivable = {(name.owner, name.currency): ident for name, ident in ids.items() if name.role is Role.RECEIVABLE}
    issuer = {(name.role, name.owner, name.currency): ident for name, ident in ids.items()}
    numeric = {code: iso_currency(code).numeric for code in set(legs.currency)}
    series = posting_prefix(tenant, key, 0)
    linked = int(TransferFlags.LINKED)
    idents: list[int] = []
    debits: list[int] = []
    credits: list[int] = []
    amounts: list[int] = []
    ledgers: list[int] = []
    flags: list[int] = []
    numbers: list[int] = []
    previous, leg = None, 0
    for number, customer, currency, role, owner, amount in zip(
        legs.number, legs.customer, legs.currency, legs.role, legs.owner, legs.amount, strict=True
    ):
        if amount == 0:
            continue
        if number == previous:
            flags[-1] = linked
            leg += 1
        else:
            previous, leg = number, 1
        ours, theirs = receivable[customer, currency], issuer[role, owner, currency]
        idents.append(series | number << 24 | leg << 8)
        debits.append(ours if amount > 0 else theirs)
        credits.append(theirs if amount > 0 else ours)
        amounts.append(abs(amount))
        ledgers.append(numeric[currency])
        flags.append(0)
        numbers.append(number)
    count = len(idents)
    codes, periods, zeros = [int(kind)] * count, [period] * count, [0] * count
    columns = TransferColumns(idents, debits, credits, amounts, ledgers, codes, flags, zeros, zeros, periods)
    return columns, numbers


def _check_remarks(key: str, numbers: list[int], remarks: list[tuple[int, CreateTransferResult]]) -> int:
    """How many documents were known; raises when one was neither booked nor known."""
    by_number: dict[int, list[CreateTransferResult]] = {}
    for row, result in remarks:
        by_number.setdefault(numbers[row], []).append(result)
    for number, results in by_number.items():
        status = chain_status(results)
        raise_if_altered(key, number, status)
        if status is not CreateTransferStatus.EXISTS:
            message = f"{key} {number} cannot be booked: {status.name.lower()}"
            raise LedgerError(REFUSED_POSTING, message, "check its legs, amounts and currency")
    return len(by_number)
