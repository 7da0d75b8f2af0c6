"""What the command line asks about: a plan or contract, an open quantity, everything else given."""

from __future__ import annotations

import argparse
import datetime as dt
from dataclasses import replace
from fractions import Fraction

from engine.model import Book, GivenCoupon, GivenLicensed, GivenUsage, Scalar
from engine.money import PICO, parse_decimal
from engine.questions import Asked, BadQuestion, first_period
from engine.questions.suited import check_variable
from engine.rating.shares import Interval
from engine.runs import RunPeriod
from workbench.output import WrongUse
from workbench.quantities import quantity, usage


def arguments(parser: argparse.ArgumentParser) -> None:
    """What every question takes."""
    parser.add_argument("--plan", required=True, metavar="P", help="a plan, or a contract")
    parser.add_argument("--usage", required=True, metavar="U", help="a meter or a licensed unit; `calls region=eu`")
    parser.add_argument(
        "--given", action="append", default=[], metavar="G", help="other usage: `storage=5 TB`, `seat=5`"
    )
    parser.add_argument("--coupon", action="append", default=[], metavar="C")
    parser.add_argument("--period", metavar="D", help="one billing period; else the first of the newest price")
    parser.add_argument("--from", dest="start", default="0", metavar="Q")
    parser.add_argument("--to", dest="stop", metavar="Q")


def asked_of(book: Book, options: argparse.Namespace, *names: str) -> list[Asked]:
    """The questions about these plans or contracts, all of one period."""
    variable, slice_ = _variable(options.usage)
    used, licensed = _given(book, options.given)
    found = [_whom(book, name) for name in names]
    if options.period is not None:
        period = RunPeriod.parse(options.period)
        span: Interval = (dt.datetime.combine(period.start, dt.time()), dt.datetime.combine(period.end, dt.time()))
    else:
        # the later of two: both have their newest price then
        span = max(first_period(book, book.contract(c).plan if c else p or "", c) for p, c in found)
    first = Asked(
        book, variable, span, slice_=slice_, usage=used, licensed=licensed,
        coupons=tuple(_coupon(book, name) for name in options.coupon),
    )  # fmt: skip
    check_variable(first)
    return [replace(first, plan=plan, contract=contract) for plan, contract in found]


def range_of(asked: Asked, options: argparse.Namespace) -> tuple[Fraction, Fraction | None]:
    """The range asked about, in base units."""
    stop = None if options.stop is None else quantity_of(asked, options.stop)
    return quantity_of(asked, options.start), stop


def quantity_of(asked: Asked, text: str) -> Fraction:
    """A quantity in base units of `100`, in the unit of the answer, or of `5 TB`."""
    return quantity(asked.book, text, asked.unit[1], text)


def money_of(book: Book, text: str) -> int:
    """Pico of `100` or `USD 100`."""
    number = text.removeprefix(book.currency.code).strip()
    try:
        amount = parse_decimal(number) * PICO
    except ValueError:
        raise WrongUse(f"`{text}` is no amount in {book.currency.code}", "write it as `100` or `USD 100`") from None
    if amount.denominator != 1:
        raise WrongUse(f"`{text}` has more than 12 decimals")
    return amount.numerator


def _whom(book: Book, name: str) -> tuple[str | None, str | None]:
    if any(p.name == name for p in book.plans):
        return name, None
    if any(c.name == name for c in book.contracts):
        return None, name
    known = ", ".join(dict.fromkeys([*(p.name for p in book.plans), *(c.name for c in book.contracts)]))
    raise BadQuestion(f"the book has no plan and no contract `{name}`", hint=f"one of: {known}")


def _variable(text: str) -> tuple[str, tuple[tuple[str, Scalar], ...]]:
    name, *rest = text.split()
    return name, tuple(_pair(word, text) for word in rest)


def _pair(word: str, text: str) -> tuple[str, Scalar]:
    name, sign, value = word.partition("=")
    if not sign:
        raise WrongUse(f"`{text}` is not understood", "write it as `calls` or `calls region=eu`")
    return name, value


def _given(book: Book, texts: list[str]) -> tuple[tuple[GivenUsage, ...], tuple[GivenLicensed, ...]]:
    used: list[GivenUsage] = []
    licensed: list[GivenLicensed] = []
    meters = [m.name for m in book.meters]
    units = {u.name: u for u in book.units}
    for text in texts:
        name, _, amount = text.partition("=")
        if name in meters:
            used.append(usage(book, text))
        elif name in units:
            licensed.append(GivenLicensed(name, quantity(book, amount, units[name].factor, text)))
        else:
            raise BadQuestion(f"the book has no meter and no unit `{name}`", hint=f"meters: {', '.join(meters)}")
    return tuple(used), tuple(licensed)


def _coupon(book: Book, name: str) -> GivenCoupon:
    if all(c.name != name for c in book.coupons):
        raise BadQuestion(f"the book has no coupon `{name}`")
    return GivenCoupon(name)
