"""The price book language: text in, checked syntax tree and diagnostics out."""

from dsl.checker import BookError, CheckedBook, check, has_errors, read_file
from dsl.parser import parse

__all__ = ["BookError", "CheckedBook", "check", "has_errors", "parse", "read_file"]
