"""The period a run bills: a month, a quarter, a year, or any two days."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from engine.calendar import add_months


class BadPeriod(ValueError):
    """Text that names no period."""

    code = "RBR01"
    hint = "write 2026-10, 2026-Q4, 2026 or 2026-10-05..2026-10-11"


@dataclass(frozen=True, slots=True)
class RunPeriod:
    """`[start, end)` local days. Each account's own billing periods are found inside it in its own zone."""

    name: str
    start: dt.date
    end: dt.date

    @classmethod
    def parse(cls, text: str) -> RunPeriod:
        """`2026-10`, `2026-Q4`, `2026`, `2026-10-05` or `2026-10-05..2026-10-11` (last day included)."""
        try:
            return cls(text, *_bounds(text))
        except ValueError:
            raise BadPeriod(f"`{text}` is no period") from None


def _bounds(text: str) -> tuple[dt.date, dt.date]:
    if match := re.fullmatch(r"(\d{4})-(\d{2})", text):
        first = dt.date(int(match[1]), int(match[2]), 1)
        return first, add_months(first, 1)
    if match := re.fullmatch(r"(\d{4})-?Q([1-4])", text):
        first = dt.date(int(match[1]), 3 * int(match[2]) - 2, 1)
        return first, add_months(first, 3)
    if match := re.fullmatch(r"(\d{4})", text):
        return dt.date(int(text), 1, 1), dt.date(int(text) + 1, 1, 1)
    first_text, _, last_text = text.partition("..")
    first = dt.date.fromisoformat(first_text)
    last = dt.date.fromisoformat(last_text) if last_text else first
    if last < first:
        raise ValueError(text)
    return first, last + dt.timedelta(days=1)
