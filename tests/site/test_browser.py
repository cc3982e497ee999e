"""The pages in a real browser: requests, weight, access, shifts, print."""

import gzip
import json
import re
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

import works
from building import ROOT, until
from layout import course

pytestmark = pytest.mark.browser

CHAPTERS = [c.name for c in course.chapters(course.load(ROOT, {})[0]).values()]
NOTEBOOKS = [p.stem for p in sorted((ROOT / "docs/notebooks").glob("*.py"))]
ENTRIES = [p.stem for p in sorted((ROOT / "reflections").glob("[0-9]*.md"))]
# One page of each type, and of chapters, notebooks and entries the newest.
TYPES = {
    "start": "",
    "part": "parts/1-forward/",
    "chapter": f"chapters/{CHAPTERS[-1]}/",
    "notebook": f"notebooks/{NOTEBOOKS[-1]}/",
    "notebooks": "notebooks/",
    "bibliography": "resources/bibliography/",
    "glossary": "resources/glossary/",
    "names": "resources/names/",
    "reference": "reference/losses/",
    "reflections": "reflections/",
    "reflection": f"reflections/{ENTRIES[-1]}/" if ENTRIES else "reflections/",
    "archive": "reflections/archive/2026/",
    "tags": "tags/",
    "corrections": "resources/corrections/",
    "privacy": "about/privacy/",
    "security": "about/security/",
    "accessibility": "about/accessibility/",
    "not found": "no/such/page/",
}
HEAVY = ("notebook", "bibliography", "glossary")
THERE = [kind for kind in TYPES if kind != "not found"]
WIDTHS = {
    "wide": {"width": 1280, "height": 900},
    "narrow": {"width": 390, "height": 844},
}
# The page's own time, which is slower on a busy machine: site.js waits for as
# much as half of this before it sees to what the theme has made.
RESTED = """() => new Promise(rested => setTimeout(
  () => requestAnimationFrame(() => setTimeout(rested)), 200))"""
ON_THE_WAY = (".html", ".css", ".js", ".json", ".svg", ".xml", ".txt")


def errors_of(tab, kinds=("error",)):
    """Return a list that fills with what a page throws and complains of."""
    errors = []

    def told(message):
        if message.type in kinds:
            errors.append(message.text)

    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.on("console", told)
    return errors


def opened(browser, address, page, scheme="light", width="wide", **options):
    """Open a page in a fresh context; note its requests and its errors."""
    tab = browser.new_context(
        viewport=WIDTHS[width],
        color_scheme=scheme,
        reduced_motion="reduce",
        **options,
    ).new_page()
    tab.requests, tab.errors = [], errors_of(tab)
    tab.on("request", lambda request: tab.requests.append(request))
    tab.goto(address + page, wait_until="load")
    tab.evaluate(RESTED)
    return tab


def sent(requests):
    """Return what requests carry beside their addresses."""
    return [
        f"{one.method} {one.url}"
        for one in requests
        if one.method != "GET"
        or one.post_data
        or one.resource_type in ("ping", "beacon", "eventsource", "websocket")
        or urlsplit(one.url).query
    ]


# Playwright does not hear what a page sends while it goes. So the page is
# told that it goes, and stays.
LEAVING = """() => {
  Object.defineProperty(document, "visibilityState", { value: "hidden" })
  document.dispatchEvent(new Event("visibilitychange"))
  for (const name of ["beforeunload", "pagehide", "unload"])
    dispatchEvent(new Event(name))
}"""
VISITS = {}


def visited(browser, address, kind):
    """Read a page to its end, then on a phone, and leave it. Once."""
    if kind not in VISITS:
        tab = opened(browser, address, TYPES[kind])
        tab.mouse.wheel(0, 100_000)
        tab.evaluate(RESTED)
        tab.set_viewport_size(WIDTHS["narrow"])
        tab.evaluate(RESTED)
        width = tab.evaluate("document.documentElement.scrollWidth")
        tab.evaluate(LEAVING)
        tab.wait_for_timeout(100)
        VISITS[kind] = SimpleNamespace(
            urls={request.url for request in tab.requests},
            sent=sent(tab.requests),
            errors=tab.errors,
            width=width,
            cookies=tab.context.cookies(),
        )
        tab.context.close()
    return VISITS[kind]


