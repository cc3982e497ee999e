"""The rules for a reflection's body.

Whatever two parsers of Markdown read differently is refused: what is
code or mathematics here must be so on the page as well.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePosixPath
from urllib.parse import SplitResult, unquote, urlsplit

from markdown_it.token import Token

from reflection_pictures import FOLDER, MAX_PICTURES, REFERENCE, belongs
from reflection_source import (
    FILE_NAME,
    Fault,
    Setting,
    Source,
    code_spans,
    displays,
    is_draft,
    paragraphs,
    tabular,
)
from tex_commands import TEX_COMMANDS

LANGUAGES = (
    "bibtex",
    "console",
    "markdown",
    "output",
    "python",
    "text",
    "yaml",
)
BOXES = ("note", "tip", "warning", "example", "question", "details")
# --- Rules for the body ------------------------------------------------


def body_rule(source: Source, setting: Setting) -> Iterator[Fault]:
    """There is something to read."""
    if not source.body.strip():
        yield source.first - 1, "the entry has no text; write some below ---"
        return
    start = next(at for at, line in enumerate(source.lines) if line.strip())
    for at, line in enumerate(source.lines[:start]):
        # Python-Markdown empties all such lines but those at the start.
        if line:
            yield source.first + at, "this line holds blanks only; empty it"


# Parsers take time with the square of what a paragraph holds, and of how
# many there are.
MAX_PARAGRAPH = 8_000
MAX_LINES = 3_000
MAX_FORMULAS = 400


def size_rule(source: Source, setting: Setting) -> Iterator[Fault]:
    """No paragraph and no number of formulas keeps the site waiting."""
    for start, end in paragraphs(source.text):
        size = sum(map(len, source.text[start:end]))
        if size > MAX_PARAGRAPH:
            yield (
                source.first + start,
                f"the paragraph has {size} characters, at most "
                f"{MAX_PARAGRAPH} are allowed; part it by a blank line",
            )
    filled = [at for at, line in enumerate(source.text) if line.strip()]
    if len(filled) > MAX_LINES:
        yield (
            source.first + filled[MAX_LINES],
            f"the entry has {len(filled)} lines of text, at most {MAX_LINES} "
            "are allowed; shorten it or make two entries",
        )
    signs = 0
    for at, line in enumerate(source.prose):
        signs += len(re.findall(r"(?<!\\)\$+", line))
        if signs > 2 * MAX_FORMULAS:
            yield (
                source.first + at,
                f"the entry has more than {MAX_FORMULAS} formulas; leave "
                "some out or make two entries",
            )
            return


RAW_HTML = re.compile(
    r"<(?!https://[^\s<>\\\"'`$]+>|mailto:[A-Za-z0-9_.+@-]+>"
    r"|[A-Za-z0-9_.+-]+@[A-Za-z0-9_.-]+>)"
    r"(!--|[A-Za-z/!?][\w-]*)"
)


def html_rule(source: Source, setting: Setting) -> Iterator[Fault]:
    """No raw HTML, in a block or in a line."""
    found: set[int] = set()
    # A space after < makes it a sign; an address in <…> is a link.
    for at, line in enumerate(source.lines):
        # Plugins obey comments, as the one that lists tags, be it in code.
        if "<!--" in line and "<!--" not in source.prose[at]:
            yield (
                source.first + at,
                "<!-- is not allowed, not even in code; leave it out",
            )
    for at, line in enumerate(source.prose):
        if match := RAW_HTML.search(line):
            found.add(at)
            yield source.first + at, _html(match[0])
    for token in source.tokens:
        children = [token, *(token.children or ())]
        kinds = [child for child in children if child.type.startswith("html")]
        if not kinds or not token.map or found & set(range(*token.map)):
            continue
        yield source.first + token.map[0], _html(kinds[0].content[:12])


def _html(start: str) -> str:
    name = re.match(r"\s*<(/?[A-Za-z][\w-]*|!--)?", start)
    shown = f"<{name[1]}>" if name and name[1] else "<…>"
    return (
        f"raw HTML {shown} is not allowed; use Markdown, put it in `code`, "
        "or leave a space after a < that means less than"
    )


def heading_rule(source: Source, setting: Setting) -> Iterator[Fault]:
    """The title is the only H1; the levels below do not jump."""
    level = 1
    for token in source.tokens:
        if token.type != "heading_open" or not token.map:
            continue
        line, depth = source.first + token.map[0], int(token.tag[1:])
        if depth == 1:
            yield (
                line,
                "a heading of level 1 is not allowed, the title is it; "
                "write ## instead",
            )
        elif depth > level + 1:
            yield (
                line,
                f"the heading jumps from level {level} to {depth}; write "
                f"{'#' * (level + 1)} instead",
            )
        level = depth
    for at, text in enumerate(source.prose):
        # Python-Markdown makes a heading of this, CommonMark does not.
        if re.match(r" {0,3}#+[^#\s]", text):
            yield (
                source.first + at,
                "a line must not begin with # and a word; put a space "
                "after the # of a heading, or another word before it",
            )


def fence_rule(source: Source, setting: Setting) -> Iterator[Fault]:
    """Code stands in closed fences that say an allowed language."""
    for token in source.tokens:
        if token.type == "code_block" and token.map:
            yield (
                source.first + token.map[0],
                "code by indentation is not allowed; put it between ``` "
                "lines that name a language",
            )
    output_may_follow = -1
    for fence in source.fences:
        line = source.first + fence.start
        if fence.info not in LANGUAGES:
            yield (
                line,
                f"the fence says '{fence.info}'; write one of "
                f"{', '.join(LANGUAGES)} and nothing more",
            )
        if not fence.closed:
            yield (
                line,
                f"the fence is never closed; add a line {fence.mark}, as "
                "many signs as opened it, at the margin",
            )
        blank = not "".join(source.lines[output_may_follow : fence.start])
        if fence.info == "output" and (output_may_follow < 0 or not blank):
            yield (
                line,
                "an output must stand directly below a python fence; "
                "use text instead",
            )
        output_may_follow = fence.end if fence.info == "python" else -1
        for at in fence.inside:
            # Only some parsers would end the fence here.
            if re.fullmatch(rf"\s*{fence.mark}`*\s*", source.lines[at]):
                yield (
                    source.first + at,
                    f"this line looks as if it closed the fence; open and "
                    f"close that with one sign more than {fence.mark}",
                )
    for at, text in enumerate(source.text):
        if re.search("`{3}|~{3}", text):
            yield (
                source.first + at,
                "a fence must begin and end at the margin, by ``` alone, "
                "outside of lists and quotations; move it there",
            )


def tick_rule(source: Source, setting: Setting) -> Iterator[Fault]:
    """Code in a line ends on that line, by the ticks that began it."""
    tables = tabular(source.text)
    for at, text in enumerate(source.text):
        line = source.first + at
        spans, lone = code_spans(text)
        if lone is not None:
            yield (
                line,
                f"the ` in column {lone + 1} has no partner on its line; "
                "put code between `ticks`, on one line",
            )
        if "\\`" in text:
            yield (
                line,
                "a \\ before a ` is not allowed; put the ` in code, as "
                "`` ` ``",
            )
        codes = [text[start:end].strip("`") for start, end in spans]
        if any(code.startswith(("#!", ":::")) for code in codes):
            yield (
                line,
                "code must not begin with #! or :::, which choose a "
                "language; put a word before it",
            )
        in_code = any("|" in code for code in codes)
        if at in tables and (in_code or "\\|" in text):
            yield (
                line,
                "the sign | in a table parts its cells; say it in words",
            )


def dollar_rule(source: Source, setting: Setting) -> Iterator[Fault]:
    """Mathematics ends where it seems to, and has known commands only."""
    rows: set[int] = set()
    for start, end in displays(source.text):
        rows.update(range(start, end))
        before = source.lines[start - 1 : start] if start else []
        if "".join([*before, *source.lines[end : end + 1]]).strip():
            yield (
                source.first + start,
                "a displayed formula needs a blank line before and after; "
                "add them",
            )
        for at in range(start + 1, end - 1):
            if re.search(r"`|(?<!\\)\$|^\s*///", source.lines[at]):
                yield (
                    source.first + at,
                    "a displayed formula must not hold ` or $ or a box; "
                    "leave them out",
                )
    for at, line in enumerate(source.prose):
        if "$$" in line and at not in rows:
            yield (
                source.first + at,
                "$$ must stand alone on the lines before and after a "
                "formula, at the margin; move it there, or write $formula$",
            )
        for match in re.finditer(r"\\([A-Za-z]+)", line):
            if match[1] not in TEX_COMMANDS:
                yield (
                    source.first + at,
                    f"the command \\{match[1]} is not one of those that an "
                    "entry may use; say it by plain TeX",
                )
    for at, line in enumerate(source.words):
        if stray := re.search(r"\\([A-Za-z]+|[(\[])", line):
            yield (
                source.first + at,
                f"{stray[0]} stands outside of mathematics; put TeX between "
                "$ and $ on one line, or in `code`",
            )
    for start, end in paragraphs(source.words):
        lone = [
            at
            for at in range(start, end)
            if re.search(r"(?<!\\)\$(?!\s|$)", source.words[at])
        ]
        many = sum(
            bool(re.search(r"(?<!\\)\$", line))
            for line in source.prose[start:end]
        )
        if lone and many > 1:
            yield (
                source.first + lone[0],
                "this $ has no partner on its line; keep a formula on one "
                "line, and write \\$5 for money",
            )


SNIPPET = re.compile(r'--8<-- "([^"\s]+)"')


def quote_rule(source: Source, setting: Setting) -> Iterator[Fault]:
    """Python is quoted from the package, and nothing else is included."""
    quoted: set[int] = set()
    for fence in source.fences:
        if fence.info.split()[:1] != ["python"]:
            continue
        for at in fence.inside:
            line = source.lines[at]
            match = SNIPPET.fullmatch(line.rstrip())
            if match and match[1] in setting.sections:
                quoted.add(at)
            elif match:
                quoted.add(at)
                yield (
                    source.first + at,
                    f"there is no section {match[1]}; name one that a "
                    "chapter shows, as file.py:chNN-name",
                )
            elif line.strip() and not INCLUDE.search(line):
                yield (
                    source.first + at,
                    "typed Python is not allowed; quote a section by "
                    '--8<-- "file.py:chNN-name", or use a text fence',
                )
    for at, line in enumerate(source.lines):
        if at not in quoted and INCLUDE.search(line):
            yield (
                source.first + at,
                "an include is not allowed here; quote the package in a "
                'python fence by --8<-- "file.py:chNN-name"',
            )


# Any number of dashes includes a file.
INCLUDE = re.compile(r"-8<-")


# What follows the words of a link: an address that needs no unescaping,
# and perhaps a title. Code in a title would reach the HTML unescaped.
ADDRESS = r"(?:[^\s()<>\"'\\`\2\3]|\([^\s()<>\"'\\`\2\3]*\))*"
TITLE = r"""(?: "[^"\\<>()\[\]`$\2\3]*"| '[^'"\\<>()\[\]`$\2\3]*')?"""
TARGET = re.compile(rf"\]\(({ADDRESS}){TITLE}\)")
DEFINITION = re.compile(rf"\[[^\[\]]+\]: ({ADDRESS}){TITLE}")
FOOTNOTE = re.compile(r"[\w-]{1,40}")


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
        start = re.match(r"[\s>*+\-\d.):|]*\[(?![\^])[^\[\]]*\]\s?:", text)
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


