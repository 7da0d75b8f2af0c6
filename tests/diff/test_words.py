"""Differences in words: prices, tiers, dates, contracts, meters; what is only written otherwise stands apart."""

from __future__ import annotations

from pathlib import Path

import pytest

import dsl
from dsl.diff import diff
from tests.workspace.kit import ratebook

BOOK = """
book store version 1 from 2026-01-01
currency USD
timezone "UTC"
unit GB
unit TB = 1_000 GB
unit call
meter stored {
  events "disk"
  measure sum of n as GB
}
meter calls "Calls" {
  events "api"
  where ok = true
  measure count as call over tumbling 1 hour then max
}
plan standard "Standard" {
  bill monthly in arrears on day 1
  charge storage "Storage" {
    for stored
    price graduated {
      up to 50 TB: USD 0.023 per GB
      above 50 TB: USD 0.022 per GB
    }
    minimum USD 5
  }
  charge calls "Calls" {
    for calls
    price package USD 1 per 1_000 call
  }
}
contract globex with "cus_globex" on standard from 2026-02-01 through 2028-12-31 {
  source "Master agreement"
  discount 10% on storage
  override calls price package USD 0.80 per 1_000 call
  commit USD 120_000 per year {
    draws storage
    true up at end of year
  }
  phase ramp from 2026-02-01 through 2026-12-31 {
    cap USD 15_000
  }
  escalate 3% every 12 months from 2027-01-01 on storage
}
amendment 1 of globex from 2026-07-01 "Order form 2" {
  override storage price USD 0.021 per GB
}
"""

SINGLE = {
    ("above 50 TB: USD 0.022 per GB", "above 50 TB: USD 0.021 per GB"): (
        "plan standard, charge storage, above 50 TB: USD 0.022 per GB -> USD 0.021 per GB from 2026-01-01"
    ),
    ("50 TB", "60 TB"): "plan standard, charge storage, border: up to 50 TB -> up to 60 TB from 2026-01-01",
    ("minimum USD 5\n", "minimum USD 6\n"): (
        "plan standard, charge storage, minimum: minimum USD 5 -> minimum USD 6 from 2026-01-01"
    ),
    ("    minimum USD 5\n", ""): "plan standard, charge storage, minimum: removed: minimum USD 5 from 2026-01-01",
    ("  where ok = true\n", "  where ok = false\n"): "meter calls, filter: ok = true -> ok = false from 2026-01-01",
    ("count as call over tumbling 1 hour then max", "count as call"): (
        "meter calls, measure: count over tumbling 1 hour then max -> count from 2026-01-01"
    ),
    ("discount 10% on storage", "discount 12% on storage"): (
        "contract globex, discounts: discount 10% on storage -> discount 12% on storage from 2026-02-01"
    ),
    ("calls price package USD 0.80", "calls price package USD 0.75"): (
        "contract globex, override of calls: package USD 0.80 per 1_000 call -> package USD 0.75 per 1_000 call"
        " from 2026-02-01"
    ),
    ("commit USD 120_000", "commit USD 100_000"): (
        "contract globex, commits, amount: USD 120_000 -> USD 100_000 from 2026-02-01"
    ),
    ("cap USD 15_000", "cap USD 16_000"): (
        "contract globex, phase ramp, cap: cap USD 15_000 -> cap USD 16_000 from 2026-02-01"
    ),
    ("escalate 3%", "escalate 4%"): (
        "contract globex, escalations: escalate 3% every 12 months from 2027-01-01 on storage -> "
        "escalate 4% every 12 months from 2027-01-01 on storage from 2026-02-01"
    ),
    ("USD 0.021 per GB", "USD 0.020 per GB"): (
        "contract globex, amendment 1, override of storage: USD 0.021 per GB -> USD 0.020 per GB from 2026-07-01"
    ),
    ('source "Master agreement"', 'source "Agreement 2"'): (
        'contract globex, source: "Master agreement" -> "Agreement 2"'
    ),
    ('plan standard "Standard"', 'plan standard "Normal"'): 'plan standard, label: "Standard" -> "Normal"',
    ("USD 0.023 per GB", "USD 23 per TB"): (
        "plan standard, charge storage, up to 50 TB: same price, written otherwise: USD 0.023 per GB -> USD 23 per TB"
    ),
    ("monthly in arrears on day 1", "monthly in arrears on day 5"): (
        "plan standard, cycle: every 1 month in arrears from day 1 -> every 1 month in arrears from day 5"
        " from 2026-01-01"
    ),
    ('timezone "UTC"', 'timezone "Europe/Madrid"'): "book, timezone: UTC -> Europe/Madrid from 2026-01-01",
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), list(SINGLE), ids=lambda text: text.strip()[:30])
def test_one_change(before: str, after: str) -> None:
    text = BOOK.replace(before, after)
    assert text != BOOK
    found = diff(dsl.compile(BOOK, "a.rate"), dsl.compile(text, "b.rate"))
    assert [d.text for d in found] == [SINGLE[before, after]]


