"""The judge of contributed text: what may stay of it on the site.

Everything here holds by itself. It asks nobody whether an entry has been
checked before: `judge` tells a writer what would be lost, this takes it out.
"""

import re
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any

import nh3
import yaml
from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup
from pygments.token import STANDARD_TYPES

from contributed import entry, pictures
from text import FRONT_MATTER, Document

BOXES = ("note", "tip", "warning", "example", "question", "details")
ELEMENTS = (
    "h1 h2 h3 h4 h5 h6 a abbr blockquote br cite code dd details div dl dt em "
    "hr img input kbd label li ol p pre small span strong sub summary sup "
    "table tbody td th thead tr ul"
)
# What stands in these is no text: it goes as well.
EMPTIED = (
    "applet frameset iframe math noembed noframes noscript object plaintext "
    "script select style svg template textarea title xmp"
)
ATTRIBUTES = {
    "*": {"class", "id"},
    "a": {"href", "title"},
    "abbr": {"title"},
    "details": {"open"},
    "input": {"checked", "disabled"},
    "img": {"alt", "height", "src", "title", "width"},
    "ol": {"start"},
    "td": {"style"},
    "th": {"style"},
}
OWN = (
    "admonition admonition-title arithmatex filename footnote "
    "footnote-backref footnote-ref headerlink highlight no-copy "
    "reflection-chapters success task-list task-list-control "
    "task-list-indicator task-list-item term"
)
CLASSES = {*BOXES, *OWN.split(), *filter(None, STANDARD_TYPES.values())}
# Of a language, and of a token that a lexer names beside the standard ones.
LANGUAGE = re.compile(r"language-[a-z]{1,20}|[a-z]{1,3}(?:-[A-Z][a-z]{1,12})+")
# The site's own parts are named with two underscores.
ANCHOR = re.compile(r"(?!_)[\w:.-]{1,200}")
NUMBER = re.compile(r"\d{1,4}")
# What a value must be, whole.
FORMS = {
    "height": NUMBER,
    # A host that reads as what it is, an address of mail, or of the site.
    "href": re.compile(
        r"(?:https://(?![^/?#]*xn--)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+"
        r"[a-z]{2,}(?=[/?#]|$)|mailto:|(?!//|[a-z][a-z0-9+.-]*:))"
        r"[^\0- \\\x7f]*",
        re.I,
    ),
    "id": ANCHOR,
    "src": re.compile(
        rf"figure:[a-z0-9-]+|(?:\.\./)*(?:[\w-]+/)*{pictures.REFERENCE.pattern}"
    ),
    "start": NUMBER,
    "style": re.compile(r"text-align: ?(?:center|left|right);?"),
    # The theme shows a title in a box of its own, as HTML.
    "title": re.compile(r"[^<]*"),
    "width": NUMBER,
}


def _attribute(element: str, name: str, value: str) -> str | None:
    """Return what an attribute may say, None to leave it out."""
    if name == "class":
        words = value.split()
        kept = (w for w in words if w in CLASSES or LANGUAGE.fullmatch(w))
        return " ".join(kept) or None
    form = FORMS.get(name)
    return value if form is None or form.fullmatch(value) else None


CLEANER = nh3.Cleaner(
    tags=set(ELEMENTS.split()),
    clean_content_tags=set(EMPTIED.split()),
    attributes=ATTRIBUTES,
    attribute_filter=_attribute,
    # A box in a list of tasks; two values would come in any order.
    set_tag_attribute_values={"input": {"type": "checkbox"}},
    url_schemes={"https", "mailto", "figure"},
    link_rel=None,
)


def clean(html: str) -> str:
    """Return HTML with nothing in it but what a writer of text needs.

    >>> clean('<p onclick="x()">a <b>c</b><script>y()</script></p>')
    '<p>a c</p>'
    """
    return CLEANER.clean(html)


def clean_contents(items: Iterable[Any]) -> None:
    """Clean a table of contents: its titles are HTML, its ids get quoted."""
    for item in items:
        item.title = nh3.clean(item.title, tags=set())
        if not ANCHOR.fullmatch(item.id):
            item.id = ""
        clean_contents(item.children)


class _Links(Treeprocessor):
    def run(self, root: Any) -> None:
        for link in root.iter("a"):
            href = link.get("href", "")
            if href.startswith("../docs/"):
                link.set("href", "../../" + href.removeprefix("../docs/"))


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
        return pictures.with_sizes(clean(text), self.sizes)


def is_contributed(address: str) -> bool:
    """Return whether a page's virtual source is an entry by anybody."""
    return address.startswith(f"{entry.POSTS}/")


class Cleaning(Extension):
    """Clean the HTML of contributed pages when Markdown has made it.

    The blog renders an entry twice, and hooks are told of its page alone.
    Links on the repository's paths, ``../docs/index.md``, are led to pages.
    ``sizes`` of contributed pictures, by name, may be filled later.
    """

    def __init__(self, sizes: Mapping[str, tuple[int, int]]) -> None:
        super().__init__()
        self.sizes = sizes

    def extendMarkdown(self, md: Markdown) -> None:
        """Lead links before MkDocs resolves them (its priority is 0 or 1),
        and clean behind every other postprocessor."""
        md.treeprocessors.register(_Links(md), "contributed_links", 5)
        md.postprocessors.register(_Clean(md, self.sizes), "cleaning", -1000)


# --- Front matter and includes -------------------------------------------

# A line that pymdownx.snippets would take for an include or its mark, and
# one that is more than the name of a section.
INCLUDE = r"^([ \t]*;*)(?=-+8<-)"
ANY_INCLUDE = re.compile(INCLUDE, re.M)
OTHER_INCLUDE = re.compile(
    INCLUDE + r'(?!--8<-- "\w+(?:/\w+)*\.py:[a-z][a-z0-9-]*"[ \t]*$)', re.M
)


def source(document: Document) -> str:
    """Return an entry as the blog is to read it.

    The known keys with values of their kind, and the text; includes of
    anything but a section (as ``layers.py:ch03-dense``) have become words.
    """
    told = entry.entry_of(document)
    front = {key: getattr(told, key) for key in entry.KINDS}
    front["authors"] = [name.lower() for name in told.authors]
    above = yaml.safe_dump(front, allow_unicode=True, sort_keys=False)
    body = OTHER_INCLUDE.sub(r"\1;", FRONT_MATTER.sub("", document.text))
    return f"---\n{above}---\n{body}"


def escape(meta: MutableMapping[str, Any]) -> None:
    """Make the words of a page's front matter, or of an author, HTML.

    The theme writes them into its pages as they are, except where it says
    ``| e``. `Markup` knows that it has been escaped.
    """
    for key in {"title", "description", "name"} & meta.keys():
        meta[key] = Markup.escape(str(meta[key]))
    if "tags" in meta:
        meta["tags"] = [Markup.escape(str(tag)) for tag in meta["tags"]]
