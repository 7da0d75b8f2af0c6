"""The chart of accounts: which accounts exist, what they are called, and their ids, derived from their names.

The ledger number of an account is the ISO 4217 numeric code of its currency, so accounts of two currencies never mix.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from hashlib import blake2b

from engine.ledger.status import AccountFlags
from engine.ledger.types import Account
from engine.money import currency as iso_currency


class Role(IntEnum):
    """What an account is for; the value is its code: 1xxx assets, 2xxx liabilities, 4xxx income, 5xxx costs."""

    CASH_CLEARING = 1000
    RECEIVABLE = 1100
    WALLET = 2100
    DEFERRED_REVENUE = 2200
    CREDITS = 2300
    TAX_PAYABLE = 2400
    REVENUE = 4000
    REFUNDS = 4900
    PROMOTIONAL_EXPENSE = 5100
    BAD_DEBT = 5200
    ROUNDING = 5900


CUSTOMER_ROLES = frozenset({Role.RECEIVABLE, Role.WALLET, Role.DEFERRED_REVENUE, Role.CREDITS})
"""Roles whose accounts belong to a customer; the others are the issuer's."""

DEBIT_NORMAL = frozenset(
    {Role.CASH_CLEARING, Role.RECEIVABLE, Role.REFUNDS, Role.PROMOTIONAL_EXPENSE, Role.BAD_DEBT, Role.ROUNDING}
)
"""Roles whose balance is debits less credits; of the others it is credits less debits."""

_NEVER_NEGATIVE = frozenset({Role.WALLET, Role.CREDITS})
_SEPARATOR = "\x1f"
_SPECIAL_IDS = 2  # 0 and 2**128 - 1 are no ids


@dataclass(frozen=True, slots=True)
class AccountName:
    """One account of the chart.

    `owner` is the customer's id for the customer roles, the category for REVENUE, the tax for TAX_PAYABLE, the
    provider for CASH_CLEARING, and empty otherwise. `currency` is an ISO 4217 code.
    """

    role: Role
    owner: str
    currency: str

    def __str__(self) -> str:
        return f"{self.role.name.lower()}:{self.owner or '-'}:{self.currency}"


def account_id(tenant: str, name: AccountName) -> int:
    """The 128-bit id of an account: a hash of tenant, role, owner and currency."""
    text = _SEPARATOR.join(("account", tenant, name.role.name, name.owner, name.currency))
    return hash_id(text)


def account_ids(tenant: str, role: Role, names: Iterable[tuple[str, str]]) -> list[int]:
    """`account_id` of many (owner, currency) of one role."""
    start = _SEPARATOR.join(("account", tenant, role.name, ""))
    return _hash_ids([f"{start}{owner}{_SEPARATOR}{currency}" for owner, currency in names])


def chart_account(tenant: str, name: AccountName) -> Account:
    """The account to create; `user_data_128` is a hash of its owner, to find all accounts of one customer.

    A wallet and promotional credits cannot go below zero. UnknownCurrency for a code that ISO 4217 does not have.
    """
    limited = name.role in _NEVER_NEGATIVE
    return Account(
        id=account_id(tenant, name),
        user_data_128=owner_tag(tenant, name.owner) if name.owner else 0,
        ledger=iso_currency(name.currency).numeric,
        code=int(name.role),
        flags=AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS if limited else AccountFlags.NONE,
    )


def owner_tag(tenant: str, owner: str) -> int:
    """What `user_data_128` of an owner's accounts holds."""
    return hash_id(_SEPARATOR.join(("owner", tenant, owner)))


def owner_tags(tenant: str, owners: Iterable[str]) -> list[int]:
    """`owner_tag` of many owners, none of them empty."""
    start = _SEPARATOR.join(("owner", tenant, ""))
    return _hash_ids([start + owner for owner in owners])


def hash_id(text: str) -> int:
    """A 128-bit hash of a text that is neither 0 nor 2¹²⁸−1."""
    value = int.from_bytes(blake2b(text.encode(), digest_size=16).digest(), "big")
    return value % (2**128 - _SPECIAL_IDS) + 1


def _hash_ids(texts: list[str]) -> list[int]:
    """`hash_id` of many texts, without a call of our own for each."""
    number, ids = int.from_bytes, 2**128 - _SPECIAL_IDS
    return [number(blake2b(text.encode(), digest_size=16).digest(), "big") % ids + 1 for text in texts]
