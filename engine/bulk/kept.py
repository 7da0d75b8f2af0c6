"""Usage metered once and rated under several books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb

from engine.bulk.group import Group
from engine.bulk.usage import job_of, prepare_group
from engine.metering import EventFile, Job, meter_ordered, meter_usage


@dataclass(slots=True)
class Kept:
    """The usage that one connection has metered, by what was asked: meter, events, slices, subs and their windows.

    `again` counts the groups whose usage was there already. Of a connection that keeps usage, `usage` and `ordered`
    are views: nothing else may meter into them.
    """

    found: list[tuple[Job, bool, int]] = field(default_factory=list)
    again: int = 0

    def meter(
        self, con: duckdb.DuckDBPyConnection, group: Group, files: Mapping[str, tuple[EventFile, ...]],
        as_of: int | None,
    ) -> Job:  # fmt: skip
        """`meter_group`, but usage of the same question is metered once."""
        prepare_group(con, group)
        job = job_of(group, files, as_of)
        view = "ordered" if group.ordered else "usage"
        number = self._known(con, job, group.ordered)
        if number is None:
            number = len(self.found)
            (meter_ordered if group.ordered else meter_usage)(con, job, f"kept_usage_{number}")
            con.execute(f"CREATE OR REPLACE TEMP TABLE kept_subs_{number} AS FROM group_subs")
            self.found.append((job, group.ordered, number))
        else:
            self.again += 1
        con.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS FROM kept_usage_{number}")
        return job

    def _known(self, con: duckdb.DuckDBPyConnection, job: Job, ordered: bool) -> int | None:
        """The usage of the same job over the same subs, if there is one."""
        for held, was_ordered, number in self.found:
            if held == job and was_ordered == ordered and _same(con, f"kept_subs_{number}"):
                return number
        return None


def _same(con: duckdb.DuckDBPyConnection, held: str) -> bool:
    """Whether the subs of the group are those of an earlier one, row for row."""
    query = f"""SELECT (SELECT count(*) FROM {held}) = (SELECT count(*) FROM group_subs)
      AND NOT EXISTS (FROM {held} EXCEPT ALL FROM group_subs)"""
    return bool(con.execute(query).fetchall()[0][0])
