"""A query built step by step: named common table expressions, then one SELECT."""

from __future__ import annotations

__all__ = ["Steps"]


class Steps:
    """Collects steps in order; `render` writes the whole query."""

    def __init__(self) -> None:
        self._steps: list[tuple[str, str]] = []

    def add(self, name: str, sql: str) -> str:
        """Add a step; its name, made unique, comes back."""
        taken = {known for known, _ in self._steps}
        unique, number = name, 2
        while unique in taken:
            unique, number = f"{name}_{number}", number + 1
        self._steps.append((unique, sql))
        return unique

    def render(self, final: str) -> str:
        """The query with `final` as its SELECT."""
        if not self._steps:
            return final
        steps = ",\n".join(f"{name} AS (\n{sql}\n)" for name, sql in self._steps)
        return f"WITH {steps}\n{final}"
