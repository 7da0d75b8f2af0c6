"""What one unit of a commitment in units costs at an instant: by the charge, at list, and beyond the commitment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from engine.calendar import BandTable, band_table, to_local
from engine.model import Book, Charge, Commit, Matrix, Price, Rate
from engine.rating.errors import BadRequest
from engine.rating.rates import slope

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Priced:
    """A charge that a commitment covers, as the contract prices it and at list."""

    charge: Charge
    listed: Charge


def tables_of(book: Book, commit: Commit, priced: Priced, window: tuple[int, int], zone: str) -> dict[str, BandTable]:
    """Band tables of the commitment's own calendar and of those that price the charge."""
    names = {commit.band[0]} if commit.band is not None else set()
    for price in (priced.charge.price, priced.listed.price):
        if isinstance(price, Matrix):
            names.update(axis.calendar for axis in price.axes if axis.calendar is not None)
    tables: dict[str, BandTable] = {}
    for name in names:
        calendar = book.calendar(name)
        here = calendar.timezone or zone
        days = to_local(window[0], here).date() - DAY, to_local(window[1], here).date() + DAY
        tables[name] = band_table(calendar, here, *days)
    return tables


def plain_slope(price: Price) -> Fraction:
    """Pico per base unit of a price that is the same for every unit; raises `BadRequest` for any other."""
    if isinstance(price, Rate) and price.kind == "unit":
        return slope(price)
    raise BadRequest("an overage beyond an amount has one price for a unit", price.place, "write e.g. `USD 2 per call`")


def rate_at(price: Price, tables: Mapping[str, BandTable], instant: int) -> Fraction:
    """Pico per base unit of a plain rate, or of the row of the band at an instant."""
    match price:
        case Rate(kind="unit"):
            return slope(price)
        case Matrix(axes=(axis,)) if axis.calendar is not None:
            band = tables[axis.calendar].at(instant)
            row = next((cell.price for cell in price.cells if cell.keys[0] in (band, None)), price.otherwise)
            if row is not None:
                return rate_at(row, tables, instant)
    raise BadRequest("a commitment in units needs one price for a unit, the same for all of them", price.place)


def overage_rate(
    commit: Commit, priced: Priced, tables: Mapping[str, BandTable], instant: int, rate: Fraction
) -> Fraction:
    """Pico per base unit of what is beyond a commitment at an instant; `rate` is the charge's own."""
    if commit.overage_price is not None:
        return rate_at(commit.overage_price, tables, instant)
    if commit.overage is not None:
        return commit.overage * rate_at(priced.listed.price, tables, instant)
    return rate
