"""The real process, spoken to as an editor does: over its standard streams, in the protocol's own framing."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from typing import Any

import pytest

from .kit import BOOK, URI, changed

SECONDS = 60
Message = dict[str, Any]


class Editor:
    """An editor with one server. Answers are awaited by their number, notifications by their method."""

    def __init__(self, encodings: list[str]) -> None:
        command = [sys.executable, "-m", "workbench.cli", "lsp"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.heard: Queue[Message] = Queue()
        self.kept: list[Message] = []
        self.number = 0
        threading.Thread(target=self._listen, daemon=True).start()
        able = {"general": {"positionEncodings": encodings}, "workspace": {"workspaceEdit": {"documentChanges": True}}}
        self.able = self.ask("initialize", {"processId": None, "rootUri": None, "capabilities": able})["capabilities"]
        self.tell("initialized", {})

    def _listen(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while header := stream.readline():
            size = int(header.split(b":")[1])
            while stream.readline().strip():
                continue
            self.heard.put(json.loads(stream.read(size)))

    def _send(self, message: Message) -> None:
        raw = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(raw), raw))
        self.process.stdin.flush()

    def tell(self, method: str, params: object) -> None:
        """A notification."""
        self._send({"method": method, "params": params})

    def answer(self, method: str, params: object) -> Message:
        """The whole answer to a request, an error included."""
        self.number += 1
        number = self.number
        self._send({"id": number, "method": method, "params": params})
        return self._await(lambda one: one.get("id") == number and "method" not in one)

    def ask(self, method: str, params: object) -> Any:
        """The result of a request."""
        answer = self.answer(method, params)
        assert "error" not in answer, answer
        return answer["result"]

    def findings(self) -> Message:
        """The next findings that are published."""
        message = self._await(lambda one: one.get("method") == "textDocument/publishDiagnostics")
        return dict(message["params"])

    def _await(self, wanted: Any) -> Message:
        for one in self.kept:
            if wanted(one):
                self.kept.remove(one)
                return one
        while True:
            one = self.heard.get(timeout=SECONDS)
            if wanted(one):
                return one
            self.kept.append(one)

    def open(self, text: str, version: int = 1) -> None:
        """Open the book."""
        self.tell(
            "textDocument/didOpen",
            {"textDocument": {"uri": URI, "languageId": "ratebook", "version": version, "text": text}},
        )

    def change(self, text: str, version: int) -> None:
        """The whole text anew."""
        self.tell(
            "textDocument/didChange",
            {"textDocument": {"uri": URI, "version": version}, "contentChanges": [{"text": text}]},
        )

    def at(self, method: str, line: int, character: int, **more: object) -> Any:
        """A request about a place of the book."""
        return self.ask(method, _place(line, character, **more))

    def leave(self) -> int:
        """Shut down as the protocol says; the process's exit code."""
        self.ask("shutdown", None)
        self.tell("exit", None)
        return self.process.wait(timeout=SECONDS)


def _place(line: int, character: int, **more: object) -> Message:
    return {"textDocument": {"uri": URI}, "position": {"line": line, "character": character}, **more}


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    one = Editor(["utf-16"])
    yield one
    assert one.leave() == 0


def _line(text: str, piece: str) -> int:
    return next(number for number, line in enumerate(text.split("\n")) if piece in line)


