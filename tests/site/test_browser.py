"""The pages in a real browser: requests, weight, access, shifts, print."""

import gzip
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from building import ROOT, until
from layout import course

pytestmark = pytest.mark.browser

CHAPTERS = [c.name for c in course.chapters(course.load(ROOT)[0]).values()]
NOTEBOOKS = [p.stem for p in sorted((ROOT / "docs/notebooks").glob("*.py"))]
ENTRIES = [p.stem for p in sorted((ROOT / "reflections").glob("[0-9]*.md"))]
PROSE = [
    "",
    "parts/",
    "parts/1-forward/",
    "notebooks/",
    "reflections/",
    "resources/",
    "resources/names/",
    "resources/notation/",
    "resources/datasets/",
    "resources/corrections/",
    "about/privacy/",
    "about/security/",
    "about/accessibility/",
    "tags/",
    *[f"chapters/{name}/" for name in CHAPTERS],
    *[f"reflections/{name}/" for name in ENTRIES],
]
HEAVY = [f"notebooks/{name}/" for name in NOTEBOOKS]
REFERENCE = ["resources/bibliography/", "resources/glossary/"]
EVERY = PROSE + HEAVY + REFERENCE
# One page of each type.
TYPES = {
    "start": "",
    "part": "parts/1-forward/",
    "chapter": f"chapters/{CHAPTERS[-1]}/",
    "notebook": HEAVY[-1],
    "notebooks": "notebooks/",
    "bibliography": "resources/bibliography/",
    "glossary": "resources/glossary/",
    "names": "resources/names/",
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
WIDTHS = {"wide": (1280, 900), "narrow": (390, 844)}
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


def fresh_tab(browser, scheme="light", width="wide"):
    """Return a tab in a context of its own, where nothing moves."""
    wide, high = WIDTHS[width]
    context = browser.new_context(
        viewport={"width": wide, "height": high},
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    return context.new_page()


def opened(browser, address, page, scheme="light", width="wide"):
    """Open a page in a fresh context; note its requests and its errors."""
    tab = fresh_tab(browser, scheme, width)
    tab.requests, tab.errors = [], errors_of(tab)
    tab.on("request", lambda request: tab.requests.append(request.url))
    tab.goto(address + page, wait_until="load")
    tab.evaluate(RESTED)
    return tab


VISITS = {}


def visited(browser, address, page):
    """Read a page to its end, then on a phone; say what happened. Once."""
    if page not in VISITS:
        tab = opened(browser, address, page)
        tab.mouse.wheel(0, 100_000)
        tab.evaluate(RESTED)
        wide, high = WIDTHS["narrow"]
        tab.set_viewport_size({"width": wide, "height": high})
        tab.evaluate(RESTED)
        width = tab.evaluate("document.documentElement.scrollWidth")
        VISITS[page] = tab.requests, tab.errors, width
        tab.context.close()
    return VISITS[page]


@pytest.mark.parametrize("page", EVERY)
def test_a_page_asks_no_other_host_and_raises_no_error(browser, address, page):
    requests, errors, _ = visited(browser, address, page)
    host = urlsplit(address).netloc
    others = [
        url
        for url in requests
        if urlsplit(url).scheme not in ("data", "blob")
        and urlsplit(url).netloc != host
    ]
    assert others == []
    assert errors == []


def weight(requests, site):
    """Return the bytes that requests take over the wire, with gzip."""
    total = 0
    for url in set(requests):
        path = site / urlsplit(url).path.lstrip("/")
        if path.is_dir():
            path /= "index.html"
        data = path.read_bytes()
        if path.suffix in ON_THE_WAY:
            data = gzip.compress(data, 9, mtime=0)
        total += len(data)
    return total


@pytest.mark.parametrize(
    ("page", "limit"),
    [(page, 165) for page in PROSE]
    + [(page, 200) for page in HEAVY + REFERENCE],
)
def test_a_page_is_light(browser, address, site, page, limit):
    requests, _, _ = visited(browser, address, page)
    kilobytes = weight(requests, site) / 1000
    assert kilobytes <= limit, f"{page}: {kilobytes:.1f} KB"


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
    links = tab.locator(".md-search-result__link")
    assert links.count() >= 3
    targets = [
        links.nth(i).get_attribute("href") for i in range(links.count())
    ]
    assert any("04-activation-functions" in target for target in targets)
    tab.goto(next(t for t in targets if "04-activation" in t))
    tab.wait_for_selector("article mark")
    tab.context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "page", [TYPES["chapter"], TYPES["notebook"], "resources/notation/"]
)
def test_nothing_moves_while_a_page_loads(browser, address, page, width):
    wide, high = WIDTHS[width]
    context = browser.new_context(viewport={"width": wide, "height": high})
    tab = context.new_page()
    tab.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => {"
        "  for (const entry of list.getEntries()) window.shift += entry.value"
        "}).observe({type: 'layout-shift', buffered: true})"
    )
    tab.goto(address + page, wait_until="networkidle")
    tab.wait_for_timeout(300)
    shift = tab.evaluate("window.shift")
    context.close()
    assert shift < 0.01


@pytest.mark.parametrize("page", EVERY)
def test_no_page_scrolls_sideways_on_a_phone(browser, address, page):
    _, _, width = visited(browser, address, page)
    assert width <= 390


@pytest.mark.parametrize("name", CHAPTERS)
def test_code_of_79_columns_fits_a_wide_page(browser, address, name):
    tab = opened(browser, address, f"chapters/{name}/")
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
        reached.add(
            tab.evaluate(
                "(e => e.closest('.md-header') ? 'header' :"
                " e.closest('.md-sidebar') ? 'sidebar' :"
                " e.closest('article') ? 'text' : '')(document.activeElement)"
            )
        )
        visible = tab.evaluate(
            """() => {
            const style = getComputedStyle(document.activeElement)
            return document.activeElement === document.body ||
              style.outlineStyle !== 'none' || style.boxShadow !== 'none'
          }"""
        )
        assert visible, tab.evaluate("document.activeElement.outerHTML")[:200]
    tab.context.close()
    assert {"header", "sidebar", "text"} <= reached


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


def test_the_copied_code_is_the_code(browser, address):
    tab = opened(browser, address, f"chapters/{CHAPTERS[2]}/")
    shown = tab.evaluate(
        "[...document.querySelectorAll('.language-python pre > code')]"
        ".map(code => code.textContent)"
    )
    tab.context.close()
    assert len(shown) > 5
    package = "\n".join(
        re.sub(r"^\s*# -+8<-+.*$", "", p.read_text("utf-8"), flags=re.M)
        for p in sorted((ROOT / "nnfs_code").rglob("*.py"))
    )
    for code in shown:
        assert "8<--" not in code
        assert ">>> " not in code or '"""' in code
        assert code.strip() in package


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_follows_the_colours_of_the_system(browser, address, scheme):
    tab = opened(browser, address, TYPES["chapter"], scheme)
    colour = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    ink = tab.evaluate(
        "getComputedStyle(document.querySelector('article p')).color"
    )
    tab.context.close()
    light, dark = (
        sum(map(int, re.findall(r"\d+", c)[:3])) for c in (colour, ink)
    )
    assert (light > 600 > dark) if scheme == "light" else (light < 200 < dark)


def test_print_hides_the_navigation_and_opens_the_solutions(browser, address):
    tab = opened(browser, address, TYPES["chapter"])
    tab.emulate_media(media="print")
    for selector in (".md-header", ".md-sidebar", ".md-tabs"):
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
    numbers = [float(n) for n in re.findall(r"[\d.]+", background)]
    assert numbers[:3] == [255, 255, 255] or (
        len(numbers) == 4 and numbers[3] == 0
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_glossary_terms_and_citations_show_previews(browser, address, scheme):
    tab = opened(browser, address, TYPES["chapter"], scheme)
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


def test_the_bibliography_filters_and_is_whole_without_scripts(
    browser, address
):
    tab = opened(browser, address, "resources/bibliography/")
    everything = tab.locator("[id^='ref-']:visible").count()
    assert everything >= 60
    box = tab.locator("article input[type=search]").first
    box.fill("Rosenblatt")
    tab.wait_for_timeout(300)
    found = tab.locator("[id^='ref-']:visible").count()
    assert 1 <= found < everything
    tab.context.close()
    context = browser.new_context(java_script_enabled=False)
    bare = context.new_page()
    bare.goto(address + "resources/bibliography/")
    assert bare.locator("[id^='ref-']:visible").count() == everything
    context.close()


def test_the_browser_tests_see_real_pages(site):
    for page in EVERY:
        assert (Path(site) / page / "index.html").is_file(), page