@pytest.mark.parametrize("kind", TYPES)
def test_a_page_asks_no_other_host_and_raises_no_error(browser, address, kind):
    visit = visited(browser, address, kind)
    host = urlsplit(address).netloc
    others = [
        url
        for url in visit.urls
        if urlsplit(url).scheme not in ("data", "blob")
        and urlsplit(url).netloc != host
    ]
    assert others == []
    # That it is not there is said of that page alone.
    assert len(visit.errors) == (kind == "not found")


@pytest.mark.parametrize("kind", TYPES)
def test_reading_and_leaving_a_page_sends_nothing(browser, address, kind):
    assert visited(browser, address, kind).sent == []


@pytest.mark.parametrize("kind", TYPES)
def test_no_page_sets_a_cookie(browser, address, kind):
    assert visited(browser, address, kind).cookies == []


def test_what_a_page_would_send_or_set_is_seen(browser, address):
    """The planted fault."""
    tab = opened(browser, address, TYPES["privacy"])
    tab.evaluate("document.cookie = 'visit=1'")
    tab.evaluate(
        "addEventListener('pagehide', () => navigator.sendBeacon('/seen'))"
    )
    tab.evaluate(LEAVING)
    tab.wait_for_timeout(300)
    assert any("/seen" in one for one in sent(tab.requests))
    assert [cookie["name"] for cookie in tab.context.cookies()] == ["visit"]
    tab.context.close()


def weight(path):
    """Return the kilobytes of a file over the wire, with gzip."""
    data = path.read_bytes()
    if path.suffix in ON_THE_WAY:
        data = gzip.compress(data, 9, mtime=0)
    return len(data) / 1000


@pytest.mark.parametrize("kind", THERE)
def test_a_page_is_light(browser, address, site, kind):
    """And so are the others of its type, which load the same beside."""
    urls = visited(browser, address, kind).urls - {address + TYPES[kind]}
    shared = sum(weight(site / urlsplit(url).path[1:]) for url in urls)
    pages = [site / TYPES[kind] / "index.html"]
    if kind in ("chapter", "notebook", "reflection", "reference"):
        pages = sorted((site / TYPES[kind]).parent.glob("*/index.html"))
    limit = 200 if kind in HEAVY else 171
    heavy = {page: weight(page) + shared for page in pages}
    assert {p: n for p, n in heavy.items() if n > limit} == {}


def search(tab, words):
    box = tab.locator(".md-search__input:focus")
    for _ in range(10):  # a page on a busy machine may not listen yet
        tab.keyboard.press("/")
        tab.wait_for_timeout(300)
        if box.count():
            break
    tab.wait_for_selector(".md-search__input:focus")
    tab.wait_for_timeout(300)
    tab.keyboard.type(words)
    tab.wait_for_selector(".md-search-result__item")
    tab.wait_for_timeout(300)


def test_search_finds_and_the_found_page_is_highlighted(browser, address):
    tab = opened(browser, address, "")
    search(tab, "softmax")
    link = tab.locator(".md-search-result__link[href*='04-activation']").first
    tab.goto(link.get_attribute("href"))
    tab.wait_for_selector("article mark")
    tab.context.close()


# What readers ask, and where it is explained.
ASKED = {
    "softmax overflow": "chapters/04-activation-functions/#shift",
    "bias": "resources/glossary/#bias",
    "vanishing gradient": "resources/glossary/#vanishing-gradient",
    "one-hot": "chapters/05-loss/#one-hot",
    "cross-entropy": "resources/glossary/#cross-entropy",
    "gradient check": "chapters/09-backpropagation/#check",
    "momentum": "chapters/10-optimizers/#momentum",
    "learning rate decay": "chapters/10-optimizers/#schedules",
    "leakage": "resources/glossary/#leak",
    "k-fold": "chapters/12-validation/#folds",
    "early stopping": "chapters/14-l1-and-l2-regularization/#early-stopping",
    "dropout mask": "chapters/15-dropout/#two-neurons",
    "dead neuron": "resources/glossary/#dead-neuron",
}
FOUND = """[...document.querySelectorAll(".md-search-result__item")]
  .slice(0, 3).flatMap(page => [...page.querySelectorAll("a")].slice(0, 4))
  .map(link => link.href)"""


