"""The order of the rooms, and what breaks it. Nothing imports upward; the pure rooms touch no outside world."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from tests.tidy.sources import Source

# From the ground up. Rooms of one row may use each other as long as they make no circle.
ORDER: tuple[tuple[str, ...], ...] = (
    ("engine.money", "engine.ids", "engine.calendar"),
    ("engine.model",),
    ("engine.rating",),
    ("engine.questions",),
    ("engine.metering",),
    ("engine.bulk",),
    ("engine.events",),
    ("engine.streams",),
    ("engine.journal",),
    ("engine.ledger",),
    (
        "engine.subscriptions",
        "engine.contracts",
        "engine.invoicing",
        "engine.wallets",
        "engine.payments",
        "engine.entitlements",
        "engine.notifications",
    ),
    ("engine.runs",),
    ("engine.impact",),
    ("engine.corrections",),
    ("engine.proof",),
    ("engine.reports",),
    ("engine.gateway",),
    ("engine.workspace",),
    ("engine",),
    ("dsl",),
    ("workbench",),
)
RANK = {room: rank for rank, row in enumerate(ORDER) for room in row}
DSL_MAY_USE = {"engine.money", "engine.calendar", "engine.model", "engine.rating"}
PURE = {"engine.money", "engine.calendar", "engine.model", "engine.rating", "engine.questions"}

FILES = {"fcntl", "glob", "io", "mmap", "os", "pathlib", "shelve", "shutil", "tempfile", "uuid"}
MACHINE = {"logging", "multiprocessing", "random", "secrets", "select", "signal", "subprocess", "sys", "threading"}
CLOCKS = {"asyncio", "time"}
NETWORK = {"http", "requests", "socket", "ssl", "urllib"}
DATABASES = {"duckdb", "sqlalchemy", "sqlite3"}
OUTSIDE_WORLD = FILES | MACHINE | CLOCKS | NETWORK | DATABASES
OUTSIDE_CALLS = frozenset({"open", "input", "print"})
CLOCK_CALLS = frozenset({"now", "utcnow", "today"})


def room_of(module: str) -> str:
    """The room of a dotted name: two parts in `engine`, one elsewhere."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "engine" else parts[0]


def imports_of(source: Source) -> Iterator[tuple[int, str]]:
    """Line and absolute dotted name of everything a file imports."""
    package = source.module if source.path.endswith("__init__.py") else source.module.rpartition(".")[0]
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                kept = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*kept, *([base] if base else [])])
            # `from engine import money` names the room in the second half
            yield from ((node.lineno, f"{base}.{alias.name}" if base == "engine" else base) for alias in node.names)


def edges(sources: Iterable[Source]) -> Iterator[tuple[str, int, str, str]]:
    """Path, line, importing room and imported room, for each arrow between two rooms of this project."""
    for source in sources:
        here = room_of(source.module)
        for line, name in imports_of(source):
            there = room_of(name)
            if there.split(".")[0] in {"engine", "dsl", "workbench"} and there not in {here, "engine"}:
                yield source.path, line, here, there


def upward(sources: Iterable[Source]) -> list[str]:
    """Arrows that break the order, and rooms that are not in it."""
    found: dict[str, None] = {}
    for path, line, here, there in edges(sources):
        for room in (here, there):
            if room not in RANK:
                found[f"{path}:{line}: `{room}` has no place in the order of the rooms"] = None
        if here not in RANK or there not in RANK:
            continue
        if RANK[there] > RANK[here]:
            found[f"{path}:{line}: {here} imports {there}, which stands above it"] = None
        elif here == "dsl" and there not in DSL_MAY_USE:
            found[f"{path}:{line}: dsl imports {there}; it may use {', '.join(sorted(DSL_MAY_USE))}"] = None
    return list(found)


def circles(sources: Iterable[Source]) -> list[str]:
    """Rooms that reach themselves."""
    uses: dict[str, set[str]] = {}
    for _, _, here, there in edges(sources):
        uses.setdefault(here, set()).add(there)
    found = []
    for room in sorted(uses):
        reached: set[str] = set()
        waiting = list(uses[room])
        while waiting:
            nearby = waiting.pop()
            if nearby not in reached:
                reached.add(nearby)
                waiting.extend(uses.get(nearby, ()))
        if room in reached:
            found.append(f"{room} reaches itself")
    return found


def impure(sources: Iterable[Source]) -> list[str]:
    """Files, clocks, databases and printing in the rooms that must be pure."""
    found = []
    for source in sources:
        if room_of(source.module) not in PURE:
            continue
        for line, name in imports_of(source):
            if name.split(".")[0] in OUTSIDE_WORLD:
                found.append(f"{source.path}:{line}: imports {name}")
        for node in ast.walk(source.tree):
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Name) and node.func.id in OUTSIDE_CALLS:
                found.append(f"{source.path}:{node.lineno}: calls {node.func.id}")
            if isinstance(node.func, ast.Attribute) and node.func.attr in CLOCK_CALLS:
                found.append(f"{source.path}:{node.lineno}: reads a clock with {node.func.attr}")
    return found
