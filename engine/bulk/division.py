"""Brought back to pico and rounded: one exact division for many rows, by columns of a query.

DuckDB divides 128-bit integers bit by bit: about 5 ns for every bit of the quotient, 300 ns for an ordinary amount.
A denominator below 2^31 is divided like by hand instead, in digits of 32 bits: three 64-bit divisions.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.money import Mode

NARROW = 2**31
"""Denominators below this are divided by long division."""
_DIGIT = "4294967296"


def brought_back(source: str, kinds: Iterable[tuple[Mode, int]], *, narrow: bool) -> str:
    """A query with the columns of `source` and, of its ratio `n / over` (HUGEINT, over > 0): `exact`, rounded half away
    from zero to an integer, and `amount`, rounded to a multiple of a step by a mode.

    `kinds` are the (mode, step) that occur; with several, `source` has the columns `mode` and `step`. `narrow`: every
    `over` is below `NARROW`. Columns that begin with `_` are helpers. |n| and |n / over| + step stay inside 128 bits.
    """
    quotient = _long_division if narrow else _plain_division
    layered = quotient(f"SELECT *, abs(n) AS _n FROM ({source})")
    layered = f"SELECT *, _n - _p * over AS _rest FROM ({layered})"
    found = sorted(set(kinds))
    raised = f"SELECT *, _p + {_choice(found, _raised)} AS _raised, {_choice(found, _step)} AS _step FROM ({layered})"
    counted = f"SELECT *, {_steps()} AS _count FROM ({raised})"
    sign = "CASE WHEN n < 0 THEN -1 ELSE 1 END"
    return f"""SELECT *, {sign} * (_p + CASE WHEN _rest >= over - _rest THEN 1 ELSE 0 END) AS exact,
      {sign} * (_count - {_choice(found, _even)}) * _step AS amount FROM ({counted})"""


def rounded_small(source: str, kinds: Iterable[tuple[Mode, int]], *, rest: bool) -> str:
    """The same for ratios `_p + _rest / over` that are not negative, all BIGINT: a whole part and 0 <= _rest < over.

    `rest`: whether a rest occurs; without one nothing is divided but by the step. `_p` plus a step is inside 63 bits.
    """

    def raised(mode: Mode, step: int) -> str:
        return _raised(_BELOW_NONE.get(mode, mode), step, "BIGINT")

    def even(mode: Mode, step: int) -> str:
        return _even(mode, step, "BIGINT")

    found = sorted(set(kinds))
    lifted = (
        f"SELECT *, _p + {_choice(found, raised)} AS _raised, {_choice(found, _small_step)} AS _step FROM ({source})"
    )
    counted = f"SELECT *, _raised // _step AS _count FROM ({lifted})"
    exact = "_p + CASE WHEN _rest >= over - _rest THEN 1 ELSE 0 END" if rest else "_p"
    return f"SELECT *, {exact} AS exact, (_count - {_choice(found, even)}) * _step AS amount FROM ({counted})"


_BELOW_NONE: dict[Mode, Mode] = {"floor": "down", "ceiling": "up"}
"""What these modes are where nothing is negative."""


def _plain_division(source: str) -> str:
    return f"SELECT *, _n // over AS _p FROM ({source})"


def _long_division(source: str) -> str:
    """`_p = _n // over`, digit by digit; every step fits 63 bits, since a rest is below `over` < 2^31."""
    digits = f"""SELECT *, over::BIGINT AS _o, (_n >> 64::HUGEINT)::BIGINT AS _d2,
      ((_n >> 32::HUGEINT) & 4294967295::HUGEINT)::BIGINT AS _d1, (_n & 4294967295::HUGEINT)::BIGINT AS _d0
      FROM ({source})"""
    first = f"SELECT *, _d2 // _o AS _q2 FROM ({digits})"
    brought = f"SELECT *, (_d2 - _q2 * _o) * {_DIGIT} + _d1 AS _t1 FROM ({first})"
    second = f"SELECT *, _t1 // _o AS _q1 FROM ({brought})"
    last = f"SELECT *, ((_t1 - _q1 * _o) * {_DIGIT} + _d0) // _o AS _q0 FROM ({second})"
    return f"SELECT *, (_q2::HUGEINT * {_DIGIT} + _q1) * {_DIGIT} + _q0 AS _p FROM ({last})"


def _steps() -> str:
    """`_raised // _step`, in 64 bits where both fit."""
    small = "_raised < 4611686018427387904 AND _step < 4611686018427387904"
    return f"CASE WHEN {small} THEN (_raised::BIGINT // _step::BIGINT)::HUGEINT ELSE _raised // _step END"


def _choice(kinds: list[tuple[Mode, int]], of: object) -> str:
    assert callable(of)
    if len(kinds) == 1:
        return str(of(*kinds[0]))
    cases = " ".join(f"WHEN mode = '{mode}' AND step = {step}::HUGEINT THEN {of(mode, step)}" for mode, step in kinds)
    return f"(CASE {cases} END)"


def _step(_: Mode, step: int) -> str:
    return f"{step}::HUGEINT"


def _small_step(_: Mode, step: int) -> str:
    return f"{step}::BIGINT"


def _raised(mode: Mode, step: int, whole_type: str = "HUGEINT") -> str:
    """What is added to `_p`, so that the truncated division by the step rounds as the mode says.

    A division of `_n` by `over x step` rounds when a part `c` of the denominator is added first. With
    `c = c1 x over + c0` that is `c1` more whole units, and one more where the rest and `c0` fill another.
    """
    if mode == "floor":
        return f"(CASE WHEN n < 0 THEN {_raised('up', step, whole_type)} ELSE 0 END)"
    if mode == "ceiling":
        return f"(CASE WHEN n > 0 THEN {_raised('up', step, whole_type)} ELSE 0 END)"
    if mode == "down":
        return "0"
    whole, part = {
        "up": (step - 1, "over - 1"),
        "half_up": (step // 2, "over // 2" if step % 2 else "0"),
        "half_even": (step // 2, "over // 2" if step % 2 else "0"),
        "half_down": ((step - 1) // 2, "(over - 1) // 2" if step % 2 else "over - 1"),
    }[mode]
    carry = "0" if part == "0" else f"CASE WHEN _rest + {part} >= over THEN 1 ELSE 0 END"
    return f"({whole}::{whole_type} + {carry})"


def _even(mode: Mode, step: int, whole_type: str = "HUGEINT") -> str:
    """What half-even takes back: one, where the ratio is just between two steps and the upper one is odd."""
    if mode != "half_even":
        return "0"
    tie = "_rest = over - _rest" if step % 2 else "_rest = 0"
    odd = f"(_count & 1::{whole_type}) = 1"
    return f"(CASE WHEN {tie} AND _raised = _count * _step AND {odd} THEN 1 ELSE 0 END)"
