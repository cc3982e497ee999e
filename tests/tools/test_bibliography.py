"""The bibliography: rules of the .bib, citations, the annotated list."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import markdown
import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

import bibliography as bib

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "resources" / "references.bib"
GOLDEN = Path(__file__).parent / "golden"
SOUND = (GOLDEN / "bibliography.bib").read_text(encoding="utf-8")


def written(folder: Path, text: str) -> Path:
    path = folder / "resources" / "references.bib"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return path


@cache
def shipped() -> bib.Bibliography:
    return bib.load(SHIPPED)


@cache
def golden() -> bib.Bibliography:
    return bib.load(GOLDEN / "bibliography.bib", ROOT)


# The rules ------------------------------------------------------------


def test_a_sound_file_has_no_problems(tmp_path: Path) -> None:
    assert bib.problems(written(tmp_path, SOUND)) == []


# What to change in the sound file, the line to be named, words to be said.
FAULTS = {
    "missing comma": (
        "volume = {323},",
        "volume = {323}",
        9,
        "BibTeX: '}' expected",
    ),
    "never closed": (
        "A--B},",
        "A--B,",
        4,
        "the entry that begins here is never closed",
    ),
    "undefined macro": (
        "year = {1986}",
        "year = nineteen",
        11,
        "undefined string",
    ),
    "field twice": (
        "volume = {323},",
        "volume = {323}, volume = {4},",
        4,
        "field volume stands twice",
    ),
    "no title": (
        "  title = {What Works?},\n",
        "",
        20,
        "field title is missing",
    ),
    "no year": ("  year = {2020},\n", "", 20, "field year is missing"),
    "no journal": (
        "  journal = {Nature},\n",
        "",
        4,
        "field journal is missing",
    ),
    "no annotation": (
        "  annotation = {A program. Run it.},\n",
        "",
        20,
        "field annotation is missing",
    ),
    "no chapters": (
        "  chapters = {2},\n",
        "",
        20,
        "field chapters is missing",
    ),
    "nowhere to find": (
        "  eprint = {2001.00001},\n  archiveprefix = {arXiv},\n"
        "  url = {https://example.org/a_b?x=1&y=2},\n",
        "",
        20,
        "field url or doi or eprint is missing",
    ),
    "unknown type": ("@misc", "@online", 20, "type @online is not used"),
    "unknown keyword": (
        "{history, numerics}",
        "{history, numeric}",
        14,
        "'numeric' is not in the list at the head of the file; "
        "did you mean 'numerics'?",
    ),
    "unknown level": (
        "level = {advanced}",
        "level = {expert}",
        30,
        "unknown level 'expert'; use one of beginner",
    ),
    "unknown kind": (
        "kind = {code}",
        "kind = {film}",
        31,
        "unknown kind 'film'",
    ),
    "chapter too high": (
        "chapters = {1, 9}",
        "chapters = {1, 38}",
        17,
        "no chapter '38'; give numbers from 1 to 37",
    ),
    "chapter zero": ("chapters = {2}", "chapters = {0}", 32, "chapter '0'"),
    "chapter no number": (
        "chapters = {2}",
        "chapters = {two}",
        32,
        "no chapter 'two'",
    ),
    "one sentence": (
        "{A program. Run it.}",
        "{A program.}",
        28,
        "the annotation has 1 sentences",
    ),
    "three sentences": (
        "{A program. Run it.}",
        "{A program. Run it. Now.}",
        28,
        "the annotation has 3 sentences",
    ),
    "no full stop": (
        "{A program. Run it.}",
        "{A program. It runs. So",
        20,
        "never closed",
    ),
    "a rest": (
        "{A program. Run it.}",
        "{A program. It runs. And so}",
        28,
        "a rest without a full stop",
    ),
    "malformed doi": (
        "doi = {10.1175/",
        "doi = {https://doi.org/10.1175/",
        12,
        "write 10.nnnn/rest",
    ),
    "malformed arxiv": (
        "{2001.00001}",
        "{arXiv:2001.1}",
        25,
        "eprint 'arXiv:2001.1' is malformed",
    ),
    "other archive": (
        "archiveprefix = {arXiv}",
        "archiveprefix = {hal}",
        26,
        "needs archiveprefix = {arXiv}",
    ),
    "no archive": (
        "  archiveprefix = {arXiv},\n",
        "",
        25,
        "needs archiveprefix = {arXiv}",
    ),
    "plain http": (
        "https://example.org",
        "http://example.org",
        27,
        "write a whole https:// address",
    ),
    "not an address": (
        "{https://example.org/a_b?x=1&y=2}",
        "{https://example}",
        27,
        "url 'https://example' is malformed",
    ),
    "script address": (
        "{https://example.org/a_b?x=1&y=2}",
        "{javascript:alert(1)}",
        27,
        "url 'javascript:alert(1)' is malformed",
    ),
    "year in words": (
        "year = {2020}",
        "year = {in press}",
        24,
        "year 'in press' is not a year",
    ),
    "key and year": (
        "@misc{team2020",
        "@misc{team2021",
        24,
        "the key says 2021 and the field year says 2020",
    ),
    "key and name": (
        "kukiela1986",
        "berg1986",
        5,
        "expected kukiela",
    ),
    "key malformed": ("team2020", "Team_2020", 20, "a key is the family name"),
    "no keyword list": (
        "% keywords: history, numerics,\n%   practice\n",
        "%\n%\n",
        1,
        "no list of keywords",
    ),
    "too many keywords": (
        "% keywords: history",
        "% keywords: " + ", ".join(f"w{i}" for i in range(25)) + ", history",
        1,
        "28 keywords in the list; keep it to 25",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_named_with_its_line(
    tmp_path: Path, name: str
) -> None:
    before, after, line, words = FAULTS[name]
    assert before in SOUND

    found = bib.problems(written(tmp_path, SOUND.replace(before, after, 1)))

    texts = [str(problem) for problem in found]
    at = f"resources/references.bib:{line}: "
    assert any(t.startswith(at) and words in t for t in texts), texts


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

    found = bib.problems(written(tmp_path, SOUND + "\n" + copy))

    assert any(
        f"same {what} as kukiela1986 on line 4" in p.message and p.line >= 35
        for p in found
    ), found


def test_one_broken_entry_gives_one_message(tmp_path: Path) -> None:
    text = SOUND.replace("volume = {323},", "volume = {323}", 1)
    assert len(bib.problems(written(tmp_path, text))) == 1


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, "")
    path.write_bytes(b"% one\n% \xff\n")
    assert str(bib.problems(path)[0]).startswith(
        "resources/references.bib:2: not UTF-8"
    )


# What is shipped ------------------------------------------------------


def test_the_shipped_bibliography_is_sound() -> None:
    assert [str(problem) for problem in bib.problems(SHIPPED)] == []


def test_the_shipped_bibliography_serves_every_chapter() -> None:
    works = shipped().works.values()
    served = Counter(n for work in works for n in work.chapters)

    assert len(works) >= 60
    assert [n for n in range(1, 38) if served[n] < 2] == []


class _Outline(HTMLParser):
    """Collects ids and checks that tags close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.text: list[str] = []

    def handle_starttag(
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        self.open.append(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def outline(html: str) -> _Outline:
    parser = _Outline()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    return parser


@pytest.mark.parametrize("key", list(shipped().works))
def test_every_shipped_work_renders(key: str) -> None:
    work = shipped().works[key]

    html = bib.reference_html(work)
    note, found, keys = bib.cite(f"A claim [@{key}].", shipped(), "page.md")
    page = markdown.markdown(note, extensions=["footnotes"])

    shown = " ".join("".join(outline(html).text).split())
    assert work.text("title") in shown
    assert f"({work.text('year')})" in shown
    assert all(name in shown for name in work.people)
    assert not re.search(r"[\\{}]", shown), "TeX is left"
    assert (found, keys) == ([], [key])
    foot = "".join(outline(page).text)
    assert " ".join(foot.split()).count(work.text("title")) >= 1
    assert f'id="fn:{key}"' in page


def test_the_list_has_every_work_once_in_order_of_years() -> None:
    html = bib.annotated_list(shipped(), {})
    years = [int(year) for year in re.findall(r'data-year="(\d+)"', html)]

    assert sorted(outline(html).ids) == sorted(
        f"ref-{key}" for key in shipped().works
    )
    assert years == sorted(years)
    assert "\n\n" not in html, "a blank line would end the HTML block"


# Citing ---------------------------------------------------------------


def cited(text: str, **options: object) -> tuple[str, list[str], list[str]]:
    result, found, keys = bib.cite(text, golden(), "docs/x.md", **options)  # type: ignore[arg-type]
    return result, [str(problem) for problem in found], keys


def test_citations_become_footnotes_once_each() -> None:
    text, found, keys = cited(
        "As shown [@team2020], twice [@team2020; @kukiela1986].\n"
    )
    body, _, notes = text.partition("\n\n")

    assert found == []
    assert keys == ["team2020", "kukiela1986"]
    assert body == (
        "As shown[^team2020], twice[^team2020]<sup>,&nbsp;</sup>"
        "[^kukiela1986]."
    )
    assert [line.partition(":")[0] for line in notes.splitlines()] == [
        "[^team2020]",
        "[^kukiela1986]",
    ]


def test_the_note_is_escaped_and_links() -> None:
    text, _, _ = cited("A [@kukiela1986].")
    html = markdown.markdown(text, extensions=["footnotes"])

    assert "Daniël Kukieła, Ada van der Berg and others (1986)." in html
    shown = "".join(outline(html).text)
    assert "On <b> & Bits *of* $5: A–B." in shown
    assert "Nature, 323(6088), 533–536." in shown
    assert (
        'href="https://doi.org/10.1175/1520-0493%281950%29078'
        '%3C0001:X_Y%3E2.0.CO;2"' in html
    )


def test_the_note_may_lead_to_the_bibliography() -> None:
    text, _, _ = cited("A [@team2020].", annotated_at="../b.md")
    assert text.endswith("[Our note](../b.md#ref-team2020).\n")


@pytest.mark.parametrize(
    "text",
    [
        "Code `[@team2020]` here.",
        "Code ``a ` [@team2020]`` here.",
        "```python\n[@team2020]\n```",
        "~~~\n[@team2020]\n~~~",
        "````\n```\n[@team2020]\n````",
        "> ```\n> [@team2020]\n> ```",
        "- item\n\n    ```text\n    [@team2020]\n    ```",
        "```text\n[@team2020]",
        "$x[@team2020]$",
        "$$\nx[@team2020]\n$$",
        "<!-- [@team2020] -->",
        "<pre>[@team2020]</pre>",
        "Write to [someone@example.org] or a@team2020.org.",
        "[@team2020](https://example.org)",
        "\\[@team2020]",
        '<a title="[@team2020]">x</a>',
    ],
)
def test_what_is_no_prose_is_left_alone(text: str) -> None:
    assert cited(text) == (text, [], [])


def test_prose_around_code_and_dollars_is_cited() -> None:
    text, _, keys = cited(
        "It costs $5 [@team2020] and $6, `x` [@kukiela1986] `y`.\n\n"
        "```text\n```\n\n- [@team2020]\n1. [@team2020]\n"
    )
    assert keys == ["team2020", "kukiela1986"]
    assert "\n- [^team2020]\n1. [^team2020]\n" in text


def test_an_unknown_key_names_page_line_and_the_nearest() -> None:
    _, found, keys = cited("One.\n\nTwo [@taem2020].\n", first_line=7)
    assert keys == []
    assert found == [
        "docs/x.md:9: unknown citation @taem2020; did you mean @team2020? "
        "(tests/tools/golden/bibliography.bib)"
    ]


def test_an_unknown_key_with_no_neighbour_says_what_to_do() -> None:
    _, found, _ = cited("[@zzz1800]")
    assert "unknown citation @zzz1800; add the work to" in found[0]


@pytest.mark.parametrize("text", ["[@team2020, p. 3]", "[@team2020; see]"])
def test_a_citation_that_cannot_be_read_is_named(text: str) -> None:
    assert f"docs/x.md:1: cannot read the citation {text}" in cited(text)[1][0]


@pytest.mark.parametrize(
    "text",
    ['![Alt](figure:x "From [@team2020].")', "![Alt [@team2020]](x.png)"],
)
def test_a_citation_in_a_figure_is_named(text: str) -> None:
    assert "docs/x.md:1: a citation inside a link" in cited(text)[1][0]


@given(st.text(alphabet="[@team2020];^`$<>\\ \n~-x.()!", max_size=60))
def test_citing_never_fails_and_keeps_the_lines(text: str) -> None:
    result, _, keys = bib.cite(text, golden(), "x.md")
    if keys:
        assert set(keys) <= set(golden().works)
    else:
        assert result == text


# The list -------------------------------------------------------------


def test_the_list_is_as_agreed() -> None:
    html = bib.annotated_list(
        golden(),
        {"team2020": [("Loss & <softmax>", "../../chapters/05-loss/")]},
        {2: ('First "neurons"', "../../chapters/02-first-neurons/")},
    )
    expected = (GOLDEN / "bibliography.html").read_text(encoding="utf-8")
    assert html + "\n" == expected


def test_the_list_survives_markdown() -> None:
    html = bib.annotated_list(golden(), {})
    page = markdown.markdown(f"# Works\n\n{html}\n\nEnd.")
    assert html in page


def test_the_bibtex_of_a_work_can_be_read_again(tmp_path: Path) -> None:
    text = "\n\n".join(map(bib.bibtex, shipped().works.values()))
    again = bib.load(written(tmp_path, text)).works

    assert "annotation" not in text
    assert {k: w.fields["title"] for k, w in again.items()} == {
        k: w.fields["title"] for k, w in shipped().works.items()
    }


def test_the_page_keeps_its_placeholder() -> None:
    page = ROOT / "docs" / "resources" / "bibliography.md"
    lines = page.read_text(encoding="utf-8").splitlines()
    assert lines.count(bib.PLACEHOLDER) == 1


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
        f"{bib.annotated_list(shipped(), {}, chapters)}</main><script>"
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
    page.set_content(bib.annotated_list(shipped(), {}))
    shown = page.locator(".bib-entry:visible")
    assert shown.count() == len(shipped().works)
    assert page.locator(".bib-copy:visible").count() == 0
    page.close()


def test_a_citation_before_a_colon_is_a_citation_but_not_at_a_line_start():
    works = bib.load(SHIPPED)
    good, problems, keys = bib.cite(
        "Said by one [@shannon1948]: this.\n", works, "x.md"
    )
    assert problems == []
    assert keys == ["shannon1948"]
    assert "one[^shannon1948]: this." in good
    _, problems, _ = bib.cite(
        "Said by\n[@shannon1948]: this.\n", works, "x.md"
    )
    assert [str(p) for p in problems] == [
        "x.md:2: [@shannon1948]: at the start of a line would read as a "
        "link's definition; put a word before it"
    ]
