"""Explain a correction: as billed, as now derived, the difference, why, and what became of it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.journal import Store
from engine.metering import open_duck
from engine.money import format_pico
from engine.proof.errors import ProofError
from engine.proof.evidence import stored_lines

WORDS = {
    "own": "billed on an own invoice",
    "note": "credited by a credit note",
    "next": "billed on the next invoice",
    "credit_next": "credited on the next invoice",
    "wallet": "to be credited to the wallet",
    "absorbed": "below the threshold of the plan's `corrections` clause: kept as a record, not billed",
    "expired": "after the limit of the plan's `corrections` clause: kept as a record, not billed",
    "none": "the lines change, their sum does not",
}


def correction_of(store: Store, ident: str) -> dict[str, Any] | None:
    """The correction, own invoice or credit note of that number; None when it is something else."""
    for kind in ("correction", "credit_note", "invoice"):
        body = store.get(kind, ident.partition("/")[0])
        if body is not None and (kind != "invoice" or body.get("kind") == "correction"):
            return body
    return None


def explain_correction(root: Path, store: Store, ident: str, body: dict[str, Any]) -> dict[str, Any]:
    """Explain `COR-000001`, a line of it that takes another back, or a document that settles one.

    `changes` pairs what was billed with what is derived now, by kind, charge and name. Raises `ProofError`.
    """
    number, _, position = ident.partition("/")
    rows = lines_of(root, body, number)
    if position:
        row = next((r for r in rows if r["line"] == ident), None)
        if row is None:
            raise ProofError("RBP04", f"{number} has no line {position}", f"it has {len(rows)} lines")
        return _row(row) | {
            "id": ident, "kind": "correction line", "invoice": number, "currency": body["currency"],
            "reason": body["reason"], "agrees": True,
        }  # fmt: skip
    inside = sum((r["amount"] for r in rows), Decimal(0)) - Decimal(body["included_tax"])
    return {
        "id": number, "agrees": inside == Decimal(body["due"]),
        "kind": "correction", "customer": body["customer"], "currency": body["currency"],
        "corrects": body["invoice"], "reason": body["reason"], "decision": body.get("decision", "settles"),
        "sentence": _sentence(body), "settled_by": body.get("settled_by", ""), "changes": _changes(rows),
        "steps": [_row(r) for r in rows], "total": _short(body["total"]), "tax": _short(body["tax"]),
        "due": _short(body["due"]), "proof": body["proof"],
    }  # fmt: skip


def lines_of(root: Path, body: dict[str, Any], number: str) -> list[dict[str, Any]]:
    """The lines of a correction, or of a document that settles one, as they are on disk."""
    con = open_duck()
    try:
        return stored_lines(con, root / body["artefact"], number)
    finally:
        con.close()


def _sentence(body: dict[str, Any]) -> str:
    if "decision" not in body:
        return f"settles {body['correction']}"
    settled = f" {body['settled_by']}" if body["settled_by"] else ""
    return WORDS[body["decision"]] + settled


def _short(text: str) -> str:
    return format_pico(int(Decimal(text).scaleb(12)))


def _row(row: dict[str, Any]) -> dict[str, Any]:
    taken = row.get("reverses")
    return {
        "line": row["line"], "kind": row["kind"], "charge": row["charge"], "label": row["label"],
        "amount": format_pico(int(row["amount"].scaleb(12))), "reverses": taken,
        "by": f"takes back {taken}" if taken else "derived now",
        "price": {"book": row["book_version"], "digest": row["price_digest"]}, "place": row["place"],
    }  # fmt: skip


def _changes(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As billed and as derived now of each charge that differs."""
    sums: dict[tuple[str, str, str], list[int]] = {}
    for row in rows:
        held = sums.setdefault((row["kind"], row["charge"] or "", row["name"]), [0, 0])
        taken = row.get("reverses") is not None
        held[0 if taken else 1] += -int(row["amount"].scaleb(12)) if taken else int(row["amount"].scaleb(12))
    return [
        {
            "kind": kind, "charge": charge, "name": name, "billed": format_pico(billed), "derived": format_pico(now),
            "difference": format_pico(now - billed),
        }
        for (kind, charge, name), (billed, now) in sums.items()
    ]  # fmt: skip
