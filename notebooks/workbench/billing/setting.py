"""The billing notebook's parameters, checked before anything is done."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, StrictStr, field_validator

from engine.runs import RunPeriod
from workbench.project import from_root, spare_folder


class Setting(BaseModel):
    """What to bill, where, as of when. Text that papermill may have turned into a number is refused, not guessed.

    workspace, sample, reports: folders, empty for a small company in a temporary folder; period: `2026-10`;
    as_of: the last ingest number to look at, or none; now: the moment of the run, empty for the day after the period;
    threads: of the engine; finish: whether the run's folder gets its final name, or the caller still adds to it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    workspace: StrictStr = ""
    sample: StrictStr = ""
    reports: StrictStr = ""
    period: StrictStr = "2026-10"
    as_of: int | None = Field(default=None, ge=0)
    now: StrictStr = ""
    threads: int = Field(default=2, ge=1, le=64)
    finish: bool = True

    @field_validator("period")
    @classmethod
    def _period(cls, text: str) -> str:
        RunPeriod.parse(text)
        return text

    @field_validator("now")
    @classmethod
    def _moment(cls, text: str) -> str:
        if text:
            dt.datetime.fromisoformat(text)
        return text

    @property
    def moment(self) -> int:
        """`now` as UTC microseconds; by default 06:00 on the day after the period, so that two checkouts agree."""
        if self.now:
            moment = dt.datetime.fromisoformat(self.now)
        else:
            moment = dt.datetime.combine(RunPeriod.parse(self.period).end, dt.time(6)) + dt.timedelta(days=1)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
        return (aware - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)

    @property
    def start(self) -> int:
        """The first moment of the period in UTC microseconds: when its books and lists were taken in."""
        day = dt.datetime.combine(RunPeriod.parse(self.period).start, dt.time(), dt.UTC)
        return (day - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)

    def placed(self) -> Setting:
        """The same with absolute folders: relative ones lie below the checkout, empty ones in a temporary folder."""
        spare = "" if self.workspace and self.sample and self.reports else spare_folder()
        names = ("workspace", "sample", "reports")
        places = {n: str(from_root(getattr(self, n)) if getattr(self, n) else Path(spare) / n) for n in names}
        return self.model_copy(update=places)
