"""Splitting an amount over parts so that the parts always sum to the whole."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def allocate(total: int, weights: Sequence[int | Fraction], step: int = 1) -> list[int]:
    """Split `total` by `weights` in multiples of `step`: largest remainder, ties to the earlier part.

    Weights may be negative or zero; when they sum to zero the whole goes to the first part. A `total`
    that is not a multiple of `step` leaves its residue on the first part.
    """
    if not weights:
        raise ValueError("nothing to split over")
    whole = sum(weights, Fraction(0))
    units, residue = divmod(abs(total), step)
    sign = -1 if total < 0 else 1
    if whole == 0:
        return [total] + [0] * (len(weights) - 1)
    exact = [units * Fraction(w) / whole for w in weights]
    shares = [e.numerator // e.denominator for e in exact]
    missing = units - sum(shares)
    order = sorted(range(len(weights)), key=lambda i: (-(exact[i] - shares[i]), i))
    for i in order[:missing]:
        shares[i] += 1
    parts = [sign * s * step for s in shares]
    parts[0] += sign * residue
    return parts
