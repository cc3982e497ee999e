"""The bibliography: rules of the .bib, citations, the annotated list."""

import re
import unicodedata
from collections import Counter
from functools import cache
from html import unescape
from pathlib import Path

import lxml.html
import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

import works
from problems import Faulty
from works import show

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "resources" / "references.bib"
GOLDEN = Path(__file__).parent / "golden"
SOUND = (GOLDEN / "bibliography.bib").read_text(encoding="utf-8")


def problems(folder, text):
    """Return what is wrong with a .bib."""
    path = folder / "x.bib"
    path.write_text(text, encoding="utf-8")
    try:
        read = works.load(path, folder)
    except Faulty as error:
        return list(map(str, error.problems))
    works.annotated_list(read, {}, {})
    return list(map(str, works.problems(read)))


@cache
def shipped():
    return works.load(SHIPPED, ROOT)


@cache
def golden():
    return works.load(GOLDEN / "bibliography.bib", ROOT)


# The rules ------------------------------------------------------------


def test_a_sound_file_has_no_problems(tmp_path):
    assert problems(tmp_path, SOUND) == []


AUTHORS = SOUND[SOUND.index("author") : SOUND.index(",\n  title")]
PLACES = SOUND[SOUND.index("  eprint") : SOUND.rindex("  annotation")]
URL = "{https://example.org/a_b?x=1&y=2}"
# What to change in the sound file, the line to be named, words to be said.
FAULTS = [
    ("  title = {What Works?},\n", "", 20, "field title is missing"),
    ("  journal = {Nature},\n", "", 4, "field journal is missing"),
    (PLACES, "", 20, "field url or doi or eprint is missing"),
    ("@misc", "@online", 20, "type @online is not used"),
    ("{10.1175/", "{https://doi.org/10.1175/", 4, "doi 'https:"),
    ("{2001.00001}", "{arXiv:2001.1}", 20, "eprint 'arXiv:2001.1' is"),
    ("= {arXiv}", "= {hal}", 20, "archiveprefix 'hal' is"),
    ("  archiveprefix = {arXiv},\n", "", 20, "archiveprefix = {arXiv}"),
    ("https://ex", "http://ex", 20, "url 'http://ex"),
    (URL, "{javascript:alert(1)}", 20, "url 'javascript:alert(1)' is malf"),
    ("year = {2020}", "year = {in press}", 20, "year 'in press' is"),
    *(
        (AUTHORS, f"author = {{{people}}}", 4, "cannot tell the people apart")
        for people in (
            *("Kukiela, Daniel, Berg, Ada", "Kukiela, Daniel, Berg"),
            *("Kukiela, Daniel,", "Kukiela, Daniel and", "Kukiela, D et al."),
            *("Kukiela, D and and Berg, A", "Kukiela, D; Berg, A"),
            *("Kukiela, D \\& Berg, A", "others and Kukiela, D"),
        )
    ),
    *(
        (before, after, 4, " holds TeX that would be shown as ")
        for before, after in (
            *(("Kukie{\\l}a", "Kukie\\l a"), ("A--B", "\\emph{A}--B")),
            *(("A--B", "$A$--B"), ("A--B", "{\\foo}"), ("A--B", "A\\")),
            *(("{Nature}", "{Na\\-ture}"),),
        )
    ),
    ("team2020", "kukiela1986", 20, "same key as kukiela1986 on line 4"),
    ("  eprint", "  doi = {%s},\n  eprint", 20, "same doi as kukiela1986"),
    ("volume = {323},", "volume = {323}", 4, "'}' expected"),
    ("A--B},", "A--B,", 4, "for a missing comma, brace or quote"),
    ("year = {1986}", "year = nineteen", 4, "undefined string"),
    ("{323},", "{323}, volume = {4},", 4, "field volume stands twice"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault[1])
def test_a_planted_fault_is_named_with_its_line(tmp_path, fault):
    before, after, line, words = fault
    assert before in SOUND
    after = after.replace("%s", golden().entries[0].fields["doi"])

    found = problems(tmp_path, SOUND.replace(before, after, 1))

    at = f"x.bib:{line}: "
    assert any(t.startswith(at) and words in t for t in found), found


def test_people_are_parted_as_bibtex_does(tmp_path):
    people = "{Kukiela, Daniel AND King, Jr., Martin and {Simon \\& Sons}}"
    text = SOUND.replace(AUTHORS, f"author = {people}")

    assert problems(tmp_path, text) == []
    work = works.load(tmp_path / "x.bib", tmp_path).entries[0]
    people = ["Daniel Kukiela", "Martin King Jr.", "Simon & Sons"]
    assert work.people == people


@given(
    st.integers(0, len(SOUND)),
    st.text(alphabet='{}\\,="@#%& aé~$-;\n', max_size=8),
    st.integers(0, 12),
)
def test_no_edit_is_a_traceback(tmp_path_factory, at, new, cut):
    folder = tmp_path_factory.mktemp("bib", numbered=True)
    problems(folder, SOUND[:at] + new + SOUND[at + cut :])


# What is shipped ------------------------------------------------------


KEYWORDS = re.search(
    r"% keywords:((?:.*,\s*\n%)*.*)\n", SHIPPED.read_text("utf-8")
)[1]
CHOICES = {
    "keywords": {word.strip(" %\n") for word in KEYWORDS.split(",")},
    "level": {"beginner", "intermediate", "advanced"},
    "kind": {"paper", "book", "course", "talk", "code", "web"},
    "chapters": {str(number) for number in range(1, 38)},
}
STOP = re.compile(r"[.!?][\"'”’)]*(?=\s+[\"'“‘(]*[A-Z0-9]|$)")
PLAIN = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "æ": "ae"})


