"""What pages quote, and what their reader sees.

A page's Python blocks hold nothing but quotations of the package's sections.
`problems` says where one does not, `expand` gives the page as its reader
sees it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from problems import Problem
from text import Document, Fence, fences
from weaving.sections import PACKAGE, Section

QUOTE = re.compile(r'^\s*--8<-- "([^"]+)"\s*$')
TYPED_PYTHON = re.compile(
    r"^\{?\s*\.?(python|py|python3|pycon|ipython)\b", re.I
)


def is_python(fence: Fence) -> bool:
    return bool(TYPED_PYTHON.match(fence.info))


def quotes(fence: Fence) -> list[str]:
    """Return the references a block quotes: ``layers.py:ch03-dense``."""
    return [m[1] for line in fence.lines if (m := QUOTE.match(line))]


def problems(
    document: Document, sections: Mapping[str, Section]
) -> list[Problem]:
    """Return what is wrong with a page's quotations.

    Faulty: if a block of the page is not closed.
    """
    found: list[Problem] = []
    inside: set[int] = set()
    above = 0  # the line that ends the Python block before
    lines = document.text.split("\n")
    for block in document.fences:
        inside.update(range(block.start, block.end + 1))
        wrong = ""
        if is_python(block):
            found += of_python(block, document, sections)
        elif block.language == "output":
            if not above or any(lines[above : block.start - 1]):
                wrong = (
                    "an output stands alone; put it right after the Python "
                    "block that prints it"
                )
        elif block.language != "markdown" and quotes(block):
            wrong = (
                f"a {block.language or 'plain'} block quotes the package; "
                "quote in a ```python block"
            )
        if wrong:
            found.append(document.fault(block.start, wrong))
        above = block.end if is_python(block) else 0
    wrong = (
        "an include outside a block; quote sections in a ```python block only"
    )
    return found + [
        document.fault(number, wrong)
        for number, line in enumerate(lines, 1)
        if "--8<--" in line and number not in inside
    ]


def of_python(
    block: Fence, document: Document, sections: Mapping[str, Section]
) -> Iterator[Problem]:
    """Yield what is wrong with one Python block."""
    if block.language != "python" or not block.lines:
        wrong = f"expected a block ```python that quotes, got ```{block.info}"
        yield document.fault(block.start, wrong)
    chapter = document.meta.get("chapter")
    for at, line in enumerate(block.lines, block.start + 1):
        quote = QUOTE.match(line)
        if quote is None:
            yield document.fault(
                at,
                "this Python is typed; put it into a section of "
                f'{PACKAGE} and quote it: --8<-- "file.py:chNN-name"',
            )
        elif (section := sections.get(quote[1])) is None:
            close = get_close_matches(quote[1], sections, 1, 0)
            mend = f"is it {close[0]}?" if close else "there is none at all"
            yield document.fault(at, f"no section {quote[1]}; {mend}")
        elif isinstance(chapter, int) and section.chapter > chapter:
            yield document.fault(
                at,
                f"{quote[1]} belongs to chapter {section.chapter}, and this "
                f"is chapter {chapter}; quote it there",
            )


def not_shown(
    sections: Mapping[str, Section], documents: Iterable[Document]
) -> list[Problem]:
    """Return the sections that the page of their chapter does not show."""
    shown: dict[int, set[str]] = {}
    for document in documents:
        chapter = document.meta.get("chapter")
        if isinstance(chapter, int):
            for block in document.fences:
                shown.setdefault(chapter, set()).update(quotes(block))
    return [
        Problem(
            f"{PACKAGE}/{section.file}",
            section.start - 1,
            f"section {section.name} is not shown on the page of chapter "
            f"{section.chapter}; quote it there",
        )
        for reference, section in sections.items()
        if reference not in shown.get(section.chapter, set())
    ]


def where(section: Section, root: Path) -> str:
    """Return the file of a section, and the class when it is a part of one.

    >>> section = Section("a.py", "ch03-a", 2, 2, "x = 1")
    >>> where(section, Path())
    'nnfs_code/a.py'
    """
    name = f"{PACKAGE}/{section.file}"
    if section.indent == 0:
        return name
    lines = (root / name).read_text("utf-8").splitlines()[: section.start]
    owners = [m[1] for line in lines if (m := re.match(r"class (\w+)", line))]
    return f"{name}, in class {owners[-1]}" if owners else name


def with_titles(text: str, sections: Mapping[str, Section], root: Path) -> str:
    """Return the page with each Python block's file in its title."""
    lines = text.split("\n")
    for block in fences(text):
        known = [sections[q] for q in quotes(block) if q in sections]
        if is_python(block) and known and "title=" not in block.info:
            places = list(dict.fromkeys(where(s, root) for s in known))
            lines[block.start - 1] += f' title="{"; ".join(places)}"'
    return "\n".join(lines)


def expand(text: str, sections: Mapping[str, Section]) -> str:
    """Return the page with its quotations replaced by what they quote."""
    shown = {f'--8<-- "{name}"': s.text for name, s in sections.items()}
    return "\n".join(shown.get(x.strip(), x) for x in text.split("\n"))
