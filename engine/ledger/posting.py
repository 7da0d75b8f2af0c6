"""Posting rules: from a document to its double entries. Pure.

Amounts of documents are signed; amounts of transfers are not. A negative line is the same entry the other way round.
The legs of one posting are one linked chain: all of them are booked, or none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from hashlib import blake2b

from engine.ledger.chart import AccountName, Role, account_id, hash_id
from engine.ledger.status import TransferFlags
from engine.ledger.types import Transfer
from engine.money import currency as iso_currency


class PostingKind(IntEnum):
    """Why money moved; the value is the transfer's code."""

    INVOICE = 1
    CREDIT_NOTE = 2
    PAYMENT = 3
    TOP_UP = 4
    WALLET_DRAW = 5
    CREDIT_GRANT = 6
    CREDIT_DRAW = 7
    REFUND = 8
    WRITE_OFF = 9
    DEFERRAL = 10
    RECOGNITION = 11
    VOID = 12
    ROUNDING = 13


@dataclass(frozen=True, slots=True)
class Leg:
    """One movement of `amount` pico-units (never negative) from `debit` to `credit`."""

    debit: AccountName
    credit: AccountName
    amount: int

    def reversed(self) -> "Leg":
        """The same movement back."""
        return Leg(self.credit, self.debit, self.amount)


@dataclass(frozen=True, slots=True)
class Posting:
    """The legs of one document.

    `key` names the document for ever: (tenant, key, number) give the transfers' ids, so posting twice is posting once.
    `number` is the document's number in the series that `key` then names: numbered documents get ids in order, which
    the database stores several times faster. `reference` (128 bits), `book` (64) and `period` (32) become user data.
    """

    kind: PostingKind
    key: str
    legs: tuple[Leg, ...]
    number: int | None = None
    reference: int = 0
    book: int = 0
    period: int = 0


def signed_leg(debit: AccountName, credit: AccountName, amount: int) -> list[Leg]:
    """A leg for a signed amount in pico-units: reversed when negative, none when zero."""
    leg = Leg(debit, credit, abs(amount))
    return [] if amount == 0 else [leg if amount > 0 else leg.reversed()]


def invoice_legs(
    customer: str, currency: str, lines: Iterable[tuple[str, int]], taxes: Iterable[tuple[str, int]] = ()
) -> tuple[Leg, ...]:
    """Receivable against revenue by category and tax payable by tax.

    `lines` are (category, rounded amount in pico), `taxes` (tax, rounded amount in pico); amounts of one category are
    summed first, in the order in which categories first appear.
    """
    receivable = AccountName(Role.RECEIVABLE, customer, currency)
    legs: list[Leg] = []
    for role, amounts in ((Role.REVENUE, lines), (Role.TAX_PAYABLE, taxes)):
        for owner, amount in _summed(amounts).items():
            legs.extend(signed_leg(receivable, AccountName(role, owner, currency), amount))
    return tuple(legs)


def reversal_legs(legs: Iterable[Leg]) -> tuple[Leg, ...]:
    """What undoes the legs: a credit note for those lines, or a void."""
    return tuple(leg.reversed() for leg in legs)


def payment_legs(customer: str, currency: str, provider: str, amount: int, overpaid: int = 0) -> tuple[Leg, ...]:
    """Cash clearing against receivable, and what was paid too much against the wallet; amounts in pico."""
    cash = AccountName(Role.CASH_CLEARING, provider, currency)
    paid = signed_leg(cash, AccountName(Role.RECEIVABLE, customer, currency), amount)
    return (*paid, *top_up_legs(customer, currency, provider, overpaid))


def top_up_legs(customer: str, currency: str, provider: str, amount: int) -> tuple[Leg, ...]:
    """Cash clearing against the wallet."""
    cash = AccountName(Role.CASH_CLEARING, provider, currency)
    return tuple(signed_leg(cash, AccountName(Role.WALLET, customer, currency), amount))


