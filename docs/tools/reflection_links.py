"""The rules for links and pictures in a reflection."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import SplitResult, unquote, urlsplit

from markdown_it.token import Token

from reflection_pictures import FOLDER, MAX_PICTURES, REFERENCE, belongs
from reflection_source import FILE_NAME, Fault, Setting, Source, is_draft

# What follows the words of a link: an address that needs no unescaping,
# and perhaps a title. Code in a title would reach the HTML unescaped.
ADDRESS = r"(?:[^\s()<>\"'\\`\2\3]|\([^\s()<>\"'\\`\2\3]*\))*"
TITLE = r"""(?: "[^"\\<>()\[\]`$\2\3]*"| '[^'"\\<>()\[\]`$\2\3]*')?"""
TARGET = re.compile(rf"\]\(({ADDRESS}){TITLE}\)")
DEFINITION = re.compile(rf"\[[^\[\]]+\]: ({ADDRESS}){TITLE}")


# It may begin in a list, in a quotation, in a footnote.
DEFINES = re.compile(
    r"(?:[\s>*+\-\d.):|]|\[\^[^\]]*\]:)*\[(?!\^)[^\[\]]*\]\s?:"
)


def link_rule(source: Source, setting: Setting) -> Iterator[Fault]:
    """Links lead to https:, mailto:, or to pages that exist."""
    for line, token in _inline(source):
        if token.type == "link_open":
            reason = link_fault(str(token.attrGet("href") or ""), setting)
            if reason:
                yield line, reason
        if token.type == "text" and re.search(r"\]\(|\]\[", token.content):
            yield line, CANNOT_BE_READ
    for at, text in enumerate(source.marked):
        line = source.first + at
        for match in re.finditer(r"\]\(", text):
            target = TARGET.match(text, match.start())
            if target is None:
                yield line, CANNOT_BE_READ
            elif text.rfind("![", 0, match.start()) < 0:
                # The rule for pictures judges the others.
                reason = link_fault(target[1], setting)
                if reason:
                    yield line, reason
        yield from ((line, reason) for reason in _deceptive(text))
    for at, text in enumerate(source.text):
        # Python-Markdown finds definitions before it looks for code, and
        # also inside a paragraph.
        if re.match(r"[^\[]*\]\s?:", text):
            yield (
                source.first + at,
                "this ] closes what an earlier line opened, and a : follows; "
                "write [words]: https://example.org/ on one line, at the "
                "margin",
            )
        start = DEFINES.match(text)
        if not start or re.match(r"[\s>]*\*\[", text):
            continue
        defined = DEFINITION.fullmatch(text.rstrip())
        if defined is None:
            yield (
                source.first + at,
                "a link's address must stand on one line, at the margin; "
                "write [words]: https://example.org/",
            )
        address = defined[1] if defined else text[start.end() :].strip(" <>")
        if address and (reason := link_fault(address, setting)):
            yield source.first + at, reason


CANNOT_BE_READ = (
    "this link cannot be read; write [words](address) without spaces in the "
    "address"
)


def _deceptive(text: str) -> Iterator[str]:
    """Yield what is wrong with addresses that a reader sees."""
    for match in re.finditer(rf"\[([^\[\]]*)\]\(({ADDRESS})", text):
        seen = re.match(
            r"\s*(?:https?://|(?=www\.))([^\s/?#]+)"
            r"|\s*([\w.-]+\.(?:com|org|net|io|dev|edu|gov))(?:[/:\s]|$)",
            match[1],
            re.IGNORECASE,
        )
        host = (urlsplit_safe(match[2]).netloc) if seen else ""
        if seen and (seen[1] or seen[2]).lower() != host.lower():
            yield (
                f"the words of the link are the address {match[1][:40]}, it "
                "leads elsewhere; write other words"
            )
    for match in re.finditer(r"https://([^\s/?#<>()\[\]\"'`]*)", text):
        if not HOST.fullmatch(match[1].rstrip(".,:;!?*_|")):
            yield _host(match[0])


HOST = re.compile(
    r"(?!.*xn--)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
    r"(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\.[a-z]{2,}",
    re.IGNORECASE,
)


def _host(href: str) -> str:
    return (
        f"the link {href[:60]} is not allowed, its host must be a plain name "
        "as example.org, without user, port, % or xn--; link to another"
    )


def urlsplit_safe(href: str) -> SplitResult:
    """Return the parts of an address; of a wrong one, as of a path."""
    try:
        return urlsplit(href)
    except ValueError:
        return SplitResult("invalid", "", href, "", "")


