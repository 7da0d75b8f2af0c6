"""Row 24: checking a book again after an edit of one of its 150 declarations ÷ parsing all of it."""

from __future__ import annotations

import sys
from functools import partial
from statistics import median

import dsl
from benchmarks.books import book
from benchmarks.common import cpu, machine, slope
from dsl.incremental import Session

PLANS = 140
METERS = 5


def measured(charges: int) -> tuple[int, int, float, float, float]:
    """Lines, declarations, and seconds of a parse, of a check after an edit, and after one that moves the rest."""
    text = book(PLANS, charges, METERS, examples=False)
    tree, _ = dsl.parse(text)
    assert tree is not None
    session = Session("large.rate")
    session.check(text)
    parse = median(cpu(lambda: dsl.parse(text)) for _ in range(5))
    line = "price flat USD 35.50"
    edits = [text.replace(line, f"price flat USD 35.{number + 51}", 1) for number in range(15)]
    moves = [text.replace(line, line + "\n" * (number + 2), 1) for number in range(15)]
    edit, move = (median(cpu(partial(session.check, one)) for one in texts) for texts in (edits, moves))
    return text.count("\n"), len(tree.declarations), parse, edit, move


def main(full: bool) -> None:
    """Print the ratios."""
    print(machine())
    sizes = (1, 3) if full else (1, 2)
    lines, seconds = [], []
    for charges in sizes:
        count, declarations, parse, edit, move = measured(charges)
        print(
            f"  row 24, {count} lines, {declarations} declarations: full parse {parse:.3f} s; again after an edit "
            f"1/{parse / edit:.0f} ({1000 * edit:.1f} ms), moving the rest 1/{parse / move:.0f} (bound 1/50)"
        )
        lines.append(count)
        seconds.append(edit)
    print(f"  growth of checking again with lines, log-log slope {slope(lines, seconds):.2f}")


if __name__ == "__main__":
    main("--full" in sys.argv)
