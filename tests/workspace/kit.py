"""A small world to bill: a workspace driven through the `ratebook` command, as people drive it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.cli import main

from engine.workspace import Workspace

NOW = "2026-12-01T00:00:00Z"

BOOK = """
book calls version 1 from 2026-01-01
currency USD
timezone "UTC"
unit call
meter calls {
  events "api.call"
  measure sum of n as call
}
plan basic {
  bill monthly in arrears on day 1
  charge calls {
    for calls
    price USD 0.10 per call
  }
}
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one command did: exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> dict[str, Any]:
        """The one JSON document on standard output."""
        found: dict[str, Any] = json.loads(self.out)
        return found


def ratebook(*arguments: str | Path) -> Outcome:
    """Run one command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code = main([str(a) for a in arguments])
        except SystemExit as end:
            code = int(end.code or 0)
    return Outcome(code, out.getvalue(), err.getvalue())


@dataclass(slots=True)
class World:
    """One workspace below `folder`."""

    folder: Path
    count: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def path(self) -> Path:
        """The workspace."""
        return self.folder / "ws"

    def do(self, name: str, *arguments: str | Path, code: int = 0) -> dict[str, Any]:
        """A command of the workspace with `--json`; its exit code must be `code`."""
        done = ratebook(name, self.path, *arguments, "--json")
        assert done.code == code, (name, done)
        return done.data

    def file(self, name: str, text: str | bytes) -> Path:
        """Write a file beside the workspace."""
        path = self.folder / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def publish(self, text: str = BOOK, *more: str, name: str = "book.rate", code: int = 0) -> dict[str, Any]:
        """Publish a book."""
        return self.do("publish", self.file(name, text), "--now", NOW, *more, code=code)

    def subscribe(self, *rows: Mapping[str, str], customers: Sequence[Mapping[str, str]] = (), code: int = 0) -> Any:
        """Import subscriptions (`customer`, `plan`, `start`, ...), and customers where they matter."""
        arguments: list[str | Path] = ["--subscriptions", self.file("subs.csv", table(rows))]
        if customers:
            arguments += ["--customers", self.file("customers.csv", table(customers))]
        return self.do("import", *arguments, "--now", NOW, code=code)

    def use(self, subject: str, time: str, kind: str = "api.call", **data: Any) -> None:
        """Note an event; `ingest` takes all noted in."""
        self.count += 1
        self.events.append(
            {"specversion": "1.0", "id": f"e{self.count}", "source": "test", "type": kind, "subject": subject,
             "time": time, "data": data}
        )  # fmt: skip

    def ingest(self) -> dict[str, Any]:
        """Take the noted events in."""
        path = self.file(f"events{self.count}.jsonl", "".join(json.dumps(e) + "\n" for e in self.events))
        self.events.clear()
        return self.do("ingest", path, "--now", NOW)

    def run(self, period: str, *more: str, code: int = 0) -> dict[str, Any]:
        """Bill a period, over or not."""
        return self.do("run", "--period", period, "--now", NOW, "--early", "a test", *more, code=code)

    def lines(self) -> list[dict[str, Any]]:
        """All lines, as they are exported."""
        found: list[dict[str, Any]] = self.do("export", "lines")["data"]
        return found

    def invoices(self) -> list[dict[str, Any]]:
        """All invoices, as they are exported."""
        found: list[dict[str, Any]] = self.do("export", "invoices")["data"]
        return found

    def amounts(self) -> dict[str, list[str]]:
        """The lines' amounts without trailing zeros, by subscription, in invoice order: `name amount`."""
        found: dict[str, list[str]] = {}
        for line in self.lines():
            shown = f"{line['name']} {plain(line['amount'])}"
            found.setdefault(line["subscription"], []).append(shown)
        return found

    def prove(self, *periods: str, most: int = 5) -> None:
        """Everything verifies, the first `most` invoices by themselves too, and every period reconciles."""
        assert self.do("verify")["findings"] == []
        for invoice in self.invoices()[:most]:
            assert self.do("verify", invoice["number"])["findings"] == []
        for period in periods:
            assert self.do("reconcile", "--period", period)["balanced"]

    def workspace(self, *, read_only: bool = True) -> Workspace:
        """The workspace itself."""
        return Workspace.open(self.path, read_only=read_only)


def world(folder: Path) -> World:
    """A new workspace, empty."""
    folder.mkdir(exist_ok=True)
    made = World(folder)
    assert ratebook("init", made.path, "--tenant", "acme").code == 0
    return made


def small(folder: Path) -> World:
    """A world of two customers with ten and twenty calls in October 2026, not billed yet."""
    made = world(folder)
    made.publish()
    made.subscribe(*({"id": f"s_{c}", "customer": c, "plan": "basic", "start": "2026-01-01"} for c in ("ann", "bob")))
    made.use("ann", "2026-10-05T10:00:00Z", n=10)
    made.use("bob", "2026-10-06T10:00:00Z", n=20)
    made.ingest()
    return made


def table(rows: Iterable[Mapping[str, str]]) -> str:
    """CSV of rows that may have different columns."""
    listed = list(rows)
    names = list(dict.fromkeys(name for row in listed for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    return out.getvalue()


def plain(amount: object) -> str:
    """A decimal without trailing zeros."""
    text = str(amount)
    return text.rstrip("0").rstrip(".") if "." in text else text