def wallet_draw_legs(customer: str, currency: str, amount: int) -> tuple[Leg, ...]:
    """The wallet pays a receivable."""
    wallet = AccountName(Role.WALLET, customer, currency)
    return tuple(signed_leg(wallet, AccountName(Role.RECEIVABLE, customer, currency), amount))


def credit_grant_legs(customer: str, currency: str, amount: int) -> tuple[Leg, ...]:
    """Credits given away: promotional expense against the customer's credits."""
    expense = AccountName(Role.PROMOTIONAL_EXPENSE, "", currency)
    return tuple(signed_leg(expense, AccountName(Role.CREDITS, customer, currency), amount))


def credit_draw_legs(customer: str, currency: str, amount: int) -> tuple[Leg, ...]:
    """Credits pay a receivable."""
    credits = AccountName(Role.CREDITS, customer, currency)
    return tuple(signed_leg(credits, AccountName(Role.RECEIVABLE, customer, currency), amount))


def refund_legs(customer: str, currency: str, provider: str, amount: int, *, credited: bool) -> tuple[Leg, ...]:
    """Money back through the provider: against the receivable when a credit note has `credited` it, else a cost."""
    cash = AccountName(Role.CASH_CLEARING, provider, currency)
    role, owner = (Role.RECEIVABLE, customer) if credited else (Role.REFUNDS, "")
    return tuple(signed_leg(AccountName(role, owner, currency), cash, amount))


def write_off_legs(customer: str, currency: str, amount: int) -> tuple[Leg, ...]:
    """An uncollectible receivable becomes bad debt."""
    debt = AccountName(Role.BAD_DEBT, "", currency)
    return tuple(signed_leg(debt, AccountName(Role.RECEIVABLE, customer, currency), amount))


def deferral_legs(customer: str, currency: str, category: str, amount: int) -> tuple[Leg, ...]:
    """Revenue billed ahead waits as deferred revenue; `reversal_legs` of a part of it recognises that part."""
    revenue = AccountName(Role.REVENUE, category, currency)
    return tuple(signed_leg(revenue, AccountName(Role.DEFERRED_REVENUE, customer, currency), amount))


def rounding_legs(customer: str, currency: str, amount: int) -> tuple[Leg, ...]:
    """A difference of rounding taken from the receivable."""
    rounding = AccountName(Role.ROUNDING, "", currency)
    return tuple(signed_leg(rounding, AccountName(Role.RECEIVABLE, customer, currency), amount))


def posting_prefix(tenant: str, key: str, number: int | None) -> int:
    """The part of a transfer's id that its document gives, already in place.

    Layout, from the top: 104 bits of hash; or, for numbered documents, 40 bits of hash and the number in 64; then the
    leg in 16 bits, counted from 1, and the attempt in 8.
    """
    text = f"posting\x1f{tenant}\x1f{key}"
    if number is None:
        return hash_id(text) >> 24 << 24
    if not 0 <= number < 1 << 64:
        raise ValueError(f"document number {number} does not fit 64 bits")
    series = int.from_bytes(blake2b(text.encode(), digest_size=5).digest(), "big")
    return series << 88 | number << 24


def transfers_of(tenant: str, posting: Posting, attempt: int = 0) -> list[Transfer]:
    """The linked transfers of a posting. `attempt` (0 to 255) rises when earlier ids were burnt by a refusal."""
    prefix = posting_prefix(tenant, posting.key, posting.number)
    last = len(posting.legs) - 1
    return [
        Transfer(
            id=prefix | index + 1 << 8 | attempt,
            debit_account_id=account_id(tenant, leg.debit),
            credit_account_id=account_id(tenant, leg.credit),
            amount=leg.amount,
            user_data_128=posting.reference,
            user_data_64=posting.book,
            user_data_32=posting.period,
            ledger=iso_currency(leg.debit.currency).numeric,
            code=int(posting.kind),
            flags=TransferFlags.LINKED if index < last else TransferFlags.NONE,
        )
        for index, leg in enumerate(posting.legs)
    ]


def _summed(amounts: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for owner, amount in amounts:
        sums[owner] = sums.get(owner, 0) + amount
    return sums
