"""RB3, matrices: every cell has exactly one price, and every key is a value of its axis."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod
from typing import NamedTuple

from dsl import syntax
from dsl.diagnostics.model import Diagnostic, Label, error, warning
from dsl.passes.pieces import Piece
from dsl.passes.scope import Scope, described
from dsl.suggest import did_you_mean
from dsl.syntax import every, only, walk
from dsl.syntax.base import Name, Node, Text

MAX_CELLS = 100_000
# Stands for every value of an open axis that no row names
OTHER = "any other value"


class _Axis(NamedTuple):
    """An axis: its name, its values in order, and whether values outside of them exist."""

    name: str
    values: tuple[str, ...]
    is_open: bool


def check_matrices(scope: Scope, piece: Piece) -> list[Diagnostic]:
    """Findings about matrices."""
    found: list[Diagnostic] = []
    if not piece.of(syntax.Matrix):
        return found
    for note, meter, node in _priced(scope, piece):
        for form in walk(node):
            if isinstance(form, syntax.Matrix):
                found += _matrix(scope, form, meter, note)
    return found


def _priced(scope: Scope, piece: Piece) -> Iterator[tuple[str, syntax.Meter | None, Node]]:
    holder = described(piece.node)
    for charge in piece.charges():
        yield f"in charge {charge.name.text} of {holder}", _meter(scope, charge), charge
    overrides = piece.overrides()
    charges = scope.plan_charges(piece.node) if overrides else {}
    for node in overrides:
        note = f"in the override of {node.charge.text} in {holder}"
        yield note, _meter(scope, charges.get(node.charge.text)), node


def _meter(scope: Scope, charge: syntax.Charge | None) -> syntax.Meter | None:
    counted = only(charge, syntax.ForMeter) if charge is not None else None
    return scope.meter(counted.meter.text) if counted else None


def key_text(key: syntax.Key) -> str:
    """A key as written, without quotes."""
    match key:
        case Name(text=text) | Text(value=text):
            return text
        case syntax.AnyValue():
            return "any"
    return "otherwise"


def keys_of(row: syntax.Row, axes: int) -> tuple[syntax.Key, ...]:
    """The keys of a row, one an axis; `otherwise` alone stands for any other combination."""
    lone = len(row.keys) == 1 and isinstance(row.keys[0], syntax.OtherValue)
    return row.keys * axes if lone else row.keys


def _axes(scope: Scope, matrix: syntax.Matrix) -> list[_Axis] | None:
    """The axes, or None where one of them names nothing that exists."""
    axes: list[_Axis] = []
    for place, axis in enumerate(matrix.axes):
        if isinstance(axis, syntax.BandAxis):
            calendar = scope.calendar(axis.calendar.text)
            if calendar is None:
                return None
            bands = tuple(band.name.text for band in every(calendar, syntax.Band))
            axes.append(_Axis(f"calendar {axis.calendar.text}", bands, is_open=False))
            continue
        dimension = scope.dimension(axis.text)
        if dimension is not None:
            values = tuple(key_text(value) for value in dimension.values)
            axes.append(_Axis(f"dimension {axis.text}", values, is_open=False))
        else:
            named = [
                key_text(row.keys[place])
                for row in matrix.clauses
                if place < len(row.keys) and isinstance(row.keys[place], (Name, Text))
            ]
            axes.append(_Axis(axis.text, (*dict.fromkeys(named), OTHER), is_open=True))
    return axes


def _matrix(scope: Scope, matrix: syntax.Matrix, meter: syntax.Meter | None, note: str) -> list[Diagnostic]:
    found = _sliced(matrix, meter, note)
    axes = _axes(scope, matrix)
    if axes is None:
        return found
    for row in matrix.clauses:
        found += _keys(row, axes, note)
    if found:
        return found
    cells = prod(len(axis.values) for axis in axes)
    if cells * max(1, len(matrix.clauses)) > MAX_CELLS * 10:
        return [
            error("RB316", matrix.span, f"a matrix of {cells:_} cells", notes=(note,), help="split it into charges")
        ]
    return _cells(matrix, axes, note)


def _sliced(matrix: syntax.Matrix, meter: syntax.Meter | None, note: str) -> list[Diagnostic]:
    by = only(meter, syntax.By) if meter is not None else None
    slices = [name.text for name in by.properties] if by else []
    found: list[Diagnostic] = []
    for axis in matrix.axes:
        if isinstance(axis, Name) and meter is not None and axis.text not in slices:
            guess = did_you_mean(axis.text, slices)
            found.append(
                error(
                    "RB313",
                    axis.span,
                    f"meter {meter.name.text} is not sliced by {axis.text}",
                    caret=f"did you mean `{guess}`?" if guess else "",
                    notes=(note,),
                    help=f"add `by {axis.text}` to the meter",
                )
            )
    return found


def _keys(row: syntax.Row, axes: list[_Axis], note: str) -> list[Diagnostic]:
    keys = keys_of(row, len(axes))
    if len(keys) != len(axes):
        return [
            error("RB312", row.span, f"a row of {len(row.keys)} keys in a matrix of {len(axes)} axes", notes=(note,))
        ]
    found: list[Diagnostic] = []
    for key, axis in zip(keys, axes, strict=True):
        if isinstance(key, (Name, Text)) and key_text(key) not in axis.values:
            guess = did_you_mean(key_text(key), axis.values)
            found.append(
                error(
                    "RB308",
                    key.span,
                    f"`{key_text(key)}` is not a value of {axis.name}",
                    caret=f"did you mean `{guess}`?" if guess else "",
                    notes=(note,),
                )
            )
    return found


def _cells(matrix: syntax.Matrix, axes: list[_Axis], note: str) -> list[Diagnostic]:
    priced: dict[tuple[str, ...], syntax.Row] = {}
    found: list[Diagnostic] = []
    twice: set[tuple[int, int]] = set()
    fallback = [row for row in matrix.clauses if any(isinstance(key, syntax.OtherValue) for key in row.keys)]
    plain = [row for row in matrix.clauses if row not in fallback]
    for row in (*plain, *fallback):
        for cell in product(*(_reach(k, axis) for k, axis in zip(keys_of(row, len(axes)), axes, strict=True))):
            first = priced.get(cell)
            if first is None:
                priced[cell] = row
            elif row not in fallback and (first.span.line, row.span.line) not in twice:
                twice.add((first.span.line, row.span.line))
                found.append(
                    error(
                        "RB307",
                        row.span,
                        f"two prices for {', '.join(cell)}",
                        caret="and again here",
                        labels=(Label(first.span, "first here"),),
                        notes=(note,),
                    )
                )
    return found + _never_reached(matrix, axes, fallback, note) + _holes(matrix, axes, priced, note)


def _never_reached(matrix: syntax.Matrix, axes: list[_Axis], fallback: list[syntax.Row], note: str) -> list[Diagnostic]:
    """Rows with `otherwise` that no cell takes: of several rows that fit, the one with the most exact keys prices."""
    if not fallback:
        return []
    best: dict[tuple[str, ...], tuple[int, int]] = {}
    for number, row in enumerate(matrix.clauses):
        keys = keys_of(row, len(axes))
        rank = (sum(not isinstance(key, (Name, Text)) for key in keys), number)
        for cell in product(*(_reach(key, axis) for key, axis in zip(keys, axes, strict=True))):
            best[cell] = min(best.get(cell, rank), rank)
    reached = {number for _, number in best.values()}
    return [
        warning(
            "RB314",
            row.span,
            "a row that is never reached",
            caret="every value has a row already",
            notes=(note,),
            help="remove it, or remove a row that it should stand for",
        )
        for number, row in enumerate(matrix.clauses)
        if row in fallback and number not in reached
    ]


def _reach(key: syntax.Key, axis: _Axis) -> tuple[str, ...]:
    return (key_text(key),) if isinstance(key, (Name, Text)) else axis.values


def _holes(
    matrix: syntax.Matrix, axes: list[_Axis], priced: dict[tuple[str, ...], syntax.Row], note: str
) -> list[Diagnostic]:
    missing = [cell for cell in product(*(axis.values for axis in axes)) if cell not in priced]
    if not missing:
        return []
    if all(OTHER in cell for cell in missing):
        names = ", ".join(axis.name for axis in axes if axis.is_open)
        return [
            error(
                "RB309",
                matrix.span,
                f"{names} may have values that no row names",
                notes=(note,),
                help="add an `otherwise` row, or declare the values: `dimension ... { ... }`",
            )
        ]
    shown = "; ".join(", ".join(cell) for cell in missing[:3])
    more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
    return [
        error(
            "RB306",
            matrix.span,
            f"no price for {shown}{more}",
            notes=(note,),
            help=f"add a row `{', '.join(missing[0])}: ...`",
        )
    ]
