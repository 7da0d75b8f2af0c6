"""Quantities on the command line: `10`, `10 call`, `USD 200`; usage: `calls=10 call region=eu`."""

from __future__ import annotations

from fractions import Fraction

from engine.model import Book, GivenUsage, Scalar
from engine.money import parse_decimal
from workbench.output import WrongUse


def quantity(book: Book, amount: str, own: Fraction, text: str) -> Fraction:
    """Base units of an amount, or major units of money; `own`: base units of one where no unit is said.

    Raises `WrongUse` naming the whole `text` for what is no quantity, or in a unit that the book does not have.
    """
    first, _, second = amount.partition(" ")
    number, unit = (second.strip(), first) if first == book.currency.code else (first, second.strip())
    if unit == book.currency.code and all(u.name != unit for u in book.units):
        unit, own = "", Fraction(1)
    try:
        return parse_decimal(number) * (book.unit(unit).factor if unit else own)
    except ValueError:
        hint = "write a number, and a unit where it is another one: `calls=10 call`, `5 seat`, `sales=USD 200`"
        raise WrongUse(f"`{text}` has no quantity", hint) from None
    except KeyError:
        raise WrongUse(f"book {book.name} has no unit `{unit}`") from None


def usage(book: Book, text: str) -> GivenUsage:
    """What a meter measured, in its own unit where none is said, of one slice where values are said."""
    head, *rest = text.split()
    name, _, first = head.partition("=")
    amount = " ".join([first, *(word for word in rest if "=" not in word)])
    slices: tuple[tuple[str, Scalar], ...] = tuple(
        (key, value) for key, _, value in (word.partition("=") for word in rest if "=" in word)
    )
    unit = next((m.unit for m in book.meters if m.name == name), None)
    own = Fraction(1) if unit is None else book.unit(unit).factor
    return GivenUsage(name, quantity(book, amount, own, text), attributes=slices)
