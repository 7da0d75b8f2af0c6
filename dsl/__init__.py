"""The price book language: text in, a compiled book or diagnostics out."""

from dsl.checker import BookError, CheckedBook, check, has_errors, is_shared
from dsl.compiler import compile
from dsl.files import read_file
from dsl.parser import parse

__all__ = ["BookError", "CheckedBook", "check", "compile", "has_errors", "is_shared", "parse", "read_file"]
