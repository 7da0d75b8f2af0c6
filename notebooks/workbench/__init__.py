"""The workbench: the `ratebook` command, notebook magics, and what they print."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(shell: InteractiveShell) -> None:
    """`%load_ext workbench`: the magics of price books."""
    from workbench.magics import register

    register(shell)
