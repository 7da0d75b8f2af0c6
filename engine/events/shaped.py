"""The shape lane: lines that follow a known shape, cut into columns without being parsed; it learns shapes as it goes.

It claims only lines that the single lane accepts, and gives the same values: a test compares them on generated events.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.events.grid import Grid, Ints
from engine.events.options import PropertySchema
from engine.events.properties import union_of
from engine.events.rows import CORE
from engine.events.shape import MAX_QUOTES, Shape, shape_of
from engine.events.textcolumns import bare_fits, integers_of, number_column, number_fits, word_free

__all__ = ["ShapedLane"]

_MAX_SHAPES = 64
_TRIES = 8
_DATA = ("data",)


@dataclass(frozen=True, slots=True)
class _Cut:
    """The rows of a grid that follow a shape, and their values as text, one column a slot."""

    rows: Ints
    values: list[pa.Array]
    integers: dict[int, pa.Array | None]
    """For slots of numbers: their values as integers, None where some are not."""


class ShapedLane:
    """Claims lines of known shapes; remembers the shapes it meets."""

    def __init__(self, properties: Mapping[str, PropertySchema]) -> None:
        self._wanted = sorted(union_of(properties).items())
        self._shapes: list[Shape] = []

    def decode(self, grid: Grid, block: int) -> tuple[list[pa.Table], Ints]:
        """Tables of the rows that follow a shape, and the other rows' numbers."""
        tables: list[pa.Table] = []
        left = np.arange(len(grid.ends))
        rows = grid.open_rows
        for shape in self._shapes:
            rows = self._claim(grid, rows, shape, block, tables)
        fruitless: set[int] = set()
        for _ in range(_TRIES):
            sample = self._sample(grid, rows, fruitless)
            learnt = self._learn(grid.line(sample)) if sample is not None else None
            if learnt is not None:
                rows = self._claim(grid, rows, learnt, block, tables)
            elif sample is not None:
                fruitless.add(int(grid.quotes[sample]))
        claimed = [table["row"].to_numpy() for table in tables]
        return tables, np.delete(left, np.concatenate(claimed)) if claimed else left

    def _sample(self, grid: Grid, rows: Ints, fruitless: set[int]) -> int | None:
        """A line to learn from, with a number of quotes that has not failed yet."""
        counts, first = np.unique(grid.quotes[rows], return_index=True)
        for count, place in zip(counts.tolist(), first.tolist(), strict=True):
            if count not in fruitless and count <= MAX_QUOTES:
                return int(rows[place])
        return None

    def _learn(self, line: bytes) -> Shape | None:
        """A new shape, or None where the line has a known one or none that this lane covers."""
        shape = shape_of(line) if len(self._shapes) < _MAX_SHAPES else None
        if shape is None or shape in self._shapes or self._unreadable(shape):
            return None
        self._shapes.append(shape)
        return shape

    def _unreadable(self, shape: Shape) -> bool:
        """True where an object is wanted as text: the single lane writes it."""
        return any(tuple(path.split(".")) in shape.objects for path, _ in self._wanted)

    def _claim(self, grid: Grid, rows: Ints, shape: Shape, block: int, tables: list[pa.Table]) -> Ints:
        """Add the table of the rows that follow the shape; the rows that do not come back."""
        fitting = rows[grid.quotes[rows] == shape.quotes]
        if len(fitting) == 0:
            return rows
        cut = self._fit(grid, fitting, shape)
        if len(cut.rows) == 0:
            return rows
        tables.append(self._table(grid, shape, cut, block))
        return rows[~np.isin(rows, cut.rows)] if len(cut.rows) < len(rows) else rows[:0]

    def _fit(self, grid: Grid, rows: Ints, shape: Shape) -> _Cut:
        """Rows that have every fixed piece in its place and a proper value in every slot."""
        edges = [grid.edges(rows, slot.span) for slot in shape.slots]
        ends = [grid.starts[rows], *(end for _, end in edges)]
        starts = [*(start for start, _ in edges), grid.ends[rows]]
        fits = np.ones(len(rows), np.bool_)
        for end, start, fixed in zip(ends, starts, shape.fixed, strict=True):
            fits &= start - end == len(fixed)
        for slot, (start, end) in zip(shape.slots, edges, strict=True):
            if slot.bare:
                fits &= end > start
        if not fits.all():
            return self._fit(grid, rows[fits], shape) if fits.any() else _Cut(rows[:0], [], {})
        for end, fixed in zip(ends, shape.fixed, strict=True):
            fits &= grid.equal(end, fixed)
        if not fits.all():
            return self._fit(grid, rows[fits], shape) if fits.any() else _Cut(rows[:0], [], {})
        return self._proper(shape, rows, grid.texts(edges))

    def _proper(self, shape: Shape, rows: Ints, values: list[pa.Array]) -> _Cut:
        """Rows whose values are all canonical and whose wanted numbers fit their columns."""
        wanted = {(*_DATA, *path.split(".")) for path, want in self._wanted if want.number}
        integers: dict[int, pa.Array | None] = {}
        masks = []
        for number, (slot, column) in enumerate(zip(shape.slots, values, strict=True)):
            if slot.bare or slot.path in wanted:
                integers[number] = integers_of(column)
                masks.append((bare_fits if slot.bare else number_fits)(column, integers[number]))
        bad = [mask for mask in masks if mask is not None]
        if not bad:
            return _Cut(rows, values, integers)
        proper = reduce(pc.and_, bad)
        kept = {number: None if column is None else column.filter(proper) for number, column in integers.items()}
        return _Cut(rows[proper.to_numpy(zero_copy_only=False)], [column.filter(proper) for column in values], kept)

    def _table(self, grid: Grid, shape: Shape, cut: _Cut, block: int) -> pa.Table:
        count = len(cut.rows)
        at = {slot.path: number for number, slot in enumerate(shape.slots)}
        columns: dict[str, pa.Array] = {name: cut.values[at[(name,)]] for name in CORE}
        columns["data"] = grid.texts([grid.edges(cut.rows, shape.data)])[0]
        columns["canonical"] = columns["data"] if shape.canonical is None else _joined(shape.canonical, cut)
        columns["ext"] = _joined(shape.ext, cut) if shape.ext else pa.nulls(count, pa.string())
        columns["block"] = pa.repeat(pa.scalar(block, pa.int32()), count)
        columns["row"] = pa.array(cut.rows, pa.int32())
        for path, want in self._wanted:
            place = at.get((*_DATA, *path.split(".")))
            values = cut.values[place] if place is not None else pa.nulls(count, pa.string())
            bare = place is not None and shape.slots[place].bare
            if want.number:
                columns[f"n_{path}"] = number_column(
                    values, cut.integers.get(place) if place is not None else None, bare
                )
            if want.text:
                columns[f"t_{path}"] = word_free(values, ("null",)) if bare else values
        return pa.table(columns)


def _joined(pieces: tuple[bytes | int, ...], cut: _Cut) -> pa.Array:
    """Fixed bytes and values, row by row, as one text."""
    parts = [cut.values[piece] if isinstance(piece, int) else piece.decode() for piece in pieces]
    if all(isinstance(part, str) for part in parts):
        return pa.repeat(pa.scalar("".join(map(str, parts))), len(cut.rows))
    return pc.binary_join_element_wise(*parts, "")
