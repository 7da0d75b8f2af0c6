"""What JupyterLab asks this package for: its language server."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint, entry_points
from typing import Any

SPECS = "jupyter_lsp_spec_v1"
HOME = "ratebook"
MIME = "text/x-ratebook"
PYTHON = ("text/x-python", "text/x-ipython", "text/python")


def language_servers(manager: Any) -> dict[str, dict[str, Any]]:
    """The entry point of `jupyter_lsp_spec_v1`: how to start the server, and for what.

    A `%%pricebook` cell is seen only in a notebook whose own language has a server. Where no Python server is
    installed, this one stands in for it: it takes Python texts in, and says nothing about them.
    """
    python = not any(_serves_python(one, manager) for one in entry_points(group=SPECS) if one.name != HOME)
    return {
        HOME: {
            "argv": [sys.executable, "-m", "workbench.cli", "lsp"],
            "display_name": "Ratebook",
            "languages": ["ratebook", *(["python"] if python else [])],
            "mime_types": [MIME, *(PYTHON if python else ())],
            "requires_documents_on_disk": False,
            "version": 2,
        }
    }


def _serves_python(entry: EntryPoint, manager: Any) -> bool:
    """Whether an entry point names an installed server for Python."""
    try:
        spec = entry.load()
        installed = getattr(spec, "is_installed", None)
        if installed is not None:
            return "python" in spec.languages and bool(installed(manager))
        return any("python" in one.get("languages", ()) for one in spec(manager).values())
    except Exception:
        # jupyter-lsp asks each entry point itself, and reports the broken one under its own name
        return False
