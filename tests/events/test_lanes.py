"""The shape lane, the regular lane and the single lane give the same bytes, whatever comes in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.events.blocks import Block
from engine.events.grid import grid_of
from engine.events.lanes import Lanes
from engine.events.options import IngestOptions, Property
from engine.events.regular import RegularLane
from engine.events.rows import table_of
from engine.events.shaped import ShapedLane
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


_EXTRA = st.sampled_from(["", "", " ", "\n", ",", "}", "{", '"', "\\u0041", "\t", "\x00", "é", "0", "-", "[", "1e3"])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_ATTRIBUTES, min_size=1, max_size=6), st.data())
def test_the_shape_lane_agrees_with_the_single_lane(records: list[str], data: st.DataObject) -> None:
    raw = [record.encode() for record in records]
    # the same lines again, so that shapes learnt from some meet others, and damaged copies of them
    for record in records:
        place = data.draw(st.integers(0, len(record)))
        raw.append((record[:place] + data.draw(_EXTRA) + record[place + data.draw(st.integers(0, 1)) :]).encode())
    raw = b"\n".join(raw * 2).split(b"\n")
    block = Block("x", 1, b"".join(line + b"\n" for line in raw))
    single = _table(decode_singly(raw))
    lanes = Lanes(_WANTED, IngestOptions())
    for _ in range(2):
        decoded = lanes.decode(block, 0)
        assert decoded.table.equals(single[0])
        assert decoded.rounded == single[1]
        assert sorted(map(str, decoded.rejections)) == single[2]


_PLAIN_DATA = st.fixed_dictionaries(
    {"bytes": _SCALAR, "region": _SCALAR}, optional={"n": st.builds('{{"m": {}, "a": {}}}'.format, _SCALAR, _SCALAR)}
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_PLAIN_DATA, min_size=1, max_size=8))
def test_values_of_a_shape_agree_with_the_single_lane(payloads: list[dict[str, str]]) -> None:
    raw = []
    for payload in payloads:
        data = "{" + ",".join(f'"{name}":{value}' for name, value in payload.items()) + "}"
        head = '{"specversion":"1.0","id":"i","source":"/s","type":"api.call","subject":"a","time":"t","data":'
        raw.append(f"{head}{data}}}".encode())
    single = _table(decode_singly(raw))
    decoded = Lanes(_WANTED, IngestOptions()).decode(Block("x", 1, b"".join(line + b"\n" for line in raw)), 0)
    assert decoded.table.equals(single[0])
    assert sorted(map(str, decoded.rejections)) == single[2]


def test_the_shape_lane_claims_ordinary_events(event: Callable[..., dict[str, Any]]) -> None:
    made = [event(f"e{n}", data={"q": {"m": n}, "bytes": f"{n}.5", "ok": n > 3, "region": "eu"}) for n in range(9)]
    made += [event(f"f{n}", datacontenttype="application/json", traceparent=f"00-{n}") for n in range(9)]
    made += [event("odd", data={"region": 'quo"te'}), event("list", data={"region": ["eu"]})]
    grid = grid_of(b"".join(json.dumps(e).encode() + b"\n" for e in made))
    assert grid is not None
    tables, left = ShapedLane(_WANTED).decode(grid, 0)
    assert [table.num_rows for table in tables] == [9, 9]
    assert left.tolist() == [18, 19]


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
    made = [event(f"e{n}", subject=f"s{n % 9}", data={"bytes": n, "region": "eu"}) for n in range(300)]
    made += [event("x", traceparent="00-1"), event("y", data="text"), event("z", data=None, data_base64="AAA=")]
    one, two, three = new_log("a"), new_log("b"), new_log("c")
    one.take(made, options=IngestOptions(block_bytes=2_000))
    two.take(made, options=IngestOptions(shape_lane=False, regular_lane=False, block_bytes=7_000))
    three.take(made, options=IngestOptions(shape_lane=False, block_bytes=3_000))
    assert one.hashes() == two.hashes() == three.hashes() and one.hashes()
