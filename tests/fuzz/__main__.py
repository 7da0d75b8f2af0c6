"""The long run: `python -m tests.fuzz --inputs 100000 [--seed 1]`. It stops at the first text that breaks a promise."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from tests.fuzz.mutate import texts
from tests.fuzz.promise import prove

SLOW_SECONDS = 5


def main() -> int:
    """Draw, prove, count the codes."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--inputs", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=1)
    wanted = options.parse_args()
    codes: Counter[str] = Counter()
    slowest = 0.0
    for number, text in zip(range(wanted.inputs), texts(wanted.seed), strict=False):
        start = time.process_time()
        try:
            codes.update(set(prove(text)))
        except Exception:
            print(f"input {number} of seed {wanted.seed}: {text!r}")
            raise
        slowest = max(slowest, time.process_time() - start)
    print(
        f"{wanted.inputs} inputs of seed {wanted.seed}: findings or a book each; the slowest took {slowest:.2f} s CPU"
    )
    print(", ".join(f"{code} {count}" for code, count in sorted(codes.items())))
    return 0 if slowest < SLOW_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
