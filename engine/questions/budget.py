"""What a budget buys: the most usage that costs no more than an amount."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from engine.questions.asked import Asked
from engine.questions.cheaper import check_range, first_with
from engine.questions.pieces import level, pieces
from engine.questions.spans import Span, spans
from engine.questions.suited import check


@dataclass(frozen=True, slots=True)
class Bought:
    """All quantities that cost no more than `budget` pico: several spans where the bill falls again.

    `billed_over`: the first quantity beyond the last span whose rounded bill is above the budget (and whether it is
    itself one); None where there is none.
    """

    budget: int
    spans: tuple[Span, ...]
    billed_over: tuple[Fraction, bool] | None

    @property
    def most(self) -> Span | None:
        """The span that ends with the most usage; without an end, any quantity is affordable."""
        return self.spans[-1] if self.spans else None


def bought(asked: Asked, budget: int, start: Fraction = Fraction(0), stop: Fraction | None = None) -> Bought:
    """What `budget` pico buys between `start` and `stop` (None: without end)."""
    check_range(asked, start, stop)
    check(asked)
    limit = Fraction(budget)
    found = list(spans(pieces(level(asked.exact, limit), start, stop, whole=asked.whole)))
    merged: list[Span] = []
    for span in found:
        if span.sign is None or span.sign > 0:
            continue
        last = merged[-1] if merged else None
        if last is not None and _touch(last, span, asked.whole):
            merged[-1] = Span(last.low, span.high, last.low_in, span.high_in, -1)
        else:
            merged.append(span)
    over = found[-1] if found and found[-1].sign == 1 else None
    billed = None if over is None else first_with(level(asked.billed, limit), over, asked.whole)
    return Bought(budget, tuple(merged), billed)


def _touch(one: Span, other: Span, whole: bool) -> bool:
    """Whether a span goes on where the other ends."""
    if one.high is None:
        return False
    return other.low == one.high or (whole and other.low == one.high + 1)
