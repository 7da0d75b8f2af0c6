"""Files that land in a folder: taken when whole, put aside, refused ones kept with their reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.events import IngestError, IngestReport
from engine.streams import landed, look, take_landed
from tests.workspace.kit import BOOK, NOW, ratebook, world

REPORT = IngestReport(1, 0, 0, 0, 0, 1, {}, ())


def test_a_file_that_still_grows_waits(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("1")
    (tmp_path / "b.jsonl.part").write_text("1")
    (tmp_path / ".c").write_text("1")
    (tmp_path / "done").mkdir()
    first = look(tmp_path)
    assert list(first) == ["a.jsonl"] and landed({}, first) == []
    (tmp_path / "a.jsonl").write_text("12")
    second = look(tmp_path)
    assert landed(first, second) == []
    assert landed(second, look(tmp_path)) == ["a.jsonl"]


def test_taken_and_refused_files_are_put_aside_and_kept(tmp_path: Path) -> None:
    def take(path: Path) -> IngestReport:
        if path.name.startswith("bad"):
            raise IngestError("RBE05", "cut short", "send it again")
        return REPORT

    for _ in range(2):
        for name in ("good.jsonl", "bad.jsonl"):
            (tmp_path / name).write_text("x")
        good, bad = take_landed(tmp_path, ["good.jsonl", "bad.jsonl"], take)
        assert good.report is REPORT and bad.error.startswith("RBE05")
    assert sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*.*")) == [
        "done/good.2.jsonl", "done/good.jsonl", "refused/bad.2.jsonl", "refused/bad.2.jsonl.reason",
        "refused/bad.jsonl", "refused/bad.jsonl.reason",
    ]  # fmt: skip


def test_the_commands_take_what_landed_and_what_was_metered(tmp_path: Path) -> None:
    made = world(tmp_path / "w")
    made.publish(BOOK)
    folder = tmp_path / "in"
    folder.mkdir()
    made.use("ann", "2026-10-05T00:00:00Z", n=20)
    (folder / "a.jsonl").write_text(json.dumps(made.events[0]))
    (folder / "b.jsonl.gz").write_bytes(b"no gzip")
    report = made.do("watch", folder, "--once", "--every", "0", "--now", NOW, code=1)
    assert [(f["file"], f.get("accepted"), f["error"][:5]) for f in report["files"]] == [
        ("a.jsonl", 1, ""), ("b.jsonl.gz", None, "RBE04"),
    ]  # fmt: skip
    assert made.do("watch", folder, "--once", "--every", "0") == {"files": []}
    with made.workspace() as workspace, workspace.meter_buffer("svc") as buffer:
        buffer.wait(buffer.meter("api.call", "ann", {"n": 1}))
    assert made.do("drain")["accepted"] == 1
    assert made.do("drain") == {"accepted": 0, "duplicates": 0}
    assert ratebook("watch", made.path, tmp_path / "nowhere").code == 2


@pytest.mark.parametrize("code", ["RBE01", "RBE02", "RBE03"])
def test_when_the_workspace_is_at_fault_the_file_stays(tmp_path: Path, code: str) -> None:
    def take(path: Path) -> IngestReport:
        raise IngestError(code, "not now", "later")

    (tmp_path / "a.jsonl").write_text("x")
    with pytest.raises(IngestError):
        take_landed(tmp_path, ["a.jsonl"], take)
    assert list(look(tmp_path)) == ["a.jsonl"]
