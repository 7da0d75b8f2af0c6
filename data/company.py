"""Who the sample company's customers are and what each has subscribed to."""

from __future__ import annotations

import calendar
import csv
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np

from data.shapes import Ints

FIRST: Final = "Amber Ash Cedar Delta Ember Fjord Grove Harbor Indigo Jade Krypton Lumen Maple Nova Onyx Oak".split()
LAST: Final = "Analytics Bakery Clinic Dynamics Energy Foods Games Health Imaging Labs Media Nets Optics Arts".split()
STREETS: Final = "Abbey Bridge Church Dean Elm Farm Garden High Ivy Kings Lime Mill North Oak Park Queens".split()
PLACES: Final = (
    ("US", "America/New_York"),
    ("US", "America/Los_Angeles"),
    ("DE", "Europe/Berlin"),
    ("GB", "Europe/London"),
    ("JP", "Asia/Tokyo"),
    ("IN", "Asia/Kolkata"),
    ("BR", "America/Sao_Paulo"),
    ("AU", "Australia/Sydney"),
)
SIGNED: Final = "2026-01-01"
CONTRACT: Final = "founder"
COUPON: Final = "welcome@2026-09-01"


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar month: its first day, and its half-open bounds in microseconds UTC."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read `2026-10`; raises ValueError for anything else."""
        year, _, month = text.partition("-")
        if len(year) != 4 or len(month) != 2 or not (year + month).isdigit() or not 1 <= int(month) <= 12:
            raise ValueError(f"a period is written YYYY-MM, not {text!r}")
        return cls(int(year), int(month))

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, self.month, 1)

    @property
    def days(self) -> int:
        """How many days the month has."""
        return calendar.monthrange(self.year, self.month)[1]

    @property
    def from_us(self) -> int:
        """Where it starts, in microseconds since 1970 UTC."""
        return int(datetime(self.year, self.month, 1, tzinfo=UTC).timestamp()) * 1_000_000

    @property
    def to_us(self) -> int:
        """Where it ends (exclusive), in microseconds since 1970 UTC."""
        return self.from_us + self.days * 86_400_000_000

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


@dataclass(frozen=True, slots=True)
class Company:
    """The accounts by number. The last `homes` of them buy energy; the others buy cloud services.

    `storage`, `tokens` and `calls` hold the numbers of the accounts that subscribed to each, busiest first.
    `joined` and `left` are days after the period's first day (inclusive, exclusive) between which an account is served.
    """

    accounts: int
    homes: int
    storage: Ints
    tokens: Ints
    calls: Ints
    joined: Ints
    left: Ints

    @property
    def cloud(self) -> int:
        """How many accounts buy cloud services; their numbers start at 0."""
        return self.accounts - self.homes


def found(random: np.random.Generator, accounts: int, homes: int, period: Period) -> Company:
    """Draw the company: each cloud account takes one to three products, a few join or leave in the period."""
    cloud = accounts - homes
    products = np.array([1, 2, 4, 3, 4, 6, 2, 5, 7, 4], dtype=np.int64)[random.integers(0, 10, cloud)]
    products[0] = 7  # however small the company is, each product has a customer
    order = random.permutation(cloud).astype(np.int64)
    joined = np.zeros(accounts, dtype=np.int64)
    left = np.full(accounts, period.days, dtype=np.int64)
    moves = random.integers(0, 100, cloud)
    joined[:cloud][moves < 4] = random.integers(1, period.days // 2, cloud)[moves < 4]
    leaves = (moves >= 4) & (moves < 7)
    left[:cloud][leaves] = random.integers(period.days // 2 + 1, period.days, cloud)[leaves]
    storage, tokens, calls = (order[products[order] & bit > 0] for bit in (1, 2, 4))
    return Company(accounts, homes, storage, tokens, calls, joined, left)


def customer_id(number: int) -> str:
    """The id of an account: the subject of its events."""
    return f"cus_{number + 1:06}"


def customers_csv(company: Company) -> str:
    """One row a customer: id, name, email, country, timezone, currency."""
    rows: list[tuple[object, ...]] = [("id", "name", "email", "country", "timezone", "currency")]
    for number in range(company.cloud):
        name = f"{FIRST[number % 16]} {LAST[number // 16 % 14]} {number // 224 + 1}"
        country, zone = PLACES[number * 7 % 8]
        email = f"billing@{name.lower().replace(' ', '-')}.example"
        rows.append((customer_id(number), name, email, country, zone, "USD"))
    for home in range(company.homes):
        number = company.cloud + home
        name = f"{home // 16 + 1} {STREETS[home % 16]} Road"
        rows.append((customer_id(number), name, f"home{home + 1}@post.example", "GB", "Europe/London", "GBP"))
    return _csv(rows)


def subscriptions_csv(company: Company, period: Period) -> str:
    """One row a subscription; `end` is the last day served, empty while it runs; `licensed` has its unit.

    The first account has a contract; a few others came with a coupon, written with the day it was redeemed.
    """
    rows: list[tuple[object, ...]] = [
        ("id", "customer", "book", "plan", "start", "end", "anchor_day", "timezone", "licensed", "contract", "coupons"),
    ]

    def add(number: int, book: str, plan: str, zone: str = "UTC", *terms: str) -> None:
        start, end = company.joined[number], company.left[number]
        first = (period.first + timedelta(days=int(start))).isoformat() if start else SIGNED
        last = (period.first + timedelta(days=int(end) - 1)).isoformat() if end < period.days else ""
        name, blanks = f"sub_{len(rows):06}", [""] * (3 - len(terms))
        rows.append((name, customer_id(number), book, plan, first, last, 1, zone, *terms, *blanks))

    for number in np.sort(company.storage).tolist():
        add(number, "object_storage", "standard", "America/New_York" if number % 20 == 3 else "UTC")
    for number in np.sort(company.tokens).tolist():
        team = number % 5 == 0
        add(number, "llm_api", "team" if team else "payg", "UTC", f"{number // 5 % 40 + 1} seat" if team else "")
    for number in np.sort(company.calls).tolist():
        plan = ("starter", "growth", "bulk", "starter")[number % 4] if number else "growth"
        add(number, "api_calls", plan, "UTC", "", "" if number else CONTRACT, COUPON if number % 16 == 8 else "")
    for number in range(company.cloud, company.accounts):
        add(number, "energy", "home_three_band" if number % 3 else "home_flat", "Europe/London")
    return _csv(rows)


def _csv(rows: list[tuple[object, ...]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
