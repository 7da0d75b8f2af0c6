"""Did you mean: the closest of a closed set of words."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

# A book may have any number of wrong names beside any number of right ones: so many are looked at for each
MAX_NEAR = 200


def distance(left: str, right: str, most: int) -> int:
    """Edits (insert, delete, replace a letter) that turn one word into the other; `most` + 1 where it takes more."""
    far = most + 1
    if abs(len(left) - len(right)) > most:
        return far
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        above, row = row, [far] * (len(right) + 1)
        if i <= most:
            row[0] = i
        # further from the diagonal than `most` nothing can come back
        for j in range(max(1, i - most), min(len(right), i + most) + 1):
            row[j] = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != right[j - 1]))
    return min(row[-1], far)


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """The closest known word, if it is close enough to be a slip of the hand: one edit in three letters."""
    wanted = word.lower()
    if not wanted or len(wanted) > 40:
        return None
    # of two letters another one is another word; only its capitals may slip
    allowed = max(1, min(3, len(wanted) // 3)) if len(wanted) > 2 else 0
    near = islice((name for name in known if _near(wanted, name.lower(), allowed)), MAX_NEAR)
    best = min(((distance(wanted, name.lower().replace(" ", ""), allowed), name) for name in near), default=None)
    return best[1] if best is not None and best[0] <= allowed else None


def _near(wanted: str, name: str, allowed: int) -> bool:
    """Whether a name may be close: nearly as long, and a slip leaves the first letter or the last one."""
    short = abs(len(name) - len(wanted)) <= allowed + name.count(" ")
    return short and (name[:1] == wanted[0] or name[-1:] == wanted[-1])


def one_of(words: Iterable[str]) -> str:
    """A list of choices for a message: sorted, comma-separated."""
    return ", ".join(sorted(set(words)))
