"""Lines of a block as byte positions: where each starts and ends, and where its quotes are."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from engine.events.options import MAX_EVENT_BYTES
from engine.events.shape import Span

__all__ = ["Grid", "Ints", "grid_of"]

Ints = npt.NDArray[np.int64]
_NEWLINE, _QUOTE, _BACKSLASH, _SPACE = 10, 34, 92, 32


class Grid:
    """Positions in a block's buffer; `open_rows` are the lines that a shape may claim."""

    def __init__(self, lines: bytes) -> None:
        """`lines` is UTF-8 without control characters, each line ended by a newline."""
        self.lines = lines
        self.view = np.frombuffer(lines, np.uint8)
        self.ends = np.flatnonzero(self.view == _NEWLINE)
        self.starts = np.concatenate(([0], self.ends[:-1] + 1))
        self.marks = np.flatnonzero(self.view == _QUOTE)
        past = np.searchsorted(self.marks, self.ends)
        self.first_mark = np.concatenate(([0], past[:-1]))
        self.quotes = past - self.first_mark
        usable = self.ends - self.starts <= MAX_EVENT_BYTES
        if b"\\" in lines:
            usable[np.searchsorted(self.ends, np.flatnonzero(self.view == _BACKSLASH))] = False
        self.open_rows: Ints = np.flatnonzero(usable & (self.quotes > 0))

    def edges(self, rows: Ints, span: Span) -> tuple[Ints, Ints]:
        """Where a span starts and ends in each row."""
        return self._mark(rows, span.first) + (1 + span.before), self._mark(rows, span.last) - span.after

    def line(self, row: int) -> bytes:
        """One line without its newline."""
        return self.lines[self.starts[row] : self.ends[row]]

    def equal(self, starts: Ints, text: bytes) -> npt.NDArray[np.bool_]:
        """True where `text` stands at a start; all of it must lie inside the buffer."""
        size = len(text)
        windows: npt.NDArray[Any] = np.ndarray((len(self.lines) - size + 1,), f"V{size}", self.lines, 0, (1,))
        found = windows[starts]
        if found.tobytes() == text * len(starts):
            return np.ones(len(starts), np.bool_)
        return np.asarray(found == np.void(text), np.bool_)

    def texts(self, edges: list[tuple[Ints, Ints]]) -> list[pa.Array]:
        """Stretches that follow one another in every row, as one Arrow string column each."""
        count, width = len(edges[0][0]), 2 * len(edges)
        offsets = np.empty((count, width), np.int32)
        for place, (start, end) in enumerate(edges):
            offsets[:, 2 * place], offsets[:, 2 * place + 1] = start, end
        pieces = pa.StringArray.from_buffers(max(count * width - 1, 0), pa.py_buffer(offsets), pa.py_buffer(self.lines))
        every = np.arange(0, count * width, width, dtype=np.int32)
        return [pieces.take(pa.array(every + 2 * place)) for place in range(len(edges))]

    def _mark(self, rows: Ints, number: int) -> Ints:
        """Position of a row's quote; one past the last is the end of the line."""
        if len(rows) and number == self.quotes[rows[0]]:
            line_ends: Ints = self.ends[rows]
            return line_ends
        places: Ints = self.marks[self.first_mark[rows] + number]
        return places


def grid_of(lines: bytes) -> Grid | None:
    """The grid, or None where a control character or text that is not UTF-8 asks for another lane."""
    view = np.frombuffer(lines, np.uint8)
    if len(lines) >= 1 << 31 or np.count_nonzero(view < _SPACE) != np.count_nonzero(view == _NEWLINE):
        return None
    try:
        if not lines.isascii():
            lines.decode()
    except UnicodeDecodeError:
        return None
    return Grid(lines)
