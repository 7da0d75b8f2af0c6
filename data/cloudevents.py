"""Columns to CloudEvents 1.0 in JSON lines, a whole block of rows at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data import faults
from data.faults import Delivery
from data.shapes import Ints
from data.traffic import CALLED, COMPLETION, INTERVAL, LONDON, REQUEST, SAMPLED, TRANSFER, TYPES, Traffic

Texts = Any  # a pyarrow string array

SOURCES: Final = ("storage", "gateway", "gateway", "models", "gateway", "meters")
QUANTITY: Final = ("bytes", "bytes", "requests", "tokens", "calls", "kwh")
# Shares in hundredths of each value of an event's two attributes.
FIRST: Final[dict[int, tuple[str, dict[str, int]]]] = {
    SAMPLED: ("bucket", {"primary": 1, "archive": 99}),
    TRANSFER: ("direction", {"out": 70, "in": 30}),
    REQUEST: ("verb", {"GET": 70, "PUT": 20, "LIST": 8, "COPY": 2}),
    COMPLETION: ("model", {"scout": 72, "atlas": 28}),
    CALLED: ("route", {"/v1/search": 50, "/v1/items": 35, "/v1/export": 15}),
}
SECOND: Final[dict[int, tuple[str, dict[str, int]]]] = {
    SAMPLED: ("class", {"standard": 100}),
    TRANSFER: ("peer", {"internet": 75, "cdn": 25}),
    REQUEST: ("region", {"eu-1": 60, "us-1": 40}),
    COMPLETION: ("direction", {"input": 55, "cached": 20, "output": 25}),
    CALLED: ("status", {"200": 97, "429": 2, "500": 1}),
}


def identities(seed: int, serial: Ints) -> Texts:
    """Sixteen hexadecimal digits for each serial number; a bijection, so no two serials share an id."""
    mixed = serial.astype(np.uint64) + np.uint64(seed % 2**32 << 32)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    digits = np.frombuffer(mixed.byteswap().tobytes().hex().encode("ascii"), dtype=np.uint8)
    offsets = np.arange(0, len(digits) + 1, 16, dtype=np.int32)
    return pa.StringArray.from_buffers(len(serial), pa.py_buffer(offsets), pa.py_buffer(digits))


def subjects(traffic: Traffic) -> Texts:
    """The customer id of each event."""
    return pc.binary_join_element_wise("cus_", _padded(traffic.account + 1, 6), "")


def times(traffic: Traffic) -> Texts:
    """RFC 3339 with milliseconds; meter readings in London's local time with its offset, the rest in UTC."""
    hours = np.unique(traffic.time[traffic.kind == INTERVAL])
    summer = np.array([_is_summer(int(hour)) for hour in hours.tolist()], dtype=bool)
    shift = np.zeros(len(traffic), dtype=np.int64)
    readings = traffic.kind == INTERVAL
    if len(hours):
        shift[readings] = summer[np.searchsorted(hours, traffic.time[readings])]
    local = pa.array((traffic.time + shift * 3_600_000_000) // 1000, pa.int64()).cast(pa.timestamp("ms"))
    suffix = pa.array(["Z", "+00:00", "+01:00"]).take(pa.array(np.where(readings, 1 + shift, 0)))
    return pc.binary_join_element_wise(pc.strftime(local, format="%Y-%m-%dT%H:%M:%S"), suffix, "")


def contents(traffic: Traffic, noise: Any = None) -> Texts:
    """The `data` object of each event; rows where `noise` is true carry a number with the noise of a binary float."""
    whole = pa.array(traffic.quantity).cast(pa.string())
    thousandths = pc.binary_join_element_wise(
        '"', pa.array(traffic.quantity // 1000).cast(pa.string()), ".", _padded(traffic.quantity % 1000, 3), '"', ""
    )
    number = pc.if_else(pa.array(traffic.kind == INTERVAL), thousandths, whole)
    if noise is not None:
        number = pc.if_else(pa.array(noise), "0.30000000000000004", number)
    heads = pa.array([f'{{"{name}":' for name in QUANTITY]).take(pa.array(traffic.kind))
    tails = _TAILS.take(pa.array(traffic.kind * 10_000 + traffic.first * 100 + traffic.second))
    return pc.binary_join_element_wise(heads, number, tails, "")


def lines(seed: int, delivery: Delivery) -> bytes:
    """The rows as JSON lines, faults included."""
    traffic, fault = delivery.traffic, delivery.fault
    ids = pc.binary_join_element_wise('"id":"', identities(seed, delivery.serial), '",', "")
    ids = pc.if_else(pa.array(fault == faults.MISSING_ID), "", ids)
    who = pc.binary_join_element_wise('"subject":"', subjects(traffic), '",', "")
    who = pc.if_else(pa.array(fault == faults.MISSING_SUBJECT), "", who)
    when = pc.if_else(pa.array(fault == faults.BAD_TIME), "2026-10-32T25:61:00Z", times(traffic))
    labels = [f'"source":"/lantern/{SOURCES[kind]}","type":"{name}",' for kind, name in enumerate(TYPES)]
    label = pa.array(labels).take(pa.array(traffic.kind))
    data = contents(traffic, fault == faults.FLOAT_NOISE)
    parts = ('{"specversion":"1.0",', ids, label, who, '"time":"', when, '","data":', data, "}")
    text = pc.binary_join_element_wise(*parts, "")
    if (fault == faults.TRUNCATED).any():
        text = pc.if_else(pa.array(fault == faults.TRUNCATED), pc.utf8_slice_codeunits(text, 0, 90), text)
    text = pc.binary_join_element_wise(text, "\n", "")
    _, _, characters = text.buffers()
    return bytes(characters[: sum_of_lengths(text)])


def sum_of_lengths(texts: Texts) -> int:
    """How many bytes the texts have together."""
    return int(pc.sum(pc.binary_length(texts)).as_py() or 0)


def clean_table(seed: int, delivery: Delivery) -> Any:
    """The sound, first-delivered rows as an Arrow table: id, source, type, subject, time, quantity, data."""
    rows = delivery.rows(np.flatnonzero(delivery.fault == faults.NONE))
    traffic = rows.traffic
    kinds = pa.array(traffic.kind)
    return pa.table(
        {
            "id": identities(seed, rows.serial),
            "source": pa.array([f"/lantern/{name}" for name in SOURCES]).take(kinds),
            "type": pa.array(TYPES).take(kinds),
            "subject": subjects(traffic),
            "time": pa.array(traffic.time, pa.int64()).cast(pa.timestamp("us", "UTC")),
            "data": contents(traffic),
        }
    )


def _padded(numbers: Ints, width: int) -> Texts:
    return pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")


def _is_summer(instant_us: int) -> bool:
    return datetime.fromtimestamp(instant_us // 1_000_000, UTC).astimezone(LONDON).utcoffset() != timedelta()


def _shares(values: dict[str, int]) -> list[str]:
    return [value for value, share in values.items() for _ in range(share)]


def _tails() -> Texts:
    """The end of the data object for each kind and pair of hundredths."""
    out: list[str] = []
    for kind in range(len(TYPES)):
        if kind == INTERVAL:
            out += ["}"] * 10_000
            continue
        (one, firsts), (two, seconds) = FIRST[kind], SECOND[kind]
        quote = "" if two == "status" and kind == CALLED else '"'
        heads = [f',"{one}":"{left}","{two}":{quote}' for left in _shares(firsts)]
        ends = [f"{right}{quote}}}" for right in _shares(seconds)]
        out += [head + end for head in heads for end in ends]
    return pa.array(out)


_TAILS: Final = _tails()
