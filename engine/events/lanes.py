"""Decoding a block: the shape lane takes what it can, the regular lane the rest, the single lane what is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from engine.events.blocks import Block
from engine.events.grid import grid_of
from engine.events.options import IngestOptions, PropertySchema
from engine.events.regular import RegularLane
from engine.events.rows import Rejection, table_of
from engine.events.shaped import ShapedLane
from engine.events.single import decode_singly, extension_names

__all__ = ["Decoded", "Lanes"]


@dataclass(frozen=True, slots=True)
class Decoded:
    """A block's events in the order of the block, and the records that are none."""

    table: pa.Table
    rejections: list[Rejection] = field(default_factory=list)
    rounded: set[int] = field(default_factory=set)
    """Rows in which a number was rounded."""


class Lanes:
    """The decoders of one ingest; they learn what its events look like."""

    def __init__(self, properties: Mapping[str, PropertySchema], options: IngestOptions) -> None:
        self._properties, self._options = properties, options
        self._shaped, self._regular = ShapedLane(properties), RegularLane()

    def decode(self, block: Block, number: int) -> Decoded:
        """The events of one block, which is the `number`-th of its batch."""
        grid = grid_of(block.lines) if self._options.shape_lane and block.lines is not None else None
        if grid is None:
            return self._parsed(block, number, None)
        tables, left = self._shaped.decode(grid, number)
        if len(left) == 0 and len(tables) == 1:
            return Decoded(tables[0])
        rest = Decoded(pa.table({}))
        if len(left):
            # as lines again: joined by commas, two halves of an event would make a whole one
            lines = b"".join([grid.line(row) + b"\n" for row in left.tolist()])
            rest = self._parsed(Block(block.origin, block.first, lines), number, left.tolist())
            tables.append(rest.table)
        table = pa.concat_tables(tables)
        return Decoded(table.take(pa.array(np.argsort(table["row"].to_numpy()))), rest.rejections, rest.rounded)

    def _parsed(self, block: Block, number: int, places: list[int] | None) -> Decoded:
        """Decode by parsing; `places` are the records' rows in the whole block."""
        rows = self._regular.decode(block) if self._options.regular_lane else None
        if rows is None:
            rows = decode_singly(block.records())
            self._regular.learn(extension_names(rows))
        if places is not None:
            rows.row = [places[row] for row in rows.row]
            rows.rejections = [Rejection(places[item.row], item.reason, item.detail) for item in rows.rejections]
        table, rounded = table_of(rows, number, self._properties, self._options.round_decimals)
        return Decoded(table, rows.rejections, rounded)
