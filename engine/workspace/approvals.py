"""Four eyes: what happens to a proposed correction, and the history of a book's versions."""

from __future__ import annotations

from typing import Any

from engine.journal import Store, Tx
from engine.model.codec import decode
from engine.workspace.errors import WorkspaceError
from engine.workspace.publishing import PROPOSAL, check_order, check_other, is_sealed, seal


def approve(store: Store, ident: str, actor: str, now: int) -> dict[str, Any]:
    """Seal a proposed version as its proposer wrote it.

    Raises RBW09 when nothing of that name awaits approval, RBW08 when `actor` proposed it, and RBW02 or RBW03 when
    other versions that were published since leave no room for it.
    """
    pending = _pending(store, ident)
    check_other(pending["proposed_by"], actor)
    body = pending["book"]
    book = decode(body["model"])
    result = {"book": body["name"], "version": body["version"], "digest": body["digest"], "published": False}
    if is_sealed(store, book):
        return result
    check_order(store, book)
    sealed = body | {"published_at": now, "approved_by": actor}
    return result | seal(store, sealed, actor, "approve", now)


def reject(store: Store, ident: str, actor: str, reason: str, now: int) -> dict[str, Any]:
    """Close a proposal without publishing it; the one who wrote it may do so too. Raises RBW09."""
    pending = _pending(store, ident)

    def work(tx: Tx) -> dict[str, Any]:
        tx.put(PROPOSAL, ident, {**pending, "state": "rejected", "rejected_by": actor, "rejected_for": reason})
        return {"book": pending["book"]["name"], "version": pending["book"]["version"], "rejected": True}

    key = f"reject:{ident}:{pending['book']['digest']}:{pending['proposed_at']}"
    result: dict[str, Any] = store.command(actor, "reject", key, {"reason": reason}, now, work)
    return result


def history(store: Store, name: str | None = None) -> list[dict[str, Any]]:
    """Every version that was published or proposed (of one book), in the order of its moment: who, what, when, why.

    Each has `book version digest state start at by reason approved_by`; `state` is published, pending, rejected.
    """
    rows = [_row(body, "published") for body in store.documents("book").values()]
    rows += [
        _row(p["book"], p["state"]) | {"reason": p.get("rejected_for") or p["book"]["reason"]}
        for p in store.documents(PROPOSAL).values()
        if p["state"] in ("pending", "rejected")
    ]
    return sorted((r for r in rows if name in (None, r["book"])), key=lambda r: (r["at"], r["book"], r["version"]))


def _row(body: dict[str, Any], state: str) -> dict[str, Any]:
    return {
        "book": body["name"], "version": body["version"], "state": state, "start": body["start"],
        "at": body["published_at"], "by": body["published_by"], "approved_by": body.get("approved_by", ""),
        "reason": body.get("reason", ""), "digest": body["digest"],
    }  # fmt: skip


def _pending(store: Store, ident: str) -> dict[str, Any]:
    found = store.get(PROPOSAL, ident)
    if found is None or found["state"] != "pending":
        raise WorkspaceError("RBW09", f"no correction `{ident}` awaits approval", "list what does: ratebook history WS")
    return found
