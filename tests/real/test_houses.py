"""British homes under a two-rate tariff: summer time, repeated times, gaps and float noise, against a bill by hand."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.real.hand import Month, two_rate
from tests.workspace.kit import NOW, World

Bill = tuple[Fraction, Fraction, Fraction]
HALF_HOURS = [
    ("uk_house_halfhourly_2012_a.csv.gz", dt.date(2012, 10, 12), "2012-10-01..2014-01-31", 16),
    ("uk_house_halfhourly_2012_b.csv.gz", dt.date(2012, 1, 3), "2012-01-01..2014-12-31", 36),
]


def ready(made: World, root: Path, start: dt.date) -> None:
    """The tariff published, one home subscribed."""
    made.do("publish", root / "pricebooks/real/uk_two_rate.rate", "--now", NOW)
    made.subscribe({"id": "home", "customer": "home", "plan": "home", "start": start.isoformat()})


def take(made: World, path: Path, *more: str) -> dict[str, Any]:
    """Take readings in with the mapping of data/README.md."""
    mapping = "type='meter.reading',source='meter',subject='home',time=start,value=value"
    return made.do("ingest", path, "--map", mapping, "--now", NOW, *more)


def billed(made: World) -> dict[Month, Bill]:
    """(energy, standing, tax) of each month that has an invoice."""
    found: dict[Month, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    months: dict[str, Month] = {}
    for line in made.lines():
        if line["start_us"] is not None:
            middle = dt.datetime.fromtimestamp(line["end_us"] // 10**6 - 7200, dt.UTC)
            months[line["invoice"]] = (middle.year, middle.month)
    for line in made.lines():
        found[months[line["invoice"]]][line["name"]] += Fraction(line["amount"])
    return {m: (f["energy"], f["standing"], f["vat"]) for m, f in found.items()}


@pytest.mark.parametrize(("name", "first", "period", "months"), HALF_HOURS)
def test_half_hours_of_2012(
    made: World, root: Path, real_data: Path, name: str, first: dt.date, period: str, months: int
) -> None:
    ready(made, root, first)
    report = take(made, real_data / name)
    assert (report["conflicts"], report["quarantined"]) == (0, 0)
    assert report["duplicates"] > 10
    made.run(period)
    expected = two_rate(real_data / name, first)
    found = billed(made)
    assert {m: found[m] for m in expected} == expected
    assert len(found) == months
    # a month without a single reading still owes its standing charge
    assert all(found[m][0] == 0 and found[m][1] > 0 for m in found.keys() - expected.keys())
    made.prove(period, most=1)


def test_hours_with_float_noise_are_refused_or_rounded_by_name(made: World, root: Path, real_data: Path) -> None:
    path, first = real_data / "uk_house_hourly_2020_2022.csv.gz", dt.date(2020, 4, 1)
    ready(made, root, first)
    refused = take(made, path)
    assert list(refused["reasons"]) == ["too-many-places"]
    accepted = take(made, path, "--round-decimals")
    assert accepted["quarantined"] == 0
    assert accepted["accepted"] == accepted["rounded"] == refused["quarantined"] > 100
    assert accepted["duplicates"] == refused["accepted"]
    made.run("2020-04-01..2022-11-30")
    expected = {m: b for m, b in two_rate(path, first).items() if m != (2022, 12)}
    assert billed(made) == expected
    made.prove("2020-04-01..2022-11-30", most=1)
