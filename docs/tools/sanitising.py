"""Contributed text on its way into the site: what may stay in it.

Everything here holds by itself. It asks nobody whether an entry has been
checked before: the rules in ``reflections`` tell a writer what to mend, this
leaves out what they would have refused.
"""

import re
from collections.abc import Collection, Iterable, Mapping, MutableMapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nh3
import yaml
from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markupsafe import Markup
from pygments.token import STANDARD_TYPES

import reflection_pictures
import reflections
from reflection_body import BOXES
from reflection_front import CATEGORIES
from reflection_rules import MAX_BRACKETS
from reflection_source import MAX_BYTES

# --- HTML ----------------------------------------------------------------

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
WITH_ID = (*HEADINGS, "a", "div", "dt", "li", "p", "span", "sup")
ELEMENTS = frozenset(
    (
        *HEADINGS,
        *("a", "abbr", "blockquote", "br", "code", "dd", "details", "div"),
        *("dl", "dt", "em", "hr", "img", "input", "kbd", "label", "li", "ol"),
        *("p", "pre", "small", "span", "strong", "sub", "summary", "sup"),
        *("table", "tbody", "td", "th", "thead", "tr", "ul"),
    )
)
# What stands in these is no text: it goes as well.
EMPTIED = frozenset(
    (
        *("applet", "frameset", "iframe", "math", "noembed", "noframes"),
        *("noscript", "object", "plaintext", "script", "select", "style"),
        *("svg", "template", "textarea", "title", "xmp"),
    )
)
ATTRIBUTES = {
    "*": {"class"},
    "a": {"href", "title"},
    "abbr": {"title"},
    "details": {"open"},
    "input": {"checked", "disabled"},
    "img": {"alt", "height", "src", "title", "width"},
    "ol": {"start"},
    "td": {"style"},
    "th": {"style"},
}
CLASSES = frozenset(
    (
        *BOXES,
        *("admonition", "admonition-title", "arithmatex", "filename"),
        *("footnote", "footnote-backref", "footnote-ref", "headerlink"),
        *("highlight", "no-copy", "reflection-chapters", "success"),
        *("task-list", "task-list-control", "task-list-indicator"),
        *("task-list-item", "term"),
        *filter(None, STANDARD_TYPES.values()),
    )
)
# Of a language, and of a token that a lexer names beside the standard ones.
LANGUAGE = re.compile(r"language-[a-z]{1,20}|[a-z]{1,3}(?:-[A-Z][a-z]{1,12})+")
# The site's own parts are named with two underscores.
ANCHOR = re.compile(r"(?!_)[\w:.-]{1,200}")
SCHEMES = frozenset({"https", "mailto"})
PICTURE = re.compile(
    r"figure:[a-z0-9-]+"
    r"|(?:\.\./)*[\w-]+(?:/[\w-]+)*\.(?:avif|gif|jpe?g|png|webp)"
)
ALIGNED = re.compile(r"text-align: ?(?:center|left|right);?")
NUMBER = re.compile(r"\d{1,4}")


def _address(value: str) -> str | None:
    """Return a link's target if it is one that anybody may set."""
    if re.search(r"[\0- \\\x7f]", value):
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    if parts.scheme:
        return value if parts.scheme.lower() in SCHEMES else None
    return None if value.startswith("//") else value


def _attribute(element: str, name: str, value: str) -> str | None:
    """Return what an attribute may say, None to leave it out."""
    if name == "class":
        kept = [
            word
            for word in value.split()
            if word in CLASSES or LANGUAGE.fullmatch(word)
        ]
        return " ".join(kept) or None
    if name == "id":
        return value if ANCHOR.fullmatch(value) else None
    if name == "href":
        return _address(value)
    if name == "src":
        return value if PICTURE.fullmatch(value) else None
    if name == "title":
        # The theme shows a title in a box of its own, as HTML.
        return None if "<" in value else value
    if name == "style":
        return value if ALIGNED.fullmatch(value) else None
    if name in ("height", "start", "width"):
        return value if NUMBER.fullmatch(value) else None
    return value


@cache
def _cleaner() -> nh3.Cleaner:
    attributes = {name: set(told) for name, told in ATTRIBUTES.items()}
    for name in WITH_ID:
        attributes.setdefault(name, set()).add("id")
    return nh3.Cleaner(
        tags=set(ELEMENTS),
        clean_content_tags=set(EMPTIED),
        attributes=attributes,
        attribute_filter=_attribute,
        # A box in a list of tasks; two values would come in any order.
        set_tag_attribute_values={"input": {"type": "checkbox"}},
        url_schemes={*SCHEMES, "figure"},
        link_rel=None,
    )


def clean(html: str) -> str:
    """Return HTML with nothing in it but what a writer of text needs.

    >>> clean('<p onclick="x()">a <b>c</b><script>y()</script></p>')
    '<p>a c</p>'
    """
    return _cleaner().clean(html)


