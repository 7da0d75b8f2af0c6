"""The run folder and the steps before it: whole or not there, the same again, wrong input named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError
from workbench.billing import RunFolder, Sample, Setting, bill_month, check_invoices, open_workspace
from workbench.output import Refused
from workbench.project import make_sample

from engine.workspace import Workspace

Billed = tuple[Workspace, dict[str, object]]


def _folder(reports: Path, billed: Billed) -> RunFolder:
    folder = RunFolder.of(reports, billed[1])
    folder.begin()
    folder.write_invoices(billed[0], billed[1], issuer="Lantern", also=["INV-000097"])
    folder.write_manifest({"run": billed[1]["run"]})
    return folder


def test_fifty_pages_and_those_asked_for(tmp_path: Path, billed: Billed) -> None:
    folder = _folder(tmp_path, billed)
    assert folder.manifest() is None, "a draft is not a finished folder"
    folder.finish()
    pages = sorted(p.name for p in (folder.place / "invoices").iterdir())
    assert len(pages) == 51 and pages[-1] == "INV-000097.html"
    manifest = folder.manifest()
    assert manifest is not None and set(manifest["files"]) == {"index.html", *(f"invoices/{p}" for p in pages)}
    assert not folder.draft.exists()


def test_the_same_run_gives_the_same_bytes(tmp_path: Path, billed: Billed) -> None:
    for name in ("a", "b"):
        _folder(tmp_path / name, billed).finish()
    paths = {p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*") if p.is_file()}
    assert len(paths) == 53
    assert all((tmp_path / "a" / p).read_bytes() == (tmp_path / "b" / p).read_bytes() for p in paths)


@pytest.mark.parametrize("damage", ["changed", "removed", "no manifest", "broken manifest"])
def test_a_damaged_folder_is_not_taken_for_whole_and_is_replaced(tmp_path: Path, billed: Billed, damage: str) -> None:
    folder = _folder(tmp_path, billed)
    folder.finish()
    page, manifest = folder.place / "invoices" / "INV-000001.html", folder.place / "manifest.json"
    if damage == "changed":
        page.write_text("else", encoding="utf-8")
    elif damage == "removed":
        page.unlink()
    elif damage == "no manifest":
        manifest.unlink()
    else:
        manifest.write_text("{", encoding="utf-8")
    assert folder.manifest() is None
    _folder(tmp_path, billed).finish()
    assert folder.manifest() is not None


def test_what_a_killed_run_left_is_thrown_away(tmp_path: Path, billed: Billed) -> None:
    folder = RunFolder.of(tmp_path, billed[1])
    folder.begin()
    (folder.draft / "half.html").write_text("", encoding="utf-8")
    _folder(tmp_path, billed).finish()
    assert not (folder.place / "half.html").exists()


def test_doing_all_steps_again_changes_nothing(setting: Setting, billed: Billed) -> None:
    head = billed[0].store.head()
    workspace, report = bill_month(setting)
    with workspace:
        assert report["already"] and report["digest"] == billed[1]["digest"]
        assert workspace.store.head() == head


def test_invoices_derive_again(billed: Billed) -> None:
    assert check_invoices(billed[0], ["INV-000001", "INV-000050"]) == []


def test_a_workspace_of_another_sample_is_refused(tmp_path: Path, setting: Setting, billed: Billed) -> None:
    make_sample(tmp_path / "other", accounts=5, events=1000, period="2026-10")
    with pytest.raises(Refused) as caught:
        open_workspace(setting.workspace, Sample.open(tmp_path / "other"))
    assert caught.value.data["error"]["code"] == "RBC14"


@pytest.mark.parametrize("content", [None, "{", "[]", '{"period": "2026-10"}', '{"files": [{"file": 1}]}'])
def test_a_folder_that_is_no_sample_is_refused(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(Refused) as caught:
        Sample.open(tmp_path)
    assert caught.value.data["error"]["code"] == "RBC13"


def test_the_generator_s_own_words_come_through(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        make_sample(tmp_path / "s", accounts=1, events=1000, period="2026-10")
    assert caught.value.data["error"]["code"] == "RBC12" and "2 accounts" in caught.value.text


@pytest.mark.parametrize(
    "wrong",
    [{"period": "October"}, {"period": 2026}, {"now": "soon"}, {"threads": 0}, {"as_of": -1}, {"money": 1}],
    ids=str,
)
def test_wrong_parameters_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Setting.model_validate(wrong)


def test_the_moment_does_not_depend_on_the_day() -> None:
    assert Setting(period="2026-10").moment == Setting(now="2026-11-02T06:00:00Z").moment == 1_793_599_200_000_000


def test_the_manifest_is_json_in_utf8(tmp_path: Path, billed: Billed) -> None:
    folder = _folder(tmp_path, billed)
    folder.write_manifest({"issuer": "Café"})
    text = (folder.draft / "manifest.json").read_text(encoding="utf-8")
    assert "Café" in text and json.loads(text)["versions"]["duckdb"]
