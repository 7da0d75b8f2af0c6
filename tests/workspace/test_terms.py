"""What a subscription carries besides its plan: seats, coupons, contracts, taxes; and whose events are whose."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from tests.workspace.kit import World, world
from tests.workspace.test_periods import HEAD, USAGE, plan

SEATS = """
  charge seats "Seats" {
    for licensed seat
    price USD 10 per seat
    taxed as vat
  }
"""
BOOK = (
    HEAD
    + plan("team", "monthly in arrears on day 1", SEATS, USAGE)
    + plan("calls", "monthly in arrears on day 1", USAGE)
    + """
tax vat "VAT" 20%
coupon half {
  discount 50% on calls
  once
}
contract acme with "acme" on calls from 2026-01-01 {
  override calls price USD 0.50 per call
  charge traffic "Traffic" {
    for calls
    price USD 2 per call
  }
}
"""
)


def opened(folder: Path, *rows: dict[str, str]) -> World:
    """A world with the book above and these subscriptions."""
    made = world(folder)
    made.publish(BOOK)
    made.subscribe(*rows)
    return made


def test_licensed_quantities_that_change_inside_the_month_and_tax(tmp_path: Path) -> None:
    made = opened(
        tmp_path,
        {
            "id": "s",
            "customer": "c",
            "plan": "team",
            "start": "2026-01-01",
            "licensed": "5 seat; 10 seat from 2026-11-16",
        },
    )
    made.run("2026-11")
    # 5 seats for 15 days and 10 for 15: 75 and 20 % on it
    assert made.amounts() == {"s": ["seats 75", "vat 15"]}
    [invoice] = made.invoices()
    assert (invoice["total"], invoice["tax"], invoice["due"]) == (
        "75.000000000000",
        "15.000000000000",
        "90.000000000000",
    )
    made.prove("2026-11")


def test_a_unit_that_the_book_lacks_is_a_problem_of_its_account_alone(tmp_path: Path) -> None:
    made = opened(
        tmp_path,
        {"id": "bad", "customer": "b", "plan": "team", "start": "2026-01-01", "licensed": "5 desk"},
        {"id": "good", "customer": "c", "plan": "team", "start": "2026-01-01", "licensed": "1 seat"},
    )
    report = made.run("2026-11", code=1)
    assert [(p["subscription"], p["code"]) for p in report["problems"]] == [("bad", "RBQ04")]
    assert report["total"] == {"USD": "10.00"}


def test_a_coupon_takes_its_share_once(tmp_path: Path) -> None:
    made = opened(
        tmp_path,
        {"id": "s", "customer": "c", "plan": "calls", "start": "2026-10-01", "coupons": "half@2026-10-01"},
    )
    made.use("c", "2026-10-05T00:00:00Z", n=10)
    made.use("c", "2026-11-05T00:00:00Z", n=10)
    made.ingest()
    made.run("2026-10")
    made.run("2026-11")
    assert made.amounts() == {"s": ["calls 10", "half -5", "calls 10"]}
    made.prove("2026-10", "2026-11")


def test_a_contract_overrides_and_adds(tmp_path: Path) -> None:
    made = opened(
        tmp_path,
        {"id": "s", "customer": "acme", "plan": "calls", "start": "2026-01-01", "contract": "acme"},
    )
    made.use("acme", "2026-10-05T00:00:00Z", n=10)
    made.ingest()
    made.run("2026-10")
    assert made.amounts() == {"s": ["calls 5", "traffic 20"]}
    made.prove("2026-10")


WEIGHTED = """
book space version 1 from 2026-01-01
currency USD
timezone "Europe/Berlin"
unit B
meter stored {
  events "stored"
  measure time_weighted of n as B over tumbling 1 day
}
plan space {
  bill monthly in arrears on day 1
  charge stored {
    for stored
    price graduated {
      up to 100 B: USD 1 per B
      above 100 B: USD 0.50 per B
    }
  }
}
"""


def test_days_of_23_and_of_24_hours_add_up_to_one_line(tmp_path: Path) -> None:
    made = world(tmp_path)
    made.publish(WEIGHTED)
    made.subscribe(*({"id": f"s_{c}", "customer": c, "plan": "space", "start": "2026-01-01"} for c in ("ann", "bob")))
    made.use("ann", "2026-02-20T00:00:00Z", kind="stored", n=10)
    made.ingest()
    made.run("2026-03")
    # 31 days of 10 B, one of them an hour short: 100 at USD 1 and 210 at USD 0.50
    assert made.amounts() == {"s_ann": ["stored 205"]}
    made.prove("2026-03")


DOORS = """
book doors version 1 from 2026-01-01
currency USD
timezone "UTC"
unit door
meter doors {
  events "opened"
  where code > 5
  measure unique of code as door
}
plan doors {
  bill monthly in arrears on day 1
  charge doors {
    for doors
    price USD 1 per door
  }
}
"""


def test_what_is_compared_as_a_number_and_counted_as_text_is_its_text(tmp_path: Path) -> None:
    made = world(tmp_path)
    made.publish(DOORS)
    made.subscribe({"id": "s", "customer": "c", "plan": "doors", "start": "2026-01-01"})
    for day, code in enumerate(("007", "7", "5", "7", "x"), 1):
        made.use("c", f"2026-10-0{day}T00:00:00Z", kind="opened", code=code)
    made.ingest()
    made.run("2026-10")
    assert made.amounts() == {"s": ["doors 2"]}
    made.prove("2026-10")


SIZED = (
    HEAD
    + plan("calls", "monthly in arrears on day 1", USAGE)
    + """
