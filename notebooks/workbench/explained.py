"""An explanation as text for people."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from engine.money import divide, format_ratio
from workbench.output import table


def explained_text(data: dict[str, Any]) -> str:
    """An invoice's steps, or one line from its amount down to its events."""
    texts = {"invoice": _invoice, "correction": _correction, "correction line": _taken_back}
    return texts.get(data["kind"], _line)(data)


def _correction(data: dict[str, Any]) -> str:
    rows = [("kind", "what", "billed", "derived now", "difference")]
    rows += [
        (c["kind"], c["charge"] if c["charge"] == c["name"] else f"{c['charge']} {c['name']}".strip(), c["billed"],
         c["derived"], c["difference"])
        for c in data["changes"]
    ]  # fmt: skip
    of = data["corrects"] or "a period without an invoice"
    return "\n".join(
        [
            f"{data['id']} for {data['customer']}, corrects {of}: {data['reason']}",
            table(rows, right=(2, 3, 4)),
            f"difference due {data['currency']} {data['due']}: {data['sentence']}",
        ]
    )


def _taken_back(data: dict[str, Any]) -> str:
    return f"{data['id']}: {data['label']}, {data['currency']} {data['amount']}, {data['by']} ({data['reason']})"


def _invoice(data: dict[str, Any]) -> str:
    rows = [("line", "kind", "what", "amount", "sum")]
    rows += [(s["line"], s["kind"], s["label"] or s["charge"] or "", s["amount"], s["sum"]) for s in data["steps"]]
    verdict = "agrees" if data["agrees"] else "DOES NOT AGREE"
    return "\n".join(
        [
            f"{data['id']} for {data['customer']}, {data['currency']}",
            table(rows, right=(3, 4)),
            f"due {data['currency']} {data['due']}; derived again from the events: {data['recomputed']} ({verdict})",
        ]
    )


def _rule(rule: dict[str, Any] | None) -> str:
    return f"{rule['file']}:{rule['line']}:{rule['column']}" if rule else ""


_PLACES = 9


def readable(text: str) -> str:
    """A ratio that no decimal ends (`2/3 GB`) cut to nine places, with a sign that more follow; else the text."""
    number, _, unit = text.partition(" ")
    if "/" not in number:
        return text
    cut = format_ratio(Fraction(divide(*_scaled(Fraction(number)), "down"), 10**_PLACES))
    return f"{cut}… {unit}".rstrip()


def _scaled(value: Fraction) -> tuple[int, int]:
    return value.numerator * 10**_PLACES, value.denominator


def _line(data: dict[str, Any]) -> str:
    window = data["window"]
    blocks = [
        f"{data['id']}: {data['label']}, {data['currency']} {data['amount']} (exact {data['exact']})",
        f"rule    {_rule(data['rule'])}  {(data['rule'] or {}).get('text', '')}".rstrip(),
        f"price   {data['price']['book']}, digest {data['price']['digest'][:16]}",
        f"window  {window['from']} to {window['to']} ({window['timezone']})",
        table(
            [("step", "value", "by"), *((s["step"], readable(s["value"]), s["by"]) for s in data["steps"])], right=(1,)
        ),
    ]
    if data["curve"]:
        rows = [("quantity", "price", "amount", "rule")]
        rows += [(readable(p["quantity"]), p["text"], readable(p["amount"]), _rule(p["rule"])) for p in data["curve"]]
        blocks.append(table(rows, right=(0, 2)))
    if "events" in data:
        events = data["events"]
        listed: list[tuple[object, ...]] = [("seq", "time", "id", "values")]
        listed += [
            (e["seq"], e["time"], e["id"], ", ".join(f"{k}={v}" for k, v in e["values"].items()))
            for e in [*events["carried"], *events["page"]]
        ]
        more = f"\nmore: --cursor {events['next']}" if events["next"] else ""
        told = f"{events['count']} events, digest {events['digest']}"
        told += f"; {events['note']}" if events["note"] else ""
        told += f"; {len(events['carried'])} from before, whose level holds on" if events["carried"] else ""
        blocks.append(f"{told}\n{table(listed)}{more}")
        blocks += [f"not billed  {u['sentence']}" for u in data["unbilled"]]
    levels = ", ".join(f"{level['level']} {level['amount']}" for level in data["levels"])
    blocks.append(f"{'agrees at every level' if data['agrees'] else 'DOES NOT AGREE'}: {levels}")
    return "\n\n".join(blocks)
