"""A file's tree through its versions: a declaration that says the same on the same lines is not parsed again."""

from __future__ import annotations

from dsl import syntax
from dsl.chunks import Chunk
from dsl.diagnostics import Diagnostic
from dsl.parser import Parsed, book_of, parse_chunk, read_chunks


class Reading:
    """Reads the versions of one file. What is kept is what the last version says."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._known: dict[Chunk, Parsed] = {}

    def parse(self, text: str) -> tuple[syntax.Book | None, list[Diagnostic]]:
        """What `dsl.parse` gives for this version."""
        known, kept = self._known, dict[Chunk, Parsed]()

        def read(chunk: Chunk) -> Parsed:
            parsed = known.get(chunk) or parse_chunk(chunk, self._path, chunk.first)
            kept[chunk] = parsed
            return parsed

        declarations, found = read_chunks(text, self._path, read)
        self._known = kept
        return (None if declarations is None else book_of(declarations, self._path)), found
