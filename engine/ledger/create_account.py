"""The rules for creating one account, in the order of precedence."""

from engine.ledger.memory import AccountState, Memory
from engine.ledger.status import AccountFlags, CreateAccountStatus
from engine.ledger.types import AMOUNT_MAX, Account, CreateAccountResult

_KNOWN = 0b111111
_BOTH_LIMITS = int(AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS | AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS)
_COMPARED = ("flags", "user_data_128", "user_data_64", "user_data_32", "ledger", "code")
_ZERO = ("debits_pending", "debits_posted", "credits_pending", "credits_posted")


def create_account(memory: Memory, account: Account, timestamp: int) -> CreateAccountResult:
    """Create the account at `timestamp` (nanoseconds), or say why not."""
    status = _check(memory, account)
    if status is CreateAccountStatus.CREATED:
        state = AccountState.of(account, 0, timestamp)
        memory.accounts[account.id] = state
        memory.added_accounts.append(state)
    elif status is CreateAccountStatus.EXISTS:
        timestamp = memory.accounts[account.id].timestamp
    return CreateAccountResult(timestamp, status)


def _check(memory: Memory, account: Account) -> CreateAccountStatus:
    if account.timestamp != 0:
        return CreateAccountStatus.TIMESTAMP_MUST_BE_ZERO
    if int(account.flags) & ~_KNOWN:
        return CreateAccountStatus.RESERVED_FLAG
    if account.id == 0:
        return CreateAccountStatus.ID_MUST_NOT_BE_ZERO
    if account.id == AMOUNT_MAX:
        return CreateAccountStatus.ID_MUST_NOT_BE_INT_MAX
    if account.id in memory.accounts:
        return _compare(account, memory.accounts[account.id])
    if int(account.flags) & _BOTH_LIMITS == _BOTH_LIMITS:
        return CreateAccountStatus.FLAGS_ARE_MUTUALLY_EXCLUSIVE
    for name in _ZERO:
        if getattr(account, name) != 0:
            return CreateAccountStatus[f"{name.upper()}_MUST_BE_ZERO"]
    if account.ledger == 0:
        return CreateAccountStatus.LEDGER_MUST_NOT_BE_ZERO
    if account.code == 0:
        return CreateAccountStatus.CODE_MUST_NOT_BE_ZERO
    return CreateAccountStatus.CREATED


def _compare(account: Account, old: AccountState) -> CreateAccountStatus:
    for name in _COMPARED:
        if getattr(account, name) != getattr(old, name):
            return CreateAccountStatus[f"EXISTS_WITH_DIFFERENT_{name.upper()}"]
    return CreateAccountStatus.EXISTS
