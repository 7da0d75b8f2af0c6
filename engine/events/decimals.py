"""Exact numbers of events: decimal text in, Decimal with at most 12 places out, never a float."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import (
    MAX_EMAX,
    MAX_PREC,
    MIN_EMIN,
    ROUND_HALF_UP,
    Context,
    Decimal,
    Inexact,
    InvalidOperation,
    Overflow,
)

__all__ = ["LIMIT", "PLACES", "Reading", "canonical_number", "plain_text", "read_number"]

PLACES = 12
LIMIT = Decimal(10) ** 26
_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[InvalidOperation, Overflow, Inexact])
_ROUNDING = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN, rounding=ROUND_HALF_UP, traps=[InvalidOperation])
_PICO = Decimal(1).scaleb(-PLACES)
_MAX_INTEGRAL_EXPONENT = 64


@dataclass(frozen=True, slots=True)
class Reading:
    """One value read as a number: the number, or the quarantine reason, or neither (it is no number at all)."""

    value: Decimal | None = None
    reason: str | None = None
    rounded: bool = False


def canonical_number(text: str) -> Decimal | int:
    """A JSON number literal in one form for one value: 1.0 → 1, 1.50 → 1.5, 1e3 → 1000.

    Raises ArithmeticError where the exponent is beyond what can be held exactly.
    """
    value = _EXACT.create_decimal(text).normalize(_EXACT)
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= 0 and value.adjusted() <= _MAX_INTEGRAL_EXPONENT:
        return int(value)
    return value


def plain_text(value: Decimal | int) -> str:
    """Canonical decimal text, without exponent where it stays readable: 1.5, 1000, 0.0000001."""
    if isinstance(value, int):
        return str(value)
    if abs(value.adjusted()) > _MAX_INTEGRAL_EXPONENT:
        return str(value)
    return format(value, "f")


def read_number(value: object, round_decimals: bool = False) -> Reading:
    """An event's value as a number: JSON integers and decimals, and strings that hold a decimal.

    Booleans, other text, lists and objects are no numbers: the reading is empty and the event is kept.
    """
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return Reading()
    if isinstance(value, str):
        if not value.isascii() or value != value.strip() or "_" in value:
            return Reading()
        try:
            value = _EXACT.create_decimal(value)
        except InvalidOperation:
            return Reading()
        except (Overflow, Inexact):
            return Reading(reason="out-of-range")
    number = Decimal(value)
    if not number.is_finite():
        return Reading(reason="not-finite")
    # the size is judged from the exponent first: 1e999999 must not be written out
    if number and number.adjusted() >= 26:
        return Reading(reason="out-of-range")
    number = number.normalize(_EXACT)
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent >= -PLACES:
        return Reading(value=number)
    if not round_decimals:
        return Reading(reason="too-many-places")
    rounded = number.quantize(_PICO, context=_ROUNDING)
    if abs(rounded) >= LIMIT:
        return Reading(reason="out-of-range")
    return Reading(value=rounded, rounded=True)
