"""The regular lane and the single lane give the same bytes, whatever comes in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.events.blocks import Block
from engine.events.options import Property
from engine.events.regular import RegularLane
from engine.events.rows import table_of
from engine.events.single import decode_singly

_TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
_NUMBER = st.one_of(
    st.integers(-(10**30), 10**30).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=5, min_value=-999, max_value=999).map(str),
    st.sampled_from(["1e3", "-0", "-0.0", "1E-7", "1.50", "1e400", "0.17099999999999999", "-9223372036854775809"]),
)
_SCALAR = st.one_of(_TEXT.map(json.dumps), _NUMBER, st.sampled_from(["true", "false", "null"]))
_VALUE = st.recursive(
    _SCALAR,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(_TEXT, inner, max_size=3).map(
            lambda items: "{" + ",".join(f"{json.dumps(k)}: {v}" for k, v in items.items()) + "}"
        ),
    ),
    max_leaves=5,
)
_DATA = st.dictionaries(st.sampled_from(["bytes", "region", "n", "é"]), _VALUE, max_size=4).map(
    lambda items: "{" + ",".join(f"{json.dumps(k)}:{v}" for k, v in items.items()) + "}"
)
_ATTRIBUTES = st.fixed_dictionaries(
    {"specversion": st.just('"1.0"'), "id": _TEXT.map(json.dumps), "source": st.just('"/s"')},
    optional={
        "type": st.sampled_from(['"api.call"', '"other"']),
        "subject": _TEXT.map(lambda text: json.dumps(text, ensure_ascii=False)),
        "time": st.just('"2026-10-01T12:00:00Z"'),
        "data": st.one_of(_DATA, _DATA, _VALUE),
        "retracts": _SCALAR,
        "traceparent": _SCALAR,
        "datacontenttype": st.sampled_from(['"application/json"', '"text/plain"', "null"]),
    },
).map(lambda items: "{" + ", ".join(f'"{name}":{value}' for name, value in items.items()) + "}")
_WANTED = {
    "api.call": {
        "bytes": Property(number=True, text=True),
        "region": Property(text=True),
        "n.m": Property(number=True),
    },
    "other": {"n": Property(number=True, text=True)},
}


def _table(rows: Any) -> tuple[Any, Any, Any]:
    table, rounded = table_of(rows, 0, _WANTED, False)
    return table, rounded, sorted(map(str, rows.rejections))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_ATTRIBUTES, min_size=1, max_size=6))
def test_the_regular_lane_agrees_with_the_single_lane(records: list[str]) -> None:
    raw = [record.encode() for record in records]
    lane = RegularLane()
    lane.learn({"retracts", "traceparent"})
    single = _table(decode_singly(raw))
    for block in (Block("x", 1, b"".join(line + b"\n" for line in raw)), Block("x", 1, texts=raw)):
        rows = lane.decode(block)
        if rows is not None:
            regular = _table(rows)
            assert regular[0].equals(single[0])
            assert regular[1:] == single[1:]


def test_the_regular_lane_takes_ordinary_events(event: Callable[..., dict[str, Any]]) -> None:
    lines = b"".join(json.dumps(event(f"e{n}")).encode() + b"\n" for n in range(10))
    rows = RegularLane().decode(Block("x", 1, lines))
    assert rows is not None and len(rows.id) == 10


def test_the_regular_lane_learns_an_extension(event: Callable[..., dict[str, Any]]) -> None:
    block = Block("x", 1, json.dumps(event(partitionkey="p")).encode() + b"\n")
    lane = RegularLane()
    assert lane.decode(block) is None
    lane.learn({"partitionkey"})
    rows = lane.decode(block)
    assert rows is not None and rows.ext == ['{"partitionkey":"p"}']


def test_odd_line_breaks_are_left_to_the_single_lane(event: Callable[..., dict[str, Any]]) -> None:
    one = json.dumps(event()).encode()
    for lines in (one + one + b"\n\n", one[:-1] + b"\n}\n", b"\n" + one + b"\n", b" " + one + b"\n"):
        assert RegularLane().decode(Block("x", 1, lines)) is None


def test_whole_segments_are_the_same_bytes(new_log: Callable[[str], Any], event: Callable[..., dict[str, Any]]) -> None:
    from engine.events import IngestOptions

    made = [event(f"e{n}", subject=f"s{n % 9}", data={"bytes": n, "region": "eu"}) for n in range(300)]
    made += [event("x", traceparent="00-1"), event("y", data="text"), event("z", data=None, data_base64="AAA=")]
    one, two = new_log("a"), new_log("b")
    one.take(made, options=IngestOptions(block_bytes=2_000))
    two.take(made, options=IngestOptions(regular_lane=False, block_bytes=7_000))
    assert one.hashes() == two.hashes() and one.hashes()