def style(work):
    """Yield what we write in another way."""
    for name, known in CHOICES.items():
        if not (given := set(work.words(name))) or given - known:
            yield f"{name} is {given or 'missing'}, expected some of {known}"
    said = work.text("annotation")
    ends = [stop.end() for stop in STOP.finditer(said)]
    if len(ends) != 2 or ends[-1] != len(said):
        yield "the annotation is two sentences: what it gives, when to read it"
    key = re.fullmatch(r"([a-z]+)(\d{4})[a-z]?", work.key)
    person = works.bib.named(work.persons[0], "prelast", "last").lower()
    family = unicodedata.normalize("NFKD", person.translate(PLAIN))
    family = re.sub("[^a-z]", "", family)
    if not (key and key[2] == work.fields["year"] and key[1] in family):
        yield "the key is the first author's family name and the year"


def test_the_shipped_bibliography_is_sound():
    assert works.problems(shipped()) == []
    assert [
        f"{work.key} (line {work.line}): {fault}"
        for work in shipped().entries
        for fault in style(work)
    ] == []


def test_the_shipped_bibliography_serves_every_chapter():
    known = shipped().works.values()
    served = Counter(n for work in known for n in work.chapters)

    assert len(known) >= 60
    assert [n for n in range(1, 38) if served[n] < 2] == []


def test_every_shipped_work_renders():
    for key, work in shipped().works.items():
        html = show.reference(work)
        shown = " ".join(lxml.html.fromstring(f"<p>{html}</p>").itertext())
        shown = " ".join(shown.split())
        for words in (work.text("title"), work.text("year"), *work.people):
            assert words in shown
        assert not re.search(r"[\\{}]", shown), f"{key}: TeX is left"
        assert f'<li id="fn:{key}">' in cited(f"A [@{key}].", shipped())[0]


# Citing ---------------------------------------------------------------

EXTENSIONS = [
    *("attr_list", "footnotes", "md_in_html", "smarty", "tables"),
    *("pymdownx.arithmatex", "pymdownx.superfences"),
]


def cited(text, read=None):
    """Return the page, and the keys that it cites."""
    read = read or golden()
    html = markdown.markdown(
        text,
        extensions=[*EXTENSIONS, works.Citations(lambda: read, "bib.md")],
        extension_configs={"pymdownx.arithmatex": {"generic": True}},
    )
    return html, works.cited(html, read)


