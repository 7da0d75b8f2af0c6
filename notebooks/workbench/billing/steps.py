"""The steps before and after a run, each of which does nothing where it was done before."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from engine.events import Source
from engine.events.tables import quarantine
from engine.proof import verify_invoice
from engine.workspace import Workspace
from workbench.billing.sample import Sample
from workbench.billing.setting import Setting
from workbench.books import checked_text
from workbench.lists import read_rows
from workbench.output import Refused, error_data, error_text
from workbench.project import make_sample, project_root, sample_books

MARK = "sample.sha256"
"""The file in a workspace that names the sample it was fed from."""


def open_workspace(folder: str | Path, sample: Sample, tenant: str = "lantern") -> Workspace:
    """The workspace at `folder`, made when absent. Raises `Refused` RBC14 when it was fed from another sample."""
    root = Path(folder)
    workspace = Workspace.open(root) if (root / "ratebook.db").exists() else Workspace.init(root, tenant)
    mark = root / MARK
    if not mark.exists():
        draft = mark.with_suffix(".tmp")
        draft.write_text(sample.digest, encoding="ascii")
        os.replace(draft, mark)
    elif mark.read_text(encoding="ascii") != sample.digest:
        workspace.close()
        message = f"the workspace {root} holds the month of another sample than {sample.folder}"
        hint = "give it a folder of its own, or remove what was made: make clean"
        raise Refused(error_data("RBC14", message, hint), error_text("RBC14", message, hint))
    return workspace


def bill_month(setting: Setting) -> tuple[Workspace, dict[str, Any]]:
    """The whole way in one call: a workspace in which the setting's month is billed, and the report of its run."""
    if not Path(setting.sample, "manifest.json").exists():
        make_sample(setting.sample, accounts=60, events=5000, period=setting.period)
    sample = Sample.open(setting.sample)
    workspace = open_workspace(setting.workspace, sample)
    publish_sample(workspace, setting.start)
    import_sample(workspace, sample, setting.start)
    ingest_sample(workspace, sample, setting.moment)
    report = workspace.run(setting.period, now=setting.moment, as_of=setting.as_of, threads=setting.threads)
    return workspace, report


def publish_sample(workspace: Workspace, now: int) -> list[dict[str, Any]]:
    """Check the sample company's books and seal them; raises `Refused` with the findings where one does not hold."""
    held = {(b.name, b.version): b.digest for b in workspace.books}
    root = project_root()
    results = []
    for path in sample_books(root):
        # the path in the book is the one below the checkout: lines name it, and must not depend on where that lies
        report = checked_text((root / path).read_text(encoding="utf-8"), path)
        if report.failed or report.book is None:
            raise Refused(report.data(), report.text())
        book = report.book
        if held.get((book.name, book.version)) == book.digest:
            results.append({"book": book.name, "version": book.version, "digest": book.digest, "published": False})
        else:
            results.append(workspace.publish(book, report.source, str(path), now=now))
    return results


def import_sample(workspace: Workspace, sample: Sample, now: int) -> dict[str, int]:
    """Take in the sample's customers and subscriptions."""
    rows = [read_rows(str(sample.folder / name)) for name in ("customers.csv", "subscriptions.csv")]
    return workspace.import_lists(rows[0], rows[1], now=now)


def ingest_sample(workspace: Workspace, sample: Sample, now: int) -> dict[str, int]:
    """Take in the files of events that were not taken in whole before, and say what the log holds of all of them.

    The counts follow from the log's state, so that they are the same after a run that was killed and begun again.
    """
    taken: dict[str, int] = {}
    for body in workspace.store.documents("ingest").values():
        for name, last in body["sources"].items():
            taken[name] = max(taken.get(name, 0), int(last))
    waiting = [name for name, lines in sample.lines.items() if taken.get(name, 0) < lines]
    if waiting:
        workspace.ingest([Source(path=sample.folder / name) for name in waiting], now=now)
    accepted, refused = workspace.high_water(), count_quarantined(workspace)
    return {
        "lines": sample.total, "accepted": accepted, "quarantined": refused,
        "duplicates": sample.total - accepted - refused,
    }  # fmt: skip


def count_quarantined(workspace: Workspace) -> int:
    """Entries in quarantine."""
    with workspace.store.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(quarantine)).scalar_one())


def check_invoices(workspace: Workspace, numbers: list[str]) -> list[dict[str, str]]:
    """Derive invoices again from their events with the scalar reference; returns what differs, at best nothing."""
    return [d.data() for number in numbers for d in verify_invoice(workspace.root, workspace.store, number)]
