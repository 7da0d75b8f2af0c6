"""JSON values to tree and comments: every fault with the place it has in the JSON, nothing taken for granted."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple, cast

from dsl.diagnostics import Diagnostic
from dsl.format.comments import Trivia, Trivias
from dsl.suggest import did_you_mean, one_of
from dsl.syntax import Book, Node, Span
from dsl.twin.encode import FORMAT
from dsl.twin.scalars import DECIMAL, SCALARS
from dsl.twin.shapes import FORMS, KINDS, NAMES, Form

Steps = tuple[str | int, ...]
# Nodes inside nodes: somewhat more than the limits on the parentheses and operators of a book let through
MAX_DEPTH = 180
_COMMENT = re.compile(r"#[^\r\n\ud800-\udfff]*")
_LAYOUT = ("before", "opening", "ending", "after")


class Fault(NamedTuple):
    """What is wrong at a place of the JSON."""

    steps: Steps
    message: str
    help: str = ""


class _Wrong(Exception):
    """A fault on its way to the list that can go on without it."""

    def __init__(self, steps: Steps, message: str, help: str = "") -> None:
        super().__init__(message)
        self.fault = Fault(steps, message, help)


@dataclass(slots=True)
class Decoder:
    """Builds a tree whose spans number its nodes: `steps[span.line]` is where the node stands in the JSON."""

    path: str
    faults: list[Fault] = field(default_factory=list)
    steps: list[Steps] = field(default_factory=list)
    trivias: Trivias = field(default_factory=Trivias)
    comments: list[str] = field(default_factory=list)
    depth: int = 0

    def book(self, value: Any) -> Book:
        """The tree. With faults found it lacks the lines that have them."""
        span = self._span(())
        try:
            fields = self._object(value, (), ("format", *(form.name for form in FORMS[Book]), "ending"))
            if fields.get("format") != FORMAT:
                raise _Wrong(("format",) if "format" in fields else (), f"the format is not `{FORMAT}`")
            declarations = self._fields(Book, fields, ()).get("declarations", ())
            self.trivias.ending = self._texts(fields.get("ending", []), ("ending",))
            self.comments += [text for text in self.trivias.ending if text]
        except _Wrong as wrong:
            self.faults.append(wrong.fault)
            declarations = ()
        return Book(span, self.path, declarations)

    def _span(self, steps: Steps) -> Span:
        self.steps.append(steps)
        number = len(self.steps) - 1
        return Span(self.path, number, 1, number, 2)

    def _object(self, value: Any, steps: Steps, allowed: tuple[str, ...]) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise _Wrong(steps, f"an object is needed here, not {_shown(value)}")
        for name in value:
            if name not in allowed:
                guess = did_you_mean(name, allowed)
                help = f"did you mean `{guess}`?" if guess else f"here one of: {one_of(allowed)}"
                raise _Wrong((*steps, name), f"unknown field `{name[:40]}`", help)
        return cast(dict[str, Any], value)

    def _fields(self, kind: type[Node], given: dict[str, Any], steps: Steps) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for form in FORMS[kind]:
            if form.name in given:
                found[form.name] = self._field(given[form.name], form, (*steps, form.name))
            elif form.needed:
                raise _Wrong(steps, f"`{form.name}` is missing")
            else:
                found[form.name] = form.default
        return found

    def _field(self, value: Any, form: Form, steps: Steps) -> Any:
        if not form.many:
            return self._value(value, form, steps)
        if not isinstance(value, list):
            raise _Wrong(steps, f"a list is needed here, not {_shown(value)}")
        if not value and form.needed:
            raise _Wrong(steps, "this list may not be empty")
        members: list[Any] = []
        for number, member in enumerate(value):
            try:
                members.append(self._value(member, form, (*steps, number)))
            except _Wrong as wrong:
                if not form.lines:
                    raise
                self.faults.append(wrong.fault)
        return tuple(members)

    def _value(self, value: Any, form: Form, steps: Steps) -> Any:
        if form.words:
            if value not in form.words:
                raise _Wrong(steps, f"{_shown(value)} is no word for this", f"here one of: {one_of(form.words)}")
            return value
        if form.plain is not None:
            return _plain(value, form.plain, steps)
        if form.scalar is not None:
            return self._scalar(value, form.scalar, steps)
        return self._node(value, form, steps)

    def _scalar(self, value: Any, kind: type[Node], steps: Steps) -> Node:
        scalar = SCALARS[kind]
        if not isinstance(value, str) or not re.fullmatch(scalar.pattern, value):
            raise _Wrong(steps, f"{_shown(value)} is not {scalar.says}")
        found: list[Diagnostic] = []
        node = scalar.read(self._span(steps), value, found)
        if found:
            raise _Wrong(steps, found[0].message, found[0].help)
        return node

    def _node(self, value: Any, form: Form, steps: Steps) -> Node:
        if self.depth == MAX_DEPTH:
            raise _Wrong(steps, f"the tree is deeper than {MAX_DEPTH} nodes")
        kind = self._kind(value, form, steps)
        names = ("value",) if kind in SCALARS else tuple(form.name for form in FORMS[kind])
        given = self._object(value, steps, ("node", *names, *(("layout",) if form.lines else ())))
        trivia = self._layout(given.get("layout", {}), (*steps, "layout"))
        self.comments += [text for text in (*trivia.before, trivia.opening) if text]
        if kind in SCALARS:
            if "value" not in given:
                raise _Wrong(steps, "`value` is missing")
            node = self._scalar(given["value"], kind, (*steps, "value"))
        else:
            span = self._span(steps)
            self.depth += 1
            try:
                node = kind(span, **self._fields(kind, given, steps))
            finally:
                self.depth -= 1
        self.comments += [text for text in (*trivia.ending, trivia.after) if text]
        self.trivias.at[node.span] = trivia
        return node

    def _kind(self, value: Any, form: Form, steps: Steps) -> type[Node]:
        allowed = [NAMES[kind] for kind in form.nodes]
        choice = f"here one of: {one_of(allowed)}"
        if not isinstance(value, dict):
            raise _Wrong(steps, f"an object is needed here, not {_shown(value)}", f"its `node` is {choice}")
        name = value.get("node")
        if name is None:
            raise _Wrong(steps, "`node` is missing", choice)
        if name not in allowed:
            guess = did_you_mean(name, allowed) if isinstance(name, str) else None
            help = f"did you mean `{guess}`?" if guess else choice
            raise _Wrong((*steps, "node"), f"{_shown(name)} is no node for this place", help)
        return KINDS[name]

    def _layout(self, value: Any, steps: Steps) -> Trivia:
        given = self._object(value, steps, _LAYOUT)
        return Trivia(
            before=self._texts(given.get("before", []), (*steps, "before")),
            opening=self._comment(given.get("opening", ""), (*steps, "opening")),
            ending=self._texts(given.get("ending", []), (*steps, "ending")),
            after=self._comment(given.get("after", ""), (*steps, "after")),
        )

    def _texts(self, value: Any, steps: Steps) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise _Wrong(steps, f"a list of comments is needed here, not {_shown(value)}")
        return tuple(self._comment(text, (*steps, number)) for number, text in enumerate(value))

    def _comment(self, value: Any, steps: Steps) -> str:
        if value == "":
            return ""
        if not isinstance(value, str) or not _COMMENT.fullmatch(value):
            raise _Wrong(steps, f"{_shown(value)} is not a comment on one line", "start it with `#`")
        return value.rstrip()


def _plain(value: Any, wanted: type, steps: Steps) -> Any:
    if wanted is Decimal:
        if not isinstance(value, str) or not DECIMAL.fullmatch(value):
            raise _Wrong(steps, f"{_shown(value)} is not a decimal number", 'write it in quotes, e.g. `"0.023"`')
        return Decimal(value)
    if type(value) is not wanted:
        raise _Wrong(steps, f"{_shown(value)} is not {'true or false' if wanted is bool else 'a whole number'}")
    return value


def _shown(value: Any) -> str:
    """A value as people see it in the JSON, cut where it is long."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    text = json.dumps(value, ensure_ascii=True, default=str)
    return f"`{text if len(text) <= 40 else text[:39] + '…'}`"
