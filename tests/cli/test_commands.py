"""Every command: its JSON, its text, its exit code, and what it does the second time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from workbench.cli import COMMANDS

from tests.workspace.kit import BOOK, NOW, World, ratebook, small, world

EXAMPLE = (
    BOOK
    + """
example "ten" {
  given plan basic
  given period 2026-10-01 through 2026-10-31
  given usage calls = 10 call
  expect calls = USD 1
}
"""
)


def test_check_lists_findings_and_examples(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.rate", tmp_path / "bad.rate"
    good.write_text(EXAMPLE)
    bad.write_text(EXAMPLE.replace("expect calls = USD 1", "expect calls = USD 2"))
    done = ratebook("check", good, "--json")
    [file] = done.data["files"]
    assert (done.code, file["path"]) == (0, str(good))
    [example] = file["examples"]
    assert (example["title"], example["passed"]) == ("ten", True)
    assert [(e["what"], e["passed"]) for e in example["expectations"]] == [("calls", True)]
    assert {"expected", "actual"} <= set(example["expectations"][0])
    assert {"code", "severity", "line", "column", "message", "help"} <= set(file["diagnostics"][0])
    failing = ratebook("check", tmp_path, "--json")
    assert failing.code == 1
    assert [f["path"] for f in failing.data["files"]] == [str(bad), str(good)]
    assert not failing.data["files"][0]["examples"][0]["passed"]


def test_check_takes_rounding_up_to_twelve_decimals(tmp_path: Path) -> None:
    path = tmp_path / "b.rate"
    path.write_text(EXAMPLE.replace("currency USD", "currency USD rounded half_even to 12 decimals"))
    assert ratebook("check", path, "--json").code == 0
    path.write_text(EXAMPLE.replace("currency USD", "currency USD rounded half_even to 13 decimals"))
    done = ratebook("check", path, "--json")
    assert done.code == 1
    assert any(d["severity"] == "error" for d in done.data["files"][0]["diagnostics"])


def test_init_makes_a_workspace_once(tmp_path: Path) -> None:
    done = ratebook("init", tmp_path / "ws", "--json")
    assert (done.code, done.data) == (0, {"workspace": str(tmp_path / "ws"), "tenant": "ws"})
    again = ratebook("init", tmp_path / "ws", "--json")
    assert (again.code, again.data["error"]["code"]) == (1, "RBW01")


def test_publish_seals_and_the_same_again_changes_nothing(tmp_path: Path) -> None:
    made = world(tmp_path)
    [first] = made.publish()["published"]
    [second] = made.publish(BOOK + "\n# a remark changes no meaning\n")["published"]
    assert (first["book"], first["version"], first["published"]) == ("calls", 1, True)
    assert second == {**first, "published": False}
    edited = made.publish(BOOK.replace("0.10", "0.11"), code=1)["error"]
    assert (edited["code"], edited["hint"]) == ("RBW02", "write it as version 2, from the date it shall hold")


def test_import_counts_what_changed(tmp_path: Path) -> None:
    made = world(tmp_path)
    made.publish()
    row = {"id": "s", "customer": "c", "plan": "basic", "start": "2026-01-01"}
    assert made.subscribe(row) == {"customers": 1, "subscriptions": 1, "changed": 2}
    assert made.subscribe(row, {**row, "id": "t"}, customers=[{"id": "c"}])["changed"] == 1
    assert made.subscribe({**row, "end": "2026-12-31"})["changed"] == 1


def test_import_reads_json_lines_too(tmp_path: Path) -> None:
    made = world(tmp_path)
    made.publish()
    rows = made.file("subs.jsonl", json.dumps({"customer": "c", "plan": "basic", "start": "2026-01-01"}) + "\n")
    assert made.do("import", "--subscriptions", rows)["subscriptions"] == 1


def test_ingest_counts_and_the_same_file_again_is_all_duplicates(tmp_path: Path) -> None:
    made = world(tmp_path)
    made.publish()
    made.use("ann", "2026-10-05T10:00:00Z", n=10)
    made.use("ann", "2026-10-06T10:00:00Z", n=1)
    first = made.ingest()
    assert {k: first[k] for k in ("accepted", "duplicates", "conflicts", "quarantined", "seq")} == {
        "accepted": 2, "duplicates": 0, "conflicts": 0, "quarantined": 0, "seq": 2,
    }  # fmt: skip
    again = made.do("ingest", tmp_path / "events2.jsonl", "--now", NOW)
    assert (again["accepted"], again["duplicates"], again["seq"]) == (0, 2, 2)


def test_run_reports_and_the_second_run_changes_nothing(tmp_path: Path) -> None:
    made = small(tmp_path)
    first = made.run("2026-10")
    assert {k: first[k] for k in ("run", "invoices", "lines", "total")} == {
        "run": "run-2026-10", "invoices": 2, "lines": 2, "total": {"USD": "3.00"},
    }  # fmt: skip
    assert {"plan", "commit", "ledger", "tie-out"} <= {s["name"] for s in first["steps"]}
    assert all(s["seconds"].replace(".", "").isdigit() for s in first["steps"])
    assert len(first["digest"]) == 64
    with made.workspace() as workspace:
        head = workspace.store.head()
    assert made.run("2026-10")["already"]
    with made.workspace() as workspace:
        assert workspace.store.head() == head


def test_explain_verify_reconcile_say_the_same_twice(tmp_path: Path) -> None:
    made = small(tmp_path)
    made.run("2026-10")
    for arguments in (("explain", "INV-000001"), ("explain", "INV-000001/1"), ("verify",), ("verify", "INV-000002")):
        assert made.do(*arguments) == made.do(*arguments)
    assert made.do("explain", "INV-000001")["agrees"]
    assert made.do("verify") == {"verified": True, "what": "journal, ledger, events and every invoice", "findings": []}
    assert made.do("reconcile", "--period", "2026-10")["balanced"]


@pytest.mark.parametrize("what", ["invoices", "lines", "journal", "transfers"])
def test_export_in_every_form(tmp_path: Path, what: str) -> None:
    made = small(tmp_path)
    made.run("2026-10")
    document = made.do("export", what)
    assert document["rows"] == len(document["data"]) > 0
    text = ratebook("export", made.path, what, "--format", "csv").out
    assert text.count("\n") == document["rows"] + 1
    rows = [json.loads(x) for x in ratebook("export", made.path, what, "--format", "jsonl").out.splitlines()]
    assert len(rows) == document["rows"]
    for form in ("csv", "jsonl", "parquet"):
        out = tmp_path / f"out.{form}"
        assert made.do("export", what, "--format", form, "--out", out)["file"] == str(out)
        assert out.stat().st_size > 0
    assert ratebook("export", made.path, what, "--format", "parquet").code == 2


WRONG = [
    (),
    ("nonsense",),
    ("run",),
    ("run", "ws"),
    ("run", "ws", "--period", "2026-10", "--as-of", "x"),
    ("run", "ws", "--period", "2026-10", "--now", "yesterday"),
    ("import", "ws"),
    ("export", "ws", "secrets"),
    ("export", "ws", "lines", "--format", "xml"),
    ("ingest", "ws"),
    ("publish", "ws"),
    ("check",),
    ("explain", "ws"),
    ("run", "ws", "--period", "2026-10", "--unknown"),
]


@pytest.mark.parametrize("arguments", WRONG)
def test_wrong_use_is_two_with_one_json_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert ratebook("init", "ws").code == 0
    done = ratebook(*arguments, "--json")
    assert done.code == 2
    assert done.data["error"]["code"] == "RBC01"
    assert done.data["error"]["message"]
    plain = ratebook(*arguments)
    assert (plain.code, plain.out) == (2, "")
    assert plain.err


REFUSED = [
    ("run", "nowhere", "--period", "2026-10"),
    ("explain", "nowhere", "INV-000001"),
    ("explain", "ws", "INV-000001"),
    ("verify", "nowhere"),
    ("verify", "ws", "INV-000009"),
    ("reconcile", "ws", "--period", "2026-10"),
    ("run", "ws", "--period", "2026-13"),
    ("run", "ws", "--period", "soon"),
    ("reconcile", "ws", "--period", "soon"),
    ("check", "missing.rate"),
    ("publish", "ws", "missing.rate"),
    ("publish", "ws", "ws"),
    ("ingest", "ws", "missing.jsonl"),
    ("ingest", "ws", "ws"),
    ("import", "ws", "--subscriptions", "missing.csv"),
    ("import", "ws", "--subscriptions", "ws"),
    ("export", "nowhere", "lines"),
    ("explain-code", "RB999"),
]


@pytest.mark.parametrize("arguments", REFUSED)
def test_a_refusal_is_one_with_code_sentence_and_one_json_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert ratebook("init", "ws").code == 0
    done = ratebook(*arguments, "--json")
    assert done.code == 1
    error = done.data["error"]
    assert error["code"].startswith("RB")
    assert error["message"]
    assert error["hint"]
    plain = ratebook(*arguments)
    assert (plain.code, plain.out) == (1, "")
    assert plain.err.startswith(f"error[{error['code']}]: ")


def shell(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as its own process."""
    path = os.pathsep.join((str(root), str(root / "notebooks")))
    return subprocess.run(
        [sys.executable, "-m", "workbench.cli", *arguments],
        capture_output=True, text=True, timeout=60, env={**os.environ, "PYTHONPATH": path}, check=False,
    )  # fmt: skip


