"""The Ratebook engine: exact metering, rating, invoicing, proof.

`engine.quote` and `engine.Workspace` are loaded when they are first asked for, so that a pure room can be imported
without the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.rating import quote
    from engine.workspace import Workspace

__all__ = ["Workspace", "quote"]


def __getattr__(name: str) -> Any:
    if name == "quote":
        from engine.rating import quote

        return quote
    if name == "Workspace":
        from engine.workspace import Workspace

        return Workspace
    raise AttributeError(f"module `engine` has no attribute `{name}`")
