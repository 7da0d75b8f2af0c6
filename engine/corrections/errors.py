"""What stops a correction run, with a code, a sentence and a hint."""

from __future__ import annotations


class CorrectionError(Exception):
    """A correction that cannot be made. Nothing was half done."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint

    def __str__(self) -> str:
        return f"{self.code}: {self.message}" + (f" ({self.hint})" if self.hint else "")
