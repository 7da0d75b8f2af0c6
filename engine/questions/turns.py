"""Where a straight line with stairs first changes its sign: found exactly, also after any number of steps."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil

from engine.questions.errors import TooFine
from engine.questions.shape import ZERO, Shape
from engine.questions.stairs import common_size

MOST_JUMPS = 20_000
"""Jumps that are looked at one by one before the stairs of a price must repeat."""


def next_turn(shape: Shape, at: Fraction) -> Fraction | None:
    """The first quantity above `at` where the sign is no longer that just above `at`; None if it never changes.

    The sign may change at that quantity, or only just above it.
    """
    sign = shape.sign_above(at)
    if not shape.stairs:
        root = -shape.const / shape.slope if shape.slope else at
        return root if root > at else None
    size = common_size(shape.stairs)
    found, nearest = _walk(shape, at, at + size, sign)
    if found is not None:
        return found
    drift = shape.slope * size + sum((c * size / s.size for s, c in shape.stairs.items()), ZERO)
    if drift * sign >= 0:
        return None
    # each repetition comes nearer to zero by the drift: whole ones are skipped while they cannot reach it
    skipped = max(0, ceil(nearest / abs(drift)) - 1)
    start = at + skipped * size
    for _ in range(3):
        found, _ = _walk(shape, start, start + size, sign)
        if found is not None:
            return found
        start += size
    raise AssertionError("a drift towards zero reaches it")


def jumps(shape: Shape, start: Fraction, end: Fraction) -> Iterator[Fraction]:
    """Every quantity in `(start, end]` where a step ends, ascending; raises `TooFine` beyond 20 000."""
    at = start
    for _ in range(MOST_JUMPS):
        if not shape.stairs:
            return
        at = min(s.next_jump(at) for s in shape.stairs)
        if at > end:
            return
        yield at
    raise TooFine(
        "the steps of this price do not repeat within 20_000 of them",
        hint="ask about a narrower range with `--from` and `--to`",
    )


def _walk(shape: Shape, start: Fraction, end: Fraction, sign: int) -> tuple[Fraction | None, Fraction]:
    """(the first change of sign in `(start, end]`, how near to zero the shape came on the way)."""
    low = start
    nearest = abs(shape.at(start, 1))
    for high in (*jumps(shape, start, end), end):
        if high == low:
            continue
        base, last = shape.at(low, 1), shape.at(high, -1)
        if shape.slope:
            root = low - base / shape.slope
            if low < root < high:
                return root, ZERO
        here = shape.at(high)
        if _sign(here) != sign or shape.sign_above(high) != sign:
            return high, ZERO
        nearest = min(nearest, abs(base), abs(last), abs(here), abs(shape.at(high, 1)))
        low = high
    return None, nearest


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)
