"""Values of events as columns of JSON text: which are canonical, and what numbers they are. Exact, never a float."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from engine.events.properties import PLAIN, WIDE

__all__ = ["bare_fits", "integers_of", "number_column", "number_fits", "word_free"]

_WORDS = ("true", "false", "null")
# Numbers that are their own canonical form: no needless zero, no exponent, few enough digits for every reader.
_NUMBER = r"0|-?[1-9][0-9]{0,17}|-?(0|[1-9][0-9]{0,17})\.[0-9]{0,5}[1-9]"
_BARE = rf"^({_NUMBER}|{'|'.join(_WORDS)})$"


def bare_fits(values: pa.Array, integers: pa.Array | None) -> pa.Array | None:
    """True where a bare value is canonical JSON; None: everywhere."""
    return None if integers is not None else _unless_all(pc.match_substring_regex(values, _BARE))


def number_fits(values: pa.Array, integers: pa.Array | None) -> pa.Array | None:
    """True where a string is a plain decimal that its column holds; None: everywhere."""
    return None if integers is not None else _unless_all(pc.match_substring_regex(values, PLAIN))


def number_column(values: pa.Array, integers: pa.Array | None, bare: bool) -> pa.Array:
    """Proper values as exact numbers; NULL for the words true, false and null."""
    if integers is not None:
        return pc.cast(integers, WIDE)
    return pc.cast(word_free(values, _WORDS) if bare else values, WIDE)


def word_free(values: pa.Array, words: Sequence[str]) -> pa.Array:
    """The values with NULL in place of the words."""
    found = pc.is_in(values, pa.array(words, pa.string()))
    return pc.if_else(found, pa.scalar(None, pa.string()), values) if pc.any(found).as_py() else values


def integers_of(values: pa.Array) -> pa.Array | None:
    """The values as 64-bit integers if all are written just as integers are."""
    try:
        integers = pc.cast(values, pa.int64())
    except pa.ArrowInvalid:
        return None
    return integers if pc.cast(integers, pa.string()).equals(values) else None


def _unless_all(mask: pa.Array) -> pa.Array | None:
    return None if pc.all(mask, min_count=0).as_py() else mask
