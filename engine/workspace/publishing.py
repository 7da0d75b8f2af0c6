"""Publishing price books: sealed versions that never change, and into a past that was billed only by two people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.journal import Store, Tx
from engine.model import Book
from engine.model.codec import encode
from engine.runs.books import published
from engine.workspace.errors import WorkspaceError

PROPOSAL = "proposal"
"""Kind of the documents that hold corrections awaiting a second person: `state` is pending, approved, rejected or
replaced; `book` is the body that would be sealed."""


@dataclass(frozen=True, slots=True)
class Correction:
    """Why a version starts in a past that was billed already, and who agreed: empty until somebody did."""

    reason: str
    approved_by: str = ""


def publish(
    store: Store, book: Book, text: str, path: str, actor: str, now: int, correction: Correction | None = None
) -> dict[str, Any]:
    """Seal a version. The same meaning again changes nothing; the same version with another meaning is refused.

    A version that starts in a past already billed needs a correction. With nobody's approval it becomes a proposal,
    which prices nothing until another person approves it (`approvals.approve`).
    Places in the sealed book name it `name/version.rate`, wherever its file lay: the same book gives the same lines.
    """
    result = {"book": book.name, "version": book.version, "digest": book.digest, "published": False, "proposed": False}
    if is_sealed(store, book):
        return result
    body = _body(book, text, path, actor, now)
    late = check_order(store, book)
    if late is not None:
        if correction is None:
            raise late
        body["reason"] = correction.reason
        if not correction.approved_by:
            return result | propose(store, body, actor, now)
        check_other(actor, correction.approved_by)
        body["approved_by"] = correction.approved_by
    return result | seal(store, body, actor, "publish", now)


def is_sealed(store: Store, book: Book) -> bool:
    """True when just this version is published; raises RBW02 when the version is published with another meaning."""
    held = store.get("book", f"{book.name}/{book.version}")
    if held is not None and held["digest"] != book.digest:
        raise WorkspaceError(
            "RBW02",
            f"book {book.name} version {book.version} was published with another meaning and is sealed",
            f"write it as version {book.version + 1}, from the date it shall hold",
        )
    return held is not None


def seal(store: Store, body: dict[str, Any], actor: str, action: str, now: int) -> dict[str, Any]:
    """Write a version for ever; where it was a proposal, close that in the same command."""
    ident = f"{body['name']}/{body['version']}"

    def work(tx: Tx) -> dict[str, Any]:
        tx.create("book", ident, body)
        pending = tx.get(PROPOSAL, ident)
        if pending is not None:
            tx.put(PROPOSAL, ident, {**pending, "state": "approved" if action == "approve" else "replaced"})
        return {"published": True}

    result: dict[str, Any] = store.command(actor, action, f"publish:{ident}", {"digest": body["digest"]}, now, work)
    return result


def propose(store: Store, body: dict[str, Any], actor: str, now: int) -> dict[str, Any]:
    """Keep a correction until another person approves or rejects it; a newer proposal of the version replaces it."""
    ident = f"{body['name']}/{body['version']}"
    held = store.get(PROPOSAL, ident)
    if held is not None and held["state"] == "pending" and held["book"]["digest"] == body["digest"]:
        return {"proposed": True}

    def work(tx: Tx) -> dict[str, Any]:
        tx.put(PROPOSAL, ident, {"state": "pending", "book": body, "proposed_by": actor, "proposed_at": now})
        return {"proposed": True}

    key = f"propose:{ident}:{body['digest']}:{now}"
    result: dict[str, Any] = store.command(actor, "propose", key, {"digest": body["digest"]}, now, work)
    return result


def check_other(author: str, approver: str) -> None:
    """Four eyes: raises RBW08 when the one who approves is the one who wrote."""
    if author.strip().casefold() == approver.strip().casefold():
        raise WorkspaceError(
            "RBW08",
            f"`{approver}` cannot approve a correction of their own",
            "let another person approve it: ratebook approve WS BOOK/VERSION --actor NAME",
        )


def _body(book: Book, text: str, path: str, actor: str, now: int) -> dict[str, Any]:
    return {
        "name": book.name, "version": book.version, "start": book.start.isoformat(),
        "through": book.through.isoformat() if book.through else "", "digest": book.digest, "path": path,
        "text": text, "model": _placed(encode(book), f"{book.name}/{book.version}.rate"), "published_at": now,
        "published_by": actor,
    }  # fmt: skip


def _placed(model: Any, path: str) -> Any:
    """The model's JSON with every place in the file `path`."""
    if isinstance(model, list):
        return [_placed(item, path) for item in model]
    if not isinstance(model, dict):
        return model
    moved = {key: _placed(item, path) for key, item in model.items()}
    return moved | {"path": path} if model.get("$") == "Place" else moved


def check_order(store: Store, book: Book) -> WorkspaceError | None:
    """Versions and their dates rise together: raises RBW03. Returns what only a correction may do: RBW03 or RBW04."""
    others = published(store, book.name)
    late = None
    for other in others:
        later, earlier = (book, other) if book.version > other.version else (other, book)
        if later.start > earlier.start:
            continue
        wrong = WorkspaceError(
            "RBW03",
            f"version {later.version} of {book.name} starts on {later.start}, not after version {earlier.version}",
            "start it later; to correct a version from its own first day: --reason TEXT",
        )
        if later.start < earlier.start:
            raise wrong
        late = wrong
    if late is not None:
        return late
    billed = [r["period_end"] for r in store.documents("run").values() if r["status"] == "finished"]
    if any(o.version < book.version for o in others) and billed and book.start.isoformat() < max(billed):
        return WorkspaceError(
            "RBW04",
            f"version {book.version} of {book.name} starts on {book.start}, but invoices up to {max(billed)} are final",
            "start it later, or propose it as a correction that another person approves: --reason TEXT",
        )
    return None
