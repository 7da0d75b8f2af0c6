"""The rules for creating one transfer, in the order of precedence: single-phase, pending, balancing, closing."""

from dataclasses import replace

from engine.ledger.compare_transfer import compare_transfer
from engine.ledger.memory import AccountState, Memory
from engine.ledger.settle_transfer import settle_pending
from engine.ledger.status import AccountFlags, PendingStatus, TransferFlags
from engine.ledger.status import CreateTransferStatus as Status
from engine.ledger.types import AMOUNT_MAX, NANOSECONDS_PER_SECOND, TIMESTAMP_MAX, CreateTransferResult, Transfer

_KNOWN = 0b1_1111_1111
# Plain ints: the operators of IntFlag are Python functions and an order of magnitude slower.
_SETTLING = int(TransferFlags.POST_PENDING_TRANSFER | TransferFlags.VOID_PENDING_TRANSFER)
_PENDING = int(TransferFlags.PENDING)
_BALANCING_DEBIT, _BALANCING_CREDIT = int(TransferFlags.BALANCING_DEBIT), int(TransferFlags.BALANCING_CREDIT)
_CLOSING_DEBIT, _CLOSING_CREDIT = int(TransferFlags.CLOSING_DEBIT), int(TransferFlags.CLOSING_CREDIT)
_CLOSING = _CLOSING_DEBIT | _CLOSING_CREDIT
_CLOSED = int(AccountFlags.CLOSED)
_DEBIT_LIMIT = int(AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS)
_CREDIT_LIMIT = int(AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS)


def create_transfer(memory: Memory, transfer: Transfer, timestamp: int) -> CreateTransferResult:
    """Apply the transfer at `timestamp` (nanoseconds), or say why not and change nothing."""
    status = _check_identity(memory, transfer)
    if status is Status.EXISTS:
        return CreateTransferResult(memory.transfers[transfer.id].timestamp, status)
    if status is Status.CREATED:
        if int(transfer.flags) & _SETTLING:
            status = settle_pending(memory, transfer, timestamp)
        else:
            status = _check_fields(transfer)
            if status is Status.CREATED:
                status = _apply(memory, transfer, timestamp)
    return CreateTransferResult(timestamp, status)


def _check_identity(memory: Memory, transfer: Transfer) -> Status:
    if transfer.timestamp != 0:
        return Status.TIMESTAMP_MUST_BE_ZERO
    if int(transfer.flags) & ~_KNOWN:
        return Status.RESERVED_FLAG
    if transfer.id == 0:
        return Status.ID_MUST_NOT_BE_ZERO
    if transfer.id == AMOUNT_MAX:
        return Status.ID_MUST_NOT_BE_INT_MAX
    if transfer.id in memory.transfers:
        return compare_transfer(transfer, memory.transfers[transfer.id], memory.transfers)
    if transfer.id in memory.burnt:
        return Status.ID_ALREADY_FAILED
    return Status.CREATED


def _check_fields(transfer: Transfer) -> Status:
    pending = int(transfer.flags) & _PENDING
    checks = (
        (transfer.debit_account_id == 0, Status.DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO),
        (transfer.debit_account_id == AMOUNT_MAX, Status.DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX),
        (transfer.credit_account_id == 0, Status.CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO),
        (transfer.credit_account_id == AMOUNT_MAX, Status.CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX),
        (transfer.credit_account_id == transfer.debit_account_id, Status.ACCOUNTS_MUST_BE_DIFFERENT),
        (transfer.pending_id != 0, Status.PENDING_ID_MUST_BE_ZERO),
        (not pending and transfer.timeout != 0, Status.TIMEOUT_RESERVED_FOR_PENDING_TRANSFER),
        (
            not pending and int(transfer.flags) & (_CLOSING_DEBIT | _CLOSING_CREDIT),
            Status.CLOSING_TRANSFER_MUST_BE_PENDING,
        ),
        (transfer.ledger == 0, Status.LEDGER_MUST_NOT_BE_ZERO),
        (transfer.code == 0, Status.CODE_MUST_NOT_BE_ZERO),
    )
    return next((status for failed, status in checks if failed), Status.CREATED)


