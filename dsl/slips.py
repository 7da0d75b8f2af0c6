"""Slips of the hand and habits of other languages: what was written, and how it is said here.

Each rule looks at the line where the parser stopped and at what could have followed; it gives the words at the carets
and the help of the finding, or nothing. They only word a finding: whether there is one is the parser's affair.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

# Longer numbers are not turned into other ones for a help line
MAX_DIGITS = 20
_NUMBER = re.compile(r"\d[\d_]*(?:\.\d+)?")
_AMOUNT_FIRST = re.compile(r"(\d[\d_]*(?:\.\d+)?)[ \t]*([A-Z]{3}|[$€£¥₹])(?![A-Za-z])")
_SIGN_FIRST = re.compile(r"-[ \t]*([A-Z]{3})[ \t]*(\d[\d_]*(?:\.\d+)?)")
_PERCENT_WORD = re.compile(r"(\d[\d_]*(?:\.\d+)?)[ \t]*(?:percent|per cent|pct)\b", re.IGNORECASE)
_SHORT = re.compile(r"(\d[\d_]*(?:\.\d+)?)([kKmM])[ \t]*$")
_POWER = re.compile(r"\d+(?:\.\d+)?[eE]\+?\d+[ \t]*$")
_QUOTED = re.compile(r'"([^"]*)"')
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OPERATORS = {"==": "=", "=<": "<=", "=>": ">=", "<>": "!=", "&&": "and", "||": "or"}
_WORDS = {
    "until": "through", "till": "through", "thru": "through", "to": "through", "-": "through", "–": "through",
    "—": "through", "over": "above", ">": "above", "from": "above", "beyond": "above", "under": "up to", "<": "up to",
    "upto": "up to", "below": "up to", "less": "up to", "first": "up to", "next": "up to", "tiered": "graduated",
    "tiers": "graduated", "progressive": "graduated", "stairstep": "volume", "fixed": "flat", "billing": "bill",
    "invoice": "bill", "cost": "price", "rate": "price", "min": "minimum", "max": "cap", "maximum": "cap",
    "ceiling": "cap", "included": "free", "allowance": "free", "the": "day", "currencies": "currency", "fee": "charge",
    "product": "plan", "metric": "meter", "test": "example", "assert": "expect", "filter": "where", "total": "sum",
}  # fmt: skip


class Stop(NamedTuple):
    """Where the parser stopped: the text there, what stands before and after it on its line, and what could follow.

    accepts: names of terminals; words: the keywords among them, as they are written.
    """

    text: str
    before: str
    after: str
    accepts: frozenset[str]
    words: frozenset[str]

    @property
    def rest(self) -> str:
        """The line from the stop on."""
        return self.text + self.after


class Advice(NamedTuple):
    """The words at the carets, and the help; `back` and `length` are the characters that it is about, where it says
    what to write in their place: how many before the stop, and how many in all."""

    caret: str = ""
    help: str = ""
    back: int = 0
    length: int = 0


def advice(stop: Stop) -> Advice:
    """What the first rule that fits says; nothing where none does."""
    for rule in _RULES:
        found = rule(stop)
        if found is not None:
            return found
    return Advice()


def meant(stop: Stop) -> str | None:
    """The word that another language's word stands for, where it could follow."""
    word = _WORDS.get(stop.text.lower())
    return word if word in stop.words else None


def _operator(stop: Stop) -> Advice | None:
    for sign, word in _OPERATORS.items():
        back = 0 if stop.rest.startswith(sign) else 1
        if not back or (stop.before.endswith(sign[0]) and stop.rest.startswith(sign[1:])):
            return Advice(f"did you mean `{word}`?", f"`{sign}` is written `{word}`", back, len(sign))
    return None


def _amount(stop: Stop) -> Advice | None:
    if "CURRENCY" not in stop.accepts:
        return None
    turned = _AMOUNT_FIRST.match(stop.rest)
    if turned is not None:
        code = turned.group(2) if turned.group(2).isalpha() else "USD"
        return Advice("the currency comes first", f"write `{code} {turned.group(1)}`", 0, turned.end())
    signed = _SIGN_FIRST.match(stop.rest)
    if signed is not None:
        written = f"{signed.group(1)} -{signed.group(2)}"
        return Advice("the sign follows the currency", f"write `{written}`", 0, signed.end())
    return None


def _share(stop: Stop) -> Advice | None:
    if "PERCENT" not in stop.accepts:
        return None
    named = _PERCENT_WORD.match(stop.rest)
    if named is not None:
        return Advice("", f"write `{named.group(1)}%`", 0, named.end())
    bare = _NUMBER.match(stop.rest)
    if bare is None or len(bare.group()) > MAX_DIGITS:
        return None
    value = Decimal(bare.group().replace("_", ""))
    if value < 1:
        return Advice("a share has its sign", f"write `{(value * 100).normalize():f}%`", 0, bare.end())
    money = f", or an amount: `USD {bare.group()}`" if "CURRENCY" in stop.accepts else ""
    return Advice("a share has its sign", f"write `{bare.group()}%`{money}", 0, bare.end())


