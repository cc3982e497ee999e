"""The folder of the reflections: its rules, its lists, a new entry.

What means harm, and what must pass, is in the corpora.
"""

import re
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from markdown import markdown

import contributed
from contributed import cleaning, entry, folder, letters, new
from contributed.folder import Author

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 22)
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
    """This repository without an entry."""
    for name in ("docs", "mkdocs.yml"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "reflections").mkdir()
    for name in (".authors.yml", "_template.md"):
        shutil.copy(ROOT / "reflections" / name, tmp_path / "reflections")
    return tmp_path


def write(root: Path, text: str | bytes, name: str = NAME) -> Path:
    path = root / "reflections" / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def found(root: Path) -> list[str]:
    return [str(problem) for problem in contributed.problems(root, TODAY)]


def assert_told(root: Path, line: int, says: str, name: str = NAME) -> None:
    """One line is wrong, and it is told so that it can be mended."""
    problems = found(root)
    start = f"reflections/{name}:{line}: "
    assert all(problem.startswith(start) for problem in problems), problems
    assert any(says in problem for problem in problems), problems


def test_a_good_entry_has_no_problem(root: Path) -> None:
    write(root, GOOD)
    assert found(root) == []


FRONT: list[tuple[str, int, str]] = [
    ("title: 2026", 2, "title expected str, got 2026"),
    ("title:", 2, "title expected str"),
    ("title: ab", 2, "title has 2 characters; write 3 to 90"),
    (f"title: {'a' * 91}", 2, "title has 91 characters"),
    ('title: "a <b> c"', 2, "must not hold '<'"),
    ('title: "a &lt;b&gt; c"', 2, "must not hold '&lt;'"),
    ('title: "abc\\nd"', 2, "in one line"),
    ('title: "a\\u202ebc"', 2, "U+202E cannot be seen"),
    ("title: Privacy: what we know", 2, "this is no YAML"),
    ('date: "2026-11-20"', 3, "date expected date"),
    ("date: 2026-11-20 10:00:00", 3, "a day without a time"),
    ("date: 2026-02-30", 2, "day is out of range"),
    ("date: 2026-11-23", 3, "lies in the future"),
    ("date: 2026-11-19", 3, "differs from the file name's 2026-11-20"),
    ("authors: journal", 4, "authors expected list"),
    ("authors: []", 4, "authors lists 0; write 1 to 5"),
    ("authors: [no, 1]", 4, "an account's name, in quotes"),
    ("authors: [../a]", 4, "an account's name"),
    ("authors: [journal, journal]", 4, "lists 'journal' twice"),
    ("chapters: [99]", 5, "numbers of chapters that are written"),
    ("chapters: [true]", 5, "has True; write numbers"),
    ('chapters: ["3"]', 5, "has '3'; write numbers"),
    ("categories: [Other]", 6, "write Learned, Hard"),
    ("categories: [[Learned]]", 6, "nested too deep"),
    ("tags: [Softmax]", 7, "short words in lower case"),
    ("tags: [a b]", 7, "short words in lower case"),
    ("tags: [a]", 7, "short words in lower case"),
    (f"tags: [{', '.join(f't{n}' for n in range(9))}]", 7, "tags lists 9"),
    ("description: short", 8, "write 10 to 160"),
    (f"description: {'a' * 161}", 8, "has 161 characters"),
    ("draft: maybe", 8, "draft expected bool"),
    ("template: x.html", 8, "unknown key template"),
]


