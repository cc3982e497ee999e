"""The bibliography: rules of the .bib, citations, the annotated list."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path

import lxml.html
import markdown
import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

import works
from problems import Faulty

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "resources" / "references.bib"
GOLDEN = Path(__file__).parent / "golden"
SOUND = (GOLDEN / "bibliography.bib").read_text(encoding="utf-8")


def problems(folder: Path, text: str | bytes) -> list[str]:
    path = folder / "x.bib"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(map(str, works.problems(works.load(path, folder), 37)))


@cache
def shipped() -> works.Bibliography:
    return works.load(SHIPPED, ROOT)


@cache
def golden() -> works.Bibliography:
    return works.load(GOLDEN / "bibliography.bib", ROOT)


# The rules ------------------------------------------------------------


def test_a_sound_file_has_no_problems(tmp_path: Path) -> None:
    assert problems(tmp_path, SOUND) == []


AUTHORS = SOUND[SOUND.index("author") : SOUND.index(",\n  title")]
PLACES = SOUND[SOUND.index("  eprint") : SOUND.rindex("  annotation")]
URL = "{https://example.org/a_b?x=1&y=2}"
KEYWORDS = SOUND[: SOUND.index("@")]
# What to change in the sound file, the line to be named, words to be said.
FAULTS = [
    ("volume = {323},", "volume = {323}", 4, "'}' expected (line 9)"),
    ("A--B},", "A--B,", 4, "for a missing comma, brace or quote"),
    ("year = {1986}", "year = nineteen", 4, "undefined string"),
    ("{323},", "{323}, volume = {4},", 4, "field volume stands twice"),
    ("  title = {What Works?},\n", "", 20, "field title is missing"),
    ("  year = {2020},\n", "", 20, "field year is missing"),
    ("  journal = {Nature},\n", "", 4, "field journal is missing"),
    ("  chapters = {2},\n", "", 20, "field chapters is missing"),
    (PLACES, "", 20, "field url or doi or eprint is missing"),
    ("  annotation = {A program. Run it.},\n", "", 20, "field annotation"),
    ("@misc", "@online", 20, "type @online is not used"),
    ("numerics}", "numeric}", 14, "'numeric'; did you mean 'numerics'?"),
    ("{advanced}", "{expert}", 30, "unknown level 'expert'; use beginner i"),
    ("kind = {code}", "kind = {film}", 31, "unknown kind 'film'"),
    ("{1, 9}", "{1, 38}", 17, "unknown chapters '38'; use 1 … 37"),
    ("chapters = {2}", "chapters = {0}", 32, "unknown chapters '0'"),
    ("chapters = {2}", "chapters = {two}", 32, "unknown chapters 'two'"),
    ("{A program. Run it.}", "{A program.}", 28, "has 1 whole sentences"),
    ("Run it.}", "Run it. Now.}", 28, "has 3 whole sentences"),
    ("Run it.}", "It runs. And so}", 28, "whole sentences, expected two"),
    ("{10.1175/", "{https://doi.org/10.1175/", 12, "write 10.nnnn/rest"),
    ("{2001.00001}", "{arXiv:2001.1}", 25, "eprint 'arXiv:2001.1' is"),
    ("= {arXiv}", "= {hal}", 26, "write arXiv"),
    ("  archiveprefix = {arXiv},\n", "", 25, "archiveprefix = {arXiv}"),
    ("https://ex", "http://ex", 27, "write a whole https:// address"),
    (URL, "{https://example}", 27, "url 'https://example' is malformed"),
    (URL, "{javascript:alert(1)}", 27, "url 'javascript:alert(1)' is malf"),
    ("year = {2020}", "year = {in press}", 24, "year 'in press' is"),
    ("@misc{team2020", "@misc{team2021", 24, "the key says 2021"),
    ("kukiela1986", "berg1986", 5, "expected kukiela"),
    ("team2020", "Team_2020", 20, "a key is the family name"),
    (KEYWORDS, "", 1, "no list of keywords"),
    # People who would be mixed up, or be a traceback.
    (AUTHORS, "author = {Kukiela, Daniel, Berg, Ada}", 5, "a comma too many"),
    (AUTHORS, "author = {Kukiela, Daniel, Berg}", 5, "a comma too many"),
    (AUTHORS, "author = {Kukiela, Daniel,}", 5, "a name is missing"),
    (AUTHORS, "author = {Kukiela, Daniel and}", 5, "a name is missing"),
    (AUTHORS, "author = {Kukiela, D and and Berg, A}", 5, "name is missing"),
    (AUTHORS, "author = {Kukiela, D; Berg, A}", 5, "by the word and"),
    (AUTHORS, "author = {Kukiela, D \\& Berg, A}", 5, "by the word and"),
    (AUTHORS, "author = {Kukiela, D & Berg, A}", 5, "by the word and"),
    (AUTHORS, "author = {Kukiela, D et al.}", 5, "by the word and"),
    (AUTHORS, "author = {others and Kukiela, D}", 5, "others come last"),
    # TeX that a reader would see, or that eats what he should.
    ("Kukie{\\l}a", "Kukie\\l a", 5, "\\l takes the space after it"),
    ("A--B", "\\emph{A}--B", 6, "holds TeX that cannot be read"),
    ("A--B", "$A$--B", 6, "holds TeX that cannot be read"),
    ("A--B", "{\\foo}", 6, "and would be shown as"),
    ("{Nature}", "{Na\\-ture}", 7, "journal holds TeX"),
    ("{Source code}", "{\\url{https://x.org}}", 23, "howpublished holds TeX"),
    ("{What Works?}", "{What \\}", 22, "title holds TeX"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault[1])
def test_a_planted_fault_is_named_with_its_line(
    tmp_path: Path, fault: tuple[str, str, int, str]
) -> None:
    before, after, line, words = fault
    assert before in SOUND

    found = problems(tmp_path, SOUND.replace(before, after, 1))

    at = f"x.bib:{line}: "
    assert any(t.startswith(at) and words in t for t in found), found


def test_people_are_parted_as_bibtex_does(tmp_path: Path) -> None:
    people = "{Kukiela, Daniel AND King, Jr., Martin and {Simon \\& Sons}}"
    text = SOUND.replace(AUTHORS, f"author = {people}")

    assert problems(tmp_path, text) == []
    work = works.load(tmp_path / "x.bib", tmp_path).entries[0]
    assert work.people == [
        "Daniel Kukiela",
        "Martin King Jr.",
        "Simon & Sons",
    ]


@pytest.mark.parametrize(
    ("family", "key"),
    [
        ("Wei{\\ss}", "weiss"),
        ("{\\L}uk{\\o}", "luko"),
        ("{\\DJ}or{\\dj}evi\\'c", "dordevic"),
        ("{\\AE}r{\\o}", "aero"),
        ("K{\\i}ra\\c{c}", "kirac"),
        ("Þórð", "thord"),
        ('G{\\"o}del', "godel"),
    ],
)
def test_no_letter_of_a_name_is_lost_in_its_key(
    tmp_path: Path, family: str, key: str
) -> None:
    text = SOUND.replace("Kukie{\\l}a, Dani", f"{family}, Dani")
    assert problems(tmp_path, text.replace("kukiela", key)) == []
    assert f"expected {key}" in problems(tmp_path, text)[0]


@pytest.mark.parametrize(
    ("what", "again"),
    [
        ("key", {}),
        ("doi", {"key": "kukiela1986b", "title": "Other"}),
        ("title", {"key": "kukiela1986b", "doi": "10.1000/2"}),
    ],
)
def test_a_work_that_stands_twice_is_named(
    tmp_path: Path, what: str, again: dict[str, str]
) -> None:
    copy = SOUND[SOUND.index("@article") : SOUND.index("@misc")]
    copy = copy.replace("kukiela1986", again.get("key", "kukiela1986"), 1)
    for field in ("doi", "title"):
        if field in again:
            copy = re.sub(
                rf"{field} = {{.*}},", f"{field} = {{{again[field]}}},", copy
            )

    found = problems(tmp_path, SOUND + "\n" + copy)

    words = f": same {what} as kukiela1986 on line 4; keep one"
    assert any(problem.endswith(words) for problem in found), found


def test_one_broken_entry_gives_one_message(tmp_path: Path) -> None:
    text = SOUND.replace("volume = {323},", "volume = {323}", 1)
    assert len(problems(tmp_path, text)) == 1


@pytest.mark.parametrize(
    ("data", "line"), [(b"% one\n% \xff\n", 2), (b"\xef\xbb\xbf% one", 1)]
)
def test_a_file_that_is_no_text_is_named(
    tmp_path: Path, data: bytes, line: int
) -> None:
    with pytest.raises(Faulty, match=rf"^x\.bib:{line}: "):
        problems(tmp_path, data)


@given(
    st.integers(0, len(SOUND)),
    st.text(alphabet='{}\\,="@#%& aé~$-;\n', max_size=8),
    st.integers(0, 12),
)
def test_no_edit_is_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, at: int, new: str, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("bib", numbered=True)
    problems(folder, SOUND[:at] + new + SOUND[at + cut :])
    read = works.load(folder / "x.bib", folder)
    works.annotated_list(read, {}, {})


# What is shipped ------------------------------------------------------


def test_the_shipped_bibliography_is_sound() -> None:
    assert works.problems(shipped(), 37) == []
    assert len(shipped().keywords) <= 25


def test_the_shipped_bibliography_serves_every_chapter() -> None:
    known = shipped().works.values()
    served = Counter(n for work in known for n in work.chapters)

    assert len(known) >= 60
    assert [n for n in range(1, 38) if served[n] < 2] == []


def test_every_shipped_work_renders() -> None:
    for key, work in shipped().works.items():
        html = works.reference(work)
        shown = " ".join(lxml.html.fromstring(f"<p>{html}</p>").itertext())
        shown = " ".join(shown.split())
        for words in (work.text("title"), work.text("year"), *work.people):
            assert words in shown
        assert not re.search(r"[\\{}]", shown), f"{key}: TeX is left"
        assert f'<li id="fn:{key}">' in cited(f"A [@{key}].", shipped())[0]


def test_the_list_has_every_work_once_in_order_of_years() -> None:
    html = works.annotated_list(shipped(), {}, {})
    years = [int(year) for year in re.findall(r'data-year="(\d+)"', html)]

    ids = re.findall(r' id="([^"]+)"', html)
    assert sorted(ids) == sorted(f"ref-{key}" for key in shipped().works)
    assert years == sorted(years)
    assert "\n\n" not in html, "a blank line would end the HTML block"


# Citing ---------------------------------------------------------------

EXTENSIONS = [
    *("attr_list", "footnotes", "md_in_html", "smarty", "tables"),
    *("pymdownx.arithmatex", "pymdownx.superfences"),
]


def cited(
    text: str, read: works.Bibliography | None = None
) -> tuple[str, list[str], list[str]]:
    """Return the page, its problems, and the keys that it cites."""
    read = read or golden()
    html = markdown.markdown(
        text,
        extensions=[*EXTENSIONS, works.Citations(read, "bib.md")],
        extension_configs={"pymdownx.arithmatex": {"generic": True}},
    )
    found = works.left_over(html, text, "x.md", read)
    return html, list(map(str, found)), works.cited(html, read)


def words(html: str) -> str:
    """Return what a page says above its notes."""
    html = html.partition('<div class="footnote">')[0]
    return (
        unescape(re.sub(r"<[^>]*>", "", html)).replace("\u00a0", " ").strip()
    )


@pytest.mark.parametrize(
    ("text", "said", "keys"),
    [
        ("As [@team2020] so.", "As1 so.", "t"),
        ("As [@team2020; @kukiela1986].", "As1, 2.", "tk"),
        ("As [@team2020;\n@kukiela1986].", "As1, 2.", "tk"),
        ("As [@team2020][@kukiela1986].", "As1, 2.", "tk"),
        ("As [@team2020] [@kukiela1986].", "As1, 2.", "tk"),
        ("As [@team2020]\n[@kukiela1986].", "As1, 2.", "tk"),
        ("As [@team2020], [@kukiela1986; @team2020].", "As1,2, 1.", "tk"),
        ("As [@team2020; @team2020].", "As1.", "t"),
        ("Own[^1][@team2020].\n\n[^1]: Note.", "Own1, 2.", "t"),
        ("Own[^1][^2].\n\n[^1]: N.\n[^2]: M.", "Own1, 2.", ""),
        ("Own[^1].\n\n[^1]: Note [@team2020].", "Own1.", "t"),
        ("**As** [@team2020]: so.", "As1: so.", "t"),
        ("[@team2020]: so.", "1: so.", "t"),
        ("- [@team2020]: so.", "1: so.", "t"),
        ("Cost $5 [@team2020] and $6.", "Cost $51 and $6.", "t"),
        ("| a |\n|---|\n| [@team2020] |", "a\n\n\n\n\n1", "t"),
        ("`a [@team2020]` [@kukiela1986]", "a [@team2020]1", "k"),
    ],
)
def test_citations_become_footnotes(text: str, said: str, keys: str) -> None:
    html, found, known = cited(text)

    assert found == []
    assert [key[0] for key in known] == list(keys)
    assert words(html) == said


@pytest.mark.parametrize(
    "text",
    [
        "Code `[@team2020]` here.",
        "Code ``a ` [@team2020]`` here.",
        "```python\n[@team2020]\n```",
        "~~~\n[@team2020]\n~~~",
        "> ```\n> [@team2020]\n> ```",
        "- item\n\n    ```text\n    [@team2020]\n    ```",
        "    [@team2020]",
        "$x[@team2020]$",
        "$$\nx[@team2020]\n$$",
        "<!-- [@team2020] -->",
        "<pre>[@team2020]</pre>",
        "Write to [someone@example.org] or a@team2020.org.",
        "[@team2020](https://example.org)",
    ],
)
def test_what_is_no_prose_is_left_alone(text: str) -> None:
    html, found, keys = cited(text)
    assert (found, keys) == ([], [])
    assert "footnote" not in html


def test_the_note_is_escaped_and_leads_to_ours() -> None:
    html, _, _ = cited("A [@kukiela1986].")

    assert "Daniël Kukieła, Ada van der Berg and others (1986). <cite>" in html
    assert "On &lt;b&gt; &amp; Bits *of* $5: A–B</cite>." in html
    assert "Nature, 323(6088), 533–536." in html
    assert (
        'href="https://doi.org/10.1175/1520-0493%281950%29078'
        '%3C0001:X_Y%3E2.0.CO;2"' in html
    )
    assert '<a href="bib.md#ref-kukiela1986">Our note</a>.' in html


FRONT = "---\ntitle: x\n---\n\n`[@taem2020]`\n\nOne\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[@taem2020].", "unknown citation @taem2020; did you mean 'team2"),
        ("[@zzz1800].", "unknown citation @zzz1800; tests/tools/golden/bib"),
        ("[@team2020; @zzz1800].", "unknown citation @zzz1800; tests"),
        ("[@team2020, p. 3].", "cannot read the citation [@team2020, p. 3];"),
        ("[see @team2020].", "cannot read the citation [see @team2020]; wr"),
        ("[@team2020; see].", "cannot read the citation [@team2020; see]"),
        ("[-@team2020].", "cannot read the citation [-@team2020]; write"),
        ("![Alt [@team2020]](x.png).", "the citation [@team2020] cannot be"),
        ('![Alt](x.png "By [@team2020]").', "the citation [@team2020] cann"),
        ("[by [@team2020]](x.md).", "the citation [@team2020] cannot becom"),
    ],
)
def test_a_citation_that_stays_is_named_with_its_line(
    text: str, said: str
) -> None:
    _, found, _ = cited(f"One.\n\n`{text}`\n\ntwo\n{text}\n")
    assert len(found) == 1
    assert found[0].startswith(f"x.md:6: {said}")


def test_one_page_tells_all_its_faults() -> None:
    found = cited("[@zzz1800]\n\n[@yyy1800] and\n[@zzz1800]\n")[1]
    assert [int(problem.split(":")[1]) for problem in found] == [1, 3, 4]


@given(st.text(alphabet="[@team2020];^`$<>\\ \n~-x.()!:", max_size=60))
def test_citing_never_fails(text: str) -> None:
    _, _, keys = cited(text)
    assert set(keys) <= set(golden().works)


# The list -------------------------------------------------------------


def test_the_list_is_as_agreed() -> None:
    html = works.annotated_list(
        golden(),
        {"team2020": [("Loss & <softmax>", "../../chapters/05-loss/")]},
        {2: ('First "neurons"', "../../chapters/02-first-neurons/")},
    )
    expected = (GOLDEN / "bibliography.html").read_text(encoding="utf-8")
    assert html + "\n" == expected
    assert html in markdown.markdown(f"# Works\n\n{html}\n\nEnd.")


def test_the_bibtex_of_a_work_can_be_read_again(tmp_path: Path) -> None:
    text = "\n\n".join(map(works.bibtex, shipped().works.values()))
    problems(tmp_path, text)
    again = works.load(tmp_path / "x.bib", tmp_path).works

    assert "annotation" not in text
    assert {k: w.fields["title"] for k, w in again.items()} == {
        k: w.fields["title"] for k, w in shipped().works.items()
    }


# In the browser -------------------------------------------------------

ASSETS = ROOT / "docs" / "assets"
ADDRESS = "https://journal.test/resources/bibliography/"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """The list with its script and style, at the width of a phone."""
    chapters = {9: ("Backpropagation", "../../chapters/09/")}
    html = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        "<title>Works</title><style>:root{"
        "--md-default-fg-color:#222;--md-default-fg-color--light:#666;"
        "--md-default-fg-color--lightest:#ccc;--md-default-bg-color:#fff;"
        "--md-code-bg-color:#f5f5f5;--md-code-fg-color:#333;"
        "--md-accent-fg-color:#06c}body{margin:.5rem}"
        f"{(ASSETS / 'bibliography.css').read_text(encoding='utf-8')}"
        '</style><main class="md-typeset"><h1>Works</h1>'
        f"{works.annotated_list(shipped(), {}, chapters)}</main><script>"
        f"{(ASSETS / 'bibliography.js').read_text(encoding='utf-8')}"
        "</script></html>"
    )
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.route(
        "**/*",
        lambda route: route.fulfill(content_type="text/html", body=html),
    )
    yield page
    context.close()
    assert faults == []


def visible(page: Page) -> list[str]:
    keys: list[str] = page.eval_on_selector_all(
        ".bib-entry:not([hidden])", "items => items.map(item => item.id)"
    )
    return [key.removeprefix("ref-") for key in keys]


@pytest.mark.browser
def test_filters_search_and_the_address_agree(page: Page) -> None:
    page.goto(ADDRESS)
    assert len(visible(page)) == len(shipped().works)

    page.get_by_label("Chapter").select_option("9")
    page.get_by_label("Level").select_option("beginner")
    expected = {
        key
        for key, work in shipped().works.items()
        if 9 in work.chapters and work.text("level") == "beginner"
    }
    assert set(visible(page)) == expected != set()
    assert page.url == f"{ADDRESS}?level=beginner&chapter=9"
    assert page.locator(".bib-count").inner_text() == (
        f"{len(expected)} of {len(shipped().works)} works"
    )

    page.get_by_role("button", name="Reset").click()
    assert (page.url, len(visible(page))) == (ADDRESS, len(shipped().works))

    page.get_by_label("Search").fill("KUKIELA scratch")
    assert visible(page) == ["kinsley2020a"]
    page.get_by_label("Search").fill("zzz no such work")
    assert "No work fits" in page.locator(".bib-count").inner_text()


@pytest.mark.browser
def test_an_address_restores_the_view(page: Page) -> None:
    page.goto(f"{ADDRESS}?kind=talk&sort=author&level=nonsense")
    talks = [w for w in shipped().works.values() if w.text("kind") == "talk"]

    assert len(visible(page)) == len(talks)
    assert visible(page)[0].startswith("karpathy")
    assert page.get_by_label("Level").input_value() == ""


@pytest.mark.browser
def test_a_link_to_a_hidden_work_shows_it(page: Page) -> None:
    page.goto(f"{ADDRESS}?kind=talk#ref-shannon1948")
    assert page.locator("#ref-shannon1948").is_visible()


@pytest.mark.browser
def test_the_bibtex_is_copied_or_selected(page: Page) -> None:
    page.goto(ADDRESS)
    entry = page.locator("#ref-mcculloch1943")
    entry.locator("summary").click()
    entry.get_by_role("button", name="Copy BibTeX").click()
    entry.get_by_text(re.compile("^(Copied|Selected)")).wait_for()


@pytest.mark.browser
def test_the_controls_are_accessible_on_a_phone(page: Page) -> None:
    page.goto(ADDRESS)
    results = Axe().run(page)

    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
def test_without_the_script_nothing_is_hidden(browser: Browser) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.set_content(works.annotated_list(shipped(), {}, {}))
    shown = page.locator(".bib-entry:visible")
    assert shown.count() == len(shipped().works)
    assert page.locator(".bib-copy:visible").count() == 0
    page.close()
