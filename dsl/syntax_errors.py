"""From the parser's failure to a finding that says what to do: the RB0 family."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from lark.exceptions import UnexpectedInput, UnexpectedToken

from dsl.blanks import opener_of
from dsl.diagnostics.model import Diagnostic, error
from dsl.grammar.loader import keywords
from dsl.limits import named
from dsl.slips import Advice, Stop, advice, meant
from dsl.suggest import did_you_mean, one_of
from dsl.syntax.base import Span

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# What a message shows whole: a text in quotes, a number, a date
_WHOLE = re.compile(r'"[^"]*"|[0-9][0-9_]*(?:[-.:][0-9]+)*%?')
_OTHER_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_COMMA_NUMBER = re.compile(r"\d[\d_]*(?:,\d{3})+(?:\.\d+)?(?![\d,])")
_DECIMAL_COMMA = re.compile(r"(\d[\d_]*),(\d+)(?![\d,])")
_SPACED_NUMBER = re.compile(r"\d{1,3}(?:[ \t\u00a0\u202f]\d{3})+(?!\d)(?:\.\d+)?")
_ODD_AMOUNT = re.compile(r"[A-Z][A-Z0-9_]*[ \t]*([^\x00-\x7f])")
# Signs of money in use, typographic quotes
_MONEY_SIGNS = "$€£¥₹"
# What people write between two days
_DASHES = "–—"
_QUOTES = "“”„«»‘’'"
# Keywords that mean something only together with their next word
_PHRASES = {
    "up": "up to",
    "at": "at least",
    "true": "true up",
    "top": "top up",
    "time_weighted": "time_weighted",
    "coterm": "coterm with",
    "taxed": "taxed as",
    "follow": "follow dunning",
    "add_on": "add_on",
}
_READABLE = {
    "NAME": "a name",
    "NUMBER": "a number",
    "TEXT": "a text in quotes",
    "DATE": "a date such as `2026-01-31`",
    "TIME": "a time such as `18:00`",
    "CURRENCY": "an amount such as `USD 0.02`",
    "PERCENT": "a share such as `12.5%`",
    "MONTH": "a month such as `2026-01`",
    "MONTH_DAY": "a day of the year such as `06-15`",
    "_NL": "the end of the line",
    "LBRACE": "`{`",
    "RBRACE": "`}`",
    "COLON": "`:`",
    "EQUAL": "`=`",
    "COMMA": "`,`",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "LSQB": "`[`",
    "RSQB": "`]`",
    "MINUS": "",
    "BASIS_POINTS": "",
    "PATH": "",
    "$END": "",
    "_OR_ELSE": "",
    "EACH_EVENT": "each event",
    "WITH_TIERS": "with tiers",
    "ON_NEW_HIGHS": "on new highs",
    "WHICHEVER": "`, whichever ends first`",
}
_CLAUSE_WORDS = frozenset(
    "bill trial prorate minimum cap grant alert follow discount stack apply corrections payment pay collect credit "
    "upgrade downgrade change cancel taxed source rounded pool charge for round free price in when weigh ratchet "
    "events where measure lateness lasts given expect override commit escalate phase coterm draws true rollover "
    "overage holds top recharge expires pays draw grants priority retry finally redeem limit band holidays timezone "
    "book use currency unit dimension calendar meter feature plan add_on coupon wallet dunning tax index contract "
    "amendment example".split()
)


class _Failure(NamedTuple):
    """Where the parser stopped: the span, the offending text, what came before it on its line, what was possible."""

    span: Span
    text: str
    kind: str
    before: str
    line: str
    accepts: frozenset[str]

    @property
    def stop(self) -> Stop:
        """The same for the rules about habits."""
        after = self.line[len(self.before) + len(self.text) :]
        return Stop(self.text, self.before, after, self.accepts, frozenset(_words(self.accepts)))


def explain(failure: UnexpectedInput, text: str, path: str) -> Diagnostic:
    """The finding for a failure of the parser."""
    lines = text.split("\n")
    seen = _failure(failure, lines, path)
    for rule in (_bad_sign, _bad_number, _bad_date, _mixed_logic, _two_clauses, _price_form, _first_word):
        diagnostic = rule(seen, lines)
        if diagnostic is not None:
            return diagnostic
    return _unexpected(seen)


def _failure(failure: UnexpectedInput, lines: list[str], path: str) -> _Failure:
    interactive = getattr(failure, "interactive_parser", None)
    accepts = frozenset(str(name) for name in interactive.accepts()) if interactive is not None else frozenset()
    if isinstance(failure, UnexpectedToken) and failure.token.type == "$END":
        line, column, kind = len(lines), len(lines[-1]) + 1, "$END"
    else:
        line, column = failure.line, failure.column
        kind = failure.token.type if isinstance(failure, UnexpectedToken) else ""
    source = lines[line - 1] if line <= len(lines) else ""
    found = _WORD.match(source, column - 1)
    text = found.group() if found else source[column - 1 : column].strip()
    if kind == "_NL":
        text = ""
    span = Span(path, line, column, line, column + max(1, len(text)))
    return _Failure(span, text, kind, source[: column - 1], source, accepts)


def _bad_sign(seen: _Failure, lines: list[str]) -> Diagnostic | None:
    if seen.text in _MONEY_SIGNS and seen.text:
        return error(
            "RB007",
            seen.span,
            f"`{seen.text}` does not say which currency",
            caret="write its code",
            help="write the code first, e.g. `USD 0.023`",
        )
    if seen.text in _QUOTES and seen.text:
        return error(
            "RB016", seen.span, f"`{seen.text}` is not a quote here", help='use straight double quotes: "text"'
        )
    if seen.text == '"' and seen.line.count('"') % 2 == 1:
        return error(
            "RB016",
            seen.span,
            "this text is never closed",
            caret="opened here",
            help='close it with `"` on the same line',
        )
    odd = _ODD_AMOUNT.match(seen.line, seen.span.column - 1)
    if odd is not None:
        column = odd.start(1) + 1
        span = Span(seen.span.path, seen.span.line, column, seen.span.line, column + 1)
        message = f"the character {named(odd.group(1))} has no meaning here"
        return error("RB017", span, message, caret=_name_of(odd.group(1)), help="type it with plain digits and `-`")
    if not seen.kind and seen.text and seen.text not in _DASHES:
        advised = advice(seen.stop)
        help = advised.help or _other_sign(seen)
        message = f"the character {named(seen.text)} has no meaning here"
        return error("RB017", _around(seen.span, advised), message, caret=advised.caret, help=help)
    return None


def _around(span: Span, advised: Advice) -> Span:
    """The place that an advice is about."""
    column = span.column - advised.back
    end = column + advised.length if advised.length else span.end_column
    return span._replace(column=column, end_column=end)


def _name_of(character: str) -> str:
    """What a character is called, e.g. `minus sign`."""
    return unicodedata.name(character, "").lower()


def _other_sign(seen: _Failure) -> str:
    """How people say elsewhere what this language says in another way."""
    rest = seen.line[seen.span.column - 1 :]
    if rest.startswith(("//", "/*", "--")):
        return "a comment starts with `#`"
    if rest.startswith("/"):
        word = _WORD.match(rest[1:].lstrip())
        return f"write `per {word.group()}`" if word else "write `per`"
    return "a clause ends with its line: remove it" if rest.startswith(";") else ""


def _bad_number(seen: _Failure, lines: list[str]) -> Diagnostic | None:
    for found in _COMMA_NUMBER.finditer(seen.line):
        if found.start() < seen.span.column <= found.end():
            span = Span(seen.span.path, seen.span.line, found.start() + 1, seen.span.line, found.end() + 1)
            fixed = found.group().replace(",", "_")
            return error(
                "RB006",
                span,
                "a comma inside a number",
                caret="is this a thousand or a decimal mark?",
                help=f"write `{fixed}` for thousands, a point for decimals",
            )
    for found in _SPACED_NUMBER.finditer(seen.line):
        if found.start() < seen.span.column <= found.end() and seen.text[:1].isdigit():
            span = Span(seen.span.path, seen.span.line, found.start() + 1, seen.span.line, found.end() + 1)
            fixed = re.sub(r"\s", "_", found.group())
            return error("RB006", span, "a space inside a number", help=f"write `{fixed}`")
    for found in _DECIMAL_COMMA.finditer(seen.line):
        if found.end(1) + 1 == seen.span.column:
            span = Span(seen.span.path, seen.span.line, found.start() + 1, seen.span.line, found.end() + 1)
            fixed = f"{found.group(1)}.{found.group(2)}"
            return error("RB006", span, "a comma inside a number", help=f"write `{fixed}`: decimals follow a point")
    return None


def _bad_date(seen: _Failure, lines: list[str]) -> Diagnostic | None:
    if not seen.accepts & {"DATE", "MONTH_DAY"}:
        return None
    found = _OTHER_DATE.match(seen.line, seen.span.column - 1)
    if found is None:
        return None
    span = Span(seen.span.path, seen.span.line, found.start() + 1, seen.span.line, found.end() + 1)
    return error(
        "RB008", span, f"`{found.group()}` is not an ISO date", caret="year-month-day", help="write e.g. `2026-01-31`"
    )


def _mixed_logic(seen: _Failure, lines: list[str]) -> Diagnostic | None:
    pair = {"OR": ("or", "and"), "AND": ("and", "or")}.get(seen.kind)
    if pair is None or pair[1].upper() not in seen.accepts:
        return None
    return error(
        "RB005",
        seen.span,
        "`and` and `or` are mixed without parentheses",
        caret=f"after an `{pair[1]}`",
        help="put one of the two in parentheses: `a and (b or c)`",
    )


def _two_clauses(seen: _Failure, lines: list[str]) -> Diagnostic | None:
    rows = ("up", "above") if seen.accepts & {"PLUS", "ROUNDED"} else ()
    if "_NL" not in seen.accepts or not seen.before.strip() or seen.text not in (*_CLAUSE_WORDS, *rows):
        return None
    return error(
        "RB003",
        seen.span,
        "two clauses on one line",
        caret="the second one starts here",
        help=f"start a new line before `{seen.text}`",
    )


def _price_form(seen: _Failure, lines: list[str]) -> Diagnostic | None:
    if "GRADUATED" not in seen.accepts or not _WORD.fullmatch(seen.text):
        return None
    words = {word for name, word in keywords().items() if name in seen.accepts}
    words = (words - {"not"}) | {"not sold"}
    guess = meant(seen.stop) or did_you_mean(seen.text, words)
    return error(
        "RB004",
        seen.span,
        f"unknown price form `{seen.text}`",
        caret=_question(guess),
        notes=(f"here one of: {one_of(words)}, or an amount such as `USD 0.02 per GB`",),
    )


def _first_word(seen: _Failure, lines: list[str]) -> Diagnostic | None:
    if seen.before.strip().endswith(("{", "}")) or not seen.before.strip():
        if not _WORD.fullmatch(seen.text) or seen.kind in ("_NL", "$END"):
            return None
        block = opener_of(lines, seen.span.line) if not seen.before.strip() else ""
        words = _words(seen.accepts)
        guess = meant(seen.stop) or did_you_mean(seen.text, words)
        if "BOOK" in seen.accepts:
            return error(
                "RB001",
                seen.span,
                f"unknown declaration `{seen.text}`",
                caret=_question(guess),
                notes=(f"here one of: {one_of(words)}",),
            )
        where = f" in `{block}`" if block else ""
        known = seen.text in _CLAUSE_WORDS and block
        message = f"`{seen.text}` does not belong{where}" if known else f"unknown clause `{seen.text}`{where}"
        notes = (f"here one of: {one_of(words)}",) if words else ()
        return error("RB002", seen.span, message, caret="" if known else _question(guess), notes=notes)
    return None


def _unexpected(seen: _Failure) -> Diagnostic:
    words = _words(seen.accepts)
    guess = meant(seen.stop) or (did_you_mean(seen.text, words) if seen.text else None)
    others = {_READABLE[name] for name in seen.accepts if _READABLE.get(name)}
    place = seen.span
    if seen.text:
        whole = _WHOLE.match(seen.line, place.column - 1)
        shown = whole.group() if whole is not None else seen.text
        place = place._replace(end_column=place.column + len(shown))
        message = f"`{shown}` is not expected here"
    else:
        message = "the line ends too early" if seen.kind == "_NL" else "the book ends too early"
    hint = ""
    if "CURRENCY" in seen.accepts and seen.text.islower() and len(seen.text) == 3:
        hint = f"a currency is written in capitals: `{seen.text.upper()}`"
    if seen.accepts == {"PER"}:
        hint = "a price is per something; a fixed amount is `flat`: `flat USD 5`"
    choices = one_of(words | others)
    advised = Advice(_question(guess), hint) if guess or hint else advice(seen.stop)
    return error(
        "RB012",
        _around(place, advised),
        message,
        caret=advised.caret,
        help=advised.help,
        notes=(f"here one of: {choices}",) if choices else (),
    )


def _words(accepts: frozenset[str]) -> set[str]:
    """The keywords among what is possible, as the author would write them."""
    return {_PHRASES.get(word, word) for name, word in keywords().items() if name in accepts}


def _question(guess: str | None) -> str:
    return f"did you mean `{guess}`?" if guess else ""
