"""The tables a group is rated with: what each price version's lines carry, and the rows of its curves."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import duckdb
import pyarrow as pa

from engine.bulk.cohort import Cohort, Metered, rounding_of
from engine.bulk.division import NARROW
from engine.bulk.group import Group
from engine.bulk.narrow import PART, REACH, Usage
from engine.bulk.sheets import ROWS, Sheet, curves_of, tables_of, wholes
from engine.calendar import to_instant
from engine.metering.columns import of_rows

_WIDE = pa.decimal128(38, 0)


class Row(NamedTuple):
    """A row of table `versions`: one price version of one member of the group.

    `sheet`: which of the group's sheets prices it, over `money` and `quantity`. `narrow`: its denominators suit the
    narrow plan. `den`: what quantities of its narrow lines are over.
    """

    head: int
    key: int
    price_ver: int
    cohort: int
    charge: str
    label: str
    unit: str | None
    place: str
    taxed: str
    start_us: int
    end_us: int
    den: int | None
    sheet: int
    resting: bool
    mode: str
    step: int
    free_num: int | None
    free_den: int
    money: int
    quantity: int
    narrow: bool


_TYPES: dict[str, pa.DataType] = {
    "head": pa.int32(), "key": pa.int32(), "price_ver": pa.int16(), "cohort": pa.int32(), "charge": pa.string(),
    "label": pa.string(), "unit": pa.string(), "place": pa.string(), "taxed": pa.string(), "start_us": pa.int64(),
    "end_us": pa.int64(), "den": pa.int64(), "sheet": pa.int32(), "resting": pa.bool_(), "mode": pa.string(),
    "step": _WIDE, "free_num": _WIDE, "free_den": _WIDE, "money": _WIDE, "quantity": _WIDE, "narrow": pa.bool_(),
}  # fmt: skip
_VERSIONS = pa.schema(list(_TYPES.items()))
_HEADS = "head, cohort, charge, label, unit, place, taxed, start_us, end_us, den"


def sheets_of(group: Group) -> tuple[list[Sheet], list[int]]:
    """The distinct sheets of a group, and for each version in the order of members the number of its own."""
    sheets: dict[int, tuple[int, Sheet]] = {}
    numbers = []
    for _, metered in group.members:
        for version in metered.versions:
            number, _ = sheets.setdefault(id(version.sheet), (len(sheets), version.sheet))
            numbers.append(number)
    return [sheet for _, sheet in sheets.values()], numbers


def load_versions(con: duckdb.DuckDBPyConnection, group: Group, usage: Usage | None) -> None:
    """Tables `versions` and `curves` of a group, and its rows of `bulk_heads`; `usage`: for the narrow plan."""
    first = con.execute("SELECT count(*) FROM bulk_heads").fetchall()[0][0]
    sheets, numbers = sheets_of(group)
    rows: list[Row] = []
    moments = _Instants()
    for key, (cohort, metered) in enumerate(group.members):
        for price_ver in range(len(metered.versions)):
            own = sheets[numbers[len(rows)]]
            place = (first + len(rows), key, price_ver, numbers[len(rows)])
            rows.append(_row(place, own, cohort, metered, usage, moments))
    con.register("version_data", of_rows(rows, _VERSIONS))
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE versions AS SELECT v.* REPLACE ({wholes(_VERSIONS, 'v')}) FROM version_data v"
    )
    con.execute(f"INSERT INTO bulk_heads SELECT {_HEADS} FROM version_data")
    con.unregister("version_data")
    if usage is not None:
        con.register("curve_data", curves_of(sheets))
        con.execute("CREATE OR REPLACE TEMP TABLE curves AS SELECT * FROM curve_data")
        con.unregister("curve_data")


def load_rates(con: duckdb.DuckDBPyConnection, group: Group) -> None:
    """Table `rates`: all curve rows by version, their numbers of 128 bits. Raises `TooWide`."""
    con.register("curve_row_data", tables_of(sheets_of(group)[0]))
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE rates AS
        SELECT v.key, v.price_ver, v.money, v.quantity, v.free_num, v.free_den, v.resting,
          r.* EXCLUDE (sheet) REPLACE ({wholes(ROWS, "r")})
        FROM versions v JOIN curve_row_data r USING (sheet)"""
    )
    con.unregister("curve_row_data")


class _Instants(dict[tuple[dt.datetime, str], int]):
    """Instants of local times: most versions of a run share theirs."""

    def __missing__(self, local: tuple[dt.datetime, str]) -> int:
        self[local] = found = to_instant(*local)
        return found


def _row(
    place: tuple[int, int, int, int], sheet: Sheet, cohort: Cohort, metered: Metered, usage: Usage | None,
    moments: _Instants,
) -> Row:  # fmt: skip
    """`place`: head, key, price version, number of the sheet."""
    head, key, price_ver, number = place
    version, meter = metered.versions[price_ver], cohort.book.meter(metered.meter)
    charge, zone = version.charge, cohort.subject.timezone
    rounding = rounding_of(cohort, charge)
    # an ordered charge's quantities come without what is free
    free = charge.free.quantity if charge.free is not None and version.compiled.ordered is None else None
    free_num, free_den = (None, 1) if free is None else (free.numerator, free.denominator)
    start, end = max(version.interval[0], cohort.service[0]), min(version.interval[1], cohort.service[1])
    narrow = usage is not None and _suits(sheet, usage, free_num or 0, free_den, rounding.step)
    return Row(
        head, key, price_ver, cohort.number, charge.name, charge.label or charge.name, meter.unit or meter.currency,
        str(charge.place) if charge.place.line else "", ",".join(charge.taxed), moments[start, zone],
        moments[end, zone], usage.den * free_den if narrow and usage is not None else None, number,
        version.compiled.resting, rounding.mode, rounding.step, free_num, free_den, sheet.money, sheet.quantity, narrow,
    )  # fmt: skip


def _suits(sheet: Sheet, usage: Usage, free_num: int, free_den: int, step: int) -> bool:
    """Whether all denominators leave room for the narrow plan's numbers."""
    small = sheet.money * sheet.quantity * usage.den < NARROW
    return small and step < PART and max(usage.top * free_den, free_num * usage.den, free_den * usage.den) < REACH