def definition_rule(source: Source, setting: Setting) -> Iterator[Fault]:
    """No glossary of its own, no place-holders, plain footnotes."""
    for at, text in enumerate(source.text):
        line = source.first + at
        if re.search(r"\*\[[^\]]*\]\s?:", text):
            yield (
                line,
                "an entry has no glossary of its own; explain the word in "
                "the text",
            )
        if "Footnotes Go Here" in text or text.strip() == "[TOC]":
            yield (
                line,
                f"{text.strip()[:40]} is not used here; the page has a list "
                "of its parts, and footnotes at its end, remove it",
            )
        for match in re.finditer(r"\[\^([^\]]*)(\]?)", text):
            if not match[2] or not FOOTNOTE.fullmatch(match[1]):
                yield (
                    line,
                    f"the footnote's name '{match[1][:40]}' must be letters, "
                    "digits and hyphens; write [^1]",
                )
    for at, text in enumerate(source.prose):
        if entity := re.search(r"&#?\w+;", text):
            yield (
                source.first + at,
                f"{entity[0]} hides a sign; write the sign itself, or put it "
                "in `code`",
            )


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


def brace_rule(source: Source, setting: Setting) -> Iterator[Fault]:
    """No attribute lists but a heading's own anchor."""
    for at, line in enumerate(source.words):
        text = line
        if re.match(r"#{2,6} ", line):
            text = re.sub(r"\{ ?#[a-z][a-z0-9-]* ?\}\s*$", "", line)
        if "{" in text:
            yield (
                source.first + at,
                "braces { } set attributes and are not allowed in text; put "
                "them in `code` or $math$ (a heading may end { #anchor })",
            )


