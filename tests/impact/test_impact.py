"""Two versions over real history: by hand, and equal to what each version by itself would have billed."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from pathlib import Path

import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest

from tests.workspace.kit import World, ratebook, world

BOOK = """
book calls version 1 from 2026-01-01
currency USD
timezone "UTC"
unit call
unit seat
tax vat 21%
meter calls {
  events "api.call"
  measure sum of n as call
}
meter days {
  events "api.call"
  measure sum of n as call over tumbling 1 day then max
}
plan basic {
  bill monthly in arrears on day 1
  charge calls {
    for calls
    price USD 0.10 per call
    taxed as vat
  }
}
plan pro {
  bill monthly in arrears on day 1
  minimum USD 5
  charge seats {
    for licensed seat
    price USD 4 per seat
  }
  charge calls {
    for calls
    price graduated {
      up to 100 call: USD 0.05 per call
      above 100 call: USD 0.02 per call
    }
  }
  charge peak {
    for days
    price USD 0.01 per call
  }
}
plan old {
  bill monthly in arrears on day 1
  charge calls {
    for calls
    price USD 1 per call
  }
}
contract deal with "dan" on basic from 2026-01-01 through 2027-12-31 {
  override calls price USD 0.08 per call
}
"""
DEARER = BOOK.replace("version 1", "version 2").replace("from 2026-01-01\n", "from 2026-12-01\n", 1)
DEARER = DEARER.replace("USD 0.10 per call", "USD 0.12 per call").replace("USD 4 per seat", "USD 3 per seat")


def history(folder: Path, book: str = BOOK) -> World:
    """Five customers in October 2026: two on basic, one on pro, one with a contract, one on an old plan."""
    made = world(folder)
    made.publish(book)
    on = {"ann": "basic", "bob": "basic", "eve": "pro", "dan": "basic", "fay": "old"}
    made.subscribe(
        *(
            {
                "id": f"s_{name}", "customer": name, "plan": plan, "start": "2026-01-01",
                "contract": "deal" if name == "dan" else "", "licensed": "5 seat" if plan == "pro" else "",
            }
            for name, plan in on.items()
        )
    )  # fmt: skip
    for name, number in (("ann", 10), ("eve", 300), ("dan", 100), ("fay", 1), ("eve", 50)):
        made.use(name, f"2026-10-0{made.count + 1}T10:00:00Z", n=number)
    made.ingest()
    return made


def impact(made: World, one: str, other: str, *more: str, code: int = 0, period: str = "2026-10") -> dict:  # type: ignore[type-arg]
    """The command's document."""
    paths = made.file("one.rate", one), made.file("other.rate", other)
    done = ratebook("impact", *paths, "--workspace", made.path, "--period", period, *more, "--json")
    assert done.code == code, done
    return done.data


def fingerprint(made: World) -> str:
    """A digest of every file of the workspace."""
    files = sorted(p for p in made.path.rglob("*") if p.is_file() and not p.name.endswith(("-shm", "-wal")))
    return hashlib.sha256(b"".join(str(p).encode() + p.read_bytes() for p in files)).hexdigest()


def test_by_hand(tmp_path: Path) -> None:
    made = history(tmp_path)
    before = fingerprint(made)
    found = impact(made, BOOK, DEARER)
    assert fingerprint(made) == before
    # ann 10 x 0.10 -> 0.12; bob none; dan by contract; fay on old; eve 5 seats, 350 calls, peak day 300
    assert {c["customer"]: (c["before"], c["after"], c["delta"]) for c in found["customers"]} == {
        "ann": ("1.00", "1.20", "0.20"), "bob": ("0.00", "0.00", "0.00"), "dan": ("8.00", "8.00", "0.00"),
        "eve": ("33.00", "28.00", "-5.00"), "fay": ("1.00", "1.00", "0.00"),
    }  # fmt: skip
    assert found["customers"][0]["customer"] == "eve"
    assert found["totals"] == {
        "count": 5, "before": "43.00", "after": "38.20", "delta": "-4.80", "winners": 1, "losers": 1, "unchanged": 3
    }  # fmt: skip
    basic = next(p for p in found["plans"] if p["plan"] == "basic")
    assert basic == {
        "plan": "basic", "count": 3, "before": "9.00", "after": "9.20", "delta": "0.20", "winners": 0, "losers": 1,
        "unchanged": 2,
    }  # fmt: skip
    changes = {b["change"]: b["customers"] for b in found["distribution"] if b["customers"]}
    # eve -5 of 33 is -15.2 %, ann +20 %
    assert changes == {"-20% to -10%": 1, "unchanged": 3, "10% to 20%": 1}
    assert found["quantiles"] == {
        "least": "-5.00", "tenth": "-5.00", "median": "0.00", "nine_tenths": "0.20", "greatest": "0.20"
    }  # fmt: skip
    assert found["metered"]["again"] == found["metered"]["once"] > 0
    assert (found["absent"], found["problems"], found["more"], found["file"]) == ([], [], 0, None)


