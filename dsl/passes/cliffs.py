"""RB310: borders past which more usage costs less in total."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from dsl import syntax
from dsl.diagnostics.model import Diagnostic, warning
from dsl.passes.pieces import Piece
from dsl.passes.scope import Scope
from dsl.passes.tiers import Priced, priced, upper_bound, written
from dsl.syntax import walk
from dsl.syntax.base import Span


def check_cliffs(scope: Scope, piece: Piece) -> list[Diagnostic]:
    """Findings about volume tiers that are cheaper as a whole, and graduated ones that give money back at a border."""
    found: list[Diagnostic] = []
    if not piece.of(syntax.Graduated) and not piece.of(syntax.Volume):
        return found
    for place, node in priced(piece):
        for form in walk(node):
            if isinstance(form, syntax.Volume):
                found += _volume(scope, form, place)
            elif isinstance(form, syntax.Graduated):
                found += _graduated(form, place)
    return found


def _volume(scope: Scope, form: syntax.Volume, place: Priced) -> Iterator[Diagnostic]:
    """The tier reached prices everything, so the two prices of a border are compared at the border."""
    for before, tier in pairwise(form.clauses):
        border = upper_bound(before)
        if border is None or border.per is not None:
            continue
        quantity = scope.in_base(border.amount)
        here, there = total_of(scope, before.price, quantity), total_of(scope, tier.price, quantity, beyond=True)
        if here is not None and there is not None and there < here:
            yield _cliff(
                tier.bounds.span,
                border,
                place,
                "the price of everything falls here",
                "use `graduated` if only the part above should be cheaper",
            )


def _graduated(form: syntax.Graduated, place: Priced) -> Iterator[Diagnostic]:
    """Each tier adds to what is below it: only an amount of less than nothing makes the total fall at a border."""
    for before, tier in pairwise(form.clauses):
        border = upper_bound(before)
        flats = [one.amount.amount for one in tier.price.suffixes if isinstance(one, syntax.PlusFlat)]
        if isinstance(tier.price.form, syntax.Flat):
            flats.append(tier.price.form.amount.amount)
        if border is not None and sum(flats) < 0:
            yield _cliff(
                tier.bounds.span,
                border,
                place,
                "this tier gives money back",
                "lower the rate of the tier instead, or use a discount",
            )


def _cliff(span: Span, border: syntax.Bound, place: Priced, caret: str, help: str) -> Diagnostic:
    return warning(
        "RB310",
        span,
        f"more than {written(border)} of {place.counted} costs less in total",
        caret=caret,
        notes=(place.note,),
        help=help,
    )


def total_of(scope: Scope, price: syntax.Price, quantity: Fraction, *, beyond: bool = False) -> Fraction | None:
    """What a plain rate makes of a quantity in base units, in major units of money; None for any other form.

    beyond: of ever so little more than the quantity, which begins another package.
    """
    total = Fraction(0)
    for suffix in price.suffixes:
        if not isinstance(suffix, syntax.PlusFlat):
            return None
        total += Fraction(suffix.amount.amount)
    match price.form:
        case syntax.Flat(amount=amount, cadence=None):
            return total + Fraction(amount.amount)
        case syntax.PerUnit(amount=syntax.Money() as amount, per=per):
            size = _size(scope, per)
            return total + Fraction(amount.amount) * quantity / size if size else None
        case syntax.Package(amount=syntax.Money() as amount, per=per):
            size = _size(scope, per)
            if not size:
                return None
            packages = floor(quantity / size) + 1 if beyond else ceil(quantity / size)
            return total + Fraction(amount.amount) * packages
        case syntax.Percentage(share=share, of=None):
            return total + share.ratio * quantity
    return None


def _size(scope: Scope, per: syntax.Per) -> Fraction | None:
    """How many base units a price is for."""
    family = scope.family(per.unit.text)
    count = Fraction(per.count.value) if per.count else Fraction(1)
    return count * family.size if family else None
