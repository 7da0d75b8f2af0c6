"""Between the ledger's numbers and the columns that hold them. Zero user data is stored as NULL."""

from collections.abc import Sequence
from typing import Any

from engine.ledger.memory import AccountState
from engine.ledger.status import TransferFlags
from engine.ledger.types import Transfer

ACCOUNT_COLUMNS = (
    "no",
    "id",
    "debits_pending",
    "debits_posted",
    "credits_pending",
    "credits_posted",
    "user_data_128",
    "user_data_64",
    "user_data_32",
    "ledger",
    "code",
    "flags",
    "timestamp",
)
TRANSFER_COLUMNS = (
    "timestamp",
    "id",
    "debit",
    "credit",
    "amount",
    "pending_id",
    "user_data_128",
    "user_data_64",
    "user_data_32",
    "timeout",
    "code",
    "flags",
)
_WRAP = 1 << 64


def id_blob(value: int) -> bytes:
    """16 big-endian bytes."""
    return value.to_bytes(16, "big")


def optional_blob(value: int) -> bytes | None:
    """16 bytes, or None for 0."""
    return value.to_bytes(16, "big") if value else None


def signed_64(value: int) -> int | None:
    """An unsigned 64-bit number in a signed column (two's complement), or None for 0."""
    return (value if value < _WRAP // 2 else value - _WRAP) if value else None


def blob_number(value: bytes | None) -> int:
    """The number in a blob; 0 for None."""
    return int.from_bytes(value, "big") if value else 0


def unsigned_64(value: int | None) -> int:
    """The inverse of signed_64."""
    return (value if value >= 0 else value + _WRAP) if value else 0


def account_row(account: AccountState) -> tuple[Any, ...]:
    """A row for ACCOUNT_COLUMNS."""
    return (
        account.no,
        id_blob(account.id),
        str(account.debits_pending),
        str(account.debits_posted),
        str(account.credits_pending),
        str(account.credits_posted),
        optional_blob(account.user_data_128),
        signed_64(account.user_data_64),
        account.user_data_32 or None,
        account.ledger,
        account.code,
        account.flags,
        account.timestamp,
    )


def account_state(row: Sequence[Any]) -> AccountState:
    """The account in a row of ACCOUNT_COLUMNS."""
    return AccountState(
        int.from_bytes(row[1], "big"),
        row[0],
        int(row[2]),
        int(row[3]),
        int(row[4]),
        int(row[5]),
        blob_number(row[6]),
        unsigned_64(row[7]),
        row[8] or 0,
        row[9],
        row[10],
        row[11],
        row[12],
    )


def transfer_row(transfer: Transfer, debit_no: int, credit_no: int) -> tuple[Any, ...]:
    """A row for TRANSFER_COLUMNS."""
    return (
        transfer.timestamp,
        id_blob(transfer.id),
        debit_no,
        credit_no,
        str(transfer.amount),
        optional_blob(transfer.pending_id),
        optional_blob(transfer.user_data_128),
        signed_64(transfer.user_data_64),
        transfer.user_data_32 or None,
        transfer.timeout or None,
        transfer.code,
        int(transfer.flags),
    )


def transfer_of(row: Sequence[Any], debit_id: bytes, credit_id: bytes, ledger: int) -> Transfer:
    """The transfer in a row of TRANSFER_COLUMNS, its accounts' ids and ledger beside it."""
    return Transfer(
        id=int.from_bytes(row[1], "big"),
        debit_account_id=int.from_bytes(debit_id, "big"),
        credit_account_id=int.from_bytes(credit_id, "big"),
        amount=int(row[4]),
        pending_id=blob_number(row[5]),
        user_data_128=blob_number(row[6]),
        user_data_64=unsigned_64(row[7]),
        user_data_32=row[8] or 0,
        timeout=row[9] or 0,
        ledger=ledger,
        code=row[10],
        flags=TransferFlags(row[11]),
        timestamp=row[0],
    )
