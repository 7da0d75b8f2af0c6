"""What stops a comparison of two versions over history."""

from __future__ import annotations


class ImpactError(Exception):
    """Two versions that cannot be compared over a period. RBT01: nobody to rate; RBT02: two currencies."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint
