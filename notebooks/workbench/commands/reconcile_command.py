"""`ratebook reconcile WS --period P`."""

from __future__ import annotations

import argparse
from typing import Any

from engine.proof import reconcile
from engine.workspace import Workspace
from workbench.output import Refused, table


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("workspace", metavar="WS")
    parser.add_argument("--period", required=True, metavar="P")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Exits with 1 when a stage does not balance."""
    with Workspace.open(options.workspace, read_only=True) as workspace:
        data = reconcile(workspace.root, workspace.store, options.period)
    text = reconciled_text(data)
    if not data["balanced"]:
        raise Refused(data, text)
    return data, text


def reconciled_text(data: dict[str, Any]) -> str:
    """The stages as a table, then what is on one side only."""
    rows = [("stage", "left", "right", "")]
    for stage in data["stages"]:
        left = ", ".join(f"{k} {v}" for k, v in stage["left_sum"].items())
        right = ", ".join(f"{k} {v}" for k, v in stage["right_sum"].items())
        word = "equal" if stage["balanced"] else f"{len(stage['missing'])} missing, {len(stage['extra'])} extra"
        rows.append((stage["stage"], left, right, word))
    blocks = [f"{data['period']}: {'balanced' if data['balanced'] else 'NOT balanced'}", table(rows)]
    for stage in data["stages"]:
        for side in ("missing", "extra"):
            blocks += [f"{stage['stage']}: {side}: {row}" for row in stage[side][:10]]
    return "\n".join(blocks)
