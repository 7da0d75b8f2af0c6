"""The folder of a run: pages and a manifest, written under a temporary name and renamed when whole."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from engine.workspace import Workspace
from workbench.documents import read_invoices
from workbench.html import index_page, invoice_page
from workbench.project import as_shown

PAGES = 50
"""Invoices laid out as pages, besides those with a finding."""
LIBRARIES = ("duckdb", "pyarrow", "polars", "lark", "sqlalchemy", "papermill", "jinja2")
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class RunFolder:
    """`draft` is where a run writes, `place` the name it gets: `<reports>/<period>/<run>-<first of its digest>`."""

    draft: Path
    place: Path

    @classmethod
    def of(cls, reports: str | Path, report: Mapping[str, Any]) -> RunFolder:
        """The folder of a run by its report (`run`, `digest`); nothing is made yet."""
        period = str(report["run"]).removeprefix("run-")
        place = Path(reports) / period / f"{report['run']}-{report['digest'][:12]}"
        return cls(place.with_name(f".{place.name}.tmp"), place)

    def begin(self) -> None:
        """An empty draft; what a killed run left there is thrown away."""
        shutil.rmtree(self.draft, ignore_errors=True)
        self.draft.mkdir(parents=True)

    def write_invoices(
        self, workspace: Workspace, report: Mapping[str, Any], *, issuer: str, also: Sequence[str] = ()
    ) -> int:
        """Lay out the first 50 invoices, and those in `also`, with an index; returns how many pages of invoices."""
        first = int(report["first_number"])
        count = min(PAGES, int(report["invoices"]))
        numbers = [f"INV-{n:06d}" for n in range(first, first + count)]
        shown = read_invoices(workspace, [*numbers, *sorted(set(also) - set(numbers))])
        name = as_shown(workspace.root)
        for invoice in shown:
            page = invoice_page(invoice, issuer=issuer, workspace=name)
            self._write(f"invoices/{invoice.body['number']}.html", page)
        run = {**report, "period": str(report["run"]).removeprefix("run-"), "workspace": name}
        self._write("index.html", index_page(shown, issuer=issuer, run=run, all_count=int(report["invoices"]),
                                             problems=report["problems"]))  # fmt: skip
        return len(shown)

    def _write(self, name: str, text: str) -> None:
        path = self.draft / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")

    def write_manifest(self, content: Mapping[str, Any]) -> None:
        """Write `manifest.json`: the content given, versions, and the digest of every file of the draft."""
        paths = sorted(p for p in self.draft.rglob("*") if p.is_file() and p.name != MANIFEST)
        files = {p.relative_to(self.draft).as_posix(): _sha256(p) for p in paths}
        versions = {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}
        body = {**content, "versions": versions, "files": files}
        self._write(MANIFEST, json.dumps(body, ensure_ascii=False, indent=1) + "\n")

    def finish(self) -> None:
        """Give the draft its final name; a folder of the same run that was there, whole or not, is replaced."""
        for path in self.draft.rglob("*"):
            if path.is_file():
                with path.open("rb") as handle:
                    os.fsync(handle.fileno())
        shutil.rmtree(self.place, ignore_errors=True)
        os.rename(self.draft, self.place)

    def manifest(self) -> dict[str, Any] | None:
        """The finished folder's manifest, or None when the folder is not there or a file of it is not as written."""
        try:
            body: dict[str, Any] = json.loads((self.place / MANIFEST).read_bytes())
            whole = all(_sha256(self.place / name) == digest for name, digest in body["files"].items())
        except (OSError, ValueError, KeyError):
            return None
        return body if whole else None

    def draft_manifest(self) -> dict[str, Any]:
        """The manifest of a draft."""
        body: dict[str, Any] = json.loads((self.draft / MANIFEST).read_bytes())
        return body


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
