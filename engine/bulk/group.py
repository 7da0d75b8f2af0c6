"""Which metered charges are metered and rated together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.bulk.cohort import Cohort, Metered
from engine.model import Meter

Member = tuple[Cohort, Metered]


@dataclass(frozen=True, slots=True)
class Group:
    """Charges of several cohorts on one meter, metered and rated together; a cohort is in it at most once.

    `ordered`: some of them look at single events in their order.
    """

    members: tuple[Member, ...]
    ordered: bool = False

    @property
    def versions(self) -> int:
        """The greatest number of price versions of a member."""
        return max(len(m.versions) for _, m in self.members)


def grouped(regular: Iterable[tuple[Cohort, Sequence[Metered]]]) -> list[Group]:
    """Charges grouped by the meaning of their meter; a cohort's second charge on a meter goes into another group.

    Those that look at single events stand apart: the others are metered without them.
    """
    # cohorts share their books' meters, and hashing one costs more than all else here
    same: dict[int, Meter] = {}
    kinds: dict[Meter, Meter] = {}
    groups: dict[tuple[int, bool, int], list[Member]] = {}
    for cohort, charges in regular:
        seen: dict[tuple[str, bool], int] = {}
        for metered in charges:
            ordered = any(v.compiled.ordered is not None for v in metered.versions)
            rank = seen.get((metered.meter, ordered), 0)
            seen[metered.meter, ordered] = rank + 1
            meter = cohort.book.meter(metered.meter)
            if id(meter) not in same:
                same[id(meter)] = kinds.setdefault(meter, meter)
            groups.setdefault((id(same[id(meter)]), ordered, rank), []).append((cohort, metered))
    return [Group(tuple(members), ordered) for (_, ordered, _), members in groups.items()]
