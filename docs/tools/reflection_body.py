"""The rules for a reflection's body: what is neither code nor a link."""

import re
from collections.abc import Callable, Iterator, Sequence

from reflection_code import dollar_rule, fence_rule, quote_rule, tick_rule
from reflection_links import image_rule, link_rule
from reflection_source import Fault, Setting, Source, paragraphs

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


FOOTNOTE = re.compile(r"[\w-]{1,40}")


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
        if not line.startswith("/") and "///" in line:
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
