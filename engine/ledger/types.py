"""Accounts and transfers as TigerBeetle defines them, and transfers as columns for bulk posting."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from engine.ledger.errors import OUT_OF_RANGE, LedgerError
from engine.ledger.status import AccountFlags, CreateAccountStatus, CreateTransferStatus, TransferFlags

AMOUNT_MAX = 2**128 - 1
"""Largest amount; as the amount of a post it means all of the pending transfer."""

BATCH_MAX = 8189
"""Events in one request, the limit of a default TigerBeetle server."""

NANOSECONDS_PER_SECOND = 1_000_000_000
NANOSECONDS_PER_MICROSECOND = 1_000
TIMESTAMP_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Account:
    """An account: amounts are unsigned pico-units, `timestamp` is nanoseconds and given by the ledger."""

    id: int = 0
    debits_pending: int = 0
    debits_posted: int = 0
    credits_pending: int = 0
    credits_posted: int = 0
    user_data_128: int = 0
    user_data_64: int = 0
    user_data_32: int = 0
    ledger: int = 0
    code: int = 0
    flags: AccountFlags = AccountFlags.NONE
    timestamp: int = 0


@dataclass(frozen=True, slots=True)
class Transfer:
    """An immutable movement of `amount` pico-units from debit to credit; `timeout` is in seconds."""

    id: int = 0
    debit_account_id: int = 0
    credit_account_id: int = 0
    amount: int = 0
    pending_id: int = 0
    user_data_128: int = 0
    user_data_64: int = 0
    user_data_32: int = 0
    timeout: int = 0
    ledger: int = 0
    code: int = 0
    flags: TransferFlags = TransferFlags.NONE
    timestamp: int = 0

    @property
    def expires_at(self) -> int | None:
        """The nanosecond from which a pending transfer counts as expired, None when it never does."""
        return self.timestamp + self.timeout * NANOSECONDS_PER_SECOND if self.timeout else None


@dataclass(frozen=True, slots=True)
class CreateAccountResult:
    """Nanosecond timestamp and status of one account event."""

    timestamp: int
    status: CreateAccountStatus


@dataclass(frozen=True, slots=True)
class CreateTransferResult:
    """Nanosecond timestamp and status of one transfer event; EXISTS carries the first one's timestamp."""

    timestamp: int
    status: CreateTransferStatus


@dataclass(frozen=True, slots=True)
class TransferColumns:
    """Many transfers as lists of equal length, for the bulk path (no object per transfer)."""

    id: list[int]
    debit_account_id: list[int]
    credit_account_id: list[int]
    amount: list[int]
    ledger: list[int]
    code: list[int]
    flags: list[int]
    user_data_128: list[int]
    user_data_64: list[int]
    user_data_32: list[int]

    def __post_init__(self) -> None:
        if len({len(getattr(self, field.name)) for field in fields(self)}) != 1:
            raise ValueError("transfer columns must have one length")

    def __len__(self) -> int:
        return len(self.id)

    def part(self, start: int, stop: int) -> "TransferColumns":
        """Rows `start` to before `stop`."""
        return TransferColumns(*(getattr(self, field.name)[start:stop] for field in fields(self)))

    def transfers(self) -> Iterator[Transfer]:
        """The same rows one by one."""
        columns = {field.name: getattr(self, field.name) for field in fields(self)}
        for row in zip(*columns.values(), strict=True):
            yield Transfer(**dict(zip(columns, row, strict=True)))


_BITS = {
    "id": 128,
    "debits_pending": 128,
    "debits_posted": 128,
    "credits_pending": 128,
    "credits_posted": 128,
    "debit_account_id": 128,
    "credit_account_id": 128,
    "amount": 128,
    "pending_id": 128,
    "user_data_128": 128,
    "user_data_64": 64,
    "user_data_32": 32,
    "timeout": 32,
    "ledger": 32,
    "code": 16,
    "flags": 16,
    "timestamp": 64,
}

_LIMITS = {kind: [(field.name, 1 << _BITS[field.name]) for field in fields(kind)] for kind in (Account, Transfer)}


def check_ranges(event: Account | Transfer) -> None:
    """Raise TypeError when a field is no int, LedgerError RBL02 when it does not fit its unsigned width."""
    for name, limit in _LIMITS[type(event)]:
        value = getattr(event, name)
        if type(value) is not int or not 0 <= value < limit:
            check_range(name, value)


def check_range(name: str, value: object) -> None:
    """Like check_ranges, for one value of the field `name`."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} must be an int, not a {type(value).__name__}")
    if not 0 <= value < 1 << _BITS[name]:
        hint = "amounts are unsigned: a negative amount is a transfer the other way round"
        raise LedgerError(OUT_OF_RANGE, f"{name} {value} does not fit {_BITS[name]} unsigned bits", hint)


def check_columns(columns: TransferColumns) -> None:
    """check_ranges for every row, at the cost of a minimum and a maximum a column."""
    for field in fields(columns):
        values = getattr(columns, field.name)
        if values:
            if not {int, TransferFlags}.issuperset(map(type, values)):
                raise TypeError(f"{field.name} must hold ints only")
            check_range(field.name, int(min(values)))
            check_range(field.name, int(max(values)))