def clean_contents(items: Iterable[Any]) -> None:
    """Clean a table of contents: its titles are HTML, its ids get quoted.

    Parameters
    ----------
    items : iterable
        With ``title``, ``id`` and ``children``, as MkDocs makes them.
    """
    for item in items:
        item.title = nh3.clean(item.title, tags=set())
        if not ANCHOR.fullmatch(item.id):
            item.id = ""
        clean_contents(item.children)


def is_contributed(address: str) -> bool:
    """Return whether a page's virtual source is an entry by anybody."""
    return address.startswith(f"{reflections.POSTS}/")


class _Clean(Postprocessor):
    def __init__(self, md: Markdown, sizes: Mapping[str, tuple[int, int]]):
        super().__init__(md)
        self.sizes = sizes

    def run(self, text: str) -> str:
        # MkDocs tells which page it is in this way alone.
        known = "relpath" in self.md.treeprocessors
        relpath = self.md.treeprocessors["relpath"] if known else None
        file = getattr(relpath, "file", None)
        if file is not None and not is_contributed(file.src_uri):
            return text
        return reflection_pictures.with_sizes(clean(text), self.sizes)


class Sanitising(Extension):
    """Clean the HTML of contributed pages when Markdown has made it.

    The blog renders an entry twice, once for its page and once for the lists
    that show its beginning. Both are Markdown's work, and hooks are told of
    the first alone.

    Parameters
    ----------
    sizes : mapping of str to (int, int)
        Width and height of the contributed pictures, by name. It may be
        filled later.
    """

    def __init__(self, sizes: Mapping[str, tuple[int, int]]) -> None:
        super().__init__()
        self.sizes = sizes

    def extendMarkdown(self, md: Markdown) -> None:
        """Run behind every other postprocessor."""
        md.postprocessors.register(_Clean(md, self.sizes), "sanitising", -1000)


# --- Front matter and includes -------------------------------------------


# A line that pymdownx.snippets would take for an include or its mark.
INCLUDE = re.compile(r"^([ \t]*;*)(?=-+8<-)", re.M)
SECTION = re.compile(r'--8<-- "([^"\s]+)"\s*')
# What Markdown looks for the end of, again and again, in heaps of them.
SLOW = "[<"


def source(path: Path, sections: Collection[str]) -> str:
    """Return an entry as the blog is to read it.

    Parameters
    ----------
    path : Path
        The contributed file.
    sections : collection of str
        What it may quote, as ``layers.py:ch03-dense``.

    Returns
    -------
    str
        The known keys with values of their kind, and the text; includes of
        anything but a section have become words.

    Raises
    ------
    ValueError
        If the file is too long or its front matter is not plain YAML.
    """
    fault = None
    if path.stat().st_size > MAX_BYTES:
        fault = f"more than {MAX_BYTES} bytes; shorten it"
    elif (found := reflections.read(path)) is None:
        fault = "the front matter is not plain keys and values; correct it"
    elif max(map(found[1].count, SLOW)) > MAX_BRACKETS:
        fault = f"more than {MAX_BRACKETS} brackets; leave some out"
    if fault or found is None:
        raise ValueError(f"reflections/{path.name}:1: {fault}")
    entry, body = found
    front = yaml.safe_dump(
        _front(entry),
        allow_unicode=True,
        default_flow_style=None,
        sort_keys=False,
        width=10**6,
    )
    return f"---\n{front}---\n{without_includes(body, sections)}"


def _front(entry: reflections.Entry) -> dict[str, Any]:
    return {
        "title": entry.title or entry.src_uri.rpartition("/")[2],
        "date": entry.date,
        "authors": list(entry.authors),
        "chapters": list(entry.chapters),
        "categories": [
            name for name in entry.categories if name in CATEGORIES
        ],
        "tags": list(entry.tags),
        "description": entry.description,
        "draft": entry.draft,
    }


def without_includes(body: str, sections: Collection[str]) -> str:
    """Return Markdown in which nothing but sections is included.

    >>> without_includes('--8<-- "../secret"', [])
    ';--8<-- "../secret"'
    """
    return "\n".join(
        line
        if (quote := SECTION.fullmatch(line)) and quote[1] in sections
        else INCLUDE.sub(r"\1;", line)
        for line in body.split("\n")
    )


def escape(meta: MutableMapping[str, Any]) -> None:
    """Make the words of a page's front matter HTML.

    The theme writes them into its pages as they are, except where it says
    ``| e``. `Markup` knows that it has been escaped.
    """
    for key in ("title", "description"):
        if key in meta:
            meta[key] = Markup.escape(str(meta[key]))
    meta["tags"] = [Markup.escape(str(tag)) for tag in meta.get("tags") or ()]


AVATAR = re.compile(r"assets/authors/[a-z0-9-]+\.svg")
PEN = "assets/authors/pen.svg"  # serves everybody


def escape_author(author: Any) -> None:
    """Do the same with an author as the blog knows them."""
    author.name = Markup.escape(author.name)
    author.description = Markup.escape(author.description)
    if not AVATAR.fullmatch(author.avatar):
        author.avatar = PEN
    author.slug = author.url = None
