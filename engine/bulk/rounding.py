"""Exact division and rounding in SQL: 128-bit integers, `//` truncates towards zero."""

from __future__ import annotations

from engine.money import Mode


def divided(numerator: str, denominator: str, mode: Mode) -> str:
    """SQL of numerator / denominator (> 0) rounded to an integer; equals `engine.money.divide`."""
    n, d = f"({numerator})", f"({denominator})"
    if mode == "down":
        return f"{n} // {d}"
    if mode == "floor":
        return f"({n} // {d} - (CASE WHEN {n} < 0 AND {n} % {d} <> 0 THEN 1 ELSE 0 END))"
    if mode == "ceiling":
        return f"({n} // {d} + (CASE WHEN {n} > 0 AND {n} % {d} <> 0 THEN 1 ELSE 0 END))"
    rest = f"abs({n} % {d})"
    carry = {
        "up": f"{rest} <> 0",
        "half_up": f"{rest} >= {d} - {rest}",
        "half_down": f"{rest} > {d} - {rest}",
        "half_even": f"({rest} > {d} - {rest} OR ({rest} = {d} - {rest} AND abs({n} // {d}) % 2 = 1))",
    }[mode]
    return f"({n} // {d} + (CASE WHEN {carry} THEN sign({n})::HUGEINT ELSE 0::HUGEINT END))"
