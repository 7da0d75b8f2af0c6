"""The longer run: `python -m tests.dsl --programs 4000` draws programs until every rule was seen, and more.

Exits with 1 where a program broke a promise or a rule of the grammar was never drawn.
"""

from __future__ import annotations

import argparse
import sys

from hypothesis import HealthCheck, Phase, given, seed, settings

from dsl.grammar.loader import parser
from tests.dsl.programs import PROGRAMS, all_rules, rules_of
from tests.dsl.properties import prove


def main() -> int:
    """Draw, prove, count."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--programs", type=int, default=4000)
    options.add_argument("--seed", type=int, default=1)
    wanted = options.parse_args()
    seen: set[str] = set()
    counts = {True: 0, False: 0}

    @seed(wanted.seed)
    @settings(
        max_examples=wanted.programs,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(PROGRAMS)
    def drawn(text: str) -> None:
        counts[prove(text)] += 1
        seen.update(rules_of(parser().parse(text.replace("\r\n", "\n"))))

    drawn()
    missing = sorted(all_rules() - seen)
    print(f"{counts[True]} programs kept every promise, {counts[False]} were refused by the builder")
    print(f"{len(seen & all_rules())} of {len(all_rules())} rules drawn; never: {', '.join(missing) or 'none'}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