@pytest.mark.parametrize(("row", "line", "says"), FRONT)
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
        "title: ¿Por qué? “So” – it's 100 %",
    ],
)
def test_other_good_front_matter(root: Path, row: str) -> None:
    key = row.partition(":")[0]
    text = re.sub(rf"(?m)^{key}: .*", lambda _: row, GOOD)
    write(root, text.replace("\n", "\r\n"))
    assert found(root) == []


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("<b>a</b><i>", "raw HTML <b> is not allowed; use Markdown"),
        ("*a*{ onclick=b }", "put braces in `code`"),
        ("*a*{ .md-overlay }", "'md-overlay' of <em>"),
        ("[a](http://example.org)", "the link http://example.org is not"),
        ("[a](https://xn--80ak6aa92e.com/)", "link to a plain host"),
        ("[a](https://a@example.org)", "link to a plain host"),
        ("[a](2026-11-19-draft.md)", "is a draft, which has no page"),
        ("![](figure:ch03-spiral)", "no text alternative"),
        ("![a](b.png)", "show a figure of the journal by figure:"),
        ("![a](images/2026-11-20-b-c.png)", "is not this entry's"),
        ("![a](images/2026-11-20-a-first-note-b.png)", "there is no images/"),
        ("# A", "write ## instead"),
        ("## !", "the heading has no word"),
        (r"$\color{red}{a}$", "say it by plain TeX"),
        ("`<!-- a -->`", "not even in code"),
        ("a\u200bb", "U+200B cannot be seen"),
        ("&#x202e;b", "U+202E cannot be seen"),
        ("pаssword", "mixes letters of the scripts Cyrillic and Latin"),
        ("*What did I try?*", "answer it in your words"),
        ("```text", "the block that starts here is not closed"),
    ],
)
def test_what_a_page_would_lose(root: Path, body: str, says: str) -> None:
    write(root, f"{GOOD}\n\n{body}\n")
    draft = GOOD.replace("tags:", "draft: true\ntags:").replace("-20", "-19")
    write(root, draft, "2026-11-19-draft.md")
    assert_told(root, GOOD.count("\n") + 3, says)


def test_every_check_of_a_page_is_asked(root: Path) -> None:
    def check(document, html):  # type: ignore[no-untyped-def]
        yield document.fault(11, f"{len(html)} characters of HTML; fewer")

    path = write(root, GOOD)
    [problem] = contributed.faults(root, path, checks=[check])
    assert "characters of HTML" in problem.message


def test_an_entry_without_text(root: Path) -> None:
    write(root, GOOD.partition("I read")[0])
    assert_told(root, 1, "the entry has no text")


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


AUTHORS = "authors:\n  journal:\n    name: A\n"
REST = "    description: Reads this\n    avatar: assets/authors/pen.svg\n"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("authors:\n  - a\n", 1, "no authors"),
        ("- a\n", 1, "expected lines of `key: value`"),
        ("a: [\n", 2, "no YAML"),
        ("authors: &a {}\n", 1, "anchors"),
        (AUTHORS, 2, "needs name, description, avatar"),
        (AUTHORS.replace("journal", "Journal") + REST, 2, "small letters"),
        (f"{AUTHORS}{REST}    url: b\n", 2, "needs name, description"),
        (AUTHORS.replace("A\n", "3\n") + REST, 2, "is not text"),
        (AUTHORS + REST, 2, "name has 1 characters"),
        (AUTHORS.replace("A\n", "<b>\n") + REST, 2, "must not hold '<'"),
        (
            AUTHORS.replace("A\n", "Ab\n") + REST.replace("pen", "../x"),
            *(2, "unknown avatar"),
        ),
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


def test_the_template_must_be_there(root: Path) -> None:
    (root / "reflections" / "_template.md").unlink()
    assert_told(root, 1, "the template cannot be read", "_template.md")


def test_what_editors_leave_is_no_problem(root: Path) -> None:
    for name in (".DS_Store", f"{NAME}~", f".{NAME}.swp", f".#{NAME}"):
        write(root, "x", name)
    assert found(root) == []


def test_a_name_has_a_day_of_the_calendar(root: Path) -> None:
    name = "2026-02-30-a.md"
    write(root, GOOD, name)
    assert_told(root, 1, "not in the calendar", name)
    assert contributed.files(root) == []


def test_today_is_the_latest_on_earth() -> None:
    today = contributed.latest_today
    for hour, day in ((9, 22), (10, 23)):
        moment = datetime(2026, 11, 22, hour, 59 - hour, tzinfo=UTC)
        assert today(moment) == date(2026, 11, day)


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
        text = text.replace("[3, 5]", chapters).replace(
            "2026-11-20", name[:10]
        )
        write(root, text, name)
    write(root, b"\xff", "2026-11-19-unreadable.md")
    return root


