"""The smallest and the largest bill within a range of usage, and where."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from engine.questions.asked import Asked
from engine.questions.cheaper import check_range
from engine.questions.errors import BadQuestion
from engine.questions.nodes import Node, nodes
from engine.questions.pieces import level, pieces
from engine.questions.spans import Span, spans
from engine.questions.suited import check


@dataclass(frozen=True, slots=True)
class Extreme:
    """A least or greatest amount in pico. `where`: all quantities that have it; empty where it is only approached,
    just beside `near` (None: without end, and then `amount` may be None as well)."""

    amount: Fraction | None
    where: tuple[Span, ...] = ()
    near: Node | None = None


def extremes(asked: Asked, start: Fraction = Fraction(0), stop: Fraction | None = None) -> tuple[Extreme, Extreme]:
    """(smallest, largest) bill for quantities from `start` to `stop` (None: without end)."""
    check_range(asked, start, stop)
    check(asked)
    found, tail = nodes(pieces(asked.exact, start, stop, whole=asked.whole))
    priced = [n for n in found if n.fault is None]
    if not priced:
        raise BadQuestion(f"{asked.name} has no price anywhere in this range")
    made = []
    for sign in (1, -1):
        if tail is not None and tail.slope * sign < 0:
            made.append(Extreme(None))
            continue
        best = min(priced, key=lambda n: (sign * n.value, n.side != 0))
        if best.side != 0 and not any(n.side == 0 and n.value == best.value for n in priced):
            made.append(Extreme(best.value, near=best))
            continue
        there = spans(pieces(level(asked.exact, best.value), start, stop, whole=asked.whole))
        made.append(Extreme(best.value, tuple(s for s in there if s.sign == 0)))
    return made[0], made[1]
