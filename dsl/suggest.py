"""Did you mean: the closest of a closed set of words."""

from __future__ import annotations

from collections.abc import Iterable


def distance(left: str, right: str) -> int:
    """Edits (insert, delete, replace a letter) that turn one word into the other."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        above, row = row, [i]
        for j, b in enumerate(right, 1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b)))
    return row[-1]


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """The closest known word, if it is close enough to be a slip of the hand: one edit in three letters."""
    wanted = word.lower()
    if len(wanted) > 40:
        return None
    # of two letters another one is another word; only its capitals may slip
    allowed = max(1, min(3, len(wanted) // 3)) if len(wanted) > 2 else 0
    ranked = sorted((distance(wanted, name.lower().replace(" ", "")), name) for name in set(known) if len(name) <= 43)
    if ranked and ranked[0][0] <= allowed:
        return ranked[0][1]
    return None


def one_of(words: Iterable[str]) -> str:
    """A list of choices for a message: sorted, comma-separated."""
    return ", ".join(sorted(set(words)))
