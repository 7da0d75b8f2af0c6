"""Files that are no books, never end, or are made to exhaust a reader: refused with a code, at once."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from workbench.cli import main
from workbench.magics import BookErrors, compile_cell

HEAD = "book b version 1 from 2026-01-01\ncurrency USD\n"
TEXTS = {
    "a line of a megabyte": ("# " + "x" * 1_000_000, "RB013"),
    "a word of a megabyte": ("x" * 1_000_000, "RB013"),
    "a number of a megabyte": ("unit a = " + "1" * 1_000_000 + " b", "RB013"),
    "ten thousand parentheses": ("meter m {\n  where " + "(" * 10_000 + "a = 1" + ")" * 10_000 + "\n}", "RB013"),
    "ten thousand lines of them": ("meter m {\n  where " + "(\n" * 10_000 + "a = 1" + ")" * 10_000 + "\n}", "RB013"),
    "ten thousand braces": ("{" * 10_000, "RB013"),
    "too many lines": ("unit a\n" * 300_000, "RB013"),
    "a NUL": ("unit a\0", "RB017"),
    "a NUL in a text": ('plan p "\0" {\n  bill monthly in arrears\n}', "RB017"),
    "a control character in a comment": ("# \x1b[31m", "RB017"),
    "a file that uses itself": ('use "hard.rate"', "RB023"),
    "a device": ('use "/dev/zero"', "RB021"),
}


def codes(capsys: pytest.CaptureFixture[str], path: Path) -> list[str]:
    """The codes of `check --json`: of the first file, or of the refusal."""
    capsys.readouterr()
    assert main(["check", "--json", str(path)]) == 1
    data: dict[str, Any] = json.loads(capsys.readouterr().out)
    if "error" in data:
        return [data["error"]["code"]]
    return list(dict.fromkeys(found["code"] for found in data["files"][0]["diagnostics"]))


@pytest.mark.parametrize("name", TEXTS)
def test_texts(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, code = TEXTS[name]
    path = tmp_path / "hard.rate"
    path.write_text(HEAD + text + "\n")
    assert codes(capsys, path) == [code]
    assert main(["check", str(path)]) == 1
    assert f"error[{code}]" in capsys.readouterr().out


@pytest.mark.parametrize("name", [name for name in TEXTS if "uses itself" not in name])
def test_the_same_in_a_cell(name: str) -> None:
    text, code = TEXTS[name]
    with pytest.raises(BookErrors, match=code):
        compile_cell({}, "book", HEAD + text + "\n")


def test_half_of_a_surrogate_pair_in_a_cell() -> None:
    with pytest.raises(BookErrors, match="RB017") as raised:
        compile_cell({}, "book", HEAD + 'plan p "\ud800" {\n  bill monthly in arrears\n}\n')
    assert "U+D800" in raised.value.report
    raised.value.report.encode("utf-8")


@pytest.mark.parametrize(
    "raw", [HEAD.encode() + b"\xff", HEAD.encode("utf-16"), HEAD.encode("utf-16-be"), HEAD.encode() + b"\xed\xa0\x80"]
)
def test_other_encodings(raw: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "b.rate"
    path.write_bytes(raw)
    assert codes(capsys, path) == ["RBC03"]


def test_a_file_of_a_hundred_megabytes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "b.rate"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    assert codes(capsys, path) == ["RBC02"]


def test_what_is_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "pipe.rate")
    (tmp_path / "loop.rate").symlink_to(tmp_path / "back.rate")
    (tmp_path / "back.rate").symlink_to(tmp_path / "loop.rate")
    for name in ("pipe.rate", "loop.rate"):
        assert codes(capsys, tmp_path / name) == ["RBC02"]
    book = tmp_path / "book.rate"
    book.write_text(HEAD + "".join(f'use "{name}"\n' for name in ("pipe.rate", "loop.rate", ".", "none.rate")))
    assert codes(capsys, book) == ["RB021"]


def test_more_used_files_than_a_book_may_have(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(101):
        (tmp_path / f"u{number}.rate").write_text(f"unit u_{number}\n")
    book = tmp_path / "book.rate"
    book.write_text(HEAD + "".join(f'use "u{number}.rate"\n' for number in range(100)))
    assert main(["check", str(book)]) == 0
    book.write_text(book.read_text() + 'use "u100.rate"\n')
    assert codes(capsys, book) == ["RB024"]


def test_a_report_of_very_many_findings_ends(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "b.rate"
    path.write_text(HEAD + "unit a\n" * 3_000)
    assert main(["check", str(path)]) == 1
    assert "and 2_799 more findings" in capsys.readouterr().out
