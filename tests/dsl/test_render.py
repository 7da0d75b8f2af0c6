"""The report is what the language guide shows, to the letter."""

from __future__ import annotations

import dsl
from dsl.diagnostics import Diagnostic, Label, Severity, render, render_all
from dsl.syntax import Span

HEAD = 'book b version 1 from 2026-01-01\ncurrency USD\ntimezone "UTC"\nunit GB\nunit TB = 1_000 GB\n'
METER = 'meter stored {\n  events "s"\n  measure sum of n as GB\n}\n'


def report(text: str, path: str) -> str:
    return render_all(dsl.check(text, path)[1], text)


def padded(lines: str, first: int) -> str:
    """Empty lines before, so that a piece stands on the line that the guide shows."""
    return "\n" * (first - 1) + lines


def test_a_gap_between_tiers() -> None:
    head = HEAD + METER + 'plan standard "S" {\n  bill monthly in arrears\n  charge storage "S" {\n    for stored\n'
    tiers = """    price graduated {
      up to 50 TB:                USD 0.023 per GB
      above 50 TB up to 500 TB:   USD 0.022 per GB
      above 600 TB:               USD 0.021 per GB
    }
  }
}
example "e" {
  given plan standard
  given period 2026-01-01 through 2026-01-31
  expect storage = USD 0
}
"""
    text = head + padded(tiers, 35 - head.count("\n"))
    assert (
        report(text, "object_storage/4.rate")
        == """\
error[RB301]: no price for stored between 500 TB and 600 TB
  --> object_storage/4.rate:38:7
   |
37 |       above 50 TB up to 500 TB:   USD 0.022 per GB
   |                   ------------ this tier ends here
38 |       above 600 TB:               USD 0.021 per GB
   |       ^^^^^^^^^^^^ the next one starts here
   |
   = in charge storage of plan standard
   = help: write `above 500 TB`"""
    )


def test_two_bands() -> None:
    text = HEAD + padded(
        """calendar grid {
  band peak    { weekdays 18:00 to 23:00 }
  band valley  { every day 22:00 to 05:00 }
  band rest    { otherwise }
}
""",
        14,
    )
    found = [one for one in dsl.check(text, "cordoba_power/9.rate")[1] if one.severity is Severity.ERROR]
    assert (
        render_all(found, text)
        == """\
error[RB402]: two bands cover Monday 22:00 to 23:00
  --> cordoba_power/9.rate:21:3
   |
20 |   band peak    { weekdays 18:00 to 23:00 }
   |   --------- first here
21 |   band valley  { every day 22:00 to 05:00 }
   |   ^^^^^^^^^^^ and again here
   |
   = help: start `valley` at 23:00, or end `peak` at 22:00"""
    )


def test_an_unknown_price_form() -> None:
    text = "plan p {\n  charge c {\n    price gradated {\n    }\n  }\n}\n"
    assert (
        report(text, "b.rate")
        == """\
error[RB004]: unknown price form `gradated`
 --> b.rate:3:11
  |
3 |     price gradated {
  |           ^^^^^^^^ did you mean `graduated`?
  |
  = here one of: committed, flat, graduated, matrix, not sold, package, series, volume, or an amount such as \
`USD 0.02 per GB`"""
    )


def test_without_an_excerpt() -> None:
    span = Span("b.rate", 66, 3, 66, 9)
    one = Diagnostic("RB701", Severity.ERROR, span, "the example fails", notes=("600 GB measured",), excerpt=False)
    assert render(one, "") == "error[RB701]: the example fails\n  --> b.rate:66:3\n   = 600 GB measured"


def test_distant_lines_tabs_and_long_lines() -> None:
    text = "first\n\n\n\tlast " + "x" * 300
    here, there = Span("b", 4, 2, 4, 6), Span("b", 1, 1, 1, 6)
    lines = render(Diagnostic("RB001", Severity.NOTE, here, "m", labels=(Label(there, "first"),)), text).splitlines()
    assert lines[:6] == ["note[RB001]: m", " --> b:4:2", "  |", "1 | first", "  | ----- first", "..."]
    assert lines[6].startswith("4 |  last x") and len(lines[6]) < 130
    assert lines[7] == "  |  ^^^^"


def test_a_place_far_right_on_a_long_line_is_seen() -> None:
    text = "x" * 500 + "HERE" + "y" * 500
    lines = render(Diagnostic("RB001", Severity.ERROR, Span("b", 1, 501, 1, 505), "m"), text).splitlines()
    mark = lines[4].index("^")
    assert lines[3][mark : mark + 4] == "HERE"


def test_a_label_in_another_file() -> None:
    label = Label(Span("shared.rate", 2, 1, 2, 5), "first here")
    one = Diagnostic("RB102", Severity.ERROR, Span("b.rate", 1, 1, 1, 5), "m", labels=(label,))
    assert render(one, "unit a", {"shared.rate": "\nunit a"}).splitlines()[-1] == "  = first here: shared.rate:2"
