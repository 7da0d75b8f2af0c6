"""The pages of all codes as one document: `python -m dsl.diagnostics.codes.document > docs/codes.md`."""

from __future__ import annotations

import sys

from dsl.diagnostics.codes import FAMILIES, PAGES

_HEAD = """# Findings

Every finding of `ratebook check` has a code. `ratebook explain-code RB301` prints its page, `ratebook explain-code` the
list. An error stops the book; a warning is probably a mistake; a note is worth knowing. This file is made of the pages
(`python -m dsl.diagnostics.codes.document > docs/codes.md`); a test runs every example in it, and every mended one.

An example without a `book` line follows a small book with a meter `stored`, sliced by the dimension `region`, a meter
`calls` and a plan `basic`; a clause alone stands in a charge that counts `stored`.
"""


def document() -> str:
    """The document, in Markdown."""
    blocks = [_HEAD]
    for title, codes in FAMILIES:
        blocks.append(f"## {title}\n")
        blocks += [_page(code) for code in codes]
    return "\n".join(blocks)


def _page(code: str) -> str:
    """A page with its indented examples as code blocks."""
    title, *lines = PAGES[code].split("\n")
    shown = [f"### {code}: {title}"]
    for line in lines:
        quoted = line.startswith("    ")
        if quoted and not shown[-1].startswith("    ") and shown[-1] != "":
            shown.append("")
        shown.append(line)
    return "\n".join(shown) + "\n"


if __name__ == "__main__":
    sys.stdout.write(document())
