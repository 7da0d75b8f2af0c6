"""Curves as rows of integers: one denominator a sheet, so that amounts of different scopes add up exactly.

A sheet is one version of one charge. With q = q_num / q_den, the amount in pico is
`(base x q_den x S + (q_num x S - origin x q_den) x slope + events x each x q_den x S) / (D x S x q_den)`,
or with packages `base + packages x pack`. D and S are the sheet's own; every column is an integer.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import pyarrow as pa

from engine.metering.columns import of_arrays, of_rows
from engine.rating.compiled import CompiledCharge
from engine.rating.curves import Segment

SMALL = 2**63
"""64-bit integers are below it."""
OPEN = -1
"""Stands for nothing where a number is above zero: an upper bound of a positive quantity, the size of a package."""
CURVES = ("sheet", "sign", "lower", "upper", "base", "origin", "slope", "size", "pack", "each")
"""Columns of the small rows."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one compiled charge over common denominators `money` (D) and `quantity` (S)."""

    money: int
    quantity: int
    rows: tuple[tuple[int, int, int, int | None, int, int, int, int | None, int | None, int, str], ...]
    """(scope, sign, lower, upper, base, origin, slope, size, pack, each, fault)"""
    small: tuple[array[int], ...]
    """By column (`CURVES` without the sheet) those rows that have a price, are not below zero and fit 64 bits."""


def sheet_of(compiled: CompiledCharge) -> Sheet:
    """The integer rows of a compiled charge."""
    segments = [(scope, s) for scope, c in (compiled.curves or {}).items() for s in c.segments]
    money = lcm(1, *(d for _, s in segments for d in _money_denominators(s)))
    quantity = lcm(1, *(d for _, s in segments for d in _quantity_denominators(s)))
    rows = []
    for scope, curve in (compiled.curves or {}).items():
        for sign, segment in [(-1, curve.below), (0, curve.zero), *((1, s) for s in curve.above)]:
            rows.append(_row(scope, sign, segment, money, quantity))
    return Sheet(money, quantity, tuple(rows), _small(rows))


def _small(rows: Iterable[tuple[int | str | None, ...]]) -> tuple[array[int], ...]:
    found = [[OPEN if v is None else int(v) for v in r[1:-1]] for r in rows if not r[-1]]
    kept = [row for row in found if row[0] >= 0 and all(-SMALL < v < SMALL for v in row)]
    return tuple(array("q", column) for column in (zip(*kept, strict=True) if kept else [()] * (len(CURVES) - 1)))


def _money_denominators(s: Segment) -> Iterable[int]:
    pack = s.slope * s.size if s.size is not None else Fraction(0)
    return (s.base.denominator, s.slope.denominator, s.each.denominator, pack.denominator)


def _quantity_denominators(s: Segment) -> Iterable[int]:
    found = [s.lower, s.origin, *(x for x in (s.upper, s.size) if x is not None)]
    return (x.denominator for x in found)


def _row(
    scope: int, sign: int, s: Segment, money: int, quantity: int
) -> tuple[int, int, int, int | None, int, int, int, int | None, int | None, int, str]:
    size = None if s.size is None else _over(s.size, quantity)
    pack = None if s.size is None else _over(s.slope * s.size, money)
    return (
        scope, sign, _over(s.lower, quantity), None if s.upper is None else _over(s.upper, quantity),
        _over(s.base, money), _over(s.origin, quantity), _over(s.slope, money), size, pack, _over(s.each, money),
        s.fault or "",
    )  # fmt: skip


def _over(value: Fraction, denominator: int) -> int:
    """The numerator of a value over a multiple of its own denominator."""
    return value.numerator * (denominator // value.denominator)


_WIDE = pa.decimal128(38, 0)
ROWS = pa.schema(
    [
        ("sheet", pa.int32()), ("scope", pa.int32()), ("sign", pa.int8()), ("lower", _WIDE), ("upper", _WIDE),
        ("base", _WIDE), ("origin", _WIDE), ("slope", _WIDE), ("size", _WIDE), ("pack", _WIDE), ("each", _WIDE),
        ("fault", pa.string()),
    ]
)  # fmt: skip


class TooWide(ArithmeticError):
    """A price whose integers need more than 38 digits: left to the reference."""


def tables_of(sheets: Iterable[Sheet]) -> pa.Table:
    """Rows of all sheets, `ROWS`; raises `TooWide`."""
    rows = [(number, *row) for number, sheet in enumerate(sheets) for row in sheet.rows]
    try:
        return of_rows(rows, ROWS)
    except OverflowError as error:
        raise TooWide("a price needs more than 38 digits") from error


def curves_of(sheets: Sequence[Sheet]) -> pa.Table:
    """The small rows of all sheets, `CURVES`: 64-bit integers, `OPEN` for no upper bound, package size or price."""
    columns = [array("q") for _ in CURVES]
    for number, sheet in enumerate(sheets):
        columns[0].extend([number] * len(sheet.small[0]))
        for whole, own in zip(columns[1:], sheet.small, strict=True):
            whole.extend(own)
    return of_arrays(columns, CURVES)


def wholes(schema: pa.Schema, alias: str) -> str:
    """SQL list of a schema's wide columns as 128-bit integers under their own names."""
    wide = [f.name for f in schema if f.type == _WIDE]
    return ", ".join(f'{alias}."{n}"::HUGEINT AS "{n}"' for n in wide)
