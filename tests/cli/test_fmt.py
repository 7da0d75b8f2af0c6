"""`ratebook fmt`: what it writes, what it leaves alone, and what it says."""

from __future__ import annotations

import io
import os
import stat
import sys
from pathlib import Path

import pytest
from workbench import files

from tests.workspace.kit import ratebook

LOOSE = "plan p { bill monthly # twelve times\n}\n"
TIDY = "plan p {\n  bill monthly  # twelve times\n}\n"
BROKEN = "plan p {\n  bil monthly\n}\n"


def a_book(folder: Path, text: str = LOOSE, name: str = "a.rate") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_it_writes_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    path = a_book(tmp_path)
    path.chmod(0o640)
    first = ratebook("fmt", path, "--json")
    assert first.code == 0
    assert first.data == {"files": [{"path": str(path), "changed": True, "diagnostics": []}]}
    assert path.read_text() == TIDY
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    before = path.stat()
    again = ratebook("fmt", path)
    assert again.out == "1 book formatted already\n"
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert os.listdir(tmp_path) == ["a.rate"]


def test_check_and_diff_write_nothing(tmp_path: Path) -> None:
    path = a_book(tmp_path)
    a_book(tmp_path, TIDY, "b.rate")
    check = ratebook("fmt", tmp_path, "--check")
    assert (check.code, check.out.splitlines()[-1]) == (1, "1 book would be formatted, 1 book formatted already")
    diff = ratebook("fmt", tmp_path, "--diff")
    assert diff.code == 0
    assert "-plan p { bill monthly # twelve times\n+plan p {\n+  bill monthly  # twelve times\n" in diff.out
    assert ratebook("fmt", tmp_path, "--diff", "--check").code == 1
    assert "+plan p {" in ratebook("fmt", path, "--diff", "--json").data["files"][0]["diff"]
    assert path.read_text() == LOOSE


def test_a_broken_book_keeps_its_text_and_the_others_are_formatted(tmp_path: Path) -> None:
    broken, loose = a_book(tmp_path, BROKEN, "a.rate"), a_book(tmp_path, LOOSE, "b.rate")
    done = ratebook("fmt", tmp_path)
    assert done.code == 1
    assert done.out.startswith("error[RB002]: unknown clause `bil` in `plan`\n --> ")
    assert done.out.endswith("1 book formatted, 1 book refused\n")
    assert (broken.read_text(), loose.read_text()) == (BROKEN, TIDY)


@pytest.mark.parametrize("text", ["\ufeff" + TIDY, TIDY.replace("\n", "\r\n")])
def test_line_ends_and_a_byte_order_mark_are_changes(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.rate"
    path.write_bytes(text.encode())
    assert ratebook("fmt", path).code == 0
    assert path.read_bytes() == TIDY.encode()


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    path, link = a_book(tmp_path), tmp_path / "link.rate"
    link.symlink_to(path)
    assert ratebook("fmt", link).code == 0
    assert link.is_symlink()
    assert path.read_text() == TIDY


def test_a_file_that_may_not_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = a_book(tmp_path)
    monkeypatch.setattr(files.os, "access", lambda *_: False)
    done = ratebook("fmt", path)
    assert (done.code, "this file is read-only" in done.err) == (1, True)
    assert path.read_text() == LOOSE


def test_a_write_that_fails_leaves_the_file_and_no_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = a_book(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    done = ratebook("fmt", path, "--json")
    assert (done.code, done.data["error"]["code"]) == (1, "RBC02")
    assert (os.listdir(tmp_path), path.read_text()) == (["a.rate"], LOOSE)


def test_no_file_no_text_no_book(tmp_path: Path) -> None:
    assert ratebook("fmt", tmp_path / "none.rate", "--json").data["error"]["code"] == "RBC02"
    assert ratebook("fmt", tmp_path, "--json").data["error"]["code"] == "RBC05"
    (tmp_path / "a.rate").write_bytes(b"unit \xff")
    assert ratebook("fmt", tmp_path, "--json").data["error"]["code"] == "RBC03"


def from_input(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def test_standard_input_goes_to_standard_output(monkeypatch: pytest.MonkeyPatch) -> None:
    from_input(monkeypatch, LOOSE)
    assert ratebook("fmt", "-").out == TIDY
    from_input(monkeypatch, LOOSE)
    assert ratebook("fmt", "-", "--json").data["text"] == TIDY
    from_input(monkeypatch, LOOSE)
    assert ratebook("fmt", "-", "--check").code == 1
    from_input(monkeypatch, BROKEN)
    refused = ratebook("fmt", "-")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith("error[RB002]: unknown clause `bil` in `plan`\n --> <stdin>:2:3")
    assert ratebook("fmt", "-", "x.rate").code == 2


def test_check_names_the_style_on_demand(tmp_path: Path) -> None:
    path = a_book(tmp_path)
    assert "RB802" not in ratebook("check", path).out
    shown = ratebook("check", "--style", path)
    assert "warning[RB802]: not written as the formatter writes it" in shown.out
    assert "the formatter writes `plan p {`" in shown.out