@pytest.mark.parametrize("side", [BOOK, DEARER])
def test_each_side_is_what_that_version_alone_would_have_billed(tmp_path: Path, side: str) -> None:
    made = history(tmp_path / "real")
    found = impact(made, BOOK, DEARER)
    alone = history(tmp_path / "alone", side.replace("from 2026-12-01\n", "from 2026-01-01\n", 1))
    alone.run("2026-10")
    billed = {i["customer"]: Decimal(i["total"]) for i in alone.invoices()}
    name = "before" if side == BOOK else "after"
    assert {c["customer"]: Decimal(c[name]) for c in found["customers"] if Decimal(c[name])} == billed


def test_another_meter_is_metered_again(tmp_path: Path) -> None:
    made = history(tmp_path)
    counted = "  measure sum of n as call\n}\nmeter days"
    found = impact(made, BOOK, BOOK.replace(counted, f"  where n > 20\n{counted}"))
    assert {c["customer"]: c["delta"] for c in found["customers"] if c["delta"] != "0.00"} == {
        "ann": "-1.00", "fay": "-1.00"
    }  # fmt: skip
    assert 0 < found["metered"]["again"] < found["metered"]["once"]


def test_the_same_book_changes_nobody(tmp_path: Path) -> None:
    found = impact(history(tmp_path), BOOK, BOOK)
    assert found["totals"]["delta"] == "0.00"
    assert found["totals"]["unchanged"] == 5


def without(book: str, start: str, end: str = "\n}\n") -> str:
    """The book without one declaration."""
    first = book.index(start)
    return book[:first] + book[book.index(end, first) + len(end) :]


def test_accounts_without_a_plan_are_named_and_not_dropped(tmp_path: Path) -> None:
    found = impact(history(tmp_path), BOOK, without(DEARER, "plan old {"))
    assert found["absent"] == [
        {"subscription": "s_fay", "customer": "fay", "plan": "old",
         "reason": "after: book calls version 2 has no plan `old`"}
    ]  # fmt: skip
    assert found["totals"]["count"] == 4


def test_a_contract_holds_where_the_new_version_does_not_declare_it(tmp_path: Path) -> None:
    found = impact(history(tmp_path), BOOK, without(DEARER, "contract deal"))
    assert found["absent"] == []
    assert next(c for c in found["customers"] if c["customer"] == "dan")["after"] == "8.00"


def test_what_cannot_be_rated_under_a_version_is_a_problem_of_that_side(tmp_path: Path) -> None:
    closed = DEARER.replace("above 100 call: USD 0.02 per call", "above 100 call: not sold")
    found = impact(history(tmp_path), BOOK, closed)
    [problem] = found["problems"]
    assert (problem["side"], problem["subscription"], problem["code"]) == ("after", "s_eve", "RBQ03")
    assert "eve" not in {c["customer"] for c in found["customers"]}


def test_files_text_and_limits(tmp_path: Path) -> None:
    made = history(tmp_path)
    for name in ("all.parquet", "all.csv"):
        found = impact(made, BOOK, DEARER, "--top", "1", "--out", str(tmp_path / name))
        assert (len(found["customers"]), found["more"], found["file"]) == (1, 4, str(tmp_path / name))
    rows = pq.read_table(tmp_path / "all.parquet")
    assert rows.column_names == ["customer", "plans", "before", "after", "delta"]
    assert pc.read_csv(tmp_path / "all.csv").num_rows == rows.num_rows == 5
    paths = tmp_path / "one.rate", tmp_path / "other.rate"
    done = ratebook("impact", *paths, "--workspace", made.path, "--period", "2026-10")
    assert (done.code, done.err) == (0, "")
    assert "total USD 43.00 -> 38.20: -4.80" in done.out
    assert "5 customers: 1 pay less, 1 pay more, 3 the same" in done.out


def test_refusals(tmp_path: Path) -> None:
    made = history(tmp_path)
    euro = BOOK.replace("currency USD", "currency EUR").replace("USD ", "EUR ")
    cases = [
        ((BOOK, euro), {}, 1, "RBT02"), ((BOOK.replace("book calls", "book cals"), BOOK), {}, 1, "RBT01"),
        ((BOOK, BOOK), {"period": "2025-10"}, 1, "RBT01"), ((BOOK, BOOK), {"period": "soon"}, 1, "RBR01"),
    ]  # fmt: skip
    for books, options, code, error in cases:
        assert impact(made, *books, code=code, **options)["error"]["code"] == error  # type: ignore[arg-type]
    assert impact(made, BOOK, BOOK, "--as-of", "999", code=1)["error"]["code"] == "RBR04"
    assert impact(made, BOOK, BOOK, "--out", "x.txt", code=2)["error"]["code"] == "RBC01"
    assert impact(made, BOOK, BOOK, "--top", "-1", code=2)["error"]["code"] == "RBC01"
