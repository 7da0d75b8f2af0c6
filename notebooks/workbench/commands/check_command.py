"""`ratebook check PATH...`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dsl.format import style_findings
from dsl.versions import changed_seal, check_versions
from engine.workspace import Workspace
from workbench.books import BookReport, checked_file, rate_files
from workbench.output import Refused


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("paths", metavar="PATH", nargs="+", help="price books, or folders of them")
    parser.add_argument("--published", metavar="WS", help="a workspace: versions published there must be unchanged")
    parser.add_argument("--style", action="store_true", help="warn where `ratebook fmt` would change a book")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Diagnostics and examples of every book; findings of error severity or failing examples exit with 1."""
    reports = [checked_file(path, shared=True) for path in rate_files([Path(p) for p in options.paths])]
    if options.style:
        for report in reports:
            report.diagnostics += style_findings(report.source, str(report.path))
    _across_versions(reports)
    if options.published:
        _sealed(reports, options.published)
    data = {"files": [r.data() for r in reports]}
    text = "\n\n".join(r.text() for r in reports)
    if any(r.failed for r in reports):
        raise Refused(data, text)
    return data, text


def _across_versions(reports: Sequence[BookReport]) -> None:
    """The versions of a book lie in one folder, a file each; what is wrong between two is told with the later one."""
    books: dict[tuple[Path, str], list[BookReport]] = {}
    for report in reports:
        if report.book is not None:
            books.setdefault((report.path.resolve().parent, report.book.name), []).append(report)
    for versions in books.values():
        found = check_versions([report.tree for report in versions if report.tree is not None])
        for report in versions:
            report.diagnostics += [one for one in found if one.span.path == str(report.path)]
            report.sources |= {str(other.path): other.source for other in versions}


def _sealed(reports: Sequence[BookReport], folder: str) -> None:
    """Compare with what a workspace has published."""
    with Workspace.open(folder, read_only=True) as workspace:
        published = {(book.name, book.version): book.digest for book in workspace.books}
    for report in reports:
        if report.book is None or report.tree is None:
            continue
        if published.get((report.book.name, report.book.version), report.book.digest) != report.book.digest:
            report.diagnostics += changed_seal(report.tree)
