"""The first notebook, run by a browser as a person would: all cells, no error, the figures on the screen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
# Both predicates are synchronous: a promise would be taken for true at once.
READY = """() => {
  const app = window.jupyterapp; const w = app && app.shell.currentWidget;
  if (!w || !w.context || !w.context.isReady || !w.sessionContext || !w.sessionContext.isReady) return false;
  const kernel = w.sessionContext.session && w.sessionContext.session.kernel;
  return !!kernel && kernel.connectionStatus === 'connected' && kernel.status === 'idle';
}"""
OUTPUTS = """() => window.jupyterapp.shell.currentWidget.content.widgets
  .filter(w => w.model.type === 'code').map(w => w.model.sharedModel.outputs)"""
ERRORS = """() => window.jupyterapp.shell.currentWidget.content.widgets.filter(w => w.model.type === 'code')
  .flatMap(w => w.model.sharedModel.outputs).filter(o => o.output_type === 'error')"""
RUN_ALL = "async () => await window.jupyterapp.commands.execute('notebook:run-all-cells')"
MILLISECONDS = 180_000


def _open(browser: Browser, lab: str, name: str) -> tuple[Page, list[str]]:
    """A page with a notebook whose kernel is ready, and the list that gathers addresses outside this machine."""
    page = browser.new_page(viewport={"width": 1280, "height": 1400})
    page.set_default_timeout(MILLISECONDS)
    outside: list[str] = []
    page.on("request", lambda r: None if r.url.startswith((lab, "data:", "blob:")) else outside.append(r.url))
    page.goto(f"{lab}/lab/tree/{name}?reset")
    page.wait_for_function("() => !!window.jupyterapp")
    page.evaluate("async () => { await window.jupyterapp.restored }")
    page.wait_for_function(READY)
    return page, outside



@pytest.mark.parametrize("name", ["00_start_here.ipynb", "20_billing_run.ipynb", "50_impact.ipynb"])
def test_all_cells_run_without_an_error(browser: Browser, lab: str, name: str, tmp_path: Path) -> None:
    page, outside = _open(browser, lab, name)
    try:
        assert page.evaluate(RUN_ALL) is True
        outputs = page.evaluate(OUTPUTS)
        page.screenshot(path=str(tmp_path / "page.png"))
        assert [o for cell in outputs for o in cell if o["output_type"] == "error"] == []
        assert [o for cell in outputs for o in cell if o.get("name") == "stderr"] == []
        assert page.locator(".rb-verdict").count() > 1 and page.locator(".rb-table").count() > 2
        assert outside == []
        stored = json.loads((NOTEBOOKS / name).read_text(encoding="utf-8"))["cells"]
        assert len(outputs) == sum(c["cell_type"] == "code" for c in stored)
    finally:
        page.evaluate("async () => { await window.jupyterapp.shell.currentWidget.sessionContext.shutdown() }")
        page.close()


def test_a_broken_price_book_is_shown_as_findings(browser: Browser, lab: str) -> None:
    page, _ = _open(browser, lab, "10_write_a_price_book.ipynb")
    try:
        page.evaluate("async () => await window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
        page.evaluate(RUN_ALL)
        # both cells are tagged as expected to fail, so the rest runs on after the call is over
        page.wait_for_function(f"() => ({ERRORS})().length === 2")
        errors = page.evaluate(ERRORS)
        assert [e["ename"] for e in errors] == ["BookErrors", "BookErrors"]
        assert "error[RB301]" in "\n".join(errors[0]["traceback"])
        assert "Traceback" not in "\n".join(errors[0]["traceback"])
        assert page.locator("text=the next one starts here").count() == 1
    finally:
        page.evaluate("async () => { await window.jupyterapp.shell.currentWidget.sessionContext.shutdown() }")
        page.close()