def test_a_later_version_of_a_plan_is_a_change_from_its_date() -> None:
    version = BOOK[BOOK.index("plan standard") : BOOK.index("contract globex")]
    later = version.replace('"Standard" {', '"Standard" from 2026-07-01 {').replace("USD 0.022", "USD 0.021")
    found = diff(dsl.compile(BOOK, "a.rate"), dsl.compile(BOOK + later, "b.rate"))
    assert [d.text for d in found] == [
        "plan standard, charge storage, above 50 TB: USD 0.022 per GB -> USD 0.021 per GB from 2026-07-01"
    ]
    assert found[0].place_after.line > found[0].place_before.line
    # the same price declared again with a date changes nothing
    assert diff(dsl.compile(BOOK, "a"), dsl.compile(BOOK + later.replace("USD 0.021", "USD 0.022"), "b")) == ()


def test_tiers_on_one_line_are_the_price_without_them() -> None:
    tiers = BOOK[BOOK.index("price graduated") : BOOK.index("minimum USD 5")]
    plain = BOOK.replace("USD 0.022", "USD 0.023").replace(tiers.replace("0.022", "0.023"), "price USD 0.023 per GB\n")
    [found] = diff(dsl.compile(BOOK.replace("USD 0.022", "USD 0.023"), "a"), dsl.compile(plain, "b"))
    assert (found.kind, found.after) == ("rewritten", "USD 0.023 per GB")


def test_renames() -> None:
    text = BOOK.replace("charge storage ", "charge space ").replace("on storage", "on space")
    text = text.replace("draws storage", "draws space").replace("override storage", "override space")
    found = diff(dsl.compile(BOOK, "a"), dsl.compile(text, "b"))
    # a contract names the charge of its plan: its terms are the same ones
    assert [d.text for d in found if d.matters] == ["plan standard, charge space: renamed from storage to space"]
    text = BOOK.replace("meter stored", "meter held").replace("for stored", "for held")
    assert [d.text for d in diff(dsl.compile(BOOK, "a"), dsl.compile(text, "b"))] == [
        "meter held: renamed from stored to held"
    ]


def test_the_command(tmp_path: Path) -> None:
    one, other = tmp_path / "a.rate", tmp_path / "b.rate"
    one.write_text(BOOK)
    other.write_text(BOOK.replace('"Standard"', '"Normal"').replace("USD 0.023 per GB", "USD 23 per TB"))
    done = ratebook("diff", one, other)
    assert (done.code, done.err) == (0, "")
    same = "same price, written otherwise: USD 0.023 per GB -> USD 23 per TB"
    assert done.out == (
        "store/1 and store/1 mean the same\n"
        "written otherwise, same prices:\n"
        f"  plan standard, charge storage, up to 50 TB: {same}\n"
        f"    {one}:22:20 -> {other}:22:20\n"
        "wording:\n"
        '  plan standard, label: "Standard" -> "Normal"\n'
        f"    {one}:17:1 -> {other}:17:1\n"
    )
    other.write_text(BOOK.replace("50 TB", "60 TB"))
    done = ratebook("diff", one, other)
    assert done.code == 1
    assert done.out.startswith("store/1 and store/1: 1 difference\n  plan standard, charge storage, border: ")
    data = ratebook("diff", one, other, "--json").data
    assert (data["same"], data["rewritten"], data["reworded"]) == (False, [], [])
    [found] = data["differences"]
    assert found["path"] == ["plan standard", "charge storage", "border"]
    assert (found["kind"], found["before"], found["after"]) == ("changed", "up to 50 TB", "up to 60 TB")
    assert (found["from"], found["place_before"]) == ("2026-01-01", f"{one}:22:7")


def test_a_book_that_does_not_compile(tmp_path: Path) -> None:
    one, other = tmp_path / "a.rate", tmp_path / "b.rate"
    one.write_text(BOOK)
    other.write_text(BOOK.replace("price package", "price pakage"))
    done = ratebook("diff", one, other, "--json")
    assert done.code == 1
    assert done.data["files"][0]["diagnostics"][0]["code"] == "RB004"
    assert ratebook("diff", one, tmp_path / "none.rate", "--json").data["error"]["code"] == "RBC02"