def _apply(memory: Memory, transfer: Transfer, timestamp: int) -> Status:
    debit = memory.accounts.get(transfer.debit_account_id)
    if debit is None:
        return Status.DEBIT_ACCOUNT_NOT_FOUND
    credit = memory.accounts.get(transfer.credit_account_id)
    if credit is None:
        return Status.CREDIT_ACCOUNT_NOT_FOUND
    amount = _balanced_amount(transfer, debit, credit)
    status = _check_accounts(transfer, debit, credit)
    if status is Status.CREATED:
        status = _check_overflow(transfer, debit, credit, amount, timestamp)
    if status is Status.CREATED:
        status = _check_limits(debit, credit, amount)
    if status is Status.CREATED:
        _move(memory, replace(transfer, amount=amount, timestamp=timestamp), debit, credit)
    return status


def _check_accounts(transfer: Transfer, debit: AccountState, credit: AccountState) -> Status:
    if debit.ledger != credit.ledger:
        return Status.ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER
    if transfer.ledger != debit.ledger:
        return Status.TRANSFER_MUST_HAVE_THE_SAME_LEDGER_AS_ACCOUNTS
    if debit.flags & _CLOSED:
        return Status.DEBIT_ACCOUNT_ALREADY_CLOSED
    if credit.flags & _CLOSED:
        return Status.CREDIT_ACCOUNT_ALREADY_CLOSED
    return Status.CREATED


def _balanced_amount(transfer: Transfer, debit: AccountState, credit: AccountState) -> int:
    """A balancing transfer moves at most what brings the account to zero; it may be nothing."""
    amount = transfer.amount
    if int(transfer.flags) & _BALANCING_DEBIT:
        amount = min(amount, max(0, debit.credits_posted - debit.debits_posted - debit.debits_pending))
    if int(transfer.flags) & _BALANCING_CREDIT:
        amount = min(amount, max(0, credit.debits_posted - credit.credits_posted - credit.credits_pending))
    return amount


def _check_overflow(
    transfer: Transfer, debit: AccountState, credit: AccountState, amount: int, timestamp: int
) -> Status:
    pending = int(transfer.flags) & _PENDING
    checks = (
        (pending and amount + debit.debits_pending > AMOUNT_MAX, Status.OVERFLOWS_DEBITS_PENDING),
        (pending and amount + credit.credits_pending > AMOUNT_MAX, Status.OVERFLOWS_CREDITS_PENDING),
        (amount + debit.debits_posted > AMOUNT_MAX, Status.OVERFLOWS_DEBITS_POSTED),
        (amount + credit.credits_posted > AMOUNT_MAX, Status.OVERFLOWS_CREDITS_POSTED),
        (amount + debit.debits_pending + debit.debits_posted > AMOUNT_MAX, Status.OVERFLOWS_DEBITS),
        (amount + credit.credits_pending + credit.credits_posted > AMOUNT_MAX, Status.OVERFLOWS_CREDITS),
        (timestamp + transfer.timeout * NANOSECONDS_PER_SECOND > TIMESTAMP_MAX, Status.OVERFLOWS_TIMEOUT),
    )
    return next((status for failed, status in checks if failed), Status.CREATED)


def _check_limits(debit: AccountState, credit: AccountState, amount: int) -> Status:
    debits = debit.debits_pending + debit.debits_posted + amount
    credits = credit.credits_pending + credit.credits_posted + amount
    if debit.flags & _DEBIT_LIMIT and debits > debit.credits_posted:
        return Status.EXCEEDS_CREDITS
    if credit.flags & _CREDIT_LIMIT and credits > credit.debits_posted:
        return Status.EXCEEDS_DEBITS
    return Status.CREATED


def _move(memory: Memory, transfer: Transfer, debit: AccountState, credit: AccountState) -> None:
    memory.touch(debit)
    memory.touch(credit)
    if int(transfer.flags) & _PENDING:
        debit.debits_pending += transfer.amount
        credit.credits_pending += transfer.amount
        memory.pending[transfer.id] = PendingStatus.PENDING
    else:
        debit.debits_posted += transfer.amount
        credit.credits_posted += transfer.amount
    if int(transfer.flags) & _CLOSING_DEBIT:
        debit.flags |= _CLOSED
    if int(transfer.flags) & _CLOSING_CREDIT:
        credit.flags |= _CLOSED
    memory.add(transfer)
