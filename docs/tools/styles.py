"""Leave out of the style sheets what no page can use.

The theme's sheet styles every part that a site may have; this site has a
tenth of them. A selector stays when each class, element and attribute value
that it names stands in some page, or in a string of some script that might
put it there. A custom property stays when something reads it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tinycss2

import scripts as javascript

_TAG = re.compile(r"<([a-zA-Z][\w-]*)((?:[^<>\"]|\"[^\"]*\")*)>")
_ATTRIBUTE = re.compile(r"([\w:-]+)(?:=(?:\"([^\"]*)\"|([^\s\">]+)))?")
_WORD = re.compile(r"-?[A-Za-z_][\w-]*")
_PROPERTY = re.compile(r"--[\w-]+")
# These hold rules of their own; what stands in others is kept as it is.
_NESTING = {"media", "supports", "layer", "container"}
_EITHER = {"is", "where", "matches", "any", "-webkit-any", "-moz-any"}
# The theme's script makes these from what a page has or asks for, and from
# nothing else: a class, or a string in the page's settings.
_ONLY_WITH = {
    "tabbed": {"tabbed-set"},
    "md-annotation": {"annotate", '"content.code.annotate"'},
    "md-version": {'"mike"'},
    "md-source": {"md-source"},
    "mermaid": {"mermaid"},
}


# These go to the reader as one sheet, which is smaller and one request.
SHEETS = ("fonts.css", "site.css", "figures.css", "glossary.css")


def joined(folder: Path) -> str:
    """Return the sheets of every page as one."""
    return "\n".join((folder / name).read_text("utf-8") for name in SHEETS)


@dataclass(frozen=True)
class Names:
    """What the pages and scripts of a site name.

    Attributes
    ----------
    classes, elements, values : frozenset of str
        What stands in the pages; values are those of any attribute.
    words : frozenset of str
        What the strings of scripts say: they might put it into a page.
    properties : frozenset of str
        The custom properties that pages and scripts mention.
    classed_tables : bool
        Whether some table has a class.
    """

    classes: frozenset[str]
    elements: frozenset[str]
    values: frozenset[str]
    words: frozenset[str]
    properties: frozenset[str]
    classed_tables: bool = False


def names(pages: Iterable[str], scripts: Iterable[str]) -> Names:
    """Collect the names in the HTML of pages and in scripts.

    Parameters
    ----------
    pages : iterable of str
        Their HTML.
    scripts : iterable of str
        Those that pages run. A worker cannot change a page.
    """
    classes: set[str] = set()
    elements: set[str] = set()
    values: set[str] = set()
    words: set[str] = set()
    properties: set[str] = set()
    asked: set[str] = set()
    tables = False
    seen: set[str] = set()
    for page in pages:
        properties.update(_PROPERTY.findall(page))
        for match in _TAG.finditer(page):
            if match[0] in seen:
                continue
            seen.add(match[0])
            elements.add(match[1].lower())
            for name, quoted, bare in _ATTRIBUTE.findall(match[2]):
                value = quoted or bare
                values.add(value)
                if name == "class":
                    classes.update(value.split())
                    tables |= match[1].lower() == "table"
        for script in re.findall(r"<script[^>]*>(.*?)</script>", page, re.S):
            if script not in seen:
                seen.add(script)
                asked.update(javascript.strings(script))
                words.update(javascript.words(script))
    for script in scripts:
        words.update(javascript.words(script))
        properties.update(_PROPERTY.findall(script))
    for begin, wanted in _ONLY_WITH.items():
        if not wanted & (classes | asked):
            words = {word for word in words if not word.startswith(begin)}
    return Names(
        frozenset(classes),
        frozenset(elements),
        frozenset(values),
        frozenset(words),
        frozenset(properties),
        tables,
    )


def lighten(sheets: dict[str, str], known: Names) -> dict[str, str]:
    """Return style sheets without what nothing uses.

    Parameters
    ----------
    sheets : dict of str to str
        Every sheet of the site, by any name: one may read what another sets.
    known : Names
        What the pages name.

    Returns
    -------
    dict of str to str
        The same sheets, smaller.
    """
    small = {
        name: _rules(_parsed(_quick(sheet, known)), known)
        for name, sheet in sheets.items()
    }
    while True:
        # A property that only an unread property reads is unread as well.
        read = set(known.properties)
        for sheet in small.values():
            read.update(re.findall(r"var\(\s*(--[\w-]+)", sheet))
        fewer = {
            name: _rules(_parsed(sheet), known, read)
            for name, sheet in small.items()
        }
        if fewer == small:
            return small
        small = fewer


def _quick(sheet: str, known: Names) -> str:
    """Put a selector of the theme in a way that costs a browser less.

    With ``table:not([class])``, each change of any class anywhere makes a
    browser ask again how everything below looks. Where no table has a class,
    a class that nothing has says the same, and as strongly.
    """
    if known.classed_tables:
        return sheet
    return sheet.replace("table:not([class])", "table:not(.classed)")


def _parsed(sheet: str) -> list[Any]:
    return list(
        tinycss2.parse_stylesheet(
            sheet, skip_comments=True, skip_whitespace=True
        )
    )


def _rules(
    rules: list[Any], known: Names, read: set[str] | None = None
) -> str:
    """Return rules as text, those left out that nothing uses."""
    out = []
    for rule in rules:
        if rule.type == "qualified-rule":
            kept = [
                _compact(selector)
                for selector in _split(rule.prelude)
                if _used(selector, known)
            ]
            inside = _declarations(rule.content, read)
            if kept and inside:
                out.append(f"{','.join(kept)}{{{inside}}}")
        elif rule.type == "at-rule" and rule.content is None:
            out.append(rule.serialize())
        elif rule.type == "at-rule":
            if rule.lower_at_keyword in _NESTING:
                inner = tinycss2.parse_rule_list(
                    rule.content, skip_comments=True, skip_whitespace=True
                )
                inside = _rules(inner, known, read)
            elif rule.lower_at_keyword in ("font-face", "page"):
                inside = _declarations(rule.content, None)
            else:
                inside = _squeeze(tinycss2.serialize(rule.content))
            head = _squeeze(tinycss2.serialize(rule.prelude))
            if inside:
                out.append(
                    f"@{rule.at_keyword}{head and ' ' + head}{{{inside}}}"
                )
        elif rule.type == "error":
            raise ValueError(f"not CSS: {rule.message}")
    return "".join(out)


def _declarations(content: list[Any], read: set[str] | None) -> str:
    """Return the declarations of a rule, without the unread properties."""
    out = []
    for part in tinycss2.parse_blocks_contents(
        content, skip_comments=True, skip_whitespace=True
    ):
        if part.type != "declaration":
            raise ValueError(
                "expected plain declarations in a style sheet, got "
                f"{part.serialize()[:60]!r}; write nested rules out"
            )
        custom = part.name.startswith("--")
        if custom and read is not None and part.name not in read:
            continue
        value = _squeeze(tinycss2.serialize(part.value))
        important = "!important" if part.important else ""
        out.append(f"{part.name}:{value}{important}")
    return ";".join(out)


def _squeeze(text: str) -> str:
    """Return CSS text with no more space than it needs."""
    pieces = re.split(r'("(?:\\.|[^"\\])*"|url\([^)]*\))', text)
    pieces[::2] = [
        re.sub(r",\s+", ",", re.sub(r"\s+", " ", piece))
        for piece in pieces[::2]
    ]
    return "".join(pieces).strip()


def _split(prelude: list[Any]) -> list[list[Any]]:
    """Return the selectors of a list that commas separate."""
    selectors: list[list[Any]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            selectors.append([])
        else:
            selectors[-1].append(token)
    return selectors


def _compact(selector: list[Any]) -> str:
    text = re.sub(r"\s+", " ", tinycss2.serialize(selector)).strip()
    pieces = re.split(r"(\[[^\]]*\]|\([^()]*\))", text)
    pieces[::2] = [re.sub(r" ?([>~+,]) ?", r"\1", p) for p in pieces[::2]]
    return "".join(pieces)


def _used(selector: list[Any], known: Names) -> bool:
    """Tell whether some element of some page may be what is selected."""
    before = ""
    for token in selector:
        if token.type == "ident":
            if before == ".":
                if (
                    token.value not in known.classes
                    and token.value not in known.words
                ):
                    return False
            elif before != ":":
                name = token.lower_value
                if name not in known.elements and name not in known.words:
                    return False
        elif token.type == "function":
            if token.lower_name in _EITHER and not any(
                _used(inner, known) for inner in _split(token.arguments)
            ):
                return False
        elif token.type == "[] block" and not _may_match(token, known):
            return False
        before = token.value if token.type == "literal" else ""
    return True


def _may_match(block: Any, known: Names) -> bool:
    """Tell whether an attribute may have the value that a selector wants."""
    told = tinycss2.serialize(block.content).strip()
    exact = re.fullmatch(r"([\w-]+)\s*=\s*[\"']?([^\"'\]]*?)[\"']?", told)
    if exact is None or exact[2] in known.values:
        return True
    # Scripts ask for the direction of a page, but never turn it.
    return exact[1] != "dir" and exact[2] in known.words
