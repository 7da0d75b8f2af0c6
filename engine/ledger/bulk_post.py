"""Posting a whole billing run: the legs of many numbered documents as columns."""

from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection

from engine.ledger.bulk_documents import LegColumns, book_documents
from engine.ledger.chart import AccountName, Role, account_id, account_ids, chart_account, owner_tags
from engine.ledger.embedded import EmbeddedLedger
from engine.ledger.errors import REFUSED_POSTING, LedgerError
from engine.ledger.memory import AccountState
from engine.ledger.post import PostReport, chain_status, open_accounts, raise_if_altered
from engine.ledger.posting import PostingKind, posting_prefix
from engine.ledger.status import CreateTransferStatus, TransferFlags
from engine.ledger.types import CreateTransferResult, TransferColumns
from engine.money import currency as iso_currency


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
    accounts = _Accounts.of(tenant, legs)
    series = posting_prefix(tenant, key, 0)
    booking = partial(book_documents, series, int(kind), period, legs, accounts.receivable, accounts.issuer)
    opening = partial(_opened, tenant, accounts)
    if ledger.post_plain(accounts.ids, opening, booking, len(legs.number), now, connection):
        booked = {number for number, amount in zip(legs.number, legs.amount, strict=True) if amount}
        return PostReport(len(booked), 0, ())
    columns, numbers = _columns(series, kind, legs, accounts, period)
    open_accounts(ledger, tenant, accounts.names(ledger, connection), now, connection)
    remarks = ledger.post_columns(columns, now, connection)
    known = _check_remarks(key, numbers, remarks)
    return PostReport(len(set(numbers)) - known, known, ())


@dataclass(frozen=True, slots=True)
class _Accounts:
    """The ids of the accounts that a run touches, by (customer, currency) and by (role's code, owner, currency)."""

    receivable: dict[tuple[str, str], int]
    issuer: dict[tuple[int, str, str], int]

    @classmethod
    def of(cls, tenant: str, legs: LegColumns) -> "_Accounts":
        clients = list(dict.fromkeys(zip(legs.customer, legs.currency, strict=True)))
        receivable = dict(zip(clients, account_ids(tenant, Role.RECEIVABLE, clients), strict=True))
        issuer = {
            (role, owner, code): account_id(tenant, AccountName(Role(role), owner, code))
            for role, owner, code in dict.fromkeys(zip(map(int, legs.role), legs.owner, legs.currency, strict=True))
        }
        return cls(receivable, issuer)

    @property
    def ids(self) -> set[int]:
        return {*self.receivable.values(), *self.issuer.values()}

    def names(self, ledger: EmbeddedLedger, connection: Connection | None) -> list[AccountName]:
        """The accounts that do not exist yet: in most months few or none."""
        missing = ledger.missing_accounts([*self.receivable.values(), *self.issuer.values()], connection)
        clients = (AccountName(Role.RECEIVABLE, *name) for name, ident in self.receivable.items() if ident in missing)
        return [*clients, *self.issuers(missing).values()]

    def issuers(self, missing: set[int]) -> dict[int, AccountName]:
        """Those of the issuer's accounts that are missing."""
        return {i: AccountName(Role(role), *rest) for (role, *rest), i in self.issuer.items() if i in missing}


def _opened(tenant: str, accounts: _Accounts, missing: set[int]) -> list[AccountState]:
    """The missing accounts, in the order of their ids: the order in which the database indexes them fastest."""
    issuers = accounts.issuers(missing).items()
    made = {ident: AccountState.of(chart_account(tenant, name), 0, 0) for ident, name in issuers}
    clients = [(ident, name) for name, ident in accounts.receivable.items() if ident in missing]
    tags = owner_tags(tenant, [owner for _, (owner, _) in clients])
    numeric = {code: iso_currency(code).numeric for code in {code for _, (_, code) in clients}}
    role = int(Role.RECEIVABLE)
    for (ident, (_, code)), tag in zip(clients, tags, strict=True):
        made[ident] = AccountState(ident, 0, 0, 0, 0, 0, tag, 0, 0, numeric[code], role, 0, 0)
    return [made[ident] for ident in sorted(made)]


def _columns(
    series: int, kind: PostingKind, legs: LegColumns, accounts: _Accounts, period: int
) -> tuple[TransferColumns, list[int]]:
    numeric = {code: iso_currency(code).numeric for code in set(legs.currency)}
    receivable, issuer = accounts.receivable, accounts.issuer
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
        ours, theirs = receivable[customer, currency], issuer[int(role), owner, currency]
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
