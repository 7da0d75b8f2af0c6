"""Rows of a customer or subscription list turned into records, or into problems that say what to mend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

from engine.calendar.clock import zone
from engine.money import parse_decimal

Row = Mapping[str, Any]

_CUSTOMER = {"id": ("id", "customer", "customer_id", "external_id", "subject")}
_SUBSCRIPTION = {
    "id": ("id", "subscription", "subscription_id", "external_id"),
    "customer": ("customer", "customer_id", "external_customer_id", "account", "subject"),
    "plan": ("plan", "plan_code", "plan_name"),
    "start": ("start", "from", "start_date", "started_at", "signed"),
    "end": ("end", "through", "end_date", "ends_at"),
    "anchor_day": ("anchor_day", "anchor", "billing_day"),
}


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """What is wrong with one row: `where` is file and row number (the header is row 1)."""

    code: str
    where: str
    message: str
    hint: str = ""


class ImportRefused(Exception):
    """A list with problems: nothing of it was taken in."""

    def __init__(self, problems: list[ImportProblem]) -> None:
        super().__init__(f"{len(problems)} rows cannot be imported; nothing was changed")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer. `timezone` and `currency` may be empty: the book's are used."""

    id: str
    name: str = ""
    email: str = ""
    country: str = ""
    timezone: str = ""
    currency: str = ""

    def body(self) -> dict[str, Any]:
        """The document kept in the store."""
        return {field: getattr(self, field) for field in self.__slots__}


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription. `start` is the first and `end` the last local day served (empty: open).

    `anchor_day` 1..31 overrides the plan's own anchor; `licensed` is `5 seat; 2 host`, `coupons` is `a; b@2026-03-01`.
    """

    id: str
    customer: str
    plan: str
    start: str
    book: str = ""
    end: str = ""
    anchor_day: str = ""
    timezone: str = ""
    contract: str = ""
    licensed: str = ""
    coupons: str = ""

    def body(self) -> dict[str, Any]:
        """The document kept in the store."""
        return {field: getattr(self, field) for field in self.__slots__} | {"status": "active"}


class BadRow(ValueError):
    """One row's first fault."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


def _text(row: Row, names: tuple[str, ...]) -> str:
    for name in names:
        value = row.get(name)
        if value is not None and str(value).strip():
            return str(value).strip()
    return ""


def _known_zone(name: str) -> str:
    if name:
        try:
            zone(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise BadRow("RBI04", f"`{name}` is no IANA time zone", "write one such as Europe/Madrid") from None
    return name


def _day(text: str, what: str) -> str:
    if not text:
        return ""
    try:
        return dt.date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        raise BadRow("RBI03", f"the {what} `{text}` is not a date", "write it as YYYY-MM-DD") from None


def customer_of(row: Row) -> Customer:
    """The customer of a row; raises `BadRow`."""
    ident = _text(row, _CUSTOMER["id"])
    if not ident:
        raise BadRow("RBI01", "a customer needs an id", "fill the column `id`")
    return Customer(
        ident, _text(row, ("name", "customer_name")), _text(row, ("email",)), _text(row, ("country",)),
        _known_zone(_text(row, ("timezone", "time_zone"))), _text(row, ("currency",)),
    )  # fmt: skip


def subscription_of(row: Row) -> Subscription:
    """The subscription of a row; raises `BadRow`."""
    found = {name: _text(row, aliases) for name, aliases in _SUBSCRIPTION.items()}
    for name in ("customer", "plan", "start"):
        if not found[name]:
            raise BadRow("RBI01", f"a subscription needs a {name}", f"fill the column `{name}`")
    start, end = _day(found["start"], "start"), _day(found["end"], "end")
    if end and end < start:
        raise BadRow("RBI03", f"the subscription ends on {end}, before it starts on {start}", "mend one of the dates")
    return Subscription(
        id=found["id"] or f"{found['customer']}:{found['plan']}:{start}",
        customer=found["customer"],
        plan=found["plan"],
        start=start,
        book=_text(row, ("book", "price_book")),
        end=end,
        anchor_day=_anchor(found["anchor_day"]),
        timezone=_known_zone(_text(row, ("timezone", "time_zone"))),
        contract=_text(row, ("contract",)),
        licensed=_licensed(row),
        coupons=_coupons(_text(row, ("coupons", "coupon"))),
    )


def _anchor(text: str) -> str:
    if text and not (text.isdigit() and 1 <= int(text) <= 31):
        raise BadRow("RBI03", f"the anchor day `{text}` is no day of a month", "write 1 to 31")
    return text


def _licensed(row: Row) -> str:
    """`licensed` as `5 seat`, or columns `licensed_seat`; quantities are exact decimals."""
    parts = [p.strip() for p in _text(row, ("licensed",)).split(";") if p.strip()]
    parts += [f"{v} {k.removeprefix('licensed_')}" for k, v in row.items() if k.startswith("licensed_") and v]
    for part in parts:
        quantity, unit, *since = part.split() if len(part.split()) > 1 else (part, "")
        try:
            parse_decimal(quantity)
        except ValueError:
            raise BadRow("RBI05", f"`{part}` is no licensed quantity", "write it as `5 seat`") from None
        if not unit:
            raise BadRow("RBI05", f"the licensed quantity `{part}` has no unit", "write it as `5 seat`")
        if since and not (len(since) == 2 and since[0] == "from" and _is_day(since[1])):
            hint = "write it as `5 seat` or `5 seat from 2026-03-01`"
            raise BadRow("RBI05", f"`{part}` does not say from when", hint)
    return "; ".join(parts)


def _coupons(text: str) -> str:
    """`a; b@2026-03-01`: names, each with the day it was redeemed."""
    for part in (p.strip() for p in text.split(";")):
        name, at, day = part.partition("@")
        if part and (not name or (at and not _is_day(day))):
            raise BadRow("RBI03", f"the coupon `{part}` has no name or no date", "write it as `name@YYYY-MM-DD`")
    return text


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True
