"""Posting: open the accounts a document needs, book its legs, and know that booking twice is booking once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from engine.ledger.chart import AccountName, account_id, chart_account
from engine.ledger.embedded import EmbeddedLedger
from engine.ledger.errors import ALTERED_POSTING, REFUSED_POSTING, LedgerError
from engine.ledger.posting import Posting, transfers_of
from engine.ledger.status import CreateAccountStatus, CreateTransferStatus
from engine.ledger.types import CreateTransferResult, Transfer

MAX_ATTEMPTS = 256


@dataclass(frozen=True, slots=True)
class Refusal:
    """A posting that the ledger refused for now, for instance because the wallet holds too little."""

    key: str
    number: int | None
    status: CreateTransferStatus


@dataclass(frozen=True, slots=True)
class PostReport:
    """How many postings were booked now, how many had been booked before, and which were refused."""

    booked: int
    known: int
    refused: tuple[Refusal, ...]


def open_accounts(
    ledger: EmbeddedLedger, tenant: str, names: Iterable[AccountName], now: int, connection: Connection | None = None
) -> None:
    """Create the accounts that do not exist yet, before anything is posted to them (so that no id is burnt)."""
    wanted = {account_id(tenant, name): name for name in names}
    missing = ledger.missing_accounts(wanted, connection)
    new = [chart_account(tenant, name) for ident, name in wanted.items() if ident in missing]
    for start in range(0, len(new), ledger.batch_max):
        for result in ledger.create_accounts(new[start : start + ledger.batch_max], now, connection):
            if result.status not in (CreateAccountStatus.CREATED, CreateAccountStatus.EXISTS):
                message = f"an account was refused: {result.status.name}"
                raise LedgerError(REFUSED_POSTING, message, "check the currency and the chart of accounts")


def post(
    ledger: EmbeddedLedger,
    tenant: str,
    postings: Sequence[Posting],
    now: int,
    connection: Connection | None = None,
) -> PostReport:
    """Book the postings, each as a whole or not at all; `now` is UTC microseconds.

    A posting with an id burnt by an earlier refusal is tried under its next attempt. Raises LedgerError RBL04 when a
    posting was booked before with other content, RBL05 when it is wrong in itself.
    """
    postings = [posting for posting in postings if posting.legs]
    open_accounts(ledger, tenant, _names(postings), now, connection)
    booked = known = 0
    refused: list[Refusal] = []
    waiting = list(postings)
    for attempt in range(MAX_ATTEMPTS):
        again = []
        for posting, status in _attempt(ledger, tenant, waiting, attempt, now, connection):
            if status is CreateTransferStatus.ID_ALREADY_FAILED:
                again.append(posting)
            elif status is CreateTransferStatus.CREATED:
                booked += 1
            elif status is CreateTransferStatus.EXISTS:
                known += 1
            else:
                refused.append(_refusal(posting, status))
        waiting = again
        if not waiting:
            break
    refused.extend(Refusal(p.key, p.number, CreateTransferStatus.ID_ALREADY_FAILED) for p in waiting)
    return PostReport(booked, known, tuple(refused))


def chain_status(results: Sequence[CreateTransferResult]) -> CreateTransferStatus:
    """What became of a chain: CREATED, or the status of the event that broke it."""
    decisive = [r.status for r in results if r.status is not CreateTransferStatus.LINKED_EVENT_FAILED]
    return decisive[0] if decisive else CreateTransferStatus.LINKED_EVENT_FAILED


def raise_if_altered(key: str, number: int | None, status: CreateTransferStatus) -> None:
    """LedgerError RBL04 when the status says that the id is in use for another content."""
    if status.name.startswith("EXISTS_WITH_DIFFERENT"):
        name = key if number is None else f"{key} {number}"
        message = f"{name} was booked before with other content ({status.name.lower()})"
        raise LedgerError(ALTERED_POSTING, message, "a booked document never changes; correct it with a new one")


def _attempt(
    ledger: EmbeddedLedger,
    tenant: str,
    postings: Sequence[Posting],
    attempt: int,
    now: int,
    connection: Connection | None,
) -> Iterable[tuple[Posting, CreateTransferStatus]]:
    batch: list[Transfer] = []
    owners: list[Posting] = []
    for posting in postings:
        chain = transfers_of(tenant, posting, attempt)
        if batch and len(batch) + len(chain) > ledger.batch_max:
            yield from _send(ledger, batch, owners, now, connection)
            batch, owners = [], []
        batch.extend(chain)
        owners.append(posting)
    if batch:
        yield from _send(ledger, batch, owners, now, connection)


def _send(
    ledger: EmbeddedLedger, batch: list[Transfer], owners: list[Posting], now: int, connection: Connection | None
) -> Iterable[tuple[Posting, CreateTransferStatus]]:
    results = ledger.create_transfers(batch, now, connection)
    start = 0
    for posting in owners:
        stop = start + len(posting.legs)
        yield posting, chain_status(results[start:stop])
        start = stop


def _refusal(posting: Posting, status: CreateTransferStatus) -> Refusal:
    raise_if_altered(posting.key, posting.number, status)
    if status not in (CreateTransferStatus.EXCEEDS_CREDITS, CreateTransferStatus.EXCEEDS_DEBITS):
        message = f"{posting.key} cannot be booked: {status.name.lower()}"
        raise LedgerError(REFUSED_POSTING, message, "check its legs, amounts and currency")
    return Refusal(posting.key, posting.number, status)


def _names(postings: Iterable[Posting]) -> Iterable[AccountName]:
    for posting in postings:
        for leg in posting.legs:
            yield leg.debit
            yield leg.credit
