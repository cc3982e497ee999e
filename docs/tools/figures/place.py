"""Figures on pages: what a page says of them, and the HTML around them."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from html import escape, unescape

from problems import Problem

ALT_AT_LEAST = 30  # characters; less cannot say what is to be seen

_IMAGE = re.compile(r"(?P<alone><p>\s*)?<img\b([^>]*)>(?(alone)\s*</p>)")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')


def alt_fault(alt: str) -> str | None:
    """Return what is wrong with a text alternative, or None."""
    said = " ".join(alt.split())
    if len(said) >= ALT_AT_LEAST and not {"$", "`"} & {*said}:
        return None
    return (
        f"expected a text alternative of at least {ALT_AT_LEAST} characters, "
        f"in plain words, got {said!r:.40}; say what the figure shows and "
        "what to see in it"
    )


def as_figure(svg: str, *, ident: str, alt: str, caption: str = "") -> str:
    """Return the ``<figure>`` element of a drawing, `ident` its anchor.

    The words are text, not HTML.
    """
    label = escape(" ".join(alt.split()))
    svg = svg.replace('aria-label=""', f'aria-label="{label}"', 1)
    said = escape(caption, quote=False)
    below = f"<figcaption>{said}</figcaption>" if caption else ""
    return f'<figure class="figure" id="{ident}">{svg}{below}</figure>'


def replace(
    html: str, svgs: Mapping[str, str], source: str, path: str
) -> tuple[str, list[Problem]]:
    """Put the drawings in place of a page's image paragraphs.

    `html` is the page as Python-Markdown left it, `svgs` has every figure by
    name; the `source` of the page's file and its `path` tell lines. What is
    wrong stays as it is, and is a problem: what is unknown, shown twice, not
    a paragraph, or without words.
    """
    problems: list[Problem] = []
    shown: Counter[str] = Counter()

    def drawn(found: re.Match[str]) -> str:
        said = {n: unescape(v) for n, v in _ATTRIBUTE.findall(found[2])}
        scheme, _, name = said.get("src", "").partition(":")
        if scheme != "figure":
            return found[0]
        alt, caption = said.get("alt", ""), said.get("title", "")
        faults = list(_faults(name, svgs, alt, shown))
        if not found["alone"]:
            faults.append(f"figure:{name} must be a paragraph of its own")
        line = _line(name, source, shown[name])
        problems.extend(Problem(path, line, message) for message in faults)
        shown[name] += 1
        if faults:  # no browser is to look for it
            return found[0].replace('src="figure:', 'data-src="figure:')
        ident = f"fig-{name}"
        return as_figure(svgs[name], ident=ident, alt=alt, caption=caption)

    return _IMAGE.sub(drawn, html), problems


def _line(name: str, source: str, met: int) -> int:
    """Return the line of a figure that was met so many times before."""
    parts = re.split(rf"figure:{re.escape(name)}(?![\w-])", source)
    return "".join(parts[: met + 1]).count("\n") + 1


def _faults(
    name: str, svgs: Mapping[str, str], alt: str, shown: Counter[str]
) -> Iterator[str]:
    if name not in svgs:
        near = get_close_matches(name, svgs, n=1)
        mend = f"did you mean figure:{near[0]}?" if near else "draw it"
        yield f"unknown figure:{name}; {mend}"
    if shown[name]:
        yield f"figure:{name} is shown twice on this page; link to the first"
    if fault := alt_fault(alt):
        yield f"figure:{name} {fault}"