contract acme with "acme" on calls from 2026-01-01 {
}
amendment 1 of acme from 2026-10-01 {
  charge sized "Sized" {
    for calls
    weigh by size { small: 1 large: 5 }
    price USD 1 per call
  }
}
"""
)


def test_a_property_that_only_an_amendment_names_is_kept_and_sliced_by(tmp_path: Path) -> None:
    made = world(tmp_path)
    made.publish(SIZED)
    made.subscribe({"id": "s", "customer": "acme", "plan": "calls", "start": "2026-01-01", "contract": "acme"})
    made.use("acme", "2026-10-05T00:00:00Z", n=10, size="large")
    made.use("acme", "2026-10-06T00:00:00Z", n=1, size="small")
    made.ingest()
    [segment, *_] = made.path.glob("events/**/*.parquet")
    assert "t_size" in pq.read_schema(segment).names
    made.run("2026-10")
    assert sorted(made.amounts()["s"]) == ["calls 11", "sized 51"]
    made.prove("2026-10")


def test_two_subscriptions_of_one_customer_and_events_of_a_subscription(tmp_path: Path) -> None:
    made = opened(
        tmp_path,
        {"id": "one", "customer": "c", "plan": "calls", "start": "2026-01-01"},
        {"id": "two", "customer": "d", "plan": "team", "start": "2026-01-01", "licensed": "1 seat"},
        {"id": "three", "customer": "d", "plan": "calls", "start": "2026-01-01"},
    )
    made.use("one", "2026-10-05T00:00:00Z", n=1)
    made.use("c", "2026-10-05T00:00:00Z", n=10)
    made.use("two", "2026-10-05T00:00:00Z", n=100)
    made.use("three", "2026-10-05T00:00:00Z", n=1000)
    made.ingest()
    made.run("2026-10")
    # events that name the subscription are its own alone; those that name the customer are of all its subscriptions
    assert made.amounts() == {"one": ["calls 11"], "three": ["calls 1000"], "two": ["calls 100", "seats 10", "vat 2"]}
    assert made.do("explain", "INV-000001/1")["events"]["count"] == 2
    made.prove("2026-10")
