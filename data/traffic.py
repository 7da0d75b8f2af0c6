"""Usage as columns of whole numbers, one row an event, before it becomes text."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from data.company import Company, Period
from data.shapes import DAY_US, HOUR_US, Ints, draw, heavy_tail, home_profile, instants, jitter, pareto, weekday

SAMPLED, TRANSFER, REQUEST, COMPLETION, CALLED, INTERVAL = range(6)
TYPES: Final = (
    "storage.sampled",
    "object.transfer",
    "object.request",
    "completion.finished",
    "api.called",
    "meter.interval",
)
LONDON: Final = ZoneInfo("Europe/London")
GB: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Traffic:
    """Columns of equal length.

    `kind` indexes TYPES; `account` is an account's number; `time` is microseconds UTC; `quantity` is in the smallest
    unit of its kind (bytes, requests, tokens, calls, watt-hours); `first` and `second`, hundredths, pick
    the texts of the event's attributes.
    """

    kind: Ints
    account: Ints
    time: Ints
    quantity: Ints
    first: Ints
    second: Ints

    def __len__(self) -> int:
        return len(self.kind)


def joined(parts: list[Traffic]) -> Traffic:
    """The parts, one after the other."""
    return Traffic(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Traffic)))


def make(random: np.random.Generator, company: Company, period: Period, count: int) -> Traffic:
    """Exactly `count` events of the month, by product, not yet in order of arrival."""
    homes = _energy(random, company, period)
    rest = count - len(homes)
    parts = [homes]
    for kind, share in ((SAMPLED, 12), (TRANSFER, 15), (REQUEST, 15), (COMPLETION, 33)):
        parts.append(_product(random, company, period, kind, rest * share // 100))
    parts.append(_product(random, company, period, CALLED, count - sum(map(len, parts))))
    return joined(parts)


def hours_of(period: Period) -> Ints:
    """The starts of the month's hours in London, in microseconds UTC: 23 or 25 on the days when the clocks change."""
    start = datetime(period.year, period.month, 1, tzinfo=LONDON).astimezone(UTC)
    following = period.first + timedelta(days=period.days)
    end = datetime(following.year, following.month, 1, tzinfo=LONDON).astimezone(UTC)
    hours = int((end - start).total_seconds()) // 3600
    return int(start.timestamp()) * 1_000_000 + np.arange(hours, dtype=np.int64) * HOUR_US


def _energy(random: np.random.Generator, company: Company, period: Period) -> Traffic:
    """A reading for every hour of every home, with the hour's start as its time."""
    hours = hours_of(period)
    local = hours + np.array([_offset_us(int(hour)) for hour in hours.tolist()], dtype=np.int64)
    profile = home_profile()[(weekday(local // DAY_US) >= 5).astype(np.int64), local // HOUR_US % 24]
    size = 400 + random.integers(0, 1600, company.homes, dtype=np.int64)
    watt_hours = jitter(random, size[:, None] * profile[None, :] // 1000, 400).ravel()
    account = np.repeat(np.arange(company.cloud, company.accounts, dtype=np.int64), len(hours))
    none = np.zeros(len(account), dtype=np.int64)
    return Traffic(none + INTERVAL, account, np.tile(hours, company.homes), watt_hours, none, none)


def _offset_us(instant_us: int) -> int:
    offset = datetime.fromtimestamp(instant_us // 1_000_000, LONDON).utcoffset()
    return int((offset or timedelta()).total_seconds()) * 1_000_000


def _product(random: np.random.Generator, company: Company, period: Period, kind: int, count: int) -> Traffic:
    """`count` events of one cloud product, on the accounts that have it, inside the days on which each is served."""
    who = {COMPLETION: company.tokens, CALLED: company.calls}.get(kind, company.storage)
    if kind == SAMPLED:
        return _samples(random, company, period, count)
    account = who[draw(random, heavy_tail(len(who)), count)]
    time = instants(random, period.from_us, period.days * 24, count, office=kind in (COMPLETION, CALLED))
    first, second = random.integers(0, 100, count), random.integers(0, 100, count)
    sizes = {TRANSFER: (20_000_000, 8192), REQUEST: (40, 1024), COMPLETION: (300, 4096), CALLED: (25, 1024)}[kind]
    quantity = jitter(random, pareto(random, count, *sizes), 300)
    kinds = np.full(count, kind, np.int64)
    return Traffic(kinds, account, _served(company, period, account, time), quantity, first, second)


def _samples(random: np.random.Generator, company: Company, period: Period, count: int) -> Traffic:
    """The level of every bucket, sampled evenly over the month; one account in four has a second bucket."""
    owner = np.concatenate([company.storage, company.storage[::4]])
    bucket = np.concatenate([np.zeros(len(company.storage), np.int64), np.ones(len(company.storage[::4]), np.int64)])
    series = np.arange(count, dtype=np.int64) % len(owner)
    turn = np.arange(count, dtype=np.int64) // len(owner)
    turns = count // len(owner) + 1
    base = pareto(random, len(owner), 2 * GB, 32_768)
    walk = np.maximum(1000 + np.cumsum(random.integers(-20, 31, (turns, len(owner)), dtype=np.int64), axis=0), 100)
    level = base[series] // 1000 * walk[turn, series]
    step = (period.to_us - period.from_us) // turns
    time = period.from_us + turn * step + series * 7919 % max(step // 1000, 1) * 1000
    account = owner[series]
    none = np.zeros(count, dtype=np.int64)
    return Traffic(none + SAMPLED, account, _served(company, period, account, time), level, bucket[series], none)


def _served(company: Company, period: Period, account: Ints, time: Ints) -> Ints:
    """Squeeze the instants of accounts that joined or left into the days on which they were served."""
    joined_day, days = company.joined[account], company.left[account] - company.joined[account]
    inside: Ints = (time - period.from_us) // 1000 * days // period.days * 1000 + joined_day * DAY_US
    return period.from_us + inside
