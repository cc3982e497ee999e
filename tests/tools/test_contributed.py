"""The folder of the reflections: its rules, its lists, a new entry.

What means harm, and what must pass, is in the corpora.
"""

import re
import shutil
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from markdown import markdown

import contributed
from building import ran
from contributed import cleaning, entry, letters
from contributed.folder import Author
from entries import ROOT, repository
from layout import parts as page_parts

TODAY = date(2026, 11, 22)
TEMPLATE = (ROOT / "reflections" / "_template.md").read_text("utf-8")
NAME = "2026-11-20-a-first-note.md"
GOOD = """\
---
title: "A first note: softmax & me"
date: 2026-11-20
authors: [journal]
chapters: [3, 5]
categories: [Learned, Changed my mind]
tags: [softmax, random-seed]
description: "What I thought that softmax was."
---

I read [the chapter](../docs/chapters/05-loss.md#part).
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path)


def write(root: Path, text: str | bytes, name: str = NAME) -> Path:
    path = root / "reflections" / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def found(root: Path) -> list[str]:
    return [str(problem) for problem in contributed.problems(root)]


def assert_told(root: Path, line: int, says: str, name: str = NAME) -> None:
    """One line is wrong, and it is told so that it can be mended."""
    problems = found(root)
    start = f"reflections/{name}:{line}: "
    assert all(problem.startswith(start) for problem in problems), problems
    assert any(says in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("row", "line", "says"),
    [
        ("title: 2026", 2, "title expected str, got 2026"),
        ("title: ab", 2, "title expected 3 to 90 letters"),
        (f"title: {'a' * 91}", 2, "title expected 3 to 90 letters"),
        ("title: Privacy: what we know", 2, "this is no YAML"),
        ('date: "2026-11-20"', 3, "date expected date"),
        ("date: 2026-11-20 10:00:00", 3, "date expected the day of the file"),
        ("date: 2026-02-30", 2, "day is out of range"),
        ("authors: journal", 4, "authors expected list"),
        ("authors: []", 4, "authors expected accounts' names"),
        ("authors: [no, 1]", 4, "authors expected accounts' names"),
        ("authors: [journal, journal]", 4, "authors expected accounts' names"),
        ("chapters: [true]", 5, "expected numbers of chapters"),
        ('chapters: ["3"]', 5, "expected numbers of chapters"),
        ("categories: [[Learned]]", 6, "categories expected Learned, Hard"),
        ("tags: [Softmax]", 7, "short words, as adam-w"),
        ("tags: [a b]", 7, "short words, as adam-w"),
        ("tags: [a]", 7, "short words, as adam-w"),
        ("description: short", 8, "description expected 10 to 160 letters"),
        ("draft: maybe", 8, "draft expected bool"),
    ],
)
def test_front_matter(root: Path, row: str, line: int, says: str) -> None:
    key = row.partition(":")[0]
    text = re.sub(rf"(?m)^{key}: .*", lambda _: row, GOOD)
    if text == GOOD:
        text = text.replace("description:", f"{row}\ndescription:")
    write(root, text)
    assert_told(root, line, says)


@pytest.mark.parametrize(
    "row",
    [
        "authors: [A-Reader-Nobody-Knows]",
        "authors:\n  - journal\n  - reader",
        "tags: [loß, ağırlık, εκθετική, हिन्दी, 学习]",
        "tags: [র‍্যান্ডম, می‌خواهم]",
        "chapters: []",
        "title: ¿Por qué? “So” – it's 100 %, one = 1",
    ],
)
def test_other_good_front_matter(root: Path, row: str) -> None:
    key = row.partition(":")[0]
    text = re.sub(rf"(?m)^{key}: .*", lambda _: row, GOOD)
    write(root, text.replace("\n", "\r\n"))
    assert found(root) == []


@pytest.mark.parametrize(
    ("word", "good"),
    [
        ("র‍্যাম", True),  # Bengali: before a virama
        ("അവന്‍", True),  # Malayalam: behind one, at the end of a word
        ("क्‌ष", True),
        ("می‌خواهم", True),  # Persian: between two letters
        ("👩‍💻", True),
        ("❤️", True),
        ("a‌b", False),
        ("س‍س", False),
        ("क‍ख", False),
        ("‍a", False),
        ("a️", False),
    ],
)
def test_joiners_stand_where_writing_needs_them(word: str, good: bool) -> None:
    assert (list(letters.faults(f"a {word} b")) == []) is good


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("- a\n", 1, "expected lines of `key: value`"),
        ("a: [\n", 2, "no YAML"),
        ("a: &a {}\n", 1, "anchors"),
        ("journal:\n  description: A\n", 1, "description of journal, got"),
        ("journal:\n  name: A\n  slug: b\n", 1, "description of journal, got"),
        ("journal: A\n", 1, "description of journal, got"),
    ],
)
def test_authors(root: Path, text: str, line: int, says: str) -> None:
    write(root, GOOD)
    write(root, text, ".authors.yml")
    assert_told(root, line, says, ".authors.yml")
    assert contributed.authors(root) == {"journal": Author("journal")}


def test_an_unknown_author_goes_by_the_account(root: Path) -> None:
    write(root, GOOD.replace("[journal]", "[journal, Octo-Cat]"))
    assert found(root) == []
    assert contributed.authors(root)["octo-cat"] == Author(
        "Octo-Cat", "Reader of the journal", "assets/authors/pen.svg"
    )
    [published] = contributed.entries(root)
    assert published.authors == ("The journal's author", "Octo-Cat")
    (root / "reflections" / ".authors.yml").unlink()
    assert found(root) == []


def test_what_editors_leave_is_no_problem(root: Path) -> None:
    for name in (".DS_Store", f"{NAME}~", f".{NAME}.swp", f".#{NAME}"):
        write(root, "x", name)
    assert found(root) == []


# --- For the site -------------------------------------------------------


@pytest.fixture
def some(root: Path) -> Path:
    for name, title, chapters in (
        ("2026-11-18-old.md", "Old", "[3]"),
        ("2026-11-20-b.md", "Second", "[5, 3]"),
        ("2026-11-20-a.md", "First", "[]"),
        ("2026-11-21-draft.md", "Draft", "[]\ndraft: true"),
    ):
        text = re.sub("title: .*", f"title: {title}", GOOD)
        text = text.replace("[3, 5]", chapters)
        write(root, text.replace("2026-11-20", name[:10]), name)
    write(root, b"\xff", "2026-11-19-unreadable.md")
    return root


def test_entries_are_published_and_the_newest_first(some: Path) -> None:
    published = contributed.entries(some)
    assert [one.title for one in published] == ["First", "Second", "Old"]
    assert published[1] == contributed.Entry(
        title="Second",
        date=date(2026, 11, 20),
        url="reflections/2026-11-20-b/",
        src_uri="reflections/posts/2026-11-20-b.md",
        authors=("The journal's author",),
        chapters=(5, 3),
        categories=("Learned", "Changed my mind"),
        tags=("softmax", "random-seed"),
        description="What I thought that softmax was.",
    )


def test_anchors_keep_letters_and_marks() -> None:
    words = ("মডেল", "মডাল", "ß", "ł", "ø", "đ", "æ", "ı", "c", "ç")
    assert len({contributed.anchor(word) for word in words}) == len(words)


def test_links_lead_to_the_site() -> None:
    html = markdown(
        "[a](../docs/chapters/05-loss.md#b) `(../docs/x.md)` "
        "[c](2026-11-20-a.md) [d][e]\n\n[e]: ../docs/index.md",
        extensions=[cleaning.Cleaning({})],
    )
    assert re.findall('href="(.*?)"', html) == [
        "../../chapters/05-loss.md#b",
        "2026-11-20-a.md",
        "../../index.md",
    ]
    assert "<code>(../docs/x.md)</code>" in html


# --- A new entry --------------------------------------------------------


@pytest.mark.skipif(not shutil.which("make"), reason="no make here")
def test_make_reflection_copies_the_template_and_overwrites_nothing(
    root: Path,
) -> None:
    shutil.copy(ROOT / "Makefile", root)

    before = set((root / "reflections").iterdir())
    done = ran("make", "reflection", cwd=root)
    assert done.returncode == 0, done.stderr
    [path] = set((root / "reflections").iterdir()) - before
    assert re.fullmatch(r"\d{4}-\d\d-\d\d-your-title\.md", path.name)
    assert path.name in done.stdout
    assert f"date: {path.name[:10]}" in path.read_text("utf-8")
    assert found(root) == []
    path.write_text("mine")
    again = ran("make", "reflection", cwd=root)
    assert again.returncode != 0
    assert "exists already" in again.stdout
    assert path.read_text() == "mine"


def test_the_template_tells_the_categories() -> None:
    assert f"# {', '.join(entry.CATEGORIES)}\n" in TEMPLATE


def test_the_button_opens_the_editor_on_the_template() -> None:
    page = page_parts.share("https://github.com/x/y/", ROOT)
    link = re.fullmatch(r"\[[^]]+\]\((\S+)\)\{ [^}]* \}", page)
    assert link
    parts = urlsplit(link[1])
    assert parts.path == "/x/y/new/main/reflections"
    asked = parse_qs(parts.query, strict_parsing=True)
    assert asked["filename"] == ["YYYY-MM-DD-your-title.md"]
    (text,) = asked["value"]
    assert "draft: false" in text
    assert text.split("---\n")[2] == TEMPLATE.split("---\n")[2]
    # GitHub takes no longer address.
    assert len(link[1]) < 8000
    assert "+" not in parts.query


def test_without_a_repository_the_page_says_what_to_do() -> None:
    page = page_parts.share(None, ROOT)
    assert "`_template.md`" in page
    assert "](" not in page


def test_the_page_asks_what_the_template_asks() -> None:
    page = (ROOT / "docs/reflections/share.md").read_text("utf-8")
    questions = re.findall(r"^\*(What did I [^*?]+)", TEMPLATE, re.M)
    assert len(questions) >= 2
    assert all(f"- {question}" in page for question in questions)
    assert "<!-- new-reflection -->" in page