def test_a_reader_finds_what_is_explained(browser, address):
    """It is on one of the first three pages, among its first sections."""
    tab = opened(browser, address, "")
    lost = []
    for words, place in ASKED.items():
        tab.goto(f"{address}?q={words}")
        tab.wait_for_selector(".md-search-result__item")
        found = tab.evaluate(FOUND)
        if address + place not in (re.sub(r"\?[^#]*", "", f) for f in found):
            lost.append(words)
    tab.context.close()
    assert lost == []


def test_the_search_stays_light_with_all_chapters(site):
    """At most 300 KB over the wire, were the rest as long as these."""
    folder = site / "search"
    index = json.loads((folder / "search_index.json").read_text("utf-8"))
    kinds = "chapters/", "notebooks/"
    told = [e for e in index["docs"] if e["location"].startswith(kinds)]
    chapters = json.dumps(told).encode()
    grown = len(gzip.compress(chapters, 9)) / 1000 * (37 / len(CHAPTERS) - 1)
    assert weight(folder / "search_index.json") + grown < 300


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", ["chapter", "notebook"])
def test_nothing_moves_while_a_page_loads(browser, address, kind, width):
    context = browser.new_context(viewport=WIDTHS[width])
    tab = context.new_page()
    tab.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => {"
        "  for (const entry of list.getEntries()) window.shift += entry.value"
        "}).observe({type: 'layout-shift', buffered: true})"
    )
    tab.goto(address + TYPES[kind], wait_until="networkidle")
    tab.wait_for_timeout(300)
    shift = tab.evaluate("window.shift")
    context.close()
    assert shift < 0.01


@pytest.mark.parametrize("kind", TYPES)
def test_no_page_scrolls_sideways_on_a_phone(browser, address, kind):
    assert visited(browser, address, kind).width <= 390


def test_code_of_79_columns_fits_a_wide_page(browser, address):
    tab = opened(browser, address, TYPES["chapter"])
    too_wide = tab.evaluate(
        "[...document.querySelectorAll('.language-python pre > code')]"
        ".filter(code => code.scrollWidth > code.clientWidth + 1)"
        ".map(code => code.innerText.slice(0, 80))"
    )
    tab.context.close()
    assert too_wide == []


def test_a_line_of_text_has_60_to_75_characters(browser, address):
    tab = opened(browser, address, TYPES["chapter"])
    lengths = tab.evaluate(
        """() => {
        const found = []
        for (const p of document.querySelectorAll('article > p')) {
          if (p.querySelector('math, code, svg')) continue
          const range = document.createRange()
          range.selectNodeContents(p)
          const lines = new Set([...range.getClientRects()].map(
            r => Math.round(r.bottom / 8)))
          // The last one is half full, as a rule.
          if (lines.size > 3)
            found.push(p.innerText.length / (lines.size - 0.5))
        }
        return found
      }"""
    )
    tab.context.close()
    assert len(lengths) >= 3
    mean = sum(lengths) / len(lengths)
    assert 60 <= mean <= 75, mean


def test_the_keyboard_reaches_the_text_first_and_then_everything(
    browser, address
):
    tab = opened(browser, address, TYPES["chapter"])
    tab.keyboard.press("Tab")
    first = tab.evaluate("document.activeElement.className")
    assert "md-skip" in first
    reached = set()
    for _ in range(90):
        tab.keyboard.press("Tab")
        part, visible, html = tab.evaluate(
            """() => {
            const at = document.activeElement, style = getComputedStyle(at)
            const parts = [".md-header", ".md-sidebar", "article"]
            return [parts.find(part => at.closest(part)),
              at === document.body || style.outlineStyle !== "none" ||
              style.boxShadow !== "none", at.outerHTML.slice(0, 200)]
          }"""
        )
        assert visible, html
        reached.add(part)
    tab.context.close()
    assert {".md-header", ".md-sidebar", "article"} <= reached


