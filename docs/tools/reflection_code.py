"""The rules for code and mathematics in a reflection.

What is code or mathematics here must be so on the page as well: whatever
two parsers of Markdown read differently is refused.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from reflection_source import (
    Fault,
    Setting,
    Source,
    code_spans,
    displays,
    paragraphs,
    tabular,
)

# Lines with # are comments.
TEX_COMMANDS = frozenset(
    re.sub(
        r"(?m)^#.*$",
        "",
        Path(__file__).with_name("tex_commands.txt").read_text("utf-8"),
    ).split()
)
LANGUAGES = (
    "bibtex",
    "console",
    "markdown",
    "output",
    "python",
    "text",
    "yaml",
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
