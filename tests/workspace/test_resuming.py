"""A run that stops anywhere is taken up again: the first of a period, and the one that bills what was missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.workspace import Workspace
from tests.workspace.kit import World, plain
from tests.workspace.test_completing import MENDED, stuck

STEPS = ("rated", "written", "committed", "posted", "finished")


class Stopped(Exception):
    """The plug was pulled."""


def interrupted(made: World, at: str) -> None:
    """Run October until the plug is pulled."""

    def fault(step: str) -> None:
        if step == at:
            raise Stopped(step)

    with Workspace.open(made.path) as workspace, pytest.raises(Stopped):
        workspace.run("2026-10", now=1_800_000_000_000_000, faults=fault)


@pytest.mark.parametrize("at", STEPS)
def test_the_run_of_the_missing_is_resumed(tmp_path: Path, at: str) -> None:
    made = stuck(tmp_path)
    made.publish(MENDED, "--reason", "forgotten", "--approved-by", "cfo")
    interrupted(made, at)
    made.use("bob", "2026-10-07T00:00:00Z", n=1000, region="eu")
    made.ingest()
    report = made.run("2026-10")
    assert report["run"] == "run-2026-10-2"
    # stopped before anything was written down, the run begins anew and knows the later event
    billed = "104" if at == "rated" else "4"
    assert [plain(i["total"]) for i in made.invoices()] == ["1", "2", billed]
    assert [i["number"] for i in made.invoices()] == ["INV-000001", "INV-000002", "INV-000003"]
    assert made.run("2026-10")["already"]
    made.prove("2026-10", most=0)
