"""The care of the event log: compaction, retention, and the whole workspace as one file."""

from __future__ import annotations

import tarfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.events import purge, segments
from tests.workspace.kit import BOOK, NOW, World, ratebook, world

RICH = BOOK.replace(
    "plan basic {\n  bill monthly in arrears on day 1",
    """meter people {
  events "api.call"
  where region = "eu"
  measure unique of who as call
}
plan basic {
  bill monthly in arrears on day 1
  charge people {
    for people
    price USD 1 per call
  }""",
)


@pytest.fixture
def made(tmp_path: Path) -> World:
    """Four deliveries of the same days, October billed after the second, one event of the first retracted at last."""
    made = world(tmp_path / "w")
    made.publish(RICH)
    made.subscribe({"id": "s", "customer": "ann", "plan": "basic", "start": "2026-10-01"})
    for n, amount in enumerate((5, "7.25", "0.000000000001", 10**12), 1):
        for day in ("05", "06"):
            made.use("ann", f"2026-10-{day}T00:00:00Z", n=amount, who=f"w{n}", region="eu")
        made.ingest()
        if n == 2:
            made.run("2026-10")
    made.use("ann", "2026-10-05T00:00:00Z")
    made.events[-1] |= {"type": "ratebook.retraction", "data": {"id": "e1"}}
    made.ingest()
    return made


def files(made: World) -> list[Any]:
    """The segments of the log."""
    with made.workspace() as workspace, workspace.store.reading() as connection:
        return segments(connection)


def test_compaction_changes_no_answer(made: World) -> None:
    asked = [made.do("estimate", "--period", "2026-10", "--as-of", str(seq)) for seq in (0, 1, 2, 4, 7, 8, 9)]
    line = made.do("explain", "INV-000001/1")
    quality = made.do("quality", "--now", NOW, code=1)
    assert made.do("compact") == {"before": 8, "after": 2, "events": 8}
    assert len(files(made)) == 3
    assert [made.do("estimate", "--period", "2026-10", "--as-of", str(s)) for s in (0, 1, 2, 4, 7, 8, 9)] == asked
    assert made.do("explain", "INV-000001/1") == line
    assert made.do("quality", "--now", NOW, code=1) == quality
    made.prove("2026-10")
    assert made.do("compact")["before"] == 0


def test_after_compaction_a_second_delivery_is_known_and_an_event_can_be_withdrawn(made: World) -> None:
    made.do("compact")
    for ident, amount in (("e1", 5), ("e8", 10**12)):
        day = "05" if ident == "e1" else "06"
        made.use("ann", f"2026-10-{day}T00:00:00Z", n=amount, who=f"w{'1' if ident == 'e1' else '4'}", region="eu")
        made.events[-1]["id"] = ident
    assert made.ingest()["duplicates"] == 2
    made.use("ann", "2026-10-06T00:00:00Z")
    made.events[-1] |= {"type": "ratebook.retraction", "data": {"id": "e8"}}
    assert made.ingest()["accepted"] == 1
    made.use("ann", "2026-10-06T00:00:00Z", n=1, who="w", region="eu")
    made.ingest()
    assert made.do("compact") == {"before": 2, "after": 1, "events": 5}
    made.prove("2026-10")


def test_a_compaction_that_stops_leaves_the_log_as_it_was(made: World) -> None:
    def fault(name: str) -> None:
        raise RuntimeError(name)

    from engine import events

    before = [s.path for s in files(made)]
    with made.workspace(read_only=False) as workspace, pytest.raises(RuntimeError, match="inside-merge"):
        moment = events.instants.instant(1_796_083_200_000_000)
        faults = lambda name: fault(name) if name == "inside-merge" else None  # noqa: E731
        events.compact(workspace.root, workspace.writing, now=moment, faults=faults)
    assert [s.path for s in files(made)] == before
    made.prove("2026-10")


