"""From which quantity one plan is cheaper than another: every break-even and every span, ties apart."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from engine.questions.asked import Asked
from engine.questions.errors import BadQuestion
from engine.questions.pieces import Amount, difference, pieces
from engine.questions.spans import Span, signs, spans
from engine.questions.suited import check


@dataclass(frozen=True, slots=True)
class Cheaper:
    """The spans of the difference `plan` less `than`: -1 where the plan is cheaper, 0 ties, None without a price.

    `billed`: for each span with a sign, the first quantity of it where bills rounded as the book says differ that way
    (and whether it is itself one of them); None where they never do inside the span.
    """

    spans: tuple[Span, ...]
    billed: tuple[tuple[Fraction, bool] | None, ...]

    @property
    def first(self) -> Span | None:
        """Where the plan is cheaper first."""
        return next((s for s in self.spans if s.sign == -1), None)

    @property
    def break_evens(self) -> tuple[Fraction, ...]:
        """Quantities at which the cheaper plan changes, or a tie begins or ends."""
        return tuple(dict.fromkeys(b.low for a, b in pairwise(self.spans) if a.sign is not None is not b.sign))


def cheaper(plan: Asked, than: Asked, start: Fraction = Fraction(0), stop: Fraction | None = None) -> Cheaper:
    """Where `plan` costs less than `than`, for quantities from `start` to `stop` (None: without end).

    Raises `BadQuestion` for plans that cannot be compared, `NotOneVariable` and `TooFine` as the questions do.
    """
    check_range(plan, start, stop)
    check(plan, than)
    if plan.book.currency.code != than.book.currency.code:
        raise BadQuestion(f"{plan.name} and {than.name} are billed in two currencies")
    if plan.period != than.period:
        raise BadQuestion(
            f"{plan.name} and {than.name} are billed for different periods",
            hint="name one that is a billing period of both with `--period`",
        )
    whole = plan.whole
    found = tuple(spans(pieces(difference(plan.exact, than.exact), start, stop, whole=whole)))
    rounded = difference(plan.billed, than.billed)
    return Cheaper(found, tuple(first_with(rounded, s, whole) if s.sign is not None else None for s in found))


def first_with(amount: Amount, span: Span, whole: bool) -> tuple[Fraction, bool] | None:
    """The first quantity of a span where another amount has the span's sign, and whether it has it there itself.

    None where it never has; raises `TooFine` where that is not known after 10 000 pieces.
    """
    for found in signs(pieces(amount, span.low, span.high, whole=whole)):
        bound = found.low == found.high and not span.holds(found.low)
        if found.sign == span.sign and not bound:
            return found.low, found.low_in
    return None


def check_range(asked: Asked, start: Fraction, stop: Fraction | None) -> None:
    """Raise `BadQuestion` for a range that is none."""
    if start < 0 or (stop is not None and stop < start):
        raise BadQuestion("a range of quantities starts at 0 or above and does not end before it starts")
    if asked.whole and any(x is not None and x.denominator != 1 for x in (start, stop)):
        raise BadQuestion(f"meter {asked.variable} counts: a range of it has whole bounds")
