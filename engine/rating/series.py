"""Price series: dated prices beside the book."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right

from engine.model import Series
from engine.rating.errors import NoPrice


def series_price(series: Series, local: dt.datetime) -> int:
    """The price (pico) in force at a local moment; raises `NoPrice` before the first point."""
    moments = [at for at, _ in series.points]
    index = bisect_right(moments, local) - 1
    if index < 0:
        raise NoPrice(f"the price series {series.name} has no price at {local}", series.place)
    return series.points[index][1]
