"""What goes wrong on the way in: lateness, repeated delivery, contradictions, broken lines. All of it counted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from data.company import Company, Period
from data.shapes import DAY_US, HOUR_US, Ints
from data.traffic import INTERVAL, Traffic

NONE, DUPLICATE, CONFLICT = range(3)
MALFORMED: Final = ("missing_id", "missing_subject", "bad_time", "float_noise", "truncated_json")
MISSING_ID, MISSING_SUBJECT, BAD_TIME, FLOAT_NOISE, TRUNCATED = range(3, 8)

LATE_US: Final = 3 * HOUR_US
# The month's own deliveries end six hours after it; what comes later is a file of its own.
CLOSING_US: Final = 6 * HOUR_US


@dataclass(frozen=True, slots=True)
class Plan:
    """How many lines there are and how many of them carry which fault."""

    lines: int
    duplicates: int
    conflicts: int
    malformed_each: int
    before: int
    after: int
    late: int
    after_month: int

    @classmethod
    def of(cls, lines: int) -> Plan:
        """One line in a hundred is a duplicate; the other faults are rarer, but each occurs."""
        rare, odd = max(lines // 20_000, 1), max(lines // 1000, 1)
        return cls(lines, lines // 100, rare, rare, odd, odd, lines // 200, odd)

    @property
    def made(self) -> int:
        """Events that are not copies of others."""
        return self.lines - self.duplicates - self.conflicts

    @property
    def accepted(self) -> int:
        """Events that a receiver has to keep."""
        return self.made - self.malformed_each * len(MALFORMED)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Events in order of arrival: `serial` is the identity, `fault` what is wrong, `arrival` when it came."""

    traffic: Traffic
    serial: Ints
    fault: Ints
    arrival: Ints

    def rows(self, chosen: Ints) -> Delivery:
        """The chosen rows, in that order."""
        return Delivery(_take(self.traffic, chosen), self.serial[chosen], self.fault[chosen], self.arrival[chosen])


def deliver(random: np.random.Generator, company: Company, period: Period, made: Traffic, plan: Plan) -> Delivery:
    """Move some events out of the period, delay some, break some, repeat some; then put all in order of arrival."""
    steady = (company.joined[made.account] == 0) & (company.left[made.account] == period.days)
    loose = random.permutation(np.flatnonzero((made.kind != INTERVAL) & steady))
    broken = plan.malformed_each * len(MALFORMED)
    outside, breakable = loose[: plan.before + plan.after], loose[plan.before + plan.after :][:broken]
    fault = np.zeros(len(made), dtype=np.int64)
    fault[breakable] = MISSING_ID + np.arange(len(breakable)) % len(MALFORMED)
    time = made.time.copy()
    before, after = outside[: plan.before], outside[plan.before :]
    time[before] = period.from_us - random.integers(1, 2 * 86_400_000, len(before), dtype=np.int64) * 1000
    time[after] = period.to_us + random.integers(0, 86_400_000, len(after), dtype=np.int64) * 1000
    made = replace(made, time=time)
    arrival = _arrivals(random, period, time, plan)

    whole = random.permutation(np.flatnonzero(fault == NONE))[: plan.duplicates + plan.conflicts]
    again = _take(made, whole)
    conflicting = np.arange(len(whole)) >= plan.duplicates
    again = replace(again, quantity=again.quantity + conflicting)
    later = arrival[whole] + random.integers(1, 2 * 86_400_000, len(whole), dtype=np.int64) * 1000
    serial = np.arange(len(made), dtype=np.int64)
    everything = Delivery(
        Traffic(*(np.concatenate(pair) for pair in zip(_columns(made), _columns(again), strict=True))),
        np.concatenate([serial, serial[whole]]),
        np.concatenate([fault, np.where(conflicting, CONFLICT, DUPLICATE)]),
        np.concatenate([arrival, later]),
    )
    return everything.rows(np.argsort(everything.arrival, kind="stable"))


def _arrivals(random: np.random.Generator, period: Period, time: Ints, plan: Plan) -> Ints:
    """Most events come within a minute and a half, some hours or days later, a few after the month is closed."""
    delay = random.integers(0, 90_000, len(time), dtype=np.int64) * 1000
    slow = random.permutation(len(time))[: plan.late]
    delay[slow] = LATE_US + random.integers(1, 3 * 86_400_000, len(slow), dtype=np.int64) * 1000
    arrival = time + delay
    last_days = np.flatnonzero((time >= period.to_us - 5 * DAY_US) & (time < period.to_us))
    forgotten = random.permutation(last_days)[: plan.after_month]
    arrival[forgotten] = (
        period.to_us + CLOSING_US + random.integers(1, 5 * 86_400_000, len(forgotten), dtype=np.int64) * 1000
    )
    return arrival


def _columns(traffic: Traffic) -> tuple[Ints, ...]:
    return (traffic.kind, traffic.account, traffic.time, traffic.quantity, traffic.first, traffic.second)


def _take(traffic: Traffic, chosen: Ints) -> Traffic:
    return Traffic(*(column[chosen] for column in _columns(traffic)))
