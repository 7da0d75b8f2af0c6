"""Posting, voiding and expiring pending transfers."""

from dataclasses import replace

from engine.ledger.memory import Memory
from engine.ledger.status import AccountFlags, PendingStatus, TransferFlags
from engine.ledger.status import CreateTransferStatus as Status
from engine.ledger.types import AMOUNT_MAX, Transfer

_POST_AND_VOID = TransferFlags.POST_PENDING_TRANSFER | TransferFlags.VOID_PENDING_TRANSFER
_EXCLUDED = (
    TransferFlags.PENDING
    | TransferFlags.BALANCING_DEBIT
    | TransferFlags.BALANCING_CREDIT
    | TransferFlags.CLOSING_DEBIT
    | TransferFlags.CLOSING_CREDIT
)
_SETTLED = {
    PendingStatus.POSTED: Status.PENDING_TRANSFER_ALREADY_POSTED,
    PendingStatus.VOIDED: Status.PENDING_TRANSFER_ALREADY_VOIDED,
    PendingStatus.EXPIRED: Status.PENDING_TRANSFER_EXPIRED,
}


def settled_amount(transfer: Transfer, pending: Transfer) -> int:
    """What a post or void moves: a void of 0 and a post of AMOUNT_MAX mean all of the pending amount."""
    if transfer.flags & TransferFlags.VOID_PENDING_TRANSFER:
        return transfer.amount or pending.amount
    return pending.amount if transfer.amount == AMOUNT_MAX else transfer.amount


def settle_pending(memory: Memory, transfer: Transfer, timestamp: int) -> Status:
    """Post or void the transfer that `transfer.pending_id` names, or say why not."""
    status = _check_fields(transfer)
    if status is not Status.CREATED:
        return status
    pending = memory.transfers.get(transfer.pending_id)
    if pending is None:
        return Status.PENDING_TRANSFER_NOT_FOUND
    status = _check_pending(memory, transfer, pending, timestamp)
    if status is Status.CREATED:
        _settle(memory, transfer, pending, timestamp)
    return status


def expire_pending(memory: Memory, pending: Transfer) -> None:
    """Release a pending transfer whose time has run out, and reopen what it closed."""
    _release(memory, pending, reopen=True)
    memory.settle(pending.id, PendingStatus.EXPIRED)


def _check_fields(transfer: Transfer) -> Status:
    both = transfer.flags & _POST_AND_VOID == _POST_AND_VOID
    checks = (
        (both or transfer.flags & _EXCLUDED, Status.FLAGS_ARE_MUTUALLY_EXCLUSIVE),
        (transfer.pending_id == 0, Status.PENDING_ID_MUST_NOT_BE_ZERO),
        (transfer.pending_id == AMOUNT_MAX, Status.PENDING_ID_MUST_NOT_BE_INT_MAX),
        (transfer.pending_id == transfer.id, Status.PENDING_ID_MUST_BE_DIFFERENT),
        (transfer.timeout != 0, Status.TIMEOUT_RESERVED_FOR_PENDING_TRANSFER),
    )
    return next((status for failed, status in checks if failed), Status.CREATED)


def _check_pending(memory: Memory, transfer: Transfer, pending: Transfer, timestamp: int) -> Status:
    if not pending.flags & TransferFlags.PENDING:
        return Status.PENDING_TRANSFER_NOT_PENDING
    for name in ("debit_account_id", "credit_account_id", "ledger", "code"):
        if getattr(transfer, name) not in (0, getattr(pending, name)):
            return Status[f"PENDING_TRANSFER_HAS_DIFFERENT_{name.upper()}"]
    amount = settled_amount(transfer, pending)
    if amount > pending.amount:
        return Status.EXCEEDS_PENDING_TRANSFER_AMOUNT
    voids = bool(transfer.flags & TransferFlags.VOID_PENDING_TRANSFER)
    if voids and amount < pending.amount:
        return Status.PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT
    if memory.pending[pending.id] in _SETTLED:
        return _SETTLED[memory.pending[pending.id]]
    if pending.expires_at is not None and pending.expires_at <= timestamp:
        return Status.PENDING_TRANSFER_EXPIRED
    # The only movement that a closed account allows is to void a pending transfer.
    if not voids and memory.accounts[pending.debit_account_id].flags & AccountFlags.CLOSED:
        return Status.DEBIT_ACCOUNT_ALREADY_CLOSED
    if not voids and memory.accounts[pending.credit_account_id].flags & AccountFlags.CLOSED:
        return Status.CREDIT_ACCOUNT_ALREADY_CLOSED
    return Status.CREATED


def _settle(memory: Memory, transfer: Transfer, pending: Transfer, timestamp: int) -> None:
    posts = bool(transfer.flags & TransferFlags.POST_PENDING_TRANSFER)
    amount = settled_amount(transfer, pending)
    _release(memory, pending, reopen=not posts)
    if posts:
        memory.accounts[pending.debit_account_id].debits_posted += amount
        memory.accounts[pending.credit_account_id].credits_posted += amount
    memory.settle(pending.id, PendingStatus.POSTED if posts else PendingStatus.VOIDED)
    stored = replace(
        transfer,
        debit_account_id=pending.debit_account_id,
        credit_account_id=pending.credit_account_id,
        amount=amount,
        user_data_128=transfer.user_data_128 or pending.user_data_128,
        user_data_64=transfer.user_data_64 or pending.user_data_64,
        user_data_32=transfer.user_data_32 or pending.user_data_32,
        ledger=pending.ledger,
        code=pending.code,
        timestamp=timestamp,
    )
    memory.add(stored)


def _release(memory: Memory, pending: Transfer, *, reopen: bool) -> None:
    debit = memory.touch(memory.accounts[pending.debit_account_id])
    credit = memory.touch(memory.accounts[pending.credit_account_id])
    debit.debits_pending -= pending.amount
    credit.credits_pending -= pending.amount
    if reopen and pending.flags & TransferFlags.CLOSING_DEBIT:
        debit.flags &= ~AccountFlags.CLOSED
    if reopen and pending.flags & TransferFlags.CLOSING_CREDIT:
        credit.flags &= ~AccountFlags.CLOSED
