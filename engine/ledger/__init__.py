"""Double entry: accounts and transfers with TigerBeetle's rules, a chart of accounts, posting rules, proofs."""

from engine.ledger.balance import RoleBalance, TrialBalance, trial_balance, unbalanced
from engine.ledger.bulk_documents import LegColumns
from engine.ledger.bulk_post import post_documents
from engine.ledger.chart import AccountName, Role, account_id, chart_account, owner_tag
from engine.ledger.embedded import EmbeddedLedger
from engine.ledger.errors import LedgerError
from engine.ledger.post import PostReport, Refusal, open_accounts, post
from engine.ledger.posting import (
    Leg,
    Posting,
    PostingKind,
    credit_draw_legs,
    credit_grant_legs,
    deferral_legs,
    invoice_legs,
    payment_legs,
    refund_legs,
    reversal_legs,
    rounding_legs,
    top_up_legs,
    transfers_of,
    wallet_draw_legs,
    write_off_legs,
)
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
from engine.ledger.verify import LedgerFinding, verify_ledger

__all__ = [
    "AMOUNT_MAX",
    "BATCH_MAX",
    "Account",
    "AccountFlags",
    "AccountName",
    "CreateAccountResult",
    "CreateAccountStatus",
    "CreateTransferResult",
    "CreateTransferStatus",
    "EmbeddedLedger",
    "LedgerError",
    "LedgerFinding",
    "Leg",
    "LegColumns",
    "PendingStatus",
    "PostReport",
    "Posting",
    "PostingKind",
    "Refusal",
    "Role",
    "RoleBalance",
    "Transfer",
    "TransferColumns",
    "TransferFlags",
    "TrialBalance",
    "account_id",
    "chart_account",
    "credit_draw_legs",
    "credit_grant_legs",
    "deferral_legs",
    "invoice_legs",
    "open_accounts",
    "owner_tag",
    "payment_legs",
    "post",
    "post_documents",
    "refund_legs",
    "reversal_legs",
    "rounding_legs",
    "top_up_legs",
    "transfers_of",
    "trial_balance",
    "unbalanced",
    "verify_ledger",
    "wallet_draw_legs",
    "write_off_legs",
]