CITED = [
    ("As [@team2020] so.", "As1 so.", "t"),
    ("As [@team2020; @kukiela1986].", "As1, 2.", "tk"),
    ("As [@team2020;\n@kukiela1986].", "As1, 2.", "tk"),
    ("As [@team2020]\n[@kukiela1986].", "As1, 2.", "tk"),
    ("As [@team2020], [@kukiela1986; @team2020].", "As1,2, 1.", "tk"),
    ("As [@team2020; @team2020].", "As1.", "t"),
    ("Own[^1], [@team2020].\n\n[^1]: Note.", "Own1,2.", "t"),
    ("Own[^1].\n\n[^1]: Note [@team2020].", "Own1.", "t"),
    ("**As** [@team2020]: so.", "As1: so.", "t"),
    ("[@team2020]: so.", "1: so.", "t"),
    ("- [@team2020]: so.", "1: so.", "t"),
    ("Cost $5 [@team2020] and $6.", "Cost $51 and $6.", "t"),
    ("| a |\n|---|\n| [@team2020] |", "a\n\n\n\n\n1", "t"),
    ("`a [@team2020]` [@kukiela1986]", "a [@team2020]1", "k"),
]


@pytest.mark.parametrize(("text", "said", "keys"), CITED)
def test_citations_become_footnotes(text, said, keys):
    html, known = cited(text)

    assert [key[0] for key in known] == list(keys)
    above = html.partition('<div class="footnote">')[0]
    words = unescape(re.sub(r"<[^>]*>", "", above)).replace("\u00a0", " ")
    assert words.strip() == said


@pytest.mark.parametrize(
    "text",
    [
        "Code ``a ` [@team2020]`` here.",
        "> ```\n> [@team2020]\n> ```",
        "- item\n\n    ```text\n    [@team2020]\n    ```",
        "$x[@team2020]$",
        "$$\nx[@team2020]\n$$",
        "<!-- [@team2020] -->",
        "<pre>[@team2020]</pre>",
        "Write to [someone@example.org] or a@team2020.org.",
        "[@team2020](https://example.org)",
        "Unknown [@taem2020], half known [@team2020; @zzz1800].",
    ],
)
def test_what_is_no_citation_is_left_alone(text):
    html, _ = cited(text)
    assert "footnote-ref" not in html
    assert works.without(html, golden()).count("zzz") == text.count("zzz")


def test_the_note_is_escaped_and_leads_to_ours():
    html, _ = cited("A [@kukiela1986].")

    assert "Daniël Kukieła, Ada van der Berg and others (1986). <cite>" in html
    assert "On &lt;b&gt; &amp; Bits *of* $5: A–B</cite>." in html
    assert '%3C0001:X_Y%3E2.0.CO;2"' in html
    assert '<a href="bib.md#ref-kukiela1986">Our note</a>.' in html


@given(st.text(alphabet="[@team2020];^`$<>\\ \n~-x.()!:", max_size=60))
def test_citing_never_fails(text):
    _, keys = cited(text)
    assert set(keys) <= set(golden().works)


# The list -------------------------------------------------------------


def test_the_list_is_as_agreed():
    html = works.annotated_list(
        golden(),
        {"team2020": [("Loss & <softmax>", "../../chapters/05-loss/")]},
        {2: ('First "neurons"', "../../chapters/02-first-neurons/")},
    )
    expected = (GOLDEN / "bibliography.html").read_text(encoding="utf-8")
    assert html + "\n" == expected
    assert html in markdown.markdown(f"# Works\n\n{html}\n\nEnd.")


def test_the_bibtex_of_a_work_can_be_read_again(tmp_path):
    text = "\n\n".join(map(show.bibtex, shipped().works.values()))
    problems(tmp_path, text)
    again = works.load(tmp_path / "x.bib", tmp_path).works

    assert "annotation" not in text
    assert {k: w.fields["title"] for k, w in again.items()} == {
        k: w.fields["title"] for k, w in shipped().works.items()
    }
