"""Taxes: each on the net of a charge (default) or on its category's sum, rounded on its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from engine.model import Rounding, Tax
from engine.money import allocate
from engine.rating.lines import Line, rounded, spanned, to_step


def tax_lines(lines: Sequence[Line], taxes: Mapping[str, Tax], rounding: Rounding) -> list[Line]:
    """Tax lines of an invoice. An included tax is shown and adds nothing to what is due (`included` in its label).

    A category without a rate is left to an outside adapter: no line. Several taxes of one charge stand on the same
    base; several included ones share one gross.
    """
    groups: dict[tuple[str | None, tuple[str, ...]], list[Line]] = {}
    for line in lines:
        if line.taxed:
            groups.setdefault((line.charge, line.taxed), []).append(line)
    result: list[Line] = []
    whole: dict[str, list[tuple[list[Line], Fraction]]] = {}
    for (_, names), members in groups.items():
        known = [taxes[n] for n in names if n in taxes and taxes[n].rate is not None]
        gross = 1 + sum((t.rate or Fraction(0) for t in known if t.included), Fraction(0))
        net = sum(m.amount for m in members)
        for tax in known:
            exact = net * (tax.rate or Fraction(0)) / (gross if tax.included else 1)
            if tax.each_invoice:
                whole.setdefault(tax.name, []).append((members, exact))
            elif exact:
                result.append(_line(tax, members, exact, rounded(exact, rounding)))
    for name, found in whole.items():
        result += _category(taxes[name], found, rounding)
    return result


def _category(tax: Tax, found: list[tuple[list[Line], Fraction]], rounding: Rounding) -> list[Line]:
    """One rounded amount for the category, shared over its charges by largest remainder."""
    amount = to_step(sum((e for _, e in found), Fraction(0)), rounding)
    shares = allocate(amount, [e for _, e in found], rounding.step)
    return [_line(tax, m, e, a) for (m, e), a in zip(found, shares, strict=True) if a or e]


def _line(tax: Tax, members: Sequence[Line], exact: Fraction, amount: int) -> Line:
    owner = members[0]
    start, end = spanned(members)
    label = tax.label or tax.name
    return Line(
        kind="tax",
        charge=owner.charge,
        amount=amount,
        exact=exact,
        name=tax.name,
        label=f"{label} (included)" if tax.included else label,
        start=start,
        end=end,
        issued=owner.issued,
        plan=owner.plan,
        place=tax.place,
    )
