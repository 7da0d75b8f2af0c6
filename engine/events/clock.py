"""RFC 3339 instants of one width read many at a time; whatever looks odd is left to the slower, full reading."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["DAY_US", "quick_instants"]

DAY_US = 86_400_000_000
_SECOND_US = 1_000_000
_MAX_FORMS = 8
_Z = 90
_MONTHS = np.arange("0001-01", "10000-02", dtype="datetime64[M]").astype("datetime64[D]").astype(np.int64)
"""First day of each month from year 1, in days since 1970."""

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def quick_instants(times: pa.Array) -> tuple[Ints, Bools]:
    """UTC microseconds since 1970 of each text, and where that reading is certain (elsewhere the number is 0)."""
    result, known = np.zeros(len(times), np.int64), np.zeros(len(times), np.bool_)
    if len(times) == 0:
        return result, known
    _, offsets, content = times.buffers()
    edges = np.frombuffer(offsets, np.int32)[times.offset : times.offset + len(times) + 1]
    starts, lengths = edges[:-1], np.diff(edges)
    content = np.frombuffer(content or b"", np.uint8)
    rows = np.flatnonzero(lengths >= 20)
    forms = lengths[rows] * 2 + (content[edges[1:][rows] - 1] == _Z)
    for form in np.unique(forms)[:_MAX_FORMS].tolist():
        length, zulu = divmod(form, 2)
        places = _places(length, bool(zulu))
        if places is not None:
            members = rows[forms == form]
            windows: npt.NDArray[Any] = np.ndarray((len(content) - length + 1,), f"V{length}", content, 0, (1,))
            text = windows[starts[members]].view(np.uint8).reshape(-1, length).T.copy()
            result[members], known[members] = _read(text, places, bool(zulu))
    return result, known


def _places(length: int, zulu: bool) -> int | None:
    """Digits of the fraction in a text of this length; None where the length fits no form with at most 6."""
    spare = length - (20 if zulu else 25)
    return spare - 1 if 2 <= spare <= 7 else 0 if spare == 0 else None


def _read(text: npt.NDArray[np.uint8], places: int, zulu: bool) -> tuple[Ints, Bools]:
    """`text[i]` holds the i-th byte of every instant."""
    form = b"0000-00-00T00:00:00" + (b"." + b"0" * places if places else b"") + (b"Z" if zulu else b"?00:00")
    good = np.ones(text.shape[1], np.bool_)
    for row, expected in zip(text, form, strict=True):
        if expected == ord("0"):
            row -= expected
            good &= row <= 9
        elif expected != ord("?"):
            good &= row == expected
    text[:, ~good] = 1  # a lawful date and clock time, so that the tables below can be asked for every row
    year, month, day = _number(text, 0, 4), _number(text, 5, 2), _number(text, 8, 2)
    hour, minute, second = (_number(text, place, 2) for place in (11, 14, 17))
    good &= (year >= 1) & (month >= 1) & (month <= 12) & (hour <= 23) & (minute <= 59) & (second <= 59)
    index = np.where(good, (year - 1) * 12 + month - 1, 0)
    good &= (day >= 1) & (day <= _MONTHS[index + 1] - _MONTHS[index])
    seconds = (hour * 60 + minute) * 60 + second
    if not zulu:
        offset, known = _offset(text, len(form) - 6)
        seconds, good = seconds - offset, good & known
    fraction = _number(text, 20, places) * 10 ** (6 - places) if places else 0
    result = (_MONTHS[index] + day - 1) * DAY_US + seconds * _SECOND_US + fraction
    return np.where(good, result, 0), good


def _offset(text: npt.NDArray[np.uint8], start: int) -> tuple[Ints, Bools]:
    """The offset from UTC in seconds, and where it is one."""
    hours, minutes = _number(text, start + 1, 2), _number(text, start + 4, 2)
    behind = text[start] == ord("-")
    seconds = (hours * 60 + minutes) * 60
    return np.where(behind, -seconds, seconds), (behind | (text[start] == ord("+"))) & (hours <= 23) & (minutes <= 59)


def _number(text: npt.NDArray[np.uint8], start: int, digits: int) -> Ints:
    value: Ints = text[start].astype(np.int64)
    for place in range(start + 1, start + digits):
        value = value * np.int64(10) + text[place]
    return value
