"""Which meters have a relational form; the others go through the scalar reference (`fetch_readings`)."""

from __future__ import annotations

from engine.metering.plan import LEVELS
from engine.metering.values import degree
from engine.model import Meter

__all__ = ["not_relational"]

_MAX_DEGREE = 3
_SUMMING = ("sum", "average", "integral", "time_weighted")
_LONG = ("month", "quarter", "half_year", "year")


def not_relational(meter: Meter) -> str | None:
    """Why a meter cannot be metered by one query; None when it can."""
    measure = meter.measure
    window = measure.window
    if degree(measure.value) > _MAX_DEGREE:
        return "a product of more than three properties may need more than 38 decimals"
    if measure.then == "unique" and (window is not None or measure.running):
        return "window values have no keys to count"
    if window is None:
        return None
    if window.kind == "session" and (measure.aggregation in LEVELS or measure.running or measure.operation):
        return "sessions are made by events, levels last between them"
    # without a fold the values of all windows add up, and so do those of a day of 23 hours and of one of 24
    if measure.aggregation in ("average", "time_weighted") and measure.then in (None, *_SUMMING):
        return "a sum of ratios with different denominators may need more than 38 digits"
    if measure.aggregation == "time_weighted" and measure.then and window.size.unit in _LONG:
        return "ratios over windows of months cannot be ordered in 128 bits"
    return None