def test_what_an_invoice_cites_is_not_purged(made: World) -> None:
    report = made.do("purge", "--before", "2026-12-01", code=1)
    assert report["segments"] == 1 and len(report["kept"]) == 8
    assert report["kept"][0]["why"] == "invoices of run-2026-10 are derived from it"
    made.prove("2026-10")


def test_a_purged_event_is_gone_but_still_known(tmp_path: Path) -> None:
    made = world(tmp_path / "w")
    made.publish(BOOK)
    made.use("ann", "2026-08-05T00:00:00Z", n=77, secret="s3cret")
    made.use("ann", "2026-10-05T00:00:00Z", n=5)
    made.ingest()
    assert made.do("purge", "--before", "2026-09-01")["events"] == 1
    assert not any(b"s3cret" in p.read_bytes() for p in made.path.rglob("*") if p.is_file())
    made.use("ann", "2026-08-05T00:00:00Z", n=77, secret="s3cret")
    made.events[-1]["id"] = "e1"
    assert made.ingest()["duplicates"] == 1
    assert made.do("verify")["findings"] == []
    assert made.do("purge", "--before", "2026-09-01") == {"segments": 0, "events": 0, "kept": []}
    assert ratebook("purge", made.path, "--before", "soon").code == 2


def test_a_purge_that_stops_leaves_the_events(tmp_path: Path) -> None:
    made = world(tmp_path / "w")
    made.publish(BOOK)
    made.use("ann", "2026-08-05T00:00:00Z", n=77)
    made.ingest()

    def fault(name: str) -> None:
        if name == "inside-purge":
            raise RuntimeError(name)

    moment = datetime(2026, 12, 1, tzinfo=UTC)
    with made.workspace(read_only=False) as workspace, pytest.raises(RuntimeError, match="inside-purge"):
        purge(workspace.root, workspace.writing, date(2026, 9, 1), lambda _: None, now=moment, faults=fault)
    assert made.do("estimate", "--period", "2026-08")["invoices"] == 0
    assert len(files(made)) == 1 and files(made)[0].file(made.path).is_file()
    assert made.do("purge", "--before", "2026-09-01")["events"] == 1


def test_a_pack_is_the_workspace_elsewhere(made: World, tmp_path: Path) -> None:
    pack, copy = tmp_path / "a.tar", World(tmp_path / "copy")
    made.do("pack", pack)
    copy.folder.mkdir()
    assert ratebook("unpack", pack, copy.path).code == 0
    assert copy.invoices() == made.invoices()
    copy.prove("2026-10")
    late = copy.do("correct", "--period", "2026-10", "--reason", "late")
    assert late["corrections"] == 1
    assert ratebook("unpack", pack, copy.path, "--json").data["error"]["code"] == "RBW01"


@pytest.mark.parametrize(
    ("what", "code"), [("changed", "RBW11"), ("missing", "RBW11"), ("added", "RBW11"), ("no", "RBW10")]
)
def test_a_broken_pack_leaves_nothing(made: World, tmp_path: Path, what: str, code: str) -> None:
    pack, broken, folder = tmp_path / "a.tar", tmp_path / "b.tar", tmp_path / "x"
    made.do("pack", pack)
    with tarfile.open(pack) as archive:
        archive.extractall(folder, filter="data")
    path = next(folder.rglob("*.parquet"))
    if what == "changed":
        path.write_bytes(path.read_bytes()[:-1] + b"x")
    elif what == "missing":
        path.unlink()
    elif what == "added":
        (folder / "more").write_bytes(b"")
    else:
        (folder / "manifest.json").unlink()
    with tarfile.open(broken, "w") as archive:
        for one in sorted(folder.iterdir()):
            archive.add(one, one.name)
    done = ratebook("unpack", broken, tmp_path / "new", "--json")
    assert (done.code, done.data["error"]["code"]) == (1, code)
    assert not (tmp_path / "new").exists()
    assert not list(tmp_path.glob(".unpack-*"))
