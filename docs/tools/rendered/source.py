"""Markdown as GitHub shows it to its writer, with the site's own boxes."""

import html
import re
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from rendered.page import Page

BOX = re.compile(r"^( *)(/{3,})[ \t]*(\S.*)?\n((?:\1 {4}.*\n)*)", re.M)
BOX_MARK = re.compile(r"\s*<!--/{3,}(.*)-->\s*")
# What becomes an attribute, the mark of a task, a note.
UNSAID = re.compile(r"\{:?\s*[#.][^{}]*\}|\A\[[ xX]\]\s|\[@[^\]]*\]")


class Renderer(RendererHTML):
    """What makes nothing but an outline: each block tells its line."""

    def text(self, tokens: Any, idx: int, *_: Any) -> str:
        return html.escape(UNSAID.sub("", tokens[idx].content))

    def fence(self, tokens: Any, idx: int, *_: Any) -> str:
        return f"<pre{self.renderAttrs(tokens[idx])}></pre>"

    def code_block(self, tokens: Any, idx: int, *_: Any) -> str:
        return self.fence(tokens, idx)

    def html_block(self, tokens: Any, idx: int, *_: Any) -> str:
        token = tokens[idx]
        told = re.sub(r"\]\([^)]*\)", "]", token.content)
        if mark := BOX_MARK.fullmatch(told):
            told = "<details>" if mark[1] else "</details>"
        return re.sub(r"<(\w+)", rf"<\1{self.renderAttrs(token)}", told)


PARSER = (
    MarkdownIt("commonmark", renderer_cls=Renderer)
    .enable("table")
    .use(deflist_plugin)
    .use(dollarmath_plugin, allow_space=False, renderer=lambda *_: "")
    .use(footnote_plugin)
)


def read(markdown: str) -> Page:
    """Return Markdown, without front matter, as GitHub reads it."""
    env: dict[str, Any] = {}
    tokens = PARSER.parse(BOX.sub(comment, f"{markdown}\n"), env)
    for token in tokens:
        line = token.map[0] + 1 if token.map else 0
        token.attrSet("data-line", str(line))
    return Page(PARSER.renderer.render(tokens, PARSER.options, env))


def comment(box: re.Match[str]) -> str:
    """Return a box's mark as a comment: it parts what is around it, too."""
    options = "\n" * box[4].count("\n")
    return f"{box[1]}<!--{box[2]}{box[3] or ''}-->\n{options}"
