"""October billed, then corrected."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.workspace.kit import BOOK, World, world

DAY = "2026-10-05T00:00:00Z"
BILL = "  bill monthly in arrears on day 1\n"


def with_clause(clause: str, book: str = BOOK) -> str:
    """The book with a `corrections` clause on its plan."""
    return book.replace(BILL, f"{BILL}  corrections {{ {clause} }}\n")


def billed(folder: Path, book: str, *, n: int = 20, **more: str) -> World:
    """October is billed for one subscription that used `n`."""
    made = world(folder)
    made.publish(book)
    made.subscribe({"id": "s", "customer": "ann", "plan": "basic", "start": "2026-10-01", **more})
    late(made, n)
    made.run("2026-10")
    return made


def late(made: World, *amounts: int, time: str = DAY) -> None:
    """Events that come now."""
    for n in amounts:
        made.use("ann", time, n=n)
    made.ingest()


def correct(made: World, *more: str, period: str = "2026-10", day: int = 2, code: int = 0) -> dict[str, Any]:
    """A correction run."""
    moment = f"2026-12-{day:02}T00:00:00Z"
    return made.do("correct", "--period", period, "--reason", "late", "--now", moment, *more, code=code)


def difference(report: dict[str, Any]) -> Decimal:
    """The whole difference of a correction run, in USD."""
    return Decimal(report["difference"]["USD"])


def documents(made: World, kind: str) -> list[dict[str, Any]]:
    """Documents of a kind, as they are kept."""
    with made.workspace() as workspace:
        return list(workspace.store.documents(kind).values())


def balances(made: World) -> dict[str, Decimal]:
    """What every account of the ledger holds, debits less credits, by the name of its role."""
    found: dict[str, Decimal] = {}
    for row in made.do("export", "transfers")["data"]:
        amount = Decimal(row["amount"]).scaleb(-12)
        for account, sign in ((row["debit_account_id"], 1), (row["credit_account_id"], -1)):
            found[account] = found.get(account, Decimal(0)) + sign * amount
    return found
