"""The lossless JSON twin of a book: what the text says, its comments and its blank lines, for tools."""

from dsl.twin.check import text_to_twin, twin_to_text
from dsl.twin.schema import book_schema

__all__ = ["book_schema", "text_to_twin", "twin_to_text"]
