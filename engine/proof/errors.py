"""Questions that cannot be answered."""

from __future__ import annotations


class ProofError(Exception):
    """A question about something that is not there."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint
