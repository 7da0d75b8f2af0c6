"""`check` looks across the versions of a book, and at what a workspace has published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from workbench.cli import main

BOOK = """book b version {version} from {start}

currency USD

plan p {{
  bill monthly in arrears

  charge fee "Fee" {{
    price flat USD {fee}
  }}
}}

example "a month" {{
  given plan p
  given period 2027-01-01 through 2027-01-31
  expect fee = USD {fee}
}}
"""


def written(folder: Path, version: int, start: str, fee: str = "1.00") -> Path:
    """A version of the book in its file."""
    path = folder / f"{version}.rate"
    path.write_text(BOOK.format(version=version, start=start, fee=fee))
    return path


def check(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, list[str]], str]:
    """Exit status, codes by file name, and the report for people."""
    status = main(["check", *words])
    text = capsys.readouterr().out
    main(["check", "--json", *words])
    files: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["files"]
    return status, {Path(f["path"]).name: [d["code"] for d in f["diagnostics"]] for f in files}, text


def test_versions_that_follow_one_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path, 1, "2026-01-01 through 2026-12-31")
    written(tmp_path, 2, "2027-01-01")
    assert check(capsys, str(tmp_path))[:2] == (0, {"1.rate": [], "2.rate": []})


@pytest.mark.parametrize(
    ("first", "second", "code", "help"),
    [
        ("2026-01-01 through 2027-01-15", "2027-01-01", "RB501", "start this one `from 2027-01-16`"),
        ("2026-01-01 through 2026-11-30", "2027-01-01", "RB502", "start this one `from 2026-12-01`"),
        ("2026-06-01", "2026-01-01", "RB504", "a later version starts later"),
    ],
)
def test_versions_that_do_not(
    first: str, second: str, code: str, help: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path, 1, first)
    written(tmp_path, 2, second)
    status, codes, text = check(capsys, str(tmp_path))
    assert (status, codes) == (1, {"1.rate": [], "2.rate": [code]})
    assert help in text and f"= version 1: {tmp_path / '1.rate'}:1" in text


def test_the_same_name_in_another_folder_is_another_book(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in ("drafts", "sold"):
        (tmp_path / folder).mkdir()
        written(tmp_path / folder, 1, "2026-01-01")
    assert check(capsys, str(tmp_path))[0] == 0


def test_a_published_version_whose_text_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, workspace = written(tmp_path, 1, "2026-01-01"), str(tmp_path / "ws")
    assert main(["init", workspace]) == 0
    assert main(["publish", workspace, str(path)]) == 0
    capsys.readouterr()
    path.write_text("# only a remark\n" + path.read_text())
    assert check(capsys, str(path), "--published", workspace)[0] == 0
    written(tmp_path, 1, "2026-01-01", "2.00")
    status, codes, text = check(capsys, str(path), "--published", workspace)
    assert (status, codes) == (1, {"1.rate": ["RB505"]})
    assert "write the change as version 2" in text
    written(tmp_path, 2, "2027-01-01", "2.00")
    assert check(capsys, str(tmp_path / "2.rate"), "--published", workspace)[0] == 0
