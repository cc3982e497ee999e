"""The site's own parts under its Content-Security-Policy, in a browser."""

import re

import pytest

import course
from building import ROOT, until
from test_browser import errors_of
from test_hostile import GO, MAPPED, SITE_URL, served

pytestmark = pytest.mark.browser

CHAPTERS = [c.name for c in course.chapters(course.load(ROOT)).values()]
NOTEBOOK = sorted((ROOT / "docs/notebooks").glob("*.py"))[-1].stem
ENTRY = sorted((ROOT / "reflections").glob("[0-9]*.md"))[-1].stem
# From folder to folder, up and down again.
WALK = (
    f"chapters/{CHAPTERS[2]}/",
    "",
    "resources/bibliography/",
    f"reflections/{ENTRY}/",
    "reflections/archive/2026/",
    f"notebooks/{NOTEBOOK}/",
    "tags/",
    f"chapters/{CHAPTERS[3]}/",
)


@pytest.fixture(scope="module")
def published(published_site):
    assert SITE_URL in (published_site / "sitemap.xml").read_text("utf-8")
    with served(published_site) as address:
        yield address


def opened(browser, address, page="", **options):
    context = browser.new_context(reduced_motion="reduce", **options)
    tab = context.new_page()
    tab.errors = errors_of(tab)
    tab.goto(address + page, wait_until="load")
    return tab


def test_instant_navigation_goes_from_depth_to_depth(browser, published):
    tab = opened(browser, published, "parts/")
    until(tab, MAPPED)
    tab.wait_for_timeout(300)
    tab.evaluate("window.same = true")
    for page in WALK:
        assert tab.evaluate(GO, published + page), page
        sheet = "getComputedStyle(document.body).getPropertyValue('--paper')"
        assert tab.evaluate(sheet), page
        if page == "resources/bibliography/":
            tab.wait_for_selector("article form.bib-controls")
    assert tab.evaluate("window.same"), "the page was loaded anew"
    assert tab.locator("meta[http-equiv]").count() == 1
    assert tab.locator("head script").count() == 1
    errors = tab.errors
    tab.context.close()
    assert errors == []


def test_style_sheets_are_read_once_and_stay(browser, published):
    """The theme would read each again, and on the way to another page.

    So a long page would be drawn twice before it can be used.
    """
    context = browser.new_context(reduced_motion="reduce")
    tab = context.new_page()
    fetched = []
    tab.on("request", lambda request: fetched.append(request.url))
    tab.add_init_script(
        """new MutationObserver((_, watch) => {
          const links = document.querySelectorAll("[rel=stylesheet]")
          if (!document.body) return
          watch.disconnect()
          for (const link of window.links = [...links])
            link.addEventListener("load", () => { window.again = true })
        }).observe(document, { childList: true, subtree: true })"""
    )
    tab.goto(f"{published}chapters/{CHAPTERS[2]}/", wait_until="load")
    until(tab, MAPPED)
    tab.wait_for_timeout(300)
    same = """() => {
      const now = [...document.querySelectorAll("[rel=stylesheet]")]
      return !window.again &&
        links.every(link => now.includes(link) && link.sheet)
    }"""
    assert tab.evaluate(same)
    for page in WALK[1:]:
        assert tab.evaluate(GO, published + page), page
        assert tab.evaluate(same), page
    # The theme's way, which this would see.
    tab.evaluate("links[0].setAttribute('href', links[0].href)")
    until(tab, "window.again")
    context.close()
    sheets = [url for url in fetched if url.endswith(".css")]
    assert len(sheets) >= 2


def test_code_is_copied(browser, published):
    tab = opened(
        browser,
        published,
        f"chapters/{CHAPTERS[2]}/",
        permissions=["clipboard-read", "clipboard-write"],
    )
    block = tab.locator(".language-python").first
    block.hover()
    block.locator("button[data-md-type=copy]").click()
    tab.wait_for_timeout(200)
    copied = tab.evaluate("navigator.clipboard.readText()")
    code = block.locator("code").inner_text()
    errors = tab.errors
    tab.context.close()
    assert copied.strip() == code.strip()
    assert errors == []


@pytest.mark.parametrize("system", ["light", "dark"])
def test_colours_are_there_before_the_themes_script(
    browser, published, system
):
    tab = opened(browser, published, "parts/", color_scheme=system)
    scheme = "document.body.dataset.mdColorScheme"
    follows = {"light": "default", "dark": "slate"}[system]
    assert tab.evaluate(scheme) == follows
    # The next two choices: light, then dark.
    for chosen in ("default", "slate"):
        tab.locator("label.md-header__button[for^=__palette]:visible").click()
        until(tab, f"{scheme} === '{chosen}'")
    tab.route("**/bundle*.js", lambda route: route.abort())
    tab.add_init_script(
        "addEventListener('DOMContentLoaded', () => {"
        "  window.early = document.body.dataset.mdColorScheme })"
    )
    for page in ("", f"chapters/{CHAPTERS[2]}/"):
        tab.goto(published + page, wait_until="load")
        assert tab.evaluate("window.early") == "slate", page
    tab.context.close()


def test_what_stands_in_a_page_does_not_run(browser, published_site):
    """The planted fault: an inline script, a handler, a style element."""
    planted = (
        "<script>window.ran = 1</script><img src=x onerror='window.ran = 2'>"
        "<style>body { opacity: 0 }</style></main>"
    )
    with served(
        published_site, lambda page: page.replace("</main>", planted)
    ) as address:
        tab = opened(browser, address, "parts/")
        ran = tab.evaluate("window.ran")
        opacity = tab.evaluate("getComputedStyle(document.body).opacity")
        refused = [text for text in tab.errors if "Content Security" in text]
        tab.context.close()
    assert ran is None
    assert opacity == "1"
    assert len(refused) == 3


def test_the_script_of_every_page_is_the_same_file(published_site):
    for path in published_site.rglob("*.html"):
        page = path.read_text("utf-8")
        head = page[: page.index("</head>")]
        found = re.findall(r'<script src="([^"]*)"', head)
        assert [src.rpartition("/")[2] for src in found] == ["site.js"], path
