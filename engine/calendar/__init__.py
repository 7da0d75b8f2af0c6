"""Time: instants, local days, billing periods, windows and bands. Pure; `now` is always an argument."""

from engine.calendar.bands import BandTable, NoBand, band_table, day_bands, minutes_of
from engine.calendar.clock import DAY, HOUR, MINUTE, SECOND, iso, midnight, naive_us, to_instant, to_local
from engine.calendar.months import add_months, add_span, days_30_360, month_length
from engine.calendar.periods import Period, calendar_anchor, period_holding, periods_from
from engine.calendar.windows import boundaries, shift, sliding, tumbling

__all__ = [
    "DAY",
    "HOUR",
    "MINUTE",
    "SECOND",
    "BandTable",
    "NoBand",
    "Period",
    "add_months",
    "add_span",
    "band_table",
    "boundaries",
    "calendar_anchor",
    "day_bands",
    "days_30_360",
    "iso",
    "midnight",
    "minutes_of",
    "month_length",
    "naive_us",
    "period_holding",
    "periods_from",
    "shift",
    "sliding",
    "to_instant",
    "to_local",
    "tumbling",
]
