"""Bad input: each fault has its own code, sentence and hint, loses nothing, and never ends in a traceback."""

from __future__ import annotations

import ctypes
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workspace.kit import BOOK, NOW, ratebook, small, table, world

PRICE = "price USD 0.10 per call"
SLICED = BOOK.replace("unit call\n", "unit call\ndimension region { eu, us }\n").replace(
    "as call\n", "as call\n  by region\n"
)
CALENDAR = BOOK.replace(
    "plan basic",
    "calendar c {\n  band night { every day 00:00 to 07:00 }\n  band day { every day 08:00 to 00:00 }\n}\nplan basic",
)
BOOKS = {
    "unknown clause": (BOOK.replace("bill monthly", "bil monthly"), "RB002", "unknown clause `bil` in `plan`"),
    "tier gap": (
        BOOK.replace(PRICE, "price graduated {\n up to 10 call: USD 1 per call\n above 20 call: USD 2 per call\n }"),
        "RB301", "no price for calls between 10 call and 20 call",
    ),
    "tier overlap": (
        BOOK.replace(PRICE, "price graduated {\n up to 10 call: USD 1 per call\n above 5 call: USD 2 per call\n }"),
        "RB302", "two prices for calls between 5 call and 10 call",
    ),
    "unit": (BOOK.replace("unit call", "unit call\nunit B").replace(PRICE, "price USD 1 per B"), "RB201",
             "a rate per B for a quantity in call"),
    "currency": (BOOK.replace(PRICE, "price EUR 1 per call"), "RB202", "two currencies in plan basic: USD and EUR"),
    "matrix hole": (SLICED.replace(PRICE, "price matrix by region {\n eu: USD 1 per call\n }"), "RB306",
                    "no price for us"),
    "calendar hole": (CALENDAR, "RB401", "no band covers Monday 07:00 to 08:00"),
    "impossible date": (BOOK.replace("from 2026-01-01", "from 2026-02-30"), "RB009", "there is no day 2026-02-30"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BOOKS))
