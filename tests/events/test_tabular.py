"""CSV and Parquet rows: mapping, literals, derived ids, local times, exact numbers."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.events import IngestError, IngestOptions, number, parse_map

METER = {"kwh": {"kwh": number}}
MAP = "time=Start,subject='house-a',kwh=KWH/hh,type='kwh',source='grid'"


def _csv(log: Any, text: str, mapping: str = MAP, **more: Any) -> Any:
    return log.take(text.encode(), "m.csv", mapping=parse_map(mapping), properties=METER, **more)


def test_mapped_rows_become_events(log: Any) -> None:
    report = _csv(log, 'Start,KWH/hh,Note\n2012-10-12 00:30:00.0000000,0.171,"a, b"\n2012-10-12 01:00,,\n')
    assert report.accepted == 2
    first, second = log.rows()
    assert (first["subject"], str(first["n_kwh"]), first["data"]) == (
        "house-a", "0.171000", '{"kwh":"0.171","Note":"a, b"}',
    )  # fmt: skip
    assert first["time"] == datetime(2012, 10, 12, 0, 30) and second["n_kwh"] is None


def test_ids_come_from_the_content_or_the_row(log: Any) -> None:
    text = "Start,KWH/hh\n2012-10-12 00:30:00,1\n2012-10-12 00:30:00,1\n"
    assert (_csv(log, text).accepted, _csv(log, text).duplicates) == (1, 2)
    assert _csv(log, text, MAP + ",id=@row").accepted == 2
    assert sorted(row["id"] for row in log.rows())[:2] == ["m.csv:1", "m.csv:2"]


def test_float_noise_is_quarantined_or_rounded_on_request(log: Any) -> None:
    text = "Start,KWH/hh\n2012-10-12 00:30:00,0.17099999999999999\n"
    assert _csv(log, text).reasons == {"too-many-places": 1}
    assert _csv(log, text, options=IngestOptions(round_decimals=True)).rounded == 1
    assert str(log.rows()[0]["n_kwh"]) == "0.171000"


def test_wide_numbers_keep_twelve_places(log: Any) -> None:
    _csv(log, "Start,KWH/hh\n2012-10-12 00:30:00,0.000000000001\n2012-10-12 01:00:00,99999999999999999999999999\n")
    assert [row["n_kwh"] for row in log.rows()] == [Decimal("0.000000000001"), Decimal(10**26 - 1)]


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2026-10-25 01:30:00", datetime(2026, 10, 25, 0, 30)),
        ("2026-03-29 01:30:00", datetime(2026, 3, 29, 1, 30)),
        ("2026-07-01 12:00:00.1234567", datetime(2026, 7, 1, 11, 0, 0, 123456)),
        ("2026-07-01T12:00:00+0300", datetime(2026, 7, 1, 9)),
        ("2026-07-01 12:00:00 UTC", datetime(2026, 7, 1, 12)),
    ],
)
def test_local_times(log: Any, local: str, utc: datetime) -> None:
    _csv(log, f"Start,KWH/hh\n{local},1\n", options=IngestOptions(timezone="Europe/London"))
    assert [row["time"] for row in log.rows()] == [utc]


def test_bad_rows_and_times_are_kept(log: Any) -> None:
    text = "Start,KWH/hh\n2012-10-12 00:30:00,1,extra\nnever,1\n2012-13-12 00:30:00,2\n"
    assert _csv(log, text).reasons == {"bad-row": 1, "bad-time": 2}
    assert _csv(log, "Start,KWH/hh\n2012-13-12 00:30:00,2\n", options=IngestOptions(timezone="Asia/Tokyo")).reasons == {
        "bad-time": 1
    }


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        ("time=Begin", "no column `Begin`"),
        ("time=Start", "`source`"),
        ("time", "no `name=column`"),
        ("time='x", "not closed"),
        ("time=a,time=b", "twice"),
    ],
)
def test_mappings_that_do_not_fit(log: Any, mapping: str, says: str) -> None:
    with pytest.raises(IngestError) as caught:
        _csv(log, "Start,KWH\n1,2\n", mapping)
    assert caught.value.code == "RBE08" and says in caught.value.message


def test_doubled_columns_bad_text_and_zones(log: Any) -> None:
    with pytest.raises(IngestError, match="there twice"):
        _csv(log, "Start,Start\n1,2\n")
    for body in (b"Start,KWH/hh\n\xff\xfe,1\n", b'Start,KWH/hh\n"a"b,1\n'):
        with pytest.raises(IngestError) as caught:
            log.take(body, "m.csv", mapping=parse_map(MAP), properties=METER)
        assert caught.value.code == "RBE09"
    with pytest.raises(IngestError, match="no time zone `Mars/Base`"):
        _csv(log, "Start,KWH/hh\n1,2\n", options=IngestOptions(timezone="Mars/Base"))


def test_defaults_fill_type_and_source(log: Any) -> None:
    options = IngestOptions(default_type="kwh", default_source="grid")
    assert _csv(log, "time,subject,kwh\n2012-10-12 00:30:00,h,1\n", "", options=options).accepted == 1


def _parquet(columns: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def test_parquet_rows_are_exact(log: Any) -> None:
    body = _parquet(
        {
            "id": ["a", "b"],
            "time": pa.array([datetime(2026, 10, 1, 12, tzinfo=UTC)] * 2, pa.timestamp("ns", "Europe/Paris")),
            "subject": ["h", "h"],
            "kwh": pa.array([Decimal("1.250000000001"), None], pa.decimal128(30, 12)),
            "load": [0.1, 2.0],
            "tags": [["x"], []],
        }
    )
    mapping = parse_map("type='kwh',source='grid'")
    assert log.take(body, "m.parquet", mapping=mapping, properties=METER).accepted == 2
    first = log.rows()[0]
    assert first["n_kwh"] == Decimal("1.250000000001") and first["time"] == datetime(2026, 10, 1, 12)
    assert first["data"] == '{"kwh":1.250000000001,"load":"0.1","tags":["x"]}'


def test_parquet_with_whole_data_and_noise(log: Any) -> None:
    common = {"id": ["a"], "time": ["2026-10-01T12:00:00Z"], "subject": ["h"], "type": ["kwh"], "source": ["g"]}
    assert log.take(_parquet({**common, "data": ['{"kwh": 1.50}']}), "m.parquet", properties=METER).accepted == 1
    assert log.rows()[0]["n_kwh"] == Decimal("1.5")
    noisy = _parquet({**common, "id": ["n"], "kwh": [0.1 + 0.2]})
    assert log.take(noisy, "m.parquet", properties=METER).reasons == {"too-many-places": 1}


def test_parquet_that_cannot_be_read(log: Any) -> None:
    for body in (b"PAR1 and nothing more", _parquet({"id": [b"\x00"], "time": ["x"]})):
        with pytest.raises(IngestError) as caught:
            log.take(body, "m.parquet", mapping=parse_map("type='a',source='b',subject='c'"))
        assert caught.value.code == "RBE09"
