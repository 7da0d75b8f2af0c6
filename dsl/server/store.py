"""The open documents, and the texts of files they use: an open one as it is in its editor, another from the disk."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from lsprotocol import types

from dsl.checker import read_file
from dsl.server.document import Document


def path_of(uri: str) -> str:
    """The path of a document's address; of one that is no file, the address itself."""
    parts = urlsplit(uri)
    return unquote(parts.path) if parts.scheme == "file" else uri


@dataclass
class Store:
    """Documents by address, each with the version that its editor gave it."""

    encoding: str = types.PositionEncodingKind.Utf16.value
    _open: dict[str, tuple[int | None, Document]] = field(default_factory=dict)

    def put(self, uri: str, version: int | None, text: str) -> Document:
        """Take in a version of a text. Documents that may use it are read anew when they are next asked."""
        for other, (number, document) in self._open.items():
            self._open[other] = (number, self._document(other, document.text))
        document = self._document(uri, text)
        self._open[uri] = (version, document)
        return document

    def drop(self, uri: str) -> None:
        """Forget a closed document."""
        self._open.pop(uri, None)

    def get(self, uri: str) -> Document | None:
        """The document at an address, or None where none is open."""
        return self._open.get(uri, (None, None))[1]

    def version(self, uri: str) -> int | None:
        """The version of the document as it is now."""
        return self._open.get(uri, (None, None))[0]

    def addresses(self) -> list[str]:
        """The addresses of all open documents."""
        return list(self._open)

    def _document(self, uri: str, text: str) -> Document:
        return Document(text, path_of(uri), self.encoding, self._load)

    def _load(self, path: str) -> str:
        for uri, (_, document) in self._open.items():
            if path_of(uri) == path:
                return document.text
        return read_file(path)
