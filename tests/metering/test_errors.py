"""Every failure that metering names, made to happen; and what counts as of an earlier moment."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest

from engine.metering import (
    EventFile,
    Job,
    Line,
    MeterError,
    QuantityOverflow,
    describe,
    events_of,
    meter_usage,
    not_relational,
    wanted_by_type,
)
from engine.metering.errors import CODES
from engine.model import Binary, Compare, Measure, Meter, Property, Span, Window
from tests.metering.checks import register, usage_of
from tests.metering.strategies import END, START
from tests.metering.worlds import Event, Sub, write

A = Property("a")
TOTAL = Meter("m", "t", Measure("sum", A), "unit")
WHOLE = Sub(1, "s1", START, END)


def event(number: int, value: Fraction) -> Event:
    """An event of subject s1."""
    return Event(number, f"e{number}", "p", "s1", START + number, (("a", value),))


def failing(con: duckdb.DuckDBPyConnection, job: Job) -> MeterError:
    """The error that a job ends with."""
    with pytest.raises(MeterError) as caught:
        meter_usage(con, job)
    assert caught.value.code in CODES
    assert caught.value.hint and "help:" in str(caught.value)
    return caught.value


def test_a_sum_beyond_38_digits_is_an_error_and_never_wraps(
    ducks: list[duckdb.DuckDBPyConnection], tmp_path: Path
) -> None:
    register(ducks[0], [WHOLE])
    files = write(tmp_path, [event(1, Fraction(10**25)), event(2, Fraction(10**25))], 1, wide=True)
    assert usage_of(ducks[0], Job(TOTAL, files))[1, START, 0, ()][0] == 2 * 10**25
    square = replace(TOTAL, measure=Measure("sum", Binary("*", A, A)))
    error = failing(ducks[0], Job(square, files))
    assert isinstance(error, QuantityOverflow)
    assert error.code == "RBU01"


def test_a_segment_without_the_column_is_refused(ducks: list[duckdb.DuckDBPyConnection], tmp_path: Path) -> None:
    register(ducks[0], [WHOLE])
    files = write(tmp_path, [event(1, Fraction(1))], 1, wide=False)
    error = failing(ducks[0], Job(replace(TOTAL, measure=Measure("sum", Property("gone"))), files))
    assert error.code == "RBU02"
    assert "n_gone" in error.message


def test_a_meter_without_a_relational_form_is_refused(ducks: list[duckdb.DuckDBPyConnection], tmp_path: Path) -> None:
    register(ducks[0], [WHOLE])
    files = write(tmp_path, [event(1, Fraction(1))], 1, wide=False)
    window = Window("tumbling", Span(1, "day"))
    meter = replace(TOTAL, measure=Measure("average", A, window=window, then="sum"))
    assert not_relational(meter) is not None
    assert failing(ducks[0], Job(meter, files)).code == "RBU03"


@pytest.mark.parametrize(
    ("measure", "relational"),
    [
        (Measure("sum", A), True),
        (Measure("sum", Binary("*", A, Binary("*", A, Binary("*", A, A)))), False),
        (Measure("sum", A, window=Window("tumbling", Span(1, "hour")), then="max"), True),
        (Measure("sum", A, window=Window("tumbling", Span(1, "hour")), then="unique"), False),
        (Measure("time_weighted", A, window=Window("session", Span(1, "hour"))), False),
        (Measure("time_weighted", A, window=Window("tumbling", Span(1, "day"))), False),
        (Measure("average", A, window=Window("tumbling", Span(1, "day"))), False),
        (Measure("time_weighted", A, window=Window("tumbling", Span(1, "day")), then="max"), True),
        (Measure("time_weighted", A, window=Window("tumbling", Span(1, "month")), then="max"), False),
        (Measure("unique", A, window=Window("tumbling", Span(1, "hour")), then="max"), True),
    ],
)
def test_which_meters_are_relational(measure: Measure, relational: bool) -> None:
    assert (not_relational(replace(TOTAL, measure=measure)) is None) is relational


def test_a_missing_file_is_a_named_error(ducks: list[duckdb.DuckDBPyConnection], tmp_path: Path) -> None:
    register(ducks[0], [WHOLE])
    files = write(tmp_path, [event(1, Fraction(1))], 1, wide=False)
    gone = EventFile(str(tmp_path / "gone.parquet"), files[0].columns)
    assert failing(ducks[0], Job(TOTAL, (gone,))).code == "RBU04"


def test_an_incomplete_job_is_refused(ducks: list[duckdb.DuckDBPyConnection], tmp_path: Path) -> None:
    files = write(tmp_path, [event(1, Fraction(1))], 1, wide=False)
    register(ducks[0], [replace(WHOLE, cohort=1)])
    assert failing(ducks[0], Job(TOTAL, files)).code == "RBU05"
    assert failing(ducks[0], Job(TOTAL, files, subs="subs; DROP")).code == "RBU05"
    register(ducks[0], [WHOLE])
    for line, limit in ((Line(1, START, 0, {}), 0), (Line(1, START, 0, {"s_gone": "x"}), 5)):
        with pytest.raises(MeterError) as caught:
            events_of(ducks[0], Job(TOTAL, files), line, limit)
        assert caught.value.code == "RBU05"


def test_only_what_was_known_counts(ducks: list[duckdb.DuckDBPyConnection], tmp_path: Path) -> None:
    register(ducks[0], [WHOLE])
    events = [event(n, Fraction(n)) for n in (1, 2, 3)]
    write(tmp_path, events, 2, wide=False)
    files = describe(ducks[0], [str(p) for p in sorted(tmp_path.glob("*.parquet"))], newer=True)
    assert usage_of(ducks[0], Job(TOTAL, files, as_of=2)) == {(1, START, 0, ()): (Fraction(3), 2, START + 2)}
    assert usage_of(ducks[0], Job(TOTAL, files)) == {(1, START, 0, ()): (Fraction(6), 3, START + 3)}
    assert usage_of(ducks[0], Job(TOTAL, ())) == {}


def test_nothing_of_a_job_stays_behind(ducks: list[duckdb.DuckDBPyConnection], tmp_path: Path) -> None:
    register(ducks[0], [WHOLE])
    meter = replace(
        TOTAL, measure=Measure("sum", A, window=Window("sliding", Span(2, "day"), Span(1, "day")), then="max")
    )
    files = write(tmp_path, [event(1, Fraction(1))], 1, wide=False)
    usage_of(ducks[0], Job(meter, files))
    assert failing(ducks[0], Job(replace(TOTAL, measure=Measure("sum", Property("gone"))), files)).code == "RBU02"
    left = "SELECT count(*) FROM duckdb_tables() WHERE starts_with(table_name, 'metering_')"
    assert ducks[0].execute(left).fetchall() == [(0,)]


def test_the_properties_that_meters_want() -> None:
    meter = replace(TOTAL, where=Compare("kind", "=", "x"), by=("region",))
    found = wanted_by_type([(meter, ("a",))])["t"]
    assert {p: (w.number, w.text) for p, w in found.items()} == {
        "a": (True, True),
        "kind": (False, True),
        "region": (False, True),
    }
