"""What the site says of itself, on its own pages, is what it does.

The pages on privacy and accessibility name these tests.
"""

import html
import json
import re
from datetime import date
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from jinja2 import Template
from pybtex.database import parse_string

from building import ROOT
from test_browser import CHAPTERS, RESTED, TYPES, WIDTHS, opened, search, sent
from test_build import ORIGIN, documents

CORRECTIONS = "docs/resources/corrections.md"
NAMED = re.compile(r"`((?:tests/[\w/]+\.py::)?test_\w+)`")
PROMISES = ("docs/about/privacy.md", "docs/about/accessibility.md")
CHAPTER = f"chapters/{CHAPTERS[3]}/"
browsing = pytest.mark.browser

KEPT = """async () => ({
  cookies: document.cookie,
  local: Object.keys(localStorage),
  session: Object.keys(sessionStorage),
  databases: (await indexedDB.databases()).map(one => one.name),
  caches: await caches.keys(),
  workers: (await navigator.serviceWorker.getRegistrations()).length
})"""
NOTHING = {
    "cookies": "",
    "local": [],
    "session": [],
    "databases": [],
    "caches": [],
    "workers": 0,
}


# Privacy -------------------------------------------------------------


@browsing
def test_the_choice_of_colours_is_all_that_is_kept(browser, address):
    tab = opened(browser, address, CHAPTER)
    for page in ("", TYPES["notebook"], TYPES["bibliography"]):
        tab.goto(address + page, wait_until="load")
        tab.mouse.wheel(0, 100_000)
        tab.evaluate(RESTED)
    search(tab, "softmax")
    palette = {**NOTHING, "local": ["/.__palette"]}
    assert tab.evaluate(KEPT) == palette
    kept = json.loads(tab.evaluate("localStorage['/.__palette']"))
    assert kept["color"]["media"] == "(prefers-color-scheme)"  # the system's
    tab.goto(address + CHAPTER, wait_until="load")
    tab.evaluate(RESTED)
    tab.locator("label[for^='__palette']:visible").click()
    assert tab.evaluate(KEPT) == palette
    kept = json.loads(tab.evaluate("localStorage['/.__palette']"))
    assert set(kept) == {"index", "color"}
    assert kept["color"]["media"] == "(prefers-color-scheme: light)"
    # The planted fault is seen.
    tab.evaluate("sessionStorage.visits = 1")
    assert tab.evaluate(KEPT) != palette
    tab.context.close()


@browsing
def test_searching_sends_nothing(browser, address):
    tab = opened(browser, address, CHAPTER)
    tab.wait_for_load_state("networkidle")
    before = len(tab.requests)
    search(tab, "sigmoid")
    asked = tab.requests[before:]
    tab.context.close()
    assert sent(asked) == []
    # The index comes, whatever the words are.
    assert any("search_index.json" in one.url for one in asked)
    assert not any("sigmoid" in one.url for one in asked)


# Accessibility -------------------------------------------------------

MOVING = """() => {
  const seconds = text => Math.max(...text.split(", ").map(
    one => parseFloat(one) / (/ms$/.test(one) ? 1e3 : 1)))
  return [...document.querySelectorAll("*")].filter(node =>
    [null, "::before", "::after"].some(part => {
      const look = getComputedStyle(node, part)
      return seconds(look.transitionDuration) > 0.001 ||
        (look.animationName !== "none" &&
          seconds(look.animationDuration) > 0.001) ||
        look.scrollBehavior === "smooth"
    })).length
}"""


@browsing
def test_no_movement_where_less_is_asked_for(browser, address):
    tab = opened(browser, address, CHAPTER)  # asks for less
    assert tab.evaluate(MOVING) == 0
    tab.emulate_media(reduced_motion="no-preference")
    assert tab.evaluate(MOVING) > 0  # the measure sees movement
    tab.context.close()


