"""The fast path of a billing run: from the legs of new documents straight to rows and balances, in one loop.

It takes only what is certain to be booked as a whole: accounts without limits, one ledger a leg, no burnt id of the
series. For anything else it answers None, and the general path, which is the specification, takes the documents.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.ledger.chart import Role
from engine.ledger.memory import AccountState, Memory
from engine.ledger.packed import Moves
from engine.ledger.status import TransferFlags
from engine.ledger.types import AMOUNT_MAX
from engine.money import currency as iso_currency


@dataclass(frozen=True, slots=True)
class LegColumns:
    """Legs between a customer's receivable and an account of the issuer, grouped by document number.

    Row i belongs to document `number[i]`; equal numbers stand together. `amount` is signed pico-units: positive
    debits the receivable and credits (`role`, `owner`), negative the other way round; rows of 0 are left out.
    """

    number: Sequence[int]
    customer: Sequence[str]
    currency: Sequence[str]
    role: Sequence[Role]
    owner: Sequence[str]
    amount: Sequence[int]


def book_documents(
    series: int,
    code: int,
    period: int,
    legs: LegColumns,
    receivable: Mapping[tuple[str, str], int],
    issuer: Mapping[tuple[int, str, str], int],
    memory: Memory,
) -> Moves | None:
    """Change the balances of the accounts, which must be loaded, and return the transfers.

    `series` is the prefix of the ids. None when one of the legs may be refused; balances may have changed then, and
    the memory is to be thrown away.
    """
    ours_of = {name: memory.accounts[ident] for name, ident in receivable.items()}
    theirs_of = {name: memory.accounts[ident] for name, ident in issuer.items()}
    if not (_numbers_fit(legs) and _unlimited(ours_of) and _unlimited(theirs_of)):
        return None
    if any(burnt >> 88 == series >> 88 for burnt in memory.burnt):
        return None
    made = _moved(series, legs, ours_of, theirs_of)
    touched = {state.id: state for state in (*ours_of.values(), *theirs_of.values())}
    if made is None or _overflows(touched.values()):
        return None
    memory.touched.update(touched)
    ids, debits, credits, amounts, flags = made
    count = len(ids)
    return Moves(ids, debits, credits, amounts, [code] * count, flags, user_data_32=[period] * count if period else ())


_Moved = tuple[list[bytes], list[int], list[int], list[int], list[int]]


def _moved(
    series: int,
    legs: LegColumns,
    ours_of: Mapping[tuple[str, str], AccountState],
    theirs_of: Mapping[tuple[int, str, str], AccountState],
) -> _Moved | None:
    """(ids, row numbers debited, row numbers credited, amounts, flags) of all legs that move something."""
    made: _Moved = ([], [], [], [], [])
    ids, debits, credits, amounts, flags = made
    linked = int(TransferFlags.LINKED)
    previous, leg = None, 0
    for number, customer, currency, role, owner, amount in zip(
        legs.number, legs.customer, legs.currency, map(int, legs.role), legs.owner, legs.amount, strict=True
    ):
        if not amount:
            continue
        if number == previous:
            flags[-1] = linked
            leg += 1
        else:
            previous, leg = number, 1
        debit, credit = ours_of[customer, currency], theirs_of[role, owner, currency]
        if debit is credit:
            return None
        if amount < 0:
            debit, credit, amount = credit, debit, -amount
        debit.debits_posted += amount
        credit.credits_posted += amount
        ids.append((series | number << 24 | leg << 8).to_bytes(16, "big"))
        debits.append(debit.no)
        credits.append(credit.no)
        amounts.append(amount)
        flags.append(0)
    return made


def _numbers_fit(legs: LegColumns) -> bool:
    """Whether all numbers are ints that fit an id, and all amounts are ints."""
    ints = {int}.issuperset(map(type, legs.number)) and {int}.issuperset(map(type, legs.amount))
    return ints and bool(legs.number) and min(legs.number) >= 0 and max(legs.number) < 1 << 64


def _unlimited(states: Mapping[tuple[str, str], AccountState] | Mapping[tuple[int, str, str], AccountState]) -> bool:
    """Whether nothing can be refused for what these accounts are: no flags, and the ledger of their currency."""
    numeric = {code: iso_currency(code).numeric for code in {name[-1] for name in states}}
    return all(not state.flags and state.ledger == numeric[name[-1]] for name, state in states.items())


def _overflows(touched: Iterable[AccountState]) -> bool:
    """Checked once at the end: within this path balances only grow."""
    return any(
        account.debits_posted + account.debits_pending > AMOUNT_MAX
        or account.credits_posted + account.credits_pending > AMOUNT_MAX
        for account in touched
    )
