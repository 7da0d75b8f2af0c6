"""Publishing price books: sealed versions that never change."""

from __future__ import annotations

from typing import Any

from engine.journal import Store, Tx
from engine.model import Book
from engine.model.codec import encode
from engine.runs.books import published
from engine.workspace.errors import WorkspaceError


def publish(store: Store, book: Book, text: str, path: str, actor: str, now: int) -> dict[str, Any]:
    """Seal a version. The same meaning again changes nothing; the same version with another meaning is refused."""
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
    _check_order(store, book)
    body = {
        "name": book.name, "version": book.version, "start": book.start.isoformat(),
        "through": book.through.isoformat() if book.through else "", "digest": book.digest, "path": path,
        "text": text, "model": encode(book), "published_at": now, "published_by": actor,
    }  # fmt: skip

    def work(tx: Tx) -> dict[str, Any]:
        tx.create("book", ident, body)
        return {"book": book.name, "version": book.version, "digest": book.digest, "published": True}

    result: dict[str, Any] = store.command(actor, "publish", f"publish:{ident}", {"digest": book.digest}, now, work)
    return result


def _check_order(store: Store, book: Book) -> None:
    """Versions and their dates rise together, and none starts inside what was billed already."""
    for other in published(store, book.name):
        later, earlier = (book, other) if book.version > other.version else (other, book)
        if later.start <= earlier.start:
            raise WorkspaceError(
                "RBW03",
                f"version {later.version} of {book.name} starts on {later.start}, not after version {earlier.version}",
                "a later version starts later",
            )
    billed = [r["period_end"] for r in store.documents("run").values() if r["status"] == "finished"]
    own = [o for o in published(store, book.name) if o.version < book.version]
    if own and billed and book.start.isoformat() < max(billed):
        raise WorkspaceError(
            "RBW04",
            f"version {book.version} of {book.name} starts on {book.start}, but invoices up to {max(billed)} are final",
            "start it later; a correction of the past needs a reason and an approver",
        )
