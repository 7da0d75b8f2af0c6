"""Open documents: each version once, the files they use as they are typed, and only what is concerned checked again."""

from __future__ import annotations

from pathlib import Path

import dsl
from dsl.server.store import Store, path_of
from dsl.syntax import walk

from .kit import BOOK, changed

USING = changed("unit call\n", 'use "shared.rate"\n').replace("unit kcall = 1_000 call\n", "")


def test_only_the_users_of_a_text_are_checked_with_it(tmp_path: Path) -> None:
    store = Store()
    book, other, shared = ((tmp_path / name).as_uri() for name in ("1.rate", "other.rate", "shared.rate"))
    assert store.put(book, 1, USING) == [book]
    assert store.put(other, 1, BOOK) == [other]
    before = store.get(other)
    # the file was not there before: the book that could not read it is concerned, too
    assert store.put(shared, 1, "unit call\n") == [shared, book]
    assert store.put(shared, 2, "unit call\n# note\n") == [shared, book]
    assert store.get(other) is before and (store.version(shared), store.version(book)) == (2, 1)


def test_an_open_file_stands_in_for_the_one_on_the_disk(tmp_path: Path) -> None:
    (tmp_path / "shared.rate").write_text("unit other\n")
    store = Store()
    book, shared = (tmp_path / "1.rate").as_uri(), (tmp_path / "shared.rate").as_uri()
    store.put(book, 1, USING)
    document = store.get(book)
    assert document is not None and "RB101" in [one.code for one in document.found]
    store.put(shared, 1, "unit call\n")
    document = store.get(book)
    assert document is not None and document.found == []
    store.drop(shared)
    assert store.get(shared) is None and store.version(shared) is None


def test_what_is_checked_version_by_version_is_what_check_finds(tmp_path: Path) -> None:
    store = Store()
    uri = (tmp_path / "1.rate").as_uri()
    versions = [BOOK, changed("for calls", "for cals"), changed("above 100_000", "above 1"), f"\n{BOOK}", BOOK]
    for number, text in enumerate(versions):
        store.put(uri, number, text)
        document = store.get(uri)
        assert document is not None
        path = str(tmp_path / "1.rate")
        assert document.quick == dsl.check(text, path)[1]
        book = dsl.parse(text, path)[0]
        assert document.book == book
        # places take no part in the comparison of trees
        assert [one.span for one in walk(document.book)] == [one.span for one in walk(book)]


def test_a_file_that_only_declares_what_books_use_is_no_broken_book() -> None:
    store = Store()
    store.put("file:///a/shared.rate", 1, "unit call\nunit kcall = 1_000 call\n")
    document = store.get("file:///a/shared.rate")
    assert document is not None and document.compiled == (None, [])


def test_addresses_are_paths() -> None:
    assert path_of("file:///a%20b/c%C3%A9.rate") == "/a b/cé.rate"
    assert path_of("untitled:1") == "untitled:1"
