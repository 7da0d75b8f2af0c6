"""What a proof finds: something that is not as it should be."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as it should be: where (`what`), and a sentence."""

    check: str
    what: str
    message: str

    def data(self) -> dict[str, str]:
        """As JSON."""
        return {"check": self.check, "what": self.what, "message": self.message}


def text_of(value: object) -> str:
    """A value of a proof as text: decimals in full, never with an exponent."""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
