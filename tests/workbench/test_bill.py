"""`ratebook bill`: once, twice, killed on the way, and stopped by a cell that fails."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from workbench.billing import driver
from workbench.cli import main
from workbench.project import make_sample

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a sample in it."""
    folder = tmp_path_factory.mktemp("bill")
    make_sample(folder / "sample", accounts=12, events=1500, period="2026-10")
    return folder


def _arguments(places: Path) -> list[str]:
    named = {"--workspace": "ws", "--sample": "sample", "--reports": "reports"}
    return ["bill", *(part for option, name in named.items() for part in (option, str(places / name)))]


def _invoices(places: Path) -> dict[str, str]:
    """Digest of each page of the only run folder; the notebook and the manifest hold times and are left out."""
    (run,) = (places / "reports" / "2026-10").glob("run-*")
    pages = [run / "index.html", *(run / "invoices").iterdir()]
    assert {"billing_run.ipynb", "billing_run.html", "manifest.json"} < {p.name for p in run.iterdir()}
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in pages}


@pytest.fixture(scope="module")
def undisturbed(places: Path) -> dict[str, str]:
    """The pages of a month that nothing stopped."""
    assert main(_arguments(places)) == 0
    return _invoices(places)


def _no_outside(page: str) -> bool:
    """Whether a page makes the browser fetch nothing by itself."""
    return not re.search(r'(src|href)="(https?:)?//|import\("http|@import|url\(["\']?http', page)


def test_ten_lines_and_a_whole_folder(
    places: Path, undisturbed: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(_arguments(places)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 10 and "billed before; nothing was changed" in lines[0]
    assert _invoices(places) == undisturbed
    folder = Path(lines[6].split()[1]).parent
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["balanced"] and manifest["differences"] == [] and manifest["counts"]["invoices"] > 10
    assert set(manifest["times"]) > {"books", "events", "meter and rate", "reconcile", "everything"}
    assert _no_outside((folder / "billing_run.html").read_text(encoding="utf-8"))
    assert not list(folder.parent.glob(".*")), "drafts are gone"


def test_a_month_that_was_billed_is_not_run_again(
    places: Path, undisturbed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("the notebook was run")

    monkeypatch.setattr(driver, "_execute", never)
    assert main(_arguments(places)) == 0


@pytest.mark.parametrize("reached", ["ws/sample.sha256", "ws/events", "reports/2026-10/.run-*/index.html"])
def test_killed_and_begun_again(places: Path, undisturbed: dict[str, str], reached: str) -> None:
    for name in ("ws", "reports"):
        shutil.rmtree(places / name)
    victim = subprocess.Popen(
        [sys.executable, "-m", "workbench.cli", *_arguments(places)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while victim.poll() is None and not list(places.glob(reached)):
        time.sleep(0.02)
    # the command and its kernel die at once, as when the machine stops
    children = Path(f"/proc/{victim.pid}/task/{victim.pid}/children").read_text(encoding="ascii").split()
    for process in (victim.pid, *map(int, children)):
        os.kill(process, signal.SIGKILL)
    assert victim.wait() == -signal.SIGKILL, "it was over before it could be killed"
    assert main(_arguments(places)) == 0
    assert _invoices(places) == undisturbed


def test_a_cell_that_fails_is_named_and_kept(
    places: Path, undisturbed: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(places / "sample", tmp_path / "sample")
    (tmp_path / "sample" / "subscriptions.csv").write_text("id,customer\nsub_1,nobody\n", encoding="utf-8")
    assert main(_arguments(tmp_path)) == 1
    shown = capsys.readouterr()
    assert "error[RBC15]: the notebook stopped in cell" in shown.out + shown.err
    assert (tmp_path / "reports" / "2026-10" / "failed.ipynb").is_file()


@pytest.mark.parametrize(
    ("more", "code", "sentence"),
    [
        (["--period", "October"], 2, "--period"),
        (["--threads", "0"], 2, "--threads"),
        (["--now", "soon"], 2, "--now"),
        (["--sample", "/nowhere"], 1, "error[RBC13]"),
    ],
)
def test_wrong_use_is_named(
    places: Path, more: list[str], code: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*_arguments(places), *more]) == code
    shown = capsys.readouterr()
    assert sentence in shown.out + shown.err
