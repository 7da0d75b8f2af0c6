"""The exact values of tokens and of the rules whose node is not simply its children."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar, get_args

from dsl.diagnostics.model import Diagnostic, error
from dsl.suggest import did_you_mean, one_of
from dsl.syntax.amounts import Duration, Money, Period, Quantity, Share
from dsl.syntax.base import Name, Number, Span, Text, places_of
from dsl.syntax.commerce import IndexValue
from dsl.syntax.time import Clock, Date, Month, MonthDay
from dsl.syntax.words import DurationUnit, PeriodUnit, ShareSign

Found = list[Diagnostic]

MAX_DECIMALS = 12
MAX_DIGITS = 38
DURATION_UNITS: tuple[DurationUnit, ...] = get_args(DurationUnit)
PERIODS: tuple[PeriodUnit, ...] = (*DURATION_UNITS, "term")
_A_DAY = datetime.date(2000, 1, 1)
# Books reach neither further back nor further ahead: every sum of a day and a length of time is still a day
YEARS = range(1900, 3000)
MAX_YEARS = 1000
_PER_YEAR = {
    "second": 31_536_000, "minute": 525_600, "hour": 8_760, "day": 365, "week": 52, "month": 12, "quarter": 4,
    "half_year": 2, "year": 1,
}  # fmt: skip


def decimal_of(text: str, span: Span, found: Found) -> Decimal:
    """An exact decimal; more than 12 places or 38 digits is a finding."""
    digits = text.replace("_", "").strip()
    whole, _, places = digits.partition(".")
    if len(places) > MAX_DECIMALS:
        found.append(
            error(
                "RB204",
                span,
                f"{len(places)} decimals in a number, at most {MAX_DECIMALS} are exact",
                help="round it in the book, where it can be seen",
            )
        )
    if len(whole.lstrip("0")) + min(len(places), MAX_DECIMALS) > MAX_DIGITS:
        found.append(error("RB205", span, f"a number of more than {MAX_DIGITS} digits"))
        return Decimal(0)
    return Decimal(digits)


def _number(span: Span, text: str, found: Found) -> Number:
    return Number(span, decimal_of(text, span, found))


def _date(span: Span, text: str, found: Found) -> Date:
    year, month, day = (int(part) for part in text.split("-"))
    return Date(span, _day(year, month, day, span, text, found))


def _day(year: int, month: int, day: int, span: Span, text: str, found: Found) -> datetime.date:
    """The day, or a finding and a stand-in: a book with findings is never used."""
    if year not in YEARS:
        found.append(error("RB009", span, f"{text} is out of reach", help="a book's days lie from 1900 to 2999"))
        return _A_DAY
    try:
        return datetime.date(year, month, day)
    except ValueError:
        found.append(error("RB009", span, f"there is no day {text}", help=_last_day(year, month)))
        return _A_DAY


def _last_day(year: int, month: int) -> str:
    if not (1 <= month <= 12 and 1 <= year <= 9998):
        return "write year-month-day, e.g. `2026-01-31`"
    first_of_next = datetime.date(year + month // 12, month % 12 + 1, 1)
    return f"the last day of that month is {first_of_next - datetime.timedelta(days=1)}"


def _month(span: Span, text: str, found: Found) -> Month:
    year, month = (int(part) for part in text.split("-"))
    return Month(span, _day(year, month, 1, span, text, found))


def _month_day(span: Span, text: str, found: Found) -> MonthDay:
    month, day = (int(part) for part in text.split("-"))
    _day(2000, month, day, span, text, found)
    return MonthDay(span, month, day)


def _clock(span: Span, text: str, found: Found) -> Clock:
    hours, minutes, *rest = text.split(":")
    seconds, _, fraction = (rest[0] if rest else "0").partition(".")
    whole = int(hours) * 3600 + int(minutes) * 60 + int(seconds)
    micros = whole * 1_000_000 + int(fraction.ljust(6, "0")[:6] or 0)
    if int(minutes) > 59 or int(seconds) > 59 or micros > 86_400_000_000:
        found.append(error("RB009", span, f"there is no time {text}", help="a day runs from 00:00 to 24:00"))
    if len(fraction) > 6:
        found.append(error("RB009", span, "a time has at most six decimals of a second"))
    return Clock(span, micros)


def _share(divisor: int, written: ShareSign) -> Callable[[Span, str, Found], Share]:
    def make(span: Span, text: str, found: Found) -> Share:
        value = decimal_of(text.removesuffix(written), span, found)
        return Share(span, Fraction(value) / divisor, written, places_of(value))

    return make


TOKENS: dict[str, Callable[[Span, str, Found], Any]] = {
    "NAME": lambda span, text, found: Name(span, str(text)),
    "PATH": lambda span, text, found: Name(span, str(text)),
    "PLAN": lambda span, text, found: Name(span, str(text)),
    "QUANTITY": lambda span, text, found: Name(span, str(text)),
    "BILLABLE": lambda span, text, found: Name(span, str(text)),
    "CURRENCY": lambda span, text, found: Name(span, str(text)),
    "TEXT": lambda span, text, found: Text(span, text[1:-1]),
    "NUMBER": _number,
    "DATE": _date,
    "MONTH": _month,
    "MONTH_DAY": _month_day,
    "TIME": _clock,
    "PERCENT": _share(100, "%"),
    "BASIS_POINTS": _share(10_000, "bp"),
}


def _signed(sign: str | None, number: Number) -> Decimal:
    return number.value.copy_negate() if sign else number.value


def _money(span: Span, values: list[Any], found: Found) -> Money:
    currency, sign, number = values
    return Money(span, currency, _signed(sign, number))


def _quantity(span: Span, values: list[Any], found: Found) -> Quantity:
    sign, number, unit = values
    return Quantity(span, _signed(sign, number), unit)


def _plain_number(span: Span, values: list[Any], found: Found) -> Number:
    sign, number = values
    return Number(span, _signed(sign, number))


Word = TypeVar("Word", bound=str)


def _unit_word(name: Name, allowed: tuple[Word, ...], found: Found) -> Word:
    """`days` and `day` are one word; another word is a finding."""
    singular = name.text.removesuffix("s")
    for word in allowed:
        if word == singular:
            return word
    guess = did_you_mean(singular, allowed)
    found.append(
        error(
            "RB014",
            name.span,
            f"`{name.text}` is not a length of time",
            caret=f"did you mean `{guess}`?" if guess else "",
            notes=(f"here one of: {one_of(allowed)}",),
        )
    )
    return allowed[0]


def _duration(span: Span, values: list[Any], found: Found) -> Duration:
    number, name = values
    if number.value != number.value.to_integral_value() or number.value < 1:
        found.append(error("RB014", number.span, "a length of time is a whole number, 1 or more"))
        return Duration(span, 1, _unit_word(name, DURATION_UNITS, found))
    unit = _unit_word(name, DURATION_UNITS, found)
    if number.value > MAX_YEARS * _PER_YEAR[unit]:
        found.append(error("RB014", number.span, f"a length of time of more than {MAX_YEARS} years"))
        return Duration(span, 1, unit)
    return Duration(span, int(number.value), unit)


def _one_of(span: Span, values: list[Any], found: Found) -> Duration:
    return Duration(span, 1, _unit_word(values[0], DURATION_UNITS, found))


def _period(span: Span, values: list[Any], found: Found) -> Period:
    return Period(span, _unit_word(values[0], PERIODS, found))


def _index_value(span: Span, values: list[Any], found: Found) -> IndexValue:
    date, sign, share = values
    ratio = -share.ratio if sign else share.ratio
    return IndexValue(span, date, Share(share.span, ratio, share.written, share.places))


def _tests(kind: str) -> Callable[[Span, list[Any], Found], Any]:
    from dsl.syntax import meters

    def make(span: Span, values: list[Any], found: Found) -> Any:
        return getattr(meters, kind)(span, tuple(values))

    return make


RULES: dict[str, Callable[[Span, list[Any], Found], Any]] = {
    "money": _money,
    "quantity": _quantity,
    "number": _plain_number,
    "duration": _duration,
    "one_of": _one_of,
    "period": _period,
    "index_value": _index_value,
    "all_of": _tests("AllOf"),
    "any_of": _tests("AnyOf"),
}
