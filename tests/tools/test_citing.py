"""Entries for citing: what BibTeX reads is what the page says."""

import contextlib
import html
import re
from dataclasses import replace
from datetime import date

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import parse_string
from pybtex.exceptions import PybtexError

import citing
import contributed
import course

SITE = "https://example.org/journal/"
ONE = citing.Citation(
    anchor="chapter-05-loss",
    kind="Chapters",
    title="Loss & gain: 5 % of {x_1}",
    within="Chapter 5 of A Journal",
    authors=("The authors of the journal", "Ada Lovelace"),
    date="2026-11-22",
    address="chapters/05-loss/",
    note="Version 0.1.0, last changed 2026-11-22",
)
UNESCAPED = {tex: sign for sign, tex in citing.TEX.items()}
COMMAND = re.compile("|".join(map(re.escape, UNESCAPED)))


def read(text):
    """Return what TeX would print of a field."""
    inner = text[1:-1] if text[:1] == "{" and text[-1:] == "}" else text
    return COMMAND.sub(lambda match: UNESCAPED[match[0]], inner)


def parsed(text):
    (entry,) = parse_string(text, "bibtex").entries.values()
    return entry


@pytest.fixture(scope="module")
def everything(request):
    root = request.config.rootpath
    titles = {
        path.stem: re.search(r"^# # (.+)$", path.read_text("utf-8"), re.M)[1]
        for path in sorted((root / "docs" / "notebooks").glob("*.py"))
    }
    assert titles
    return citing.citations(
        citing.journal(root),
        course.chapters(course.load(root)).values(),
        titles,
        contributed.entries(root),
        {"docs/chapters/05-loss.md": "2026-12-01"},
    )


def test_an_entry():
    assert citing.bibtex(ONE, SITE) == (
        "@misc{nnfs-journal-chapter-05-loss,\n"
        "  author       = {{The authors of the journal} and Ada Lovelace},\n"
        "  title        = {{Loss \\& gain: 5 \\% of "
        "\\textbraceleft{}x\\_1\\textbraceright{}}},\n"
        "  howpublished = {Chapter 5 of A Journal},\n"
        "  year         = {2026},\n"
        "  date         = {2026-11-22},\n"
        "  url          = {https://example.org/journal/chapters/05-loss/},\n"
        "  note         = {Version 0.1.0, last changed 2026-11-22},\n"
        "}"
    )


def test_without_a_site_there_is_no_url():
    assert "url" not in parsed(citing.bibtex(ONE, None)).fields
    assert "url" not in parsed(citing.bibtex(ONE, "")).fields


def test_authors_stay_whole():
    names = ("The journal's author", "Ada Lovelace", "Sand and Sons", "Σ, Ω")
    entry = parsed(citing.bibtex(replace(ONE, authors=names), SITE))
    people = entry.persons["author"]
    assert [" ".join(p.last_names) for p in people] == [
        "{The journal's author}",
        "Lovelace",
        "{Sand and Sons}",
        "{Σ, Ω}",
    ]


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1))
def test_any_title_is_read_back(title):
    entry = parsed(citing.bibtex(replace(ONE, title=title), SITE))
    assert read(entry.fields["title"]) == title


@pytest.mark.parametrize("sign", ["{", "}"])
def test_a_title_that_was_not_escaped_is_seen(sign, monkeypatch):
    """The planted fault: signs of TeX as they are."""
    monkeypatch.setattr(citing, "SIGNS", {})
    text = citing.bibtex(replace(ONE, title=f"a{sign}b"), SITE)
    with contextlib.suppress(PybtexError):
        assert read(parsed(text).fields["title"]) != f"a{sign}b"


@pytest.mark.parametrize(
    "title",
    ["a <img src=x onerror=run()>", "`</code><script>`", "x { onclick=y }"],
)
def test_a_hostile_title_stays_text_on_the_page(title):
    shown = citing.page({"": ONE, "x": replace(ONE, title=title)}, SITE)
    made = markdown.markdown(shown, extensions=["attr_list", "fenced_code"])
    tags = set(re.findall(r"<(\w+)", made))
    assert tags == {"pre", "code", "h2", "h3"}
    assert 'onclick="' not in made
    assert html.escape(title, quote=False) in made  # shown as it is


def test_every_page_has_an_entry_that_bibtex_reads(everything, root):
    file = parse_string(citing.file(everything, SITE), "bibtex")
    chapters = course.chapters(course.load(root))
    entries = contributed.entries(root)
    scripts = list((root / "docs" / "notebooks").glob("*.py"))
    expected = 1 + len(chapters) + len(scripts) + len(entries)
    # pybtex folds keys: two that differ in case alone would be one.
    assert len(file.entries) == len(everything) == expected
    for source, one in everything.items():
        entry = file.entries[one.key]
        assert read(entry.fields["title"]) == one.title
        assert entry.fields["year"] == entry.fields["date"][:4]
        assert date.fromisoformat(entry.fields["date"])
        assert entry.fields["url"] == f"{SITE}{one.address}"
        assert one.note.endswith(one.date)
        assert entry.persons["author"], source


def test_dates_are_those_of_the_commits(everything):
    assert everything["chapters/05-loss.md"].date == "2026-12-01"
    released = everything["chapters/01-introducing-neural-networks.md"].date
    assert released == "2026-11-22"
    assert everything[""].date == "2026-12-01"


def test_a_reflection_is_its_authors(everything):
    cited = {s: c for s, c in everything.items() if c.kind == "Reflections"}
    for source, one in cited.items():
        day = re.search(r"\d{4}-\d\d-\d\d", source)[0]
        assert one.date == day
        assert one.authors == ("The journal's author",)
        assert one.address.startswith(f"reflections/{day}-")


def test_the_page_has_a_heading_and_a_block_for_each(everything):
    shown = citing.page(everything, SITE)
    assert shown.count("```bibtex") == len(everything)
    for one in everything.values():
        assert not one.anchor or f"{{ #{one.anchor} }}" in shown
        assert f"@misc{{{one.key}," in shown
    assert shown.index("## Chapters") < shown.index("## Notebooks")


def test_a_person_in_the_citation_file(tmp_path):
    (tmp_path / "CITATION.cff").write_text(
        "title: T\nversion: 1.0\ndate-released: 2026-11-22\nauthors:\n"
        "  - given-names: Ada\n    family-names: Lovelace\n  - name: A Group\n"
    )
    assert citing.journal(tmp_path) == citing.Journal(
        "T", ("Ada Lovelace", "A Group"), "1.0", "2026-11-22"
    )
