"""The JSON twin: nothing is lost on the way there and back, and JSON that is no book is refused where it is wrong."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dsl
from dsl.format import format_text
from dsl.twin import book_schema, text_to_twin, twin_to_text
from dsl.twin.shapes import FORMS, KINDS
from tests.dsl.properties import VALID

ROOT = Path(__file__).resolve().parents[2]
BOOKS = sorted(
    [
        *(ROOT / "pricebooks").rglob("*.rate"),
        *(ROOT / "tests" / "examples" / "books").glob("*.rate"),
        *(ROOT / "tests" / "language").glob("*/good/*.rate"),
    ]
)
SMALL = """\
# head
unit GB = 1_000 B  # note

plan p "Plan" {
  # first
  bill monthly in arrears on day 1
  minimum USD 5.50 prorated

  charge c {  # counted
    for m
    price graduated {
      up to 1_000 GB:   USD 0.10 per GB
      above 1_000 GB:   2.50%
    }
    # done
  }
}

dimension region {
  eu,  # Europe
  "us-1"
}

# end
"""


def twin_of(text: str) -> Any:
    twin, found = text_to_twin(text, "b.rate")
    assert found == []
    return twin


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_book_survives_the_way_there_and_back(path: Path) -> None:
    text = path.read_text()
    twin = twin_of(text)
    VALID(twin)
    assert twin_to_text(json.dumps(twin)) == format_text(text)


def test_comments_and_blank_lines_stand_where_they_were() -> None:
    twin = twin_of(SMALL)
    assert twin_to_text(json.dumps(twin)) == (SMALL, [])
    assert twin["ending"] == ["", "# end"]
    assert twin["declarations"][0]["layout"] == {"before": ["# head"], "after": "# note"}
    assert twin["declarations"][1]["clauses"][2]["layout"] == {
        "before": [""], "opening": "# counted", "ending": ["# done"]
    }  # fmt: skip


def test_decimals_are_texts() -> None:
    def numbers(value: Any) -> list[Any]:
        if isinstance(value, dict | list):
            return [x for one in (value.values() if isinstance(value, dict) else value) for x in numbers(one)]
        return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []

    assert numbers(twin_of(SMALL)) == []
    assert numbers(twin_of("plan p {\n  trial 14 days\n}\n")) == [14]


def test_a_book_with_syntax_errors_has_no_twin() -> None:
    twin, found = text_to_twin("unit\n", "b.rate")
    assert (twin, [one.code for one in found]) == (None, ["RB012"])


def test_the_schema_is_a_schema_and_the_published_one() -> None:
    jsonschema.Draft202012Validator.check_schema(book_schema())
    jsonschema.Draft202012Validator(book_schema()).validate(twin_of(SMALL))
    assert json.loads((ROOT / "docs" / "book.schema.json").read_text()) == book_schema()


def test_every_kind_and_every_needed_field_is_in_the_schema() -> None:
    schema = book_schema()["$defs"]
    assert KINDS.keys() <= schema.keys()
    needed = {
        name: {"node"} | {form.name for form in FORMS[kind] if form.needed}
        for name, kind in KINDS.items()
        if kind in FORMS
    }
    assert {name: set(schema[name]["required"]) for name in needed} == needed


def changed(change: Any, *steps: Any) -> str:
    """The small twin with one value changed, or removed where the change is `...`."""
    twin = copy.deepcopy(twin_of(SMALL))
    inner = twin
    for step in steps[:-1]:
        inner = inner[step]
    if change is ...:
        del inner[steps[-1]]
    else:
        inner[steps[-1]] = change
    return json.dumps(twin)


CHARGE = ("declarations", 1, "clauses", 2)
TIER = (*CHARGE, "clauses", 1, "price", "form", "clauses", 0)


@pytest.mark.parametrize(
    ("source", "code", "place", "message"),
    [
        ("", "RB820", None, "this is not JSON: expecting value"),
        ('{"a": 1, "a": 2}', "RB820", None, "this is not JSON that can be read: an object has the field `a` twice"),
        ("[NaN]", "RB820", None, "this is not JSON that can be read: `NaN` is no JSON value"),
        ("[" * 100_000, "RB820", None, "this JSON nests too deep to be read"),
        ("[" + "9" * 5_000 + "]", "RB820", None, "this is not JSON that can be read: Exceeds the limit"),
        ("[]", "RB821", None, "an object is needed here, not a list"),
        ("{}", "RB821", None, "the format is not `ratebook.book/1`"),
        (changed("ratebook.book/2", "format"), "RB821", "/format", "the format is not `ratebook.book/1`"),
        (changed(1, "more"), "RB821", "/more", "unknown field `more`"),
        (changed({}, "declarations"), "RB821", "/declarations", "a list is needed here, not an object"),
        (changed(7, "declarations", 0), "RB821", "/declarations/0", "an object is needed here, not `7`"),
        (changed(..., "declarations", 0, "node"), "RB821", "/declarations/0", "`node` is missing"),
        (changed("plam", "declarations", 1, "node"), "RB821", "/declarations/1/node", '`"plam"` is no node for this'),
        (changed([], "declarations", 1, "node"), "RB821", "/declarations/1/node", "a list is no node for this place"),
        (changed(..., "declarations", 1, "name"), "RB821", "/declarations/1", "`name` is missing"),
        (changed("a b", "declarations", 1, "name"), "RB821", "/declarations/1/name", '`"a b"` is not a name'),
        (changed('a"b', "declarations", 1, "label"), "RB821", "/declarations/1/label", "is not a text without quotes"),
        (changed("\ud800", "declarations", 1, "label"), "RB821", "/declarations/1/label", "is not a text without"),
        (changed("fortnightly", "declarations", 1, "clauses", 0, "cadence", "word"), "RB821",
         "/declarations/1/clauses/0/cadence/word", '`"fortnightly"` is no word for this'),
        (changed(5.5, "declarations", 1, "clauses", 1, "amount", "amount"), "RB821",
         "/declarations/1/clauses/1/amount/amount", "`5.5` is not a decimal number"),
        (changed("1e3", "declarations", 1, "clauses", 1, "amount", "amount"), "RB821",
         "/declarations/1/clauses/1/amount/amount", '`"1e3"` is not a decimal number'),
        (changed("yes", "declarations", 1, "clauses", 1, "prorated"), "RB821",
         "/declarations/1/clauses/1/prorated", '`"yes"` is not true or false'),
        (changed({"node": "holds", "unit": "x"}, *TIER), "RB821",
         "/declarations/1/clauses/2/clauses/1/price/form/clauses/0/node", '`"holds"` is no node for this place'),
        (changed([], "declarations", 2, "values"), "RB821", "/declarations/2/values", "this list may not be empty"),
        (changed("x", "declarations", 0, "layout", "after"), "RB821", "/declarations/0/layout/after",
         '`"x"` is not a comment on one line'),
        (changed("# a\n", "declarations", 0, "layout", "after"), "RB821", "/declarations/0/layout/after",
         "is not a comment on one line"),
        (changed({}, "declarations", 1, "clauses", 1, "amount", "layout"), "RB821",
         "/declarations/1/clauses/1/amount/layout", "unknown field `layout`"),
        (changed("a.b", "declarations", 0, "name"), "RB822", "/declarations/0", "no book can say this"),
        (changed("# c", "declarations", 0, "layout", "opening"), "RB822", "/declarations/0", "no book can say this"),
        (changed("everything", *CHARGE, "clauses", 0, "meter"), None, None, ""),
        (changed("-1", "declarations", 0, "multiple", "factor"), "RB822", "/declarations/0", "no book can say this"),
        (changed("0.1234567890123", "declarations", 0, "multiple", "factor"), "RB821",
         "/declarations/0/multiple/factor", "13 decimals in a number"),
    ],
)  # fmt: skip
def test_what_is_no_book_is_refused_where_it_is_wrong(
    source: str, code: str | None, place: str | None, message: str
) -> None:
    text, found = twin_to_text(source, "b.json")
    assert [one.code for one in found] == ([code] if code else [])
    assert (text is None) == bool(code)
    for one in found:
        assert message in one.message
        assert one.notes == ((f"at `{place}`",) if place else ())
        assert one.span.path == "b.json"


def test_all_faults_in_one_run_each_at_its_place() -> None:
    source = '{"format": "ratebook.book/1", "declarations": [\n {"node": "use"},\n {"node": "unit", "name": 1}\n]}'
    found = twin_to_text(source)[1]
    assert [(one.span.line, one.span.column) for one in found] == [(2, 2), (3, 27)]


def test_a_pointer_escapes_its_signs() -> None:
    [found] = twin_to_text('{"a/b~": 1}')[1]
    assert found.notes == ("at `/a~1b~0`",)
    assert found.span.column == 10


def test_blank_lines_and_comments_are_normalised() -> None:
    twin = {"format": "ratebook.book/1", "ending": ["", "", "# a  ", "", ""]}
    assert twin_to_text(json.dumps(twin)) == ("# a\n", [])


def test_a_tree_too_deep_is_refused() -> None:
    inner: Any = {"node": "property", "name": "a"}
    for _ in range(150):
        inner = {"node": "parenthesised", "inner": inner}
    measure = {"node": "measure", "aggregation": {"node": "aggregation", "kind": "sum", "measured": {
        "node": "measured", "expression": inner}}}  # fmt: skip
    twin = {"format": "ratebook.book/1", "declarations": [{"node": "meter", "name": "m", "clauses": [measure]}]}
    assert [one.code for one in twin_to_text(json.dumps(twin))[1]] == ["RB822"]
    for _ in range(150):
        inner = measure["aggregation"]["measured"]["expression"] = {"node": "parenthesised", "inner": inner}  # type: ignore[index]
    assert [one.message for one in twin_to_text(json.dumps(twin))[1]] == ["the tree is deeper than 180 nodes"]


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 10**13), st.floats(), st.text(max_size=5), st.just([]), st.just({}),
    st.sampled_from(["-1", "0", "1.5", "per", "any", "a.b", "# c", "2026-02-30", "day", "every day", "USD"]),
    st.sampled_from(sorted(KINDS)).map(lambda name: {"node": name}),
)  # fmt: skip


def places(value: Any, steps: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [steps, *(place for step, inner in members for place in places(inner, (*steps, step)))]


@settings(max_examples=200)
@given(st.data())
def test_changed_twins_are_books_or_refused(data: st.DataObject) -> None:
    """What is accepted reads as the book it says; what is not has a code and a place. Nothing raises."""
    twin = twin_of(data.draw(st.sampled_from([SMALL, *(path.read_text() for path in BOOKS[:20])])))
    for _ in range(data.draw(st.integers(1, 2))):
        *outer, last = data.draw(st.sampled_from([place for place in places(twin) if place]))
        inner = twin
        for step in outer:
            inner = inner[step]
        inner[last] = data.draw(VALUES)
    text, found = twin_to_text(json.dumps(twin), "b.json")
    if text is None:
        assert found and {one.code for one in found} <= {"RB820", "RB821", "RB822"}
    else:
        assert dsl.parse(text)[1] == found == []
        assert twin_to_text(json.dumps(twin_of(text))) == (text, [])


def test_the_deepest_condition_that_a_book_may_have_survives() -> None:
    condition = "a = 1"
    for _ in range(58):
        condition = f"(b = 2 and {condition})"
    for _ in range(40):
        condition = f"not {condition}"
    text = f"meter m {{\n  where {condition}\n}}\n"
    assert format_text(text) == (text, [])
    assert twin_to_text(json.dumps(twin_of(text))) == (text, [])
