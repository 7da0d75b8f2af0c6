"""Quick readings of instants and the numeric order of a batch, against the slow and obvious ways."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.events.check import check
from engine.events.clock import quick_instants
from engine.events.duck import open_duck
from engine.events.instants import micros
from engine.events.ordering import segment_order, segment_starts

_ZONES = st.one_of(st.just(UTC), st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes))))
_INSTANTS = st.datetimes(datetime(2, 1, 1), datetime(9999, 12, 30), timezones=_ZONES)


def _written(moment: datetime, places: int) -> tuple[str, int]:
    """RFC 3339 with so many digits of a second, and the microseconds since 1970 that are then said."""
    cut = moment.replace(microsecond=moment.microsecond // 10 ** (6 - places) * 10 ** (6 - places))
    head, zone = cut.strftime("%m-%dT%H:%M:%S"), cut.strftime("%z")
    fraction = f".{cut.microsecond:06d}"[: places + 1] if places else ""
    suffix = "Z" if cut.tzinfo is UTC else f"{zone[:3]}:{zone[3:5]}"
    return f"{cut.year:04d}-{head}{fraction}{suffix}", micros(cut)


@given(st.lists(st.tuples(_INSTANTS, st.integers(0, 6)), min_size=1, max_size=6))
def test_lawful_instants_are_read_exactly(moments: list[tuple[datetime, int]]) -> None:
    made = [_written(moment, places) for moment, places in moments]
    values, known = quick_instants(pa.array([text for text, _ in made]))
    assert known.all()
    assert values.tolist() == [value for _, value in made]


@given(st.lists(st.from_regex(r"[0-2][0-9]{3}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]Z", fullmatch=True)))
def test_an_unlawful_instant_is_never_read(texts: list[str]) -> None:
    values, known = quick_instants(pa.array(texts, pa.string()))
    for text, value, certain in zip(texts, values.tolist(), known.tolist(), strict=True):
        try:
            expected = micros(datetime.fromisoformat(text))
        except ValueError:
            assert not certain
        else:
            assert certain and value == expected


@pytest.mark.parametrize(
    "text",
    ["", "2026-10-01", "2026-10-01t12:00:00Z", "2026-10-01T12:00:00+24:00", "2026-10-01T12:00:00 01:00",
     "2026-02-29T12:00:00Z", "0000-01-01T00:00:00Z", "2026-10-01T12:00:00.1234567Z", "2026-10-01T12:00:00.Z",
     "2026-10-01T12:00:0/Z", "2026-10-01T12:00:00+01:60", "é026-10-01T12:00:00"],
)  # fmt: skip
def test_odd_instants_are_left_to_the_full_reading(text: str) -> None:
    values, known = quick_instants(pa.array(["2026-10-01T12:00:00Z", text]).slice(1))
    assert (values.tolist(), known.tolist()) == ([0], [False])


def test_the_full_reading_gives_the_same_instant_and_digest() -> None:
    texts = ["2026-10-01T12:00:00+05:30", "2024-02-29T23:59:59.5Z"]
    texts += [text.replace("T", "t") for text in texts]
    names = ("id", "source", "type", "subject", "canonical")
    table = pa.table({**{name: ["x"] * 4 for name in names}, "time": texts, "ext": pa.nulls(4, pa.string())})
    with open_duck(1) as duck:
        checked = check(duck, table, micros(datetime(2027, 1, 1, tzinfo=UTC)))
    times = checked.time_us.tolist()
    for time_us, digest in zip(times, checked.digest.tolist(), strict=True):
        content = hashlib.sha256(f"x\x1fx\x1f{time_us}\x1fx".encode()).digest()
        assert digest == int.from_bytes(content[:8], "big", signed=True)
    assert times[:2] == times[2:] and 0 not in times


_TEXT = st.sampled_from(["a", "b", "é", "Z", "𐀀", "\uffff", "aa"])
_ROW = st.tuples(_TEXT, _TEXT, st.sampled_from([-1, 0, 1, 86_400_000_000, 2**55, -(2**55)]), _TEXT, _TEXT)


@given(st.lists(_ROW, max_size=30))
def test_the_order_is_that_of_the_values(rows: list[tuple[str, str, int, str, str]]) -> None:
    names = ("type", "subject", "time_us", "id", "source")
    kinds = (pa.string(), pa.string(), pa.int64(), pa.string(), pa.string())
    columns = list(zip(*rows, strict=True)) or [()] * 5
    table = pa.table({n: pa.array(list(c), k) for n, c, k in zip(names, columns, kinds, strict=True)})

    def slow(row: tuple[str, str, int, str, str]) -> tuple[bytes, int, bytes, int, bytes, bytes]:
        kind, subject, time_us, id_, source = row
        return kind.encode(), time_us // 86_400_000_000, subject.encode(), time_us, id_.encode(), source.encode()

    ordered = [rows[place] for place in segment_order(table).tolist()]
    assert ordered == sorted(rows, key=slow)
    starts = segment_starts(table.take(pa.array(np.asarray(segment_order(table)))).combine_chunks())
    segments = [slow(row)[:2] for row in ordered]
    assert starts == [place for place in range(len(ordered)) if place == 0 or segments[place] != segments[place - 1]]
