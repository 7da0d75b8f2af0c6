"""`ratebook nb refresh|check [NOTEBOOK...]`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from workbench.nb import executed, problems_of
from workbench.output import Refused, WrongUse
from workbench.project import project_root


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("what", choices=("refresh", "check"), help="run them anew and write them, or only look")
    parser.add_argument("notebooks", metavar="NOTEBOOK", nargs="*", help="default: all of notebooks/")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Refresh or check the committed notebooks; `check` exits with 1 when one is not as it must be."""
    named = [Path(name) for name in options.notebooks]
    paths = named or sorted((project_root() / "notebooks").glob("*.ipynb"))
    if absent := [str(p) for p in paths if not p.is_file()]:
        raise WrongUse(f"there is no notebook {', '.join(absent)}")
    changed = []
    if options.what == "refresh":
        for path in paths:
            before, after = path.read_text(encoding="utf-8"), executed(path)
            if after != before:
                path.write_text(after, encoding="utf-8", newline="\n")
                changed.append(path.name)
    problems = {path.name: found for path in paths if (found := problems_of(path))}
    data = {"notebooks": [p.name for p in paths], "changed": changed, "problems": problems}
    lines = [f"{name}: {problem}" for name, found in problems.items() for problem in found]
    lines.append(f"{len(paths)} notebooks, {len(changed)} changed, {len(problems)} with problems")
    if problems:
        raise Refused(data, "\n".join(lines))
    return data, "\n".join(lines)
