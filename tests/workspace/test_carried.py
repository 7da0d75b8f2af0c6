"""What months leave one another in runs of their own: coupons used up, demand ratchets; and meters of several types."""

from __future__ import annotations

from pathlib import Path

from tests.workspace.kit import world

BOOK = """
book calls version 1 from 2026-01-01
currency USD
timezone "UTC"
unit call
unit kW
coupon gift {
  discount USD 25
}
meter calls {
  events "api.call", "api.batch"
  where paid = "yes"
  measure sum of n as call
}
meter demand {
  events "demand"
  measure max of kw as kW
}
plan fee {
  bill monthly in arrears on day 1
  charge fee {
    price flat USD 10
  }
}
plan calls {
  bill monthly in arrears on day 1
  charge calls {
    for calls
    free 2 call
    price USD 1 per call
  }
}
plan power {
  bill monthly in arrears on day 1
  charge power {
    for demand
    price USD 1 per kW
    ratchet 60% of highest over 12 months
  }
}
"""


def test_an_amount_is_used_up_over_runs(tmp_path: Path) -> None:
    made = world(tmp_path)
    made.publish(BOOK)
    made.subscribe({"id": "s", "customer": "c", "plan": "fee", "start": "2026-07-01", "coupons": "gift"})
    for month in ("07", "08", "09", "10"):
        made.run(f"2026-{month}")
    # 25 = 10 + 10 + 5
    assert made.amounts()["s"] == ["fee 10", "gift -10", "fee 10", "gift -10", "fee 10", "gift -5", "fee 10"]
    made.prove("2026-09")


def test_a_ratchet_remembers_earlier_runs(tmp_path: Path) -> None:
    made = world(tmp_path)
    made.publish(BOOK)
    made.subscribe({"id": "s", "customer": "c", "plan": "power", "start": "2026-08-01"})
    for month, kw in (("08", 100), ("09", 20), ("10", 70)):
        made.use("c", f"2026-{month}-10T12:00:00Z", "demand", kw=kw)
    made.ingest()
    for month in ("08", "09", "10"):
        made.run(f"2026-{month}")
    # 60% of August's 100 is more than 20, and less than 70
    assert made.amounts()["s"] == ["power 100", "power 60", "power 70"]
    made.prove("2026-09")


def test_a_meter_of_two_types(tmp_path: Path) -> None:
    made = world(tmp_path)
    made.publish(BOOK)
    made.subscribe({"id": "s", "customer": "c", "plan": "calls", "start": "2026-10-01"})
    for kind, n, paid in (("api.call", 3, "yes"), ("api.batch", 10, "yes"), ("api.batch", 50, "no")):
        made.use("c", "2026-10-05T10:00:00Z", kind, n=n, paid=paid)
    made.ingest()
    made.run("2026-10")
    assert made.amounts()["s"] == ["calls 11"]
    made.prove("2026-10")
    explained = made.do("explain", f"{made.invoices()[0]['number']}/1")
    assert explained["agrees"]
