"""Bills computed by hand: csv, fractions and the clock of the place; nothing of the engine."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
CENT = Fraction(1, 100)
Month = tuple[int, int]


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV file, packed or not."""
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
    yield from csv.DictReader(io.StringIO(text, newline=""))


def cents(amount: Fraction) -> Fraction:
    """Rounded to the cent, half away from zero."""
    sign = -1 if amount < 0 else 1
    return sign * CENT * ((abs(amount) / CENT + Fraction(1, 2)) // 1)


def places(value: str, digits: int) -> Fraction:
    """A decimal text as a fraction, rounded to so many places, half away from zero."""
    exact = Fraction(value)
    step = Fraction(1, 10**digits)
    return (1 if exact >= 0 else -1) * step * ((abs(exact) / step + Fraction(1, 2)) // 1)


def two_rate(path: Path, first: dt.date) -> dict[Month, tuple[Fraction, Fraction, Fraction]]:
    """(energy, standing, tax) of each month of a British house from the local day `first` on."""
    seen: set[tuple[str, str]] = set()
    sums: dict[Month, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for row in rows(path):
        if (row["start"], row["value"]) in seen:
            continue
        seen.add((row["start"], row["value"]))
        moment = dt.datetime.fromisoformat(row["start"])
        local = (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(LONDON)
        if local.date() >= first:
            sums[local.year, local.month]["night" if local.hour < 7 else "day"] += places(row["value"], 12)
    return {month: _house(month, found, first) for month, found in sums.items()}


def _house(month: Month, used: dict[str, Fraction], first: dt.date) -> tuple[Fraction, Fraction, Fraction]:
    start = dt.date(*month, 1)
    end = (start + dt.timedelta(days=31)).replace(day=1)
    energy = cents(used["night"] * Fraction("0.0755") + used["day"] * Fraction("0.1620"))
    standing = cents(Fraction("0.25") * (end - max(start, first)).days)
    return energy, standing, cents(energy / 20) + cents(standing / 20)


def language_model(path: Path) -> tuple[Fraction, Fraction, Fraction]:
    """(input, output, requests) of a trace of requests."""
    found = list(rows(path))
    read = Fraction(sum(int(r["ContextTokens"]) for r in found), 10**6)
    written = Fraction(sum(int(r["GeneratedTokens"]) for r in found), 10**6)
    return (
        cents(min(read, Fraction(10)) * 3 + max(read - 10, Fraction(0)) * Fraction("2.40")),
        cents(written * 15),
        cents(Fraction(max(len(found) - 1000, 0), 1000) * Fraction("0.02")),
    )


def web(path: Path) -> tuple[Fraction, Fraction]:
    """(traffic, requests) of a web log."""
    sent, answered = Fraction(0), defaultdict[str, int](int)
    for row in rows(path):
        if int(row["status"]) < 400:
            sent += Fraction(int(row["bytes"] or 0), 10**9)
        if int(row["status"]) < 500:
            answered[row["method"]] += 1
    tiers = (
        (Fraction(0), Fraction(1), "0.12"),
        (Fraction(1), Fraction(10), "0.085"),
        (Fraction(10), sent + 10, "0.06"),
    )
    traffic = sum((max(min(sent, high) - low, Fraction(0)) * Fraction(rate) for low, high, rate in tiers), Fraction(0))
    rates = {"GET": "0.75", "HEAD": "0.75", "POST": "1.20", "OPTIONS": "0"}
    return cents(traffic), cents(
        sum((Fraction(n, 1000) * Fraction(rates[m]) for m, n in answered.items()), Fraction(0))
    )
