"""The language server's wiring: LSP messages in, answers of the pure functions out, findings when typing pauses."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer

from dsl.server import actions, completion, findings, formatting, hover, navigate, outline
from dsl.server.document import Document
from dsl.server.rename import CannotRename, prepare, rename
from dsl.server.store import Store

Answer = TypeVar("Answer")
LANGUAGES = ("ratebook", "rate")
SUFFIX = ".rate"
PAUSE_MS = 250
"""How long a text must rest before it is checked."""


class RatebookServer(LanguageServer):
    """A server and its open documents. Texts come whole: a book is small, and nothing can go out of step."""

    def __init__(self) -> None:
        super().__init__("ratebook", _version(), text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self.store = Store()
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self._shown: dict[str, tuple[int | None, list[types.Diagnostic]]] = {}

    def changed(self, uri: str, number: int | None, text: str) -> None:
        """Take in a version, and check it and what uses it once typing pauses."""
        self.store.encoding = str(self.workspace.position_encoding or types.PositionEncodingKind.Utf16.value)
        for one in self.store.put(uri, number, text):
            self._check_soon(one)

    def closed(self, uri: str) -> None:
        """Forget a document, and take its findings away."""
        if self.store.get(uri) is None:
            return
        self.store.drop(uri)
        self._shown.pop(uri, None)
        self._forget(uri)
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    def _check_soon(self, uri: str) -> None:
        self._forget(uri)
        self._waiting[uri] = asyncio.get_running_loop().create_task(self._check(uri))

    def _forget(self, uri: str) -> None:
        waiting = self._waiting.pop(uri, None)
        if waiting is not None:
            waiting.cancel()

    async def _check(self, uri: str) -> None:
        await asyncio.sleep(PAUSE_MS / 1000)
        document, number = self.store.get(uri), self.store.version(uri)
        if document is None:
            return
        try:
            for stage in (findings.published_soon, findings.published):
                found = await asyncio.to_thread(stage, document, uri)
                if self.store.get(uri) is not document:
                    return
                self._show(uri, number, found)
        except Exception:
            # a defect of the checks must not silence the rest of the server
            text = f"the book could not be checked: {traceback.format_exc()}"
            self.window_log_message(types.LogMessageParams(types.MessageType.Error, text))

    def _show(self, uri: str, number: int | None, found: list[types.Diagnostic]) -> None:
        """Publish findings, unless these are shown already."""
        if self._shown.get(uri) != (number, found):
            self._shown[uri] = (number, found)
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, number))


def _version() -> str:
    try:
        return version("ratebook")
    except PackageNotFoundError:
        return "unknown"


def make_server() -> RatebookServer:
    """A server with all its features, to be started on a pair of streams."""
    server = RatebookServer()
    _follow_texts(server)
    _answer_names(server)
    _answer_texts(server)
    return server


def _follow_texts(server: RatebookServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: types.DidOpenTextDocumentParams) -> None:
        one = params.text_document
        # a notebook's own language may be given to this server, so that the price books in it are seen at all
        if one.language_id in LANGUAGES or one.uri.endswith(SUFFIX):
            server.changed(one.uri, one.version, one.text)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: types.DidChangeTextDocumentParams) -> None:
        one = params.text_document
        if server.store.get(one.uri) is None:
            return
        for change in params.content_changes:
            server.changed(one.uri, one.version, change.text)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.closed(params.text_document.uri)


def _ask(server: RatebookServer, uri: str, answer: Callable[[Document], Answer], nothing: Answer) -> Answer:
    """What the document at an address answers; `nothing` where none is open there."""
    document = server.store.get(uri)
    return nothing if document is None else answer(document)


def _answer_names(server: RatebookServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def definition(params: types.DefinitionParams) -> list[types.Location]:
        uri = params.text_document.uri
        return _ask(server, uri, lambda one: navigate.definitions(one, params.position, uri), [])

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    def references(params: types.ReferenceParams) -> list[types.Location]:
        uri, declared = params.text_document.uri, params.context.include_declaration
        return _ask(server, uri, lambda one: navigate.references(one, params.position, uri, declared), [])

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    def highlight(params: types.DocumentHighlightParams) -> list[types.DocumentHighlight]:
        return _ask(server, params.text_document.uri, lambda one: navigate.highlights(one, params.position), [])

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    def may_rename(params: types.PrepareRenameParams) -> types.Range | None:
        return _refusing(
            lambda: _ask(server, params.text_document.uri, lambda one: prepare(one, params.position), None)
        )

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    def renamed(params: types.RenameParams) -> types.WorkspaceEdit | None:
        uri = params.text_document.uri

        def edit(document: Document) -> types.WorkspaceEdit:
            found = rename(document, params.position, params.new_name)
            return actions.workspace_edit(uri, _bound_version(server, uri), found.edits)

        return _refusing(lambda: _ask(server, uri, edit, None))


def _answer_texts(server: RatebookServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=[" ", ",", "="]))
    def complete(params: types.CompletionParams) -> types.CompletionList:
        nothing: list[types.CompletionItem] = []
        found = _ask(server, params.text_document.uri, lambda one: completion.complete(one, params.position), nothing)
        return types.CompletionList(is_incomplete=False, items=found)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def told(params: types.HoverParams) -> types.Hover | None:
        return _ask(server, params.text_document.uri, lambda one: hover.hover(one, params.position), None)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def symbols(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        return _ask(server, params.text_document.uri, outline.symbols, [])

    @server.feature(types.TEXT_DOCUMENT_FOLDING_RANGE)
    def folds(params: types.FoldingRangeParams) -> list[types.FoldingRange]:
        return _ask(server, params.text_document.uri, outline.folds, [])

    @server.feature(types.TEXT_DOCUMENT_FORMATTING)
    def formatted(params: types.DocumentFormattingParams) -> list[types.TextEdit]:
        return _ask(server, params.text_document.uri, formatting.format_edits, [])

    kinds = types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, kinds)
    def fixes(params: types.CodeActionParams) -> list[types.CodeAction]:
        uri = params.text_document.uri
        return _ask(server, uri, lambda one: actions.fixes(one, params.range, uri, _bound_version(server, uri)), [])


def _bound_version(server: RatebookServer, uri: str) -> int | None:
    """The version that edits are bound to, for editors that can refuse edits of an older text."""
    workspace = server.client_capabilities.workspace
    able = workspace is not None and workspace.workspace_edit is not None and workspace.workspace_edit.document_changes
    return server.store.version(uri) if able else None


def _refusing(work: Callable[[], Answer]) -> Answer:
    """A refusal to rename as the error that editors show to their user."""
    try:
        return work()
    except CannotRename as reason:
        raise JsonRpcInvalidParams(str(reason)) from None
