"""A metering job: one meter, many subscriptions, one pass."""

from __future__ import annotations

from dataclasses import dataclass

from engine.calendar import BandTable
from engine.metering.files import EventFile
from engine.model import Meter

__all__ = ["Job", "Slicing"]


@dataclass(frozen=True, slots=True)
class Slicing:
    """How the usage of one cohort is cut.

    `names`: sliced properties (the meter's `by` and the axes of its charges). `bands`: band tables by calendar.
    `cuts`: ascending instants (UTC microseconds) at which a price changes. `zone`: IANA zone that windows follow.
    """

    names: tuple[str, ...] = ()
    bands: tuple[tuple[str, BandTable], ...] = ()
    cuts: tuple[int, ...] = ()
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Job:
    """What to meter.

    `cohorts[i]` slices the subscriptions whose `cohort` is i. `subs`: a table or view of the connection with columns
    `sub INTEGER, subject VARCHAR, from_us BIGINT, to_us BIGINT, cohort INTEGER`, one row a service window and subject;
    rows of one (sub, from_us) are metered together (a customer tree that shares its tiers). `files` hold the events
    of the meter's type; `as_of`: the greatest `seq` that counts.
    """

    meter: Meter
    files: tuple[EventFile, ...]
    cohorts: tuple[Slicing, ...] = (Slicing(),)
    subs: str = "subs"
    as_of: int | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Sliced properties of all cohorts, sorted."""
        return tuple(sorted({name for cohort in self.cohorts for name in cohort.names}))

    @property
    def calendars(self) -> tuple[str, ...]:
        """Calendars of all cohorts, sorted."""
        return tuple(sorted({name for cohort in self.cohorts for name, _ in cohort.bands}))
