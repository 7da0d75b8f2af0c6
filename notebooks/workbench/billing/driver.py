"""The billing notebook run by papermill in this process, and its run folder completed with the executed notebook."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.runs.run import milliseconds
from engine.workspace import Workspace
from workbench.billing.folder import RunFolder
from workbench.billing.sample import Sample
from workbench.billing.setting import Setting
from workbench.billing.steps import open_workspace
from workbench.output import Refused, error_data, error_text
from workbench.project import as_shown, project_root

NOTEBOOK = "20_billing_run.ipynb"
CELL_SECONDS = 6 * 3600


@dataclass(frozen=True, slots=True)
class Billed:
    """What `bill` did: the run folder, its manifest, and whether all of it was there before."""

    folder: Path
    manifest: dict[str, Any]
    already: bool


def bill(setting: Setting) -> Billed:
    """Bill as the notebook does; a month that was billed whole before is left as it is.

    Raises `Refused` RBC13 to RBC15: no sample, a workspace of another sample, or a cell that failed.
    """
    began = time.perf_counter_ns()
    sample = Sample.open(setting.sample)
    if found := _finished(setting, sample):
        return found
    draft = Path(setting.reports) / setting.period / ".running.ipynb"
    draft.parent.mkdir(parents=True, exist_ok=True)
    _execute(setting, draft)
    with Workspace.open(setting.workspace, read_only=True) as workspace:
        folder = RunFolder.of(setting.reports, _report(workspace, setting.period) or {})
    _complete(folder, draft, setting, began)
    manifest = folder.manifest()
    assert manifest is not None, "a folder that was just renamed is whole"
    return Billed(folder.place, manifest, False)


def _finished(setting: Setting, sample: Sample) -> Billed | None:
    if not (Path(setting.workspace) / "ratebook.db").exists():
        return None
    with open_workspace(setting.workspace, sample) as workspace:
        report = _report(workspace, setting.period)
    if report is None:
        return None
    folder = RunFolder.of(setting.reports, report)
    manifest = folder.manifest()
    return None if manifest is None else Billed(folder.place, manifest, True)


def _report(workspace: Workspace, period: str) -> dict[str, Any] | None:
    run = workspace.store.get("run", f"run-{period}")
    report: dict[str, Any] | None = run["report"] if run and run["status"] == "finished" else None
    return report


def _execute(setting: Setting, target: Path) -> None:
    # these take seconds to import, which a month that was billed before need not wait for
    from papermill.exceptions import PapermillExecutionError
    from papermill.execute import execute_notebook

    from workbench.kernel import kernel_options

    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    root = project_root()
    try:
        execute_notebook(  # type: ignore[no-untyped-call]
            str(root / "notebooks" / NOTEBOOK), str(target), parameters=_parameters(setting), progress_bar=False,
            cwd=str(root), execution_timeout=CELL_SECONDS, start_timeout=120, **kernel_options(),
        )  # fmt: skip
    except PapermillExecutionError as error:
        failed = target.with_name("failed.ipynb")
        os.replace(target, failed)
        message = f"the notebook stopped in cell {error.cell_index + 1}: {error.ename}: {error.evalue}"
        hint = f"open {as_shown(failed)}; running again continues where it stopped"
        raise Refused(error_data("RBC15", message, hint), error_text("RBC15", message, hint)) from None


def _parameters(setting: Setting) -> dict[str, Any]:
    """The notebook's parameters, folders named from the checkout where they lie in it."""
    places = {n: as_shown(Path(getattr(setting, n))) for n in ("workspace", "sample", "reports")}
    return {**setting.model_dump(), **places, "finish": False}


def _complete(folder: RunFolder, draft: Path, setting: Setting, began: int) -> None:
    from workbench.billing.page import notebook_page

    content: Mapping[str, Any] = folder.draft_manifest()
    target = folder.draft / "billing_run.ipynb"
    os.replace(draft, target)
    (folder.draft / "billing_run.html").write_text(notebook_page(target), encoding="utf-8", newline="\n")
    times = {**content["times"], "everything": milliseconds(time.perf_counter_ns() - began)}
    folder.write_manifest({**content, "parameters": _parameters(setting), "times": times})
    folder.finish()
