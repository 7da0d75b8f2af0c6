"""Double entry: accounts and transfers with TigerBeetle's rules, a chart of accounts, posting rules, proofs."""

from engine.ledger.embedded import EmbeddedLedger
from engine.ledger.errors import LedgerError
from engine.ledger.status import AccountFlags, CreateAccountStatus, CreateTransferStatus, PendingStatus, TransferFlags
from engine.ledger.types import (
    AMOUNT_MAX,
    BATCH_MAX,
    Account,
    CreateAccountResult,
    CreateTransferResult,
    Transfer,
    TransferColumns,
)

__all__ = [
    "AMOUNT_MAX",
    "BATCH_MAX",
    "Account",
    "AccountFlags",
    "CreateAccountResult",
    "CreateAccountStatus",
    "CreateTransferResult",
    "CreateTransferStatus",
    "EmbeddedLedger",
    "LedgerError",
    "PendingStatus",
    "Transfer",
    "TransferColumns",
    "TransferFlags",
]
