"""One account's bill derived from its events by the scalar reference: irregular plans, explain and verify use it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from engine.calendar import to_instant
from engine.metering import EventFile
from engine.model import Charge, Price
from engine.rating import Bill, Line, bill
from engine.rating.axes import bounds_of
from engine.rating.history import with_history
from engine.rating.terms import charges_ever
from engine.runs.fetch import Fetched, fetch
from engine.runs.tasks import Task
from engine.runs.witnesses import witnesses

Files = dict[str, tuple[EventFile, ...]]


@dataclass(frozen=True, slots=True)
class Derived:
    """A bill and the readings it was derived from."""

    bill: Bill
    fetched: Fetched

    def evidence(self, line: Line, task: Task) -> tuple[int, int]:
        """(events, sum of their digests) under a usage line: those that count in its own interval of time."""
        charge = next((c for c in charges_of(task) if c.name == line.charge and c.meter), None)
        if line.kind != "usage" or charge is None or line.start is None or line.end is None:
            return 0, 0
        found = witnesses(task, self.fetched, charge, *interval_of(line, task))
        return len(found), sum(w.digest for w in found)


def interval_of(line: Line, task: Task) -> tuple[int, int]:
    """The instants of a line."""
    assert line.start is not None and line.end is not None
    return to_instant(line.start, task.cycle.timezone), to_instant(line.end, task.cycle.timezone)


def derive(
    con: duckdb.DuckDBPyConnection, files: Files, task: Task, subjects: tuple[str, ...], as_of: int | None
) -> Derived:
    """The bill of one account for one task; raises `RatingError` where it cannot be priced."""
    return bill_of(task, readings_of(con, files, task, dict.fromkeys(subjects, (0,)), as_of)[0])


def readings_of(
    con: duckdb.DuckDBPyConnection, files: Files, task: Task, owners: Mapping[str, Sequence[int]], as_of: int | None
) -> dict[int, Fetched]:
    """The readings that the accounts of a task are billed from; `owners`: subject to accounts."""
    charges = charges_of(task)
    names = {c.meter for c in charges if c.meter} | {b for c in charges for b in _bound_meters(c.price)}
    meters = [task.book.meter(name) for name in sorted(names)]
    return fetch(con, files, task.book, meters, owners, task.window[1], as_of)


def charges_of(task: Task) -> list[Charge]:
    """Every charge that may stand on the task's invoice: of all versions of its plan, and of its contract's terms."""
    charges = [c for p in task.book.plans if p.name == task.terms.plan for c in p.charges]
    name = task.subject.contract
    return charges_ever(charges, () if name is None else (task.book.contract(name),))


def bill_of(task: Task, fetched: Fetched) -> Derived:
    """The bill of one account from its readings; raises `RatingError` where it cannot be priced."""
    subject = with_history(task.book, task.subject, task.cycle, fetched.readings)
    return Derived(bill(task.book, subject, task.cycle, fetched.readings), fetched)


def _bound_meters(price: Price) -> set[str]:
    return {b.per_meter for b in bounds_of(price) if b.per_meter is not None}
