"""How usage is spread over accounts, hours and sizes.

Everything here is whole-number arithmetic on a seeded bit generator: no logarithm, no exponential, no sum of floats,
so the same seed gives the same bytes on every processor.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

HOUR_US: Final = 3_600_000_000
DAY_US: Final = 24 * HOUR_US

# Weight of each hour of a weekday, midnight first, and of a whole Saturday and Sunday in tenths of a weekday.
OFFICE: Final = (2, 1, 1, 1, 1, 2, 4, 8, 14, 19, 21, 20, 17, 19, 21, 20, 18, 14, 10, 8, 7, 6, 4, 3)
EVENING: Final = (6, 4, 2, 2, 2, 2, 3, 5, 6, 7, 8, 8, 9, 9, 9, 10, 12, 14, 17, 20, 22, 21, 16, 10)
OFFICE_WEEKEND: Final = 4
EVENING_WEEKEND: Final = 13

# Watt-hours that a home uses in each hour of a weekday and of a day at the weekend.
HOME_WEEKDAY: Final = (180, 150, 140, 140, 150, 210, 420, 560, 430, 300, 280, 290)
HOME_WEEKDAY_PM: Final = (330, 300, 290, 380, 620, 890, 950, 860, 720, 560, 390, 250)
HOME_WEEKEND: Final = (200, 170, 150, 150, 150, 170, 260, 430, 560, 600, 590, 620)
HOME_WEEKEND_PM: Final = (640, 590, 540, 560, 680, 860, 910, 840, 730, 590, 430, 280)


def weekday(day_number: Ints) -> Ints:
    """Day of the week of days counted from 1970-01-01, Monday being 0."""
    return (day_number + 3) % 7


def hour_weights(from_us: int, hours: int, office: bool) -> Ints:
    """Relative traffic in each of `hours` hours from an instant (microseconds, UTC)."""
    number = from_us // HOUR_US + np.arange(hours, dtype=np.int64)
    is_weekend = weekday(number // 24) >= 5
    by_hour = np.array(OFFICE if office else EVENING, dtype=np.int64)[number % 24]
    return by_hour * np.where(is_weekend, OFFICE_WEEKEND if office else EVENING_WEEKEND, 10)


def draw(random: np.random.Generator, weights: Ints, count: int) -> Ints:
    """`count` indices, each drawn with probability proportional to its whole-number weight."""
    upto = np.cumsum(weights)
    return np.searchsorted(upto, random.integers(0, int(upto[-1]), count), side="right").astype(np.int64)


def heavy_tail(accounts: int) -> Ints:
    """Weights of accounts by rank: the first few send most, as Zipf found in words."""
    return 10**12 // (np.arange(accounts, dtype=np.int64) + 4)


def pareto(random: np.random.Generator, count: int, smallest: int, spread: int) -> Ints:
    """Sizes of at least `smallest`; one in k is k times as large, up to `spread` times."""
    return smallest * spread // (1 + random.integers(0, spread, count, dtype=np.int64))


def jitter(random: np.random.Generator, sizes: Ints, per_thousand: int) -> Ints:
    """The sizes, each moved by up to so many thousandths of itself."""
    return sizes * (1000 + random.integers(-per_thousand, per_thousand + 1, sizes.shape, dtype=np.int64)) // 1000


def instants(random: np.random.Generator, from_us: int, hours: int, count: int, office: bool) -> Ints:
    """Instants in whole milliseconds (as microseconds, UTC), by the shape of day and week."""
    hour = draw(random, hour_weights(from_us, hours, office), count)
    return from_us + hour * HOUR_US + random.integers(0, 3_600_000, count, dtype=np.int64) * 1000


def home_profile() -> Ints:
    """Watt-hours by kind of day (0 weekday, 1 weekend) and hour: an array of shape (2, 24)."""
    return np.array([HOME_WEEKDAY + HOME_WEEKDAY_PM, HOME_WEEKEND + HOME_WEEKEND_PM], dtype=np.int64)
