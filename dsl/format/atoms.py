"""How names, texts, numbers and times are written, and the few nodes whose words depend on what they hold."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from dsl import syntax as s

# Amounts are read in thousands from four digits on; a property's value may be a year or a code, so from five
GROUPED_FROM = 4
VALUES_GROUPED_FROM = 5
_MICROS = 1_000_000
_DIVISORS = {"%": 100, "bp": 10_000}


def decimal_text(value: Decimal, grouped_from: int = GROUPED_FROM) -> str:
    """A decimal with the places it was written with, thousands in groups: `1_000.50`."""
    whole, point, places = f"{abs(value):f}".partition(".")
    grouped = f"{int(whole):_}" if len(whole) >= grouped_from else whole
    return "-" * value.is_signed() + grouped + point + places


def share_text(share: s.Share) -> str:
    """`12.5%` or `250bp`, exactly, with at least the places it was written with."""
    value = share.ratio * _DIVISORS[share.written]
    places = share.places
    while (value * 10**places).denominator != 1:
        places += 1
    return decimal_text(_scaled(value, places)) + share.written


def _scaled(value: Fraction, places: int) -> Decimal:
    sign, digits = int(value < 0), str(abs((value * 10**places).numerator))
    return Decimal((sign, tuple(int(digit) for digit in digits), -places))


def clock_text(clock: s.Clock) -> str:
    """`18:00`, `12:30:15` or `12:30:15.5`."""
    seconds, micros = divmod(clock.microseconds, _MICROS)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}"
    if seconds % 60 or micros:
        text += f":{seconds % 60:02}"
    return text + (f".{micros:06}".rstrip("0") if micros else "")


def counted(count: str, noun: str) -> str:
    """`1 day`, `14 days`."""
    return f"{count} {noun}" if count == "1" else f"{count} {noun}s"


Write = Callable[[Any], str]


def _literal(node: s.Node, write: Write) -> str:
    return decimal_text(node.value, VALUES_GROUPED_FROM) if isinstance(node, s.Number) else write(node)


def _values(nodes: tuple[s.Node, ...], write: Write) -> str:
    return ", ".join(_literal(node, write) for node in nodes)


def _membership(node: s.Membership, write: Write) -> str:
    return f"{write(node.subject)}{' not' * node.negated} in [{_values(node.values, write)}]"


def _rounding(node: s.Rounding, write: Write) -> str:
    text = f"rounded {node.mode}" if node.mode else "rounded"
    if node.resolution is not None:
        text += " to a multiple of " if isinstance(node.resolution, s.Money) else " to "
        text += write(node.resolution)
    return text + (f" each {node.grain}" if node.grain else "")


def _band_rule(node: s.BandRule, write: Write) -> str:
    parts = [write(node.days), write(node.hours), "except holidays" * node.except_holidays]
    parts += [f"in {write(part)}" for part in (node.months, node.seasons) if part]
    return " ".join(part for part in parts if part)


def _bill(node: s.Bill, write: Write) -> str:
    text = f"bill {'every ' * isinstance(node.cadence, s.Duration)}{write(node.cadence)}"
    text += f" in {node.timing}" if node.timing else ""
    return text + (f" on {write(node.anchor)}" if node.anchor else "")


def _flat(node: s.Flat, write: Write) -> str:
    """A cadence of one is written without its number: `every month`."""
    text = f"flat {write(node.amount)}"
    if isinstance(node.cadence, s.Duration):
        return f"{text} every {node.cadence.unit if node.cadence.count == 1 else write(node.cadence)}"
    return text + (f" {write(node.cadence)}" if node.cadence else "")


WRITERS: dict[type[s.Node], Callable[[Any, Write], str]] = {
    s.Name: lambda node, write: node.text,
    s.Text: lambda node, write: f'"{node.value}"',
    s.Number: lambda node, write: decimal_text(node.value),
    s.Share: lambda node, write: share_text(node),
    s.Date: lambda node, write: node.value.isoformat(),
    s.Month: lambda node, write: node.value.isoformat()[:7],
    s.MonthDay: lambda node, write: f"{node.month:02}-{node.day:02}",
    s.Clock: lambda node, write: clock_text(node),
    s.Duration: lambda node, write: counted(decimal_text(Decimal(node.count)), node.unit),
    s.Period: lambda node, write: node.unit,
    s.Decimals: lambda node, write: counted(write(node.count), "decimal"),
    s.Limit: lambda node, write: f"limit {counted(write(node.count), 'redemption')}",
    s.Rounding: _rounding,
    s.Dimension: lambda node, write: f"dimension {node.name.text} {{ {write(node.values)} }}",
    s.BandRule: _band_rule,
    s.Defaulted: lambda node, write: f"{write(node.property)} or {_literal(node.default, write)}",
    s.Comparison: lambda node, write: f"{write(node.left)} {node.operator} {_literal(node.right, write)}",
    s.Membership: _membership,
    s.Attribute: lambda node, write: f"{write(node.property)} = {_literal(node.value, write)}",
    s.Bill: _bill,
    s.Flat: _flat,
}
