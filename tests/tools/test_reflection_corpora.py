"""Two collections of entries: what means harm is refused, the rest passes.

The files that mean harm do one harm each; those that run anything call
``alert(1)``, so that a browser can count what got through.
``expected.json`` says which line the rules must name, and with which words.
"""

import json
import re
import shutil
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest

import checks
import course
import figures
import reflection_rules
import sections
from building import copy_of_repository
from reflection_body import BOXES

ROOT = Path(__file__).parents[2]
HOSTILE = Path(__file__).parent / "reflections" / "hostile"
GOOD_ENTRIES = Path(__file__).parent / "reflections" / "good"
EXPECTED = json.loads((HOSTILE / "expected.json").read_text("utf-8"))
DAY = "2026-11-20"
GOOD = (
    f'---\ntitle: "A note"\ndate: {DAY}\nauthors: [journal]\nchapters: [3]\n'
    'categories: [Learned]\ntags: []\ndescription: "What I saw today."\n'
    "---\n\nI saw it.\n"
)

# Greek, Cyrillic, Hebrew, Arabic, Devanagari, Thai, kana, Han, Hangul.
SCRIPTS = ("αω", "ая", "את", "اي", "अह", "กฮ", "あん", "一龥", "가힣")


@cache
def facts() -> dict[str, object]:
    """What the rules know of this repository."""
    known, _ = sections.parse_package(ROOT)
    return {
        "known_chapters": frozenset(course.chapters(course.load(ROOT))),
        "today": date(2026, 11, 22),
        "sections": frozenset(known),
        "figures": frozenset(figures.catalogue(ROOT)),
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Reflections beside this repository's pages, without an entry."""
    folder = tmp_path / "reflections"
    folder.mkdir()
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    for name in (".authors.yml", "_template.md"):
        shutil.copy(ROOT / "reflections" / name, folder)
    return folder


def found(folder: Path) -> list[str]:
    return [
        str(problem)
        for problem in reflection_rules.problems(folder, **facts())
    ]


def test_the_manifest_names_every_file() -> None:
    files = {path.name for path in HOSTILE.iterdir()} - {"expected.json"}
    assert files == set(EXPECTED)
    assert len(files) >= 75
    assert all(wanted["says"] for wanted in EXPECTED.values())


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_what_means_harm_is_refused(folder: Path, name: str) -> None:
    entry = f"{DAY}-{Path(name).stem}.md"
    shutil.copy(HOSTILE / name, folder / entry)
    wanted = EXPECTED[name]
    start = f"reflections/{entry}:{wanted['line']}: "
    problems = found(folder)
    assert any(
        problem.startswith(start) and wanted["says"] in problem
        for problem in problems
    ), problems
    assert all("; " in problem for problem in problems), problems


def test_the_same_entry_without_the_harm_passes(folder: Path) -> None:
    (folder / f"{DAY}-a.md").write_text(GOOD, "utf-8")
    assert found(folder) == []


# --- What no file of a repository can be: (what is built, line, words)


def symlink(folder: Path) -> str:
    (folder / f"{DAY}-a.md").symlink_to("/etc/hostname")
    return f"{DAY}-a.md"


def symlinked_pictures(folder: Path) -> str:
    (folder / "images").symlink_to("/etc")
    return "images"


def symlinked_authors(folder: Path) -> str:
    path = folder / ".authors.yml"
    path.rename(folder.parent / "authors.yml")
    path.symlink_to(folder.parent / "authors.yml")
    return path.name


def built(name: str, data: bytes | str) -> Callable[[Path], str]:
    def build(folder: Path) -> str:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return name

    return build


ENTRY = f"{DAY}-a.md"
BUILT: dict[str, tuple[Callable[[Path], str], int, str]] = {
    "a symbolic link": (symlink, 1, "a symbolic link"),
    "linked pictures": (symlinked_pictures, 1, "a symbolic link"),
    "linked authors": (symlinked_authors, 1, "a plain file"),
    "a large file": (built(ENTRY, GOOD + "a" * 65536), 1, "at most 65536"),
    "brackets": (built(ENTRY, GOOD + "[" * 20_000), 12, "signs [, at most"),
    "tags": (built(ENTRY, GOOD + "<a>" * 20_000), 12, "raw HTML <a>"),
    "open tags": (built(ENTRY, GOOD + "<a " * 20_000), 12, "raw HTML <a>"),
    "latin-1": (built(ENTRY, GOOD.encode() + b"caf\xe9"), 12, "not UTF-8"),
    "UTF-16": (built(ENTRY, GOOD.encode("utf-16")), 1, "not UTF-8"),
    "surrogates": (built(ENTRY, GOOD.encode() + b"\xed\xa0\x80"), 12, "UTF-8"),
    "NUL": (built(ENTRY, GOOD + "a\0b"), 12, "U+0000"),
    "NUL in front": (built(ENTRY, GOOD.replace("note", "a\0b")), 2, "U+0000"),
    "an old Mac's lines": (
        built(ENTRY, GOOD.replace("\n", "\r") + "\r<b>"),
        13,
        "raw HTML <b>",
    ),
    "a vertical tab": (built(ENTRY, GOOD + "\x0b<b>"), 12, "U+000B"),
    "a page in another folder": (built("posts/a.md", GOOD), 1, "belong here"),
    "a page of HTML": (built("index.html", "<script>"), 1, "belong here"),
    "a script": (built(f"{DAY}-a.py", "1"), 1, "belong here"),
    "a name in capitals": (built(f"{DAY}-A.md", GOOD), 1, "belong here"),
    "a name with a path": (built(f"{DAY}-a..md", GOOD), 1, "belong here"),
    "a name of look-alikes": (built(f"{DAY}-а.md", GOOD), 1, "belong here"),
    "a name with an attribute": (
        built(f"{DAY}-a' onerror=alert(1) '.md", GOOD),
        1,
        "belong here",
    ),
    "a hidden file": (built(".meta.yml", "template: x"), 1, "belong here"),
    "a long name": (built(f"{DAY}-{'a' * 61}.md", GOOD), 1, "too long"),
}


@pytest.mark.parametrize("name", BUILT)
def test_what_is_no_plain_file_is_refused(folder: Path, name: str) -> None:
    build, line, says = BUILT[name]
    entry = build(folder)
    start = f"reflections/{entry.split('/')[0]}:{line}: "
    problems = found(folder)
    assert any(
        problem.startswith(start) and says in problem for problem in problems
    ), problems


# --- Good entries: whatever a writer may use passes


def test_good_entries_pass_unchanged(folder: Path) -> None:
    entries = sorted(GOOD_ENTRIES.glob("*.md"))
    assert len(entries) >= 36
    for path in entries:
        shutil.copy(path, folder)
    assert found(folder) == []


@pytest.mark.parametrize(
    "feature",
    [
        r"(?m)^\$\$$",
        r"(?<!\$)\$[^$\n]+\$",
        r"(?m)^\|.*\|$",
        r"\[\^\w+\]:",
        r'--8<-- "',
        r"```output",
        r"```text",
        r"```console",
        r"```yaml",
        r"```bibtex",
        r"````markdown",
        r"\(figure:",
        r"(?m)^    - ",
        r"- \[x\]",
        r"(?m)^> > ",
        *(rf"/// {kind}" for kind in BOXES),
        r"\{ #first \}",
        r"\]\(\.\./docs/chapters/",
        r"\]\(\.\./docs/notebooks/",
        r"\]\(https://",
        r"<https://",
        r"\]\(mailto:",
        r"(?m)^\[adam\]: https",
        r"\[@rumelhart1986\]",
        r"(?m)^draft: true",
        "[\u0600-\u06ff]\u200c",  # Persian's joiner
        "\u200d👩",  # a family of emoji
        *(f"[{low}-{high}]" for low, high in SCRIPTS),
    ],
)
def test_good_entries_use_everything(feature: str) -> None:
    texts = [path.read_text("utf-8") for path in GOOD_ENTRIES.glob("*.md")]
    assert any(re.search(feature, text) for text in texts)
    assert max(len(text.encode()) for text in texts) > 55_000


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    return copy_of_repository(tmp_path_factory.mktemp("copy"))


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [
        (GOOD.encode() + b"caf\xe9", 12, "not UTF-8"),
        (GOOD.encode() + b"$\\frac{$ [@nobody1900] " * 2000, 12, "at most"),
        (GOOD.encode() + b"![a](figure:ch03-gone)", 12, "there is no"),
    ],
    ids=["latin-1", "mathematics", "a figure"],
)
def test_nothing_else_reads_what_is_refused(
    data: bytes, line: int, says: str, copy: Path
) -> None:
    path = copy / "reflections" / ENTRY
    path.write_bytes(data)
    problems = checks.everything(copy)
    path.unlink()
    assert {problem.line for problem in problems} == {line}
    assert any(says in problem.message for problem in problems)
