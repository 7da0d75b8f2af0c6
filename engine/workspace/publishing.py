"""Publishing price books: sealed versions that never change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.journal import Store, Tx
from engine.model import Book
from engine.model.codec import encode
from engine.runs.books import published
from engine.workspace.errors import WorkspaceError


@dataclass(frozen=True, slots=True)
class Correction:
    """Why, and by whose leave, a version starts in a past that was billed already."""

    reason: str
    approved_by: str


def publish(
    store: Store, book: Book, text: str, path: str, actor: str, now: int, correction: Correction | None = None
) -> dict[str, Any]:
    """Seal a version. The same meaning again changes nothing; the same version with another meaning is refused.

    Places in the sealed book name it `name/version.rate`, wherever its file lay: the same book gives the same lines.
    """
    ident = f"{book.name}/{book.version}"
    held = store.get("book", ident)
    if held is not None and held["digest"] == book.digest:
        return {"book": book.name, "version": book.version, "digest": book.digest, "published": False}
    if held is not None:
        raise WorkspaceError(
            "RBW02",
            f"book {book.name} version {book.version} was published with another meaning and is sealed",
            f"write it as version {book.version + 1}, from the date it shall hold",
        )
    _check_order(store, book, correction)
    body = {
        "name": book.name, "version": book.version, "start": book.start.isoformat(),
        "through": book.through.isoformat() if book.through else "", "digest": book.digest, "path": path,
        "text": text, "model": _placed(encode(book), f"{ident}.rate"), "published_at": now, "published_by": actor,
    }  # fmt: skip
    if correction is not None:
        body |= {"reason": correction.reason, "approved_by": correction.approved_by}

    def work(tx: Tx) -> dict[str, Any]:
        tx.create("book", ident, body)
        return {"book": book.name, "version": book.version, "digest": book.digest, "published": True}

    result: dict[str, Any] = store.command(actor, "publish", f"publish:{ident}", {"digest": book.digest}, now, work)
    return result


def _placed(model: Any, path: str) -> Any:
    """The model's JSON with every place in the file `path`."""
    if isinstance(model, list):
        return [_placed(item, path) for item in model]
    if not isinstance(model, dict):
        return model
    moved = {key: _placed(item, path) for key, item in model.items()}
    return moved | {"path": path} if model.get("$") == "Place" else moved


def _check_order(store: Store, book: Book, correction: Correction | None) -> None:
    """Versions and their dates rise together, and only a correction starts inside what was billed already."""
    for other in published(store, book.name):
        later, earlier = (book, other) if book.version > other.version else (other, book)
        if later.start < earlier.start or (later.start == earlier.start and correction is None):
            raise WorkspaceError(
                "RBW03",
                f"version {later.version} of {book.name} starts on {later.start}, not after version {earlier.version}",
                "a later version starts later",
            )
    billed = [r["period_end"] for r in store.documents("run").values() if r["status"] == "finished"]
    own = [o for o in published(store, book.name) if o.version < book.version]
    if own and billed and book.start.isoformat() < max(billed) and correction is None:
        raise WorkspaceError(
            "RBW04",
            f"version {book.version} of {book.name} starts on {book.start}, but invoices up to {max(billed)} are final",
            "start it later, or publish it as a correction: --reason TEXT --approved-by NAME",
        )