def test_what_is_too_wide_can_be_reached_and_scrolled_by_keys(
    browser, address
):
    """Code that a phone cuts off takes the focus; with room it does not."""
    tab = opened(browser, address, TYPES["chapter"], width="narrow")
    boxes = ".md-content pre > code:not(details:not([open]) *)"
    # Each box counts as wide or not, and as in the order of the keys or not.
    kinds = f"""[...document.querySelectorAll('{boxes}')].map(box =>
        (box.scrollWidth > box.clientWidth ? 'wide' : 'whole') +
        (box.tabIndex === 0 && box.role === 'group' ? ', reached' : ''))"""
    until(tab, f"{kinds}.every(k => k === 'wide, reached' || k === 'whole')")
    assert tab.evaluate(f"{kinds}.includes('wide, reached')")
    count = tab.evaluate(f"{kinds}.length")
    tab.evaluate(
        "for (const box of document.querySelectorAll('article details'))"
        " box.open = true"
    )
    until(tab, f"{kinds}.every(k => k === 'wide, reached' || k === 'whole')")
    assert tab.evaluate(f"{kinds}.length") > count
    tab.set_viewport_size({"width": 2400, "height": 1000})
    until(tab, f"{kinds}.every(kind => kind === 'whole')")
    tab.context.close()


def test_print_hides_the_navigation_and_opens_the_solutions(browser, address):
    tab = opened(browser, address, TYPES["chapter"])
    tab.emulate_media(media="print")
    gone = (".md-header", ".md-sidebar", ".md-tabs", ".page-foot", ".cite")
    for selector in gone:
        hidden = tab.evaluate(
            "s => [...document.querySelectorAll(s)].every(e =>"
            " getComputedStyle(e).display === 'none')",
            selector,
        )
        assert hidden, selector
    background = tab.evaluate(
        "getComputedStyle(document.body).backgroundColor"
    )
    tab.context.close()
    assert background in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")


def test_glossary_terms_and_citations_show_previews(browser, address):
    tab = opened(browser, address, TYPES["chapter"])
    term = tab.locator("article a.term").first
    term.scroll_into_view_if_needed()
    term.hover()
    tab.wait_for_selector(".md-tooltip2--active")
    tab.mouse.move(0, 0)
    note = tab.locator("article .footnote-ref").first
    note.scroll_into_view_if_needed()
    note.hover()
    tab.wait_for_selector(".md-tooltip2--active")
    tab.context.close()


def test_the_bibliography_filters_and_its_address_restores_the_view(
    browser, address
):
    known = works.load(ROOT / "resources/references.bib", ROOT).works
    place = address + TYPES["bibliography"]
    tab = opened(browser, address, TYPES["bibliography"])

    def visible():
        return tab.eval_on_selector_all(
            ".bib-entry:not([hidden])",
            "items => items.map(item => item.id.replace('ref-', ''))",
        )

    tab.get_by_label("Chapter").select_option("9")
    tab.get_by_label("Level").select_option("beginner")
    expected = {
        key
        for key, work in known.items()
        if 9 in work.chapters and work.text("level") == "beginner"
    }
    assert set(visible()) == expected != set()
    assert tab.url == f"{place}?level=beginner&chapter=9"
    assert tab.locator(".bib-count").inner_text() == (
        f"{len(expected)} of {len(known)} works"
    )
    tab.get_by_role("button", name="Reset").click()
    assert (tab.url, len(visible())) == (place, len(known))
    box = tab.locator("article").get_by_label("Search")
    box.fill("KUKIELA scratch")
    assert visible() == ["kinsley2020a"]
    box.fill("zzz no such work")
    assert "No work fits" in tab.locator(".bib-count").inner_text()

    tab.goto(f"{place}?kind=talk&sort=author&level=nonsense")
    talks = [key for key in known if known[key].text("kind") == "talk"]
    assert sorted(visible()) == sorted(talks)
    assert visible()[0].startswith("karpathy")
    tab.goto(f"{place}?kind=talk#ref-shannon1948")
    entry = tab.locator("#ref-shannon1948")
    entry.locator("summary").click()
    entry.get_by_role("button", name="Copy BibTeX").click()
    entry.get_by_text(re.compile("^(Copied|Selected)")).wait_for()
    errors = tab.errors
    tab.context.close()
    assert errors == []