def test_every_formula_is_mathml(site):
    formulas = 0
    for path in sorted(site.rglob("*.html")):
        text = path.read_text("utf-8")
        boxes = re.findall(
            r'<(span|div) class="arithmatex"[^>]*>(.*?)</\1>', text, re.S
        )
        for _, inside in boxes:
            formulas += 1
            assert "<math" in inside, f"{path}: {inside[:80]}"
        assert 'class="katex' not in text
        assert "mathjax" not in text.lower()
    assert formulas > 1000


@browsing
def test_a_chapter_is_whole_without_scripts(browser, address):
    words = "document.querySelector('article').textContent"
    tab = opened(browser, address, CHAPTER)
    scripted = tab.evaluate(words)
    tab.context.close()
    context = browser.new_context(java_script_enabled=False)
    bare = context.new_page()
    bare.goto(address + CHAPTER)
    plain = bare.locator("article").text_content()
    assert bare.locator("article math").first.is_visible()
    assert bare.locator("article pre > code:visible").count() > 5
    assert bare.locator("article .report").is_visible()
    bare.goto(address + TYPES["bibliography"])
    assert bare.locator("[id^='ref-']:visible").count() >= 60
    context.close()

    def said(text):
        return re.sub(r"\W+", " ", text).split()

    assert len(said(plain)) > 5000
    # Scripts add the names of buttons, and take nothing.
    assert set(said(plain)) <= set(said(scripted))


# The pages that promise ----------------------------------------------


def known_tests():
    """Return the names of the tests, and their names behind their files."""
    found = set()
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        text = path.read_text("utf-8")
        names = re.findall(r"^ *def (test_\w+)\(", text, re.M)
        place = path.relative_to(ROOT).as_posix()
        found.update(names, (f"{place}::{name}" for name in names))
    return found


@pytest.mark.parametrize("page", [*PROMISES, CORRECTIONS])
def test_every_promise_names_a_test_that_exists(page):
    named = NAMED.findall((ROOT / page).read_text("utf-8"))
    assert len(named) >= 5
    assert set(named) - known_tests() == set()
    assert "test_that_nobody_wrote" not in known_tests()


def test_each_correction_says_what_it_said_and_names_its_test():
    page = (ROOT / CORRECTIONS).read_text("utf-8")
    entries = page.partition("{ #mended }")[2].split("*It said:*")[1:]
    assert len(entries) >= 12
    for entry in entries:
        assert "*It says now:*" in entry
        in_words = "the words are what changed" in entry
        assert len(NAMED.findall(entry)) == (0 if in_words else 1), entry


def test_the_accessibility_page_names_the_kinds_that_axe_sees():
    text = (ROOT / PROMISES[1]).read_text("utf-8")
    listed = re.search(r"page of each of these kinds: ([^.]*)\.", text)
    assert listed, "the page lists no kinds"
    kinds = {" ".join(kind.split()) for kind in listed[1].split(",")}
    assert kinds == set(TYPES), (
        f"{PROMISES[1]} must list the kinds of TYPES in test_browser.py"
    )
    for size in WIDTHS.values():
        assert f"{size['width']}" in text


# The foot of a page --------------------------------------------------

WORDS = "resources/corrections/#how-to-report"
REPORT = re.compile(r'<a class="report" href="([^"]*)"')


def content_pages(folder):
    """Return address → text of the pages."""
    found = {}
    for path in sorted(folder.rglob("index.html")):
        text = path.read_text("utf-8")
        if re.search(r'class="md-content[ "]', text):
            name = path.parent.relative_to(folder).as_posix()
            found["" if name == "." else f"{name}/"] = text
    return found


def test_every_page_tells_how_to_report_a_mistake(site):
    found = content_pages(site)
    assert len(found) > 40
    for name, text in found.items():
        (link,) = REPORT.findall(text)
        told = urljoin(f"https://journal.example/{name}", link)
        assert told == f"https://journal.example/{WORDS}", name


def test_the_published_report_names_the_page(published_site):
    for name, text in content_pages(published_site).items():
        (link,) = REPORT.findall(text)
        parts = urlsplit(link.replace("&amp;", "&"))
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == (
            "https://github.com/example/journal/issues/new"
        )
        assert parse_qs(parts.query) == {
            "template": ["correction.yml"],
            "page": [f"https://journal.example/{name}"],
        }


