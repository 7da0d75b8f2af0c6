"""Where more usage costs less: every fall of the bill, from which quantity, by how much, and by which rule."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from engine.questions.asked import Asked
from engine.questions.cheaper import check_range
from engine.questions.nodes import Node, nodes
from engine.questions.pieces import level, pieces
from engine.questions.rule import Rule, rule_between
from engine.questions.spans import Span, signs
from engine.questions.suited import check


@dataclass(frozen=True, slots=True)
class Fall:
    """The bill falls from one node to another (`low` None: it falls without end).

    `again`: where it first costs as much again as before; None: nowhere in the range. `rule`: the clause that begins
    or stops to count there. `billed`: both bills as they are rounded, for what the nodes are at themselves.
    """

    high: Node
    low: Node | None
    again: Span | None = None
    rule: Rule | None = None

    @property
    def drop(self) -> Fraction | None:
        """By how much it falls, in pico; None without end."""
        return None if self.low is None else self.high.value - self.low.value


def falls(asked: Asked, start: Fraction = Fraction(0), stop: Fraction | None = None) -> tuple[Fall, ...]:
    """Every fall between `start` and `stop` (None: without end), ascending; none where more never costs less."""
    check_range(asked, start, stop)
    check(asked)
    found, tail = nodes(pieces(asked.exact, start, stop, whole=asked.whole), every=True)
    made: list[Fall] = []
    for one, other in pairwise(found):
        if one.fault or other.fault or other.value >= one.value:
            continue
        if made and made[-1].low is one:
            made[-1] = replace(made[-1], low=other)
        else:
            made.append(Fall(one, other))
    if tail is not None and tail.slope < 0 and found:
        last = found[-1]
        made = [*made[:-1], replace(made[-1], low=None)] if made and made[-1].low is last else [*made, Fall(last, None)]
    return tuple(_explained(asked, fall, stop) for fall in made)


def _explained(asked: Asked, fall: Fall, stop: Fraction | None) -> Fall:
    after = fall.low.at if fall.low is not None and fall.low.at > fall.high.at else fall.high.at
    rule = rule_between(asked, fall.high.at, after)
    again = None
    if fall.low is not None:
        rest = signs(pieces(level(asked.exact, fall.high.value), fall.low.at, stop, whole=asked.whole))
        # at the quantity of the fall itself the bill is still the old one
        again = next((s for s in rest if s.sign in (0, 1) and s.high != fall.low.at), None)
    return replace(fall, again=again, rule=rule)
