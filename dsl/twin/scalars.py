"""Nodes that are one text in the twin: names, texts, numbers, shares and times, each in the language's own notation."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from dsl import syntax as s
from dsl.atoms import MAX_DIGITS, PERIODS, TOKENS, Found
from dsl.format.words import written
from dsl.syntax import Span

# A surrogate has no place in a UTF-8 file; a quote or a line end would end the text
TEXT = r'[^"\r\n\ud800-\udfff]*'
_DIGITS = rf"[0-9]{{1,{MAX_DIGITS}}}(\.[0-9]{{1,{MAX_DIGITS}}})?"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"


class Scalar(NamedTuple):
    """pattern: what the whole text matches; says: what it is, for people; read and write: to the node and back."""

    pattern: str
    says: str
    read: Callable[[Span, str, Found], s.Node]
    write: Callable[[Any], str]


def _number(span: Span, text: str, found: Found) -> s.Node:
    number: s.Number = TOKENS["NUMBER"](span, text.removeprefix("-"), found)
    return s.Number(span, number.value.copy_negate()) if text.startswith("-") else number


def _share(span: Span, text: str, found: Found) -> s.Node:
    share: s.Share = TOKENS["PERCENT" if text.endswith("%") else "BASIS_POINTS"](span, text.removeprefix("-"), found)
    return s.Share(span, -share.ratio, share.written, share.places) if text.startswith("-") else share


def _moment(span: Span, text: str, found: Found) -> s.Node:
    date, _, time = text.partition(" ")
    return s.Moment(span, TOKENS["DATE"](span, date, found), TOKENS["TIME"](span, time, found) if time else None)


def _period(span: Span, text: str, found: Found) -> s.Node:
    return s.Period(span, next(unit for unit in PERIODS if unit == text))


def _plain(node: s.Node) -> str:
    """As the book writes it, without the underscores that are for people."""
    return written(node).replace("_", "")


SCALARS: dict[type[s.Node], Scalar] = {
    s.Name: Scalar(
        r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*", "a name such as `storage` or `data.region`",
        lambda span, text, found: s.Name(span, text), written,
    ),
    s.Text: Scalar(
        TEXT, "a text without quotes and line ends",
        lambda span, text, found: s.Text(span, text), lambda node: node.value,
    ),
    s.Number: Scalar(rf"-?{_DIGITS}", "a decimal number in quotes such as `1000.50`", _number, _plain),
    s.Share: Scalar(rf"-?{_DIGITS}(%|bp)", "a share such as `12.5%` or `250bp`", _share, _plain),
    s.Date: Scalar(_DATE, "a date such as `2026-01-31`", TOKENS["DATE"], written),
    s.Clock: Scalar(_TIME, "a time such as `18:00`", TOKENS["TIME"], written),
    s.Month: Scalar(r"[0-9]{4}-[0-9]{2}", "a month such as `2026-01`", TOKENS["MONTH"], written),
    s.MonthDay: Scalar(r"[0-9]{2}-[0-9]{2}", "a day of the year such as `06-15`", TOKENS["MONTH_DAY"], written),
    s.Moment: Scalar(f"{_DATE}( {_TIME})?", "a day, or a day and a time, such as `2026-01-31 18:00`", _moment, written),
    s.Period: Scalar("|".join(PERIODS), f"one of {', '.join(PERIODS)}", _period, written),
}  # fmt: skip
DECIMAL = re.compile(rf"-?{_DIGITS}")
