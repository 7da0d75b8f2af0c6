"""Which names may stand at a place: from what was read of the clause before it to the nouns that are meant."""

from __future__ import annotations

import re
from typing import NamedTuple

from lark import Token, Tree

from dsl.atoms import DURATION_UNITS, PERIODS
from dsl.passes.references import STEPS, TOTALS
from dsl.server.cursor import Cursor, symbol
from dsl.server.occurrences import bands_of, values_of


class Slot(NamedTuple):
    """Nouns whose declared names fit, where `band of *` means those of any calendar, and fixed words that do, too."""

    nouns: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def takes(self, noun: str) -> bool:
        """Whether names of this noun fit."""
        return any(noun == one or (one.endswith("*") and noun.startswith(one[:-1])) for one in self.nouns)


_UNITS = Slot(("unit",))
_SPANS = Slot(words=DURATION_UNITS)
_PERIODS = Slot(words=PERIODS)
_CHARGES = Slot(("charge",))
_LINES = Slot(("charge", "coupon", "tax", "wallet"), (*STEPS, *TOTALS))

# Read from above; the first pattern that fits the end of the clause decides. Words in capitals are keywords,
# `money`, `quantity` and the like what stands for them; a list counts as its first place.
_RULES: tuple[tuple[str, Slot], ...] = (
    (r"^FOR", Slot(("meter",))),
    (r"^FOR LICENSED", _UNITS),
    (r"^GIVEN (USAGE|EARLIER)", Slot(("meter",))),
    (r"^GIVEN PLAN", Slot(("plan",))),
    (r"^GIVEN ADD_ON", Slot(("add_on",))),
    (r"^GIVEN CONTRACT", Slot(("contract",))),
    (r"^GIVEN COUPON", Slot(("coupon",))),
    (r"^GIVEN WALLET", Slot(("wallet",))),
    (r"^GIVEN BILLED", _CHARGES),
    (r"^GIVEN GRANT NAME OF", Slot(("feature",))),
    (r"^EXPECT", _LINES),
    (r"^EXPECT QUANTITY", Slot(("meter", "wallet", "feature", "grant of *"))),
    (r"^EXPECT (BILLABLE|NAME ON)", _CHARGES),
    (r"^EXPECT NAME", Slot(words=("minimum", "cap", "discount"))),
    (r"^(GIVEN|EXPECT) .*WITH", Slot(("dimension",))),
    (r"^GRANT", Slot(("feature",))),
    (r"METERED BY", Slot(("meter",))),
    (r"FEATURE NAME (TEXT )?LICENSED", _UNITS),
    (r"TAXED AS", Slot(("tax",))),
    (r"FOLLOW DUNNING", Slot(("dunning",))),
    (r"BAND OF|IN BAND NAME OF", Slot(("calendar",))),
    (r"MATRIX BY|WEIGH BY|^BY", Slot(("dimension",))),
    (r"WITH TEXT ON|ADD_ON NAME (TEXT )?TO", Slot(("plan",))),
    (r"(ON|PAYS|DRAWS) PLAN", Slot(("plan", "add_on"))),
    (r"IN BAND", Slot(("band of *",))),
    (r"^AMENDMENT NUMBER OF|COTERM WITH", Slot(("contract",))),
    (r"^ESCALATE BY", Slot(("index",))),
    (r"^(DISCOUNT|CREDIT|ESCALATE) .*ON|(PAYS|DRAWS)|^OVERRIDE|share OF|PERCENT OF|BASIS_POINTS OF", _CHARGES),
    (r"PER NAME OF", Slot(("meter",))),
    (r"^MEASURE .*AS|^MEASURE .*aggregation AS", Slot(("unit", "currency"))),
    (r"^HOLDS|EQUAL NUMBER", _UNITS),
    (r"^(GRANT|COMMIT|ALERT|CREDIT|GRANTS) .*PER|END OF", _PERIODS),
    (r"(ABOVE|TO) (amount|quantity|money) PER", Slot(("unit",), DURATION_UNITS)),
    (r"PER( NUMBER)?", _UNITS),
    (r"(TRIAL|EVERY|LATENESS|TUMBLING|SLIDING|GAP|WITHIN|DUE IN|AFTER|OVER|LASTS|RETRY) NUMBER", _SPANS),
    (r"^ROLLOVER .*FOR NUMBER|^PRORATE .*OF NUMBER", _SPANS),
    (r"EVERY", _SPANS),
    (r"LASTS \w+ IN", _SPANS),
    (r"NUMBER", _UNITS),
)
_COMPILED = tuple((re.compile(rf"(?:^| )(?:{pattern})$"), slot) for pattern, slot in _RULES)


def slot_at(cursor: Cursor) -> Slot:
    """What names may stand at the cursor; nothing where the parser accepts no name."""
    if "NAME" not in cursor.accepts:
        return Slot()
    clause = _clause(cursor)
    return _key(cursor, clause) or _value(clause) or _by_rule(clause)


def _clause(cursor: Cursor) -> list[Token | Tree[Token]]:
    """What was read since the clause began."""
    names = cursor.symbols
    start = next((at + 1 for at in range(len(names) - 1, -1, -1) if names[at] in ("_NL", "LBRACE")), 0)
    return list(cursor.before[start:])


def _by_rule(clause: list[Token | Tree[Token]]) -> Slot:
    names = _without_list([symbol(one) for one in clause])
    text = " ".join(names)
    return next((slot for pattern, slot in _COMPILED if pattern.search(text)), Slot())


def _without_list(names: list[str]) -> list[str]:
    """`TAXED AS NAME __names_star_2 COMMA` is the place behind `TAXED AS`, as far as names go."""
    while names and names[-1] == "COMMA":
        names = names[:-1]
        if names and names[-1].startswith("__"):
            names = names[:-1]
        names = names[:-1]
    return names


def _key(cursor: Cursor, clause: list[Token | Tree[Token]]) -> Slot | None:
    """The values of a matrix's axis where a row begins, those of a property where a weight does."""
    around = cursor.before[: len(cursor.before) - len(clause)]
    names = [symbol(one) for one in around]
    if "ANY" in cursor.accepts and "axes" in names:
        axes = around[len(names) - 1 - names[::-1].index("axes")]
        place = _keys(clause)
        if isinstance(axes, Tree) and place < len(axes.children):
            return _axis(axes.children[place])
    block = len(names) - 1 - names[::-1].index("LBRACE") if "LBRACE" in names else 0
    if names[max(0, block - 3) : block] == ["WEIGH", "BY", "NAME"]:
        return Slot((values_of(str(around[block - 1])),))
    return None


def _keys(clause: list[Token | Tree[Token]]) -> int:
    """How many keys of the row stand before the cursor: one, and those of the list that the parser gathers."""
    gathered = sum(len(one.children) for one in clause if isinstance(one, Tree) and symbol(one).startswith("__"))
    return 1 + gathered if clause else 0


def _axis(axis: Token | Tree[Token]) -> Slot:
    if isinstance(axis, Token):
        return Slot((values_of(str(axis)),))
    calendar = next((str(one) for one in axis.children if isinstance(one, Token)), "")
    return Slot((bands_of(calendar),))


def _value(clause: list[Token | Tree[Token]]) -> Slot | None:
    """The values of a dimension behind `with NAME =`."""
    names = [symbol(one) for one in clause]
    if names[-2:] == ["_property", "EQUAL"] and names[0] in ("GIVEN", "EXPECT"):
        owner = clause[-2]
        return Slot((values_of(str(owner.children[0])),)) if isinstance(owner, Tree) else None
    return None
