"""Exact division and rounding in SQL: 128-bit integers, `//` truncates towards zero.

Every mode but half-even is one truncating division of a numerator moved by up to a denominator; `%` is not used,
since DuckDB takes ten times as long for it as for `//`.
"""

from __future__ import annotations

from engine.money import Mode


def divided(numerator: str, denominator: str, mode: Mode) -> str:
    """SQL of numerator / denominator (> 0) rounded to an integer; equals `engine.money.divide`.

    |numerator| + denominator must stay inside 128 bits, else DuckDB raises `OutOfRangeException`.
    """
    n, d = f"({numerator})", f"({denominator})"
    if mode == "down":
        return f"({n} // {d})"
    if mode == "floor":
        return f"(CASE WHEN {n} < 0 THEN {n} - ({d} - 1) ELSE {n} END // {d})"
    if mode == "ceiling":
        return f"(CASE WHEN {n} > 0 THEN {n} + ({d} - 1) ELSE {n} END // {d})"
    if mode == "half_even":
        whole = f"({n} // {d})"
        rest = f"abs({n} - {whole} * {d})"
        odd = f"{whole} - {whole} // 2 * 2 <> 0"
        carry = f"{rest} > {d} - {rest} OR ({rest} = {d} - {rest} AND {odd})"
        return f"({whole} + CASE WHEN {carry} THEN CASE WHEN {n} < 0 THEN -1 ELSE 1 END ELSE 0 END::HUGEINT)"
    way = {"up": f"({d} - 1)", "half_up": f"({d} // 2)", "half_down": f"(({d} - 1) // 2)"}[mode]
    return f"((CASE WHEN {n} < 0 THEN {n} - {way} ELSE {n} + {way} END) // {d})"


def whole(decimal: str) -> str:
    """SQL of a DECIMAL(38,0) as a HUGEINT. The plain cast takes fifty times as long as this one by way of 18 digits."""
    small = f"{decimal} > -1000000000000000000 AND {decimal} < 1000000000000000000"
    return f"(CASE WHEN {small} THEN ({decimal})::DECIMAL(18,0)::HUGEINT ELSE ({decimal})::HUGEINT END)"


def reduced(source: str, numerator: str, denominator: str) -> str:
    """A query with the columns of `source` and `reduced_num`, `reduced_den`: the ratio of two of them in lowest terms.

    In 64 bits where both fit, since DuckDB's 128-bit `gcd` and `//` take hundreds of nanoseconds.
    """
    n, d = f'"{numerator}"', f'"{denominator}"'
    fits = f"abs({n}) < 1000000000000000000 AND {d} < 1000000000000000000"
    common = f"(CASE WHEN {n}::BIGINT % {d}::BIGINT = 0 THEN {d}::BIGINT ELSE gcd({n}::BIGINT, {d}::BIGINT) END)"
    shared = f"SELECT *, {fits} AS _fits, CASE WHEN {fits} THEN {common}::HUGEINT ELSE gcd({n}, {d}) END AS _common"

    def divided_by_common(value: str) -> str:
        return f"CASE WHEN _fits THEN ({value}::BIGINT // _common::BIGINT)::HUGEINT ELSE {value} // _common END"

    return f"""SELECT *, {divided_by_common(n)} AS reduced_num, {divided_by_common(d)} AS reduced_den
      FROM ({shared} FROM ({source}))"""
