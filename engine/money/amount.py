"""Money: a signed integer of pico-units (10^-12 of the major unit) and a currency."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

PICO = 10**12
LIMIT = 10**38
"""|pico| must stay below this: what decimal128(38,12) carries in every engine and file."""


class AmountOverflow(ArithmeticError):
    """An amount of money left the domain |pico| < 10^38."""

    code = "RBM01"


class CurrencyMismatch(ValueError):
    """Two currencies met in one operation."""

    code = "RBM02"


def check_pico(pico: int) -> int:
    """Return `pico` unchanged, or raise `AmountOverflow` outside the domain."""
    if not isinstance(pico, int) or isinstance(pico, bool):
        raise TypeError(f"an amount is an integer of pico-units, not {type(pico).__name__}")
    if not -LIMIT < pico < LIMIT:
        raise AmountOverflow(f"an amount of {len(str(abs(pico)))} digits of pico does not fit in 38")
    return pico


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An exact amount. `Money(9_990_000_000_000, "USD")` is USD 9.99."""

    pico: int
    currency: str

    def __post_init__(self) -> None:
        check_pico(self.pico)

    @classmethod
    def of(cls, text: str | int | Fraction, currency: str) -> Money:
        """Money from a decimal string, an integer of major units, or an exact ratio of them."""
        return cls(parse_pico(text), currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.pico + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.pico - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.pico, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.pico < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.pico <= self._same(other)

    def __bool__(self) -> bool:
        return self.pico != 0

    def __str__(self) -> str:
        return f"{self.currency} {format_pico(self.pico)}"

    def _same(self, other: Money) -> int:
        if not isinstance(other, Money):
            raise TypeError(f"money and {type(other).__name__} do not mix")
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not mix")
        return other.pico


def parse_decimal(text: str) -> Fraction:
    """An exact ratio from a plain decimal string (underscores allowed, no exponent)."""
    digits = text.replace("_", "").strip()
    body = digits[1:] if digits[:1] in "+-" else digits
    whole, _, places = body.partition(".")
    if not (whole + places).isascii() or not (whole + places).isdigit():
        raise ValueError(f"`{text}` is not a decimal number")
    value = Fraction(int(whole + places), 10 ** len(places))
    return -value if digits.startswith("-") else value


def parse_pico(value: str | int | Fraction) -> int:
    """Pico-units of a decimal string, an integer or an exact ratio; floats are refused."""
    if isinstance(value, bool) or not isinstance(value, (str, int, Fraction)):
        raise TypeError(f"money is not made from {type(value).__name__}; use a decimal string")
    ratio = parse_decimal(value) if isinstance(value, str) else Fraction(value)
    scaled = ratio * PICO
    if scaled.denominator != 1:
        raise ValueError(f"`{value}` has more than 12 decimals")
    return check_pico(scaled.numerator)


def format_pico(pico: int, decimals: int = 2) -> str:
    """A decimal string with at least `decimals` places and no further trailing zeros."""
    sign = "-" if pico < 0 else ""
    whole, places = divmod(abs(pico), PICO)
    text = f"{places:012d}".rstrip("0").ljust(decimals, "0")
    return f"{sign}{whole}.{text}" if text else f"{sign}{whole}"


def format_ratio(value: Fraction, places: int = 12) -> str:
    """A ratio as a decimal string when it terminates within `places`, else as `n/d`."""
    scaled = value * 10**places
    if scaled.denominator != 1:
        return f"{value.numerator}/{value.denominator}"
    sign = "-" if scaled < 0 else ""
    whole, rest = divmod(abs(scaled.numerator), 10**places)
    text = f"{rest:0{places}d}".rstrip("0") if places else ""
    return f"{sign}{whole}.{text}" if text else f"{sign}{whole}"