def test_as_a_process(tmp_path: Path, root: Path) -> None:
    made: World = small(tmp_path)
    done = shell(root, "run", str(made.path), "--period", "2026-10", "--now", NOW, "--json")
    assert (done.returncode, json.loads(done.stdout)["total"]) == (0, {"USD": "3.00"})
    assert done.stderr == ""
    refused = shell(root, "run", str(made.path), "--period", "2026-10", "--as-of", "99")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert shell(root, "run").returncode == 2


def test_help_starts_without_the_heavy_libraries(root: Path) -> None:
    probe = (
        "import sys\nfrom workbench.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit as end:\n    assert end.code == 0\n"
        "heavy = {'duckdb', 'pyarrow', 'sqlalchemy', 'polars', 'pandas', 'lark', 'msgspec', 'pydantic'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    path = os.pathsep.join((str(root), str(root / "notebooks")))
    done = subprocess.run(
        [sys.executable, "-c", probe],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
        check=True,
    )
    assert done.stderr == "[]\n"
    assert all(name in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help(name: str) -> None:
    done = ratebook(name, "--help")
    assert done.code == 0
    assert COMMANDS[name] in done.out


def test_quote_prices_without_a_workspace(tmp_path: Path) -> None:
    path = tmp_path / "b.rate"
    path.write_text(EXAMPLE)
    done = ratebook("quote", path, "--plan", "basic", "--period", "2026-10", "--usage", "calls=15 call", "--json")
    assert (done.code, done.data["due"], done.data["lines"][0]["quantity"]) == (0, "1.50", "15")
    for wrong in (("--usage", "calls=x"), ("--usage", "calls=5 GB"), ("--licensed", "5"), ("--licensed", "5 GB")):
        assert ratebook("quote", path, "--plan", "basic", "--period", "2026-10", *wrong, "--json").code == 2
    assert ratebook("quote", path, "--plan", "b", "--period", "2026-10", "--json").data["error"]["code"] == "RBQ04"


def test_quote_takes_money_and_the_meters_own_unit(root: Path) -> None:
    def due(book: str, plan: str, usage: str) -> str:
        path = root / "pricebooks" / book / "1.rate"
        return str(
            ratebook("quote", path, "--plan", plan, "--period", "2026-10", "--usage", usage, "--json").data["due"]
        )

    # 200 x 5.99% + 0.30
    assert due("card_fees", "standard", "klarna=USD 200") == due("card_fees", "standard", "klarna=200") == "12.28"
    # energy is measured in kWh: 400 x 0.245, and the standing charge of 16
    assert due("energy", "home_flat", "energy=400") == due("energy", "home_flat", "energy=400 kWh") == "119.70"


def test_quarantine_lists_and_shows(tmp_path: Path) -> None:
    made = world(tmp_path)
    made.publish()
    made.do("ingest", made.file("bad.jsonl", '{"specversion": "1.0"}\n'), "--now", NOW)
    [entry] = made.do("quarantine")["entries"]
    assert made.do("quarantine", entry["entry"])["raw"] == '{"specversion": "1.0"}'
    assert made.do("quarantine", "nothing", code=1)["error"]["code"] == "RBE13"
