"""Events with a length, cut exactly where a band or a price changes."""

from __future__ import annotations

from engine.metering.plan import Plan
from engine.metering.sql import whole
from engine.metering.steps import Steps

__all__ = ["pieces"]


def pieces(plan: Plan, steps: Steps, step: str, value: str, digits: int) -> str:
    """Add the step of pieces: `t`, `cls`, the value as `v / d`, `events` and `digest` with an event's first piece.

    An event without a positive length is one piece, and so is one that crosses no border (`d` is then 1).
    `v` is an integer of the value's last places.
    """
    key = "0" if plan.one_cohort else "e.cohort"
    number = whole(value, digits)
    ends = "greatest(e.until, e.t + 1)"
    inside = f"p.since <= e.t AND {ends} <= p.until"
    extra = "EXCLUDE (t, until, digest, v)" if value == "v" else "EXCLUDE (t, until, digest)"
    return steps.add(
        "pieces",
        f"SELECT e.* {extra}, greatest(e.t, p.since) AS t, p.cls AS cls,\n"
        f"CASE WHEN p.since <= e.t THEN 1 ELSE 0 END AS events,\n"
        f"CASE WHEN p.since <= e.t THEN e.digest ELSE 0 END AS digest,\n"
        f"{number} * CASE WHEN {inside} THEN 1 ELSE least({ends}, p.until) - greatest(e.t, p.since) END AS v,\n"
        f"CASE WHEN {inside} THEN 1 ELSE {ends} - e.t END AS d\n"
        f"FROM {step} e JOIN {plan.time.spans} p ON p.key = {key} AND p.until > e.t AND p.since < {ends}",
    )
