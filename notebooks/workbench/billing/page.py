"""An executed notebook as one page that needs no network."""

from __future__ import annotations

from pathlib import Path

from nbconvert import HTMLExporter
from traitlets.config import Config

from workbench.lexer import RateLexer

ADDRESSES = (
    "mathjax_url", "require_js_url", "mermaid_js_url", "mermaid_layout_elk_js_url", "jquery_url",
    "jupyter_widgets_base_url", "widget_renderer_url",
)  # fmt: skip
"""Settings of the exporter that would have a page load something."""
SHOWN = ["text/html", "image/svg+xml", "image/png", "text/markdown", "text/plain"]


def notebook_page(path: Path) -> str:
    """HTML of the notebook with its outputs; nothing in it points outside."""
    config = Config()
    config.NbConvertBase.display_data_priority = SHOWN
    config.HighlightMagicsPreprocessor.languages = {"%%pricebook": RateLexer.aliases[0]}
    exporter = HTMLExporter(config=config, **dict.fromkeys(ADDRESSES, ""))  # type: ignore[no-untyped-call]
    page: str = exporter.from_filename(str(path))[0]
    return page