def box_rule(source: Source, setting: Setting) -> Iterator[Fault]:
    """Boxes are of a known kind, have no attributes, and are closed."""
    open_boxes: list[tuple[int, str]] = []
    options = False
    for at, line in enumerate(source.prose, start=source.first):
        text = line.strip()
        match = re.fullmatch(r"(/{3,})\s*(\S*)(.*)", line.rstrip())
        if match and match[2]:
            open_boxes.append((at, match[1]))
            options = True
            if match[2] not in BOXES or match[3].strip()[:1] not in {"", "|"}:
                yield (
                    at,
                    f"there is no box '{match[2]}{match[3]}'; write "
                    f"/// and one of {', '.join(BOXES)}, | and a title",
                )
        elif match:
            options = False
            if not open_boxes or open_boxes[-1][1] != match[1]:
                yield at, f"{match[1]} closes no box; remove or correct it"
            else:
                open_boxes.pop()
        elif not text:
            options = False
        elif options and not re.fullmatch(
            r"(type: (note|tip|warning|example|question|success)"
            r"|open: (true|false))",
            text,
        ):
            # What follows directly is the box's options if indented.
            if line.startswith((" ", "\t")):
                yield (
                    at,
                    f"'{text[:40]}' is no option of a box; write type: or "
                    "open:, or leave a blank line before the text",
                )
            options = False
        if not line.startswith("/") and re.search(r"(?<![\w:/])/{3,}", line):
            yield (
                at,
                "a box must begin and end at the margin, outside of lists "
                "and quotations; move it there",
            )
        if re.match(r"(!!!|\?\?\?\+?|===)\s", text):
            yield (
                at,
                f"boxes by {text[:3]} are not used here; write /// note | "
                "Title, the text, and ///",
            )
    for at, slashes in open_boxes:
        yield at, f"the box is never closed; add a line {slashes}"


