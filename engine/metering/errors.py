"""The errors of this room: a code, a sentence, a hint."""

from __future__ import annotations

import duckdb

__all__ = ["CODES", "MeterError", "QuantityOverflow", "of_duckdb"]

CODES: dict[str, str] = {
    "RBU01": "a quantity does not fit in 38 digits",
    "RBU02": "a segment lacks a column that the meter reads",
    "RBU03": "a meter has no relational form",
    "RBU04": "a segment cannot be read",
    "RBU05": "a metering job is not complete",
}


class MeterError(Exception):
    """A metering job that stopped. `code` is a key of `CODES`; `hint` says what to do next."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(code, message, hint)
        self.code = code
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.code}: {self.message}\n  help: {self.hint}"


class QuantityOverflow(MeterError, ArithmeticError):
    """A quantity, or a step on the way to it, left the 38 digits of an exact decimal; nothing was wrapped."""


def of_duckdb(error: duckdb.Error, meter: str) -> MeterError | None:
    """The engine's refusal in this room's words; None when it is a defect of the query itself."""
    if isinstance(error, duckdb.OutOfRangeException | duckdb.ConversionException):
        return QuantityOverflow(
            "RBU01",
            f"a quantity of meter {meter} does not fit in 38 digits: {str(error).splitlines()[0]}",
            "look for events with absurd values, or measure in a larger unit",
        )
    if isinstance(error, duckdb.IOException | duckdb.InvalidInputException):
        return MeterError(
            "RBU04", f"a segment cannot be read: {str(error).splitlines()[0]}", "restore it from a backup"
        )
    return None
