"""Small pieces of SQL text: names, texts, exact numbers."""

from __future__ import annotations

from fractions import Fraction

__all__ = ["decimal_places", "integer", "name", "number", "text", "whole"]

_MAX_PLACES = 38
_SPLIT_PLACES = 18
"""A fraction of so many places times 10^places still fits; with more, the digits are taken from the text."""


def name(identifier: str) -> str:
    """A quoted identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text literal. NUL, which no literal may hold, is spelled by its code."""
    quoted = value.replace("'", "''")
    if "\0" in quoted:
        return "(" + " || chr(0) || ".join(f"'{part}'" for part in quoted.split("\0")) + ")"
    return f"'{quoted}'"


def integer(value: int) -> str:
    """An integer literal of type HUGEINT."""
    return f"{value}::HUGEINT"


def decimal_places(value: Fraction) -> int | None:
    """How many decimals a ratio has; None when they never end (or are more than a decimal holds)."""
    rest, places = value.denominator, 0
    while rest % 10 == 0:
        rest, places = rest // 10, places + 1
    for factor in (2, 5):
        while rest % factor == 0:
            rest, places = rest // factor, places + 1
    return places if rest == 1 and places <= _MAX_PLACES else None


def number(value: Fraction, places: int) -> str:
    """A literal of type DECIMAL(38, places); the ratio must end within `places`."""
    scaled = value * 10**places
    assert scaled.denominator == 1, "a decimal literal needs a ratio that ends"
    digits = f"{abs(scaled.numerator):0{places + 1}d}"
    sign = "-" if value < 0 else ""
    plain = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"CAST('{sign}{plain}' AS DECIMAL(38,{places}))"


def whole(sql: str, places: int) -> str:
    """A DECIMAL(38, places) expression as a HUGEINT of its last places, by steps that never need 39 digits."""
    if not places:
        return f"CAST({sql} AS HUGEINT)"
    if places > _SPLIT_PLACES:
        return f"CAST(replace(CAST({sql} AS VARCHAR), '.', '') AS HUGEINT)"
    power = 10**places
    rest = f"CAST(({sql} - trunc({sql})) * {power} AS HUGEINT)"
    return f"(CAST(trunc({sql}) AS HUGEINT) * {integer(power)} + {rest})"