MAX_DEPTH = 6
MAX_INDENT = 24


def depth_rule(source: Source, setting: Setting) -> Iterator[Fault]:
    """Lists and quotations are not nested without end."""
    for at, line in enumerate(source.text):
        prefix = re.match(
            r"(?:[ \t]*(?:>|[-*+](?=\s)|\d{1,9}[.)](?=\s)))*", line
        )
        marks = re.findall(r"[->*+.)]", prefix[0] if prefix else "")
        indent = len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())
        rule = re.fullmatch(r"[ \t]*(?:([-*_])[ \t]*)(?:\1[ \t]*)+", line)
        if not rule and (len(marks) > MAX_DEPTH or indent >= MAX_INDENT):
            yield (
                source.first + at,
                "lists and quotations are nested too deep here; use "
                f"{MAX_DEPTH} levels at most",
            )


def question_rule(source: Source, setting: Setting) -> Iterator[Fault]:
    """A finished entry holds none of the template's questions."""
    if source.draft:
        return
    for at, line in enumerate(source.body.split("\n")):
        if line.strip() in setting.questions:
            yield (
                source.first + at,
                "this question is the template's; answer it in your own "
                "words and delete it (or keep draft: true)",
            )


BodyRule = Callable[[Source, Setting], Iterator[Fault]]
BODY_RULES: Sequence[BodyRule] = (
    body_rule,
    size_rule,
    html_rule,
    heading_rule,
    fence_rule,
    tick_rule,
    dollar_rule,
    quote_rule,
    link_rule,
    image_rule,
    definition_rule,
    brace_rule,
    box_rule,
    depth_rule,
    question_rule,
)
