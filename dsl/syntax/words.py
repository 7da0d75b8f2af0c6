"""The closed sets of words: each is a rule `w_...` of the grammar, or a set that the builder checks."""

from __future__ import annotations

from typing import Literal, TypeAlias

DurationUnit: TypeAlias = Literal["second", "minute", "hour", "day", "week", "month", "quarter", "half_year", "year"]
PeriodUnit: TypeAlias = DurationUnit | Literal["term"]
ShareSign: TypeAlias = Literal["%", "bp"]
Mode: TypeAlias = Literal["half_up", "half_even", "up", "down"]
Grain: TypeAlias = Literal["event", "line", "invoice"]
Month: TypeAlias = Literal["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
Weekday: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Day: TypeAlias = Weekday | Literal["weekdays", "weekends", "holidays", "every day"]
Operator: TypeAlias = Literal["=", "!=", "<", "<=", ">", ">="]
Arithmetic: TypeAlias = Literal["+", "-", "*"]
Aggregate: TypeAlias = Literal[
    "sum", "max", "min", "latest", "unique", "average", "time_weighted", "integral", "running sum"
]
Fold: TypeAlias = Literal["sum", "max", "min", "latest", "average", "count"]
Cadence: TypeAlias = Literal["hourly", "daily", "weekly", "monthly", "quarterly", "half_yearly", "yearly"]
Timing: TypeAlias = Literal["advance", "arrears"]
Early: TypeAlias = Literal["at", "every"]
Prorate: TypeAlias = Literal["daily", "secondly", "full", "none", "30/360"]
Limit: TypeAlias = Literal["soft", "hard"]
Stack: TypeAlias = Literal["multiply", "add", "in order"]
ChargeOn: TypeAlias = Literal["next invoice", "own invoice"]
CreditBy: TypeAlias = Literal["credit note", "next invoice", "wallet"]
Collect: TypeAlias = Literal["automatically", "manually"]
Change: TypeAlias = Literal["upgrade", "downgrade", "change", "cancel"]
When: TypeAlias = Literal["now", "at period end"]
ChangeProration: TypeAlias = Literal["prorated", "unprorated"]
WhenZero: TypeAlias = Literal["nothing", "flat"]
TaxGrain: TypeAlias = Literal["line", "invoice"]
