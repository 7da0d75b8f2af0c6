"""Price books in colour for Pygments, and so for documents, exported notebooks and `pygmentize`."""

from __future__ import annotations

from typing import Any, ClassVar

from pygments.lexer import RegexLexer, bygroups, words
from pygments.token import Comment, Keyword, Literal, Name, Number, Operator, Punctuation, String, Whitespace

from workbench.words import ATOMS, DECLARATIONS, KEYWORDS

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_END = r"(?![A-Za-z0-9_.])"
_DECLARED = rf"({'|'.join(DECLARATIONS)})([ \t]+)({_NAME})"


class RateLexer(RegexLexer):  # type: ignore[misc]  # a library without types
    """Every text is lexed: a price book, or a cell of one, without an Error token; a stray sign elsewhere is one."""

    name = "Ratebook"
    aliases: ClassVar[list[str]] = ["rate", "ratebook"]
    filenames: ClassVar[list[str]] = ["*.rate"]
    mimetypes: ClassVar[list[str]] = ["text/x-ratebook"]
    url = ""
    tokens: ClassVar[dict[str, list[Any]]] = {
        # the start of a clause: a declaring word is followed by the name that it declares
        "root": [
            (r"%%pricebook[^\r\n]*", Comment.Preproc),
            (r"[ \t\r\n\u00a0]+", Whitespace),
            (_DECLARED, bygroups(Keyword.Declaration, Whitespace, Name.Class), "clause"),
            (r"(?=.)", Whitespace, "clause"),
        ],
        "clause": [
            (r"[\r\n]+", Whitespace, "#pop"),
            (r"[ \t\u00a0]+", Whitespace),
            (r"[{}]", Punctuation, "#pop"),
            (r"#[^\r\n]*", Comment.Single),
            (r'"[^"\r\n]*"', String),
            (r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?(?![0-9])|[0-9]{2}-[0-9]{2}(?![0-9-])", Literal.Date),
            (r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?", Literal.Date),
            (r"30/360", Keyword.Constant),
            (r"[0-9][0-9_]*(\.[0-9_]+)?[ \t]*(%|bp(?![A-Za-z0-9_]))", Number),
            (r"[0-9][0-9_]*(\.[0-9][0-9_]*)?", Number),
            (r"[A-Z][A-Z0-9_]*(?=[ \t]*-?[ \t]*[0-9])", Keyword.Type),
            (words((*KEYWORDS, *DECLARATIONS), suffix=_END), Keyword),
            (words(ATOMS, suffix=_END), Keyword.Constant),
            (rf"{_NAME}(\.{_NAME})*", Name),
            (r"!=|<=|>=|[-+*=<>]", Operator),
            (r"[():,\[\]]", Punctuation),
        ],
    }
