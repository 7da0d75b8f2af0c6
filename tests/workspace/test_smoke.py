"""The whole way once."""

from __future__ import annotations

from pathlib import Path

from tests.workspace.kit import small


def test_a_month_from_events_to_proof(tmp_path: Path) -> None:
    made = small(tmp_path)
    report = made.run("2026-10")
    assert report["total"] == {"USD": "3.00"}
    assert (report["invoices"], report["problems"], report["already"]) == (2, [], False)
    made.prove("2026-10")
    assert made.amounts() == {"s_ann": ["calls 1"], "s_bob": ["calls 2"]}
