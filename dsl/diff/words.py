"""Parts of a book in the words of the language: the clause as it is written, or its value."""

from __future__ import annotations

import dataclasses
import datetime as dt
from fractions import Fraction
from typing import Any

from engine.model import (
    Anchor,
    Bound,
    Committed,
    Compare,
    Cycle,
    Matrix,
    Measure,
    OneOf,
    PercentOf,
    Place,
    Price,
    Property,
    Rate,
    Series,
    Span,
    Tiered,
)
from engine.model.meters import All, AnyOf, Binary, Not, Number, Window
from engine.money import PICO, format_ratio

MONEY = {"amount", "plus_flat", "plus_each", "at_least", "at_most", "worth", "absorb_below"}
"""Fields that hold pico."""


@dataclasses.dataclass(frozen=True, slots=True)
class Words:
    """How values of one book are said: its currency, and the unit (with its worth) that quantities are counted in."""

    currency: str
    unit: str = ""
    factor: Fraction = Fraction(1)

    def money(self, pico: int | Fraction) -> str:
        """An amount: `USD 0.022`."""
        return f"{self.currency} {number(Fraction(pico) / PICO)}"

    def quantity(self, quantity: Fraction) -> str:
        """A quantity in its unit: `50 TB`."""
        return f"{number(quantity / self.factor)} {self.unit}".rstrip()

    def of(self, value: Any, field: str = "") -> str:
        """Any part: its clause where it has one on one line, else its value; nothing is `none`."""
        if value is None or value == ():
            return "none"
        if isinstance(value, Price):
            return self.price(value)
        place = getattr(value, "place", None)
        if isinstance(place, Place) and place.text and not place.text.rstrip().endswith("{"):
            return " ".join(place.text.split())
        return self.value(value, field)

    def value(self, value: Any, field: str = "") -> str:
        """A value of a field."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, int | Fraction):
            if field in MONEY:
                return self.money(value)
            if field in ("quantity", "step", "least"):
                return self.quantity(Fraction(value))
            return f"{number(Fraction(value) * 100)}%" if field in SHARES else number(Fraction(value))
        if isinstance(value, str | dt.date):
            return str(value)
        if isinstance(value, tuple | frozenset):
            return ", ".join(
                self.of(item, field) for item in (sorted(value) if isinstance(value, frozenset) else value)
            )
        return said(value) or self._fields(value)

    def _fields(self, value: Any) -> str:
        """The fields of a small part that differ from what it says by itself: `due 30 days, automatic`."""
        found = []
        for one in dataclasses.fields(value):
            item = getattr(value, one.name)
            if not one.compare or item == one.default or item is None:
                continue
            name = one.name.rstrip("_").replace("_", " ")
            found.append(name if item is True else f"{name} {self.of(item, one.name)}")
        return ", ".join(found) or "default"

    def bound(self, bound: Bound | None, lower: Bound | None) -> str:
        """A tier by its bounds: `up to 1 TB`, `above 1 TB up to 50 TB`, `above 50 TB`."""
        above = "" if lower is None else f"above {self._bound(lower)}"
        upto = "" if bound is None else f"up to {self._bound(bound)}"
        return f"{above} {upto}".strip() or "any quantity"

    def _bound(self, bound: Bound) -> str:
        if bound.label:
            return bound.label
        per = "" if bound.per_span is None else f" per {span(bound.per_span)}"
        return self.quantity(bound.value) + (per or ("" if bound.per_meter is None else f" per {bound.per_meter}"))

    def price(self, price: Price) -> str:
        """A price on one line."""
        match price:
            case Rate():
                text = " ".join(price.label.split()) or self._rate(price)
            case Tiered():
                lowers = (None, *(t.upper for t in price.tiers))
                rows = (
                    f"{self.bound(t.upper, low)}: {self.price(t.price)}"
                    for t, low in zip(price.tiers, lowers, strict=False)
                )
                each = " each event" if price.each_event else ""
                text = f"{price.mode}{each} ({'; '.join(rows)})"
            case Matrix():
                cells = [(keys(c.keys), c.price) for c in price.cells]
                cells += [] if price.otherwise is None else [("otherwise", price.otherwise)]
                axes = ", ".join(f"band of {a.calendar}" if a.calendar else a.name for a in price.axes)
                text = f"matrix by {axes} ({'; '.join(f'{key}: {self.price(p)}' for key, p in cells)})"
            case Committed():
                first = f"committed {self.quantity(price.quantity)} for {self.money(price.amount)}"
                return f"{first} then {self.price(price.then)}"
            case PercentOf():
                return f"{number(price.share * 100)}% of {', '.join(price.charges) or 'everything'}"
            case Series():
                return f"series {price.name} per {self.quantity(price.per)}"
        return text + self._additions(price)

    def _rate(self, rate: Rate) -> str:
        match rate.kind:
            case "percent":
                return f"{number(rate.share * 100)}%{' of gross' if rate.gross else ''}"
            case "not_sold":
                return "not sold"
            case "flat":
                return f"flat {self.money(rate.amount)}"
        per = self.unit if rate.per == self.factor and self.unit else self.quantity(rate.per)
        return f"{'package ' if rate.kind == 'package' else ''}{self.money(rate.amount)} per {per}"

    def _additions(self, price: Rate | Tiered | Matrix) -> str:
        texts = (
            f" plus flat {self.money(price.plus_flat)}" if price.plus_flat else "",
            f" plus {self.money(price.plus_each)} each" if price.plus_each else "",
            "" if price.at_least is None else f" at least {self.money(price.at_least)}",
            "" if price.at_most is None else f" at most {self.money(price.at_most)}",
        )
        return "".join(texts)


SHARES = {"share", "floor", "ceiling", "overage", "rollover", "rate", "absorb_share"}
"""Fields that hold a ratio which is written in percent."""


def number(value: Fraction) -> str:
    """An exact number with groups of three."""
    text = format_ratio(value, 24)
    whole, dot, places = text.partition(".")
    return text if "/" in text else _grouped(whole) + dot + places


def keys(found: tuple[str | None, ...]) -> str:
    """The keys of a matrix row."""
    return ", ".join("any" if key is None else key for key in found)


def span(value: Span) -> str:
    """A length of time: `1 month`, `3 hours`."""
    return f"{value.count} {value.unit.replace('_', ' ')}{'s' if value.count != 1 else ''}"


def said(value: Any) -> str:
    """Parts that have a phrase of their own; empty for all others."""
    match value:
        case Span():
            return span(value)
        case Measure():
            return _measure(value)
        case Cycle():
            return f"every {span(value.length)} in {value.timing} from {said(value.anchor)}"
        case Anchor():
            return _anchor(value)
        case Compare():
            right = value.other if value.literal is None else _literal(value.literal)
            return f"{value.name} {value.operator} {right}"
        case OneOf():
            return f"{value.name} in [{', '.join(_literal(v) for v in value.values)}]"
        case Not():
            return f"not ({said(value.inner)})"
        case All():
            return " and ".join(_inner(part) for part in value.parts)
        case AnyOf():
            return " or ".join(_inner(part) for part in value.parts)
        case Property():
            return value.name if value.default is None else f"{value.name} or {number(value.default)}"
        case Number():
            return number(value.value)
        case Binary():
            return f"{_operand(value.left)} {value.operator} {_operand(value.right)}"
    return ""


def _anchor(anchor: Anchor) -> str:
    if anchor.signup:
        return "signup"
    if anchor.weekday is not None:
        return f"weekday {anchor.weekday + 1}"
    return f"day {anchor.day}" + ("" if anchor.month is None else f" of month {anchor.month}")


def _inner(part: Any) -> str:
    text = said(part)
    return f"({text})" if isinstance(part, All | AnyOf) else text


def _operand(part: Any) -> str:
    return f"({said(part)})" if isinstance(part, Binary) else said(part)


def _literal(value: str | Fraction | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return number(value) if isinstance(value, Fraction) else f'"{value}"'


def _measure(measure: Measure) -> str:
    percentile = "" if measure.percentile is None else f" {number(measure.percentile)}"
    text = f"{measure.aggregation}{percentile}"
    if measure.running:
        text = f"running {text}"
    if measure.value is not None:
        text += f" of {'changes of ' if measure.changes else ''}{said(measure.value)}"
    if measure.least is not None:
        text += f" at least {number(measure.least)}"
    if measure.most is not None:
        text += f" at most {number(measure.most)}"
    if measure.operation is not None:
        text += f" with adds and removes in {measure.operation}"
    if measure.carried:
        text += " carried over"
    if measure.window is not None:
        text += f" over {_window(measure.window)}"
    if measure.then is not None:
        last = "" if measure.then_percentile is None else f" {number(measure.then_percentile)}"
        text += f" then {measure.then}{last}"
    return text


def _window(window: Window) -> str:
    step = "" if window.step is None else f" every {span(window.step)}"
    return f"{window.kind} {span(window.size)}{step}"


def _grouped(whole: str) -> str:
    """Digits with groups of three; the sign of -0.5 stays."""
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.removeprefix('-')):_}"
