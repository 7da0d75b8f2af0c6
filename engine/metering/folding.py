"""Folding many values into one, as SQL: the relational form of `engine.rating.fold`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.metering.sql import integer
from engine.metering.steps import Steps

__all__ = ["Source", "fold"]

_RANK_BITS = 84
"""Two ratios with denominators below 2^42 that differ, differ by more than 2^-84."""


@dataclass(frozen=True, slots=True)
class Source:
    """A step to fold: `groups` are its group columns; each row has `t`, `events` and `digest`.

    `value`: its value expression. `over`: a positive integer expression that the value is to be divided by, or None.
    `ties`: columns that order rows of one instant. `counted`: `events` is 1 in every row.
    """

    step: str
    groups: Sequence[str]
    value: str
    over: str | None = None
    ties: Sequence[str] = ()
    counted: bool = False

    @property
    def rank(self) -> str:
        """An expression that orders the values exactly, also when they are ratios."""
        if self.over is None:
            return self.value
        v, d = f"CAST({self.value} AS HUGEINT)", f"CAST({self.over} AS HUGEINT)"
        # floor division: SQL's own truncates
        rest = f"((({v} % {d}) + {d}) % {d})"
        return f"{{'w': ({v} - {rest}) // {d}, 'r': ({rest} * {integer(2**_RANK_BITS)}) // {d}}}"


def fold(steps: Steps, source: Source, aggregation: str, percentile: Fraction | None) -> str:
    """Add the step that folds each group: its group columns, `v`, `d`, `t`, `events`, `digest`.

    `t` is the instant that decides the price version; `d` divides `v`.
    """
    keys = ", ".join(source.groups)
    total = "count(*)" if source.counted else "CAST(sum(events) AS BIGINT)"
    common = f"{total} AS events, sum(digest) AS digest\nFROM {source.step} GROUP BY {keys}"
    one = "1::BIGINT AS d"
    match aggregation:
        case "sum" | "integral":
            chosen = f"sum({source.value}) AS v, {one}, max(t) AS t"
        case "count":
            chosen = f"count(*) AS v, {one}, max(t) AS t"
        case "average" | "time_weighted":
            chosen = f"sum({source.value}) AS v, count(*) AS d, max(t) AS t"
        case "max" | "min" | "latest":
            return _chosen(steps, source, aggregation, common)
        case "percentile":
            return _nearest_rank(steps, source, percentile or Fraction(50), common)
        case _:
            raise ValueError(f"unknown aggregation {aggregation}")
    return steps.add("folded", f"SELECT {keys}, {chosen}, {common}")


def _chosen(steps: Steps, source: Source, aggregation: str, common: str) -> str:
    """The greatest or least value at its earliest instant, or the latest value in event-time order."""
    row = f"'v': {source.value}" + (f", 'd': {source.over}" if source.over else "")
    keys = ", ".join(source.groups)
    match aggregation:
        case "max":
            best = f"max({{'k': {source.rank}, 't': -t, {row}}})"
        case "min":
            best = f"min({{'k': {source.rank}, 't': t, {row}}})"
        case _:
            ties = "".join(f", '{c}': {c}" for c in source.ties)
            best = f"max({{'t': t{ties}, {row}}})"
    step = steps.add("best", f"SELECT {keys}, {best} AS b, {common}")
    over = "CAST(b.d AS BIGINT)" if source.over else "1::BIGINT"
    at = "-b.t" if aggregation == "max" else "b.t"
    return steps.add("folded", f"SELECT {keys}, b.v AS v, {over} AS d, {at} AS t, events, digest\nFROM {step}")


def _nearest_rank(steps: Steps, source: Source, percent: Fraction, common: str) -> str:
    """The nearest-rank percentile: rank ceil(percent x n / 100), at least 1, in integers."""
    keys = ", ".join(source.groups)
    over = percent.denominator * 100
    index = f"greatest(1, (n * {percent.numerator} + {over - 1}) // {over})"
    ranked = steps.add(
        "ranked",
        f"SELECT {keys}, {source.value} AS v, {source.over or '1::BIGINT'} AS d, t,\n"
        f"row_number() OVER (PARTITION BY {keys} ORDER BY {source.rank}, t) AS i,\n"
        f"count(*) OVER (PARTITION BY {keys}) AS n\nFROM {source.step}",
    )
    totals = steps.add("totals", f"SELECT {keys}, {common}")
    same = " AND ".join(f"x.{k} IS NOT DISTINCT FROM y.{k}" for k in source.groups)
    columns = ", ".join(f"x.{k}" for k in source.groups)
    return steps.add(
        "folded",
        f"SELECT {columns}, x.v, x.d, x.t, y.events, y.digest\nFROM {ranked} x JOIN {totals} y ON {same}\n"
        f"WHERE x.i = {index}",
    )
