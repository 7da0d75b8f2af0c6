"""Checks and hashes of decoded events, for a whole batch at once: reason, instant, identity key, content digest."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from engine.events.clock import quick_instants

__all__ = ["KEY", "Checked", "check"]

_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_OFFSET = r"([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
_RFC3339 = rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[Tt]{_CLOCK}(\.[0-9]{{1,6}}0*)?{_OFFSET}"
_RFC3339_FINE = rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[Tt]{_CLOCK}\.[0-9]{{7,}}{_OFFSET}"
_CONTROL = r"[\x{00}-\x{1F}\x{7F}-\x{9F}]"
_YEAR_1_US = -62_135_596_800_000_000

# 64 bits of MD5 over the identity. The key only finds candidates; they are compared in full afterwards.
# The unit separator cannot occur in an attribute: control characters are refused.
KEY = "(md5_number(source || chr(31) || id) >> 64)::UBIGINT"

# 64 bits of SHA-256 over the content: type, subject, instant, canonical data, and extensions when there are any.
# As hexadecimal text: a cast to an integer costs half as much as the hash.
_DIGEST = """left(sha256(type || chr(31) || subject || chr(31) || time_us || chr(31) || canonical
             || coalesce(chr(31) || ext, '')), 16)"""
_NO_DIGEST = "0" * 16

_VERDICTS = (
    "", "no-id", "no-source", "no-type", "no-subject", "no-time", "control-character", "time-too-fine", "bad-time",
    "in-the-future",
)  # fmt: skip

_QUERY = f"""
WITH timed AS (
  SELECT *, CASE WHEN known THEN quick_us WHEN regexp_full_match(time, '{_RFC3339}') AND NOT starts_with(time, '0000')
            THEN epoch_us(try_cast(upper(time) AS TIMESTAMPTZ)) END AS time_us
  FROM incoming)
SELECT place,
  CASE WHEN id = '' THEN 1 WHEN source = '' THEN 2 WHEN type = '' THEN 3 WHEN subject = '' THEN 4 WHEN time = '' THEN 5
       WHEN $suspicious AND regexp_matches(id || source || type || subject, '{_CONTROL}') THEN 6
       WHEN time_us IS NULL AND regexp_full_match(time, '{_RFC3339_FINE}') THEN 7
       WHEN time_us IS NULL OR time_us < {_YEAR_1_US} THEN 8
       WHEN time_us > $latest THEN 9 ELSE 0 END AS verdict,
  coalesce(time_us, 0) AS time_us, {KEY} AS key, coalesce({_DIGEST}, '{_NO_DIGEST}') AS digest
FROM timed"""


@dataclass(frozen=True, slots=True)
class Checked:
    """One entry a row of the batch, in its order."""

    verdict: npt.NDArray[np.int32]
    """0 where the event can be used; see `reason`."""
    time_us: npt.NDArray[np.int64]
    key: npt.NDArray[np.uint64]
    digest: npt.NDArray[np.int64]
    """64 bits of SHA-256 over the canonical content, as a signed integer."""

    @property
    def usable(self) -> npt.NDArray[np.bool_]:
        """True where there is no reason to refuse."""
        return np.equal(self.verdict, 0)

    def reason(self, row: int) -> str:
        """The reason code of a refused row."""
        return _VERDICTS[self.verdict[row]]


def check(duck: duckdb.DuckDBPyConnection, table: pa.Table, latest_us: int) -> Checked:
    """Check a batch; `latest_us` is the greatest acceptable event time in UTC microseconds."""
    quick_us, known = quick_instants(table["time"].combine_chunks())
    numbered = table.select(["id", "source", "type", "subject", "time", "canonical", "ext"])
    for name, values in (("place", np.arange(len(known), dtype=np.int32)), ("quick_us", quick_us), ("known", known)):
        numbered = numbered.append_column(name, pa.array(values))
    duck.register("incoming", numbered)
    try:
        result = duck.sql(_QUERY, params={"latest": latest_us, "suspicious": _suspicious(table)}).to_arrow_table()
    finally:
        duck.unregister("incoming")
    place = result["place"].to_numpy()
    if not (np.diff(place) == 1).all():
        result = result.sort_by("place")
    return Checked(
        result["verdict"].to_numpy(),
        result["time_us"].to_numpy(),
        result["key"].to_numpy(),
        _integers(result["digest"].combine_chunks()),
    )


def _integers(texts: pa.Array) -> npt.NDArray[np.int64]:
    """Texts of 16 hexadecimal digits as signed integers."""
    start = 16 * texts.offset
    digits = bytes(memoryview(texts.buffers()[2] or b"")[start : start + 16 * len(texts)])
    return np.frombuffer(bytes.fromhex(digits.decode("ascii")), ">i8").astype(np.int64)


def _suspicious(table: pa.Table) -> bool:
    """False when no attribute has a byte that could belong to a control character: then no row needs the search."""
    for name in ("id", "source", "type", "subject"):
        for chunk in table[name].chunks:
            content = np.frombuffer(chunk.buffers()[2] or b"", np.uint8)
            if (content < 0x20).any() or ((content >= 0x7F) & (content < 0xA0)).any():
                return True
    return False
