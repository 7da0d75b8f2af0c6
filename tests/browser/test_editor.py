"""Price books in JupyterLab: colours, findings in files and in cells nobody ran, completion; nothing from outside."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MILLISECONDS = 90_000
BOOK = """\
book shop version 1 from 2026-01-01
currency USD # the shop's
unit call
meter calls {
  events "api"
  measure count as call
}
plan starter "Starter" {
  bill monthly in arrears
  charge calls "Calls" {
    for calls
    price USD 0.80 per 1_000 call
  }
}
example "a thousand" {
  given plan starter
  given period 2026-10-01 through 2026-10-31
  given usage calls = 1_000 call
  expect calls = USD 0.80
}
"""
# Every predicate is synchronous: a promise would be taken for true at once.
EDITOR = "() => !!document.querySelector('.jp-FileEditor .cm-line')"
MARKED = "() => document.querySelectorAll('.cm-lintRange-error').length > 0"
COLOURS = """() => [...document.querySelectorAll('.cm-line span')].map(
  one => [one.textContent.trim(), getComputedStyle(one).color])"""
TYPE = """() => { const w = window.jupyterapp.shell.currentWidget;
  return w && w.content && w.content.widgets && w.content.widgets.length ? w.content.widgets[0].model.mimeType : '' }"""


@pytest.fixture
def page(browser: Browser, lab: str) -> Iterator[tuple[Page, list[str]]]:
    """A page, and the list that gathers addresses outside this machine."""
    one = browser.new_page(viewport={"width": 1280, "height": 900})
    one.set_default_timeout(MILLISECONDS)
    outside: list[str] = []
    one.on("request", lambda r: None if r.url.startswith((lab, "data:", "blob:")) else outside.append(r.url))
    yield one, outside
    one.close()
    assert outside == []


def _open(page: Page, lab: str, path: str) -> None:
    page.goto(f"{lab}/lab/tree/{path}?reset")
    page.wait_for_function("() => !!window.jupyterapp")
    page.evaluate("async () => { await window.jupyterapp.restored }")


def _notebook(served: Path, name: str, source: str) -> None:
    cell = {"cell_type": "code", "execution_count": None, "id": "a", "metadata": {}, "outputs": [], "source": source}
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    data = {"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    (served / name).write_text(json.dumps(data), encoding="utf-8")


def test_a_price_book_has_its_colours(page: tuple[Page, list[str]], lab: str, served: Path, tmp_path: Path) -> None:
    (served / "shop.rate").write_text(BOOK, encoding="utf-8")
    _open(page[0], lab, "shop.rate")
    page[0].wait_for_function(EDITOR)
    page[0].screenshot(path=str(tmp_path / "colours.png"))
    colours = dict(page[0].evaluate(COLOURS))
    shown = ["plan", '"Starter"', "# the shop's", "0.80", "monthly"]
    assert set(shown) <= colours.keys()
    assert len({colours[piece] for piece in shown}) >= 4
    assert colours["starter"] != colours["plan"] == colours["measure"]


def test_a_file_with_a_mistake_is_underlined_as_soon_as_it_is_open(
    page: tuple[Page, list[str]], lab: str, served: Path, tmp_path: Path
) -> None:
    (served / "broken.rate").write_text(BOOK.replace("for calls", "for cals"), encoding="utf-8")
    _open(page[0], lab, "broken.rate")
    page[0].wait_for_function(MARKED)
    page[0].screenshot(path=str(tmp_path / "file.png"))
    assert page[0].locator(".cm-lintRange-error").first.inner_text() == "cals"


def test_a_cell_that_nobody_ran_is_coloured_and_underlined(
    page: tuple[Page, list[str]], lab: str, served: Path, tmp_path: Path
) -> None:
    _notebook(served, "cell.ipynb", "%%pricebook book\n" + BOOK.replace("count as call", "count as cal"))
    _open(page[0], lab, "cell.ipynb")
    page[0].wait_for_function(f"() => ({TYPE})() === 'text/x-ratebook'")
    page[0].wait_for_function(MARKED)
    page[0].screenshot(path=str(tmp_path / "cell.png"))
    assert page[0].locator(".cm-lintRange-error").first.inner_text() == "cal"
    assert len({colour for _, colour in page[0].evaluate(COLOURS)}) >= 4
    # without the magic it is Python again
    page[0].evaluate("() => window.jupyterapp.shell.currentWidget.content.widgets[0].model.sharedModel.setSource('1')")
    page[0].wait_for_function(f"() => ({TYPE})() === 'text/x-ipython'")


def test_a_declared_name_is_offered(page: tuple[Page, list[str]], lab: str, served: Path, tmp_path: Path) -> None:
    (served / "typed.rate").write_text(BOOK.replace("for calls", "for "), encoding="utf-8")
    _open(page[0], lab, "typed.rate")
    page[0].wait_for_function(MARKED)
    page[0].locator(".cm-line", has_text="for").nth(0).click()
    page[0].keyboard.press("End")
    page[0].keyboard.press("Tab")
    offered = page[0].locator(".jp-Completer-item", has_text="calls")
    offered.first.wait_for()
    page[0].screenshot(path=str(tmp_path / "offered.png"))
    labels = page[0].locator(".jp-Completer-match").all_inner_texts()
    assert labels[:2] == ["calls", "licensed"]


def test_a_rule_is_told_while_control_is_held(
    page: tuple[Page, list[str]], lab: str, served: Path, tmp_path: Path
) -> None:
    (served / "told.rate").write_text(BOOK.replace("expect calls = USD 0.80", "expect calls = USD 0.81"), "utf-8")
    _open(page[0], lab, "told.rate")
    # the failing example shows that the server has answered
    page[0].wait_for_function(MARKED)
    line = page[0].locator(".cm-line", has_text="for calls")
    line.click()
    box = line.bounding_box()
    assert box is not None
    page[0].keyboard.down("Control")
    told = page[0].get_by_text("Charges what meter calls counts in the period.")
    for shift in range(40):
        page[0].mouse.move(box["x"] + 45 + shift % 4, box["y"] + box["height"] / 2)
        page[0].wait_for_timeout(250)
        if told.count():
            break
    page[0].keyboard.up("Control")
    page[0].screenshot(path=str(tmp_path / "told.png"))
    assert told.count() == 1
