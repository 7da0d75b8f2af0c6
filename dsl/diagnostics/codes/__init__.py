"""One page for each code: the cause, an example that a test runs, and the fix."""

from __future__ import annotations

import inspect
import re
from types import ModuleType

from dsl.diagnostics.codes import (
    rb0_files,
    rb0_form,
    rb1_names,
    rb2_units,
    rb3_prices,
    rb4_calendars,
    rb5_dates,
    rb6_contracts,
    rb7_examples,
    rb8_style,
)
from dsl.suggest import did_you_mean

_MODULES = (
    *(rb0_form, rb0_files, rb1_names, rb2_units, rb3_prices, rb4_calendars, rb5_dates, rb6_contracts, rb7_examples),
    rb8_style,
)


def _pages(family: ModuleType) -> dict[str, str]:
    return {
        name: inspect.cleandoc(page.__doc__ or "")
        for name, page in vars(family).items()
        if inspect.isclass(page) and name.startswith("RB")
    }


PAGES: dict[str, str] = dict(sorted((code, page) for family in _MODULES for code, page in _pages(family).items()))
# Title and codes of each family
FAMILIES: tuple[tuple[str, tuple[str, ...]], ...] = tuple(
    ((family.__doc__ or "").rstrip("."), tuple(sorted(_pages(family)))) for family in _MODULES
)

# What stands before the example of a page
PRELUDE = """\
book docs version 1 from 2026-01-01
currency USD
timezone "UTC"
unit B
unit GB = 1_000_000_000 B
unit call
dimension region { eu, us }
meter stored {
  events "storage"
  measure sum of bytes as B
  by region
}
meter calls {
  events "call"
  measure count as call
}
plan basic "Basic" {
  bill monthly in arrears
  charge fee "Fee" {
    price flat USD 1
  }
  charge storage "Storage" {
    for stored
    price USD 1 per GB
  }
  charge requests "Requests" {
    for calls
    price USD 1 per call
  }
}
example "nothing used" {
  given plan basic
  given period 2026-01-01 through 2026-01-31
  expect total = USD 1
}
"""
_SHOWN = """\
plan shown "Shown" {{
  bill monthly in arrears
  charge shown "Shown" {{
    for stored
{}  }}
}}
example "of the plan shown" {{
  given plan shown
  given period 2026-01-01 through 2026-01-31
  expect quantity stored = 0 B
}}
"""
_CLAUSES = ("price", "free", "minimum", "weigh")
# Where a part of a page ends: at the next line that is not indented
_PART = re.compile(r"\n(?=\S)")


class UnknownCode(KeyError):
    """A code that no page describes; the message says which one is close."""

    def __str__(self) -> str:
        return str(self.args[0])


def explain_code(code: str) -> str:
    """The page of a code such as `RB301`: title, cause, example and fix. Raises `UnknownCode`."""
    wanted = code.strip().upper()
    if wanted not in PAGES:
        guess = did_you_mean(wanted, PAGES)
        raise UnknownCode(f"no code {wanted}" + (f"; did you mean {guess}?" if guess else ""))
    return f"{wanted}: {PAGES[wanted]}"


def example_of(code: str) -> str | None:
    """A whole book that shows the code, or None for the codes that one text cannot show.

    The page's example follows `PRELUDE`; one that starts with a clause stands in a charge that counts `stored`.
    """
    return _book(code, "Example:")


def mended_of(code: str) -> str | None:
    """The same book as its author meant it, without the finding."""
    return _book(code, "Mended:")


def _book(code: str, heading: str) -> str | None:
    _, found, rest = PAGES[code].partition(f"{heading}\n")
    if not found:
        return None
    body = inspect.cleandoc("\n" + _PART.split(rest)[0]).strip("\n") + "\n"
    if body.split()[0] in _CLAUSES:
        lines = "".join(f"    {line}\n" for line in body.splitlines())
        body = _SHOWN.format(lines)
    return body if body.startswith("book") else PRELUDE + body


def contents() -> list[tuple[str, str]]:
    """Every code with the title of its page, in order."""
    return [(code, page.splitlines()[0]) for code, page in PAGES.items()]
