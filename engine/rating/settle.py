"""From total and tax to the amount due: early bills, credit notes, wallets (semantics.md §7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from engine.model import GivenWallet, Tax, Wallet
from engine.money import allocate
from engine.rating.lines import Kind, Line


@dataclass(frozen=True, slots=True)
class Owed:
    """What is still to be paid, by charge (None: plan-level lines), in pico."""

    by_charge: Mapping[str | None, int]

    @property
    def total(self) -> int:
        """All of it."""
        return sum(self.by_charge.values())

    def less(self, parts: Mapping[str | None, int]) -> Owed:
        """After a payment by charge."""
        return Owed({c: v - parts.get(c, 0) for c, v in self.by_charge.items()})


def owed(lines: Sequence[Line], taxes: Mapping[str, Tax]) -> Owed:
    """Nets and exclusive taxes by charge."""
    found: dict[str | None, int] = {}
    for line in lines:
        if line.kind == "tax" and taxes[line.name].included:
            continue
        found[line.charge] = found.get(line.charge, 0) + line.amount
    return Owed(found)


def pay(
    kind: Kind, name: str, label: str, amount: int, due: Owed, scope: Sequence[str], issued: dt.date | None
) -> tuple[list[Line], Owed]:
    """Take `amount` off what is owed in a scope (empty: everything); shared by largest remainder."""
    covered = {c: v for c, v in due.by_charge.items() if (not scope or c in scope) and v > 0}
    if not amount or not covered:
        return [], due
    parts = dict(zip(covered, allocate(amount, list(covered.values())), strict=True))
    lines = [Line(kind, c, -a, Fraction(-a), name, label, issued=issued) for c, a in parts.items() if a]
    return lines, due.less(parts)


def payable(due: Owed, scope: Sequence[str]) -> int:
    """What a payer of a scope can still pay: never more than the whole invoice owes."""
    covered = sum(v for c, v in due.by_charge.items() if not scope or c in scope)
    return max(0, min(covered, due.total))


@dataclass(frozen=True, slots=True)
class Settled:
    """Lines after tax, and what is left for the next invoice: wallet lots in their units, open credit notes in pico."""

    lines: tuple[Line, ...]
    lots: tuple[GivenWallet, ...]
    credits: tuple[int, ...]

    def left(self, names: Iterable[str], day: dt.date) -> dict[str, Fraction]:
        """What is left in each of these wallets on a day, in its unit; expired and later lots do not count."""
        found = {name: Fraction(0) for name in names}
        for lot in self.lots:
            if not _later(lot, day):
                found[lot.wallet] += lot.quantity
        return found


def settle(
    lines: Sequence[Line], billed: Sequence[tuple[str | None, int]], credits: Sequence[int],
    lots: Sequence[GivenWallet], wallets: Mapping[str, Wallet], taxes: Mapping[str, Tax],
    day: dt.date, issued: dt.date | None, step: int = 1,
) -> Settled:  # fmt: skip
    """Early bills, then credit notes, then wallets. Early bills may leave a negative due: a credit.

    A wallet pays whole multiples of `step` pico: what is less than the smallest coin stays in its lot.
    """
    due = owed(lines, taxes)
    result: list[Line] = []
    for charge, amount in billed:
        result.append(Line("billed", charge, -amount, Fraction(-amount), "billed", "already billed", issued=issued))
        due = due.less({charge: amount}) if charge in due.by_charge else Owed({**due.by_charge, charge: -amount})
    open_notes = []
    for note in credits:
        used = min(note, payable(due, ()))
        made, due = pay("credit_note", "credit", "credit note", used, due, (), issued)
        result += made
        open_notes.append(note - used)
    rest = []
    for lot in ordered_lots(lots, wallets, day):
        wallet = wallets[lot.wallet]
        worth = lot.quantity * wallet.worth
        whole = worth.numerator // worth.denominator
        used = min(whole - whole % (step or 1), payable(due, wallet.pays))
        made, due = pay("wallet", wallet.name, wallet.label or wallet.name, used, due, wallet.pays, issued)
        result += made
        rest.append(replace(lot, quantity=lot.quantity - Fraction(used) / wallet.worth))
    rest += [lot for lot in lots if _later(lot, day)]
    return Settled(tuple(result), tuple(rest), tuple(open_notes))


def _later(lot: GivenWallet, day: dt.date) -> bool:
    return lot.start is not None and lot.start > day


def ordered_lots(lots: Sequence[GivenWallet], wallets: Mapping[str, Wallet], day: dt.date) -> list[GivenWallet]:
    """Lots in the order they are drawn; expired ones are void, and one that comes after `day` waits.

    Priority, then lots that rolled over, then the wallet's own order, then as given.
    """
    alive = [lot for lot in lots if (lot.expires is None or lot.expires >= day) and not _later(lot, day)]
    ranked = [(*_rank(lot, wallets[lot.wallet]), number) for number, lot in enumerate(alive)]
    return [alive[rank[-1]] for rank in sorted(ranked)]


def _rank(lot: GivenWallet, wallet: Wallet) -> list[int]:
    marks = [wallet.priority if lot.priority is None else lot.priority, int(lot.origin != "rolled")]
    for word in wallet.draw:
        if "expir" in word:
            marks.append((lot.expires or dt.date.max).toordinal())
        elif word == "free":
            marks.append(int(not lot.free and lot.origin != "granted"))
        elif word == "narrowest":
            marks.append(len(wallet.pays) or 10_000)
    return marks
