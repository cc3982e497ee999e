"""`make build OFFLINE=1`: the site opens from a disk, search included."""

import re
from urllib.parse import urlsplit

import pytest

from test_browser import ENTRIES, errors_of, search
from test_build import broken

pytestmark = pytest.mark.browser

CHAPTER = "chapters/04-activation-functions.html"
NOTEBOOK = "notebooks/04-bending-the-plane.html"
PAGES = {
    "start": "index.html",
    "chapter": CHAPTER,
    "notebook": NOTEBOOK,
    "reflection": f"reflections/{ENTRIES[-1]}.html",
    "bibliography": "resources/bibliography.html",
}


def test_every_link_leads_to_a_file(offline, site):
    lost, count = broken(offline, disk=True)
    assert lost == []
    assert count > 1000
    assert broken(site, disk=True)[0]  # there, folders are linked


def opened(browser, path):
    """Open a page from the disk; note what it asks for and what fails."""
    context = browser.new_context(reduced_motion="reduce")
    tab = context.new_page()
    tab.asked, tab.wrong = [], errors_of(tab, ("error", "warning"))
    tab.on("request", lambda request: tab.asked.append(request.url))
    tab.on("requestfailed", lambda request: tab.wrong.append(request.url))
    tab.goto(path.as_uri(), wait_until="networkidle")
    tab.mouse.wheel(0, 100_000)
    tab.wait_for_timeout(200)
    return tab


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_opens_from_a_disk(browser, offline, kind):
    tab = opened(browser, offline / PAGES[kind])
    shown = tab.evaluate(
        """async () => {
        await document.fonts.ready
        const area = node => {
          const box = node.getBoundingClientRect()
          return box.width * box.height
        }
        const all = kind => [...document.querySelectorAll(`article ${kind}`)]
        return {
          fonts: [...document.fonts].filter(f => f.status === "loaded")
            .map(f => f.family.replaceAll('"', "")),
          formulas: all("math").map(area), figures: all("svg").map(area),
          pictures: all("img").map(node => node.naturalWidth),
          sheet: getComputedStyle(document.body).getPropertyValue("--ink")
        }
      }"""
    )
    wrong, asked = tab.wrong, tab.asked
    tab.context.close()
    assert wrong == []
    assert {urlsplit(url).scheme for url in asked} <= {"file", "data"}
    assert "Source Serif" in shown["fonts"]
    assert shown["sheet"]
    assert all(shown["pictures"])
    if kind == "chapter":
        assert "Maths" in shown["fonts"]
        assert len(shown["formulas"]) > 100
        assert len(shown["figures"]) > 10
        assert sum(area > 1000 for area in shown["figures"]) > 10


def test_search_finds_and_leads_to_the_page(browser, offline):
    tab = opened(browser, offline / PAGES["notebook"])
    search(tab, "softmax")
    link = tab.locator(".md-search-result__link[href*='04-activation']").first
    link.click()
    tab.wait_for_selector("article mark")
    url, wrong = tab.url, tab.wrong
    tab.context.close()
    assert url.startswith((offline / CHAPTER).as_uri())
    assert wrong == []


def test_without_the_frame_the_search_finds_nothing(browser, offline):
    """The planted fault: a browser starts no worker from a disk."""
    context = browser.new_context()
    context.route(re.compile("iframe-worker"), lambda route: route.abort())
    tab = context.new_page()
    errors = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto((offline / CHAPTER).as_uri(), wait_until="networkidle")
    tab.keyboard.press("/")
    tab.wait_for_selector(".md-search__input:focus")
    tab.keyboard.type("softmax")
    tab.wait_for_timeout(1500)
    found = tab.locator(".md-search-result__item").count()
    context.close()
    assert found == 0
    assert errors


def test_the_site_of_the_web_has_no_frame(site):
    assert not (site / "assets/iframe-worker.js").exists()
    assert "iframe-worker" not in (site / "index.html").read_text("utf-8")