CLICKED = """id => {
  let gone = ""
  document.addEventListener("click", event => {
    event.preventDefault()
    event.stopImmediatePropagation()
    gone = event.target.href
  }, { capture: true, once: true })
  document.querySelector(id).click()
  return gone
}"""


@browsing
def test_the_report_names_the_section_that_was_being_read(browser, address):
    tab = opened(browser, address, CHAPTER)
    form = "https://github.com/example/journal/issues/new?page=x"
    tab.evaluate(
        "href => document.querySelectorAll('.report').forEach("
        "one => one.href = href)",
        form,
    )
    tab.evaluate("document.getElementById('softmax').scrollIntoView()")
    tab.wait_for_timeout(300)
    gone = tab.evaluate(CLICKED, ".md-sidebar--secondary .report")
    assert parse_qs(urlsplit(gone).query) == {
        "page": ["x"],
        "section": ["From scores to probabilities (#softmax)"],
    }
    # At the foot it is the last section, not what closes the chapter.
    tab.evaluate("scrollTo(0, document.body.scrollHeight)")
    tab.wait_for_timeout(300)
    gone = tab.evaluate(CLICKED, "article .report")
    tab.context.close()
    assert parse_qs(urlsplit(gone).query)["section"] == [
        "What comes next (#next)"
    ]


CITE = re.compile(r'<details class="cite">.*?<code>(.*?)</code>', re.S)


def test_pages_that_can_be_cited_say_how(site, published_site):
    cited = 0
    for name, text in content_pages(published_site).items():
        own = re.match(r"(chapters|notebooks)/.|reflections/\d{4}-", name)
        found = CITE.findall(text)
        assert len(found) == bool(own), name
        if not own:
            continue
        cited += 1
        entries = parse_string(html.unescape(found[0]), "bibtex").entries
        ((key, entry),) = entries.items()
        kind, _, stem = name.strip("/").partition("/")
        assert key == f"nnfs-journal-{kind[:-1]}-{stem}"
        assert entry.fields["url"] == f"https://journal.example/{name}"
        title = re.search(r"<h1[^>]*>(.*?)(?:<a|</h1>)", text, re.S)[1]
        assert entry.fields["title"] == (
            "{" + html.unescape(re.sub("<[^>]*>", "", title)) + "}"
        )
        assert entry.persons["author"]
        if "date" in entry.fields:  # a copy without its history has none
            day = date.fromisoformat(entry.fields["date"])
            assert str(day.year) == entry.fields["year"]
    assert cited >= 25
    (here,) = CITE.findall(content_pages(site)["chapters/05-loss/"])
    assert "url" not in here


def test_what_tex_would_take_for_a_command_is_escaped():
    from types import SimpleNamespace as Made

    source = (ROOT / "docs/overrides/partials/cite.html").read_text("utf-8")
    title = r"R&amp;D: 5 % of {x}_1 \ <b>a</b> #$~^"
    page = Made(
        file=Made(name="x"), meta={}, title=title, authors=[Made(name="A & B")]
    )
    told = Template(source).render(page=page, kind="reflection")
    entry = html.unescape(CITE.findall(told)[0])
    assert r"author       = {{A \& B}}," in entry
    assert (
        r"{{R\&D: 5 \% of \textbraceleft{}x\textbraceright{}\_1 "
        r"\textbackslash{} a \#\$\textasciitilde{}\textasciicircum{}}},"
    ) in entry


def test_every_page_links_what_the_site_promises(site):
    for name, page in documents(site).items():
        links = page.xpath("//*[@class='md-copyright']//@href")
        linked = {urljoin(ORIGIN + name, link) for link in links}
        for promise in ("privacy", "accessibility", "security"):
            assert f"{ORIGIN}about/{promise}/" in linked, name
        assert f"{ORIGIN}resources/corrections/" in linked, name
