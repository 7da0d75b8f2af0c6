"""A bundle proves an invoice to somebody who has nothing else; every byte of it counts."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.journal.canonical import canonical_json
from tests.proof.test_explain import KINDS
from tests.workspace.kit import World, ratebook, world

Edit = Callable[[dict[str, bytes]], None]


@pytest.fixture(scope="module")
def billed(tmp_path_factory: pytest.TempPathFactory) -> World:
    """An invoice of every kind of line, one of its events amended and one retracted."""
    made = world(tmp_path_factory.mktemp("billed"))
    made.publish(KINDS)
    made.subscribe({"id": "s", "customer": "ann", "plan": "all", "start": "2026-10-03", "licensed": "2 seat"})
    for day in (4, 5, 6):
        made.use("ann", f"2026-10-{day:02}T00:00:00.5Z", n=20 + day, who="x", sort="paid")
    made.use("ann", "2026-10-07T00:00:00Z", n="9.125", who="y", sort="paid")
    made.events[-1]["amends"] = "e1"
    made.use("ann", "2026-10-08T00:00:00Z", n=0)
    made.events[-1] |= {"type": "ratebook.retraction", "data": {"id": "e2"}}
    made.ingest()
    made.run("2026-10")
    return made


@pytest.fixture
def bundle(billed: World, tmp_path: Path) -> Path:
    """The bundle of the invoice."""
    path = tmp_path / "inv.zip"
    billed.do("bundle", "INV-000001", "--out", path)
    return path


def edited(path: Path, edit: Edit, *, seal: bool) -> Path:
    """A copy with files changed; `seal`: by somebody who mends the manifest as well."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    edit(files)
    if seal:
        manifest = json.loads(files["manifest.json"])
        named = {n: hashlib.sha256(b).hexdigest() for n, b in files.items() if n != "manifest.json"}
        files["manifest.json"] = canonical_json(manifest | {"files": named}).encode()
    target = path.with_name("edited.zip")
    with zipfile.ZipFile(target, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return target


def findings(path: Path) -> list[tuple[str, str]]:
    """(check, what) of everything that the verification finds."""
    done = ratebook("verify", path, "--json")
    return [(f["check"], f["what"]) for f in done.data["findings"]]


def replaced(name: str, old: bytes, new: bytes) -> Edit:
    def edit(files: dict[str, bytes]) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)

    return edit


def test_a_bundle_verifies_alone_and_is_the_same_bytes_again(billed: World, bundle: Path, tmp_path: Path) -> None:
    assert ratebook("verify", bundle).out == f"{bundle}: verified\n"
    again = tmp_path / "again.zip"
    billed.do("bundle", "INV-000001", "--out", again)
    assert again.read_bytes() == bundle.read_bytes()
    with zipfile.ZipFile(bundle) as archive:
        assert "page.html" in archive.namelist()
        assert b"INV-000001" in archive.read("page.html")
        assert len(archive.read("events.jsonl").splitlines()) == 5


PLACES = [
    ("books/kinds-1.rate", b"USD 0.30", b"USD 0.31"),
    ("books/kinds-1.json", b'"digest":"', b'"digest":"0'),
    ("events.jsonl", b'"n": 26', b'"n": 27'),
    ("digests.json", b'["', b'["f'),
    ("invoice.json", b'"total":"', b'"total":"1'),
    ("lines.json", b'"amount": "', b'"amount": "1'),
]


@pytest.mark.parametrize(("name", "old", "new"), PLACES)
def test_a_changed_byte_is_named(bundle: Path, name: str, old: bytes, new: bytes) -> None:
    assert findings(edited(bundle, replaced(name, old, new), seal=False)) == [("files", name)]


@pytest.mark.parametrize(("name", "old", "new"), PLACES)
def test_a_change_under_a_mended_manifest_is_found_by_what_follows_from_it(
    bundle: Path, name: str, old: bytes, new: bytes
) -> None:
    assert findings(edited(bundle, replaced(name, old, new), seal=True))


def test_a_missing_and_an_added_file_are_named(bundle: Path) -> None:
    def edit(files: dict[str, bytes]) -> None:
        del files["events.jsonl"]
        files["more.txt"] = b"x"

    assert findings(edited(bundle, edit, seal=False)) == [("files", "events.jsonl"), ("files", "more.txt")]


def test_an_event_left_out_under_a_mended_manifest_is_found(bundle: Path) -> None:
    def edit(files: dict[str, bytes]) -> None:
        files["events.jsonl"] = b"\n".join(files["events.jsonl"].splitlines()[:-1]) + b"\n"
        digests = json.loads(files["digests.json"])
        files["digests.json"] = canonical_json(digests[:-1]).encode()

    assert findings(edited(bundle, edit, seal=True))


def test_no_bundle_is_refused(tmp_path: Path, billed: World) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"no zip")
    assert ratebook("verify", path, "--json").data["error"]["code"] == "RBP08"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", b"b")
    assert ratebook("verify", path, "--json").data["error"]["code"] == "RBP08"
    assert billed.do("bundle", "INV-000009", "--out", tmp_path / "y.zip", code=1)["error"]["code"] == "RBP01"
    assert not (tmp_path / "y.zip").exists()
