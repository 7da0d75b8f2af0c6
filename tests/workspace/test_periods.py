"""Whose period is when: anchors, time zones, stubs, long and short cycles, in advance and in arrears."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workspace.kit import World, world

HEAD = """
book plans version 1 from 2026-01-01
currency USD
timezone "UTC"
unit call
unit seat
meter calls {
  events "api.call"
  measure sum of n as call
}
feature seats licensed seat
"""
USAGE = """
  charge calls "Calls" {
    for calls
    price USD 1 per call
  }
"""


def plan(name: str, bill: str, *charges: str) -> str:
    """A plan's text."""
    return f"plan {name} {{\n  bill {bill}\n" + "".join(charges) + "}\n"


def fee(amount: str, more: str = "") -> str:
    """A flat fee's text."""
    return f'  charge fee "Fee" {{\n    price flat USD {amount}\n{more}  }}\n'


BOOK = (
    HEAD
    + plan("monthly", "monthly in arrears on day 1", USAGE)
    + plan("signup", "monthly in arrears on signup", USAGE)
    + plan("weekly", "weekly in arrears on day 1", USAGE)
    + plan("quarterly", "quarterly in arrears on day 1", USAGE)
    + plan("yearly", "yearly in advance on day 1", fee("120"))
    + plan("advance", "monthly in advance on day 1", fee("31"), USAGE)
    + plan("both", "monthly in arrears on day 1", fee("31"), USAGE)
)


def opened(folder: Path, *rows: dict[str, str]) -> World:
    """A world with these subscriptions, each of a customer of its own."""
    made = world(folder)
    made.publish(BOOK)
    made.subscribe(*({"customer": r["id"], **r} for r in rows))
    return made


def billed(made: World) -> dict[str, list[tuple[str, str]]]:
    """(period, total) of the invoices of each subscription."""
    found: dict[str, list[tuple[str, str]]] = {}
    for invoice in made.invoices():
        found.setdefault(invoice["subscription"], []).append((invoice["period"], invoice["total"][:-10]))
    return found


def test_own_anchors_and_clamped_month_ends(tmp_path: Path) -> None:
    made = opened(
        tmp_path,
        {"id": "d15", "plan": "monthly", "start": "2026-01-10", "anchor_day": "15"},
        {"id": "d31", "plan": "monthly", "start": "2026-01-01", "anchor_day": "31"},
        {"id": "sign", "plan": "signup", "start": "2026-01-31"},
    )
    for day in ("01-10", "01-14", "01-15", "01-30", "01-31", "02-14", "02-27", "02-28", "03-14", "03-30", "03-31"):
        for who in ("d15", "d31", "sign"):
            made.use(who, f"2026-{day}T12:00:00Z", n=1)
    made.ingest()
    for month in ("2026-01", "2026-02", "2026-03", "2026-04"):
        made.run(month)
    assert billed(made) == {
        # 10 to 14 January; 15 January to 14 February; 15 February to 14 March; 15 March to 14 April
        "d15": [("2026-01", "2.00"), ("2026-02", "4.00"), ("2026-03", "3.00"), ("2026-04", "2.00")],
        # 1 to 30 January; 31 January to 27 February; 28 February to 30 March; 31 March to 29 April
        "d31": [("2026-01", "4.00"), ("2026-02", "3.00"), ("2026-03", "3.00"), ("2026-04", "1.00")],
        "sign": [("2026-02", "3.00"), ("2026-03", "3.00"), ("2026-04", "1.00")],
    }
    made.prove("2026-01", "2026-02", "2026-03", "2026-04")


@pytest.mark.parametrize(
    ("zone", "first", "last"),
    [
        ("Asia/Tokyo", "2026-09-30T15:00:00Z", "2026-10-31T14:59:59.999999Z"),
        ("America/Los_Angeles", "2026-10-01T07:00:00Z", "2026-11-01T06:59:59.999999Z"),
        ("Europe/London", "2026-09-30T23:00:00Z", "2026-10-31T23:59:59.999999Z"),
        ("Pacific/Kiritimati", "2026-09-30T10:00:00Z", "2026-10-31T09:59:59.999999Z"),
    ],
)
def test_months_of_other_zones(tmp_path: Path, zone: str, first: str, last: str) -> None:
    made = opened(tmp_path, {"id": "s", "plan": "monthly", "start": "2026-01-01", "timezone": zone})
    instants = {1: first, 2: last, 10: _shifted(first, -1), 20: _shifted(last, 1)}
    for n, instant in instants.items():
        made.use("s", instant, n=n)
    made.ingest()
    made.run("2026-10")
    assert billed(made) == {"s": [("2026-10", "3.00")]}
    made.run("2026-09")
    made.run("2026-11")
    assert billed(made) == {"s": [("2026-10", "3.00"), ("2026-09", "10.00"), ("2026-11", "20.00")]}