def test_a_session(editor: Editor) -> None:
    assert editor.able["positionEncoding"] == "utf-16" and editor.able["textDocumentSync"]["change"] == 1
    broken = changed("    for calls\n", "    for cals\n")
    editor.open(broken)
    found = editor.findings()
    assert found["version"] == 1
    assert [one["code"] for one in found["diagnostics"]] == ["RB101"]
    everywhere = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
    context = {"diagnostics": found["diagnostics"]}
    (fix,) = editor.ask(
        "textDocument/codeAction", {"textDocument": {"uri": URI}, "range": everywhere, "context": context}
    )
    assert fix["title"] == "replace by `calls`"
    # three quick changes: only the last one is checked
    for version in (2, 3):
        editor.change(broken, version)
    editor.change(BOOK, 4)
    found = editor.findings()
    assert (found["version"], found["diagnostics"]) == (4, [])

    row = _line(BOOK, "    for calls")
    labels = [one["label"] for one in editor.at("textDocument/completion", row, 8)["items"]]
    assert labels == ["calls", "licensed"]
    assert "Charges what meter calls counts" in editor.at("textDocument/hover", row, 5)["contents"]["value"]
    (place,) = editor.at("textDocument/definition", row, 9)
    assert place["range"]["start"] == {"line": _line(BOOK, "meter calls"), "character": 6}
    uses = editor.at("textDocument/references", row, 9, context={"includeDeclaration": True})
    assert len(uses) == 3
    assert len(editor.at("textDocument/documentHighlight", row, 9)) == 3
    assert editor.at("textDocument/prepareRename", row, 9)["end"]["character"] == 13
    edit = editor.at("textDocument/rename", row, 9, newName="requests")["documentChanges"][0]
    assert edit["textDocument"]["version"] == 4 and len(edit["edits"]) == 3
    refused = editor.answer("textDocument/rename", _place(row, 9, newName="any"))
    assert refused["error"]["message"] == "`any` has a meaning of its own"
    assert len(editor.ask("textDocument/documentSymbol", {"textDocument": {"uri": URI}})) == 9
    assert editor.ask("textDocument/foldingRange", {"textDocument": {"uri": URI}})
    options = {"tabSize": 2, "insertSpaces": True}
    assert editor.ask("textDocument/formatting", {"textDocument": {"uri": URI}, "options": options}) is not None
    editor.tell("textDocument/didClose", {"textDocument": {"uri": URI}})
    assert editor.findings()["diagnostics"] == []
    assert editor.at("textDocument/hover", row, 5) is None


def test_an_editor_that_counts_otherwise_gets_its_own_places() -> None:
    editor = Editor(["utf-8"])
    assert editor.able["positionEncoding"] == "utf-8"
    editor.open(changed("# what a", "# 😀 a"))
    assert editor.findings()["diagnostics"] == []
    text = changed('"Calls" {', '"é😀" bogus {')
    editor.change(text, 2)
    start = editor.findings()["diagnostics"][0]["range"]["start"]
    row = _line(text, "meter calls")
    assert start == {"line": row, "character": len('meter calls "é😀" '.encode())}
    assert editor.leave() == 0


def test_an_editor_that_vanishes_takes_the_server_along() -> None:
    editor = Editor(["utf-16"])
    assert editor.process.stdin is not None
    editor.process.stdin.close()
    assert editor.process.wait(timeout=SECONDS) is not None


def test_a_used_file_that_is_open_is_read_as_it_is_typed(tmp_path: Path, editor: Editor) -> None:
    (tmp_path / "shared.rate").write_text("unit request\n")
    book, shared = (tmp_path / "1.rate").as_uri(), (tmp_path / "shared.rate").as_uri()
    text = changed("unit call\n", 'unit call\nuse "shared.rate"\n').replace("as call", "as request")
    text = text.replace("unit call\nuse", "use").replace("unit kcall = 1_000 call\n", "")
    text = text.replace(" call\n", " request\n").replace("_000 call:", "_000 request:")
    for uri, content in ((book, text), (shared, "unit demand\n")):
        document = {"uri": uri, "languageId": "ratebook", "version": 1, "text": content}
        editor.tell("textDocument/didOpen", {"textDocument": document})
        if uri == book:
            assert editor.findings()["diagnostics"] == []
    found = {one["uri"]: one["diagnostics"] for one in (editor.findings(), editor.findings())}
    assert {one["code"] for one in found[book]} == {"RB101"}
    for uri in (book, shared):
        editor.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
