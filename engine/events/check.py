"""Checks and hashes of decoded events, for a whole batch at once: reason, instant, identity key, content digest."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["KEY", "Checked", "check"]

_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_OFFSET = r"([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
_RFC3339 = rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[Tt]{_CLOCK}(\.[0-9]{{1,6}}0*)?{_OFFSET}"
_RFC3339_FINE = rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[Tt]{_CLOCK}\.[0-9]{{7,}}{_OFFSET}"
_CONTROL = r"[\x{00}-\x{1F}\x{7F}-\x{9F}]"
_YEAR_1_US = -62_135_596_800_000_000

# 64 bits of MD5 over the identity. The key only finds candidates; they are compared in full afterwards.
# The unit separator cannot occur in an attribute: control characters are refused.
KEY = "md5_number_lower(source || chr(31) || id)"

# 64 bits of SHA-256 over the content: type, subject, instant, canonical data, and extensions when there are any.
_DIGEST = """CAST('0x' || left(sha256(type || chr(31) || subject || chr(31) || time_us || chr(31) || canonical
             || coalesce(chr(31) || ext, '')), 16) AS UBIGINT)"""

_QUERY = f"""
WITH timed AS (
  SELECT *, CASE WHEN regexp_full_match(time, '{_RFC3339}') AND NOT starts_with(time, '0000')
            THEN epoch_us(try_cast(upper(time) AS TIMESTAMPTZ)) END AS time_us
  FROM incoming)
SELECT place,
  CASE WHEN id = '' THEN 'no-id' WHEN source = '' THEN 'no-source' WHEN type = '' THEN 'no-type'
       WHEN subject = '' THEN 'no-subject' WHEN time = '' THEN 'no-time'
       WHEN regexp_matches(id || source || type || subject, '{_CONTROL}') THEN 'control-character'
       WHEN time_us IS NULL AND regexp_full_match(time, '{_RFC3339_FINE}') THEN 'time-too-fine'
       WHEN time_us IS NULL OR time_us < {_YEAR_1_US} THEN 'bad-time'
       WHEN time_us > $latest THEN 'in-the-future' ELSE '' END AS reason,
  coalesce(time_us, 0) AS time_us, {KEY} AS key, coalesce({_DIGEST}, 0) AS digest
FROM timed"""


@dataclass(frozen=True, slots=True)
class Checked:
    """One entry a row of the batch, in its order."""

    reason: list[str]
    """Empty where the event can be used."""
    time_us: npt.NDArray[np.int64]
    key: npt.NDArray[np.uint64]
    digest: npt.NDArray[np.int64]
    """64 bits of SHA-256 over the canonical content, as a signed integer."""

    @property
    def usable(self) -> npt.NDArray[np.bool_]:
        """True where there is no reason to refuse."""
        return np.fromiter((not reason for reason in self.reason), np.bool_, len(self.reason))


def check(duck: duckdb.DuckDBPyConnection, table: pa.Table, latest_us: int) -> Checked:
    """Check a batch; `latest_us` is the greatest acceptable event time in UTC microseconds."""
    numbered = table.select(["id", "source", "type", "subject", "time", "canonical", "ext"]).append_column(
        "place", pa.array(np.arange(table.num_rows, dtype=np.int32))
    )
    duck.register("incoming", numbered)
    try:
        result = duck.sql(_QUERY, params={"latest": latest_us}).to_arrow_table()
    finally:
        duck.unregister("incoming")
    place = result["place"].to_numpy()
    if not (np.diff(place) == 1).all():
        result = result.sort_by("place")
    return Checked(
        result["reason"].to_pylist(),
        result["time_us"].to_numpy(),
        result["key"].to_numpy(),
        result["digest"].to_numpy().view(np.int64),
    )