PICTURE = re.compile(rf"!\[[^\[\]`$\2\3]*\]\({ADDRESS}{TITLE}\)")


def image_rule(source: Source, setting: Setting) -> Iterator[Fault]:
    """Pictures are the journal's or the entry's own, said in words too."""
    own_pictures: set[str] = set()
    for at, text in enumerate(source.marked):
        for match in re.finditer(r"!\[", text):
            if not PICTURE.match(text, match.start()):
                yield (
                    source.first + at,
                    "this picture cannot be read; write ![what there is to "
                    "see](figure:chNN-name) on one line, without brackets, "
                    "code or formulas in the words",
                )
    for line, token in _inline(source):
        if token.type != "image":
            continue
        name = str(token.attrGet("src") or "")
        if own := REFERENCE.fullmatch(name):
            own_pictures.add(name)
            if not belongs(own[1], source.name):
                yield (
                    line,
                    f"the picture {name} is not this entry's; name it "
                    f"{FOLDER}/{source.name.removesuffix('.md')}-words.png",
                )
            elif not (setting.folder / name).is_file():
                yield line, f"there is no {name}; add it, or correct the name"
        elif not re.fullmatch(r"figure:ch\d{2}-[a-z0-9-]+", name):
            yield (
                line,
                f"the picture {name[:60]} is not allowed; show a figure of "
                "the journal by figure:chNN-name, or a picture of your own "
                f"by {FOLDER}/{source.name.removesuffix('.md')}-words.png",
            )
        elif setting.figures is not None and (
            name.removeprefix("figure:") not in setting.figures
        ):
            yield line, f"there is no {name}; correct the name"
        if not token.content.strip():
            yield (
                line,
                "the picture has no text alternative; say between [ and ] "
                "what there is to see",
            )
        if len(own_pictures) > MAX_PICTURES:
            yield (
                line,
                f"the entry shows more than {MAX_PICTURES} pictures of its "
                "own; leave some out",
            )
            return


def _inline(source: Source) -> Iterator[tuple[int, Token]]:
    """Yield each inline token with its line in the file."""
    row = 0
    for block in source.tokens:
        row = block.map[0] if block.map else row
        if block.type != "inline":
            continue
        cursor = 0
        for token in block.children or ():
            at = cursor
            if token.type in {"softbreak", "hardbreak"}:
                at = max(block.content.find("\n", cursor), cursor)
                cursor = at + 1
            elif token.content and token.type != "image":
                # Code spans show a line end as a space.
                words = map(re.escape, token.content.split(" "))
                found = re.compile(r"\s".join(words)).search(
                    block.content, cursor
                )
                at, cursor = found.span() if found else (cursor, cursor)
            breaks = block.content.count("\n", 0, at)
            yield source.first + row + breaks, token


def link_fault(href: str, setting: Setting) -> str | None:
    """Return what is wrong with an address, if anything."""
    parts = urlsplit_safe(href)
    if re.fullmatch(r"https://[^/?#\s]+([/?#][^\s\"'<>`\\]*)?", href):
        return None if HOST.fullmatch(parts.netloc) else _host(href)
    if href.startswith("mailto:"):
        name, _, host = href.removeprefix("mailto:").partition("@")
        if re.fullmatch(r"[A-Za-z0-9._+-]+", name) and HOST.fullmatch(host):
            return None
    if href.startswith("http:"):
        return f"the link {href[:60]} is not secure; write https:"
    if parts.scheme or parts.netloc or parts.query or href.startswith("/"):
        return (
            f"the link {href[:60]} is not allowed; link to https:, mailto: "
            "or a page of the journal, as ../docs/chapters/05-loss.md"
        )
    path = unquote(parts.path)
    if not path and parts.fragment:
        return None
    if _exists(path, setting):
        return None
    return (
        f"the link {href[:60] or '(empty)'} leads nowhere; write the path "
        "from this file, as ../docs/chapters/05-loss.md or "
        "2026-01-31-another-entry.md"
    )


def _exists(path: str, setting: Setting) -> bool:
    if FILE_NAME.fullmatch(path):
        return is_draft(setting.folder / path) is False
    name = path.removeprefix("../docs/")
    if name == path or not re.fullmatch(r"[\w./-]+\.md", name):
        return False
    if ".." in PurePosixPath(name).parts:
        return False
    if name in setting.pages:
        return True
    target = setting.folder.parent / "docs" / name
    # A notebook is published under the name of a page.
    return target.is_file() or (
        name.startswith("notebooks/") and target.with_suffix(".py").is_file()
    )
