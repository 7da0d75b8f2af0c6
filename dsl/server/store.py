"""The open documents, and the texts of files they use: an open one as it is in its editor, another from the disk."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath
from threading import Lock
from urllib.parse import unquote, urlsplit

from lsprotocol import types

from dsl import syntax
from dsl.diagnostics import Diagnostic
from dsl.files import read_file
from dsl.incremental import Session
from dsl.server.document import Document, Loader
from dsl.server.reading import Reading
from dsl.syntax import every


def path_of(uri: str) -> str:
    """The path of a document's address; of one that is no file, the address itself."""
    parts = urlsplit(uri)
    return unquote(parts.path) if parts.scheme == "file" else uri


class _Checking:
    """The checks of one file through its versions, one at a time: they run beside what the editor asks."""

    def __init__(self, path: str, loader: Loader) -> None:
        self.reading = Reading(path)
        self._session = Session(path, loader)
        self._lock = Lock()

    def check(self, text: str) -> list[Diagnostic]:
        """The findings of a version."""
        with self._lock:
            return self._session.check(text)


@dataclass
class Store:
    """Documents by address, each with the version that its editor gave it."""

    encoding: str = types.PositionEncodingKind.Utf16.value
    _open: dict[str, tuple[int | None, Document]] = field(default_factory=dict)
    _checking: dict[str, _Checking] = field(default_factory=dict)

    def put(self, uri: str, version: int | None, text: str) -> list[str]:
        """Take in a version of a text; the addresses of what must be checked now: itself, and what uses it."""
        path = path_of(uri)
        users = [other for other, (_, one) in self._open.items() if other != uri and _uses(one, path)]
        for other in users:
            number, document = self._open[other]
            self._open[other] = (number, self._document(other, document.text))
        self._open[uri] = (version, self._document(uri, text))
        return [uri, *users]

    def drop(self, uri: str) -> None:
        """Forget a closed document."""
        self._open.pop(uri, None)
        self._checking.pop(uri, None)

    def get(self, uri: str) -> Document | None:
        """The document at an address, or None where none is open."""
        return self._open.get(uri, (None, None))[1]

    def version(self, uri: str) -> int | None:
        """The version of the document as it is now."""
        return self._open.get(uri, (None, None))[0]

    def _document(self, uri: str, text: str) -> Document:
        checking = self._checking.setdefault(uri, _Checking(path_of(uri), self._load))
        return Document(text, path_of(uri), self.encoding, self._load, checking.check, checking.reading.parse)

    def _load(self, path: str) -> str:
        for uri, (_, document) in self._open.items():
            if path_of(uri) == path:
                return document.text
        return read_file(path)


def _uses(document: Document, path: str) -> bool:
    """Whether a document reads a file, or would if it could: its own `use` lines are compared by the file's name."""
    wanted = PurePath(path).name
    return path in document.sources or any(
        PurePath(use.path.value).name == wanted for use in every(document.book, syntax.Use)
    )
