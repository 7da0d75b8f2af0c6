"""The sample company: same seed, same bytes; and the manifest counts what the files really hold."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from data.company import Period
from data.generate import Request, generate, main

SMALL = Request(accounts=60, events=12_000, seed=11, parquet=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sample")
    generate(SMALL, out)
    return out


def manifest_of(out: Path) -> dict[str, Any]:
    return json.loads((out / "manifest.json").read_text())


def lines_of(out: Path) -> list[bytes]:
    files = sorted(out.glob("events-*.jsonl.gz"))
    return [line for file in files for line in gzip.decompress(file.read_bytes()).splitlines()]


def receive(lines: list[bytes]) -> tuple[Counter[str], dict[str, dict[str, Any]]]:
    """A receiver written for reading: what it makes of each line, and the events it keeps by id."""
    verdicts: Counter[str] = Counter()
    kept: dict[str, dict[str, Any]] = {}
    for line in lines:
        try:
            event = json.loads(line, parse_float=Decimal)
        except json.JSONDecodeError:
            verdicts["truncated_json"] += 1
            continue
        verdict = verdict_on(event, kept)
        verdicts[verdict] += 1
        if verdict == "accepted":
            kept[event["id"]] = event
    return verdicts, kept


def verdict_on(event: dict[str, Any], kept: dict[str, dict[str, Any]]) -> str:
    for needed in ("id", "subject"):
        if needed not in event:
            return f"missing_{needed}"
    try:
        datetime.fromisoformat(event["time"])
    except ValueError:
        return "bad_time"
    if any(isinstance(value, Decimal) and -value.as_tuple().exponent > 12 for value in event["data"].values()):
        return "float_noise"
    if event["id"] in kept:
        return "duplicates" if kept[event["id"]] == event else "conflicts"
    return "accepted"


def test_a_receiver_counts_what_the_manifest_says(made: Path) -> None:
    manifest = manifest_of(made)
    verdicts, _ = receive(lines_of(made))
    expected = {name: manifest[name] for name in ("accepted", "duplicates", "conflicts")} | manifest["malformed"]
    assert verdicts == expected
    assert sum(expected.values()) == manifest["lines"] == SMALL.events
    assert all(expected.values())


def test_the_totals_by_type_are_those_of_the_kept_events(made: Path) -> None:
    _, kept = receive(lines_of(made))
    period = SMALL.period
    events: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    quantity: dict[str, Decimal] = {}
    sides: Counter[str] = Counter()
    for event in kept.values():
        kind, value = event["type"], Decimal(next(iter(event["data"].values())))
        events[kind] += 1
        instant = int(datetime.fromisoformat(event["time"]).timestamp()) * 1_000_000
        sides["before_period"] += instant < period.from_us
        sides["after_period"] += instant >= period.to_us
        if period.from_us <= instant < period.to_us:
            inside[kind] += 1
            quantity[kind] = quantity.get(kind, Decimal()) + value
    manifest = manifest_of(made)
    told = manifest["accepted_by_type"]
    assert {kind: row["events"] for kind, row in told.items()} == events
    assert {kind: row["events_in_period"] for kind, row in told.items()} == inside
    assert {kind: Decimal(row["quantity_in_period"]) for kind, row in told.items()} == quantity
    assert {side: manifest[side] for side in sides} == sides
    assert manifest["late"] > manifest["after_close"] > 0


def test_the_table_holds_the_kept_events(made: Path) -> None:
    _, kept = receive(lines_of(made))
    rows = pq.read_table(made / "clean.parquet").to_pylist()
    assert {row["id"]: row["data"] for row in rows} == {
        name: json.dumps(event["data"], separators=(",", ":")) for name, event in kept.items()
    }
    assert all(row["time"] == datetime.fromisoformat(kept[row["id"]]["time"]).astimezone(UTC) for row in rows)
    assert all(row["subject"] == kept[row["id"]]["subject"] for row in rows)


def test_same_seed_same_bytes_and_another_seed_other_bytes(made: Path, tmp_path: Path) -> None:
    generate(SMALL, tmp_path / "again")
    generate(Request(60, 12_000, 12, SMALL.period, True), tmp_path / "other")
    for file in made.iterdir():
        assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes(), file.name
    assert (tmp_path / "other" / "events-0001.jsonl.gz").read_bytes() != (made / "events-0001.jsonl.gz").read_bytes()


def test_every_home_has_a_reading_for_each_of_the_745_hours(made: Path) -> None:
    _, kept = receive(lines_of(made))
    readings = Counter(event["subject"] for event in kept.values() if event["type"] == "meter.interval")
    assert set(readings.values()) == {745}
    assert len(readings) == manifest_of(made)["homes"]
    times = {event["time"] for event in kept.values() if event["type"] == "meter.interval"}
    assert {"2026-10-25T01:00:00.000+01:00", "2026-10-25T01:00:00.000+00:00"} <= times


def test_no_event_falls_outside_its_subscription(made: Path) -> None:
    with (made / "subscriptions.csv").open() as file:
        rows = list(csv.DictReader(file))
    served = {(row["customer"], row["book"]): (row["start"], row["end"] or "9999-12-31") for row in rows}
    assert any(row["start"] > "2026-10-01" for row in rows) and any(row["end"] for row in rows)
    books = dict.fromkeys(("storage.sampled", "object.transfer", "object.request"), "object_storage")
    books |= {"completion.finished": "llm_api", "api.called": "api_calls", "meter.interval": "energy"}
    _, kept = receive(lines_of(made))
    for event in kept.values():
        start, end = served[event["subject"], books[event["type"]]]
        assert start <= event["time"][:10] <= end


def test_customers_have_one_row_each_and_every_subscription_a_customer(made: Path) -> None:
    with (made / "customers.csv").open() as file:
        customers = list(csv.DictReader(file))
    with (made / "subscriptions.csv").open() as file:
        subscriptions = list(csv.DictReader(file))
    ids = {row["id"] for row in customers}
    assert len(ids) == len(customers) == SMALL.accounts
    assert len({row["email"] for row in customers}) == SMALL.accounts
    assert {row["customer"] for row in subscriptions} == ids
    assert len({row["id"] for row in subscriptions}) == len(subscriptions)


def test_a_few_accounts_send_most(tmp_path: Path) -> None:
    generate(Request(accounts=400, events=20_000), tmp_path)
    _, kept = receive(lines_of(tmp_path))
    calls = Counter(event["subject"] for event in kept.values() if event["type"] == "api.called")
    busiest = sum(count for _, count in calls.most_common(len(calls) // 10))
    assert busiest * 3 > calls.total()


def test_a_smaller_sample_leaves_no_file_of_a_larger_one(tmp_path: Path) -> None:
    generate(Request(accounts=10, events=2000, parquet=True), tmp_path)
    (tmp_path / "events-0099.jsonl.gz").write_bytes(b"")
    manifest = generate(Request(accounts=10, events=1000), tmp_path)
    assert {file.name for file in tmp_path.glob("*.gz")} == {entry["file"] for entry in manifest["files"]}
    assert not (tmp_path / "clean.parquet").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--events", "10"], "at least 1000 events"),
        (["--accounts", "1"], "at least 2 accounts"),
        (["--period", "2026-13"], "a period is written YYYY-MM"),
        (["--seed", "-1"], "a seed is a whole number"),
    ],
)
def test_a_senseless_request_is_refused(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--out", str(tmp_path / "x")]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["--out", str(tmp_path / "file" / "x"), "--events", "1000", "--accounts", "5"]) == 2
    assert "file" in capsys.readouterr().err


def test_other_months_have_their_own_length() -> None:
    assert Period.parse("2028-02").days == 29
    assert Period.parse("2026-10").to_us - Period.parse("2026-10").from_us == 31 * 86_400_000_000
