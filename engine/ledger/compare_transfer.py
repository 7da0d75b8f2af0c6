"""What a transfer with a known id is: the same again, or another one under a used id."""

from collections.abc import Mapping

from engine.ledger.status import CreateTransferStatus as Status
from engine.ledger.status import TransferFlags
from engine.ledger.types import AMOUNT_MAX, Transfer

_SETTLING = int(TransferFlags.POST_PENDING_TRANSFER | TransferFlags.VOID_PENDING_TRANSFER)
_BALANCING = int(TransferFlags.BALANCING_DEBIT | TransferFlags.BALANCING_CREDIT)
_FIRST = ("flags", "pending_id", "timeout")
_ACCOUNTS = ("debit_account_id", "credit_account_id")
_LAST = ("user_data_128", "user_data_64", "user_data_32", "ledger", "code")


def compare_transfer(transfer: Transfer, old: Transfer, transfers: Mapping[int, Transfer]) -> Status:
    """EXISTS when both are the same request, else the first field that differs."""
    for name in _FIRST:
        if getattr(transfer, name) != getattr(old, name):
            return _different(name)
    pending = transfers[old.pending_id] if int(transfer.flags) & _SETTLING else None
    for name in _ACCOUNTS:
        if _asked(transfer, name, pending) != getattr(old, name):
            return _different(name)
    if _amount_differs(transfer, old, pending):
        return _different("amount")
    for name in _LAST:
        if _asked(transfer, name, pending) != getattr(old, name):
            return _different(name)
    return Status.EXISTS


def _asked(transfer: Transfer, name: str, pending: Transfer | None) -> int:
    """A post or void leaves at 0 what it takes over from its pending transfer."""
    value: int = getattr(transfer, name)
    return getattr(pending, name) if pending is not None and value == 0 else value


def _amount_differs(transfer: Transfer, old: Transfer, pending: Transfer | None) -> bool:
    if int(transfer.flags) & _BALANCING:
        return transfer.amount < old.amount  # the amount asked for is an upper limit
    if pending is None:
        return transfer.amount != old.amount
    if int(transfer.flags) & TransferFlags.VOID_PENDING_TRANSFER:
        return (transfer.amount or pending.amount) != old.amount
    return (pending.amount if transfer.amount == AMOUNT_MAX else transfer.amount) != old.amount


def _different(name: str) -> Status:
    return Status[f"EXISTS_WITH_DIFFERENT_{name.upper()}"]