def test_files_are_what_the_blog_reads(some: Path) -> None:
    names = ("21-draft", "20-a", "20-b", "19-unreadable", "18-old")
    assert contributed.files(some) == [
        (
            f"reflections/posts/2026-11-{name}.md",
            some / "reflections" / f"2026-11-{name}.md",
            f"../reflections/2026-11-{name}.md",
        )
        for name in names
    ]


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
    of = contributed.by_chapter(published)
    assert {n: [one.title for one in group] for n, group in of.items()} == {
        3: ["Second", "Old"],
        5: ["Second"],
    }


def test_tags_are_spelled_as_in_the_chapters(root: Path) -> None:
    tags = contributed.tags(root)
    assert tags["random-search"] == "random-search"
    assert all(contributed.anchor(tag) == key for key, tag in tags.items())


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


def test_a_new_entry_is_a_draft_without_a_problem(root: Path) -> None:
    title = 'Why "softmax": a # b ’ & c: d'
    path = new.start(root, title, "@Octo-Cat", "5, 3", TODAY)
    assert path.name == "2026-11-22-why-softmax-a-b-c-d.md"
    assert found(root) == []
    assert contributed.entries(root) == []
    # It may not be published with the template's words.
    finished = path.read_text("utf-8").replace("draft: true", "draft: false")
    path.write_text(finished, "utf-8")
    assert len(found(root)) == 6
    finished = re.sub(r"(?m)^\*.*\*$", "Answer.", finished)
    finished = finished.replace("One sentence that says", "This is")
    path.write_text(finished, "utf-8")
    assert found(root) == []
    [made] = contributed.entries(root)
    assert (made.title, made.chapters, made.date) == (title, (3, 5), TODAY)
    assert made.authors == ("Octo-Cat",)


def test_a_new_entry_overwrites_nothing(root: Path) -> None:
    new.start(root, "One", "journal", "", TODAY).write_text("mine", "utf-8")
    with pytest.raises(ValueError, match="exists already; choose"):
        new.start(root, "One!", "journal", "", TODAY)
    # Titles without Latin letters would all have one name.
    names = [
        new.start(root, "我以为损失会下降", account, "", TODAY).name
        for account in ("A", "a", "b", "a")
    ]
    assert names == [
        f"2026-11-22-{name}.md" for name in ("a", "a-2", "b", "a-3")
    ]


@pytest.mark.parametrize(
    ("title", "account", "chapters", "message"),
    [
        (" a ", "journal", "", "the title has 1 characters; write 3 to 90"),
        ("a <b>", "journal", "", "the title must not hold '<'"),
        ("abc\u202e", "journal", "", "cannot be seen"),
        ("abc", "../eve", "", "expected an account's name"),
        ("abc", "", "", "expected an account's name"),
        ("abc", "eve", "3, 99", "that are written, as 3, 5, got 99"),
        ("abc", "eve", "three", "got three"),
    ],
)
def test_a_new_entry_explains(
    root: Path, title: str, account: str, chapters: str, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        new.start(root, title, account, chapters, TODAY)
    assert folder.paths(root) == []


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("What I thought softmax was", "what-i-thought-softmax-was"),
        ("Don't naïvely sum!", "dont-naively-sum"),
        ("Ærø, Łódź, Đà Nẵng, ağır, ß", "aero-lodz-da-nang-agir-ss"),
        ("我以为损失会下降", ""),
        ("word " * 20, "-".join(["word"] * 12)),
        ("a" * 90, "a" * 60),
    ],
)
def test_slugs(title: str, slug: str) -> None:
    assert new.slug(title) == slug


def test_the_template_tells_the_categories() -> None:
    text = (ROOT / "reflections" / "_template.md").read_text("utf-8")
    assert f"# {', '.join(entry.CATEGORIES)}\n" in text