def _shifted(text: str, microseconds: int) -> str:
    import datetime as dt

    return (dt.datetime.fromisoformat(text) + dt.timedelta(microseconds=microseconds)).isoformat()


def test_the_customers_zone_holds_where_the_subscription_has_none(tmp_path: Path) -> None:
    made = world(tmp_path)
    made.publish(BOOK)
    made.subscribe(
        {"id": "s", "customer": "ann", "plan": "monthly", "start": "2026-01-01"},
        customers=[{"id": "ann", "timezone": "Asia/Tokyo"}],
    )
    made.use("ann", "2026-09-30T15:00:00Z", n=1)
    made.use("ann", "2026-10-31T15:00:00Z", n=10)
    made.ingest()
    assert made.run("2026-10")["total"] == {"USD": "1.00"}


def test_start_and_end_inside_the_month(tmp_path: Path) -> None:
    made = opened(
        tmp_path,
        {"id": "late", "plan": "both", "start": "2026-10-11"},
        {"id": "left", "plan": "both", "start": "2026-01-01", "end": "2026-10-10"},
        {"id": "brief", "plan": "both", "start": "2026-10-10", "end": "2026-10-10"},
        {"id": "gone", "plan": "both", "start": "2026-01-01", "end": "2026-09-30"},
        {"id": "next", "plan": "both", "start": "2026-11-01"},
    )
    for who in ("late", "left", "brief", "gone", "next"):
        made.use(who, "2026-10-10T23:59:59Z", n=100)
        made.use(who, "2026-10-11T00:00:00Z", n=1000)
    made.ingest()
    made.run("2026-10")
    assert billed(made) == {
        "brief": [("2026-10", "101.00")],
        "late": [("2026-10", "1021.00")],
        "left": [("2026-10", "110.00")],
    }
    made.prove("2026-10")


def test_weeks_quarters_and_years_are_billed_when_due(tmp_path: Path) -> None:
    made = opened(
        tmp_path,
        {"id": "w", "plan": "weekly", "start": "2026-08-31"},
        {"id": "q", "plan": "quarterly", "start": "2026-07-01"},
        {"id": "y", "plan": "yearly", "start": "2026-10-01"},
    )
    # Mondays: 31 August, 28 September, 5 October, 26 October, 2 November
    for time in (
        "09-27T23:59:59",
        "09-28T00:00:00",
        "10-04T23:59:59",
        "10-05T00:00:00",
        "10-31T00:00:00",
        "11-01T23:59:59",
    ):
        for who in ("w", "q"):
            made.use(who, f"2026-{time}Z", n=1)
    made.ingest()
    for month in ("2026-09", "2026-10", "2026-11", "2026-12"):
        made.run(month)
    found = billed(made)
    # a week that begins in one month and ends in the next is billed where it ends
    assert found["w"] == [("2026-09", "1.00"), ("2026-10", "2.00"), ("2026-10", "1.00"), ("2026-11", "2.00")]
    assert found["q"] == [("2026-09", "2.00"), ("2026-12", "4.00")]
    # the rest of the calendar year, 92 of 365 days of 120
    assert found["y"] == [("2026-10", "30.25")]
    made.prove("2026-09", "2026-10", "2026-11", "2026-12")


def test_advance_and_arrears_over_months_bill_everything_once(tmp_path: Path) -> None:
    made = opened(
        tmp_path,
        {"id": "a1", "plan": "advance", "start": "2026-08-01", "end": "2026-10-31"},
        {"id": "a15", "plan": "advance", "start": "2026-08-15", "end": "2026-10-31", "anchor_day": "15"},
    )
    for month in ("08", "09", "10"):
        for day in ("15", "31" if month != "09" else "30"):
            for who in ("a1", "a15"):
                made.use(who, f"2026-{month}-{day}T12:00:00Z", n=100)
    made.ingest()
    for month in ("2026-07", "2026-08", "2026-09", "2026-10", "2026-11", "2026-12"):
        made.run(month)
    found = billed(made)
    assert found["a1"] == [("2026-08", "231.00"), ("2026-09", "231.00"), ("2026-10", "231.00")]
    # 15 August in advance; then usage to 14 September; the last cycle, 17 of 31 days served, ends with the service
    assert found["a15"] == [
        ("2026-08", "31.00"), ("2026-09", "200.00"), ("2026-09", "31.00"), ("2026-10", "200.00"), ("2026-10", "217.00"),
    ]  # fmt: skip
    made.prove("2026-08", "2026-09", "2026-10")
