"""The law of corrections: all that was billed and corrected is, to the pico, a fresh derivation of everything."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.corrections.kit import correct, documents
from tests.workspace.kit import World, ratebook, world

HEAD = """
book calls version {version} from {start}
currency USD
timezone "Europe/Berlin"
unit call
unit user
meter calls {{
  events "api.call"
  measure sum of n as call
}}
meter peak {{
  events "api.call"
  measure max of n as call
}}
meter people {{
  events "api.call"
  measure unique of who as user
}}
tax vat "VAT" 19%
coupon tenth {{
  discount 10% on everything
}}
plan basic {{
  bill monthly in arrears on day 1
  {clause}
  minimum USD 3
  charge calls {{
    for calls
    free 5 call
    price graduated {{
      up to 20 call:   USD {price} per call
      above 20 call:   USD 0.0{price_low} per 3 call plus flat USD 1
    }}
    discount 15%
    taxed as vat
  }}
  charge peak {{
    for peak
    price package USD 2 per 7 call
  }}
  charge people {{
    for people
    price volume {{
      up to 2 user:   USD 1 per user
      above 2 user:   USD 0.30 per user
    }}
    cap USD 4
  }}
  charge fee {{
    price flat USD 1.10
    taxed as vat
  }}
}}
"""
CLAUSES = (
    "corrections { charge on own invoice }",
    "corrections {\n    charge on own invoice\n    credit by next invoice\n  }",
    "corrections { absorb below USD 0.50 }",
    "",
)
DAYS = ("2026-09-30T22:00:00Z", "2026-10-05T12:00:00Z", "2026-10-15T21:59:59Z", "2026-10-25T01:30:00Z",
        "2026-10-31T22:59:59.999999Z")  # fmt: skip
Event = tuple[str, int, int, str]
Action = tuple[str, Any]

events = st.lists(
    st.tuples(
        st.sampled_from(("ann", "bob")), st.integers(0, len(DAYS) - 1), st.integers(-3, 30), st.sampled_from("xyz")
    ),
    min_size=1,
    max_size=4,
)
actions = st.lists(
    st.one_of(
        st.tuples(st.just("use"), events),
        st.tuples(st.just("correct"), st.none()),
        st.tuples(st.just("retract"), st.integers(0, 9)),
        st.tuples(st.just("amend"), st.tuples(st.integers(0, 9), st.integers(-3, 30))),
        st.tuples(st.just("price"), st.tuples(st.sampled_from(("2026-01-01", "2026-10-16")), st.integers(1, 9))),
    ),
    max_size=5,
)


def book(version: int, start: str, clause: str, price: int) -> str:
    """A version of the book."""
    return HEAD.format(version=version, start=start, clause=clause, price=f"0.{price}7", price_low=price)


Known = dict[str, Event]
"""Events that count, by their id."""


def use(made: World, found: list[Event], known: Known) -> None:
    """Take events in."""
    for subject, day, n, who in found:
        made.use(subject, DAYS[day], n=n, who=who)
        known[f"e{made.count}"] = (subject, day, n, who)
    made.ingest()


def withdraw(made: World, known: Known, place: int, n: int | None) -> None:
    """Retract one of the events, or amend it to `n`."""
    if not known:
        return
    ident = sorted(known)[place % len(known)]
    subject, day, _, who = known.pop(ident)
    made.use(subject, DAYS[day], n=n, who=who)
    if n is None:
        made.events[-1] |= {"type": "ratebook.retraction", "data": {"id": ident}}
    else:
        made.events[-1] |= {"amends": ident}
        known[f"e{made.count}"] = (subject, day, n, who)
    assert made.ingest()["accepted"] == 1


def subscribed(folder: Path, clause: str) -> World:
    """Two customers, one with a coupon; nothing billed."""
    made = world(folder)
    made.publish(book(1, "2026-01-01", clause, 2))
    made.subscribe(
        {"id": "a", "customer": "ann", "plan": "basic", "start": "2026-10-01", "coupons": "tenth"},
        {"id": "b", "customer": "bob", "plan": "basic", "start": "2026-10-05", "coupons": ""},
    )
    return made


def reprice(made: World, version: int, start: str, clause: str, price: int) -> bool:
    """Correct the book, where its dates allow."""
    text = made.file(f"{version}.rate", book(version, start, clause, price))
    done = ratebook("publish", made.path, text, "--now", "2026-12-01", "--reason", "typo", "--approved-by", "cfo")
    return done.code == 0


Key = tuple[str, str, str, str]


def everything(made: World) -> dict[Key, tuple[Decimal, Decimal, Fraction]]:
    """(amount, exact, quantity) of all lines and corrections, by subscription, kind, charge and name.

    A difference that was left open counts as long as no later correction took it up.
    """
    sums: dict[Key, list[Any]] = defaultdict(lambda: [Decimal(0), Decimal(0), Fraction(0)])
    last: dict[tuple[Any, ...], str] = {}
    for c in documents(made, "correction"):
        last[c["subscription"], c["from_us"], c["to_us"], c["timing"]] = c["number"]
    open_ones = {c["number"] for c in documents(made, "correction") if c["state"] == "open"} - set(last.values())
    for path in sorted([*made.path.glob("lines/*/*.parquet"), *made.path.glob("corrections/*/*.parquet")]):
        if path.name.startswith(("terms-", "settled-")):
            continue
        for row in pq.read_table(path).to_pylist():
            if row["invoice"] in open_ones:
                continue
            held = sums[row["subscription"], row["kind"], row["charge"], row["name"]]
            held[0] += row["amount"]
            held[1] += row["exact"]
            if row["quantity_num"] is not None:
                held[2] += Fraction(int(row["quantity_num"]), int(row["quantity_den"]))
    return {key: (a, e, q) for key, (a, e, q) in sums.items() if a or e or q}


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(CLAUSES), events, actions, events)
def test_billed_and_corrected_is_derived(
    clause: str, first: list[Event], steps: list[Action], last: list[Event]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made, fresh = subscribed(Path(folder, "a"), clause), subscribed(Path(folder, "b"), clause)
        known: Known = {}
        version, day = 1, 2
        use(made, first, known)
        made.run("2026-10")
        for name, what in [*steps, ("use", last), ("correct", None)]:
            if name == "use":
                use(made, what, known)
            elif name == "retract":
                withdraw(made, known, what, None)
            elif name == "amend":
                withdraw(made, known, *what)
            elif name == "price" and reprice(made, version + 1, what[0], clause, what[1]):
                version += 1
                assert reprice(fresh, version, what[0], clause, what[1])
            elif name == "correct":
                correct(made, day=day)
                day += 1
        use(fresh, list(known.values()), {})
        fresh.run("2026-10")
        assert everything(made) == everything(fresh)
        assert made.do("verify")["findings"] == []
