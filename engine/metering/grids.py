"""The windows of a meter as a table, and look-ups from an instant to the windows around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import duckdb

from engine.calendar import DAY, boundaries, shift
from engine.metering.job import Job
from engine.metering.timeline import LONG_AGO, Marks, create, marks
from engine.model import Span, Window

__all__ = ["Grid", "lay_grid"]

_SHORT = {"second": 1, "minute": 60, "hour": 3600}
_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Grid:
    """`table(key, k, lo, hi)`: windows `[lo, hi)` in order, for each key.

    `first`: number of the first window that ends after an instant; `last`: of the last that begins at or before it
    (None: there is only window 0). `clipped`: tumbling windows, cut to the service window; sliding ones end inside it.
    `since`: the least `lo`.
    """

    table: str
    first: Marks | None
    last: Marks | None
    clipped: bool
    since: int

    def belongs(self, window: str, start: str, end: str) -> str:
        """The condition under which a window is one of a service window."""
        return f"{window}.hi > {start} AND " + (f"{window}.lo < {end}" if self.clipped else f"{window}.hi <= {end}")

    def low(self, window: str, start: str) -> str:
        """Where a window begins for a service window."""
        return f"greatest({window}.lo, {start})" if self.clipped else f"{window}.lo"

    def high(self, window: str, end: str) -> str:
        """Where it ends."""
        return f"least({window}.hi, {end})" if self.clipped else f"{window}.hi"


def lay_grid(con: duckdb.DuckDBPyConnection, prefix: str, job: Job, window: Window) -> Grid:
    """Create the windows of every service window, and `<prefix>_subs`: the subs with the `grid` each uses.

    Windows whose marks depend on the zone alone are laid once a zone; else once for each different service window.
    """
    step = (window.step or window.size) if window.kind == "sliding" else window.size
    found = con.sql(f"SELECT DISTINCT cohort, from_us, to_us FROM {job.subs} ORDER BY ALL").fetchall()
    keys: dict[tuple[object, ...], int] = {}
    spans: dict[int, tuple[str, int, int]] = {}
    mapping = []
    for cohort, start, end in found:
        zone = job.cohorts[cohort].zone
        key = keys.setdefault((zone,) if _is_aligned(step) else (zone, start, end), len(keys))
        _, low, high = spans.get(key, (zone, start, end))
        spans[key] = (zone, min(low, start), max(high, end))
        mapping.append((cohort, start, end, key))
    create(con, f"{prefix}_grids", ("cohort", "from_us", "to_us", "grid"), mapping)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {prefix}_subs AS SELECT s.*, g.grid FROM {job.subs} s "
        f"JOIN {prefix}_grids g USING (cohort, from_us, to_us)"
    )
    windows = {key: list(_windows(window, step, *span)) for key, span in spans.items()}
    rows = [(key, k, lo, hi) for key, laid in windows.items() for k, (lo, hi) in enumerate(laid)]
    create(con, f"{prefix}_windows", ("key", "k", "lo", "hi"), rows)
    # before the first window begins there is none (-1); when window k ends, k + 1 is the first that has not
    lows = {key: [(LONG_AGO, -1), *((lo, k) for k, (lo, _) in enumerate(laid))] for key, laid in windows.items()}
    highs = {key: [(LONG_AGO, 0), *((hi, k + 1) for k, (_, hi) in enumerate(laid))] for key, laid in windows.items()}
    since = min((lo for _, _, lo, _ in rows), default=0)
    last = _look_up(con, f"{prefix}_lows", lows)
    first = last if window.kind == "tumbling" else _look_up(con, f"{prefix}_highs", highs)
    return Grid(f"{prefix}_windows", first, last, window.kind == "tumbling", since)


def _look_up(con: duckdb.DuckDBPyConnection, table: str, rows: dict[int, list[tuple[int, int]]]) -> Marks | None:
    """Marks over the last of the rows of one instant: two windows may end together where a clock jumps."""
    return marks(con, table, {key: sorted(dict(laid).items()) for key, laid in rows.items()}) if rows else None


def _is_aligned(span: Span) -> bool:
    """Whether the marks of a span are the same whatever instant one starts from."""
    if span.unit in _SHORT:
        return DAY // 1_000_000 % (span.count * _SHORT[span.unit]) == 0
    if span.unit in _MONTHS:
        return 12 % (span.count * _MONTHS[span.unit]) == 0
    return span.count == 1


def _windows(window: Window, step: Span, zone: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    laid: Sequence[int] = boundaries(start, end, step, zone)
    if window.kind == "tumbling":
        yield from pairwise(laid)
    else:
        yield from ((shift(mark, window.size, zone, -1), mark) for mark in laid if mark > start)
