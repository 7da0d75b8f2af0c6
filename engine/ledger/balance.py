"""The trial balance: every account's sums, and that debits equal credits in every currency, to the pico."""

from dataclasses import dataclass

from sqlalchemy import select

from engine.ledger import tables
from engine.ledger.chart import DEBIT_NORMAL, Role
from engine.ledger.embedded import EmbeddedLedger
from engine.ledger.types import Account
from engine.money import CURRENCIES


@dataclass(frozen=True, slots=True)
class RoleBalance:
    """The posted sums, in pico-units, of all accounts of one role and currency."""

    role: Role
    accounts: int
    debits: int
    credits: int

    @property
    def balance(self) -> int:
        """Debits less credits for assets and costs, credits less debits for liabilities and income."""
        return self.debits - self.credits if self.role in DEBIT_NORMAL else self.credits - self.debits


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """One currency: sums in pico-units over all accounts, the roles and the accounts they are made of."""

    currency: str
    debits_posted: int
    credits_posted: int
    debits_pending: int
    credits_pending: int
    roles: tuple[RoleBalance, ...]
    accounts: tuple[Account, ...]

    @property
    def difference(self) -> int:
        """Debits less credits, posted; 0 in an honest ledger."""
        return self.debits_posted - self.credits_posted

    @property
    def balanced(self) -> bool:
        """Whether debits equal credits, posted and pending."""
        return self.difference == 0 and self.debits_pending == self.credits_pending


def trial_balance(ledger: EmbeddedLedger) -> list[TrialBalance]:
    """One trial balance per currency, in the order of their codes."""
    codes = {currency.numeric: currency.code for currency in CURRENCIES.values()}
    by_ledger: dict[int, list[Account]] = {}
    for account in ledger.accounts():
        by_ledger.setdefault(account.ledger, []).append(account)
    balances = [_balance(codes.get(number, str(number)), accounts) for number, accounts in by_ledger.items()]
    return sorted(balances, key=lambda balance: balance.currency)


def unbalanced(ledger: EmbeddedLedger) -> list[str]:
    """The currencies whose debits and credits differ, posted or pending; what `trial_balance` says, without a look at
    each account."""
    column = tables.accounts.c
    pairs = ((column.debits_posted, column.credits_posted), (column.debits_pending, column.credits_pending))
    codes = {currency.numeric: currency.code for currency in CURRENCIES.values()}
    found = []
    with ledger.reading() as connection:
        for number in connection.execute(select(column.ledger).distinct()).scalars().all():
            for debits, credits in pairs:
                # Sums in Python: the amounts are decimal text of up to 39 digits, beyond any integer of SQL.
                moved = (column.ledger == number) & ((debits != "0") | (credits != "0"))
                rows = connection.execute(select(debits, credits).where(moved))
                if sum(int(debit) - int(credit) for debit, credit in rows):
                    found.append(codes.get(number, str(number)))
                    break
    return sorted(found)


def _balance(currency: str, accounts: list[Account]) -> TrialBalance:
    return TrialBalance(
        currency,
        sum(account.debits_posted for account in accounts),
        sum(account.credits_posted for account in accounts),
        sum(account.debits_pending for account in accounts),
        sum(account.credits_pending for account in accounts),
        _roles(accounts),
        tuple(accounts),
    )


def _roles(accounts: list[Account]) -> tuple[RoleBalance, ...]:
    found = []
    for role in Role:
        own = [account for account in accounts if account.code == role]
        if own:
            debits, credits = sum(a.debits_posted for a in own), sum(a.credits_posted for a in own)
            found.append(RoleBalance(role, len(own), debits, credits))
    return tuple(found)
