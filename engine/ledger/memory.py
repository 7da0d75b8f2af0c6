"""The ledger's working state: accounts and the transfers that a batch may meet, with undo for broken chains.

Mutable on purpose: the balances change a few hundred thousand times a second, and only this room sees the objects.
"""

from dataclasses import dataclass, field

from engine.ledger.status import AccountFlags, PendingStatus
from engine.ledger.types import Account, Transfer


@dataclass(slots=True, eq=False)
class AccountState:
    """An account while it is worked on; `no` is its row number in the database (0: not yet stored)."""

    id: int
    no: int
    debits_pending: int
    debits_posted: int
    credits_pending: int
    credits_posted: int
    user_data_128: int
    user_data_64: int
    user_data_32: int
    ledger: int
    code: int
    flags: int
    timestamp: int

    def frozen(self) -> Account:
        """The account as the outside sees it."""
        return Account(
            self.id,
            self.debits_pending,
            self.debits_posted,
            self.credits_pending,
            self.credits_posted,
            self.user_data_128,
            self.user_data_64,
            self.user_data_32,
            self.ledger,
            self.code,
            AccountFlags(self.flags),
            self.timestamp,
        )

    @classmethod
    def of(cls, account: Account, no: int, timestamp: int) -> "AccountState":
        """A new account's state."""
        return cls(
            account.id,
            no,
            account.debits_pending,
            account.debits_posted,
            account.credits_pending,
            account.credits_posted,
            account.user_data_128,
            account.user_data_64,
            account.user_data_32,
            account.ledger,
            account.code,
            int(account.flags),
            timestamp,
        )


_Balances = tuple[int, int, int, int, int]


@dataclass(slots=True)
class Memory:
    """What the state machine reads and writes.

    `accounts` and `transfers` hold those that the batch can meet (the caller loads them); `pending` the fate of each
    pending transfer among them; `burnt` the ids that failed for a transient reason. `added` and `settled` collect what
    is to be stored; `log` undoes a broken chain.
    """

    accounts: dict[int, AccountState] = field(default_factory=dict)
    transfers: dict[int, Transfer] = field(default_factory=dict)
    pending: dict[int, PendingStatus] = field(default_factory=dict)
    burnt: set[int] = field(default_factory=set)
    added_accounts: list[AccountState] = field(default_factory=list)
    added: list[Transfer] = field(default_factory=list)
    newly_burnt: list[int] = field(default_factory=list)
    settled: dict[int, PendingStatus] = field(default_factory=dict)
    touched: dict[int, AccountState] = field(default_factory=dict)
    log: list[tuple[AccountState, _Balances]] = field(default_factory=list)
    settled_log: list[int] = field(default_factory=list)

    def mark(self) -> tuple[int, int, int, int]:
        """Where an undo would go back to."""
        return len(self.log), len(self.settled_log), len(self.added), len(self.added_accounts)

    def undo(self, mark: tuple[int, int, int, int]) -> None:
        """Take back everything since `mark`."""
        log, settled, added, added_accounts = mark
        for account, balances in reversed(self.log[log:]):
            (
                account.debits_pending,
                account.debits_posted,
                account.credits_pending,
                account.credits_posted,
                account.flags,
            ) = balances
        for ident in self.settled_log[settled:]:
            self.pending[ident] = PendingStatus.PENDING
            del self.settled[ident]
        for transfer in self.added[added:]:
            del self.transfers[transfer.id]
            self.pending.pop(transfer.id, None)
        for account in self.added_accounts[added_accounts:]:
            del self.accounts[account.id]
        del self.log[log:], self.settled_log[settled:], self.added[added:], self.added_accounts[added_accounts:]

    def touch(self, account: AccountState) -> AccountState:
        """Remember the account as it is now; call before changing it."""
        balances = (
            account.debits_pending,
            account.debits_posted,
            account.credits_pending,
            account.credits_posted,
            account.flags,
        )
        self.log.append((account, balances))
        self.touched[account.id] = account
        return account

    def add(self, transfer: Transfer) -> None:
        """A transfer that was accepted."""
        self.transfers[transfer.id] = transfer
        self.added.append(transfer)

    def settle(self, ident: int, status: PendingStatus) -> None:
        """Decide the fate of a pending transfer."""
        self.pending[ident] = status
        self.settled[ident] = status
        self.settled_log.append(ident)

    def begin(self) -> None:
        """Forget what earlier batches changed; what they loaded stays only as accounts and burnt ids."""
        for collection in (self.added_accounts, self.added, self.newly_burnt, self.log, self.settled_log):
            collection.clear()
        for mapping in (self.settled, self.touched, self.transfers, self.pending):
            mapping.clear()
