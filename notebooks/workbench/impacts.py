"""What a change of price does, as people see it: tables, sentences, and two charts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.impact import Impact
from engine.impact.compare import money
from workbench.charts import Bars
from workbench.output import counted
from workbench.show import Shown, shown

TOP = 10
HEADER = ("customer", "plans", "before", "after", "change")
FALLS, RISES, STAYS = "#1e7a3c", "#b3261e", "#6b7280"


def customer_rows(impact: Impact, most: int) -> list[dict[str, str]]:
    """The customers whose amount changes most, as data."""
    return [
        {name: _text(value) for name, value in row.items()} for row in impact.customers.slice(0, most).to_pylist()
    ]  # fmt: skip


def impact_text(impact: Impact, most: int = TOP) -> str:
    """The whole comparison for people."""
    report = impact.report
    sums, currency = report["totals"], report["currency"]
    one, other = (f"{report[side]['book']}/{report[side]['version']}" for side in ("before", "after"))
    people = counted(sums["count"], "customer")
    lines = [
        f"{one} -> {other} over {report['period']}, as of seq {report['as_of']}, before tax and wallets",
        f"total {currency} {sums['before']} -> {sums['after']}: {signed(sums['delta'])}",
        f"{people}: {sums['winners']} pay less, {sums['losers']} pay more, {sums['unchanged']} the same",
        "", repr(plans_shown(impact)), "", repr(distribution_shown(impact)), "", repr(customers_shown(impact, most)),
    ]  # fmt: skip
    lines += [f"left out: {a['subscription']} of {a['customer']}, {a['reason']}" for a in report["absent"]]
    lines += [
        f"cannot be rated {p['side']}: {p['subscription']}: {p['message']} [{p['code']}]" for p in report["problems"]
    ]
    return "\n".join(lines)


def plans_shown(impact: Impact) -> Shown:
    """Each plan's totals, and who of its subscriptions pays less or more."""
    names = ("plan", "before", "after", "delta", "winners", "losers", "unchanged")
    rows = [[signed(p[n]) if n == "delta" else p[n] for n in names] for p in impact.report["plans"]]
    return shown(("plan", "before", "after", "change", "pay less", "pay more", "the same"), rows, right=range(1, 7))


def distribution_shown(impact: Impact) -> Shown:
    """How many customers change by how much."""
    rows = [(b["change"], b["customers"], signed(b["delta"])) for b in impact.report["distribution"] if b["customers"]]
    return shown(("change of the bill", "customers", "change"), rows, right=(1, 2))


def customers_shown(impact: Impact, most: int = TOP) -> Shown:
    """The customers whose amount changes most."""
    rows = [
        (r["customer"], r["plans"], r["before"], r["after"], signed(r["delta"])) for r in customer_rows(impact, most)
    ]
    found = shown(HEADER, rows, right=(2, 3, 4))
    return Shown(found.header, found.rows, found.right, max(0, impact.customers.num_rows - len(found.rows)))


def customers_chart(impact: Impact) -> Bars:
    """How many customers are in each band of change."""
    bands = impact.report["distribution"]
    middle = next(i for i, b in enumerate(bands) if b["change"] == "unchanged")
    colours = tuple(FALLS if i < middle else STAYS if i == middle else RISES for i in range(len(bands)))
    return Bars(
        "customers by change of their bill", tuple(b["change"] for b in bands),
        tuple(str(b["customers"]) for b in bands), colours,
    )  # fmt: skip


def plans_chart(impact: Impact) -> Bars:
    """What each plan's total changes by."""
    plans = impact.report["plans"]
    deltas: Sequence[str] = [p["delta"] for p in plans]
    return Bars(
        f"change of the total by plan, {impact.report['currency']}", tuple(p["plan"] for p in plans),
        tuple(signed(d) for d in deltas), tuple(FALLS if d.startswith("-") else RISES for d in deltas),
    )  # fmt: skip


def signed(amount: str) -> str:
    """An amount with its sign: `+1.00`, `-1.00`, `0.00`."""
    return amount if amount.startswith("-") or not amount.strip("0.") else f"+{amount}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else money(value)
