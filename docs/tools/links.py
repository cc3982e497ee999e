"""Links between the documents: does the page exist, and the anchor?

MkDocs checks them too when it builds the site; this check takes a second,
and knows the line.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from pymdownx.slugs import slugify

from pages import FRONT_MATTER, outside_fences
from problems import Problem

HEADING = re.compile(r"^#{1,6} +(.+?)\s*$", re.M)
OWN_ID = re.compile(r"\{[^{}]*#([\w-]+)[^{}]*\}\s*$")
INLINE_ID = re.compile(r"(?:\{[^{}\n]*#|\bid=[\"'])([\w-]+)")
SLUG = slugify(case="lower")
# SECURITY.md stands where GitHub looks for it, and is a page as well.
SECURITY = "about/security.md"


@cache
def anchors(text: str) -> frozenset[str]:
    """Return the anchors that a document offers."""
    body = outside_fences(FRONT_MATTER.sub("", text))
    names = {*INLINE_ID.findall(body), *headings(text)}
    names |= {
        f"eq-{tag.replace('.', '-')}"
        for tag in re.findall(r"\\tag\{([\w.]+)\}", body)
    }
    names |= {
        f"fig-{name}" for name in re.findall(r"\]\(figure:([\w-]+)", body)
    }
    return frozenset(names)


def headings(text: str) -> dict[str, str]:
    """Return anchor → title of the headings of a document, in order."""
    found: dict[str, str] = {}
    repeated: dict[str, int] = {}
    for match in HEADING.finditer(outside_fences(FRONT_MATTER.sub("", text))):
        title = match[1]
        own = OWN_ID.search(title)
        if own:
            found[own[1]] = title[: own.start()].strip()
            continue
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title)
        slug = SLUG(re.sub(r"[`*]", "", plain), "-")
        seen = repeated[slug] = repeated.get(slug, 0) + 1
        found[slug if seen == 1 else f"{slug}_{seen - 1}"] = plain
    return found


def title(text: str) -> str:
    """Return the first heading of a document, "" where it has none."""
    return next(iter(headings(text).values()), "")


@cache
def links(text: str) -> tuple[tuple[int, str], ...]:
    """Return (line, target) of each Markdown link and image of a document."""
    return tuple(find_links(text))


def find_links(text: str) -> Iterator[tuple[int, str]]:
    header = FRONT_MATTER.match(text)
    above = header[0].count("\n") if header else 0
    parser = MarkdownIt("commonmark").enable("table")
    for block in parser.parse(FRONT_MATTER.sub("", text)):
        if block.type != "inline" or block.map is None:
            continue
        line = above + block.map[0] + 1
        for token in block.children or []:
            if token.type in ("softbreak", "hardbreak"):
                line += 1
            target = token.attrs.get("href") or token.attrs.get("src")
            if isinstance(target, str):
                yield line, target


def problems(
    documents: Mapping[str, tuple[str, str]], files: set[str]
) -> list[Problem]:
    """Return links to pages, files or anchors that do not exist.

    Parameters
    ----------
    documents : mapping of str to (str, str)
        Address among the documents (``chapters/05-loss.md``) → path from the
        root, text.
    files : set of str
        Other addresses that may be linked.
    """
    known = {
        address: anchors(text) for address, (_, text) in documents.items()
    }
    found = []
    for address, (path, text) in documents.items():
        for line, target in links(text):
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            to = address
            if parts.path:
                folder = posixpath.dirname(address)
                way = unquote(parts.path)
                if address.startswith("reflections/posts/"):
                    # Entries link as they lie on disk.
                    way = re.sub(r"^\.\./docs/", "../../", way)
                to = posixpath.normpath(posixpath.join(folder, way))
            if to not in known and to not in files:
                message = f"broken link to {target}; there is no {to}"
                found.append(Problem(path, line, message))
            elif (
                parts.fragment
                and to in known
                and unquote(parts.fragment) not in known[to]
            ):
                message = (
                    f"broken anchor in {target}; {to} has no #{parts.fragment}"
                )
                found.append(Problem(path, line, message))
    return found


def markdown_of_notebook(text: str) -> str:
    """Return the Markdown cells of a percent script, line for line."""
    lines = []
    is_text = False
    for line in text.splitlines():
        if line.startswith("# %%"):
            is_text = "[markdown]" in line
            lines.append("")
        else:
            lines.append(re.sub(r"^# ?", "", line) if is_text else "")
    return "\n".join(lines) + "\n"


def documents(root: Path) -> dict[str, tuple[str, str]]:
    """Return all documents: address → (path from the root, Markdown)."""
    found = {}
    docs = root / "docs"
    for path in sorted(docs.rglob("*.md")):
        address = path.relative_to(docs).as_posix()
        if address.split("/")[0] not in ("tools", "overrides", "figures"):
            found[address] = path, path.read_text("utf-8")
    for path in sorted((docs / "notebooks").glob("*.py")):
        text = markdown_of_notebook(path.read_text("utf-8"))
        found[f"notebooks/{path.stem}.md"] = path, text
    security = root / "SECURITY.md"
    if security.exists():
        found[SECURITY] = security, security.read_text("utf-8")
    for path in sorted((root / "resources").glob("*.md")):
        found[f"resources/{path.name}"] = path, path.read_text("utf-8")
    for path in sorted((root / "reflections").glob("*.md")):
        if not path.name.startswith("_") and path.is_file():
            address = f"reflections/posts/{path.name}"
            # The rules for contributed text say what is wrong with it.
            found[address] = path, path.read_text("utf-8", errors="replace")
    return {
        address: (path.relative_to(root).as_posix(), text)
        for address, (path, text) in found.items()
    }