def test_a_bad_book_is_named_where_it_is_wrong_and_not_published(tmp_path: Path, name: str) -> None:
    text, code, message = BOOKS[name]
    made = world(tmp_path)
    for document in (ratebook("check", made.file("bad.rate", text), "--json"), None):
        data = document.data if document else made.publish(text, code=1)
        [found] = [d for d in data["files"][0]["diagnostics"] if d["severity"] == "error"]
        assert (found["code"], found["message"]) == (code, message)
        assert found["line"] > 1 or name == "impossible date"
        assert found["help"]
    shown = ratebook("check", tmp_path / "bad.rate")
    assert f"error[{code}]: {message}" in shown.out
    with made.workspace() as workspace:
        assert workspace.books == []


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"book caf\xe9 version 1", "RBC03"), (b"\x00\x01\x02\xff", "RBC03")],
    ids=["latin-1", "binary"],
)
def test_a_book_that_is_no_utf_8(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "b.rate"
    path.write_bytes(content)
    done = ratebook("check", path, "--json")
    assert (done.code, done.data["error"]["code"]) == (1, code)
    assert done.data["error"]["hint"] == "save the price book as UTF-8"


def test_an_empty_book_and_an_empty_folder(tmp_path: Path) -> None:
    path = tmp_path / "b.rate"
    path.write_bytes(b"")
    done = ratebook("check", path, "--json")
    assert done.code == 1
    assert done.data["files"][0]["diagnostics"][0]["code"].startswith("RB0")
    path.unlink()
    assert ratebook("check", tmp_path, "--json").data["error"]["code"] == "RBC05"


EVENT = {"specversion": "1.0", "id": "1", "source": "s", "type": "api.call", "subject": "ann",
         "time": "2026-10-05T00:00:00Z", "data": {"n": 1}}  # fmt: skip
RECORDS = {
    "no-id": {**EVENT, "id": ""},
    "no-time": {k: v for k, v in EVENT.items() if k != "time"},
    "no-subject": {k: v for k, v in EVENT.items() if k != "subject"},
    "bad-time": {**EVENT, "time": "2026-10-05"},
    "too-many-places": {**EVENT, "data": {"n": "0.17099999999999999"}},
    "in-the-future": {**EVENT, "time": "2027-10-05T00:00:00Z"},
}


def test_bad_events_are_kept_with_their_reason_and_the_good_ones_count(tmp_path: Path) -> None:
    made = world(tmp_path)
    made.publish()
    lines = [json.dumps(e) for e in RECORDS.values()] + [json.dumps(EVENT), '{"specversion": "1.0", "id":']
    report = made.do("ingest", made.file("e.jsonl", "\n".join(lines) + "\n"), "--now", NOW)
    assert (report["accepted"], report["quarantined"]) == (1, len(RECORDS) + 1)
    assert set(RECORDS) < set(report["reasons"])
    held = made.do("quarantine")["entries"]
    assert {made.do("quarantine", e["entry"])["raw"] for e in held} == set(lines) - {json.dumps(EVENT)}


def test_the_same_identity_with_other_content_is_a_conflict(tmp_path: Path) -> None:
    made = world(tmp_path)
    made.publish()
    other = {**EVENT, "data": {"n": 2}}
    report = made.do("ingest", made.file("e.jsonl", f"{json.dumps(EVENT)}\n{json.dumps(other)}\n"), "--now", NOW)
    assert (report["accepted"], report["conflicts"]) == (1, 1)


def test_files_that_are_not_what_they_say(tmp_path: Path) -> None:
    made = world(tmp_path)
    made.publish()
    packed = gzip.compress("".join(json.dumps({**EVENT, "id": str(i)}) + "\n" for i in range(999)).encode())
    cases = {
        "cut.jsonl.gz": (packed[:-20], "RBE05"),
        "plain.jsonl.gz": (b"not gzip at all, only text\n", "RBE04"),
        "text.parquet": (b"id,time\n1,2\n", "RBE04"),
        "packed.jsonl": (packed, "RBE04"),
        "what.xyz": (b"\x07\x08\x09\x00\xff", "RBE07"),
    }
    for name, (content, code) in cases.items():
        error = made.do("ingest", made.file(name, content), "--now", NOW, code=1)["error"]
        assert (error["code"], bool(error["message"]), bool(error["hint"])) == (code, True, True), (name, error)
    with made.workspace() as workspace:
        assert workspace.high_water() == 0


def test_an_empty_file_of_events_is_no_fault(tmp_path: Path) -> None:
    made = world(tmp_path)
    made.publish()
    assert made.do("ingest", made.file("none.jsonl", ""), "--now", NOW)["accepted"] == 0


LISTS = {
    "unknown plan": ({"customer": "c", "plan": "basik", "start": "2026-01-01"}, "RBI07", "did you mean `basic`?"),
    "unknown book": ({"customer": "c", "plan": "basic", "book": "call", "start": "2026-01-01"}, "RBI06",
                     "did you mean `calls`?"),
    "unknown contract": ({"customer": "c", "plan": "basic", "contract": "x", "start": "2026-01-01"}, "RBI10",
                         "publish the book first, or mend the name"),
    "no customer": ({"customer": "", "plan": "basic", "start": "2026-01-01"}, "RBI01", "fill the column `customer`"),
    "no date": ({"customer": "c", "plan": "basic", "start": "2026-02-30"}, "RBI03", "write it as YYYY-MM-DD"),
    "ends before it starts": ({"customer": "c", "plan": "basic", "start": "2026-02-02", "end": "2026-02-01"}, "RBI03",
                              "mend one of the dates"),
    "anchor": ({"customer": "c", "plan": "basic", "start": "2026-02-02", "anchor_day": "32"}, "RBI03", "write 1 to 31"),
    "zone": ({"customer": "c", "plan": "basic", "start": "2026-02-02", "timezone": "Mars/Base"}, "RBI04",
             "write one such as Europe/Madrid"),
    "licensed": ({"customer": "c", "plan": "basic", "start": "2026-02-02", "licensed": "many seat"}, "RBI05",
                 "write it as `5 seat`"),
    "licensed from": ({"customer": "c", "plan": "basic", "start": "2026-02-02", "licensed": "5 seat from May"}, "RBI05",
                      "write it as `5 seat` or `5 seat from 2026-03-01`"),
    "coupon date": ({"customer": "c", "plan": "basic", "start": "2026-02-02", "coupons": "a@soon"}, "RBI03",
                    "write it as `name@YYYY-MM-DD`"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_bad_row_refuses_the_whole_list_and_says_where(tmp_path: Path, name: str) -> None:
    row, code, hint = LISTS[name]
    made = world(tmp_path)
    made.publish()
    good = {"id": "good", "customer": "c", "plan": "basic", "start": "2026-01-01"}
    data = made.subscribe(good, row, code=1)
    [problem] = data["problems"]
    assert (problem["code"], problem["where"], problem["hint"]) == (code, "subs.csv row 3", hint)
    with made.workspace() as workspace:
        assert workspace.store.documents("subscription") == {}


def test_an_id_is_of_a_customer_or_of_a_subscription(tmp_path: Path) -> None:
    made = small(tmp_path)
    taken = {"id": "ann", "customer": "bob", "plan": "basic", "start": "2026-01-01"}
    assert made.subscribe(taken, code=1)["problems"][0]["code"] == "RBI13"
    own = {"id": "x", "customer": "x", "plan": "basic", "start": "2026-01-01"}
    refused = made.subscribe(own, customers=[{"id": "s_ann"}, {"id": "x"}], code=1)
    assert [p["message"] for p in refused["problems"]] == ["`s_ann` is a subscription of ann"]
    assert made.subscribe(own, customers=[{"id": "x"}])["subscriptions"] == 1


def test_lists_that_are_no_lists(tmp_path: Path) -> None:
    made = world(tmp_path)
    made.publish()
    cases = {
        "ragged.csv": (b"id,plan\n1,2,3\n", "RBI11"), "empty.csv": (b"", "RBI11"), "bad.json": (b"[1", "RBI11"),
        "scalar.jsonl": (b"1\n", "RBI11"), "latin.csv": (b"id,name\n1,caf\xe9\n", "RBI12"),
    }  # fmt: skip
    for name, (content, code) in cases.items():
        error = made.do("import", "--customers", made.file(name, content), code=1)["error"]
        assert (error["code"], bool(error["hint"])) == (code, True), (name, error)


def test_two_runs_at_once(tmp_path: Path) -> None:
    made = small(tmp_path)
    with made.workspace(read_only=False) as workspace, workspace.store.lease("run", "someone", 0):
        error = made.run("2026-10", code=1)["error"]
        assert error["code"] == "RBJ10"
        assert "someone" in error["message"]
    assert made.run("2026-10")["invoices"] == 2


def bound_by_rights() -> None:
    """Give up, before the command starts, root's power to pass over the rights of files (CAP_DAC_OVERRIDE)."""
    if os.geteuid() == 0 and ctypes.CDLL(None).prctl(24, 1, 0, 0, 0):
        raise OSError("the capability cannot be dropped")


def unprivileged(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as someone whom the rights of files bind."""
    path = os.pathsep.join((str(root), str(root / "notebooks")))
    return subprocess.run(
        [sys.executable, "-m", "workbench.cli", *arguments, "--json"], preexec_fn=bound_by_rights,
        capture_output=True, text=True, timeout=120, check=False, env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip


def test_a_read_only_workspace_is_read_and_not_written(tmp_path: Path, root: Path) -> None:
    made = small(tmp_path)
    made.run("2026-10")
    for path in [made.path, *made.path.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    where = str(made.path)
    reading = (
        ("verify", where), ("verify", where, "INV-000001"), ("explain", where, "INV-000001/1"),
        ("reconcile", where, "--period", "2026-10"), ("export", where, "lines"), ("quarantine", where),
    )  # fmt: skip
    for arguments in reading:
        done = unprivileged(root, *arguments)
        assert done.returncode == 0, (arguments, done)
    subs = made.file("s.csv", table([{"customer": "ann", "plan": "basic", "start": "2026-01-01"}]))
    writing = (
        ("run", where, "--period", "2026-11"), ("publish", where, str(tmp_path / "book.rate")),
        ("ingest", where, str(tmp_path / "events2.jsonl")), ("import", where, "--subscriptions", str(subs)),
    )  # fmt: skip
    for arguments in writing:
        done = unprivileged(root, *arguments)
        assert done.returncode == 1, (arguments, done)
        assert json.loads(done.stdout)["error"]["code"] in {"RBJ01", "RBJ06", "RBE02"}
        assert "Traceback" not in done.stderr
    for path in [made.path, *made.path.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_a_full_disk_under_the_file_of_lines(tmp_path: Path) -> None:
    made = small(tmp_path)
    folder = made.path / "lines" / "run-2026-10"
    folder.mkdir(parents=True)
    (folder / "rows.parquet.tmp").symlink_to("/dev/full")
    error = made.run("2026-10", code=1)["error"]
    assert error["code"] == "RBR10"
    assert "No space left" in error["message"]
    assert made.run("2026-10")["total"] == {"USD": "3.00"}
    made.prove("2026-10")


LIMITED = """
import resource, sys
from workbench.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
sys.exit(main(sys.argv[2:]))
"""


def test_no_room_anywhere_is_a_refusal_and_nothing_is_half_done(tmp_path: Path, root: Path) -> None:
    made = small(tmp_path)
    size = (made.path / "ratebook.db").stat().st_size
    path = os.pathsep.join((str(root), str(root / "notebooks")))
    codes = set()
    for limit in (1_000, 6_000, 20_000, 60_000, size + 30_000):
        command = [sys.executable, "-c", LIMITED, str(limit), "run", str(made.path), "--period", "2026-10"]
        done = subprocess.run(
            [*command, "--now", NOW, "--json"], capture_output=True, text=True, timeout=60, check=False,
            env={**os.environ, "PYTHONPATH": path},
        )  # fmt: skip
        document = json.loads(done.stdout)
        assert "Traceback" not in done.stderr, done.stderr
        codes.add(document.get("error", {}).get("code", "done"))
    assert len(codes) > 1
    assert codes <= {"RBJ02", "RBJ16", "RBR10", "done"}
    assert made.run("2026-10")["total"] == {"USD": "3.00"}
    assert [i["number"] for i in made.invoices()] == ["INV-000001", "INV-000002"]
    made.prove("2026-10")


def test_a_folder_of_books_may_hold_what_they_share(tmp_path: Path) -> None:
    (tmp_path / "shared.rate").write_text("unit call\ncalendar c {\n  band all { otherwise }\n}\n")
    (tmp_path / "book.rate").write_text(BOOK.replace("unit call", 'use "shared.rate"'))
    done = ratebook("check", tmp_path)
    assert done.code == 0
    assert f"{tmp_path / 'shared.rate'}: for other books to use, and it holds" in done.out
    assert "RB103" not in done.out
    (tmp_path / "shared.rate").write_text("unit call\nunit kilo = 1_000 cal\n")
    assert "error[RB101]" in ratebook("check", tmp_path / "shared.rate").out
    (tmp_path / "book.rate").write_text("unit call\nplan p {\n  bill monthly\n}\n")
    assert "error[RB011]" in ratebook("check", tmp_path / "book.rate").out