def _money(stop: Stop) -> Advice | None:
    number = _NUMBER.match(stop.rest)
    if number is None or "CURRENCY" not in stop.accepts or "NUMBER" in stop.accepts:
        return None
    return Advice("this amount has no currency", f"write e.g. `USD {number.group()}`")


def _number(stop: Stop) -> Advice | None:
    short = _SHORT.search(stop.before)
    if short is not None and len(short.group(1)) <= MAX_DIGITS:
        whole = Decimal(short.group(1).replace("_", "")) * (1_000 if short.group(2) in "kK" else 1_000_000)
        written = f"{whole.normalize():,f}".replace(",", "_")
        return Advice("", f"write `{written}`", len(short.group()), len(short.group().rstrip()))
    if stop.text.startswith("^") or _POWER.search(stop.before):
        return Advice(help="write the number out: `1_000_000_000`")
    return None


def _unit(stop: Stop) -> Advice | None:
    if not re.search(r"\d[ \t]*$", stop.before) or "NAME" not in stop.accepts:
        return None
    return Advice("a quantity has a unit", "name the unit: `100 GB`")


def _border(stop: Stop) -> Advice | None:
    if "COLON" in stop.accepts and re.match(r"[A-Z]{3}\b|\d", stop.rest):
        return Advice("a price", "put a `:` between the border or the keys and the price")
    if {"above", "up to"} <= stop.words:
        return Advice(help="a tier begins with `up to 100 GB:` or `above 100 GB:`")
    return None


def _date(stop: Stop) -> Advice | None:
    if "DATE" in stop.accepts and re.match(r"\w", stop.text):
        return Advice("year-month-day", "write e.g. `2026-01-31`")
    return None


def _sign(stop: Stop) -> Advice | None:
    """Signs of other formats between a word and its value."""
    if stop.text == ":" and "EQUAL" in stop.accepts:
        return Advice("did you mean `=`?", "an expectation is written with `=`")
    if stop.text in (":", "=") and stop.before.strip():
        return Advice("no sign here", f"leave the `{stop.text}` out")
    if stop.text == "," and "_NL" in stop.accepts:
        return Advice(help="start a new line instead of the comma")
    if stop.text == "}" and stop.before.rstrip().endswith(","):
        return Advice(help="remove the comma before the `}`")
    if stop.text == "," and stop.before.rstrip().endswith(","):
        return Advice(help="remove one of the commas")
    return None


def _name(stop: Stop) -> Advice | None:
    before = re.search(r"[A-Za-z0-9_]+$", stop.before)
    if stop.text == "-" and before is not None and stop.after[:1].isalnum():
        after = _WORD.match(stop.after)
        whole = f"{before.group()}_{after.group() if after else ''}"
        return Advice("a name has letters, digits and `_`", f"write `{whole}`", len(before.group()), len(whole))
    quoted = _QUOTED.match(stop.rest)
    if quoted is not None and quoted.group(1).lower() in stop.words:
        word = quoted.group(1).lower()
        return Advice("no quotes around words of the language", f"write `{word}`", 0, quoted.end())
    if quoted is not None and "NAME" in stop.accepts and "TEXT" not in stop.accepts:
        name = re.sub(r"\W+", "_", quoted.group(1)).strip("_").lower()
        return Advice("a name stands without quotes", f"write `{name}`" if name else "", 0, quoted.end())
    return _words(stop, joined=before is None)


def _words(stop: Stop, *, joined: bool) -> Advice | None:
    """A word where none can stand; `joined`: it does not touch what is before it."""
    word = _WORD.match(stop.rest)
    if word is None:
        return None
    if "TEXT" in stop.accepts and "LBRACE" not in stop.accepts and "NAME" not in stop.accepts:
        return Advice("a text stands in quotes", f'write `"{word.group()}"`')
    last = re.search(r"(\w+)[ \t]+$", stop.before)
    if joined and last is not None and {"TEXT", "LBRACE"} <= stop.accepts:
        back = len(last.group())
        return Advice("a name is one word", f"write `{last.group(1)}_{word.group()}`", back, back + word.end())
    if "COMMA" in stop.accepts and "RBRACE" in stop.accepts:
        return Advice(help="put a comma between the values")
    return None


def _of(stop: Stop) -> Advice | None:
    called = re.match(r"\([ \t]*([A-Za-z_][\w.]*)[ \t]*\)|([A-Za-z_][\w.]*)", stop.rest)
    if called is None or "OF" not in stop.accepts:
        return None
    touched = re.search(r"\w*$", stop.before)
    word = f"{touched.group()} " if touched is not None and touched.group() else ""
    back = max(0, len(word) - 1)
    return Advice("", f"write `{word}of {called.group(1) or called.group(2)}`", back, back + called.end())


_RULES: tuple[Callable[[Stop], Advice | None], ...] = (
    *(_operator, _number, _share, _amount, _money, _unit, _date, _border, _sign, _name, _of),
)
