"""The marked sections of the package: parse, check, slice by chapter.

One lies between ``# --8<-- [start:ch03-dense]`` and its end. Its name starts
with the chapter that explains it. Sections are flat, and in chapter order:
what is left without the later ones is a working file, "the code so far".
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from problems import Faulty, Problem
from text import read, syntax

PACKAGE = "nnfs_code"
LAST_CHAPTER = 37
MARKER = re.compile(r"^\s*#\s*-+8<-+\s*\[\s*(start|end)\s*:\s*([^\]\s]*)\s*\]")
AsOf = Callable[[int], dict[str, bytes]]  # the files as of a chapter
NAME = re.compile(r"ch(\d\d)-[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Section:
    """A marked run of lines, ``start`` to ``end``, counted from 1.

    Its ``file`` is the path inside the package: ``layers.py``.
    """

    file: str
    name: str
    start: int
    end: int
    text: str

    @property
    def chapter(self) -> int:
        return int(self.name[2:4])

    @property
    def reference(self) -> str:
        """What a page writes to quote it: ``layers.py:ch03-dense``."""
        return f"{self.file}:{self.name}"

    @property
    def indent(self) -> int:
        """Columns before the first word: more than 0 inside a class."""
        first = self.text.lstrip("\n")
        return len(first) - len(first.lstrip(" "))


@lru_cache(maxsize=1024)
def parse(text: str, file: str) -> tuple[list[Section], list[Problem]]:
    """Return the sections of one file, and what is wrong with its markers."""
    found: list[Section] = []
    problems: list[Problem] = []
    opened: tuple[str, int] | None = None
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        marker = MARKER.match(line)
        if marker is None:
            wrong = outside_marker(line, opened is not None)
        else:
            wrong = at_marker(marker[1], marker[2], opened)
        if wrong:
            problems.append(Problem(f"{PACKAGE}/{file}", number, wrong))
        elif marker and marker[1] == "start":
            opened = marker[2], number
        elif marker and opened is not None:
            first, last = opened[1] + 1, number - 1
            body = "\n".join(lines[first - 1 : last])
            found.append(Section(file, opened[0], first, last, body))
            opened = None
    if opened is not None:
        wrong = f"section {opened[0]} is never ended"
        problems.append(Problem(f"{PACKAGE}/{file}", opened[1], wrong))
    try:
        syntax(text, f"{PACKAGE}/{file}")
    except Faulty as error:
        problems += error.problems
    return found, problems


def outside_marker(line: str, inside: bool) -> str:
    """Return what is wrong with a line that is no marker, "" if nothing."""
    if "8<--" in line:
        return (
            "this is no section marker; write `# --8<-- [start:chNN-name]` "
            "or `# --8<-- [end:chNN-name]`"
        )
    if not inside and line.strip():
        return (
            "this line is in no section; put it between "
            "`# --8<-- [start:chNN-name]` and its end"
        )
    return ""


def at_marker(kind: str, name: str, opened: tuple[str, int] | None) -> str:
    """Return what is wrong with a marker, "" if nothing."""
    if not NAME.fullmatch(name) or not 1 <= int(name[2:4]) <= LAST_CHAPTER:
        return (
            f"expected a section name like ch03-dense (chapters 01 to "
            f"{LAST_CHAPTER}), got {name!r}"
        )
    if kind == "start" and opened is not None:
        return (
            f"section {name} starts inside {opened[0]} (line {opened[1]}); "
            "sections do not nest: end the first one before"
        )
    if kind == "end" and (opened is None or opened[0] != name):
        within = f", inside {opened[0]}" if opened else ""
        return f"section {name} ends but was not started{within}"
    return ""


def package_files(root: Path) -> Iterator[tuple[str, str]]:
    """Yield (path inside the package, text) of each Python file."""
    base = root / PACKAGE
    for path in sorted(base.rglob("*.py")):
        yield path.relative_to(base).as_posix(), read(path, root)


def parse_package(root: Path) -> tuple[dict[str, Section], list[Problem]]:
    """Return the package's sections by reference, and all problems."""
    sections: dict[str, Section] = {}
    names: dict[str, Section] = {}
    problems: list[Problem] = []
    for file, text in package_files(root):
        found, wrong = parse(text, file)
        problems += wrong
        for section in found:
            first = names.setdefault(section.name, section)
            if first is section:
                sections[section.reference] = section
                continue
            problems.append(
                Problem(
                    f"{PACKAGE}/{file}",
                    section.start - 1,
                    f"section {section.name} is repeated; the first is at "
                    f"{PACKAGE}/{first.file}:{first.start - 1}",
                )
            )
    return sections, problems


@lru_cache(maxsize=8192)  # 37 chapters, and many saves of a file
def slice_text(text: str, chapter: int) -> str:
    """Return a file as of `chapter`: later sections and markers left out."""
    kept: list[str] = []
    current = 0
    for line in text.splitlines():
        marker = MARKER.match(line)
        if marker is None:
            if current <= chapter:
                kept.append(line)
        elif marker[1] == "start":
            current = int(marker[2][2:4])
        else:
            current = 0
    squeezed = re.sub(r"\n{4,}", "\n\n\n", "\n".join(kept).strip("\n"))
    # A method that is left out leaves the gap of two statements behind.
    squeezed = re.sub(r"\n{3,}(?= )", "\n\n", squeezed)
    return squeezed + "\n" if squeezed else ""


def slices(root: Path) -> AsOf:
    """Return what gives the package as of a chapter, and data it names.

    All of it is read now, once for all chapters.
    """
    package = list(package_files(root))
    data = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for one in ("LICENSE", "resources/datasets/*.*")
        for path in sorted(root.glob(one))
    }

    @lru_cache
    def as_of(chapter: int) -> dict[str, bytes]:
        if not 1 <= chapter <= LAST_CHAPTER:
            wanted = f"a chapter from 1 to {LAST_CHAPTER}"
            raise ValueError(f"expected {wanted}, got {chapter}")
        files, named = {}, {"LICENSE"}
        for file, text in package:
            sliced = slice_text(text, chapter)
            if sliced or not text.strip():
                files[f"{PACKAGE}/{file}"] = sliced.encode()
                named |= _words(sliced)
        return files | {n: data[n] for n in data if Path(n).name in named}

    return as_of


@lru_cache(maxsize=8192)
def _words(text: str) -> frozenset[str]:
    """Return what in a text may be the name of a file."""
    return frozenset(re.findall(r"[\w.-]*\w", text))


@lru_cache(maxsize=64)
def zip_slice(chapter: int, *files: tuple[str, bytes]) -> bytes:
    """Return the files of `chapter` as a zip, the same at every build."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(f"code-so-far-{chapter:02}/{name}")
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
