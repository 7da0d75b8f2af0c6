"""The sample company's month on disk, as its manifest describes it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.output import Refused, error_data, error_text


@dataclass(frozen=True, slots=True)
class Sample:
    """A folder written by `data.generate`: `lines` by file of events, `digest` of the manifest."""

    folder: Path
    period: str
    lines: dict[str, int]
    digest: str

    @classmethod
    def open(cls, folder: str | Path) -> Sample:
        """Read the manifest; raises `Refused` RBC13 where there is none or where it cannot be read."""
        path = Path(folder) / "manifest.json"
        try:
            content = path.read_bytes()
            data: dict[str, Any] = json.loads(content)
            lines = {entry["file"]: int(entry["lines"]) for entry in data["files"]}
        except (OSError, ValueError, KeyError, TypeError) as error:
            message, hint = f"{path} is no sample's manifest ({error})", "make one: make sample"
            raise Refused(error_data("RBC13", message, hint), error_text("RBC13", message, hint)) from None
        return cls(Path(folder), str(data["period"]), lines, hashlib.sha256(content).hexdigest())

    @property
    def total(self) -> int:
        """Lines of events in all files."""
        return sum(self.lines.values())
