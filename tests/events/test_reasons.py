"""Every reason for quarantine, made to happen, in both lanes; and what is just inside each limit."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from engine.events import IngestOptions, entries, raw_of
from engine.events.reasons import REASONS, sentence

Make = Callable[..., dict[str, Any]]

BAD: list[tuple[str, dict[str, Any]]] = [
    ("specversion", {"specversion": None}),
    ("specversion", {"specversion": "0.3"}),
    ("no-id", {"id": ""}),
    ("no-id", {"id": None}),
    ("no-source", {"source": None}),
    ("no-type", {"type": ""}),
    ("no-subject", {"subject": None}),
    ("no-time", {"time": None}),
    ("attribute-not-text", {"subject": 7}),
    ("control-character", {"subject": "a\u0001b"}),
    ("control-character", {"id": "a\u0085b"}),
    ("bad-time", {"time": "2026-10-01 12:00:00Z"}),
    ("bad-time", {"time": "2026-10-01T12:00:00"}),
    ("bad-time", {"time": "2026-02-30T12:00:00Z"}),
    ("bad-time", {"time": "2026-10-01T24:00:00Z"}),
    ("bad-time", {"time": "2026-10-01T12:00:60Z"}),
    ("bad-time", {"time": "0001-01-01T00:00:00+01:00"}),
    ("bad-time", {"time": "0000-01-01T00:00:00Z"}),
    ("time-too-fine", {"time": "2026-10-01T12:00:00.1234567Z"}),
    ("in-the-future", {"time": "2026-12-02T00:00:00.000001Z"}),
    ("two-payloads", {"data_base64": "AA=="}),
    ("too-many-places", {"data": {"bytes": "0.1234567890123"}}),
    ("not-finite", {"data": {"bytes": "NaN"}}),
    ("not-finite", {"data": {"bytes": "-Infinity"}}),
    ("out-of-range", {"data": {"bytes": "1" + "0" * 26}}),
    ("out-of-range", {"data": {"bytes": -(10**26)}}),
    ("too-large", {"data": {"x": "a" * 66_000}}),
]
BAD_RAW: list[tuple[str, bytes]] = [
    ("not-json", b'{"id": "x", oops}'),
    ("not-json", b'{"specversion":"1.0","id":"\xff"}'),
    ("not-an-object", b"{}"[:0] + b"[1]"),
    ("out-of-range", b'{"specversion":"1.0","id":"a","data":{"n":1e99999999999999999999}}'),
]


@pytest.mark.parametrize("regular", [True, False])
@pytest.mark.parametrize(("reason", "changes"), BAD, ids=lambda value: value if isinstance(value, str) else None)
def test_bad_event_is_kept_with_its_reason(
    log: Any, event: Make, reason: str, changes: dict[str, Any], regular: bool
) -> None:
    bad = json.dumps(event(**changes), ensure_ascii=False).encode()
    good = json.dumps(event("good")).encode()
    report = log.take(good + b"\n" + bad + b"\n", options=IngestOptions(shape_lane=regular, regular_lane=regular))
    assert (report.accepted, report.reasons) == (1, {reason: 1})
    with log.database.begin() as conn:
        entry = entries(conn)[0]
    assert (entry.reason, entry.position, entry.origin) == (reason, 2, "t.jsonl")
    assert raw_of(log.root, entry) == bad
    assert sentence(entry.reason, entry.detail).startswith(REASONS[reason])


@pytest.mark.parametrize(("reason", "raw"), BAD_RAW)
def test_broken_record_is_kept_byte_for_byte(log: Any, event: Make, reason: str, raw: bytes) -> None:
    report = log.take(json.dumps(event()).encode() + b"\n" + raw + b"\n")
    assert (report.accepted, report.reasons) == (1, {reason: 1})
    with log.database.begin() as conn:
        assert raw_of(log.root, entries(conn)[0]) == raw


def test_float_noise_as_a_json_number(log: Any, event: Make) -> None:
    line = json.dumps(event()).replace('"10.5"', "0.17099999999999999").encode()
    assert log.take(line).reasons == {"too-many-places": 1}
    report = log.take(line, options=IngestOptions(round_decimals=True))
    assert (report.accepted, report.rounded) == (1, 1)
    assert str(log.rows()[0]["n_bytes"]) == "0.171000"


@pytest.mark.parametrize(
    "time",
    ["2026-12-02T00:00:00Z", "2026-10-01t12:00:00.1234560000z", "2026-10-01T12:00:00+05:30", "0001-01-01T00:00:00Z"],
)
def test_times_just_inside(log: Any, event: Make, time: str) -> None:
    assert log.take([event(time=time)]).accepted == 1


WRONG = [
    ("no-target", {"data": {}}),
    ("no-target", {"data": {"id": 7}}),
    ("no-target", {"type": "api.call", "amends": ""}),
    ("unknown-target", {"data": {"id": "nobody"}}),
    ("unknown-target", {"data": {"id": "r", "source": "test"}}),
    ("unknown-target", {"data": {"id": "first", "source": "elsewhere"}}),
    ("other-account", {"data": {"id": "first"}, "subject": "other"}),
    ("other-type", {"type": "api.other", "amends": "first"}),
    ("already-withdrawn", {"data": {"id": "gone"}}),
]


@pytest.mark.parametrize(("reason", "changes"), WRONG)
def test_withdrawals_that_mean_nothing(log: Any, event: Make, reason: str, changes: dict[str, Any]) -> None:
    log.take([event(id="first"), event(id="gone"), event(id="g", type="ratebook.retraction", data={"id": "gone"})])
    wrong = event(id="r", **({"type": "ratebook.retraction"} | changes))
    report = log.take([wrong])
    assert (report.accepted, report.reasons) == (0, {reason: 1})
    assert len(log.rows()) == 3


def test_every_reason_is_made_to_happen() -> None:
    made = {reason for reason, _ in BAD} | {reason for reason, _ in BAD_RAW}
    withdrawing = {reason for reason, _ in WRONG}
    assert made | withdrawing | {"conflict", "bad-row"} == set(REASONS)
