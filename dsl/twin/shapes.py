"""What each node looks like in the twin, read from the types of the syntax tree: the codec and the schema share it."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from decimal import Decimal
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from dsl.builder import NODES
from dsl.syntax import Book, Dimension, Node
from dsl.twin.scalars import SCALARS

KINDS: dict[str, type[Node]] = {name: kind for name, kind in NODES.items() if kind is not Book}
"""The classes by their names in the twin, which are those of the grammar's rules."""

NAMES: dict[type[Node], str] = {kind: name for name, kind in KINDS.items()}
# Lists that may be empty, and then need not be there
_MAY_BE_EMPTY = {"clauses", "declarations", "suffixes"}


@dataclass(frozen=True, slots=True)
class Form:
    """One field of a node.

    nodes: the classes that may stand here, or words: a closed set, or plain: bool, int or Decimal; many: it is a list
    of them; lines: its members may have comments; needed: it must be there; default: its value where it is not.
    """

    name: str
    nodes: tuple[type[Node], ...]
    words: tuple[str, ...]
    plain: type | None
    many: bool
    lines: bool
    needed: bool
    default: Any

    @property
    def scalar(self) -> type[Node] | None:
        """The class whose nodes are plain texts here: the only one that may stand here."""
        return self.nodes[0] if len(self.nodes) == 1 and self.nodes[0] in SCALARS else None


def _members(hint: Any) -> list[Any]:
    """The alternatives of a union, flat; words stay words."""
    if get_origin(hint) is Literal or not get_args(hint) or get_origin(hint) is tuple:
        return [hint]
    return [member for part in get_args(hint) for member in _members(part)]


def _form(kind: type[Node], name: str, hint: Any, default: Any) -> Form:
    members = [member for member in _members(hint) if member is not NoneType]
    optional = len(members) < len(_members(hint)) or default is not MISSING
    many = get_origin(members[0]) is tuple
    if many:
        members = _members(get_args(members[0])[0])
    nodes = tuple(member for member in members if isinstance(member, type) and issubclass(member, Node))
    words = tuple(word for member in members if get_origin(member) is Literal for word in get_args(member))
    plain = members[0] if members[0] in (bool, int, Decimal) else None
    lines = name in ("clauses", "declarations") or (kind is Dimension and name == "values")
    empty = () if many and default is MISSING and name in _MAY_BE_EMPTY else False if plain is bool else None
    return Form(
        name=name,
        nodes=nodes,
        words=words,
        plain=plain,
        many=many,
        lines=lines,
        needed=not (optional or plain is bool or name in _MAY_BE_EMPTY),
        default=empty if default is MISSING else default,
    )


def _forms(kind: type[Node]) -> tuple[Form, ...]:
    hints = get_type_hints(kind)
    left_out = ("span", "path") if kind is Book else ("span",)
    own = [field for field in fields(kind) if field.name not in left_out]
    return tuple(_form(kind, field.name, hints[field.name], field.default) for field in own)


FORMS: dict[type[Node], tuple[Form, ...]] = {kind: _forms(kind) for kind in NODES.values() if kind not in SCALARS}
"""The fields of each class that is an object in the twin."""
