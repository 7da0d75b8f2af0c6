"""docs/commands.md says what the commands print."""

from __future__ import annotations

import re
from pathlib import Path

from workbench.cli import COMMANDS

from tests.proof.test_explain import KINDS
from tests.workspace.kit import world

NOTEBOOKS = {"bill", "nb"}
"""Commands that the notebooks' own page describes."""


def test_every_command_and_every_key_of_a_line_is_documented(tmp_path: Path, root: Path) -> None:
    text = (root / "docs" / "commands.md").read_text()
    named = {m.split()[0] for m in re.findall(r"^\| `([a-z][^`]*)`", text, re.MULTILINE)}
    assert COMMANDS.keys() - NOTEBOOKS <= named
    made = world(tmp_path)
    made.publish(KINDS)
    made.subscribe({"id": "s", "customer": "ann", "plan": "all", "start": "2026-10-03", "licensed": "2 seat"})
    made.use("ann", "2026-10-05T00:00:00Z", n=20, who="x", sort="paid")
    made.ingest()
    words = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`]*)`", text))))
    report = made.run("2026-10")
    assert report.keys() - {"artefact", "first_number"} <= words
    line = made.do("explain", "INV-000001/1")
    assert line.keys() - {"id", "kind", "invoice", "charge", "label", "currency"} <= words
    assert line["events"].keys() - {"agrees"} <= words
    assert made.do("explain", "INV-000001").keys() - {"id", "kind", "customer", "currency", "proof"} <= words
    stage = made.do("reconcile", "--period", "2026-10")["stages"][0]
    assert stage.keys() <= words
