"""Discounts: each is rounded as its own line on the sum it applies to, then shared by largest remainder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.model import Discount, Rounding
from engine.rating.lines import Kind, Line, rounded
from engine.rating.splitting import is_due, split


@dataclass(frozen=True, slots=True)
class Scoped:
    """A discount, the lines it may touch, and how it meets the discounts before it (see `discount_lines`)."""

    discount: Discount
    covers: Callable[[Line], bool]
    stack: str
    name: str = "discount"
    kind: Kind = "discount"
    left: int | None = None


def nets(lines: Sequence[Line], covers: Callable[[Line], bool]) -> dict[str | None, int]:
    """Rounded amounts by charge of the covered lines, in the order the charges appear."""
    found: dict[str | None, int] = {}
    for line in lines:
        if covers(line):
            found[line.charge] = found.get(line.charge, 0) + line.amount
    return found


def waits(discount: Discount, stack: str) -> bool:
    """Whether a discount comes after the others: an amount does, unless it is said to keep its place."""
    return discount.amount is not None and stack != "in order"


def discount_lines(lines: Sequence[Line], discounts: Sequence[Scoped], rounding: Rounding) -> list[Line]:
    """The lines of all discounts, in their order of application.

    multiply: percentages first, each on what the ones before left, then amounts. add: percentages all on the first
    sum, then amounts. in order: as written. An amount takes at most what is left.
    """
    result: list[Line] = []
    for scoped in sorted(discounts, key=lambda s: waits(s.discount, s.stack)):
        percentage = scoped.discount.share is not None
        base = list(lines) if scoped.stack == "add" and percentage else [*lines, *result]
        result += _one(scoped, nets(base, scoped.covers), nets([*lines, *result], scoped.covers), rounding, lines)
    return result


def _one(
    scoped: Scoped, base: dict[str | None, int], left: dict[str | None, int], rounding: Rounding, lines: Sequence[Line]
) -> list[Line]:
    whole, available = sum(base.values()), sum(left.values())
    if not whole:
        return []
    if scoped.discount.share is not None:
        exact = whole * scoped.discount.share
    else:
        offered = scoped.discount.amount or 0
        exact = Fraction(1) * min(offered if scoped.left is None else scoped.left, max(available, 0))
    amount = rounded(exact, rounding)
    shares = split(amount, list(base.values()), 1 if rounding.per == "invoice" else rounding.step)
    return [
        _line(scoped, charge, part, exact / whole * base[charge], lines)
        for (charge, part) in zip(base, shares, strict=True)
        if is_due(part)
    ]


def _line(scoped: Scoped, charge: str | None, amount: int, exact: Fraction, lines: Sequence[Line]) -> Line:
    owner = next((x for x in lines if x.charge == charge and scoped.covers(x)), None)
    return Line(
        kind=scoped.kind,
        charge=charge,
        amount=-amount,
        exact=-exact,
        name=scoped.name,
        label=scoped.discount.label or scoped.name,
        start=owner.start if owner else None,
        end=owner.end if owner else None,
        issued=owner.issued if owner else None,
        taxed=owner.taxed if owner else (),
        plan=owner.plan if owner else None,
        place=scoped.discount.place,
    )
