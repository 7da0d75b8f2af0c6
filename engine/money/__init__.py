"""Money, quantities, rounding and allocation. Integers and exact ratios only."""

from engine.money.allocate import allocate
from engine.money.amount import (
    LIMIT,
    PICO,
    AmountOverflow,
    CurrencyMismatch,
    Money,
    check_pico,
    format_pico,
    format_ratio,
    parse_decimal,
    parse_pico,
)
from engine.money.currencies import CURRENCIES, Currency, UnknownCurrency, currency
from engine.money.quantity import Quantity, UnitMismatch
from engine.money.rounding import MODES, Mode, Unsettled, divide, ratio, round_ratio, round_to_step
from engine.money.sums import exact_sum

__all__ = [
    "CURRENCIES",
    "LIMIT",
    "MODES",
    "PICO",
    "AmountOverflow",
    "Currency",
    "CurrencyMismatch",
    "Mode",
    "Money",
    "Quantity",
    "UnitMismatch",
    "UnknownCurrency",
    "Unsettled",
    "allocate",
    "check_pico",
    "currency",
    "divide",
    "exact_sum",
    "format_pico",
    "format_ratio",
    "parse_decimal",
    "parse_pico",
    "ratio",
    "round_ratio",
    "round_to_step",
]
